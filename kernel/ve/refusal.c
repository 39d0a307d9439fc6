// SPDX-License-Identifier: GPL-2.0-only
/* Remembering refusals. See refusal.h. */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "event.h"
#include "refusal.h"

static struct ve_refusal *place_of(struct ve_bc *bc, u64 number)
{
	BUILD_BUG_ON(VE_REFUSALS_KEPT & (VE_REFUSALS_KEPT - 1));
	return &bc->remembered[number & (VE_REFUSALS_KEPT - 1)];
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
	struct ve_refusal *newest;
	unsigned long flags;

	if (who)
		ve_event_who(who, &refusal.pid, refusal.comm);
	ve_bc_read(bc, resource, &refusal.counts);

	spin_lock_irqsave(&bc->lock, flags);
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
	nr = min_t(u64, bc->nr_remembered, VE_REFUSALS_KEPT);
	for (i = 0; i < nr; i++)
		refusals[i] = *place_of(bc, bc->nr_remembered - nr + i);
	spin_unlock_irqrestore(&bc->lock, flags);
	return nr;
}
