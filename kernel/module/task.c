// SPDX-License-Identifier: GPL-2.0-only
/* What happens to tasks. */
#include <linux/errno.h>
#include <linux/sched/signal.h>
#include <linux/ve.h>

#include "hook.h"
#include "task.h"

/**
 * ve_task_on_fork - current makes a child
 * @regs: arguments of security_task_alloc()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_task_on_fork(struct ve_regs *regs)
{
	return ve_task_fork(ve_hook_ptr(regs, 0),
			    ve_hook_arg(regs, 1));
}

/**
 * ve_task_on_fork_failed - a fork fails
 * @regs: arguments of perf_event_free_task()
 *
 * Return: 0.
 */
long ve_task_on_fork_failed(struct ve_regs *regs)
{
	ve_task_fork_failed(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_task_on_forked - current has made a child
 * @regs: arguments of cgroup_post_fork()
 *
 * Return: 0.
 */
long ve_task_on_forked(struct ve_regs *regs)
{
	ve_task_forked(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_task_on_exec - current has called exec
 * @regs: arguments of security_bprm_committed_creds()
 *
 * Return: 0.
 */
long ve_task_on_exec(struct ve_regs *regs)
{
	ve_task_exec();
	return 0;
}

/**
 * ve_task_on_exit - a task ends
 * @regs: arguments of cgroup_task_exit() or cgroup_exit()
 *
 * Return: 0.
 */
long ve_task_on_exit(struct ve_regs *regs)
{
	ve_task_exit(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_task_on_release - a task is reaped
 * @regs: arguments of cgroup_task_release() or cgroup_release()
 *
 * Return: 0.
 */
long ve_task_on_release(struct ve_regs *regs)
{
	ve_task_release(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_task_on_ptrace - current wants to look into a process
 * @regs: arguments of security_ptrace_access_check()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_task_on_ptrace(struct ve_regs *regs)
{
	return ve_task_ptrace(ve_hook_ptr(regs, 0));
}

/**
 * ve_task_on_traceme - current wants to be traced
 * @regs: arguments of security_ptrace_traceme()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_task_on_traceme(struct ve_regs *regs)
{
	return ve_task_traceme(ve_hook_ptr(regs, 0));
}

/**
 * ve_task_on_mm_access - current wants to look into memory
 * @regs: arguments of mm_access()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_task_on_mm_access(struct ve_regs *regs)
{
	/* Of this function's errors the one for a task that may not. */
	return ve_task_ptrace(ve_hook_ptr(regs, 0)) ? -EACCES : 0;
}

/**
 * ve_task_on_genl_bind - a socket of netlink joins a group
 * @regs: arguments of genl_bind()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_task_on_genl_bind(struct ve_regs *regs)
{
	return ve_mcgrp_bind(ve_hook_arg(regs, 1));
}

/**
 * ve_task_on_signal - a signal gets an entry in a queue
 * @regs: arguments of sig_get_ucounts() or __sigqueue_alloc()
 *
 * Return: whether it is to have none.
 */
long ve_task_on_signal(struct ve_regs *regs)
{
	int sig = ve_hook_arg(regs, VE_COMPAT_QUEUE_SIG);

	/* Not a timer's own entry, which it queues again and again. */
	if (sig <= 0)
		return 0;
	return ve_signal_queue(ve_hook_ptr(regs, VE_COMPAT_QUEUE_TASK),
			       (int)ve_hook_arg
					(regs, VE_COMPAT_QUEUE_FORCED));
}
