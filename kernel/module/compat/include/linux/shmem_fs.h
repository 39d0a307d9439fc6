/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flags of inodes of tmpfs were those of mappings, until they got names of
 * their own in Linux 6.19 (commit 6ff1610ced56, "mm: shmem: use SHMEM_F_* flags
 * instead of VM_* flags").
 */
#ifndef _VE_COMPAT_LINUX_SHMEM_FS_H
#define _VE_COMPAT_LINUX_SHMEM_FS_H

#include_next <linux/shmem_fs.h>
#include <linux/mm.h>
#include <linux/version.h>

#ifndef SHMEM_F_NORESERVE
#define SHMEM_F_NORESERVE VM_NORESERVE
#define SHMEM_F_LOCKED VM_LOCKED
#endif

/*
 * Where userfaultfd adds a page, by number of arguments: the mapping, the
 * address, and where an earlier try has left the page, or -1.
 *
 * shmem_mfill_atomic_pte() has lost its first in 6.4. After 7.0 it gave way to
 * shmem_mfill_filemap_add(), which is not tried twice.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define VE_COMPAT_MFILL_VMA 2
#define VE_COMPAT_MFILL_ADDRESS 3
#define VE_COMPAT_MFILL_LEFT 7
#elif LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)
#define VE_COMPAT_MFILL_VMA 1
#define VE_COMPAT_MFILL_ADDRESS 2
#define VE_COMPAT_MFILL_LEFT 5
#else
#define VE_COMPAT_MFILL_VMA 1
#define VE_COMPAT_MFILL_ADDRESS 2
#define VE_COMPAT_MFILL_LEFT -1
#endif

#endif /* _VE_COMPAT_LINUX_SHMEM_FS_H */
