/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * File locks got a header of their own in Linux 6.3 (commit 5970e15dbcfe,
 * "filelock: move file locking definitions to separate header file"), and a
 * common part, c, in 6.9 (commit 6021d62c677f, "filelock: split common fields
 * into struct file_lock_core").
 */
#ifndef _VE_COMPAT_LINUX_FILELOCK_H
#define _VE_COMPAT_LINUX_FILELOCK_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#include <linux/fs.h>
#else
#include_next <linux/filelock.h>
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define ve_compat_flc(lock, field) ((lock)->fl_##field)
#define ve_compat_flc_list fl_list
#else
#define ve_compat_flc(lock, field) ((lock)->c.flc_##field)
#define ve_compat_flc_list c.flc_list
#endif

#endif /* _VE_COMPAT_LINUX_FILELOCK_H */
