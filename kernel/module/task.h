/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of tasks: see task.c. */
#ifndef _VE_MODULE_TASK_H
#define _VE_MODULE_TASK_H

struct ftrace_regs;

long ve_task_on_fork(struct ftrace_regs *regs);
long ve_task_on_fork_failed(struct ftrace_regs *regs);
long ve_task_on_forked(struct ftrace_regs *regs);
long ve_task_on_exec(struct ftrace_regs *regs);
long ve_task_on_exit(struct ftrace_regs *regs);
long ve_task_on_release(struct ftrace_regs *regs);
long ve_task_on_ptrace(struct ftrace_regs *regs);
long ve_task_on_traceme(struct ftrace_regs *regs);
long ve_task_on_mm_access(struct ftrace_regs *regs);
long ve_task_on_genl_bind(struct ftrace_regs *regs);
long ve_task_on_signal(struct ftrace_regs *regs);

#endif /* _VE_MODULE_TASK_H */
