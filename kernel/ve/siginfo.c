// SPDX-License-Identifier: GPL-2.0-only
/* Counting queued signals. See siginfo.h. */
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/ve.h>

#include "bc.h"
#include "event.h"
#include "limits.h"
#include "member.h"
#include "registry.h"
#include "siginfo.h"

static struct ve_member *member_at(struct ve_queue *queue)
{
	return container_of(queue, struct ve_member, queue);
}

static void charge(struct ve_bc *bc, u32 n)
{
	ve_bc_charge(bc, VE_RESOURCE_NUMSIGINFO, n);
	ve_bc_charge(bc, VE_RESOURCE_KMEMSIZE, n * sizeof(struct sigqueue));
}

static void uncharge(struct ve_bc *bc, u32 n)
{
	ve_bc_uncharge(bc, VE_RESOURCE_NUMSIGINFO, n);
	ve_bc_uncharge(bc, VE_RESOURCE_KMEMSIZE, n * sizeof(struct sigqueue));
}

static u32 length(const struct sigpending *pending)
{
	struct list_head *entry;
	u32 nr = 0;

	list_for_each(entry, &pending->list)
		nr++;
	return nr;
}

/* Called under siglock. */
static u32 count(const struct task_struct *task)
{
	u32 nr = length(&task->pending);

	if (thread_group_leader((struct task_struct *)task))
		nr += length(&task->signal->shared_pending);
	return nr;
}

/* @held: a siglock that the caller has, or NULL. */
static void look_at(struct ve_bc *bc, struct ve_member *member,
		    const struct sighand_struct *held)
{
	struct task_struct *task = member->task;
	struct ve_queue *queue = &member->queue;
	struct sighand_struct *sighand;
	u32 now = 0;

	lockdep_assert_held(&bc->queues.lock);
	/* ORDER: a task that is not born has its maker's signal_struct. */
	if (!READ_ONCE(member->born))
		return;
	sighand = rcu_dereference(task->sighand);
	/* What is reaped has thrown away its queue. */
	if (sighand) {
		if (sighand != held && !spin_trylock(&sighand->siglock))
			return;
		/* It may be another's by now: exec and reaping change it. */
		if (sighand == rcu_dereference(task->sighand))
			now = count(task);
		else
			now = queue->seen;
		if (sighand != held)
			spin_unlock(&sighand->siglock);
	}
	if (now > queue->seen)
		charge(bc, now - queue->seen);
	else
		uncharge(bc, queue->seen - now);
	queue->seen = now;
}

/* Counting takes time, which who is refused has not earned. */
static bool may_look(const struct ve_bc *bc)
{
	const struct ve_counter *counters = bc->counters;
	u64 signals = atomic64_read(&counters[VE_RESOURCE_NUMSIGINFO].held);
	u64 tasks = atomic64_read(&counters[VE_RESOURCE_NUMPROC].held);

	return signals + tasks <= VE_GAUGES_CHEAP ||
	       time_after(jiffies, bc->queues.looked);
}

/* Called under RCU. */
static void look_at_all(struct ve_bc *bc, const struct sighand_struct *held)
{
	struct ve_queue *queue;

	list_for_each_entry(queue, &bc->queues.members, link)
		look_at(bc, member_at(queue), held);
	bc->queues.looked = jiffies;
}

/**
 * ve_siginfo_look - bring the number of queued signals up to date
 * @bc: whose
 * @refused: for who is about to be refused: then, if it takes time, once in a
 * jiffy at most
 *
 * Context: any but NMI; no siglock is held.
 */
void ve_siginfo_look(struct ve_bc *bc, bool refused)
{
	unsigned long flags;

	rcu_read_lock();
	spin_lock_irqsave(&bc->queues.lock, flags);
	if (!refused || may_look(bc))
		look_at_all(bc, NULL);
	spin_unlock_irqrestore(&bc->queues.lock, flags);
	rcu_read_unlock();
}

/**
 * ve_siginfo_start - a task has become a member
 * @member: its record; nobody else knows it
 */
void ve_siginfo_start(struct ve_member *member)
{
	struct ve_queues *queues = &member->ve->bc->queues;
	unsigned long flags;

	spin_lock_irqsave(&queues->lock, flags);
	list_add_tail(&member->queue.link, &queues->members);
	spin_unlock_irqrestore(&queues->lock, flags);
}

/**
 * ve_siginfo_stop - a member leaves
 * @member: its record
 *
 * From here on its queue is charged to nobody.
 */
void ve_siginfo_stop(struct ve_member *member)
{
	struct ve_bc *bc = member->ve->bc;
	unsigned long flags;

	spin_lock_irqsave(&bc->queues.lock, flags);
	list_del_init(&member->queue.link);
	uncharge(bc, member->queue.seen);
	member->queue.seen = 0;
	spin_unlock_irqrestore(&bc->queues.lock, flags);
}

static bool fits(struct ve_bc *bc, struct task_struct *task,
		 enum ve_severity severity)
{
	const enum ve_resource resource = VE_RESOURCE_NUMSIGINFO;

	if (likely(ve_bc_fit(bc, resource, 1, severity)))
		return true;
	if (!may_look(bc))
		return false;
	look_at_all(bc, rcu_dereference(task->sighand));
	return ve_bc_fit(bc, resource, 1, severity);
}

/**
 * ve_signal_queue - a signal is about to be queued
 * @task: who is to get it
 * @forced: the kernel sends it for reasons of its own
 *
 * If it is refused, a real-time signal is not sent; any other is, but what
 * comes with it is lost.
 *
 * Context: any but NMI; under @task's siglock.
 * Return: 0, or -EAGAIN if numsiginfo's barrier is in the way.
 */
int ve_signal_queue(struct task_struct *task, bool forced)
{
	const enum ve_severity severity = forced ? VE_SEVERITY_FORCE :
						   VE_SEVERITY_BARRIER;
	struct ve_member *member;
	struct ve_bc *bc;
	bool ok = true;

	rcu_read_lock();
	member = ve_member_of(task);
	/* Quick return for the host. */
	if (likely(!member))
		goto unlock;
	bc = member->ve->bc;
	spin_lock(&bc->queues.lock);
	/* Not if it is leaving: there is nobody to undo it. */
	if (!list_empty(&member->queue.link)) {
		ok = fits(bc, task, severity);
		if (ok) {
			ve_bc_charge(bc, VE_RESOURCE_KMEMSIZE,
				     sizeof(struct sigqueue));
			member->queue.seen++;
		}
	}
	spin_unlock(&bc->queues.lock);
	if (!ok)
		ve_event_refused(bc, VE_RESOURCE_NUMSIGINFO, 1, severity);
unlock:
	rcu_read_unlock();
	return ok ? 0 : -EAGAIN;
}
