/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arguments of functions that hooks read. do_mmap() got vm_flags in Linux 6.6
 * (commit 592b5fad1677, "mm: Re-introduce vm_flags to do_mmap()"). By 7.3
 * may_expand_vm() and mlock_fixup() are given a pointer to flags, where 6.12
 * gives the flags.
 */
#ifndef _VE_COMPAT_LINUX_MM_H
#define _VE_COMPAT_LINUX_MM_H

#include_next <linux/mm.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define ve_compat_mmap_vm_flags(arg) ((void)(arg), 0)
#else
#define ve_compat_mmap_vm_flags(arg) (arg)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 3, 0)
#define ve_compat_vm_flags(arg) (arg)
#else
#define ve_compat_vm_flags(arg) \
	vma_flags_to_legacy(*(const vma_flags_t *)(arg))
#endif

/* struct mm_struct got a bitmap of flags, and words for it, in 6.18. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#include <linux/sched/coredump.h>

#define mm_flags_test(flag, mm) test_bit(flag, &(mm)->flags)
#endif

/*
 * Which argument of mlock_fixup() is the vma: an iterator came before it in
 * 6.3 ("mlock: convert mlock to vma iterator").
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define VE_COMPAT_MLOCK_FIXUP_VMA 0
#else
#define VE_COMPAT_MLOCK_FIXUP_VMA 1
#endif

#endif /* _VE_COMPAT_LINUX_MM_H */
