// SPDX-License-Identifier: GPL-2.0-only
/* Finding callers at load, and knowing them again. See asker.h. */
#include <linux/bits.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "asker.h"
#include "hook.h"
#include "symbol.h"

/**
 * struct caller - a function that calls hooked ones
 */
struct caller {
	/** @name: what it is called, without what a compiler adds for a copy */
	const char *name;
	/** @asker: what it is */
	enum ve_asker asker;
	/** @start: where it begins; 0 if this kernel has no such function */
	unsigned long start;
	/** @size: bytes */
	unsigned long size;
};

/* Written while the module is loaded, then constant. */
static struct caller callers[] = {
	{ "audit_log_task_info", VE_ASKER_HOST },
	{ "audit_filter_rules", VE_ASKER_HOST },
	{ "audit_log_uring", VE_ASKER_HOST },
	/* 0 is nobody who hears audit: the place would be free. */
	{ "audit_receive_msg", VE_ASKER_HOST },
	{ "perf_event_switch_output", VE_ASKER_HOST },
	{ "perf_event_task_output", VE_ASKER_HOST },
	{ "bpf_task_from_pid", VE_ASKER_HOST },
	{ "bpf_task_from_vpid", VE_ASKER_HOST },
	/* Makes a list that is kept for the host's readers, too. */
	{ "pidlist_array_load", VE_ASKER_HOST },
	{ "__fixup_pi_state_owner", VE_ASKER_FUTEX },
	{ "futex_lock_pi_atomic", VE_ASKER_FUTEX },
	{ "futex_unlock_pi", VE_ASKER_FUTEX },
	{ "cgroup_procs_write_start", VE_ASKER_CHANGE },
	{ "rdtgroup_tasks_write", VE_ASKER_CHANGE },
	{ "f_setown", VE_ASKER_CHANGE },
	{ "do_fcntl", VE_ASKER_CHANGE },
	{ "damon_sysfs_build_ctx", VE_ASKER_CHANGE },
	{ "pidfd_ioctl", VE_ASKER_PIDFD },
	{ "pidfd_info", VE_ASKER_PIDFD },
};

/*
 * Who lists all processes, for entry.S: the first of these that there is. None
 * is more than slow: ve_visible_on_number_in() looks, too.
 */
static const char * const listers[] = { "next_tgid", "proc_pid_readdir" };
unsigned long ve_lister_start;
unsigned long ve_lister_size;

/* What compilers add to the name of the only copy. */
static const char * const suffixes[] = {
	"", ".isra.0", ".constprop.0", ".constprop.0.isra.0",
};

/* The size is in what the kernel prints of an address: name+0x0/0x1f0. */
static unsigned long __init size_of(unsigned long start)
{
	char text[KSYM_SYMBOL_LEN];
	unsigned long size;
	char *at;

	sprint_symbol(text, start);
	at = strrchr(text, '/');
	return at && !kstrtoul(at + 1, 16, &size) ? size : 0;
}

/* Where a function is; 0 if this kernel has no such function. */
static unsigned long __init find(struct ve_finder *finder, const char *function,
				 unsigned long *size)
{
	char name[KSYM_NAME_LEN];
	unsigned long addr = 0;
	unsigned int i;

	for (i = 0; !addr && i < ARRAY_SIZE(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", function, suffixes[i]);
		addr = ve_finder_find(finder, name);
	}
	*size = addr ? size_of(addr) : 0;
	/* An ENDBR may come first. */
	return addr & ~15UL;
}

/**
 * ve_askers_find - find the callers that there are
 *
 * One that is not found is taken for any other: some kernels lack some.
 *
 * Return: 0 or -ENOMEM.
 */
int __init ve_askers_find(void)
{
	struct ve_finder *finder = ve_finder_new();
	unsigned int i;

	if (!finder)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(callers); i++)
		callers[i].start = find(finder, callers[i].name,
					&callers[i].size);
	for (i = 0; !ve_lister_start && i < ARRAY_SIZE(listers); i++)
		ve_lister_start = find(finder, listers[i], &ve_lister_size);
	ve_finder_free(finder);
	return 0;
}

/* A power of two, and some times more than the places hooks are called from. */
#define NR_ANSWERS 256

/*
 * What was found out about addresses, each at the place it hashes to: its lower
 * half, in which all that is called from differ, and above that a bit for each
 * asker it belongs to, and one that is always set. It stays true: what callers[]
 * has does not go.
 */
static u64 answers[NR_ANSWERS];

#define ANSWERED BIT_ULL(63)

static u64 bit_of(enum ve_asker asker)
{
	return BIT_ULL(32 + asker);
}

static noinline u64 find_out(unsigned long at)
{
	u64 answer = ANSWERED | (u32)at;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(callers); i++)
		if (at - callers[i].start < callers[i].size)
			answer |= bit_of(callers[i].asker);
	return answer;
}

/**
 * ve_asked_by - is a hooked function called by one of these?
 * @regs: as ve_hook.call gets it
 * @asker: which
 *
 * Context: any.
 * Return: whether it is.
 */
bool ve_asked_by(struct ve_regs *regs, enum ve_asker asker)
{
	const unsigned long at = ve_hook_caller(regs);
	u64 *place = &answers[(at ^ at >> 8) % NR_ANSWERS];
	u64 answer = READ_ONCE(*place);

	if (unlikely((u32)answer != (u32)at || !answer)) {
		answer = find_out(at);
		WRITE_ONCE(*place, answer);
	}
	return answer & bit_of(asker);
}
