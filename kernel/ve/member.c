// SPDX-License-Identifier: GPL-2.0-only
/* The records of tasks that belong to a VE: from joining to leaving. */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "bc.h"
#include "event.h"
#include "kill.h"
#include "lock.h"
#include "member.h"
#include "memory.h"
#include "number.h"
#include "registry.h"

/**
 * ve_member_new - make a record, to be used with ve_member_join() or kfree()d
 * @gfp: how to allocate it
 *
 * Return: the record or NULL.
 */
struct ve_member *ve_member_new(gfp_t gfp)
{
	return kzalloc(sizeof(struct ve_member), gfp | __GFP_NOWARN);
}

/**
 * ve_member_kmem - what a task takes of the kernel's memory
 * @task: the task
 * @leads: whether it is the first of its thread group
 *
 * Return: bytes: itself and its stack, and what a group shares.
 */
size_t ve_member_kmem(const struct task_struct *task, bool leads)
{
	size_t kmem = ksize(task) + THREAD_SIZE;

	if (leads)
		kmem += sizeof(struct signal_struct) +
			sizeof(struct sighand_struct);
	return kmem;
}

/**
 * ve_member_join - give a task a record
 * @ve: which VE it joins; its lock is held, and it is not gone
 * @member: the record; if @kmem is not set, it is charged by force here
 * @task: the task; it cannot be freed during the call
 * @charge: whether to charge it to numproc by force; else the caller has
 *
 * A task that others can find is to be told born with ve_member_born() next.
 *
 * Context: under ve.lock.
 * Return: 0, -EEXIST if the task has a record, -ENOMEM. On failure nothing
 * has changed and the caller keeps @member.
 */
int ve_member_join(struct ve *ve, struct ve_member *member,
		   struct task_struct *task, bool charge)
{
	bool force_kmem = !member->kmem;
	int ret;

	lockdep_assert_held(&ve->lock);

	member->ve = ve;
	member->task = task;
	member->live = true;
	member->before = READ_ONCE(task->se.sum_exec_runtime);
	/* ORDER: from the slot on others may undo the charges. */
	if (charge)
		ve_bc_charge(ve->bc, VE_RESOURCE_NUMPROC, 1);
	ve_siginfo_start(member);
	if (force_kmem) {
		member->kmem = ve_member_kmem(task, thread_group_leader(task));
		ve_bc_charge(ve->bc, VE_RESOURCE_KMEMSIZE, member->kmem);
	}
	ret = ve_slot_set(&member->slot, task);
	if (ret)
		goto err_slot;
	ve_get(ve);
	ve->nr_live++;
	list_add_tail_rcu(&member->link, &ve->members);
	return 0;

err_slot:
	ve_siginfo_stop(member);
	if (charge)
		ve_bc_uncharge(ve->bc, VE_RESOURCE_NUMPROC, 1);
	if (force_kmem) {
		ve_bc_uncharge(ve->bc, VE_RESOURCE_KMEMSIZE, member->kmem);
		member->kmem = 0;
	}
	return ret;
}

/* One live task less. */
static void count_out(struct ve_member *member)
{
	struct ve *ve = member->ve;

	lockdep_assert_held(&ve->lock);
	if (!member->live)
		return;
	member->live = false;
	if (--ve->nr_live)
		return;
	ve->order.signal = 0;
	/* ORDER: under the lock, lest it be told after the VE's removal. */
	ve_event_named(VE_CMD_EMPTY_NTF, ve);
}

/**
 * ve_member_leave - the end of a record
 * @member: the record
 *
 * Any number of callers may try, one succeeds: the one that takes the slot
 * away.
 *
 * Context: under RCU.
 */
void ve_member_leave(struct ve_member *member)
{
	struct ve *ve = member->ve;
	struct ve_member *own = ve_member_of(current);

	spin_lock(&ve->lock);
	member->left = true;
	ve_number_drop(member);
	/* ORDER: at once, if it was the leader whose number current has now. */
	if (own && own->ve == ve)
		ve_number_renew(own);
	spin_unlock(&ve->lock);
	/*
	 * ORDER: who does not succeed has seen to the number as well. The task's
	 * end may be next, and the number another's.
	 */
	if (!ve_slot_clear(&member->slot))
		return;
	ve_lock_forget(member);
	ve_siginfo_stop(member);
	ve_memory_forget(member);
	ve_gauge_forget(&member->ask);
	/* As the kernel sums up threads: to the last tick, if it still runs. */
	atomic64_add(READ_ONCE(member->task->se.sum_exec_runtime) -
		     member->before, &ve->bc->cpu_time);
	ve_bc_uncharge(ve->bc, VE_RESOURCE_NUMPROC, 1);
	ve_bc_uncharge(ve->bc, VE_RESOURCE_KMEMSIZE, member->kmem);
	spin_lock(&ve->lock);
	list_del_rcu(&member->link);
	count_out(member);
	spin_unlock(&ve->lock);
	kfree_rcu(member, rcu);
	ve_put(ve);
}

