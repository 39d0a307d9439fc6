/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of memory: see memory.c. */
#ifndef _VE_MODULE_MEMORY_H
#define _VE_MODULE_MEMORY_H

struct ve_regs;

long ve_memory_on_map(struct ve_regs *regs);
long ve_memory_on_protect(struct ve_regs *regs);
long ve_memory_on_grow(struct ve_regs *regs);
long ve_memory_on_lock(struct ve_regs *regs);
long ve_memory_on_lock_all(struct ve_regs *regs);
long ve_memory_on_lock_all32(struct ve_regs *regs);
long ve_memory_on_lock_shm(struct ve_regs *regs);
long ve_memory_on_end(struct ve_regs *regs);
long ve_memory_on_out(struct ve_regs *regs);
long ve_memory_on_oom_evaluate(struct ve_regs *regs);
long ve_memory_on_oom_kill(struct ve_regs *regs);

#endif /* _VE_MODULE_MEMORY_H */
