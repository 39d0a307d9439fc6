/* SPDX-License-Identifier: GPL-2.0-only */
/* What requests for file locks mean, read off a stock kernel's structures. */
#ifndef _VE_MODULE_LOCK_H
#define _VE_MODULE_LOCK_H

struct file_lock;
struct inode;
struct ve_regs;

long ve_lock_on_posix(struct ve_regs *regs);
long ve_lock_on_flock(struct ve_regs *regs);
long ve_lock_on_new(struct ve_regs *regs);
long ve_lock_on_free(struct ve_regs *regs);
void ve_lock_on_done(void *data, struct inode *inode, struct file_lock *lock,
		     int ret);

#endif /* _VE_MODULE_LOCK_H */
