/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flags of files in memory have names of their own by Linux 7.3; 6.12 uses
 * those of mappings.
 */
#ifndef _VE_COMPAT_LINUX_SHMEM_FS_H
#define _VE_COMPAT_LINUX_SHMEM_FS_H

#include_next <linux/shmem_fs.h>

#ifndef SHMEM_F_LOCKED
#include <linux/mm.h>
#define SHMEM_F_LOCKED VM_LOCKED
#endif

#endif /* _VE_COMPAT_LINUX_SHMEM_FS_H */
