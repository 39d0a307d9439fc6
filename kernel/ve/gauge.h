/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gauges: what an object uses, where the kernel itself keeps the number, as
 * an address space its pages, or a socket its queued bytes.
 *
 * Of each number the last value seen is charged. Whatever asks for growth
 * brings in what has changed in that object, and is charged beforehand; the
 * object's number comes to it later. Only when a bound is in the way, and when
 * somebody wants to see, all objects of the VE are looked at. So growth is
 * checked before it happens, and shrinking, which no hook tells of, is not
 * missed where it matters.
 *
 * What was asked for must not be taken back before it has come. Where nothing
 * keeps a number from changing meanwhile (ve_kind.loose), struct ve_ask is
 * what a task has asked for last: it has come, or never will, when the task
 * asks again, when the object is about to shrink, and after a while. Where the
 * object has a lock under which it is asked for and comes, there is no doubt:
 * it may come for as long as somebody else than who looks has the lock.
 *
 * struct ve_gauges.lock protects its list and ve_owner.seen of what is in it.
 * Innermost but for what ve_kind.read may try to take, and ve_bc.lock; taken
 * with interrupts disabled. An object is taken off the list before it is freed.
 */
#ifndef _VE_GAUGE_H
#define _VE_GAUGE_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/ve_form.h>
#include <uapi/linux/ve.h>

struct ve_bc;
struct ve_kind;
struct ve_owner;

/**
 * enum ve_gauge_list - which objects are looked at together
 * @VE_GAUGES_NONE: none: objects without a number of their own
 * @VE_GAUGES_MEMORY: address spaces
 * @VE_GAUGES_SOCKETS: sockets
 * @VE_GAUGES_INODES: files in memory
 * @VE_GAUGES_RULES: sets of rules, of which only what is asked for is known
 * @VE_NR_GAUGES: one more than the last
 */
enum ve_gauge_list {
	VE_GAUGES_NONE,
	VE_GAUGES_MEMORY,
	VE_GAUGES_SOCKETS,
	VE_GAUGES_INODES,
	VE_GAUGES_RULES,
	VE_NR_GAUGES,
};

/**
 * struct ve_gauges - objects of one VE that are looked at together
 */
struct ve_gauges {
	/** @lock: see above */
	spinlock_t lock;
	/** @nr: how many there are. @lock */
	unsigned int nr;
	/** @objects: struct ve_owner.link. @lock */
	struct list_head objects;
	/** @looked: when all were looked at last, in jiffies. @lock */
	unsigned long looked;
};

/**
 * ve_gauges_init - start with no objects
 * @gauges: an array of VE_NR_GAUGES
 */
static inline void ve_gauges_init(struct ve_gauges *gauges)
{
	unsigned int i;

	for (i = 0; i < VE_NR_GAUGES; i++) {
		spin_lock_init(&gauges[i].lock);
		INIT_LIST_HEAD(&gauges[i].objects);
	}
}

/**
 * enum ve_gauge_how - how something is asked for
 * @VE_GAUGE_MOVING: the number may change meanwhile: nobody keeps it from it
 * @VE_GAUGE_QUIET: being refused is told to nobody: the caller will ask for
 * less, or tell
 * @VE_GAUGE_LOCKED: the caller holds the lock of ve_kind.locked, and will until
 * what it asks for has come
 */
enum ve_gauge_how {
	VE_GAUGE_MOVING = BIT(0),
	VE_GAUGE_QUIET = BIT(1),
	VE_GAUGE_LOCKED = BIT(2),
};

/**
 * struct ve_ask - what a task asked for last, of a loose kind
 */
struct ve_ask {
	/**
	 * @owner: the record of which object, with a reference; the object may
	 * be gone. NULL for nothing that may be under way
	 */
	struct ve_owner *owner;
	/** @n: how much */
	u64 n;
	/** @round: ve_owner.round at that time */
	u32 round;
};

void ve_gauges_stop(void);
void ve_gauges_look(struct ve_bc *bc);
void ve_gauges_look_for_kmem(struct ve_bc *bc);

void ve_gauge_start(struct ve_owner *owner, struct ve_place place);
void ve_gauge_stop(struct ve_owner *owner, bool alive);

bool ve_gauge_expect(struct ve_owner *owner, unsigned int value, u64 n,
		     enum ve_severity severity);
bool ve_gauge_ask_how(struct ve_place place, unsigned int value, u64 n,
		      enum ve_severity severity, unsigned int how);
void ve_gauge_settle(struct ve_place place);
void ve_gauge_forget(struct ve_ask *ask);
bool ve_gauge_succeed(struct ve_owner *owner, struct ve_owner *old,
		      unsigned int value, u64 n, enum ve_severity severity);

/**
 * ve_gauge_ask - an object is about to use more
 * @place: its place; the caller keeps it from being freed and, if it is of no
 * loose kind, the number asked for from changing
 * @value: which of its numbers
 * @n: how much more
 * @severity: which bound counts
 *
 * Context: any but NMI; process context for a loose kind.
 * Return: as ve_gauge_ask_how().
 */
static inline bool ve_gauge_ask(struct ve_place place, unsigned int value,
				u64 n, enum ve_severity severity)
{
	return ve_gauge_ask_how(place, value, n, severity, 0);
}

#endif /* _VE_GAUGE_H */
