// SPDX-License-Identifier: GPL-2.0-only
/* The side maps from a task, and from an object, to its slot. */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/threads.h>
#include <linux/types.h>
#include <linux/ve_form.h>

#include "slot.h"

/*
 * So much memory has a bucket of objects, which are not smaller than a file
 * with what belongs to it; tasks are. That is 0.05 % of the machine's.
 */
#define BYTES_AN_OBJECT (32 << 10)
#define BYTES_A_TASK (256 << 10)
/* The most and the least there are. */
#define MOST_BUCKETS BIT(20)
#define LEAST_BUCKETS BIT(10)

struct ve_hook_places ve_slots;
struct ve_hook_places ve_hook_objects;

/*
 * A bit for each pid there can be: half a megabyte, of which only what is used
 * is ever looked at.
 */
DECLARE_BITMAP(ve_hook_hints, PID_MAX_LIMIT);

struct ve_slot_leaf *ve_slot_leaves[DIV_ROUND_UP(PID_MAX_LIMIT, VE_SLOT_LEAF)];

/* ve_slot_bucket.ended: the lock. */
#define LOCKED_BIT 0
#define LOCKED BIT(LOCKED_BIT)

/*
 * With interrupts disabled. Return: the first of ve_slot_bucket.ended, to be
 * given back to unlock().
 */
static __always_inline struct ve_slot *lock(struct ve_slot_bucket *bucket)
{
	while (test_and_set_bit_lock(LOCKED_BIT, &bucket->ended))
		while (READ_ONCE(bucket->ended) & LOCKED)
			cpu_relax();
	return (struct ve_slot *)(bucket->ended & ~LOCKED);
}

static __always_inline void unlock(struct ve_slot_bucket *bucket,
				   struct ve_slot *ended)
{
	/* Pairs with test_and_set_bit_lock(). */
	smp_store_release(&bucket->ended, (unsigned long)ended);
}

/* Whoever changes a bucket has its lock. */
static __always_inline struct ve_slot *follow(struct ve_slot __rcu *link)
{
	return rcu_dereference_protected(link, true);
}

/* The link to the slot for an object, or the last of the list. */
static struct ve_slot __rcu **link_of(struct ve_slot __rcu **link,
				      const void *object)
{
	struct ve_slot *slot;

	while ((slot = follow(*link)) && slot->object != object)
		link = &slot->next;
	return link;
}

/* Takes what a link leads to off its list. */
static struct ve_slot *unlink(struct ve_slot __rcu **link)
{
	struct ve_slot *slot = follow(*link);

	if (slot)
		rcu_assign_pointer(*link, follow(slot->next));
	return slot;
}

static bool is_there(struct ve_slot *first, const void *object)
{
	while (first && first->object != object)
		first = follow(first->next);
	return first;
}

static int set(struct ve_hook_places *slots, struct ve_slot *slot,
	       const void *object, bool found)
{
	struct ve_slot_bucket *bucket = ve_slot_bucket(slots, object);
	struct ve_slot *ended;
	unsigned long flags;
	int ret = 0;

	slot->object = object;
	local_irq_save(flags);
	ended = lock(bucket);
	if (is_there(ended, object) || is_there(follow(bucket->found), object)) {
		ret = -EEXIST;
	} else if (found) {
		RCU_INIT_POINTER(slot->next, follow(bucket->found));
		rcu_assign_pointer(bucket->found, slot);
	} else {
		RCU_INIT_POINTER(slot->next, ended);
		ended = slot;
	}
	unlock(bucket, ended);
	local_irq_restore(flags);
	return ret;
}

/* The leaf for a pid; NULL without memory. */
static struct ve_slot_leaf *leaf_of(pid_t nr)
{
	struct ve_slot_leaf **place = &ve_slot_leaves[nr / VE_SLOT_LEAF];
	struct ve_slot_leaf *leaf, *other;

	/* Pairs with cmpxchg() below. */
	leaf = smp_load_acquire(place);
	if (likely(leaf))
		return leaf;
	leaf = kzalloc(sizeof(*leaf), GFP_ATOMIC | __GFP_NOWARN);
	if (!leaf)
		return NULL;
	other = cmpxchg(place, NULL, leaf);
	if (other)
		kfree(leaf);
	return other ?: leaf;
}

/**
 * ve_slot_hint - a task with a slot has this pid
 * @slot: the slot, which is set
 * @nr: its pid in the initial namespace
 *
 * Told when others can find the task, and when it gets another pid by exec; for
 * a child before it runs.
 *
 * Context: any but hard interrupts and NMI; nobody else does it for this slot.
 */
void ve_slot_hint(struct ve_slot *slot, pid_t nr)
{
	struct ve_slot_leaf *leaf = leaf_of(nr);

	/* Without, it is found by its hash. */
	if (leaf)
		rcu_assign_pointer(leaf->slots[nr % VE_SLOT_LEAF], slot);
	set_bit(nr, ve_hook_hints);
}

/**
 * ve_slot_unhint - end of ve_slot_hint()
 * @slot: the slot
 * @nr: the pid that was told
 * @now: the one that the task has by now; nobody else can have it yet
 *
 * Context: any but hard interrupts and NMI; nobody else does it for this slot.
 */
void ve_slot_unhint(struct ve_slot *slot, pid_t nr, pid_t now)
{
	struct ve_slot_leaf *leaf = READ_ONCE(ve_slot_leaves[nr / VE_SLOT_LEAF]);

	/* Unless the pid's new task has been told. */
	if (leaf)
		cmpxchg((struct ve_slot **)&leaf->slots[nr % VE_SLOT_LEAF],
			slot, NULL);
	clear_bit(now, ve_hook_hints);
}

