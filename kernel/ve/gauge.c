// SPDX-License-Identifier: GPL-2.0-only
/* What objects use by the kernel's own numbers. See gauge.h. */
#include <linux/jiffies.h>
#include <linux/rcupdate.h>

#include "bc.h"
#include "event.h"
#include "gauge.h"
#include "limits.h"
#include "member.h"
#include "owner.h"

static struct ve_gauges *gauges_of(const struct ve_owner *owner)
{
	return &owner->bc->gauges[owner->kind->list];
}

/* Whatever was asked for has come, or never will. */
static void forget_asks(struct ve_owner *owner)
{
	owner->coming = 0;
	owner->round++;
}

/* How much more than its number an object of a loose kind may have soon. */
static u64 under_way(struct ve_owner *owner)
{
	if (owner->coming &&
	    time_after(jiffies, owner->asked + msecs_to_jiffies(VE_ASK_LASTS)))
		forget_asks(owner);
	if (owner->locked && !owner->kind->locked(owner->slot.object))
		owner->locked = 0;
	/* ORDER: what came under the lock is in the number that is read now. */
	smp_rmb();
	return owner->coming + owner->locked;
}

/*
 * Bring in what has changed. @own: whoever asks holds what keeps the numbers
 * from changing; else growth that was asked for may not have come yet, and
 * only read() can tell.
 */
static void look_at(struct ve_owner *owner, bool own)
{
	const struct ve_kind *kind = owner->kind;
	u64 now[VE_KIND_VALUES];
	unsigned int i;
	bool settled;
	u64 coming;

	coming = kind->loose ? under_way(owner) : 0;
	settled = kind->read(owner->slot.object, now, own);
	for (i = 0; i < kind->nr_values; i++) {
		u64 seen = owner->seen[i];

		/* What may still come is not taken back. */
		if (now[i] < seen)
			now[i] = min(now[i] + coming, seen);
		if (now[i] > seen)
			ve_bc_charge(owner->bc, kind->values[i], now[i] - seen);
		else if (now[i] < seen && settled)
			ve_bc_uncharge(owner->bc, kind->values[i],
				       seen - now[i]);
		else
			continue;
		owner->seen[i] = now[i];
	}
}

/* Set once, at unload. */
static bool stopped;

static void look_at_all(struct ve_gauges *gauges)
{
	struct ve_owner *owner;

	lockdep_assert_held(&gauges->lock);
	if (READ_ONCE(stopped))
		return;
	list_for_each_entry(owner, &gauges->objects, link)
		look_at(owner, false);
	gauges->looked = jiffies;
}

/* Looking at many costs time, which who is refused has not earned. */
static bool may_look(const struct ve_gauges *gauges)
{
	return gauges->nr <= VE_GAUGES_CHEAP ||
	       time_after(jiffies, gauges->looked);
}

/* @refused: for who is about to be refused. */
static void look_at_list(struct ve_bc *bc, enum ve_gauge_list list,
			 bool refused)
{
	struct ve_gauges *gauges = &bc->gauges[list];
	unsigned long flags;

	spin_lock_irqsave(&gauges->lock, flags);
	if (!refused || may_look(gauges))
		look_at_all(gauges);
	spin_unlock_irqrestore(&gauges->lock, flags);
}

/**
 * ve_gauges_stop - look at no object any more but those that are asked for
 *
 * For unload, before hooks go: an object may end untold while another still
 * asks for room.
 *
 * Context: may sleep for a grace period.
 */
void ve_gauges_stop(void)
{
	WRITE_ONCE(stopped, true);
	/* Whoever looks has interrupts disabled. */
	synchronize_rcu();
}

/**
 * ve_gauges_look - bring the numbers of a VE up to date
 * @bc: its beancounter
 *
 * Context: any but NMI; no lock of a gauge is held.
 */
void ve_gauges_look(struct ve_bc *bc)
{
	unsigned int i;

	for (i = VE_GAUGES_NONE + 1; i < VE_NR_GAUGES; i++)
		look_at_list(bc, i, false);
	ve_siginfo_look(bc, false);
}

/**
 * ve_gauges_look_for_kmem - the same for kmemsize, before it refuses
 * @bc: the beancounter
 *
 * A VE with many objects is looked at once in a jiffy at most.
 *
 * Context: any but NMI; no lock of a gauge is held.
 */
void ve_gauges_look_for_kmem(struct ve_bc *bc)
{
	/* What has page tables, and what has entries in queues. */
	look_at_list(bc, VE_GAUGES_MEMORY, true);
	ve_siginfo_look(bc, true);
}

