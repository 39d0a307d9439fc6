/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where assembly finds current: a variable of each processor, which was in
 * struct pcpu_hot from 6.2 (commit e57ef2ed97c1, "x86: Put hot per CPU variables
 * into a struct") to 6.14.
 */
#ifndef _VE_COMPAT_ASM_CURRENT_H
#define _VE_COMPAT_ASM_CURRENT_H

#include_next <asm/current.h>
#include <linux/version.h>

#ifdef __ASSEMBLER__

#include <asm/asm-offsets.h>
#include <asm/percpu.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define VE_ASM_CURRENT PER_CPU_VAR(pcpu_hot + X86_current_task)
#else
#define VE_ASM_CURRENT PER_CPU_VAR(current_task)
#endif

#endif /* __ASSEMBLER__ */

#endif /* _VE_COMPAT_ASM_CURRENT_H */
