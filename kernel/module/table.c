// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions of a stock kernel are hooked, and what each tells the core.
 *
 * Each is a function whose calls are real in the machine code of every kernel
 * supported: it is defined in another file than its callers, or called through
 * a pointer.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/ve.h>
#include <linux/version.h>

#include "lock.h"
#include "memory.h"
#include "object.h"
#include "rules.h"
#include "shm.h"
#include "socket.h"
#include "table.h"
#include "task.h"
#include "visible.h"

static long on_xt_replace_table(struct ve_regs *regs)
{
	return ve_rules_on_replace(ve_hook_ptr(regs, 0),
				   ve_hook_arg(regs, 1),
				   ve_hook_ptr(regs, 2), ve_hook_ptr(regs, 3));
}

static long on_xt_free_table_info(struct ve_regs *regs)
{
	ve_rules_free(ve_hook_ptr(regs, 0));
	return 0;
}

struct ve_hook ve_hook_table[] = {
	{
		/* copy_process(), before the child can be found */
		.names	= { "security_task_alloc" },
		.members = true,
		.gate	= true,
		.call	= ve_task_on_fork,
		.lost	= "children of members would escape",
	},
	{
		/* copy_process(), each failure after security_task_alloc() */
		.names	= { "perf_event_free_task" },
		.call	= ve_task_on_fork_failed,
		.lost	= "forks that fail would stay charged",
	},
	{
		/* copy_process(), past all failures; the child can be found */
		.names	= { "cgroup_post_fork" },
		.call	= ve_task_on_forked,
		.lost	= "attach and kill would miss children",
	},
	{
		/* begin_new_exec(), new memory and descriptors in place */
		.names	= { "security_bprm_committed_creds" },
		.call	= ve_task_on_exec,
		.lost	= "exec would not end the protection of entering tasks",
	},
	{
		/* do_exit(), memory and files gone; renamed in 6.19 */
		.names	= { "cgroup_task_exit", "cgroup_exit" },
		.call	= ve_task_on_exit,
		.lost	= "VEs would not become empty",
	},
	{
		/*
		 * release_task(), once for each task; release_task() itself
		 * loops for a leader that nobody waits for
		 */
		.names	= { "cgroup_task_release", "cgroup_release" },
		.call	= ve_task_on_release,
		.lost	= "dead processes would stay charged",
	},
	{
		/* __ptrace_may_access(): ptrace, /proc/PID, pidfd_getfd, ... */
		.names	= { "security_ptrace_access_check" },
		.members = true,
		.gate	= true,
		.call	= ve_task_on_ptrace,
		.lost	= "members could take over entering tasks",
	},
	{
		/* ptrace_traceme(): a child gives itself to its parent */
		.names	= { "security_ptrace_traceme" },
		.gate	= true,
		.call	= ve_task_on_traceme,
		.lost	= "members could be given processes of the host to trace",
	},
	{
		/*
		 * /proc/PID/mem, maps, environ; process_vm_readv(): 7.3 lets
		 * CAP_PERFMON read without asking __ptrace_may_access()
		 */
		.names	= { "mm_access" },
		.members = true,
		.gate	= true,
		.call	= ve_task_on_mm_access,
		.lost	= "members could read the memory of entering tasks",
	},
	{
		/* netlink_bind() and netlink_setsockopt(), through a pointer */
		.names	= { "genl_bind" },
		.members = true,
		.gate	= true,
		.call	= ve_task_on_genl_bind,
		.lost	= "members could listen to events",
	},
	{
		/* __send_signal_locked(), for the entry in the queue */
		.names	= { "sig_get_ucounts", "__sigqueue_alloc" },
		.gate	= true,
		.null	= true,
		.call	= ve_task_on_signal,
		.lost	= "queued signals would not be bounded",
	},
	{
		/* kill(), setpgid(), tcsetpgrp(), fcntl(), clocks of processes */
		.names	= { "find_vpid" },
		.members = true,
		.gate	= true,
		.instead = ve_visible_find_vpid,
		.call	= ve_visible_on_find,
		.lost	= "members could find processes outside",
	},
	{
		/* waitid() and wait4(), pidfd_open(), SCM_CREDENTIALS */
		.names	= { "find_get_pid" },
		.members = true,
		.gate	= true,
		.instead = ve_visible_find_get_pid,
		.call	= ve_visible_on_find,
		.lost	= "members could find processes outside",
	},
	{
		/* locks, and what has the two below inlined */
		.names	= { "find_pid_ns" },
		.members = true,
		.gate	= true,
		.instead = ve_visible_find_pid_ns,
		.call	= ve_visible_on_find,
		.lost	= "members could find processes outside",
	},
	{
		/* most system calls that take the pid of a process */
		.names	= { "find_task_by_vpid" },
		.members = true,
		.gate	= true,
		.instead = ve_visible_find_vtask,
		.call	= ve_visible_on_find,
		.lost	= "members could find processes outside",
	},
	{
		/* the same when they go on using it */
		.names	= { "find_get_task_by_vpid" },
		.members = true,
		.gate	= true,
		.instead = ve_visible_find_get_task,
		.call	= ve_visible_on_find,
		.lost	= "members could find processes outside",
	},
	{
		/* /proc/PID and /proc/PID/task/TID, not looked up before */
		.names	= { "find_task_by_pid_ns" },
		.members = true,
		.gate	= true,
		.instead = ve_visible_find_task,
		.call	= ve_visible_on_find,
		.lost	= "members could find processes outside",
	},
	{
		/* the list of /proc, under RCU */
		.names	= { "find_ge_pid" },
		.members = true,
		.listing = true,
		.gate	= true,
		.instead = ve_pid_next,
		.call	= ve_visible_on_list,
		.lost	= "members could list processes outside",
	},
	{
		/* /proc/PID, looked up before, by whomever; through a table */
		.names	= { "pid_revalidate" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_revalidate,
		.lost	= "members could find processes outside",
	},
	{
		/* pidfd_open(), SO_PEERPIDFD, SCM_PIDFD, fanotify */
		.names	= { "pidfd_prepare" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_pidfd,
		.lost	= "members could get processes outside",
	},
	{
		/* through a table */
		.names	= { "pidfd_ioctl" },
		.members = true,
		.since	= KERNEL_VERSION(6, 11, 0),
		.gate	= true,
		.call	= ve_visible_on_pidfd_ioctl,
		.lost	= "members could ask about processes outside",
	},
	{
		/* getppid(), si_pid, status, all and those of a user */
		.names	= { "__task_pid_nr_ns" },
		.members = true,
		.gate	= true,
		.null	= true,
		.call	= ve_visible_on_task_number,
		.lost	= "members would be told of processes outside",
	},
	{
		/* getpgid(), F_GETOWN, credentials of peers, System V IPC, ... */
		.names	= { "pid_vnr" },
		.members = true,
		.gate	= true,
		.null	= true,
		.call	= ve_visible_on_number,
		.lost	= "members would be told of processes outside",
	},
	{
		/* owners of file locks, /proc/PID/stat, fdinfo of a pidfd, ... */
		.names	= { "pid_nr_ns" },
		.members = true,
		.listing = true,
		.gate	= true,
		.null	= true,
		.call	= ve_visible_on_number_in,
		.lost	= "members would be told of processes outside",
	},
	{
		/* F_GETLK, /proc/locks, which leaves out those of 0 */
		.names	= { "locks_translate_pid" },
		.members = true,
		.gate	= true,
		.null	= true,
		.call	= ve_visible_on_lock_owner,
		.lost	= "members would be told of processes outside",
	},
	{
		/* check_kill_permission(), each process of a group, or of all */
		.names	= { "security_task_kill" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_kill,
		.lost	= "members could signal processes outside",
	},
	{
		/* setpriority(), each process of a group or user */
		.names	= { "set_user_nice" },
		.members = true,
		.gate	= true,
		.null	= true,
		.call	= ve_visible_on_nice,
		.lost	= "members could reach processes outside by their group",
	},
	{
		/* ioprio_set(), each process of a group or user */
		.names	= { "set_task_ioprio" },
		.members = true,
		.gate	= true,
		.null	= true,
		.call	= ve_visible_on_ioprio,
		.lost	= "members could reach processes outside by their group",
	},
	{
		/* setpriority() */
		.names	= { "security_task_setnice" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_change,
		.lost	= "who watches could change what it sees",
	},
	{
		/* ioprio_set() */
		.names	= { "security_task_setioprio" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_change,
		.lost	= "who watches could change what it sees",
	},
	{
		/* sched_setscheduler(), sched_setaffinity(), and moves between cpusets */
		.names	= { "security_task_setscheduler" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_change,
		.lost	= "who watches could change what it sees",
	},
	{
		/* prlimit() */
		.names	= { "security_task_setrlimit" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_change,
		.lost	= "who watches could change what it sees",
	},
	{
		/* migrate_pages(), move_pages() */
		.names	= { "security_task_movememory" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_change,
		.lost	= "who watches could change what it sees",
	},
	{
		/* do_dentry_open(): files of /proc/PID that are written to */
		.names	= { "security_file_open" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_open,
		.lost	= "who watches could change what it sees",
	},
	{
		/* kernel.ns_last_pid, through a table */
		.names	= { "pid_ns_ctl_handler" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_last_pid,
		.lost	= "members could try which numbers are in use",
	},
	{
		/* the system call */
		.names	= { "__x64_sys_acct" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_machine,
		.lost	= "members could take the host's accounting",
	},
	{
		/* the same for 32-bit programs */
		.names	= { "__ia32_sys_acct" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_machine,
		.lost	= "members could take the host's accounting",
	},
	{
		/* the system call, which in a pid namespace ends that */
		.names	= { "__x64_sys_reboot" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_machine,
		.lost	= "members could restart the host",
	},
	{
		/* the same for 32-bit programs */
		.names	= { "__ia32_sys_reboot" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_machine,
		.lost	= "members could restart the host",
	},
	{
		/* copy_process(), with the numbers that clone3() may choose */
		.names	= { "alloc_pid" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_alloc_pid,
		.lost	= "members could try which numbers are in use",
	},
	{
		/* through a table of generic netlink */
		.names	= { "taskstats_user_cmd" },
		.members = true,
		.gate	= true,
		.call	= ve_visible_on_taskstats,
		.lost	= "members could hear of all processes that end",
	},
	{
		/* alloc_empty_file() and its kin */
		.names	= { "security_file_alloc" },
		.members = true,
		.gate	= true,
		.call	= ve_object_on_file,
		.lost	= "open files would not be counted",
	},
	{
		/* file_free(): the last put, or an open that failed */
		.names	= { "security_file_free" },
		.object	= true,
		.call	= ve_object_on_file_free,
		.lost	= "closed files would stay charged",
	},
	{
		/* __sock_create(), when the family has made its part */
		.names	= { "security_socket_post_create" },
		.members = true,
		.gate	= true,
		.call	= ve_socket_on_create,
		.lost	= "sockets would not be counted",
	},
	{
		/* unix_stream_connect(), past all its other failures */
		.names	= { "security_unix_stream_connect" },
		.members = true,
		.gate	= true,
		.call	= ve_socket_on_unix_connect,
		.lost	= "accepted UNIX sockets would not be counted",
	},
	{
		/* inet_csk_clone_lock(), mptcp_sk_clone_init() */
		.names	= { "sk_clone", "sk_clone_lock" },
		.object	= true,
		.gate	= true,
		.null	= true,
		.call	= ve_socket_on_clone,
		.lost	= "accepted TCP sockets would not be bounded",
	},
	{
		/* sock_copy(), the clone has an address */
		.names	= { "security_sk_clone" },
		.object	= true,
		.call	= ve_socket_on_cloned,
		.lost	= "accepted TCP sockets would stay charged",
	},
	{
		/* sk_prot_free(), and sk_prot_alloc() when it fails */
		.names	= { "security_sk_free" },
		.object	= true,
		.call	= ve_socket_on_free,
		.lost	= "closed sockets would stay charged",
	},
	{
		/* tcp_sendmsg_locked(), each time it adds to a packet; 0 waits */
		.names	= { "tcp_wmem_schedule" },
		.object	= true,
		.gate	= true,
		.null	= true,
		.call	= ve_socket_on_tcp_send,
		.lost	= "send buffers of TCP sockets would not be bounded",
	},
	{
		/* tcp_data_queue(), behind what is to be read; -1 drops */
		.names	= { "tcp_try_rmem_schedule" },
		.object	= true,
		.gate	= true,
		.call	= ve_socket_on_tcp_receive,
		.lost	= "receive buffers of TCP sockets would not be bounded",
	},
	{
		/* UNIX, UDP, raw and packet sockets; its error is an argument */
		.names	= { "sock_alloc_send_pskb" },
		.object	= true,
		.gate	= true,
		.null	= true,
		.call	= ve_socket_on_send,
		.lost	= "send buffers would not be bounded",
	},
	{
		/* sock_alloc_send_pskb(), which may have slept; the same error */
		.names	= { "alloc_skb_with_frags" },
		.members = true,
		.gate	= true,
		.null	= true,
		.call	= ve_socket_on_sending,
		.lost	= "who waits to send would send past a bound",
	},
	{
		/* UDP, raw and ping sockets; with MSG_MORE, again and again */
		.names	= { "ip_append_data" },
		.object	= true,
		.gate	= true,
		.call	= ve_socket_on_append,
		.lost	= "datagrams could grow past a bound",
	},
	{
		/* UDP sockets, without MSG_MORE: all fragments at once */
		.names	= { "ip_make_skb" },
		.object	= true,
		.gate	= true,
		.call	= ve_socket_on_make,
		.lost	= "datagrams could be larger than a bound",
	},
	{
		/* the same for IPv6 */
		.names	= { "ip6_append_data" },
		.object	= true,
		.gate	= true,
		.call	= ve_socket_on_append6,
		.lost	= "datagrams could grow past a bound",
	},
	{
		/* the same for IPv6 */
		.names	= { "ip6_make_skb" },
		.object	= true,
		.gate	= true,
		.call	= ve_socket_on_make6,
		.lost	= "datagrams could be larger than a bound",
	},
	{
		/* splice() and sendfile() into UNIX sockets and datagrams */
		.names	= { "skb_splice_from_iter", "unix_stream_sendpage" },
		.gate	= true,
		.call	= ve_socket_on_splice,
		.lost	= "pages given to sockets would not be bounded",
	},
	{
		/* udp_queue_rcv_one_skb(), which drops it on an error */
		.names	= { "__udp_enqueue_schedule_skb" },
		.object	= true,
		.gate	= true,
		.call	= ve_socket_on_datagram,
		.lost	= "receive buffers of UDP sockets would not be bounded",
	},
	{
		/* sock_queue_rcv_skb_reason(): raw and ping sockets */
		.names	= { "__sock_queue_rcv_skb" },
		.object	= true,
		.gate	= true,
		.call	= ve_socket_on_datagram,
		.lost	= "receive buffers of raw sockets would not be bounded",
	},
	{
		/* posix_lock_file(), fcntl_setlk(), locks_remove_posix(), ... */
		.names	= { "posix_lock_inode" },
		.members = true,
		.gate	= true,
		.call	= ve_lock_on_posix,
		.lost	= "file locks would not be bounded",
	},
	{
		/* flock(), locks_remove_flock() */
		.names	= { "flock_lock_inode" },
		.members = true,
		.gate	= true,
		.call	= ve_lock_on_flock,
		.lost	= "file locks would not be bounded",
	},
	{
		/* in the two above, right before a lock is put in its list */
		.names	= { "locks_copy_lock" },
		.object	= true,
		.call	= ve_lock_on_new,
		.lost	= "file locks would not be counted",
	},
	{
		/* in the two above, and for leases: out of its list */
		.names	= { "locks_unlink_lock_ctx" },
		.object	= true,
		.call	= ve_lock_on_free,
		.lost	= "file locks that are gone would stay charged",
	},
	{
		/*
		 * mmap, shmat, exec, ...: what is in the place of the new
		 * mapping is there still
		 */
		.names	= { "do_mmap" },
		.members = true,
		.gate	= true,
		.call	= ve_memory_on_map,
		.lost	= "private memory would not be bounded",
	},
	{
		/* do_mprotect_pkey(), before each mprotect_fixup() */
		.names	= { "security_file_mprotect" },
		.members = true,
		.call	= ve_memory_on_protect,
		.lost	= "what is writable already would be asked for again",
	},
	{
		/* brk, mremap, mprotect, page faults below a stack */
		.names	= { "may_expand_vm" },
		.object	= true,
		.gate	= true,
		.null	= true,
		.call	= ve_memory_on_grow,
		.lost	= "private memory would not be bounded",
	},
	{
		/* mlock, mlockall: each part of what is locked or let go of */
		.names	= { "mlock_fixup" },
		.gate	= true,
		.call	= ve_memory_on_lock,
		.lost	= "locked memory would not be bounded",
	},
	{
		/* the system call: it ignores what mlock_fixup() says */
		.names	= { "__x64_sys_mlockall" },
		.members = true,
		.gate	= true,
		.call	= ve_memory_on_lock_all,
		.lost	= "mlockall would lock a part and not say so",
	},
	{
		/* the same for 32-bit programs */
		.names	= { "__ia32_sys_mlockall" },
		.members = true,
		.gate	= true,
		.call	= ve_memory_on_lock_all32,
		.lost	= "mlockall would lock a part and not say so",
	},
	{
		/* SHM_LOCK, SHM_UNLOCK, and the end of each segment */
		.names	= { "shmem_lock" },
		.gate	= true,
		.call	= ve_memory_on_lock_shm,
		.lost	= "locked shared memory would not be bounded",
	},
	{
		/* __mmput() */
		.names	= { "exit_mmap" },
		.object	= true,
		.call	= ve_memory_on_end,
		.lost	= "memory that is gone would stay charged",
	},
	{
		/* page allocator, memory cgroups, sysrq */
		.names	= { "out_of_memory" },
		.call	= ve_memory_on_out,
		.lost	= "guarantees would not count when memory runs out",
	},
	{
		/* each process that may be killed for its memory; 0 goes on */
		.names	= { "oom_evaluate_task" },
		.gate	= true,
		.null	= true,
		.call	= ve_memory_on_oom_evaluate,
		.lost	= "guarantees would not count when memory runs out",
	},
	{
		/* each process that is */
		.names	= { "__oom_kill_process" },
		.call	= ve_memory_on_oom_kill,
		.lost	= "who was killed for memory would not be told",
	},
	{
		/* ptmx_open() */
		.names	= { "devpts_pty_new" },
		.members = true,
		.gate	= true,
		.call	= ve_object_on_pty,
		.lost	= "ptys would not be counted",
	},
	{
		/* release_tty(), through the driver's table, once for a pair */
		.names	= { "pty_unix98_remove" },
		.call	= ve_object_on_pty_remove,
		.lost	= "closed ptys would stay charged",
	},
	{
		/* inode_init_always(), it has a superblock and nothing else */
		.names	= { "security_inode_alloc" },
		.members = true,
		.gate	= true,
		.call	= ve_object_on_inode,
		.lost	= "shared memory would not be counted",
	},
	{
		/* __destroy_inode(), and the one above when it fails */
		.names	= { "security_inode_free" },
		.object	= true,
		.call	= ve_object_on_inode_free,
		.lost	= "shared memory that is gone would stay charged",
	},
	{
		/* shmget(), mmap() of shared anonymous memory, memfd_create() */
		.names	= { "__shmem_file_setup" },
		.members = true,
		.call	= ve_shm_on_setup,
		.lost	= "shared memory would not be bounded",
	},
	{
		/* symlink(), through a table; a long text takes a page */
		.names	= { "shmem_symlink" },
		.call	= ve_shm_on_symlink,
		.lost	= "symbolic links in tmpfs would not be bounded",
	},
	{
		/* write() and its kin, through a table */
		.names	= { "shmem_write_begin" },
		.gate	= true,
		.call	= ve_shm_on_write,
		.lost	= "files in tmpfs would not be bounded",
	},
	{
		/* fallocate(), madvise(MADV_REMOVE), through a table; no lock yet */
		.names	= { "shmem_fallocate" },
		.gate	= true,
		.call	= ve_shm_on_fallocate,
		.lost	= "files in tmpfs would not be bounded",
	},
	{
		/* a touch of what is mapped, through a table */
		.names	= { "shmem_fault" },
		.gate	= true,
		.fault	= true,
		.call	= ve_shm_on_fault,
		.lost	= "mapped files in tmpfs would not be bounded",
	},
	{
		/* UFFDIO_COPY, UFFDIO_ZEROPAGE */
		.names	= { "shmem_mfill_filemap_add",
			    "shmem_mfill_atomic_pte" },
		.gate	= true,
		.call	= ve_shm_on_mfill,
		.lost	= "pages that userfaultfd adds would not be bounded",
	},
	{
		/* truncate(), ftruncate(), open(O_TRUNC), through a table */
		.names	= { "shmem_setattr" },
		.gate	= true,
		.call	= ve_shm_on_setattr,
		.lost	= "pages given up could be seen too late",
	},
	{
		/* shmem_fallocate(), first of all under the file's lock */
		.names	= { "inode_newsize_ok" },
		.object	= true,
		.gate	= true,
		.call	= ve_shm_on_newsize,
		.lost	= "files in tmpfs would not be bounded",
	},
	{
		/* drivers and memfd_pin_folios(); 6.1 has the next one only */
		.names	= { "shmem_read_folio_gfp",
			    "shmem_read_mapping_page_gfp" },
		.gate	= true,
		.call	= ve_shm_on_read,
		.lost	= "pages that drivers take would not be bounded",
	},
	{
		/* drivers, and uprobes in what is mapped from tmpfs */
		.names	= { "shmem_read_mapping_page_gfp" },
		.gate	= true,
		.call	= ve_shm_on_read,
		.lost	= "pages that drivers take would not be bounded",
	},
	{
		/* collapse_file(): khugepaged, MADV_COLLAPSE; false gives up */
		.names	= { "shmem_charge" },
		.gate	= true,
		.null	= true,
		.call	= ve_shm_on_collapse,
		.lost	= "large pages could be made of few",
	},
	{
		/* __do_replace() of each family, under the table's lock */
		.names	= { "xt_replace_table" },
		.module	= "x_tables",
		.held	= "xt_replace_table",
		.gate	= true,
		.null	= true,
		.call	= on_xt_replace_table,
		.lost	= "rules of packet filters would not be bounded",
	},
	{
		/* the same when it has replaced them; the end of a table */
		.names	= { "xt_free_table_info" },
		.object	= true,
		.module	= "x_tables",
		.held	= "xt_replace_table",
		.call	= on_xt_free_table_info,
		.lost	= "rules that are gone would stay charged",
	},
};

const unsigned int ve_hook_table_size = ARRAY_SIZE(ve_hook_table);

struct ve_trace ve_trace_table[] = {
	{
		.name	= "signal_generate",
		.probe	= ve_visible_on_signal,
		.lost	= "signals from outside would tell who sent them",
	},
	{
		.name	= "posix_lock_inode",
		.probe	= ve_lock_on_done,
		.lost	= "locks that are not made would stay charged",
	},
	{
		.name	= "flock_lock_inode",
		.probe	= ve_lock_on_done,
		.lost	= "locks that are not made would stay charged",
	},
};

const unsigned int ve_trace_table_size = ARRAY_SIZE(ve_trace_table);
