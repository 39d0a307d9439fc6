/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects of the kernel and the VE each is charged to, its owner: the VE of
 * the task that made it, whoever uses it later and whoever ends it.
 *
 * An object of a VE has a record, found through its slot; an object of VE0
 * has none. The record is made with the object and goes with it. It holds the
 * owner's beancounter, not its VE: an open file may outlive the VE, whose id
 * and name can be used again meanwhile. As long as there is a record, hooks
 * stay armed, or its end would be missed.
 *
 * Records of objects with numbers of their own (ve_kind.list) are looked for
 * while the object is there, and freed after a grace period. Nobody asks for
 * others but who ends the object: they are shorter, and freed at once.
 */
#ifndef _VE_OWNER_H
#define _VE_OWNER_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/ve_form.h>
#include <uapi/linux/ve.h>

#include "gauge.h"

struct ve_bc;

/* Not a resource: objects of this kind are not counted, only measured. */
#define VE_KIND_NOT_COUNTED VE_RESOURCE_DUMMY4

/* The most numbers that objects of a kind have. */
#define VE_KIND_VALUES 6

/**
 * struct ve_kind - what objects of one kind have in common; constant
 */
struct ve_kind {
	/** @resource: each is charged as 1 of it, or VE_KIND_NOT_COUNTED */
	enum ve_resource resource;
	/** @refused: errno for who asks for one if there is no room; negative */
	int refused;
	/**
	 * @pins: bytes of dentries and inodes that each keeps in use; charged to
	 * dcachesize, and to kmemsize as well
	 */
	u32 pins;
	/**
	 * @list: with which others objects are looked at. None for those whose
	 * records nobody looks for until they end
	 */
	enum ve_gauge_list list;
	/**
	 * @loose: nobody who asks keeps the number from changing. Then there
	 * is one number only.
	 */
	bool loose;
	/** @nr_values: how many numbers of its own an object has */
	unsigned int nr_values;
	/** @values: what each is charged as */
	enum ve_resource values[VE_KIND_VALUES];
	/**
	 * @read: read an object's numbers. Called under struct ve_gauges.lock,
	 * with interrupts disabled; the object is there. @own: the caller
	 * holds what keeps the numbers from changing. Returns whether they are
	 * settled: nothing that was asked for is under way.
	 */
	bool (*read)(const void *object, u64 *now, bool own);
	/**
	 * @locked: of a loose kind, whether anybody holds the lock under which
	 * what was asked for with VE_GAUGE_LOCKED comes. Called as @read is.
	 */
	bool (*locked)(const void *object);
};

/**
 * struct ve_owner - the record of an object that is charged to a VE
 */
struct ve_owner {
	/** @slot: how the object finds its record */
	struct ve_slot slot;
	/** @bc: who is charged; counted in ve_bc.owing; constant */
	struct ve_bc *bc;
	/** @kind: what it is; constant */
	const struct ve_kind *kind;
	/**
	 * @ref: if it is of a loose kind, one for the object, and each struct
	 * ve_ask
	 */
	refcount_t ref;
	/** @kmem: bytes charged to kmemsize, but for ve_kind.pins; constant */
	u32 kmem;
	/**
	 * @next: the next of ve_owner.unborn, under the parent's @lock; or the
	 * next in ve_member.locks
	 */
	struct ve_owner *next;
	/**
	 * @rcu: for freeing. From here on there is nothing if the object has no
	 * numbers of its own: see ve_owner_is_looked_for().
	 */
	struct rcu_head rcu;
	/** @link: in ve_gauges.objects while it is looked at; empty if not */
	struct list_head link;
	/** @lock: protects @unborn; innermost, taken with interrupts disabled */
	spinlock_t lock;
	/** @round: changes when @coming starts anew. struct ve_gauges.lock */
	u32 round;
	union {
		/**
		 * @unborn: if the object is copied, which none of a loose kind
		 * is, the first of the records of copies that are charged but
		 * have no address yet. @lock
		 */
		struct ve_owner *unborn;
		/**
		 * @coming: if it is of a loose kind, how much was asked for
		 * that may not have come yet. struct ve_gauges.lock
		 */
		u64 coming;
	};
	/**
	 * @locked: how much was asked for with VE_GAUGE_LOCKED, since when the
	 * lock may not have been let go of. struct ve_gauges.lock
	 */
	u64 locked;
	/** @asked: when last, in jiffies. struct ve_gauges.lock */
	unsigned long asked;
	/**
	 * @seen: the object's numbers as charged, ve_kind.nr_values of them.
	 * struct ve_gauges.lock
	 */
	u64 seen[];
};

/**
 * ve_owner_is_looked_for - is a record of use before the object ends?
 * @owner: a record
 *
 * Return: false if ve_owner_of() does not find it, and it is of the short kind.
 */
static inline bool ve_owner_is_looked_for(const struct ve_owner *owner)
{
	return owner->kind->list != VE_GAUGES_NONE;
}

struct ve_owner *ve_owner_of(struct ve_place place);

struct ve_owner *ve_owner_charge(struct ve_bc *bc, const struct ve_kind *kind,
				 size_t kmem, enum ve_severity severity);
int ve_owner_give(struct ve_owner *owner, struct ve_place place);
void ve_owner_cancel(struct ve_owner *owner);

int ve_owner_new(struct ve_place place, const struct ve_kind *kind,
		 size_t kmem);
void ve_owner_end(struct ve_place place);

int ve_owner_conceive(struct ve_place parent);
void ve_owner_born(struct ve_place parent, struct ve_place child);
void ve_owner_put(struct ve_owner *owner);

void ve_owing_start(struct ve_bc *bc);
void ve_owing_end(struct ve_bc *bc);

void ve_owner_exit(void);

#endif /* _VE_OWNER_H */
