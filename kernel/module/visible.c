// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups of processes, and answers with their numbers.
 *
 * None of the hooked functions is called from here: a hook is called within a
 * hook, too.
 */
#include <linux/dcache.h>
#include <linux/filelock.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/taskstats.h>
#include <linux/thread_info.h>
#include <linux/ve.h>
#include <asm/unistd.h>
#include <net/genetlink.h>
#include <trace/events/signal.h>

#include "asker.h"
#include "hook.h"
#include "visible.h"

/* Of all, and of the last that is known, PIDFD_GET_INFO, which came with 6.13. */
#define PIDFD_IOCTLS 0xff
#define NR_PIDFD_GET_INFO 11

/* System calls of 32-bit programs; no header of the kernel's names them here. */
enum {
	IA32_READDIR = 89,
	IA32_SETPRIORITY = 97,
	IA32_GETDENTS = 141,
	IA32_GETDENTS64 = 220,
};

/* Who asks would pass a 0 on to those for whom it is wrong. */
static bool is_for_others(struct ve_regs *regs)
{
	return ve_asked_by(regs, VE_ASKER_HOST) ||
	       ve_asked_by(regs, VE_ASKER_FUTEX);
}

/* The system call that current is in, as numbered for 64-bit programs or not. */
static bool in_call(unsigned int nr, unsigned int ia32_nr)
{
	const unsigned int now = current_pt_regs()->orig_ax;

	return in_ia32_syscall() ? now == ia32_nr :
				   (now & ~__X32_SYSCALL_BIT) == nr;
}

/*
 * What is looked up, and whether it is there for current, are one look: what
 * has come since is not found.
 */
static struct pid *find_pid(int nr, struct pid_namespace *ns, bool wait)
{
	struct pid *pid = ns ? idr_find(&ns->idr, nr) : NULL;

	return ve_pid_found(pid, wait) ? pid : NULL;
}

/**
 * ve_visible_on_find - a process, group or session is looked up by its number
 * @regs: arguments of find_vpid() and its kin
 *
 * Return: whether one of the following is to do it.
 */
long ve_visible_on_find(struct ve_regs *regs)
{
	if (ve_sees_all())
		return ve_is_member() && ve_asked_by(regs, VE_ASKER_CHANGE);
	return !ve_asked_by(regs, VE_ASKER_HOST);
}

/**
 * ve_visible_find_vpid - in place of find_vpid()
 * @nr: the number
 *
 * Return: what there is for current, or NULL.
 */
notrace struct pid *ve_visible_find_vpid(int nr)
{
	struct pid *pid;

	rcu_read_lock();
	pid = find_pid(nr, task_active_pid_ns(current), false);
	rcu_read_unlock();
	return pid;
}

/**
 * ve_visible_find_pid_ns - in place of find_pid_ns()
 * @nr: the number
 * @ns: in which pid namespace
 *
 * Return: what there is for current, or NULL.
 */
notrace struct pid *ve_visible_find_pid_ns(int nr, struct pid_namespace *ns)
{
	struct pid *pid;

	rcu_read_lock();
	pid = find_pid(nr, ns, false);
	rcu_read_unlock();
	return pid;
}

/**
 * ve_visible_find_get_pid - in place of find_get_pid()
 * @nr: the number
 *
 * Return: what there is for current, with a reference, or NULL.
 */
notrace struct pid *ve_visible_find_get_pid(pid_t nr)
{
	struct pid *pid;

	rcu_read_lock();
	pid = get_pid(find_pid(nr, task_active_pid_ns(current), true));
	rcu_read_unlock();
	return pid;
}

/**
 * ve_visible_find_task - in place of find_task_by_pid_ns()
 * @nr: the number
 * @ns: in which pid namespace
 *
 * Context: under RCU.
 * Return: the task that there is for current, or NULL.
 */
notrace struct task_struct *ve_visible_find_task(pid_t nr,
						 struct pid_namespace *ns)
{
	return pid_task(find_pid(nr, ns, false), PIDTYPE_PID);
}

/**
 * ve_visible_find_vtask - in place of find_task_by_vpid()
 * @nr: the number
 *
 * Context: under RCU.
 * Return: the task that there is for current, or NULL.
 */
