/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VEs there are.
 *
 * Locks: four mutexes that never nest, registry_lock (who is in it; see proc.h
 * too), attach_lock (attach.c), arm_lock (arm.c) and count_lock (member.c);
 * inside them ve.lock; innermost ve_bc.lock and history_lock (history.c).
 * Look-ups take none: they run under RCU and take a reference. ve.lock is taken
 * in process context only, with preemption possibly disabled; nothing sleeps
 * under it.
 */
#ifndef _VE_REGISTRY_H
#define _VE_REGISTRY_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/ve.h>

struct netlink_ext_ack;
struct ve_bc;
struct ve_member;
struct ve_bounds;

/**
 * struct ve_order - a kill request
 */
struct ve_order {
	/** @number: counts requests; 0 before the first. ve.lock */
	u32 number;
	/** @signal: what to send, 0 if no request is in force. ve.lock */
	int signal;
	/** @until: its end, in 64-bit jiffies, or VE_UNTIL_EMPTY. ve.lock */
	u64 until;
};

/**
 * struct ve - a virtual environment
 *
 * Freed after a grace period when the last reference goes.
 */
struct ve {
	/** @ref: the registry, each member record, each request under way */
	refcount_t ref;
	/** @id: 1..VE_ID_MAX, unique while registered; constant */
	u32 id;
	/** @name: unique while registered, padded with zeros; constant */
	char name[VE_NAME_MAX + 1];
	/** @created: when it was made; CLOCK_REALTIME, ns; constant */
	u64 created;
	/** @since: the same by CLOCK_BOOTTIME; constant */
	u64 since;
	/** @by_name: link in the table of names; registry mutex */
	struct rhash_head by_name;
	/**
	 * @watching: its members see all processes, and do nothing to those
	 * outside; constant
	 */
	bool watching;
	/** @bc: its beancounter, with a reference; constant */
	struct ve_bc *bc;
	/** @lock: protects what follows */
	spinlock_t lock;
	/** @gone: removed from the registry; nobody can join. @lock */
	bool gone;
	/** @nr_live: members (tasks) that have not exited, born or not. @lock */
	unsigned int nr_live;
	/** @members: struct ve_member.link; changed under @lock, read by RCU */
	struct list_head members;
	/** @numbers: struct ve_member.number of those born. @lock */
	struct rb_root numbers;
	/** @listed: the one of them that was found last, or NULL. @lock */
	struct ve_member *listed;
	/** @order: the last kill request. @lock */
	struct ve_order order;
	/** @rcu: for freeing */
	struct rcu_head rcu;
};

struct ve *ve_create(u32 id, const char *name, bool watching,
		     const struct ve_bounds *bounds,
		     struct netlink_ext_ack *extack, u16 *culprit);
int ve_set(struct ve *ve, const struct ve_bounds *bounds,
	   enum ve_resource *culprit);
int ve_destroy(struct ve *ve, struct netlink_ext_ack *extack);

struct ve *ve_get_by_id(u32 id);
struct ve *ve_get_by_name(const char *name);
struct ve *ve_get_next(u32 id);
void ve_get(struct ve *ve);
void ve_put(struct ve *ve);
unsigned int ve_generation(void);

int ve_registry_init(void);
void ve_registry_exit(void);

#endif /* _VE_REGISTRY_H */
