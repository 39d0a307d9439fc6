/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which argument of d_revalidate() is the dentry: since 6.14 the directory and
 * the name come first (commit 5be1fa8abd7b, "Pass parent directory inode and
 * expected name to ->d_revalidate()").
 */
#ifndef _VE_COMPAT_LINUX_DCACHE_H
#define _VE_COMPAT_LINUX_DCACHE_H

#include_next <linux/dcache.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define VE_COMPAT_REVALIDATE_DENTRY 0
#else
#define VE_COMPAT_REVALIDATE_DENTRY 2
#endif

#endif /* _VE_COMPAT_LINUX_DCACHE_H */
