// SPDX-License-Identifier: GPL-2.0-only
/* Charging objects to the VE that makes them. See owner.h. */
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "arm.h"
#include "bc.h"
#include "event.h"
#include "kmem.h"
#include "member.h"
#include "owner.h"
#include "registry.h"

/**
 * ve_owing_start - a VE is about to be registered
 * @bc: its beancounter
 *
 * Takes over the caller's ve_arm_get().
 */
void ve_owing_start(struct ve_bc *bc)
{
	atomic_set(&bc->owing, 1);
	ve_bc_get(bc);
}

/**
 * ve_owing_end - a VE is not registered any more, or an object is gone
 * @bc: the beancounter
 *
 * Context: any but NMI.
 */
void ve_owing_end(struct ve_bc *bc)
{
	if (!atomic_dec_and_test(&bc->owing))
		return;
	ve_arm_put();
	ve_bc_put(bc);
}

/**
 * ve_owner_of - find an object's record
 * @place: of any object of a kind with numbers of its own
 *
 * Context: under RCU.
 * Return: the record, or NULL for an object of VE0.
 */
struct ve_owner *ve_owner_of(struct ve_place place)
{
	struct ve_slot *slot = ve_object_slot_get(place);

	return slot ? container_of(slot, struct ve_owner, slot) : NULL;
}

static __always_inline void uncharge(struct ve_bc *bc,
				     const struct ve_kind *kind, size_t kmem)
{
	if (kind->resource != VE_KIND_NOT_COUNTED)
		ve_bc_uncharge(bc, kind->resource, 1);
	if (kind->pins)
		ve_bc_uncharge(bc, VE_RESOURCE_DCACHESIZE, kind->pins);
	if (kmem + kind->pins)
		ve_bc_uncharge(bc, VE_RESOURCE_KMEMSIZE, kmem + kind->pins);
}

/* Charge an object, its size and what it pins, or none of these. */
static int charge(struct ve_bc *bc, const struct ve_kind *kind, size_t kmem,
		  enum ve_severity severity)
{
	if (kind->resource != VE_KIND_NOT_COUNTED &&
	    !ve_event_charge(bc, kind->resource, 1, severity))
		return kind->refused;
	if (!ve_event_charge(bc, VE_RESOURCE_DCACHESIZE, kind->pins, severity))
		goto err_pins;
	if (!ve_kmem_charge(bc, kmem + kind->pins, severity))
		goto err_kmem;
	return 0;

err_kmem:
	if (kind->pins)
		ve_bc_uncharge(bc, VE_RESOURCE_DCACHESIZE, kind->pins);
err_pins:
	if (kind->resource != VE_KIND_NOT_COUNTED)
		ve_bc_uncharge(bc, kind->resource, 1);
	return -ENOMEM;
}

static struct ve_owner *new_owner(struct ve_bc *bc, const struct ve_kind *kind,
				  size_t kmem)
{
	const gfp_t gfp = GFP_ATOMIC | __GFP_NOWARN;
	struct ve_owner *owner;

	if (kind->list == VE_GAUGES_NONE)
		owner = kmalloc(offsetof(struct ve_owner, rcu), gfp);
	else
		owner = kzalloc(struct_size(owner, seen, kind->nr_values), gfp);
	if (!owner)
		return NULL;
	atomic_inc(&bc->owing);
	owner->bc = bc;
	owner->kind = kind;
	owner->kmem = kmem;
	if (ve_owner_is_looked_for(owner)) {
		refcount_set(&owner->ref, 1);
		spin_lock_init(&owner->lock);
		INIT_LIST_HEAD(&owner->link);
	}
	return owner;
}

/**
 * ve_owner_charge - charge one object that is yet to be made
 * @bc: whom
 * @kind: what it is
 * @kmem: its size, to be charged to kmemsize; may be 0
 * @severity: which bound counts
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: a record, to be used with ve_owner_give() or ve_owner_cancel();
 * ERR_PTR() of ve_kind.refused, or -ENOMEM, also for kmemsize and dcachesize.
 */
struct ve_owner *ve_owner_charge(struct ve_bc *bc, const struct ve_kind *kind,
				 size_t kmem, enum ve_severity severity)
{
	struct ve_owner *owner;
	int ret = charge(bc, kind, kmem, severity);

	if (ret)
		return ERR_PTR(ret);
	owner = new_owner(bc, kind, kmem);
	if (!owner) {
		uncharge(bc, kind, kmem);
		return ERR_PTR(-ENOMEM);
	}
	return owner;
}

/**
 * ve_owner_put - one user of a record less
 * @owner: the record
 *
 * Context: any but NMI.
 */
void ve_owner_put(struct ve_owner *owner)
{
	if (!ve_owner_is_looked_for(owner))
		kfree(owner);
	else if (!owner->kind->loose || refcount_dec_and_test(&owner->ref))
		kfree_rcu(owner, rcu);
}

/* The end of a record that nobody can find, and of its object, if @alive. */
static void end_one(struct ve_owner *owner, bool alive)
{
	struct ve_bc *bc = owner->bc;

	if (ve_owner_is_looked_for(owner))
		ve_gauge_stop(owner, alive);
	uncharge(bc, owner->kind, owner->kmem);
	ve_owner_put(owner);
	ve_owing_end(bc);
}

/**
 * ve_owner_cancel - the object is not made after all
 * @owner: a record from ve_owner_charge(), which is freed
 *
 * Context: any but hard interrupts and NMI.
 */
