/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel tells the VE core. A call is named for the event, not for
 * what is done about it. A form (the module's hooks, or call sites in a
 * patched kernel) makes each of these calls at the place described here.
 *
 * Those about sockets that come and go by themselves are called in softirqs
 * too, all others in process context only. All may be called with preemption
 * and interrupts disabled, and do not sleep.
 */
#ifndef _LINUX_VE_H
#define _LINUX_VE_H

#include <linux/pid.h>
#include <linux/types.h>

struct dentry;
struct file;
struct file_lock;
struct inode;
struct mm_struct;
struct oom_control;
struct pid;
struct pid_namespace;
struct sk_buff;
struct sock;
struct socket;
struct super_block;
struct task_struct;
struct tty_struct;
struct vm_area_struct;
struct xt_table_info;

int ve_task_fork(struct task_struct *child, unsigned long clone_flags);
void ve_task_fork_failed(struct task_struct *child);
void ve_task_forked(struct task_struct *child);
void ve_task_exec(void);
void ve_task_exit(struct task_struct *task);
void ve_task_release(struct task_struct *task);
int ve_task_ptrace(struct task_struct *target);
int ve_task_traceme(struct task_struct *tracer);
int ve_task_reach(struct task_struct *task);
int ve_task_change(struct task_struct *task);
int ve_task_choose(const struct pid_namespace *ns, const pid_t *numbers,
		   size_t levels);
int ve_machine_change(void);
int ve_mcgrp_bind(int group);
int ve_signal_queue(struct task_struct *task, bool forced);
void ve_signal_queued(int sig, struct task_struct *task, bool group);

bool ve_pid_found(struct pid *pid, bool wait);
bool ve_pid_hidden(struct pid *pid);
bool ve_pid_untold(struct pid *pid);
bool ve_task_untold(struct task_struct *task, enum pid_type type);
struct pid *ve_pid_next(int nr, struct pid_namespace *ns);

int ve_file_alloc(struct file *file);
void ve_file_free(struct file *file);
int ve_file_open(const struct file *file);
bool ve_entry_hidden(const struct dentry *dentry);

int ve_inode_alloc(struct inode *inode);
void ve_inode_free(struct inode *inode);

void ve_shm_create(const struct super_block *sb, u64 pages);
int ve_shm_grow(struct inode *inode, u64 pages);
int ve_shm_resize(struct inode *inode, u64 size, bool keep);
void ve_shm_shrink(struct inode *inode);

int ve_socket_created(struct socket *sock, int kern);
int ve_unix_connect(struct sock *accepted);
int ve_sock_clone(const struct sock *sk);
void ve_sock_cloned(const struct sock *sk, const struct sock *clone);
void ve_sock_free(struct sock *sk);
int ve_tcp_send(struct sock *sk, size_t size);
int ve_tcp_receive(struct sock *sk, size_t size);
int ve_sock_send(struct sock *sk, size_t size, bool noblock);
int ve_sock_sending(size_t size);
int ve_sock_append(struct sock *sk, size_t size, bool noblock);
int ve_sock_splice(struct sock *sk, size_t size);
int ve_datagram_receive(struct sock *sk, const struct sk_buff *skb);

/**
 * enum ve_lock_request - what is asked for, as seen beside the locks there are
 * @VE_LOCK_NOTHING: no new one: a removal, or one that joins others
 * @VE_LOCK_NEW: one more
 * @VE_LOCK_AMID: one amid another of its owner's, which becomes two
 * @VE_LOCK_INSTEAD: one instead of another, which goes when it has come
 * @VE_LOCK_SPLIT: a removal amid one, which becomes two
 */
enum ve_lock_request {
	VE_LOCK_NOTHING,
	VE_LOCK_NEW,
	VE_LOCK_AMID,
	VE_LOCK_INSTEAD,
	VE_LOCK_SPLIT,
};

int ve_lock_begin(enum ve_lock_request request);
void ve_lock_new(const struct file_lock *lock);
void ve_lock_end(void);
void ve_lock_free(const struct file_lock *lock);

int ve_memory_map(const struct file *file, unsigned long addr,
		  unsigned long len, unsigned long prot, unsigned long flags,
		  unsigned long vm_flags);
void ve_memory_protect(const struct vm_area_struct *vma);
int ve_memory_grow(const struct mm_struct *mm, unsigned long vm_flags,
		   unsigned long pages);
int ve_memory_lock(const struct vm_area_struct *vma, unsigned long start,
		   unsigned long end, unsigned long vm_flags);
int ve_memory_lock_all(int flags);
void ve_memory_end(const struct mm_struct *mm);

int ve_shm_lock(const struct file *file, bool lock);

void ve_oom_begin(const struct oom_control *oc);
bool ve_oom_passes_over(struct task_struct *task, struct oom_control *oc);
void ve_oom_kill(struct task_struct *victim);

int ve_pty_open(struct tty_struct *pty);
void ve_pty_remove(struct tty_struct *tty);

int ve_rules_replace(const struct xt_table_info *old,
		     const struct xt_table_info *rules, unsigned int number);
void ve_rules_free(const struct xt_table_info *rules);

/* Questions about current, for whoever makes the other calls. */
bool ve_sees_all(void);
bool ve_is_member(void);
bool ve_is_watching(void);
bool ve_is_entering(void);
bool ve_pid_change(struct pid *pid);

/*
 * For hooks only, which learn of what comes before it is locked: a call site
 * asks where it comes.
 */
int ve_shm_grow_locked(struct inode *inode, u64 pages);
bool ve_shm_grow_at_most(struct inode *inode, u64 pages);
bool ve_shm_announce(const struct inode *inode, pgoff_t first, pgoff_t last);
bool ve_shm_announced(const struct inode *inode, pgoff_t *first, pgoff_t *last);

#endif /* _LINUX_VE_H */
