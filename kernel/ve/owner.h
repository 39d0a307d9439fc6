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
 */
#ifndef _VE_OWNER_H
#define _VE_OWNER_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/ve_form.h>
#include <uapi/linux/ve.h>

struct ve_bc;

/**
 * struct ve_owner - the record of an object that is charged to a VE
 */
struct ve_owner {
	/** @slot: how the object finds its record */
	struct ve_slot slot;
	/** @bc: who is charged; counted in ve_bc.owing; constant */
	struct ve_bc *bc;
	/** @resource: what for, 1 of it; constant */
	enum ve_resource resource;
	/** @lock: protects @unborn; innermost, taken with interrupts disabled */
	spinlock_t lock;
	/**
	 * @unborn: if the object is copied, the first of the records of copies
	 * that are charged but have no address yet. @lock
	 */
	struct ve_owner *unborn;
	/**
	 * @next: the next such record, under the parent's @lock; or the next in
	 * ve_member.locks
	 */
	struct ve_owner *next;
	/** @rcu: for freeing */
	struct rcu_head rcu;
};

struct ve_owner *ve_owner_charge(struct ve_bc *bc, enum ve_resource resource,
				 enum ve_severity severity, int refused);
int ve_owner_give(struct ve_owner *owner, const void *object);
void ve_owner_cancel(struct ve_owner *owner);

int ve_owner_new(const void *object, enum ve_resource resource,
		 enum ve_severity severity, int refused);
void ve_owner_end(const void *object);

int ve_owner_conceive(const void *parent, int refused);
void ve_owner_born(const void *parent, const void *child);

void ve_owing_start(struct ve_bc *bc);
void ve_owing_end(struct ve_bc *bc);

void ve_owner_exit(void);

#endif /* _VE_OWNER_H */
