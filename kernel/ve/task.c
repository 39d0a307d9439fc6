// SPDX-License-Identifier: GPL-2.0-only
/* What happens to tasks, and what it means for VEs: <linux/ve.h>. */
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/ve.h>

#include "bc.h"
#include "event.h"
#include "kmem.h"
#include "member.h"
#include "memory.h"
#include "number.h"
#include "registry.h"

/* Charge a child and what it takes of the kernel's memory, or neither. */
static int charge_child(struct ve_bc *bc, size_t kmem)
{
	const enum ve_resource resource = VE_RESOURCE_NUMPROC;
	const enum ve_severity severity = VE_SEVERITY_BARRIER;

	if (!ve_event_charge(bc, resource, 1, severity))
		return -EAGAIN;
	if (!ve_kmem_charge(bc, kmem, severity)) {
		ve_bc_uncharge(bc, resource, 1);
		return -ENOMEM;
	}
	return 0;
}

/**
 * ve_task_fork - current makes a child
 * @child: the child, which nobody can find yet
 * @clone_flags: what it shares with current
 *
 * Called where an error still undoes the fork. If the fork fails later,
 * ve_task_fork_failed() is called; else ve_task_forked().
 *
 * Return: 0, -EAGAIN if numproc's barrier is in the way, -ENOMEM, also for
 * privvmpages and kmemsize.
 */
int ve_task_fork(struct task_struct *child, unsigned long clone_flags)
{
	struct ve_member *parent = ve_member_of_current();
	struct ve_member *member;
	struct ve *ve;
	size_t kmem;
	int ret;

	/* Quick return for the host. */
	if (likely(!parent))
		return 0;

	ve = parent->ve;
	kmem = ve_member_kmem(child, !(clone_flags & CLONE_THREAD));
	ret = charge_child(ve->bc, kmem);
	if (ret)
		return ret;
	ret = -ENOMEM;
	member = ve_member_new(GFP_ATOMIC);
	if (!member)
		goto err_member;
	member->kmem = kmem;
	/* The child shares or copies the parent's memory and files. */
	member->entering = parent->entering;
	if (!(clone_flags & CLONE_VM)) {
		ret = ve_memory_fork(ve->bc, member);
		if (ret)
			goto err_memory;
	}
	spin_lock(&ve->lock);
	ret = ve_member_join(ve, member, child, false);
	spin_unlock(&ve->lock);
	if (ret)
		goto err_join;
	return 0;

err_join:
	ve_memory_forget(member);
err_memory:
	kfree(member);
err_member:
	ve_bc_uncharge(ve->bc, VE_RESOURCE_NUMPROC, 1);
	ve_bc_uncharge(ve->bc, VE_RESOURCE_KMEMSIZE, kmem);
	return ret;
}

/**
 * ve_task_fork_failed - a fork that may have passed ve_task_fork() fails
 * @child: the child that nobody ever found
 */
void ve_task_fork_failed(struct task_struct *child)
{
	struct ve_member *member;

	rcu_read_lock();
	member = ve_member_of(child);
	if (member)
		ve_member_leave(member);
	rcu_read_unlock();
}

/*
 * current was attached between ve_task_fork() and ve_task_forked(): its child
 * belongs to the VE too, and it is too late to refuse. ve_attach() may find a
 * new thread at the same time; one of the two wins.
 */
static void join_late(struct ve_member *parent, struct task_struct *child)
{
	struct ve_member *member = ve_member_new(GFP_ATOMIC);
	struct ve *ve = parent->ve;
	int ret = -ENOMEM;

	if (member) {
		member->entering = parent->entering;
		spin_lock(&ve->lock);
		ret = ve_member_join(ve, member, child, true);
		spin_unlock(&ve->lock);
	}
	if (!ret) {
		ve_memory_born(member);
		ve_member_born(member);
		return;
	}
	kfree(member);
	/* Nothing may be left outside: it has not run, and now never will. */
	if (ret == -ENOMEM)
		kill_pid(task_tgid(child), SIGKILL, 1);
}

