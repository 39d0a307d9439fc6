// SPDX-License-Identifier: GPL-2.0-only
/* Remembering refusals. See refusal.h. */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "event.h"
#include "refusal.h"

/* How many there is room for. */
static unsigned int room(const struct ve_bc *bc)
{
	return bc->more ? VE_REFUSALS_KEPT : VE_REFUSALS_AT_FIRST;
}

static struct ve_refusal *place_of(struct ve_bc *bc, u64 number)
{
	unsigned int i = number & (room(bc) - 1);

	BUILD_BUG_ON(VE_REFUSALS_KEPT & (VE_REFUSALS_KEPT - 1));
	BUILD_BUG_ON(VE_REFUSALS_AT_FIRST & (VE_REFUSALS_AT_FIRST - 1));
	return i < VE_REFUSALS_AT_FIRST ? &bc->remembered[i] :
	       &bc->more->remembered[i - VE_REFUSALS_AT_FIRST];
}

/* Most VEs are never refused anything, so this is made for those that are. */
static struct ve_refusals_more *new_more(struct ve_bc *bc)
{
	if (READ_ONCE(bc->more) ||
	    READ_ONCE(bc->nr_remembered) < VE_REFUSALS_AT_FIRST)
		return NULL;
	return kmalloc(sizeof(struct ve_refusals_more),
		       GFP_ATOMIC | __GFP_NOWARN);
}

/* Called under @bc->lock, with a full ring: the oldest becomes its first. */
static void use_more(struct ve_bc *bc, struct ve_refusals_more *more)
{
	struct ve_refusal *in_order = more->remembered;
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(more->remembered) < VE_REFUSALS_AT_FIRST);
	for (i = 0; i < VE_REFUSALS_AT_FIRST; i++)
		in_order[i] = *place_of(bc, bc->nr_remembered + i);
	for (i = 0; i < VE_REFUSALS_AT_FIRST; i++)
		bc->remembered[i] = in_order[i];
	bc->nr_remembered = VE_REFUSALS_AT_FIRST;
	WRITE_ONCE(bc->more, more);
}

/* What one process runs into again and again is to leave room for others. */
static bool alike(const struct ve_refusal *a, const struct ve_refusal *b)
{
	return a->times && a->pid == b->pid && a->resource == b->resource &&
	       a->severity == b->severity;
}

/**
 * ve_refusal_remember - remember a refusal, and forget the oldest for it
 * @bc: who refused
 * @resource: what was asked for
 * @asked: how much
 * @severity: how firmly
 * @who: any thread of the process that it was refused to; NULL for none
 *
 * Context: any but NMI.
 */
void ve_refusal_remember(struct ve_bc *bc, enum ve_resource resource, u64 asked,
			 enum ve_severity severity, struct task_struct *who)
{
	struct ve_refusal refusal = {
		.times = 1,
		.asked = asked,
		.resource = resource,
		.severity = severity,
	};
	struct ve_refusals_more *more = new_more(bc);
	struct ve_refusal *newest;
	unsigned long flags;

	if (who)
		ve_event_who(who, &refusal.pid, refusal.comm);
	ve_bc_read(bc, resource, &refusal.counts);

	spin_lock_irqsave(&bc->lock, flags);
	if (more && !bc->more && refcount_read(&bc->ref)) {
		use_more(bc, more);
		more = NULL;
	}
	refusal.last = ktime_get_real_ns();
	refusal.first = refusal.last;
	newest = place_of(bc, bc->nr_remembered - 1);
	if (alike(newest, &refusal)) {
		refusal.first = newest->first;
		refusal.times += newest->times;
		*newest = refusal;
	} else {
		*place_of(bc, bc->nr_remembered++) = refusal;
	}
	spin_unlock_irqrestore(&bc->lock, flags);
	/* Somebody else was refused something, or it is the end of @bc. */
	kfree(more);
}

/**
 * ve_refusals_read - copy what is remembered
 * @bc: whose refusals
 * @refusals: where to; room for VE_REFUSALS_KEPT
 *
 * Context: any but NMI.
 * Return: how many there are; the oldest is the first.
 */
unsigned int ve_refusals_read(struct ve_bc *bc, struct ve_refusal *refusals)
{
	unsigned long flags;
	unsigned int i, nr;

	spin_lock_irqsave(&bc->lock, flags);
	nr = min_t(u64, bc->nr_remembered, room(bc));
	for (i = 0; i < nr; i++)
		refusals[i] = *place_of(bc, bc->nr_remembered - nr + i);
	spin_unlock_irqrestore(&bc->lock, flags);
	return nr;
}
