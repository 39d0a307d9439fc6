// SPDX-License-Identifier: GPL-2.0-only
/* What happens to files, inodes and ptys, and what is charged: <linux/ve.h>. */
#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/pipe_fs_i.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include <linux/ve.h>

#include "member.h"
#include "owner.h"

static const struct ve_kind file_kind = {
	.resource = VE_RESOURCE_NUMFILE,
	.refused = -ENFILE,
	/* At least: those of most file systems are larger. */
	.pins = sizeof(struct dentry) + sizeof(struct inode),
};

/* A pipe and its ring of buffers, as it is made; not what is in them. */
#define PIPE_SIZE_MADE (sizeof(struct pipe_inode_info) + \
			PIPE_DEF_BUFFERS * sizeof(struct pipe_buffer))

static const struct ve_kind pipe_kind = {
	.resource = VE_KIND_NOT_COUNTED,
};

static const struct ve_kind pty_kind = {
	.resource = VE_RESOURCE_NUMPTY,
	.refused = -ENOSPC,
};

/**
 * ve_file_alloc - current opens a file, of whatever kind
 * @file: the file, which nobody can find yet
 *
 * If opening it fails later, ve_file_free() is called all the same; but if a
 * security module refuses or has no memory, some kernels do not tell: then it
 * stays charged until the next of a member's at the same address.
 *
 * Return: 0, -ENFILE if numfile's barrier is in the way, -ENOMEM.
 */
int ve_file_alloc(struct file *file)
{
	return ve_owner_new(ve_file_place(file), &file_kind, ksize(file));
}

/**
 * ve_file_free - a file is closed: no descriptor, mapping or message has it
 * @file: the file
 */
void ve_file_free(struct file *file)
{
	ve_owner_end(ve_file_place(file));
}

/**
 * ve_inode_alloc - current makes an inode, or brings one in
 * @inode: the inode, which nobody can find yet; it has a superblock only
 *
 * Those that live as long as what they are for are charged: files in memory,
 * and pipes. Others stay in the cache, for whoever comes next.
 *
 * If making it fails later, ve_inode_free() is called all the same; for
 * security modules see ve_file_alloc().
 *
 * Return: 0, -ENOSPC if the barrier of shmpages is in the way, -ENOMEM.
 */
int ve_inode_alloc(struct inode *inode)
{
	struct ve_member *member = ve_member_of_current();

	/* Quick return for the host. */
	if (likely(!member))
		return 0;
	switch (inode->i_sb->s_magic) {
	case TMPFS_MAGIC:
		return ve_shm_inode(member, inode);
	case PIPEFS_MAGIC:
		return ve_owner_new(ve_inode_place(inode), &pipe_kind,
				    PIPE_SIZE_MADE);
	default:
		return 0;
	}
}

/**
 * ve_inode_free - an inode is about to be freed
 * @inode: the inode, of whatever kind
 */
void ve_inode_free(struct inode *inode)
{
	ve_owner_end(ve_inode_place(inode));
}

/**
 * ve_pty_open - current opens /dev/ptmx
 * @pty: the slave of the new pair
 *
 * If it fails later, ve_pty_remove() is called all the same.
 *
 * Return: 0, -ENOSPC if numpty's barrier is in the way, -ENOMEM.
 */
int ve_pty_open(struct tty_struct *pty)
{
	return ve_owner_new(ve_tty_place(pty), &pty_kind, 2 * ksize(pty));
}

/**
 * ve_pty_remove - both ends of a pair are closed
 * @tty: one of them
 */
void ve_pty_remove(struct tty_struct *tty)
{
	ve_owner_end(ve_tty_place(tty));
	if (tty->link)
		ve_owner_end(ve_tty_place(tty->link));
}