/**
 * ve_gauge_start - an object that is charged is there now
 * @owner: its record, which nobody can find yet; it has numbers
 * @place: its place
 */
void ve_gauge_start(struct ve_owner *owner, struct ve_place place)
{
	struct ve_gauges *gauges = gauges_of(owner);
	unsigned long flags;

	owner->slot.object = place.object;
	spin_lock_irqsave(&gauges->lock, flags);
	list_add_tail(&owner->link, &gauges->objects);
	gauges->nr++;
	spin_unlock_irqrestore(&gauges->lock, flags);
}

/**
 * ve_gauge_stop - an object is about to be freed, or was never there
 * @owner: its record, which has numbers and nobody else takes down
 * @alive: whether the object can still be looked at
 *
 * What it had is not charged any more.
 */
void ve_gauge_stop(struct ve_owner *owner, bool alive)
{
	const struct ve_kind *kind = owner->kind;
	struct ve_gauges *gauges = gauges_of(owner);
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&gauges->lock, flags);
	if (!list_empty(&owner->link)) {
		/* For maxheld, if nobody looked in time. */
		if (alive)
			look_at(owner, false);
		list_del_init(&owner->link);
		gauges->nr--;
	}
	spin_unlock_irqrestore(&gauges->lock, flags);
	for (i = 0; i < kind->nr_values; i++)
		if (owner->seen[i])
			ve_bc_uncharge(owner->bc, kind->values[i],
				       owner->seen[i]);
}

/* Memory within the guarantee is not refused by our own bounds. */
static bool guaranteed(struct ve_bc *bc, enum ve_resource resource, u64 n)
{
	const struct ve_counter *guarantee =
		&bc->counters[VE_RESOURCE_VMGUARPAGES];
	u64 held = atomic64_read(&bc->counters[resource].held);

	return resource == VE_RESOURCE_PRIVVMPAGES &&
	       held + n <= READ_ONCE(guarantee->barrier);
}

/* Called under the lock of @gauges. */
static bool fits(struct ve_bc *bc, struct ve_gauges *gauges,
		 enum ve_resource resource, u64 n, enum ve_severity severity)
{
	if (likely(ve_bc_fit(bc, resource, n, severity)))
		return true;
	if (may_look(gauges)) {
		look_at_all(gauges);
		if (ve_bc_fit(bc, resource, n, severity))
			return true;
	}
	if (!guaranteed(bc, resource, n))
		return false;
	ve_bc_charge(bc, resource, n);
	return true;
}

/**
 * ve_gauge_expect - ask for what an object will have from the start
 * @owner: from ve_owner_charge(), not yet given to an object
 * @value: which of its numbers
 * @n: how much
 * @severity: which bound counts
 *
 * Context: any but NMI.
 * Return: false if the bound is in the way, which is told; else it is charged,
 * until the object's own number is seen or the record ends.
 */
bool ve_gauge_expect(struct ve_owner *owner, unsigned int value, u64 n,
		     enum ve_severity severity)
{
	enum ve_resource resource = owner->kind->values[value];
	struct ve_gauges *gauges = gauges_of(owner);
	unsigned long flags;
	bool ok;

	if (!n)
		return true;
	spin_lock_irqsave(&gauges->lock, flags);
	ok = fits(owner->bc, gauges, resource, n, severity);
	spin_unlock_irqrestore(&gauges->lock, flags);
	if (ok)
		owner->seen[value] += n;
	else
		ve_event_refused(owner->bc, resource, n, severity);
	return ok;
}

/**
 * ve_gauge_succeed - ask for an object that takes the place of another
 * @owner: from ve_owner_charge(), not yet given to the object
 * @old: the other's record, with the same beancounter and kind; NULL if it has
 * none. The caller keeps it.
 * @value: which of their numbers
 * @n: how much the object has
 * @severity: which bound counts for what it has more
 *
 * Context: any but NMI.
 * Return: false if the bound is in the way, which is told; else what is
 * charged for @old is now charged for the object.
 */
bool ve_gauge_succeed(struct ve_owner *owner, struct ve_owner *old,
		      unsigned int value, u64 n, enum ve_severity severity)
{
	enum ve_resource resource = owner->kind->values[value];
	struct ve_gauges *gauges = gauges_of(owner);
	unsigned long flags;
	bool ok = true;
	u64 had;

	spin_lock_irqsave(&gauges->lock, flags);
	had = old ? old->seen[value] : 0;
	if (n > had)
		ok = fits(owner->bc, gauges, resource, n - had, severity);
	else if (n < had)
		ve_bc_uncharge(owner->bc, resource, had - n);
	if (ok) {
		owner->seen[value] = n;
		if (old)
			old->seen[value] = 0;
	}
	spin_unlock_irqrestore(&gauges->lock, flags);
	if (!ok)
		ve_event_refused(owner->bc, resource, n - had, severity);
	return ok;
}

