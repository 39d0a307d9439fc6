/* SPDX-License-Identifier: GPL-2.0-only */
/* What requests for file locks mean, read off a stock kernel's structures. */
#ifndef _VE_MODULE_LOCK_H
#define _VE_MODULE_LOCK_H

struct file_lock;
struct inode;

int ve_lock_on_posix(struct inode *inode, const struct file_lock *request);
int ve_lock_on_flock(struct inode *inode, const struct file_lock *request);

#endif /* _VE_MODULE_LOCK_H */
