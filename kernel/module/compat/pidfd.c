// SPDX-License-Identifier: GPL-2.0-only
/*
 * The process of a pidfd. Since Linux 6.9 (commit cb12fd8e0dab, "pidfd: add
 * pidfs") a pidfd is a file of pidfs with the pid in its inode; before, it was
 * an anonymous inode with the pid in the file. Only the kernel names
 * anonymous inodes.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/string.h>
#include <uapi/linux/magic.h>

#ifndef PID_FS_MAGIC
#define PID_FS_MAGIC 0x50494446
#endif

/**
 * ve_compat_pidfd_pid - find the process of a pidfd
 * @file: any file
 *
 * Return: the pid, without a reference: it stays as long as @file;
 * ERR_PTR(-EBADF) if the file is no pidfd.
 */
struct pid *ve_compat_pidfd_pid(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	switch (dentry->d_sb->s_magic) {
	case PID_FS_MAGIC:
		return file_inode(file)->i_private;
	case ANON_INODE_FS_MAGIC:
		if (!strcmp(dentry->d_name.name, "[pidfd]"))
			return file->private_data;
		break;
	}
	return ERR_PTR(-EBADF);
}
