// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a file of tmpfs is about to get: pages that it has not, neither in
 * memory nor in swap. Another task may add or remove some before the kernel
 * does; the core copes with more and with fewer.
 */
#include <linux/fs.h>
#include <linux/falloc.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/rcupdate.h>
#include <linux/shmem_fs.h>
#include <linux/string.h>
#include <linux/ve.h>
#include <linux/ve_form.h>
#include <linux/xarray.h>

#include "hook.h"
#include "shm.h"

/* More pages than that are counted only if it matters: it takes time. */
#define MANY_PAGES BIT(18)

/* A shorter text needs no page; private to mm/shmem.c. */
#define SHORT_SYMLINK_LEN 128

static bool is_of_a_ve(const struct inode *inode)
{
	bool ret;

	rcu_read_lock();
	ret = ve_object_slot_get(ve_inode_place(inode));
	rcu_read_unlock();
	return ret;
}

/* As a whole, whatever of it is there. */
static bool is_reserved(struct inode *inode)
{
	return !(SHMEM_I(inode)->flags & SHMEM_F_NORESERVE);
}

static bool may_grow(struct inode *inode)
{
	return is_of_a_ve(inode) && !is_reserved(inode);
}

static int ask_for_one(struct inode *inode, pgoff_t index)
{
	/* Quick return for the host, and for what is there: page or swap. */
	if (likely(!may_grow(inode)) ||
	    xa_load(&inode->i_mapping->i_pages, index))
		return 0;
	return ve_shm_grow(inode, 1);
}

/* How many pages of a range there are; if they change meanwhile, about so many. */
static u64 present(struct inode *inode, pgoff_t first, pgoff_t last)
{
	XA_STATE(xas, &inode->i_mapping->i_pages, first);
	u64 nr = 0;
	void *entry;

	rcu_read_lock();
	xas_for_each(&xas, entry, last) {
		pgoff_t mask = (1UL << xas_get_order(&xas)) - 1;

		if (xas_retry(&xas, entry))
			continue;
		/* One entry may stand for many pages. */
		nr += min(xas.xa_index | mask, last) -
		      max(xas.xa_index & ~mask, first) + 1;
	}
	rcu_read_unlock();
	/* What is split meanwhile may be met twice. */
	return min_t(u64, nr, last - first + 1);
}

/**
 * ve_shm_on_setup - current makes an object that no path leads to
 * @regs: arguments of __shmem_file_setup()
 *
 * Return: 0.
 */
long ve_shm_on_setup(struct ve_regs *regs)
{
	const struct vfsmount *mnt = ve_hook_ptr(regs, 0);
	loff_t size = ve_hook_arg(regs, 2);
	unsigned long flags = ve_hook_arg(regs, 3);

	if (IS_ERR(mnt))
		return 0;
	ve_shm_create(mnt->mnt_sb, size < 0 || (flags & VM_NORESERVE) ? 0 :
		      DIV_ROUND_UP_ULL(size, PAGE_SIZE));
	return 0;
}

/**
 * ve_shm_on_symlink - current makes a symbolic link
 * @regs: arguments of shmem_symlink()
 *
 * Return: 0.
 */
long ve_shm_on_symlink(struct ve_regs *regs)
{
	const struct inode *dir = ve_hook_ptr(regs, 1);
	const char *text = ve_hook_ptr(regs, 3);

	ve_shm_create(dir->i_sb, strlen(text) + 1 > SHORT_SYMLINK_LEN);
	return 0;
}

/**
 * ve_shm_on_write - a page of a file is about to be written to
 * @regs: arguments of shmem_write_begin()
 *
 * Where there are large pages the kernel may add more than one; the core sees
 * them at the next request.
 *
 * Return: 0, or the errno with which to refuse it.
 */
long ve_shm_on_write(struct ve_regs *regs)
{
	const struct address_space *mapping = ve_hook_ptr(regs, 1);
	loff_t pos = ve_hook_arg(regs, 2);
	unsigned int len = ve_hook_arg(regs, 3);

	/* Quick return for the host. */
	if (likely(!is_of_a_ve(mapping->host)))
		return 0;
	if (is_reserved(mapping->host))
		return ve_shm_resize(mapping->host, pos + len, false);
	return ask_for_one(mapping->host, pos >> PAGE_SHIFT);
}

/*
 * First whether so many fit if none is there: to look takes time, with
 * preemption disabled, so it is done only if it matters.
 */
static int ask_for_range(struct inode *inode, pgoff_t first, pgoff_t last)
{
	if (SHMEM_I(inode)->alloced > MANY_PAGES &&
	    ve_shm_grow_at_most(inode, last - first + 1))
		return 0;
	return ve_shm_grow_locked(inode, last - first + 1 -
				  present(inode, first, last));
}

/**
 * ve_shm_on_fallocate - pages are about to be added to a file, or removed
 * @regs: arguments of shmem_fallocate()
 *
 * Return: 0, or the errno with which to refuse it.
 */
