/* SPDX-License-Identifier: GPL-2.0-only */
/* What is asked of tmpfs, read off a stock kernel's structures. */
#ifndef _VE_MODULE_SHM_H
#define _VE_MODULE_SHM_H

#include <linux/types.h>

struct address_space;
struct dentry;
struct file;
struct iattr;
struct inode;
struct vfsmount;
struct vm_area_struct;
struct vm_fault;

void ve_shm_on_setup(const struct vfsmount *mnt, loff_t size,
		     unsigned long flags);
void ve_shm_on_symlink(const struct inode *dir, const char *text);
int ve_shm_on_write(const struct address_space *mapping, loff_t pos);
int ve_shm_on_fallocate(const struct file *file, int mode, loff_t offset,
			loff_t len);
int ve_shm_on_newsize(struct inode *inode);
int ve_shm_on_read(const struct address_space *mapping, pgoff_t index);
int ve_shm_on_collapse(struct inode *inode, long pages);
int ve_shm_on_fault(const struct vm_fault *fault);
int ve_shm_on_mfill(struct vm_area_struct *vma, unsigned long address,
		    void *const *left);
int ve_shm_on_setattr(const struct dentry *dentry, const struct iattr *attr);

#endif /* _VE_MODULE_SHM_H */
