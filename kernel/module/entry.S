/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a hooked function calls first, in place of a trampoline of ftrace's:
 * ftrace points the call that the compiler left at the start of a function here
 * as long as nobody else is there, and to its own that calls all of them if so.
 *
 * The call is as any other, but that the arguments are still to be used, on
 * the stack too: all registers that can hold one are kept. None is in %rax,
 * since no hooked function takes a variable number of them.
 *
 * Only direct calls and returns lead here, so there is no ENDBR. Nothing
 * accounts for the depth of calls (CALL_DEPTH_ACCOUNT): if there are more
 * returns than calls, the return stack is filled earlier, not later.
 */
#include <linux/hook_hint.h>
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/current.h>
#include <asm/nospec-branch.h>

	.text

/* Of hooks that mean nothing unless current is a member: most often it is none. */
SYM_START(ve_entry_members, SYM_L_GLOBAL, SYM_A_ALIGN)
	ANNOTATE_NOENDBR
	movq	VE_ASM_CURRENT, %r11
	movl	ve_asm_task_pid(%r11), %r11d
	btq	%r11, ve_hook_hints(%rip)
	jnc	.Lreturn
	/* Where the hooked function returns to: to who lists all processes? */
	movq	8(%rsp), %r11
	subq	ve_lister_start(%rip), %r11
	cmpq	ve_lister_size(%rip), %r11
	jae	ve_entry
	/* For each of them he calls these two. */
	movq	(%rsp), %r11
	andq	$-16, %r11
	cmpq	ve_listing_pass(%rip), %r11
	je	.Lreturn
	cmpq	ve_listing_next(%rip), %r11
	jne	ve_entry
	movq	ve_listing_instead(%rip), %r11
	movq	%r11, (%rsp)
.Lreturn:
	RET
SYM_FUNC_END(ve_entry_members)

/*
 * Of hooks that mean nothing unless their first argument is a known object, or
 * current a member: most often it is neither.
 */
SYM_START(ve_entry_object, SYM_L_GLOBAL, SYM_A_ALIGN)
	ANNOTATE_NOENDBR
	movabsq	$VE_HOOK_FACTOR, %r11
	imulq	%rdi, %r11
	shrq	$VE_HOOK_PLACE_SHIFT, %r11
	andq	ve_hook_objects+VE_HOOK_PLACES_MASK(%rip), %r11
	addq	ve_hook_objects+VE_HOOK_PLACES_BASE(%rip), %r11
	movq	(%r11), %rax
	orq	8(%r11), %rax
	jnz	ve_entry
	movq	VE_ASM_CURRENT, %r11
	movl	ve_asm_task_pid(%r11), %r11d
	btq	%r11, ve_hook_hints(%rip)
	jc	ve_entry
	RET
SYM_FUNC_END(ve_entry_object)

/* Makes a struct ve_regs of the arguments and what is on the stack. */
SYM_START(ve_entry, SYM_L_GLOBAL, SYM_A_ALIGN)
	ANNOTATE_NOENDBR
	pushq	%r9
	pushq	%r8
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	/* Behind where to go on. */
	leaq	56(%rsp), %rax
	pushq	%rax
	movq	%rsp, %rdi
	call	ve_hook_run
	popq	%rax
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%r8
	popq	%r9
	/* Into the function, or what is to be run in its place. */
	RET
SYM_FUNC_END(ve_entry)