/**
 * ve_member_stop - the end of a task's life as a member; the charge stays
 * @member: the record; nothing happens if it was stopped before
 *
 * Context: under RCU.
 */
void ve_member_stop(struct ve_member *member)
{
	struct ve *ve = member->ve;

	spin_lock(&ve->lock);
	count_out(member);
	spin_unlock(&ve->lock);
}

/**
 * ve_member_born - from now on others can find a member's task
 * @member: the record
 *
 * If a kill request is in force, the task gets its signal before it runs.
 *
 * Context: under RCU.
 */
void ve_member_born(struct ve_member *member)
{
	struct ve *ve = member->ve;
	struct ve_order order;

	spin_lock(&ve->lock);
	WRITE_ONCE(member->born, true);
	/* The task may be gone since it was found, and its number another's. */
	if (!member->left && READ_ONCE(member->task->exit_state) != EXIT_DEAD)
		ve_number_add(member);
	order = ve->order;
	spin_unlock(&ve->lock);
	if (unlikely(ve_order_in_force(&order)))
		ve_order_give(member, &order);
}

/**
 * ve_members_drop - let go of the dead that nobody has waited for
 * @ve: a VE that is gone, so that nobody joins
 *
 * Context: any but hard interrupts and NMI; ve.lock is not held.
 */
void ve_members_drop(struct ve *ve)
{
	struct ve_member *member;

	rcu_read_lock();
	list_for_each_entry_rcu(member, &ve->members, link)
		ve_member_leave(member);
	rcu_read_unlock();
}

/* Serialises walks that count processes; they mark leaders. */
static DEFINE_MUTEX(count_lock);

/*
 * Is @member live, and the first of its thread group that this walk meets?
 * The leader's record, which stays as long as the group, takes the mark.
 */
static bool first_of_group(struct ve_member *member, u32 walk)
{
	struct ve_member *leader;

	if (!READ_ONCE(member->born) || !READ_ONCE(member->live))
		return false;
	leader = ve_member_of(READ_ONCE(member->task->group_leader)) ?: member;
	if (leader->counted == walk)
		return false;
	leader->counted = walk;
	return true;
}

static u32 new_walk(void)
{
	static u32 walk;

	lockdep_assert_held(&count_lock);
	/* Records start with 0, which no walk has. */
	walk = walk + 1 ?: 1;
	return walk;
}

static unsigned int count_groups(struct ve *ve)
{
	struct ve_member *member;
	unsigned int nr = 0;
	u32 walk = new_walk();

	rcu_read_lock();
	list_for_each_entry_rcu(member, &ve->members, link)
		nr += first_of_group(member, walk);
	rcu_read_unlock();
	return nr;
}

/**
 * ve_members_count - how many processes are members
 * @ve: of which VE
 * @state: what the VE is doing
 *
 * Context: may sleep.
 * Return: thread groups with a live thread; 0 if @state is VE_STATE_EMPTY.
 */
unsigned int ve_members_count(struct ve *ve, enum ve_state *state)
{
	unsigned int nr;

	mutex_lock(&count_lock);
	nr = count_groups(ve);
	mutex_unlock(&count_lock);

	spin_lock(&ve->lock);
	if (!ve->nr_live)
		*state = VE_STATE_EMPTY;
	else if (ve_order_in_force(&ve->order))
		*state = VE_STATE_KILLING;
	else
		*state = VE_STATE_RUNNING;
	spin_unlock(&ve->lock);
	/* The last may have gone since it was counted. */
	return *state == VE_STATE_EMPTY ? 0 : nr;
}

/**
 * ve_members_pids - the processes that are members
 * @ve: of which VE
 * @nr: how many there are
 *
 * Those born during the call may be missing.
 *
 * Context: may sleep.
 * Return: @nr pids, each with a reference, to be freed with kvfree();
 * ERR_PTR(-ENOMEM).
 */
struct pid **ve_members_pids(struct ve *ve, unsigned int *nr)
{
	struct ve_member *member;
	unsigned int room;
	struct pid **pids;
	u32 walk;

	mutex_lock(&count_lock);
	/* Some more may be born meanwhile; if too many are, they are late. */
	room = count_groups(ve) + 64;
	pids = kvmalloc_array(room, sizeof(*pids), GFP_KERNEL);
	if (!pids) {
		mutex_unlock(&count_lock);
		return ERR_PTR(-ENOMEM);
	}
	*nr = 0;
	walk = new_walk();
	rcu_read_lock();
	list_for_each_entry_rcu(member, &ve->members, link) {
		struct pid *pid;

		if (*nr == room)
			break;
		/* ORDER: a task that is not born may have no signal_struct. */
		if (!first_of_group(member, walk))
			continue;
		pid = task_tgid(member->task);
		if (pid)
			pids[(*nr)++] = get_pid(pid);
	}
	rcu_read_unlock();
	mutex_unlock(&count_lock);
	return pids;
}