/**
 * ve_task_forked - current has made a child
 * @child: the child, which others can find by now, but which has not run
 */
void ve_task_forked(struct task_struct *child)
{
	struct ve_member *member, *parent;

	rcu_read_lock();
	/*
	 * Pairs with ve_attach(): either it sees the child, which was made
	 * findable before this, or we see the record it gave to current.
	 */
	smp_mb();
	parent = ve_member_of(current);
	/* Quick return for the host. */
	if (likely(!parent))
		goto unlock;
	member = ve_member_of(child);
	if (likely(member)) {
		ve_memory_born(member);
		ve_member_born(member);
	} else {
		join_late(parent, child);
	}
unlock:
	rcu_read_unlock();
}

/* current may have another pid than it had. Called under RCU. */
static void renew_number(void)
{
	struct ve_member *member = ve_member_of(current);

	if (likely(!member || READ_ONCE(member->nr) == task_pid_nr(current)))
		return;
	spin_lock(&member->ve->lock);
	ve_number_renew(member);
	spin_unlock(&member->ve->lock);
}

/**
 * ve_task_exec - current has a new memory image
 *
 * Called past the point of no return, when the descriptors to be closed by
 * exec are closed, and current is the only thread of its group.
 */
void ve_task_exec(void)
{
	struct ve_member *member;

	/* Pairs with ve_attach(): current->mm was set before this. */
	smp_mb();
	/* Its leader may have been released before current had a record. */
	rcu_read_lock();
	renew_number();
	member = ve_member_of(current);
	rcu_read_unlock();
	/* Quick return for the host. */
	if (likely(!member))
		return;
	if (member->entering)
		WRITE_ONCE(member->entering, false);
	ve_memory_exec(member);
}

/**
 * ve_task_exit - a task is about to become a zombie
 * @task: current, its memory and files gone
 */
void ve_task_exit(struct task_struct *task)
{
	struct ve_member *member;

	rcu_read_lock();
	/* Pairs with ve_attach(): PF_EXITING was set before this. */
	smp_mb();
	member = ve_member_of(task);
	if (unlikely(member))
		ve_member_stop(member);
	rcu_read_unlock();
}

/**
 * ve_task_release - a task is being reaped
 * @task: a task in EXIT_DEAD, whoever reaps it
 */
void ve_task_release(struct task_struct *task)
{
	struct ve_member *member;

	rcu_read_lock();
	/* Pairs with ve_attach(): EXIT_DEAD was set before this. */
	smp_mb();
	member = ve_member_of(task);
	if (unlikely(member))
		ve_member_leave(member);
	/* Its leader's number is its own now, whether that had a record or not. */
	if (same_thread_group(task, current))
		renew_number();
	rcu_read_unlock();
}

/*
 * A member reaches into its own VE only, and there not into a process that
 * still carries what it had outside.
 */
static int may_reach(const struct ve_member *member, struct task_struct *target)
{
	const struct ve_member *other = ve_member_of(target);

	return other && other->ve == member->ve && !READ_ONCE(other->entering) ?
	       0 : -EPERM;
}

/**
 * ve_task_ptrace - current wants to look into another process, or control it
 * @target: any thread of that process
 *
 * Return: 0 or -EPERM.
 */
int ve_task_ptrace(struct task_struct *target)
{
	struct ve_member *tracer = ve_member_of_current();
	int ret;

	/* Quick return for the host, which may do as before. */
	if (likely(!tracer))
		return 0;
	if (same_thread_group(current, target))
		return 0;
	rcu_read_lock();
	ret = may_reach(tracer, target);
	rcu_read_unlock();
	return ret;
}

/**
 * ve_task_traceme - current wants to be traced by its parent
 * @tracer: the parent
 *
 * Return: 0 or -EPERM.
 */
int ve_task_traceme(struct task_struct *tracer)
{
	struct ve_member *member;
	int ret = 0;

	rcu_read_lock();
	member = ve_member_of(tracer);
	/* Quick return for the host, which may do as before. */
	if (unlikely(member))
		ret = may_reach(member, current);
	rcu_read_unlock();
	return ret;
}
