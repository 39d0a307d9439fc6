// SPDX-License-Identifier: GPL-2.0-only
/* What happens to files, inodes and pseudo-terminals. */
#include <linux/ve.h>

#include "hook.h"
#include "object.h"

/**
 * ve_object_on_file - a file is opened
 * @regs: arguments of security_file_alloc()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_object_on_file(struct ve_regs *regs)
{
	return ve_file_alloc(ve_hook_ptr(regs, 0));
}

/**
 * ve_object_on_file_free - a file has been closed
 * @regs: arguments of security_file_free()
 *
 * Return: 0.
 */
long ve_object_on_file_free(struct ve_regs *regs)
{
	ve_file_free(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_object_on_pty - a pair of pseudo-terminals is made
 * @regs: arguments of devpts_pty_new()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_object_on_pty(struct ve_regs *regs)
{
	return ve_pty_open(ve_hook_ptr(regs, 2));
}

/**
 * ve_object_on_pty_remove - a pair of pseudo-terminals goes
 * @regs: arguments of pty_unix98_remove()
 *
 * Return: 0.
 */
long ve_object_on_pty_remove(struct ve_regs *regs)
{
	ve_pty_remove(ve_hook_ptr(regs, 1));
	return 0;
}

/**
 * ve_object_on_inode - an inode is made
 * @regs: arguments of security_inode_alloc()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_object_on_inode(struct ve_regs *regs)
{
	/* Whatever it is, tmpfs says ENOSPC. */
	return ve_inode_alloc(ve_hook_ptr(regs, 0));
}

/**
 * ve_object_on_inode_free - an inode goes
 * @regs: arguments of security_inode_free()
 *
 * Return: 0.
 */
long ve_object_on_inode_free(struct ve_regs *regs)
{
	ve_inode_free(ve_hook_ptr(regs, 0));
	return 0;
}
