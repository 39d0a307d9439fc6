/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of memory: see memory.c. */
#ifndef _VE_MODULE_MEMORY_H
#define _VE_MODULE_MEMORY_H

struct ftrace_regs;

long ve_memory_on_map(struct ftrace_regs *regs);
long ve_memory_on_protect(struct ftrace_regs *regs);
long ve_memory_on_grow(struct ftrace_regs *regs);
long ve_memory_on_lock(struct ftrace_regs *regs);
long ve_memory_on_lock_all(struct ftrace_regs *regs);
long ve_memory_on_lock_all32(struct ftrace_regs *regs);
long ve_memory_on_lock_shm(struct ftrace_regs *regs);
long ve_memory_on_end(struct ftrace_regs *regs);
long ve_memory_on_out(struct ftrace_regs *regs);
long ve_memory_on_oom_evaluate(struct ftrace_regs *regs);
long ve_memory_on_oom_kill(struct ftrace_regs *regs);

#endif /* _VE_MODULE_MEMORY_H */
