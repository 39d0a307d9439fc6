// SPDX-License-Identifier: GPL-2.0-only
/* Remembering VEs that are gone. See history.h. */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>

#include "bc.h"
#include "history.h"
#include "limits.h"
#include "registry.h"

/*
 * A ring; nr_added counts what was put in. Taken in process context only;
 * nothing is taken inside.
 */
static DEFINE_SPINLOCK(history_lock);
static struct ve_past history[VE_HISTORY_KEPT];
static u64 nr_added;

static struct ve_past *place_of(u64 number)
{
	BUILD_BUG_ON(VE_HISTORY_KEPT & (VE_HISTORY_KEPT - 1));
	return &history[number & (VE_HISTORY_KEPT - 1)];
}

/**
 * ve_history_add - remember a VE, and forget the oldest for it
 * @ve: the VE, of which nobody is a member any more
 *
 * What is counted of it from now on (the CPU time of the dead that nobody has
 * waited for) is still told.
 *
 * Context: process context.
 */
void ve_history_add(const struct ve *ve)
{
	struct ve_past past = {
		.bc = ve->bc,
		.created = ve->created,
		.destroyed = ktime_get_real_ns(),
		.lifetime = ktime_get_boottime_ns() - ve->since,
	};
	struct ve_bc *forgotten;
	struct ve_past *place;

	ve_bc_get(past.bc);
	spin_lock(&history_lock);
	place = place_of(nr_added++);
	forgotten = place->bc;
	*place = past;
	spin_unlock(&history_lock);
	if (forgotten)
		ve_bc_put(forgotten);
}

/**
 * ve_history_next - the oldest VE that is remembered, from a number on
 * @number: where to start, 0 at first; set to where to go on
 * @past: where to put it; its beancounter with a reference of the caller's
 *
 * Context: process context.
 * Return: whether there was one.
 */
bool ve_history_next(u64 *number, struct ve_past *past)
{
	bool found;

	spin_lock(&history_lock);
	if (nr_added > VE_HISTORY_KEPT)
		*number = max_t(u64, *number, nr_added - VE_HISTORY_KEPT);
	found = *number < nr_added;
	if (found) {
		*past = *place_of((*number)++);
		ve_bc_get(past->bc);
	}
	spin_unlock(&history_lock);
	return found;
}

/**
 * ve_history_exit - forget all; no VE and no reader is left
 */
void ve_history_exit(void)
{
	unsigned int i;

	for (i = 0; i < VE_HISTORY_KEPT; i++)
		if (history[i].bc)
			ve_bc_put(history[i].bc);
}
