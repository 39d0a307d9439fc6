/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Beancounters: for each resource of a VE how much is held, how much may be,
 * and how often more was asked for.
 *
 * A charge is one compare-and-exchange on held, so two CPUs that ask for the
 * last unit get one yes and one no, and a charge that is refused never shows
 * in held, not even for a moment. Bounds are changed under the lock, so that
 * several can change at once; a charge reads the one it needs without it.
 */
#ifndef _VE_BC_H
#define _VE_BC_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/ve.h>

#include "gauge.h"
#include "limits.h"
#include "siginfo.h"

#define VE_NR_RESOURCES (VE_RESOURCE_MAX + 1)

/**
 * struct ve_counter - one resource of one VE
 */
struct ve_counter {
	/** @held: charged now, in the resource's unit */
	atomic64_t held;
	/** @maxheld: largest held so far; may lag behind held for a moment */
	atomic64_t maxheld;
	/** @failcnt: refused charges */
	atomic64_t failcnt;
	/**
	 * @barrier: bound of VE_SEVERITY_BARRIER; at most @limit. Written
	 * under ve_bc.lock.
	 */
	u64 barrier;
	/** @limit: bound of VE_SEVERITY_LIMIT. Written under ve_bc.lock. */
	u64 limit;
};

/**
 * struct ve_refusals - how many refusals of a resource were reported of late
 */
struct ve_refusals {
	/** @since: start of the current second, in jiffies; ve_bc.lock */
	unsigned long since;
	/** @reported: reported since then; ve_bc.lock */
	u32 reported;
	/** @left_out: not reported, and not yet told so; ve_bc.lock */
	u32 left_out;
};

/**
 * struct ve_counts - a reading of one counter
 */
struct ve_counts {
	/** @held: charged now */
	u64 held;
	/** @maxheld: largest held so far, never below @held */
	u64 maxheld;
	/** @barrier: read together with @limit */
	u64 barrier;
	/** @limit: read together with @barrier */
	u64 limit;
	/** @failcnt: refused charges */
	u64 failcnt;
};

/**
 * struct ve_refusal - a refused charge, or several alike in a row
 */
struct ve_refusal {
	/** @first: when; CLOCK_REALTIME, in nanoseconds */
	u64 first;
	/** @last: when the last of several came; @first for one alone */
	u64 last;
	/** @times: how many; 0 marks an unused place */
	u64 times;
	/** @asked: size of the last */
	u64 asked;
	/** @counts: the resource's numbers at the last */
	struct ve_counts counts;
	/** @resource: what was asked for */
	enum ve_resource resource;
	/** @severity: how firmly */
	enum ve_severity severity;
	/** @pid: process, in the initial pid namespace; 0 for none */
	pid_t pid;
	/** @comm: its command name at the last */
	char comm[TASK_COMM_LEN];
};

/**
 * struct ve_refusals_more - room for what a beancounter has none for
 */
struct ve_refusals_more {
	/** @rcu: for freeing, as ve_bc.rcu */
	struct rcu_head rcu;
	/** @remembered: goes on where ve_bc.remembered ends. ve_bc.lock */
	struct ve_refusal remembered[VE_REFUSALS_KEPT - VE_REFUSALS_AT_FIRST];
};

/**
 * struct ve_bc - the beancounter of one VE
 *
 * Lives as long as its VE, or longer: as long as an object charged to it, or
 * as the history remembers the VE. It carries the VE's id and name because it
 * may outlive the VE.
 */
struct ve_bc {
	/** @ref: the VE, the history, all that is counted in @owing together */
	refcount_t ref;
	/**
	 * @rcu: for freeing. Who finds a record under RCU may look into its
	 * beancounter, although the record has let go of it meanwhile.
	 */
	struct rcu_head rcu;
	/** @owing: the VE while it is registered, each object charged. owner.c */
	atomic_t owing;
	/** @id: the VE's id; set before the VE can be found, then constant */
	u32 id;
	/** @name: the VE's name; constant */
	char name[VE_NAME_MAX + 1];
	/** @orphan: the VE is not registered any more; set once, under ve.lock */
	bool orphan;
	/**
	 * @lock: bounds, @refusals, and what is remembered of them. Innermost;
	 * taken with interrupts disabled since charges may come from any
	 * context but NMI.
	 */
	spinlock_t lock;
	/** @counters: by enum ve_resource */
	struct ve_counter counters[VE_NR_RESOURCES];
	/** @gauges: by enum ve_gauge_list */
	struct ve_gauges gauges[VE_NR_GAUGES];
	/** @queues: signals that wait for members */
	struct ve_queues queues;
	/** @cpu_time: of tasks that have left, as members; nanoseconds */
	atomic64_t cpu_time;
	/** @refusals: by enum ve_resource */
	struct ve_refusals refusals[VE_NR_RESOURCES];
	/**
	 * @remembered: with those of @more a ring; @nr_remembered counts what
	 * was put in. @lock
	 */
	struct ve_refusal remembered[VE_REFUSALS_AT_FIRST];
	/**
	 * @more: made when @remembered is full, then constant; NULL before, and
	 * as long as there is no memory for it. Not made when @ref has come to
	 * 0. @lock
	 */
	struct ve_refusals_more *more;
	/** @nr_remembered: see @remembered; starts anew with @more. @lock */
	u64 nr_remembered;
};

