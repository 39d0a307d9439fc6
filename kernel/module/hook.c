// SPDX-License-Identifier: GPL-2.0-only
/* Finding functions, hooking all of them or none, and letting go. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>
#include <linux/hook_hint.h>
#include <linux/kernel.h>
#include <linux/kmod.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "hook.h"
#include "symbol.h"

/* A power of two, and some times more than there are hooks. */
#define NR_PLACES 256

/*
 * What is run in place of a refused function, one for each errno. They return
 * it themselves, as a live patch would: a BPF trampoline at the same function
 * takes what it calls for the function, and drops a result set before.
 */
#define REFUSAL(error)							\
	static noinline notrace long refuse_##error(void)		\
	{								\
		return -(error);					\
	}

REFUSAL(EPERM)
REFUSAL(EAGAIN)
REFUSAL(ENOMEM)
REFUSAL(EACCES)
REFUSAL(ENFILE)
REFUSAL(ENOSPC)
REFUSAL(ENOBUFS)
REFUSAL(ENOLCK)
REFUSAL(EPROTONOSUPPORT)
REFUSAL(ESRCH)
REFUSAL(ENOENT)
REFUSAL(EINVAL)
REFUSAL(EREMOTE)

/* For those that have no word for why not. */
static noinline notrace void *refuse_null(void)
{
	return NULL;
}

static noinline notrace vm_fault_t refuse_fault(void)
{
	return VM_FAULT_SIGBUS;
}

static unsigned long refusal(const struct ve_hook *hook, long result)
{
	if (hook->instead)
		return (unsigned long)hook->instead;
	if (hook->null)
		return (unsigned long)refuse_null;
	if (hook->fault)
		return (unsigned long)refuse_fault;
	switch (result) {
	case -EAGAIN:
		return (unsigned long)refuse_EAGAIN;
	case -ENOMEM:
		return (unsigned long)refuse_ENOMEM;
	case -EACCES:
		return (unsigned long)refuse_EACCES;
	case -ENFILE:
		return (unsigned long)refuse_ENFILE;
	case -ENOSPC:
		return (unsigned long)refuse_ENOSPC;
	case -ENOBUFS:
		return (unsigned long)refuse_ENOBUFS;
	case -ENOLCK:
		return (unsigned long)refuse_ENOLCK;
	case -EPROTONOSUPPORT:
		return (unsigned long)refuse_EPROTONOSUPPORT;
	case -ESRCH:
		return (unsigned long)refuse_ESRCH;
	case -ENOENT:
		return (unsigned long)refuse_ENOENT;
	case -EINVAL:
		return (unsigned long)refuse_EINVAL;
	case -EREMOTE:
		return (unsigned long)refuse_EREMOTE;
	default:
		/* There has to be a function for each errno that is used. */
		WARN_ON_ONCE(result != -EPERM);
		return (unsigned long)refuse_EPERM;
	}
}

/*
 * The rows that were found, each at the place its address hashes to or the
 * next that is free; NULL ends a search. Written while the module is loaded,
 * then constant.
 */
static const struct ve_hook *places[NR_PLACES];

/* Where the hooks with ve_hook.listing are, without and with ve_hook.instead. */
unsigned long ve_listing_pass;
unsigned long ve_listing_next;
void *ve_listing_instead;

/* For entry.S, which cannot know the structure. */
static void __used asm_offsets(void)
{
	asm volatile(".globl ve_asm_task_pid\n\t"
		     ".set ve_asm_task_pid, %c0"
		     : : "i" (offsetof(struct task_struct, pid)));
}

/*
 * The call that the compiler left returns to its end, and an ENDBR may precede
 * it; functions start at multiples of 16.
 */
static __always_inline unsigned long entry_of(unsigned long ip)
{
	return ip & ~15UL;
}

static __always_inline unsigned int place_of(unsigned long entry)
{
	return (entry >> 4 ^ entry >> 12) % NR_PLACES;
}

static __always_inline const struct ve_hook *hook_at(unsigned long ip)
{
	const unsigned long entry = entry_of(ip);
	unsigned int i = place_of(entry);

	while (places[i] && places[i]->addr != entry)
		i = (i + 1) % NR_PLACES;
	return places[i];
}

/*
 * What is to be run in place of the function; 0 for nothing. @members: if it is
 * for members, current has been found to be one, as far as anybody knows.
 */
static __always_inline unsigned long run(unsigned long ip, struct ve_regs *regs,
					 bool members)
{
	const struct ve_hook *hook = hook_at(ip);
	long ret;

	if (WARN_ON_ONCE(!hook) ||
	    (!members && hook->members && !ve_hook_hinted()))
		return 0;
	preempt_disable_notrace();
	ret = hook->call(regs);
	preempt_enable_notrace();
	return likely(!ret) || !hook->gate ? 0 : refusal(hook, ret);
}

