// SPDX-License-Identifier: GPL-2.0-only
/* The members of a VE by their pids. See number.h. */
#include <linux/lockdep.h>
#include <linux/rbtree.h>
#include <linux/pid.h>
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

/**
 * ve_number_next - find the next member
 * @ve: of which VE
 * @nr: the number to start with
 *
 * Context: process context.
 * Return: the lowest number of a member that is not below @nr; 0 for none.
 */
int ve_number_next(struct ve *ve, int nr)
{
	struct rb_node *node;
	int found = 0;

	spin_lock(&ve->lock);
	node = ve->numbers.rb_node;
	while (node) {
		const struct ve_member *member =
			rb_entry(node, struct ve_member, number);

		if (member->nr < nr) {
			node = node->rb_right;
		} else {
			found = member->nr;
			node = node->rb_left;
		}
	}
	spin_unlock(&ve->lock);
	return found;
}