notrace struct task_struct *ve_visible_find_vtask(pid_t nr)
{
	return ve_visible_find_task(nr, task_active_pid_ns(current));
}

/**
 * ve_visible_find_get_task - in place of find_get_task_by_vpid()
 * @nr: the number
 *
 * Return: the task that there is for current, with a reference, or NULL.
 */
notrace struct task_struct *ve_visible_find_get_task(pid_t nr)
{
	struct task_struct *task;

	rcu_read_lock();
	task = ve_visible_find_vtask(nr);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

/**
 * ve_visible_on_list - the next process of all is looked for
 * @regs: arguments of find_ge_pid()
 *
 * Return: that ve_pid_next() is to do it.
 */
long ve_visible_on_list(struct ve_regs *regs)
{
	return true;
}

/**
 * ve_visible_on_revalidate - an entry in procfs has been looked up before
 * @regs: arguments of pid_revalidate()
 *
 * Context: possibly in a look-up under RCU.
 * Return: 0, or that there is to be none.
 */
long ve_visible_on_revalidate(struct ve_regs *regs)
{
	return ve_entry_hidden(ve_hook_ptr(regs, VE_COMPAT_REVALIDATE_DENTRY)) ?
	       -ENOENT : 0;
}

/**
 * ve_visible_on_pidfd - somebody is to get a pidfd
 * @regs: arguments of pidfd_prepare()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_pidfd(struct ve_regs *regs)
{
	return ve_pid_hidden(ve_hook_ptr(regs, 0)) ? -ESRCH : 0;
}

/**
 * ve_visible_on_pidfd_ioctl - somebody asks about the process of a pidfd
 * @regs: arguments of pidfd_ioctl()
 *
 * PIDFD_GET_INFO would try again and again to be told the number.
 *
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_pidfd_ioctl(struct ve_regs *regs)
{
	const unsigned int command = ve_hook_arg(regs, 1);
	struct pid *pid;

	if (likely(ve_sees_all()) || _IOC_TYPE(command) != PIDFD_IOCTLS ||
	    _IOC_NR(command) > NR_PIDFD_GET_INFO)
		return 0;
	pid = pidfd_pid(ve_hook_ptr(regs, 0));
	if (IS_ERR(pid) || !ve_pid_hidden(pid))
		return 0;
	return _IOC_NR(command) == NR_PIDFD_GET_INFO ? -EREMOTE : -ESRCH;
}

static bool in_getdents(void)
{
	return in_call(__NR_getdents, IA32_GETDENTS) ||
	       in_call(__NR_getdents64, IA32_GETDENTS64) ||
	       (in_ia32_syscall() && in_call(0, IA32_READDIR));
}

/**
 * ve_visible_on_task_number - somebody is to be told a number of a task
 * @regs: arguments of __task_pid_nr_ns()
 *
 * Context: any.
 * Return: whether it is to be 0.
 */
long ve_visible_on_task_number(struct ve_regs *regs)
{
	const enum pid_type type = ve_hook_arg(regs, 1);

	if (likely(!ve_task_untold(ve_hook_ptr(regs, 0), type)) ||
	    is_for_others(regs))
		return 0;
	/*
	 * PIDFD_GET_INFO, if the hook above was passed before current was
	 * attached.
	 */
	return type != PIDTYPE_TGID || !ve_is_entering() ||
	       !ve_asked_by(regs, VE_ASKER_PIDFD);
}

/**
 * ve_visible_on_number - somebody is to be told a number
 * @regs: arguments of pid_vnr()
 *
 * Context: any.
 * Return: whether it is to be 0.
 */
long ve_visible_on_number(struct ve_regs *regs)
{
	return ve_pid_untold(ve_hook_ptr(regs, 0)) && !is_for_others(regs);
}

/**
 * ve_visible_on_number_in - the same in some pid namespace
 * @regs: arguments of pid_nr_ns()
 *
 * A list goes on with the number of what find_ge_pid() has found for it, even
 * if that was before current was attached.
 *
 * Context: any.
 * Return: whether it is to be 0.
 */
long ve_visible_on_number_in(struct ve_regs *regs)
{
	return !in_getdents() && ve_pid_untold(ve_hook_ptr(regs, 0));
}

/**
 * ve_visible_on_lock_owner - somebody is to be told who has a file lock
 * @regs: arguments of locks_translate_pid()
 *
 * The number is kept in the lock, of the initial pid namespace.
 *
 * Return: whether it is to be 0.
 */
long ve_visible_on_lock_owner(struct ve_regs *regs)
{
	/* Or its first member, which is all that is looked at. */
	const struct file_lock *lock = ve_hook_ptr(regs, 0);
	bool hidden;

	/* Not of a process, or not of this machine's. */
	if (ve_compat_flc(lock, flags) & FL_OFDLCK ||
	    (int)ve_compat_flc(lock, pid) <= 0)
		return 0;
	rcu_read_lock();
	hidden = ve_pid_hidden(idr_find(&init_pid_ns.idr,
					ve_compat_flc(lock, pid)));
	rcu_read_unlock();
	return hidden;
}

/**
 * ve_visible_on_kill - a process sends a signal
 * @regs: arguments of security_task_kill()
 *
 * Context: any.
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_kill(struct ve_regs *regs)
{
	/* Somebody else does, who is known by his credentials. */
	if (ve_hook_ptr(regs, 3))
		return 0;
	return ve_task_reach(ve_hook_ptr(regs, 0));
}

