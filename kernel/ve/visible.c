// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which processes there are for a member: <linux/ve.h>.
 *
 * The observer is current, the target is what it asks for. A number is inside
 * if the task that has it is, like one of a pid namespace: also one of a group
 * or session, even if its members are on both sides. Only when there is no such
 * task any more do the members of the group or session decide.
 */
#include <linux/errno.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/ve.h>

#include "member.h"
#include "number.h"
#include "registry.h"

/*
 * The VE that current is in, if it is current that asks: in interrupts nobody
 * does, and what they interrupt may be changing the table of records.
 */
static struct ve *own_ve(void)
{
	return in_task() ? ve_of_current() : NULL;
}

/* The VE that current sees from inside; NULL if it sees everything. */
static struct ve *observer(void)
{
	struct ve *ve = own_ve();

	return ve && !ve->watching ? ve : NULL;
}

/*
 * @ve: current's. Threads of current that attach has not reached yet are its
 * own, too.
 */
static bool is_inside(const struct ve *ve, struct task_struct *task)
{
	const struct ve_member *member;

	if (same_thread_group(task, current))
		return true;
	member = ve_member_of(task);
	return member && member->ve == ve;
}

/* Being reaped: its record is gone, and it will be in a moment. */
static bool is_gone(const struct task_struct *task)
{
	return READ_ONCE(task->exit_state) == EXIT_DEAD;
}

/* Whose a number is, as far as an observer is concerned. */
enum whose { NOBODYS, INSIDE, OUTSIDE };

/* Called under RCU. */
static enum whose whose_is(const struct ve *ve, struct pid *pid)
{
	static const enum pid_type groups[] = { PIDTYPE_PGID, PIDTYPE_SID };
	struct task_struct *task = pid_task(pid, PIDTYPE_PID);
	enum whose whose = NOBODYS;
	unsigned int i;

	if (task && !is_gone(task))
		return is_inside(ve, task) ? INSIDE : OUTSIDE;
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		do_each_pid_task(pid, groups[i], task) {
			if (is_gone(task))
				continue;
			if (is_inside(ve, task))
				return INSIDE;
			whose = OUTSIDE;
		} while_each_pid_task(pid, groups[i], task);
	}
	return whose;
}

static bool is_child_of(struct task_struct *task, struct task_struct *parent)
{
	return same_thread_group(rcu_dereference(task->real_parent), parent);
}

/*
 * What current can wait for it knows, wherever that is: its children that were
 * made before it was attached. So does fork tell of a child that the attach of
 * its parent has not reached, be it a sibling. Called under RCU.
 */
static bool is_known(struct task_struct *task)
{
	/* Else its parents may be gone. */
	if (!pid_alive(task))
		return false;
	return is_child_of(task, current) ||
	       same_thread_group(rcu_dereference(task->parent), current) ||
	       (READ_ONCE(task->__state) == TASK_NEW &&
		is_child_of(task, rcu_dereference(current->real_parent)));
}

/* A process, or a group without its leader, that current can wait for. */
static bool is_waited_for(struct pid *pid)
{
	struct task_struct *task = pid_task(pid, PIDTYPE_PID);

	if (task && !is_gone(task))
		return is_known(task);
	do_each_pid_task(pid, PIDTYPE_PGID, task) {
		if (is_known(task))
			return true;
	} while_each_pid_task(pid, PIDTYPE_PGID, task);
	return false;
}

/**
 * ve_pid_found - current has looked something up by its number
 * @pid: what it has found, or NULL
 * @wait: maybe to wait for it
 *
 * What has no task yet may be anybody's in a moment: it is nobody's.
 *
 * Context: under RCU; current is a member.
 * Return: whether it is in the VE.
 */
bool ve_pid_found(struct pid *pid, bool wait)
{
	const struct ve *ve = own_ve();

	return pid && ve && (whose_is(ve, pid) == INSIDE ||
			     (wait && is_waited_for(pid)));
}

