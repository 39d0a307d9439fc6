/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of tmpfs: see shm.c. */
#ifndef _VE_MODULE_SHM_H
#define _VE_MODULE_SHM_H

struct ftrace_regs;

long ve_shm_on_setup(struct ftrace_regs *regs);
long ve_shm_on_symlink(struct ftrace_regs *regs);
long ve_shm_on_write(struct ftrace_regs *regs);
long ve_shm_on_fallocate(struct ftrace_regs *regs);
long ve_shm_on_newsize(struct ftrace_regs *regs);
long ve_shm_on_read(struct ftrace_regs *regs);
long ve_shm_on_fault(struct ftrace_regs *regs);
long ve_shm_on_mfill(struct ftrace_regs *regs);
long ve_shm_on_collapse(struct ftrace_regs *regs);
long ve_shm_on_setattr(struct ftrace_regs *regs);

#endif /* _VE_MODULE_SHM_H */