/**
 * ve_slot_set - give a task its slot
 * @slot: the slot, in nobody's hands yet
 * @task: the task; it cannot be freed during the call
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: 0, -EEXIST if the task has a slot.
 */
int ve_slot_set(struct ve_slot *slot, const struct task_struct *task)
{
	return set(&ve_slots, slot, task, true);
}

/**
 * ve_slot_clear - take a task's slot away
 * @slot: a slot that was set once
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: true for the one caller that took it away.
 */
bool ve_slot_clear(struct ve_slot *slot)
{
	struct ve_slot_bucket *bucket = ve_slot_bucket(&ve_slots, slot->object);
	struct ve_slot __rcu **link;
	struct ve_slot *ended;
	unsigned long flags;
	bool cleared;

	local_irq_save(flags);
	ended = lock(bucket);
	link = link_of(&bucket->found, slot->object);
	/* The task may have got another since. */
	cleared = rcu_access_pointer(*link) == slot && unlink(link);
	unlock(bucket, ended);
	local_irq_restore(flags);
	return cleared;
}

/**
 * ve_object_slot_set - give an object its slot
 * @slot: the slot, in nobody's hands yet
 * @place: of the object; it cannot be freed during the call
 * @found: whether ve_object_slot_get() is to find it; else it is there to be
 * taken only, and may be freed at once then
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: 0, -EEXIST if the object has a slot.
 */
int ve_object_slot_set(struct ve_slot *slot, struct ve_place place, bool found)
{
	return set(&ve_hook_objects, slot, place.object, found);
}

/**
 * ve_object_slot_take - take an object's slot away, if it has one
 * @place: of the object
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: the slot for the one caller that took it away, or NULL.
 */
struct ve_slot *ve_object_slot_take(struct ve_place place)
{
	struct ve_slot_bucket *bucket = ve_slot_bucket(&ve_hook_objects,
						       place.object);
	struct ve_slot *ended, *slot;
	unsigned long flags;

	/* Quick return for the host. Who set it has passed the object on. */
	if (likely(!READ_ONCE(bucket->ended) &&
		   !rcu_access_pointer(bucket->found)))
		return NULL;
	local_irq_save(flags);
	ended = lock(bucket);
	slot = ended;
	if (slot && slot->object == place.object)
		ended = follow(slot->next);
	else
		slot = (slot ? unlink(link_of(&slot->next, place.object)) :
			       NULL) ?:
			unlink(link_of(&bucket->found, place.object));
	unlock(bucket, ended);
	local_irq_restore(flags);
	return slot;
}

/* Any slot of a bucket, taken away. */
static struct ve_slot *take_any(struct ve_slot_bucket *bucket)
{
	struct ve_slot *ended, *slot;
	unsigned long flags;

	local_irq_save(flags);
	ended = lock(bucket);
	slot = ended;
	if (slot)
		ended = follow(slot->next);
	else
		slot = unlink(&bucket->found);
	unlock(bucket, ended);
	local_irq_restore(flags);
	return slot;
}

/**
 * ve_object_slots_drop - take all objects' slots away
 * @drop: called for each
 *
 * Nobody sets slots any more, nor takes them.
 *
 * Context: may sleep.
 */
void ve_object_slots_drop(void (*drop)(struct ve_slot *slot))
{
	struct ve_slot_bucket *buckets = ve_hook_objects.base;
	unsigned long i;

	for (i = 0; i <= ve_hook_objects.mask / sizeof(*buckets); i++) {
		struct ve_slot *slot;

		while ((slot = take_any(&buckets[i])))
			drop(slot);
		cond_resched();
	}
}

/* @bytes: how much of the machine's memory is to have one bucket. */
static int __init init(struct ve_hook_places *slots, unsigned long bytes)
{
	unsigned long nr = totalram_pages() / (bytes / PAGE_SIZE);

	BUILD_BUG_ON(sizeof(struct ve_slot_bucket) != 2 * sizeof(long));
	BUILD_BUG_ON(MOST_BUCKETS * sizeof(struct ve_slot_bucket) >
		     1UL << (64 - VE_HOOK_PLACE_SHIFT));
	nr = roundup_pow_of_two(clamp(nr, LEAST_BUCKETS, MOST_BUCKETS));
	slots->base = kvcalloc(nr, sizeof(struct ve_slot_bucket), GFP_KERNEL);
	slots->mask = (nr - 1) * sizeof(struct ve_slot_bucket);
	return slots->base ? 0 : -ENOMEM;
}

/**
 * ve_slot_init - make the side maps
 *
 * Return: 0 or -ENOMEM.
 */
int __init ve_slot_init(void)
{
	int ret;

	ret = init(&ve_slots, BYTES_A_TASK);
	if (ret)
		return ret;
	ret = init(&ve_hook_objects, BYTES_AN_OBJECT);
	if (ret)
		kvfree(ve_slots.base);
	return ret;
}

/**
 * ve_slot_destroy - remove the side maps, which must be empty
 */
void ve_slot_destroy(void)
{
	unsigned int i;

	kvfree(ve_hook_objects.base);
	kvfree(ve_slots.base);
	for (i = 0; i < ARRAY_SIZE(ve_slot_leaves); i++)
		kfree(ve_slot_leaves[i]);
}
