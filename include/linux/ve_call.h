/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a call site in the kernel includes: the calls, and what to ask first, so
 * that who has nothing to do with virtual environments pays nothing for them.
 */
#ifndef _LINUX_VE_CALL_H
#define _LINUX_VE_CALL_H

#ifdef CONFIG_VE

#include <linux/jump_label.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/ve.h>

DECLARE_STATIC_KEY_FALSE(ve_armed_key);

/**
 * ve_armed - may there be a VE, or an object of one?
 *
 * Return: whether calls of <linux/ve.h> can mean anything.
 */
static __always_inline bool ve_armed(void)
{
	return static_branch_unlikely(&ve_armed_key);
}

/**
 * ve_inside - is current in a VE?
 *
 * Return: whether calls can mean anything that are about what current does.
 */
static __always_inline bool ve_inside(void)
{
	return ve_armed() && unlikely(rcu_access_pointer(current->ve));
}

/**
 * ve_hides - is there anything that current does not see?
 *
 * Return: whether it is in a VE that hides others.
 */
static __always_inline bool ve_hides(void)
{
	return ve_inside() && !ve_sees_all();
}

/**
 * ve_pid_is_found - ask ve_pid_found() from where a pid may be without RCU
 * @pid: what was looked up, kept by the caller in any way, or NULL
 *
 * Return: whether current finds it.
 */
static inline bool ve_pid_is_found(struct pid *pid)
{
	bool found;

	rcu_read_lock();
	found = ve_pid_found(pid, false);
	rcu_read_unlock();
	return found;
}

/**
 * ve_pid_awaited - find whom current may wait for, among others
 * @nr: the number that current gives
 * @ns: of its pids
 *
 * Context: under RCU.
 * Return: who has it, NULL if nobody that current finds.
 */
static inline struct pid *ve_pid_awaited(int nr, struct pid_namespace *ns)
{
	struct pid *pid = find_pid_ns(nr, ns);

	return ve_pid_found(pid, true) ? pid : NULL;
}

/* A new object is nobody's. */
#define ve_none(place) RCU_INIT_POINTER(place, NULL)

#else

/*
 * Nothing is left of a call site, neither what it gives nor a declaration, for
 * which compilers would number others differently: the object code is that of
 * a kernel that has none.
 */
#define ve_armed() false
#define ve_inside() false
#define ve_hides() false
#define ve_none(...) ((void)0)
#define ve_pid_is_found(...) true
#define ve_pid_awaited(...) NULL

#define ve_task_fork(...) 0
#define ve_task_fork_failed(...) ((void)0)
#define ve_task_forked(...) ((void)0)
#define ve_task_exec(...) ((void)0)
#define ve_task_exit(...) ((void)0)
#define ve_task_release(...) ((void)0)
#define ve_task_ptrace(...) 0
#define ve_task_traceme(...) 0
#define ve_task_reach(...) 0
#define ve_task_change(...) 0
#define ve_task_choose(...) 0
#define ve_machine_change(...) 0
#define ve_mcgrp_bind(...) 0
#define ve_signal_queue(...) 0
#define ve_signal_queued(...) ((void)0)
#define ve_pid_found(...) true
#define ve_pid_hidden(...) false
#define ve_pid_untold(...) false
#define ve_task_untold(...) false
#define ve_pid_next(...) NULL
#define ve_file_alloc(...) 0
#define ve_file_free(...) ((void)0)
#define ve_file_open(...) 0
#define ve_entry_hidden(...) false
#define ve_inode_alloc(...) 0
#define ve_inode_free(...) ((void)0)
#define ve_shm_create(...) ((void)0)
#define ve_shm_grow(...) 0
#define ve_shm_resize(...) 0
#define ve_shm_shrink(...) ((void)0)
#define ve_socket_created(...) 0
#define ve_unix_connect(...) 0
#define ve_sock_clone(...) 0
#define ve_sock_cloned(...) ((void)0)
#define ve_sock_free(...) ((void)0)
#define ve_tcp_send(...) 0
#define ve_tcp_receive(...) 0
#define ve_sock_send(...) 0
#define ve_sock_sending(...) 0
#define ve_sock_append(...) 0
#define ve_sock_splice(...) 0
#define ve_datagram_receive(...) 0
#define ve_lock_begin(...) 0
#define ve_lock_new(...) ((void)0)
#define ve_lock_end(...) ((void)0)
#define ve_lock_free(...) ((void)0)
#define ve_memory_map(...) 0
#define ve_memory_protect(...) ((void)0)
#define ve_memory_grow(...) 0
#define ve_memory_lock(...) 0
#define ve_memory_lock_all(...) 0
#define ve_memory_end(...) ((void)0)
#define ve_shm_lock(...) 0
#define ve_oom_begin(...) ((void)0)
#define ve_oom_passes_over(...) false
#define ve_oom_kill(...) ((void)0)
#define ve_pty_open(...) 0
#define ve_pty_remove(...) ((void)0)
#define ve_rules_replace(...) 0
#define ve_rules_free(...) ((void)0)
#define ve_pid_change(...) true

#endif

#endif /* _LINUX_VE_CALL_H */
