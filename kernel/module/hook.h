/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks on functions of the running kernel, through ftrace. Knows no VE.
 *
 * All gates share one ftrace_ops, and so do all watches: each costs a grace
 * period to arm, however many functions it holds. At a function that only we
 * hook, ftrace calls our callback directly all the same.
 */
#ifndef _VE_MODULE_HOOK_H
#define _VE_MODULE_HOOK_H

#include <linux/ftrace.h>
#include <linux/types.h>

struct netlink_ext_ack;

/**
 * struct ve_hook - one hooked function
 */
struct ve_hook {
	/** @names: what it is called, newest name first; NULL after the last */
	const char *names[3];
	/**
	 * @gate: may refuse: a result other than 0 of @call, one of the errnos
	 * that hook.c has a refusal for, becomes the function's own, and the
	 * function is not run. Without it @call only records, and the result is
	 * ignored.
	 */
	bool gate;
	/** @null: a gate of a function that is to answer with NULL, false or 0 */
	bool null;
	/** @fault: a gate of a page fault, which answers with SIGBUS */
	bool fault;
	/**
	 * @members: means something for current as a member of a VE, and
	 * nothing at all if it is none: not called then
	 */
	bool members;
	/**
	 * @instead: a gate of a function that is to do something else: with the
	 * same arguments and result, run in its place when @call returns another
	 * result than 0. Does not sleep, or the module could go meanwhile.
	 */
	void *instead;
	/** @since: the first kernel that has it, if not all supported do */
	unsigned int since;
	/**
	 * @call: called at the function's entry, in its context, with
	 * preemption disabled; does not sleep
	 */
	long (*call)(struct ftrace_regs *regs);
	/**
	 * @held: of a function in another module, a symbol which that exports:
	 * the module, which bears the name @module, is loaded and kept. If
	 * there is none, nothing can be lost.
	 */
	const char *held;
	/** @module: see @held; NULL for functions of the kernel proper */
	const char *module;
	/** @lost: what is lost without it, for whoever reads the log */
	const char *lost;
	/** @name: which of @names this kernel has */
	const char *name;
	/** @addr: where the function is */
	unsigned long addr;
};

/**
 * ve_hook_arg - an argument of a hooked function
 * @regs: as ve_hook.call gets it
 * @n: which, from 0; of the first six
 *
 * Return: the register's value.
 */
static inline unsigned long ve_hook_arg(struct ftrace_regs *regs,
					unsigned int n)
{
	return ftrace_regs_get_argument(regs, n);
}

/**
 * ve_hook_ptr - the same for a pointer
 * @regs: as ve_hook.call gets it
 * @n: which, from 0; of the first six
 *
 * Return: the pointer.
 */
static inline void *ve_hook_ptr(struct ftrace_regs *regs, unsigned int n)
{
	return (void *)ve_hook_arg(regs, n);
}

/**
 * ve_hook_caller - where a hooked function will return to
 * @regs: as ve_hook.call gets it
 *
 * Return: an address in its caller, or of a tracer that is in between.
 */
static inline unsigned long ve_hook_caller(struct ftrace_regs *regs)
{
	const unsigned long *stack =
		(void *)ftrace_regs_get_stack_pointer(regs);

	return READ_ONCE(*stack);
}

/**
 * ve_hook_arg_on_stack - an argument after the first six
 * @regs: as ve_hook.call gets it
 * @n: which, from 0; 6 at least
 *
 * Return: its value; of one that is narrower than a register only the lower
 * part is defined.
 */
static inline unsigned long ve_hook_arg_on_stack(struct ftrace_regs *regs,
						 unsigned int n)
{
	const unsigned long *stack =
		(void *)ftrace_regs_get_stack_pointer(regs);

	/* The first is where to return to. */
	return READ_ONCE(stack[n - 5]);
}

int ve_hooks_find(struct ve_hook *hooks, unsigned int nr);
int ve_hooks_arm(struct netlink_ext_ack *extack);
void ve_hooks_disarm(void);
void ve_hooks_free(void);

#endif /* _VE_MODULE_HOOK_H */
