/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of tasks: see task.c. */
#ifndef _VE_MODULE_TASK_H
#define _VE_MODULE_TASK_H

struct ve_regs;

long ve_task_on_fork(struct ve_regs *regs);
long ve_task_on_fork_failed(struct ve_regs *regs);
long ve_task_on_forked(struct ve_regs *regs);
long ve_task_on_exec(struct ve_regs *regs);
long ve_task_on_exit(struct ve_regs *regs);
long ve_task_on_release(struct ve_regs *regs);
long ve_task_on_ptrace(struct ve_regs *regs);
long ve_task_on_traceme(struct ve_regs *regs);
long ve_task_on_mm_access(struct ve_regs *regs);
long ve_task_on_genl_bind(struct ve_regs *regs);
long ve_task_on_signal(struct ve_regs *regs);

#endif /* _VE_MODULE_TASK_H */
