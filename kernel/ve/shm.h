/* SPDX-License-Identifier: GPL-2.0-only */
/* What a task remembers between calls about shared memory. */
#ifndef _VE_SHM_H
#define _VE_SHM_H

#include <linux/types.h>

struct inode;
struct super_block;
struct ve_member;

/**
 * struct ve_shm_next - what the next inode that a task makes will have
 */
struct ve_shm_next {
	/** @sb: made there; only compared */
	const struct super_block *sb;
	/** @pages: how many from the start; 0 for nothing to remember */
	u64 pages;
};

/**
 * struct ve_shm_range - which pages of an inode a task is about to allocate
 */
struct ve_shm_range {
	/** @inode: of which inode; only compared; NULL for none */
	const struct inode *inode;
	/** @first: the first page */
	pgoff_t first;
	/** @last: the last page */
	pgoff_t last;
};

int ve_shm_inode(struct ve_member *member, struct inode *inode);

#endif /* _VE_SHM_H */