/**
 * ve_visible_on_nice - a task is given another priority
 * @regs: arguments of set_user_nice()
 *
 * setpriority() goes on with the others of a group or user. The kernel has
 * other uses for it.
 *
 * Return: whether it is passed over.
 */
long ve_visible_on_nice(struct ve_regs *regs)
{
	return in_call(__NR_setpriority, IA32_SETPRIORITY) && !ve_sees_all() &&
	       ve_task_reach(ve_hook_ptr(regs, 0));
}

/**
 * ve_visible_on_ioprio - the same for input and output
 * @regs: arguments of set_task_ioprio()
 *
 * Return: whether it is passed over.
 */
long ve_visible_on_ioprio(struct ve_regs *regs)
{
	return !ve_sees_all() && ve_task_reach(ve_hook_ptr(regs, 0));
}

/**
 * ve_visible_on_change - something of a task is changed
 * @regs: arguments of security_task_setnice() and its kin
 *
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_change(struct ve_regs *regs)
{
	return ve_task_change(ve_hook_ptr(regs, 0));
}

/**
 * ve_visible_on_open - a file has been opened
 * @regs: arguments of security_file_open()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_open(struct ve_regs *regs)
{
	return ve_file_open(ve_hook_ptr(regs, 0));
}

/**
 * ve_visible_on_last_pid - a number is read or said to be the last that was used
 * @regs: arguments of pid_ns_ctl_handler()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_last_pid(struct ve_regs *regs)
{
	return ve_hook_arg(regs, 1) ? ve_machine_change() : 0;
}

/**
 * ve_visible_on_machine - acct() or reboot(), which mean the whole machine
 * @regs: arguments of the system call
 *
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_machine(struct ve_regs *regs)
{
	return ve_machine_change();
}

/**
 * ve_visible_on_alloc_pid - a child gets its numbers
 * @regs: arguments of alloc_pid()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_alloc_pid(struct ve_regs *regs)
{
	return ve_task_choose(ve_hook_ptr(regs, 0), ve_hook_ptr(regs, 1),
			      ve_hook_arg(regs, 2));
}

/**
 * ve_visible_on_taskstats - a request to taskstats
 * @regs: arguments of taskstats_user_cmd()
 *
 * To hear of whatever ends on a CPU is for the initial pid namespace.
 *
 * Return: 0, or that it is to be refused.
 */
long ve_visible_on_taskstats(struct ve_regs *regs)
{
	const struct genl_info *info = ve_hook_ptr(regs, 1);

	return info->attrs[TASKSTATS_CMD_ATTR_REGISTER_CPUMASK] &&
	       !ve_sees_all() ? -EINVAL : 0;
}

/**
 * ve_visible_on_signal - a signal was sent
 * @data: unused
 * @sig: which
 * @info: what came with it
 * @task: to whom
 * @group: to its thread group
 * @result: what became of it
 *
 * Context: any; the sighand is locked.
 */
void ve_visible_on_signal(void *data, int sig, struct kernel_siginfo *info,
			  struct task_struct *task, int group, int result)
{
	if (result == TRACE_SIGNAL_DELIVERED)
		ve_signal_queued(sig, task, group);
}
