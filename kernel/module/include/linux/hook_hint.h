/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For whom hooks mean something: tasks, those of ve_hook.members, by their pids
 * in the initial namespace; and objects, those of ve_hook.object, by their
 * addresses. Knows no VE.
 */
#ifndef _LINUX_HOOK_HINT_H
#define _LINUX_HOOK_HINT_H

/* A hash is the product with this (GOLDEN_RATIO_64) without its lower bits. */
#define VE_HOOK_FACTOR 0x61C8864680B583EB
#define VE_HOOK_PLACE_SHIFT 40

/* Of struct ve_hook_places. */
#define VE_HOOK_PLACES_BASE 0
#define VE_HOOK_PLACES_MASK 8

#ifndef __ASSEMBLER__

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* A bit for each pid there can be; read by entry.S, too. slot.c */
extern unsigned long ve_hook_hints[];

/**
 * ve_hook_hinted - may a hook mean something for current?
 *
 * Context: any.
 * Return: false if it does not.
 */
static inline bool ve_hook_hinted(void)
{
	return test_bit(current->pid, ve_hook_hints);
}

/**
 * struct ve_hook_places - a table by hashes of addresses
 *
 * Each place is two words, for whoever has the table to use; they are 0 if
 * nothing with that hash is there.
 */
struct ve_hook_places {
	/** @base: where it is; constant while anything is hooked */
	void *base;
	/** @mask: which bits of a hash say how many bytes from there; constant */
	unsigned long mask;
};

static_assert(offsetof(struct ve_hook_places, base) == VE_HOOK_PLACES_BASE);
static_assert(offsetof(struct ve_hook_places, mask) == VE_HOOK_PLACES_MASK);

/* Read by entry.S, too. slot.c */
extern struct ve_hook_places ve_hook_objects;

/**
 * ve_hook_place - the place for an address
 * @places: of which table
 * @object: the address
 *
 * Return: the place.
 */
static inline void *ve_hook_place(const struct ve_hook_places *places,
				  const void *object)
{
	const u64 hash = (u64)object * VE_HOOK_FACTOR >> VE_HOOK_PLACE_SHIFT;

	return places->base + (hash & places->mask);
}

#endif /* __ASSEMBLER__ */

#endif /* _LINUX_HOOK_HINT_H */
