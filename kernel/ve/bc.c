// SPDX-License-Identifier: GPL-2.0-only
/* Beancounters: charge, uncharge, bounds. See bc.h. */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bc.h"

/* Which numbers of enum ve_resource are resources, and not gaps. */
static const u32 known = BIT(VE_RESOURCE_KMEMSIZE) |
			 BIT(VE_RESOURCE_LOCKEDPAGES) |
			 BIT(VE_RESOURCE_PRIVVMPAGES) |
			 BIT(VE_RESOURCE_SHMPAGES) |
			 BIT(VE_RESOURCE_NUMPROC) |
			 BIT(VE_RESOURCE_PHYSPAGES) |
			 BIT(VE_RESOURCE_VMGUARPAGES) |
			 BIT(VE_RESOURCE_OOMGUARPAGES) |
			 BIT(VE_RESOURCE_NUMTCPSOCK) |
			 BIT(VE_RESOURCE_NUMFLOCK) |
			 BIT(VE_RESOURCE_NUMPTY) |
			 BIT(VE_RESOURCE_NUMSIGINFO) |
			 BIT(VE_RESOURCE_TCPSNDBUF) |
			 BIT(VE_RESOURCE_TCPRCVBUF) |
			 BIT(VE_RESOURCE_OTHERSOCKBUF) |
			 BIT(VE_RESOURCE_DGRAMRCVBUF) |
			 BIT(VE_RESOURCE_NUMOTHERSOCK) |
			 BIT(VE_RESOURCE_DCACHESIZE) |
			 BIT(VE_RESOURCE_NUMFILE) |
			 BIT(VE_RESOURCE_NUMIPTENT) |
			 BIT(VE_RESOURCE_SWAPPAGES);

/* Whose barrier is what a VE is promised, and not what it is held to. */
static const u32 guarantees = BIT(VE_RESOURCE_VMGUARPAGES) |
			      BIT(VE_RESOURCE_OOMGUARPAGES);

/**
 * ve_bc_known - is this the number of a resource?
 * @resource: any number
 *
 * Return: whether it is.
 */
bool ve_bc_known(unsigned int resource)
{
	BUILD_BUG_ON(VE_NR_RESOURCES > 32);
	return resource < VE_NR_RESOURCES && (known & BIT(resource));
}

/**
 * ve_bc_first_barrier - the barrier that a new beancounter has
 * @resource: of which resource
 *
 * Return: it, in the resource's unit. The limit is VE_UNLIMITED.
 */
u64 ve_bc_first_barrier(unsigned int resource)
{
	return guarantees & BIT(resource) ? 0 : VE_UNLIMITED;
}

/**
 * ve_bc_create - make a beancounter that holds, refuses and promises nothing
 * @name: name of its VE, at most VE_NAME_MAX bytes
 *
 * Context: may sleep.
 * Return: the beancounter with one reference, or NULL without memory.
 */
struct ve_bc *ve_bc_create(const char *name)
{
	struct ve_bc *bc = kzalloc(sizeof(*bc), GFP_KERNEL);
	unsigned int i;

	/* One byte more would take twice as much; locks may be large to debug. */
	BUILD_BUG_ON(sizeof(spinlock_t) == sizeof(u32) && sizeof(*bc) > 2048);
	if (!bc)
		return NULL;
	refcount_set(&bc->ref, 1);
	strscpy(bc->name, name, sizeof(bc->name));
	spin_lock_init(&bc->lock);
	ve_gauges_init(bc->gauges);
	ve_queues_init(&bc->queues);
	for (i = 0; i < VE_NR_RESOURCES; i++) {
		bc->counters[i].barrier = ve_bc_first_barrier(i);
		bc->counters[i].limit = VE_UNLIMITED;
	}
	return bc;
}

/**
 * ve_bc_get - take a reference
 * @bc: a beancounter the caller has a reference to
 */
void ve_bc_get(struct ve_bc *bc)
{
	refcount_inc(&bc->ref);
}

/**
 * ve_bc_put - drop a reference
 * @bc: the beancounter; freed with the last
 *
 * Context: any but NMI.
 */
void ve_bc_put(struct ve_bc *bc)
{
	struct ve_refusals_more *more;
	unsigned long flags;
	unsigned int i;

	if (!refcount_dec_and_test(&bc->ref))
		return;
	for (i = 0; i < VE_NR_RESOURCES; i++) {
		s64 held = atomic64_read(&bc->counters[i].held);

		WARN_ONCE(held, "ve: %s: resource %u still holds %lld at the end\n",
			  bc->name, i, held);
	}
	/* Who has found it under RCU may still be refused something. */
	spin_lock_irqsave(&bc->lock, flags);
	more = bc->more;
	spin_unlock_irqrestore(&bc->lock, flags);
	if (more)
		kfree_rcu(more, rcu);
	kfree_rcu(bc, rcu);
}

