// SPDX-License-Identifier: GPL-2.0-only
/* The members of a VE by their pids. See number.h. */
#include <linux/idr.h>
#include <linux/lockdep.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rbtree.h>
#include <linux/sched.h>

#include "member.h"
#include "number.h"
#include "registry.h"

static bool is_before(struct rb_node *node, const struct rb_node *other)
{
	return rb_entry(node, struct ve_member, number)->nr <
	       rb_entry(other, struct ve_member, number)->nr;
}

/**
 * ve_number_add - others can find a member's task from now on
 * @member: the record; nothing happens if it is in the tree
 *
 * A new thread may be told born twice: by attach, which has found it, and by
 * who makes it.
 *
 * Context: under ve.lock.
 */
void ve_number_add(struct ve_member *member)
{
	lockdep_assert_held(&member->ve->lock);
	if (member->nr)
		return;
	member->nr = task_pid_nr(member->task);
	rb_add(&member->number, &member->ve->numbers, is_before);
	ve_slot_hint(&member->slot, member->nr);
}

/**
 * ve_number_drop - a member's task is no more
 * @member: the record; nothing happens if it is not in the tree
 *
 * Context: under ve.lock.
 */
void ve_number_drop(struct ve_member *member)
{
	lockdep_assert_held(&member->ve->lock);
	if (!member->nr)
		return;
	rb_erase(&member->number, &member->ve->numbers);
	if (member->ve->listed == member)
		member->ve->listed = NULL;
	/* They differ if another thread has @nr by exec. */
	ve_slot_unhint(&member->slot, member->nr, task_pid_nr(member->task));
	member->nr = 0;
}

/**
 * ve_number_renew - current may have another pid than it had
 * @member: its record
 *
 * Context: under ve.lock.
 */
void ve_number_renew(struct ve_member *member)
{
	lockdep_assert_held(&member->ve->lock);
	if (likely(!member->nr || member->nr == task_pid_nr(member->task)))
		return;
	ve_number_drop(member);
	ve_number_add(member);
}

static struct ve_member *member_at(struct rb_node *node)
{
	return node ? rb_entry(node, struct ve_member, number) : NULL;
}

/* The first of @nr or more. */
static struct ve_member *look_for(const struct ve *ve, int nr)
{
	struct ve_member *at = member_at(ve->numbers.rb_node), *found = NULL;

	while (at) {
		if (at->nr < nr) {
			at = member_at(at->number.rb_right);
		} else {
			found = at;
			at = member_at(at->number.rb_left);
		}
	}
	return found;
}

/*
 * What has a member's number: its task, unless another thread of the group is
 * just taking it over by exec.
 */
static struct pid *pid_of(const struct ve_member *member)
{
	struct pid *pid = task_pid(member->task);

	if (likely(pid_nr(pid) == member->nr))
		return pid;
	return idr_find(&init_pid_ns.idr, member->nr);
}

/**
 * ve_number_next - find the next member
 * @ve: of which VE
 * @nr: the number to start with
 *
 * Context: under RCU.
 * Return: what has the lowest number of a member that is not below @nr; NULL
 * for none.
 */
struct pid *ve_number_next(struct ve *ve, int nr)
{
	struct ve_member *found;
	struct pid *pid = NULL;

	spin_lock(&ve->lock);
	/* A list mostly goes on behind what it has found last. */
	found = ve->listed;
	if (likely(found && found->nr < nr))
		found = member_at(rb_next(&found->number));
	else
		found = look_for(ve, nr);
	if (found && unlikely(found->nr < nr))
		found = look_for(ve, nr);
	while (found) {
		ve->listed = found;
		pid = pid_of(found);
		if (likely(pid))
			break;
		found = member_at(rb_next(&found->number));
	}
	spin_unlock(&ve->lock);
	return pid;
}
