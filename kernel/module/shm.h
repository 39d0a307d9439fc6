/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of tmpfs: see shm.c. */
#ifndef _VE_MODULE_SHM_H
#define _VE_MODULE_SHM_H

struct ve_regs;

long ve_shm_on_setup(struct ve_regs *regs);
long ve_shm_on_symlink(struct ve_regs *regs);
long ve_shm_on_write(struct ve_regs *regs);
long ve_shm_on_fallocate(struct ve_regs *regs);
long ve_shm_on_newsize(struct ve_regs *regs);
long ve_shm_on_read(struct ve_regs *regs);
long ve_shm_on_fault(struct ve_regs *regs);
long ve_shm_on_mfill(struct ve_regs *regs);
long ve_shm_on_collapse(struct ve_regs *regs);
long ve_shm_on_setattr(struct ve_regs *regs);

#endif /* _VE_MODULE_SHM_H */