void ve_owner_cancel(struct ve_owner *owner)
{
	end_one(owner, false);
}

static void cancel_all(struct ve_owner *first)
{
	while (first) {
		struct ve_owner *next = first->next;

		ve_owner_cancel(first);
		first = next;
	}
}

static void end(struct ve_owner *owner, bool alive)
{
	/* Copies whose making failed are told to nobody. */
	if (ve_owner_is_looked_for(owner) && !owner->kind->loose)
		cancel_all(owner->unborn);
	end_one(owner, alive);
}

/**
 * ve_owner_give - the object is made
 * @owner: a record from ve_owner_charge(), which is used up
 * @place: the object's place; nobody can free it during the call
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: 0, or -ENOMEM; then the charge is undone.
 */
int ve_owner_give(struct ve_owner *owner, struct ve_place place)
{
	int ret;

	/* ORDER: who finds it may end it at once, and has to find it linked. */
	if (ve_owner_is_looked_for(owner))
		ve_gauge_start(owner, place);
	ret = ve_object_slot_set(&owner->slot, place,
				 ve_owner_is_looked_for(owner));
	/*
	 * An object at this address ended untold: a security module refused
	 * it, say, after we had let it pass. This one is another.
	 */
	if (ret == -EEXIST) {
		ve_owner_end(place);
		ret = ve_object_slot_set(&owner->slot, place,
					 ve_owner_is_looked_for(owner));
	}
	if (ret)
		ve_owner_cancel(owner);
	return ret;
}

/**
 * ve_owner_new - current makes an object
 * @place: its place, by which it ends; nobody can free it during the call
 * @kind: what it is
 * @kmem: its size, to be charged to kmemsize; may be 0
 *
 * Context: process context; does not sleep.
 * Return: 0, also if current is of VE0; ve_kind.refused if the barrier is in
 * the way; -ENOMEM, also for kmemsize and dcachesize.
 */
int ve_owner_new(struct ve_place place, const struct ve_kind *kind, size_t kmem)
{
	struct ve *ve = ve_of_current();
	struct ve_owner *owner;

	/* Quick return for the host. */
	if (likely(!ve))
		return 0;
	owner = ve_owner_charge(ve->bc, kind, kmem, VE_SEVERITY_BARRIER);
	return IS_ERR(owner) ? PTR_ERR(owner) : ve_owner_give(owner, place);
}

/**
 * ve_owner_end - an object is about to be freed
 * @place: of any object of a kind that ve_owner_new() or ve_owner_born() is
 * called for
 *
 * Context: any but hard interrupts and NMI.
 */
void ve_owner_end(struct ve_place place)
{
	struct ve_slot *slot = ve_object_slot_take(place);

	/* Quick return for objects of the host. */
	if (unlikely(slot))
		end(container_of(slot, struct ve_owner, slot), true);
}

/**
 * ve_owner_conceive - an object is about to be copied
 * @parent: the place of the object, which the caller keeps from being freed
 *
 * The copy is charged, to its parent's owner. It is told with
 * ve_owner_born(). If it never is, the charge is undone with the parent's.
 *
 * Context: any but hard interrupts and NMI.
 * Return: 0, also if the parent is of VE0; ve_kind.refused; -ENOMEM.
 */
int ve_owner_conceive(struct ve_place parent)
{
	struct ve_owner *owner, *child;
	unsigned long flags;
	int ret = 0;

	rcu_read_lock();
	owner = ve_owner_of(parent);
	/* Quick return for objects of the host. */
	if (likely(!owner))
		goto unlock;
	child = ve_owner_charge(owner->bc, owner->kind, owner->kmem,
				VE_SEVERITY_BARRIER);
	if (IS_ERR(child)) {
		ret = PTR_ERR(child);
		goto unlock;
	}
	spin_lock_irqsave(&owner->lock, flags);
	child->next = owner->unborn;
	owner->unborn = child;
	spin_unlock_irqrestore(&owner->lock, flags);
unlock:
	rcu_read_unlock();
	return ret;
}

/**
 * ve_owner_born - an object has been copied
 * @parent: the place of the object
 * @child: that of its copy, which nobody can free during the call
 *
 * Context: any but hard interrupts and NMI.
 */
void ve_owner_born(struct ve_place parent, struct ve_place child)
{
	struct ve_owner *owner, *record;
	unsigned long flags;

	rcu_read_lock();
	owner = ve_owner_of(parent);
	/* Quick return for objects of the host. */
	if (likely(!owner))
		goto unlock;
	spin_lock_irqsave(&owner->lock, flags);
	/* Any will do: they are alike. */
	record = owner->unborn;
	if (record)
		owner->unborn = record->next;
	spin_unlock_irqrestore(&owner->lock, flags);
	/* At unload hooks go one after another: nobody may have been asked. */
	if (likely(record))
		ve_owner_give(record, child);
unlock:
	rcu_read_unlock();
}

static void drop(struct ve_slot *slot)
{
	/* Its object may have gone untold. */
	end(container_of(slot, struct ve_owner, slot), false);
}

/**
 * ve_owner_exit - let go of objects that outlive all VEs, and the core
 *
 * Hooks are disarmed for good.
 *
 * Context: may sleep.
 */
void ve_owner_exit(void)
{
	ve_object_slots_drop(drop);
}