/**
 * ve_pid_hidden - current has found something otherwise
 * @pid: what it has found, or NULL
 *
 * Return: whether it is to find nothing.
 */
bool ve_pid_hidden(struct pid *pid)
{
	const struct ve *ve = observer();
	bool hidden;

	/* Quick return for the host, which sees everything. */
	if (likely(!ve) || !pid)
		return false;
	rcu_read_lock();
	hidden = whose_is(ve, pid) == OUTSIDE;
	rcu_read_unlock();
	return hidden;
}

/**
 * ve_pid_untold - current is about to be told a number
 * @pid: of what, or NULL
 *
 * Return: whether it is to be told 0 instead.
 */
bool ve_pid_untold(struct pid *pid)
{
	const struct ve *ve = observer();
	bool told;

	/* What is said about who exits is said to others. */
	if (likely(!ve) || !pid || current->flags & PF_EXITING)
		return false;
	rcu_read_lock();
	told = whose_is(ve, pid) != OUTSIDE || is_waited_for(pid);
	rcu_read_unlock();
	return !told;
}

/**
 * ve_task_untold - current is about to be told a number of a task
 * @task: the task, or NULL for current
 * @type: which of its numbers
 *
 * Return: whether it is to be told 0 instead.
 */
bool ve_task_untold(struct task_struct *task, enum pid_type type)
{
	const struct ve *ve;
	bool told;

	if (!task)
		task = current;
	/* Quick return for who asks for itself: it is inside of whatever it is. */
	if (task == current && type != PIDTYPE_PGID && type != PIDTYPE_SID)
		return false;
	ve = observer();
	if (likely(!ve) || current->flags & PF_EXITING)
		return false;
	rcu_read_lock();
	if (type == PIDTYPE_PGID)
		told = !ve_pid_untold(task_pgrp(task));
	else if (type == PIDTYPE_SID)
		told = !ve_pid_untold(task_session(task));
	else
		told = is_inside(ve, task) || is_gone(task) || is_known(task);
	rcu_read_unlock();
	return !told;
}

/* A pid namespace within a VE has little else in it. */
static struct pid *next_in(struct pid_namespace *ns, const struct ve *ve,
			   int nr)
{
	struct pid *pid;

	while ((pid = idr_get_next(&ns->idr, &nr)) && ve &&
	       whose_is(ve, pid) != INSIDE)
		nr++;
	return pid;
}

/**
 * ve_pid_next - find the next in a list of all processes
 * @nr: the number to start with
 * @ns: whose numbers
 *
 * Context: under RCU.
 * Return: the first there is for current, of @nr or more; NULL if none.
 */
struct pid *ve_pid_next(int nr, struct pid_namespace *ns)
{
	struct ve *ve = observer();

	if (likely(ve && ns == &init_pid_ns))
		return ve_number_next(ve, nr);
	return next_in(ns, ve, nr);
}

/**
 * ve_task_reach - does current reach a task that it has not looked up?
 * @task: the task, found in a group, by its user, among all there are, or by
 * what current had in hand
 *
 * -ESRCH would be taken for one that has just gone: who sends a signal looks
 * again, and again.
 *
 * Return: 0 or -EPERM.
 */
int ve_task_reach(struct task_struct *task)
{
	const struct ve *ve;
	int ret;

	/* Quick return for who signals itself. */
	if (task == current)
		return 0;
	ve = own_ve();
	/* Who exits sends what its children have asked for. */
	if (likely(!ve) || current->flags & PF_EXITING)
		return 0;
	rcu_read_lock();
	ret = is_inside(ve, task) ? 0 : -EPERM;
	rcu_read_unlock();
	return ret;
}

/**
 * ve_task_change - current changes something of a task that it has looked up
 * @task: the task
 *
 * Return: 0; -EPERM if it is outside of a VE that watches. For others there is
 * no such task, or ve_task_reach() says what is to become of it.
 */