/**
 * ve_bc_raise_maxheld - for ve_bc_fit(): as much is held as never before
 * @counter: of what
 * @held: how much
 *
 * Context: any but NMI.
 */
void ve_bc_raise_maxheld(struct ve_counter *counter, s64 held)
{
	s64 max = atomic64_read(&counter->maxheld);

	while (max < held &&
	       !atomic64_try_cmpxchg(&counter->maxheld, &max, held))
		;
}

/**
 * ve_bc_fit_again - for ve_bc_fit(): others are charging, or a bound is near
 * @bc: whom to charge
 * @resource: for what
 * @n: how much, at least 1
 * @severity: which bound counts
 *
 * Context: any but NMI.
 * Return: as ve_bc_fit().
 */
bool ve_bc_fit_again(struct ve_bc *bc, enum ve_resource resource, u64 n,
		     enum ve_severity severity)
{
	struct ve_counter *counter = &bc->counters[resource];
	s64 held = atomic64_read(&counter->held);

	do {
		u64 bound = ve_bc_bound(counter, severity);

		/* held may be above a bound that was lowered, or forced past. */
		if (n > bound || (u64)held > bound - n) {
			if (severity != VE_SEVERITY_FORCE)
				return false;
			/* More than 2^63 - 1 of anything is our own bug. */
			WARN_ON_ONCE(1);
		}
	} while (!atomic64_try_cmpxchg(&counter->held, &held, held + n));

	ve_bc_raise_maxheld(counter, held + n);
	return true;
}

/**
 * ve_bc_fail - count a refusal
 * @bc: who refuses
 * @resource: what was asked for
 *
 * Context: any but NMI.
 */
void ve_bc_fail(struct ve_bc *bc, enum ve_resource resource)
{
	atomic64_inc(&bc->counters[resource].failcnt);
}

/**
 * ve_bc_complain - for ve_bc_uncharge(): more was undone than was charged
 * @bc: whose
 * @resource: of what
 * @n: how much was undone
 * @held: what that left
 *
 * Context: any but NMI.
 */
void ve_bc_complain(struct ve_bc *bc, enum ve_resource resource, u64 n,
		    s64 held)
{
	WARN_ONCE(1, "ve: %s: resource %u: %llu uncharged, %lld held\n",
		  bc->name, resource, n, held + (s64)n);
}

/**
 * ve_bc_set - set bounds, all of them or none
 * @bc: whose
 * @bounds: which; a bound that is absent keeps its value
 * @culprit: if refused, the resource whose barrier would be above its limit
 *
 * Lowering a bound below held takes nothing away; it only refuses more.
 *
 * Context: any but NMI.
 * Return: 0 or -EINVAL.
 */
int ve_bc_set(struct ve_bc *bc, const struct ve_bounds *bounds,
	      enum ve_resource *culprit)
{
	u32 which = bounds->has_barrier | bounds->has_limit;
	unsigned long flags;
	unsigned int i;
	int ret = 0;

	spin_lock_irqsave(&bc->lock, flags);
	for (i = 0; i < VE_NR_RESOURCES; i++) {
		const struct ve_counter *counter = &bc->counters[i];
		u64 barrier = bounds->has_barrier & BIT(i) ?
			bounds->barrier[i] : counter->barrier;
		u64 limit = bounds->has_limit & BIT(i) ?
			bounds->limit[i] : counter->limit;

		if ((which & BIT(i)) && barrier > limit) {
			*culprit = i;
			ret = -EINVAL;
			goto unlock;
		}
	}
	for (i = 0; i < VE_NR_RESOURCES; i++) {
		struct ve_counter *counter = &bc->counters[i];

		if (bounds->has_barrier & BIT(i))
			WRITE_ONCE(counter->barrier, bounds->barrier[i]);
		if (bounds->has_limit & BIT(i))
			WRITE_ONCE(counter->limit, bounds->limit[i]);
	}
unlock:
	spin_unlock_irqrestore(&bc->lock, flags);
	return ret;
}

/**
 * ve_bc_read - read a counter
 * @bc: whose
 * @resource: which
 * @counts: where to
 *
 * Context: any but NMI.
 */
void ve_bc_read(struct ve_bc *bc, enum ve_resource resource,
		struct ve_counts *counts)
{
	struct ve_counter *counter = &bc->counters[resource];
	unsigned long flags;

	spin_lock_irqsave(&bc->lock, flags);
	counts->barrier = counter->barrier;
	counts->limit = counter->limit;
	spin_unlock_irqrestore(&bc->lock, flags);

	counts->held = atomic64_read(&counter->held);
	/* A charge raises held first: never show a maximum below it. */
	counts->maxheld = max_t(u64, counts->held,
				atomic64_read(&counter->maxheld));
	counts->failcnt = atomic64_read(&counter->failcnt);
}
