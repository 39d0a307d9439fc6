/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ftrace_regs_get_argument() and its kin came with Linux 6.2 (commit
 * 94d095ffa0e1, "ftrace: abstract DYNAMIC_FTRACE_WITH_ARGS accesses").
 */
#ifndef _VE_COMPAT_LINUX_FTRACE_H
#define _VE_COMPAT_LINUX_FTRACE_H

#include_next <linux/ftrace.h>
#include <linux/ptrace.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "VE needs Linux 6.1 or later"
#endif

/* Functions start at multiples of 16, and a hook may refuse: see hook.c. */
#ifndef CONFIG_X86_64
#error "VE supports x86-64 only so far"
#endif

/* Hooks run with preemption disabled and take spinlocks. */
#ifdef CONFIG_PREEMPT_RT
#error "VE does not support PREEMPT_RT"
#endif

#ifndef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#error "VE needs a kernel with CONFIG_DYNAMIC_FTRACE_WITH_ARGS"
#endif

/* Of a hook that came with a version: is it too early for it? */
#define ve_compat_before(version) (LINUX_VERSION_CODE < (version))

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)

#define ftrace_regs_get_argument(fregs, n) \
	regs_get_kernel_argument(&(fregs)->regs, n)
#define ftrace_regs_get_stack_pointer(fregs) \
	kernel_stack_pointer(&(fregs)->regs)
#define ftrace_regs_set_instruction_pointer(fregs, ip) \
	instruction_pointer_set(&(fregs)->regs, ip)

#endif

#endif /* _VE_COMPAT_LINUX_FTRACE_H */
