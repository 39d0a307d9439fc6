/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks on functions of the running kernel, through ftrace. Knows no VE.
 *
 * There are three ftrace_ops: for hooks that are always called, for those about
 * certain objects, and for those that mean something to members only. Each costs
 * a grace period to disarm, however many functions it holds.
 */
#ifndef _VE_MODULE_HOOK_H
#define _VE_MODULE_HOOK_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/linkage.h>
#include <linux/types.h>

struct netlink_ext_ack;

/* No hook reads more arguments than these after the first six. */
#define VE_HOOK_ON_STACK 4

/**
 * struct ve_regs - what a hooked function was called with
 *
 * On the stack; made by entry.S, which knows how it looks.
 */
struct ve_regs {
	/**
	 * @stack: where the function returns to, and then the arguments that
	 * were no longer to be had in registers
	 */
	unsigned long *stack;
	/** @arg: the first six arguments, from registers */
	unsigned long arg[6];
};

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
	 * @object: nothing comes of @call unless the function's first argument
	 * is an object in ve_hook_objects, or current is a member: mostly not
	 * called then
	 */
	bool object;
	/**
	 * @listing: of one for @members, called for each entry of a list of all
	 * processes: so often that @call is left out then, and @instead run, or
	 * nothing if there is none. @call is to come to the same if it is
	 * called. There is one of either kind.
	 */
	bool listing;
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
	long (*call)(struct ve_regs *regs);
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
 * @n: which, from 0
 *
 * Return: its value; of one after the first six that is narrower than a
 * register only the lower part is defined.
 */
static __always_inline unsigned long ve_hook_arg(const struct ve_regs *regs,
						 unsigned int n)
{
	BUILD_BUG_ON(n >= ARRAY_SIZE(regs->arg) + VE_HOOK_ON_STACK);
	/* The first on the stack is where to return to. */
	return n < ARRAY_SIZE(regs->arg) ?
		regs->arg[n] : regs->stack[n - ARRAY_SIZE(regs->arg) + 1];
}

/**
 * ve_hook_ptr - the same for a pointer
 * @regs: as ve_hook.call gets it
 * @n: which, from 0
 *
 * Return: the pointer.
 */
static __always_inline void *ve_hook_ptr(const struct ve_regs *regs,
					 unsigned int n)
{
	return (void *)ve_hook_arg(regs, n);
}

/**
 * ve_hook_caller - where a hooked function will return to
 * @regs: as ve_hook.call gets it
 *
 * Return: an address in its caller.
 */
static inline unsigned long ve_hook_caller(const struct ve_regs *regs)
{
	return regs->stack[0];
}

/* entry.S: call hook.c if the hook means something, then go on at ve_regs.ip. */
void ve_entry(void);
void ve_entry_members(void);
void ve_entry_object(void);

/* For entry.S, of the hooks with ve_hook.listing. */
extern unsigned long ve_listing_pass;
extern unsigned long ve_listing_next;
extern void *ve_listing_instead;

asmlinkage void ve_hook_run(struct ve_regs *regs);
int ve_hooks_find(struct ve_hook *hooks, unsigned int nr);
int ve_hooks_arm(struct netlink_ext_ack *extack);
void ve_hooks_disarm(void);
void ve_hooks_free(void);

#endif /* _VE_MODULE_HOOK_H */