/**
 * ve_gauge_forget - what a task has asked for last is of no interest any more
 * @ask: of that task, which does not ask now
 *
 * Context: any but NMI.
 */
void ve_gauge_forget(struct ve_ask *ask)
{
	if (ask->owner)
		ve_owner_put(ask->owner);
	ask->owner = NULL;
}

/*
 * What current asked for last is no longer under way: bring in what came of
 * it, which may be more than was asked for. Called under the lock of @gauges.
 */
static void end_last(struct ve_gauges *gauges, struct ve_ask *last)
{
	struct ve_owner *owner = last->owner;

	/* Of another VE's object there is no telling whether it still is. */
	if (owner && gauges_of(owner) == gauges && !list_empty(&owner->link) &&
	    owner->round == last->round) {
		owner->coming -= min(owner->coming, last->n);
		look_at(owner, false);
	}
	ve_gauge_forget(last);
}

static void begin(struct ve_owner *owner, struct ve_ask *ask, u64 n,
		  unsigned int how)
{
	if (how & VE_GAUGE_LOCKED) {
		owner->locked = n;
		return;
	}
	owner->coming += n;
	owner->asked = jiffies;
	/* Somebody of the host: time will tell. */
	if (!ask)
		return;
	refcount_inc(&owner->ref);
	ask->owner = owner;
	ask->n = n;
	ask->round = owner->round;
}

/**
 * ve_gauge_ask_how - an object is about to use more
 * @place: its place; the caller keeps it from being freed
 * @value: which of its numbers
 * @n: how much more
 * @severity: which bound counts
 * @how: of enum ve_gauge_how
 *
 * Context: any but NMI.
 * Return: false if the bound is in the way, which is told; true also for what
 * is charged to nobody.
 */
bool ve_gauge_ask_how(struct ve_place place, unsigned int value, u64 n,
		      enum ve_severity severity, unsigned int how)
{
	struct ve_member *member;
	enum ve_resource resource;
	struct ve_gauges *gauges;
	struct ve_owner *owner;
	unsigned long flags;
	bool ok = true;

	rcu_read_lock();
	owner = ve_owner_of(place);
	/* Quick return for objects of the host. */
	if (likely(!owner))
		goto unlock;
	gauges = gauges_of(owner);
	resource = owner->kind->values[value];
	member = owner->kind->loose ? ve_member_of_current() : NULL;
	spin_lock_irqsave(&gauges->lock, flags);
	/* Not if it is being freed: there is nobody to undo it. */
	if (!list_empty(&owner->link)) {
		if (member)
			end_last(gauges, &member->ask);
		/* Whoever had the lock before has got what it asked for. */
		if (how & VE_GAUGE_LOCKED)
			owner->locked = 0;
		look_at(owner, !(how & VE_GAUGE_MOVING));
		ok = !n || fits(owner->bc, gauges, resource, n, severity);
		if (ok)
			owner->seen[value] += n;
		if (ok && owner->kind->loose)
			begin(owner, member ? &member->ask : NULL, n, how);
	}
	spin_unlock_irqrestore(&gauges->lock, flags);
	if (!ok && !(how & VE_GAUGE_QUIET))
		ve_event_refused(owner->bc, resource, n, severity);
unlock:
	rcu_read_unlock();
	return ok;
}

/**
 * ve_gauge_settle - an object of a loose kind is about to shrink
 * @place: its place; the caller keeps it from being freed
 *
 * Nobody is told when it has. So what was asked for without a lock is said to
 * have come now, or it could not be told apart from what goes.
 *
 * Context: any but NMI.
 */
void ve_gauge_settle(struct ve_place place)
{
	struct ve_gauges *gauges;
	struct ve_owner *owner;
	unsigned long flags;

	rcu_read_lock();
	owner = ve_owner_of(place);
	/* Quick return for objects of the host. */
	if (likely(!owner))
		goto unlock;
	gauges = gauges_of(owner);
	spin_lock_irqsave(&gauges->lock, flags);
	if (!list_empty(&owner->link)) {
		if (owner->kind->loose)
			forget_asks(owner);
		look_at(owner, true);
	}
	spin_unlock_irqrestore(&gauges->lock, flags);
unlock:
	rcu_read_unlock();
}