/**
 * ve_hook_run - a hooked function is called, where only we are
 * @regs: with what
 *
 * Context: the function's.
 */
asmlinkage void ve_hook_run(struct ve_regs *regs)
{
	/* Where it is to go on. */
	unsigned long *ip = &regs->stack[-1];
	const unsigned long instead = run(*ip, regs, true);

	if (unlikely(instead))
		*ip = instead;
}

/*
 * The same where somebody else is, too: ftrace calls all of them. Who wants to
 * see the function's end may have put himself on the stack already.
 */
static void on_ftrace(unsigned long ip, unsigned long parent_ip,
		      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	const unsigned long *from =
		(void *)ftrace_regs_get_stack_pointer(fregs);
	unsigned long stack[1 + VE_HOOK_ON_STACK];
	struct ve_regs regs = { .stack = stack };
	unsigned long instead;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(regs.arg); i++)
		regs.arg[i] = ftrace_regs_get_argument(fregs, i);
	stack[0] = parent_ip;
	/* Mostly not arguments, but what its caller may not let others read. */
	for (i = 1; i < ARRAY_SIZE(stack); i++)
		stack[i] = READ_ONCE_NOCHECK(from[i]);
	instead = run(ip, &regs, false);
	if (unlikely(instead))
		ftrace_regs_set_instruction_pointer(fregs, instead);
}

/*
 * Watches, too, have IPMODIFY, which makes live patches keep off: they would
 * need a set of their own otherwise, for each kind there is.
 * PERMANENT: sysctl kernel.ftrace_enabled=0 must not switch this off.
 */
#define HOLD (FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT)

static struct ftrace_ops calls = {
	.func = on_ftrace,
	.trampoline = (unsigned long)ve_entry,
	.flags = HOLD,
};

static struct ftrace_ops objects = {
	.func = on_ftrace,
	.trampoline = (unsigned long)ve_entry_object,
	.flags = HOLD,
};

static struct ftrace_ops members = {
	.func = on_ftrace,
	.trampoline = (unsigned long)ve_entry_members,
	.flags = HOLD,
};

/*
 * ORDER: members come to be by the last, and all else sees what they do. Most
 * of what ends objects is in the first, which is the last to go.
 */
static struct ftrace_ops * const sets[] = { &objects, &calls, &members };

static struct ftrace_ops *set_of(const struct ve_hook *hook)
{
	if (hook->members)
		return &members;
	return hook->object ? &objects : &calls;
}

/* Is the module there, with which the function comes and goes? */
static bool __init hold_module(const struct ve_hook *hook)
{
	if (__symbol_get(hook->held))
		return true;
	request_module("%s", hook->module);
	return __symbol_get(hook->held);
}

static int __init add_hook(struct ve_finder *finder, struct ve_hook *hook)
{
	unsigned long addr = 0;
	unsigned int i;
	int ret;

	for (i = 0; !addr && i < ARRAY_SIZE(hook->names) && hook->names[i]; i++) {
		hook->name = hook->names[i];
		addr = ve_finder_find(finder, hook->name);
	}
	if (!addr)
		return -ENOENT;
	/* Fails where the compiler left no call for ftrace. */
	ret = ftrace_set_filter_ip(set_of(hook), addr, 0, 0);
	if (ret)
		return ret;
	hook->addr = entry_of(addr);
	if (hook->listing && hook->instead) {
		ve_listing_next = hook->addr;
		ve_listing_instead = hook->instead;
	} else if (hook->listing) {
		ve_listing_pass = hook->addr;
	}
	i = place_of(hook->addr);
	while (places[i])
		i = (i + 1) % NR_PLACES;
	places[i] = hook;
	return 0;
}

/**
 * ve_hooks_find - find the functions to hook
 * @hooks: the table
 * @nr: its number of rows
 *
 * Names every function that cannot be hooked.
 *
 * Return: 0, -ENOENT if there is such a function, -ENOMEM; in any case
 * ve_hooks_free() is still to be called.
 */
int __init ve_hooks_find(struct ve_hook *hooks, unsigned int nr)
{
	struct ve_finder *finder;
	unsigned int i;
	int ret = 0;

	/* An empty place has to end each search. */
	if (WARN_ON(nr >= NR_PLACES / 2))
		return -ENOENT;
	finder = ve_finder_new();
	if (!finder)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		int err;

		if (ve_compat_before(hooks[i].since))
			continue;
		if (hooks[i].module && !hold_module(&hooks[i])) {
			pr_notice("no module %s, whose %s would be hooked\n",
				  hooks[i].module, hooks[i].names[0]);
			continue;
		}
		err = add_hook(finder, &hooks[i]);
		if (!err)
			continue;
		if (hooks[i].module)
			__symbol_put(hooks[i].held);
		pr_err("cannot hook %s (%d): %s\n", hooks[i].names[0], err,
		       hooks[i].lost);
		ret = -ENOENT;
	}
	ve_finder_free(finder);
	return ret;
}