long ve_shm_on_fallocate(struct ve_regs *regs)
{
	struct inode *inode = file_inode(ve_hook_ptr(regs, 0));
	int mode = ve_hook_arg(regs, 1);
	u64 offset = ve_hook_arg(regs, 2);
	u64 len = ve_hook_arg(regs, 3);
	pgoff_t first = offset >> PAGE_SHIFT;
	pgoff_t last = (offset + len - 1) >> PAGE_SHIFT;

	if (mode & FALLOC_FL_PUNCH_HOLE)
		ve_shm_shrink(inode);
	/* Quick return for the host, and for what adds nothing. */
	if (likely(!is_of_a_ve(inode)) || (mode & ~FALLOC_FL_KEEP_SIZE))
		return 0;
	if (is_reserved(inode) && (mode & FALLOC_FL_KEEP_SIZE))
		return ve_shm_resize(inode, offset + len, true);
	if (ve_shm_announce(inode, first, last) || is_reserved(inode))
		return 0;
	/* Somebody of the host, in a file of a VE. */
	return ve_shm_grow(inode, last - first + 1 -
			   present(inode, first, last));
}

/**
 * ve_shm_on_newsize - an inode that current has locked is about to be changed
 * @regs: arguments of inode_newsize_ok()
 *
 * In fallocate this is the first thing done with the lock held, and nobody else
 * can allocate in the file until it is done.
 *
 * Return: 0, or the errno with which to refuse it.
 */
long ve_shm_on_newsize(struct ve_regs *regs)
{
	struct inode *inode = ve_hook_ptr(regs, 0);
	pgoff_t first, last;

	/* If that came to nothing, it may be another inode by now. */
	if (likely(!ve_shm_announced(inode, &first, &last)) ||
	    inode->i_sb->s_magic != TMPFS_MAGIC)
		return 0;
	if (is_reserved(inode))
		return ve_shm_resize(inode, (u64)(last + 1) << PAGE_SHIFT,
				     false);
	return ask_for_range(inode, first, last);
}

/**
 * ve_shm_on_read - a driver is about to take a page of a file
 * @regs: arguments of shmem_read_folio_gfp(), shmem_read_mapping_page_gfp()
 *
 * Return: 0, or the errno with which to refuse it.
 */
long ve_shm_on_read(struct ve_regs *regs)
{
	const struct address_space *mapping = ve_hook_ptr(regs, 0);
	pgoff_t index = ve_hook_arg(regs, 1);

	return ask_for_one(mapping->host, index);
}

/**
 * ve_shm_on_collapse - pages of a file are about to become a large one
 * @regs: arguments of shmem_charge()
 *
 * Context: on older kernels with interrupts disabled.
 * Return: 0, or that it is to be refused.
 */
long ve_shm_on_collapse(struct ve_regs *regs)
{
	struct inode *inode = ve_hook_ptr(regs, 0);
	long pages = ve_hook_arg(regs, 1);

	/* Quick return for the host. */
	if (likely(!may_grow(inode)) || !pages)
		return 0;
	return ve_shm_grow(inode, pages);
}

/**
 * ve_shm_on_fault - a page of a mapped file is about to be touched
 * @regs: arguments of shmem_fault()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_shm_on_fault(struct ve_regs *regs)
{
	const struct vm_fault *fault = ve_hook_ptr(regs, 0);
	struct inode *inode = file_inode(fault->vma->vm_file);

	/* Past the end there never is one. */
	if (fault->pgoff >= DIV_ROUND_UP_ULL(i_size_read(inode), PAGE_SIZE))
		return 0;
	return ask_for_one(inode, fault->pgoff);
}

/**
 * ve_shm_on_mfill - userfaultfd is about to add a page to a mapped file
 * @regs: arguments of shmem_mfill_filemap_add(), or what was in its place
 *
 * Return: 0, or that it is to be refused.
 */
long ve_shm_on_mfill(struct ve_regs *regs)
{
	struct vm_area_struct *vma = ve_hook_ptr(regs, VE_COMPAT_MFILL_VMA);
	unsigned long address = ve_hook_arg(regs, VE_COMPAT_MFILL_ADDRESS);
	/* Where an earlier try of the same, which asked, has left a page. */
	void *const *left = VE_COMPAT_MFILL_LEFT < 0 ? NULL :
			    ve_hook_ptr(regs, VE_COMPAT_MFILL_LEFT);

	if (left && *left)
		return 0;
	/* Of this function's errors the one for a file system that is full. */
	return ask_for_one(file_inode(vma->vm_file),
			   linear_page_index(vma, address)) ? -ENOMEM : 0;
}

/**
 * ve_shm_on_setattr - a file is about to be changed, maybe its size
 * @regs: arguments of shmem_setattr()
 *
 * Return: 0, or the errno with which to refuse it.
 */
long ve_shm_on_setattr(struct ve_regs *regs)
{
	struct inode *inode = d_inode(ve_hook_ptr(regs, 1));
	const struct iattr *attr = ve_hook_ptr(regs, 2);
	pgoff_t first, last;

	if (!(attr->ia_valid & ATTR_SIZE))
		return 0;
	/* It is no allocation that is next to look at the inode's size. */
	ve_shm_announced(inode, &first, &last);
	ve_shm_shrink(inode);
	/* Directories and symbolic links have no size to set. */
	if (!S_ISREG(inode->i_mode))
		return 0;
	return ve_shm_resize(inode, attr->ia_size, false) ? -ENOMEM : 0;
}
