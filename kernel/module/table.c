// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions of a stock kernel are hooked, and what each tells the core.
 *
 * Each is a function whose calls are real in the machine code of every kernel
 * supported: it is defined in another file than its callers, or called through
 * a pointer.
 */
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/ve.h>

#include "hook.h"
#include "table.h"

static void *pointer(struct ftrace_regs *regs, unsigned int n)
{
	return (void *)ftrace_regs_get_argument(regs, n);
}

static long on_task_alloc(struct ftrace_regs *regs)
{
	return ve_task_fork(pointer(regs, 0));
}

static long on_perf_event_free_task(struct ftrace_regs *regs)
{
	ve_task_fork_failed(pointer(regs, 0));
	return 0;
}

static long on_post_fork(struct ftrace_regs *regs)
{
	ve_task_forked(pointer(regs, 0));
	return 0;
}

static long on_committed_creds(struct ftrace_regs *regs)
{
	ve_task_exec();
	return 0;
}

static long on_cgroup_exit(struct ftrace_regs *regs)
{
	ve_task_exit(pointer(regs, 0));
	return 0;
}

static long on_cgroup_release(struct ftrace_regs *regs)
{
	ve_task_release(pointer(regs, 0));
	return 0;
}

static long on_ptrace_access_check(struct ftrace_regs *regs)
{
	return ve_task_ptrace(pointer(regs, 0));
}

static long on_ptrace_traceme(struct ftrace_regs *regs)
{
	return ve_task_traceme(pointer(regs, 0));
}

static long on_mm_access(struct ftrace_regs *regs)
{
	/* Of this function's errors the one for a task that may not. */
	return ve_task_ptrace(pointer(regs, 0)) ? -EACCES : 0;
}

static long on_genl_bind(struct ftrace_regs *regs)
{
	return ve_mcgrp_bind(ftrace_regs_get_argument(regs, 1));
}

struct ve_hook ve_hook_table[] = {
	{
		/* copy_process(), before the child can be found */
		.names	= { "security_task_alloc" },
		.gate	= true,
		.call	= on_task_alloc,
		.lost	= "children of members would escape",
	},
	{
		/* copy_process(), each failure after security_task_alloc() */
		.names	= { "perf_event_free_task" },
		.call	= on_perf_event_free_task,
		.lost	= "forks that fail would stay charged",
	},
	{
		/* copy_process(), past all failures; the child can be found */
		.names	= { "cgroup_post_fork" },
		.call	= on_post_fork,
		.lost	= "attach and kill would miss children",
	},
	{
		/* begin_new_exec(), new memory and descriptors in place */
		.names	= { "security_bprm_committed_creds" },
		.call	= on_committed_creds,
		.lost	= "exec would not end the protection of entering tasks",
	},
	{
		/* do_exit(), memory and files gone; renamed in 6.19 */
		.names	= { "cgroup_task_exit", "cgroup_exit" },
		.call	= on_cgroup_exit,
		.lost	= "VEs would not become empty",
	},
	{
		/*
		 * release_task(), once for each task; release_task() itself
		 * loops for a leader that nobody waits for
		 */
		.names	= { "cgroup_task_release", "cgroup_release" },
		.call	= on_cgroup_release,
		.lost	= "dead processes would stay charged",
	},
	{
		/* __ptrace_may_access(): ptrace, /proc/PID, pidfd_getfd, ... */
		.names	= { "security_ptrace_access_check" },
		.gate	= true,
		.call	= on_ptrace_access_check,
		.lost	= "members could take over entering tasks",
	},
	{
		/* ptrace_traceme(): a child gives itself to its parent */
		.names	= { "security_ptrace_traceme" },
		.gate	= true,
		.call	= on_ptrace_traceme,
		.lost	= "members could be given processes of the host to trace",
	},
	{
		/*
		 * /proc/PID/mem, maps, environ; process_vm_readv(): 7.3 lets
		 * CAP_PERFMON read without asking __ptrace_may_access()
		 */
		.names	= { "mm_access" },
		.gate	= true,
		.call	= on_mm_access,
		.lost	= "members could read the memory of entering tasks",
	},
	{
		/* netlink_bind() and netlink_setsockopt(), through a pointer */
		.names	= { "genl_bind" },
		.gate	= true,
		.call	= on_genl_bind,
		.lost	= "members could listen to events",
	},
};

const unsigned int ve_hook_table_size = ARRAY_SIZE(ve_hook_table);
