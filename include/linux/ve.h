/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel tells the VE core. A call is named for the event, not for
 * what is done about it. A form (the module's hooks, or call sites in a
 * patched kernel) makes each of these calls at the place described here.
 *
 * All are called in process context, may be called with preemption and
 * interrupts disabled, and do not sleep.
 */
#ifndef _LINUX_VE_H
#define _LINUX_VE_H

struct task_struct;

int ve_task_fork(struct task_struct *child);
void ve_task_fork_failed(struct task_struct *child);
void ve_task_forked(struct task_struct *child);
void ve_task_exec(void);
void ve_task_exit(struct task_struct *task);
void ve_task_release(struct task_struct *task);
int ve_task_ptrace(struct task_struct *target);
int ve_task_traceme(struct task_struct *tracer);
int ve_mcgrp_bind(int group);

#endif /* _LINUX_VE_H */