/**
 * struct ve_bounds - new bounds for any number of resources
 */
struct ve_bounds {
	/** @barrier: by enum ve_resource, where @has_barrier has its bit */
	u64 barrier[VE_NR_RESOURCES];
	/** @limit: by enum ve_resource, where @has_limit has its bit */
	u64 limit[VE_NR_RESOURCES];
	/** @has_barrier: bit n for resource n */
	u32 has_barrier;
	/** @has_limit: bit n for resource n */
	u32 has_limit;
};

struct ve_bc *ve_bc_create(const char *name);
void ve_bc_get(struct ve_bc *bc);
void ve_bc_put(struct ve_bc *bc);

bool ve_bc_known(unsigned int resource);
u64 ve_bc_first_barrier(unsigned int resource);
bool ve_bc_fit_again(struct ve_bc *bc, enum ve_resource resource, u64 n,
		     enum ve_severity severity);
void ve_bc_raise_maxheld(struct ve_counter *counter, s64 held);
void ve_bc_complain(struct ve_bc *bc, enum ve_resource resource, u64 n,
		    s64 held);
void ve_bc_fail(struct ve_bc *bc, enum ve_resource resource);
int ve_bc_set(struct ve_bc *bc, const struct ve_bounds *bounds,
	      enum ve_resource *culprit);
void ve_bc_read(struct ve_bc *bc, enum ve_resource resource,
		struct ve_counts *counts);

/* The bound that counts; VE_UNLIMITED for what cannot be refused. */
static inline u64 ve_bc_bound(const struct ve_counter *counter,
			      enum ve_severity severity)
{
	if (severity == VE_SEVERITY_BARRIER)
		return READ_ONCE(counter->barrier);
	if (severity == VE_SEVERITY_LIMIT)
		return READ_ONCE(counter->limit);
	return VE_UNLIMITED;
}

/**
 * ve_bc_fit - charge, unless a bound is in the way
 * @bc: whom to charge
 * @resource: for what
 * @n: how much, at least 1
 * @severity: which bound counts
 *
 * held may become equal to the bound. If there is no room nothing changes: it
 * is a refusal only when the caller says so, with ve_event_refused().
 *
 * Context: any but NMI.
 * Return: whether it was charged. If so, the caller owes one
 * ve_bc_uncharge() of the same amount.
 */
static inline bool ve_bc_fit(struct ve_bc *bc, enum ve_resource resource, u64 n,
			     enum ve_severity severity)
{
	struct ve_counter *counter = &bc->counters[resource];
	const u64 bound = ve_bc_bound(counter, severity);
	s64 held = atomic64_read(&counter->held);

	/* The most frequent case; all others are seen to elsewhere. */
	if (unlikely(n > bound || (u64)held > bound - n ||
		     !atomic64_try_cmpxchg(&counter->held, &held, held + n)))
		return ve_bc_fit_again(bc, resource, n, severity);
	held += n;
	if (unlikely(atomic64_read(&counter->maxheld) < held))
		ve_bc_raise_maxheld(counter, held);
	return true;
}

/**
 * ve_bc_charge - charge what cannot be refused
 * @bc: whom to charge
 * @resource: for what
 * @n: how much, at least 1
 *
 * The severity VE_SEVERITY_FORCE. The caller owes one ve_bc_uncharge().
 *
 * Context: any but NMI.
 */
static inline void ve_bc_charge(struct ve_bc *bc, enum ve_resource resource,
				u64 n)
{
	ve_bc_fit(bc, resource, n, VE_SEVERITY_FORCE);
}

/**
 * ve_bc_uncharge - undo a charge
 * @bc: who was charged
 * @resource: for what
 * @n: how much
 *
 * Context: any but NMI.
 */
static inline void ve_bc_uncharge(struct ve_bc *bc, enum ve_resource resource,
				  u64 n)
{
	s64 held = atomic64_sub_return(n, &bc->counters[resource].held);

	/* A charge undone twice is a bug of ours: say so, once. */
	if (unlikely(held < 0))
		ve_bc_complain(bc, resource, n, held);
}

#endif /* _VE_BC_H */