int ve_task_change(struct task_struct *task)
{
	const struct ve *ve = own_ve();

	return ve && ve->watching ? ve_task_reach(task) : 0;
}

/**
 * ve_pid_change - current looks something up by its number, to change it
 * @pid: what it would find, or NULL
 *
 * Return: false if it is outside of a VE that watches.
 */
bool ve_pid_change(struct pid *pid)
{
	const struct ve *ve = own_ve();
	bool inside;

	/* Quick return for the host; for others see ve_pid_hidden(). */
	if (likely(!ve) || !ve->watching || !pid)
		return true;
	rcu_read_lock();
	inside = whose_is(ve, pid) != OUTSIDE;
	rcu_read_unlock();
	return inside;
}

/**
 * ve_task_choose - current makes a child with a number of its own choice
 * @ns: the child's pid namespace
 * @numbers: those it chooses, from @ns outwards
 * @levels: how many these are
 *
 * That a number is in use tells that there is somebody: in the initial
 * namespace all numbers are the kernel's choice. What is no choice of one (too
 * many namespaces, a number below 1) is left to the kernel, which says -EINVAL
 * before it asks for the capability.
 *
 * Return: 0 or -EPERM, as who lacks the capability.
 */
int ve_task_choose(const struct pid_namespace *ns, const pid_t *numbers,
		   size_t levels)
{
	size_t i;

	if (levels != ns->level + 1 || !own_ve())
		return 0;
	for (i = 0; i < levels; i++)
		if (numbers[i] < 1)
			return 0;
	return -EPERM;
}

/**
 * ve_sees_all - may current listen to what happens to all processes?
 *
 * Return: whether it may, as far as VEs are concerned.
 */
bool ve_sees_all(void)
{
	return !observer();
}

/**
 * ve_is_member - is current in a VE, whatever it sees?
 *
 * Return: whether it is.
 */
bool ve_is_member(void)
{
	return own_ve();
}

/**
 * ve_is_watching - does current see all, and is to change nothing?
 *
 * Return: whether it does.
 */
bool ve_is_watching(void)
{
	const struct ve *ve = own_ve();

	return ve && ve->watching;
}

/**
 * ve_is_entering - was current attached, without exec since?
 *
 * Return: whether it may be in a system call that it began as a process of the
 * host.
 */
bool ve_is_entering(void)
{
	const struct ve_member *member = ve_member_of_current();

	return member && member->entering;
}

/* As the kernel itself does for who sends from an outer pid namespace. */
static bool has_sender(const struct kernel_siginfo *info)
{
	switch (info->si_code) {
	case SI_TIMER:
	case SI_SIGIO:
	case SI_ASYNCIO:
		return false;
	default:
		return info->si_code <= 0;
	}
}

/**
 * ve_signal_queued - a signal has been queued
 * @sig: which
 * @task: for whom; its sighand is locked
 * @group: for its thread group
 *
 * Who is not there has no number: it is taken from the entry.
 *
 * Context: any.
 */
void ve_signal_queued(int sig, struct task_struct *task, bool group)
{
	const struct ve_member *member, *sender;
	struct sigpending *pending;
	struct sigqueue *last;

	/* Nothing is queued with the first; the second have no sender. */
	if (sig == SIGKILL || !in_task())
		return;
	rcu_read_lock();
	member = ve_member_of(task);
	if (likely(!member) || member->ve->watching ||
	    same_thread_group(task, current))
		goto unlock;
	sender = ve_member_of(current);
	if (sender && sender->ve == member->ve)
		goto unlock;
	pending = group ? &task->signal->shared_pending : &task->pending;
	if (list_empty(&pending->list))
		goto unlock;
	last = list_last_entry(&pending->list, struct sigqueue, list);
	if (last->info.si_signo == sig && has_sender(&last->info))
		last->info.si_pid = 0;
unlock:
	rcu_read_unlock();
}