static void let_go(struct ftrace_ops *ops)
{
	int ret = unregister_ftrace_function(ops);

	if (!ret)
		return;
	/* ftrace gave up on itself and left our calls in the kernel's text. */
	pr_err("hooks cannot be disarmed (%d): the module has to stay\n", ret);
	__module_get(THIS_MODULE);
}

/* Any number of watches fit at a function, unless ftrace is off. */
static bool can_watch(void)
{
	static struct ftrace_ops watch;
	unsigned int i;
	int ret;

	/* Then it could not be let go. */
	if (watch.flags & FTRACE_OPS_FL_ENABLED)
		return false;
	/* Anew: ftrace_free_filter() may leave what it has freed. */
	watch = (struct ftrace_ops) {
		.func = on_ftrace,
		.trampoline = (unsigned long)ve_entry_members,
		.flags = FTRACE_OPS_FL_PERMANENT,
	};
	for (i = 0; i < NR_PLACES - 1 && !places[i]; i++)
		;
	ret = ftrace_set_filter_ip(&watch, places[i]->addr, 0, 1);
	if (!ret) {
		ret = register_ftrace_function(&watch);
		if (!ret)
			let_go(&watch);
	}
	ftrace_free_filter(&watch);
	return !ret;
}

/*
 * Only one of these fits at a function; a live patch is one, too. Say
 * which it is, by trying fewer and fewer: each try takes a grace period.
 */
static void name_taken(unsigned int from, unsigned int to)
{
	static struct ftrace_ops some;
	const unsigned int middle = from + (to - from) / 2;
	const struct ve_hook *hook = NULL;
	unsigned int i;
	int ret = 0;

	/* Then it could not be let go. */
	if (some.flags & FTRACE_OPS_FL_ENABLED)
		return;
	/* Nothing comes of a try: nobody is a member. */
	some = (struct ftrace_ops) {
		.func = on_ftrace,
		.trampoline = (unsigned long)ve_entry_members,
		.flags = HOLD,
	};
	for (i = from; i < to && !ret; i++) {
		if (!places[i])
			continue;
		hook = places[i];
		ret = ftrace_set_filter_ip(&some, hook->addr, 0, 0);
	}
	if (hook && !ret) {
		ret = register_ftrace_function(&some);
		if (!ret)
			let_go(&some);
	}
	ftrace_free_filter(&some);
	if (!ret)
		return;
	if (to - from > 1) {
		name_taken(from, middle);
		name_taken(middle, to);
		return;
	}
	pr_err("cannot hook %s (%d): a live patch holds it\n", hook->name, ret);
}

/**
 * ve_hooks_arm - let the hooks be called, all of them or none
 * @extack: where to say why not; may be NULL
 *
 * Context: may sleep for a grace period.
 * Return: 0 or a negative errno.
 */
int ve_hooks_arm(struct netlink_ext_ack *extack)
{
	unsigned int nr;
	int ret;

	for (nr = 0; nr < ARRAY_SIZE(sets); nr++) {
		ret = register_ftrace_function(sets[nr]);
		if (ret)
			goto err_register;
	}
	return 0;

err_register:
	if (nr || can_watch()) {
		while (nr--)
			let_go(sets[nr]);
		name_taken(0, NR_PLACES);
	}
	pr_err("hooks cannot be armed (%d); is kernel.ftrace_enabled off?\n",
	       ret);
	if (extack)
		NL_SET_ERR_MSG(extack, "functions cannot be hooked; the kernel log says why");
	return ret;
}

/**
 * ve_hooks_disarm - end of ve_hooks_arm()
 *
 * Context: may sleep for a grace period. On return no hook runs.
 */
void ve_hooks_disarm(void)
{
	unsigned int nr = ARRAY_SIZE(sets);

	while (nr--)
		let_go(sets[nr]);
}

static void let_modules_go(void)
{
	unsigned int i;

	for (i = 0; i < NR_PLACES; i++)
		if (places[i] && places[i]->module)
			__symbol_put(places[i]->held);
}

/**
 * ve_hooks_free - end of ve_hooks_find(), whether it succeeded or not
 */
void ve_hooks_free(void)
{
	unsigned int nr;

	for (nr = 0; nr < ARRAY_SIZE(sets); nr++)
		ftrace_free_filter(sets[nr]);
	let_modules_go();
}
