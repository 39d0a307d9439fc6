// SPDX-License-Identifier: GPL-2.0-only
/* Finding symbols of the running kernel. See symbol.h. */
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "symbol.h"

/* Some times more than are ever looked for at once. */
#define NR_SYMBOLS 256

/**
 * struct ve_finder - what is needed while symbols are looked for
 */
struct ve_finder {
	/** @probes: one for each symbol found */
	struct kprobe probes[NR_SYMBOLS];
	/** @all: pointers to them, to remove all in one grace period */
	struct kprobe *all[NR_SYMBOLS];
	/** @nr: how many */
	unsigned int nr;
};

/**
 * ve_finder_new - begin to look for symbols
 *
 * Return: for ve_finder_find(), to be freed with ve_finder_free(); or NULL.
 */
struct ve_finder *__init ve_finder_new(void)
{
	return kzalloc(sizeof(struct ve_finder), GFP_KERNEL);
}

/**
 * ve_finder_find - look for a symbol
 * @finder: from ve_finder_new()
 * @name: its name, not needed afterwards
 *
 * Return: its address, past an ENDBR that may begin a function; 0 if there is
 * no such symbol.
 */
unsigned long __init ve_finder_find(struct ve_finder *finder, const char *name)
{
	struct kprobe *probe = &finder->probes[finder->nr];

	if (finder->nr == NR_SYMBOLS)
		return 0;
	memset(probe, 0, sizeof(*probe));
	probe->symbol_name = name;
	probe->flags = KPROBE_FLAG_DISABLED;
	if (register_kprobe(probe))
		return 0;
	/* The name is the caller's. */
	probe->symbol_name = NULL;
	finder->all[finder->nr++] = probe;
	return (unsigned long)probe->addr;
}

/**
 * ve_finder_free - end of ve_finder_new()
 * @finder: what it returned; NULL is allowed
 *
 * Context: sleeps for a grace period.
 */
void __init ve_finder_free(struct ve_finder *finder)
{
	if (!finder)
		return;
	unregister_kprobes(finder->all, finder->nr);
	kfree(finder);
}
