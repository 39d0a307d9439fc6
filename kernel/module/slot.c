// SPDX-License-Identifier: GPL-2.0-only
/* The side maps from a task, and from an object, to its slot. */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/threads.h>
#include <linux/types.h>
#include <linux/ve_form.h>

#include "slot.h"

struct rhashtable ve_slots;
struct rhashtable ve_object_slots;

/*
 * A bit for each pid there can be: half a megabyte, of which only what is used
 * is ever looked at.
 */
DECLARE_BITMAP(ve_hook_hints, PID_MAX_LIMIT);

struct ve_slot_leaf *ve_slot_leaves[DIV_ROUND_UP(PID_MAX_LIMIT, VE_SLOT_LEAF)];

static int set(struct rhashtable *slots, struct ve_slot *slot,
	       const void *object)
{
	int ret;

	slot->object = object;
	ret = rhashtable_lookup_insert_fast(slots, &slot->node,
					    ve_slot_params);
	/* Too many in one bucket while the table cannot grow. */
	if (ret == -EBUSY || ret == -E2BIG)
		ret = -ENOMEM;
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
 * Return: 0, -EEXIST if the task has a slot, -ENOMEM.
 */
int ve_slot_set(struct ve_slot *slot, const struct task_struct *task)
{
	return set(&ve_slots, slot, task);
}

/**
 * ve_slot_find - find the slot of a task that is not found by its pid
 * @task: any task
 *
 * For ve_slot_get(): most often there is none.
 *
 * Context: any, under RCU, or without preemption.
 * Return: the slot, or NULL.
 */
struct ve_slot *ve_slot_find(const struct task_struct *task)
{
	struct ve_slot *slot;

	rcu_read_lock();
	slot = rhashtable_lookup(&ve_slots, &task, ve_slot_params);
	rcu_read_unlock();
	return slot;
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
	return !rhashtable_remove_fast(&ve_slots, &slot->node, ve_slot_params);
}

/**
 * ve_object_slot_set - give an object its slot
 * @slot: the slot, in nobody's hands yet
 * @place: of the object; it cannot be freed during the call
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: 0, -EEXIST if the object has a slot, -ENOMEM.
 */
int ve_object_slot_set(struct ve_slot *slot, struct ve_place place)
{
	return set(&ve_object_slots, slot, place.object);
}

/**
 * ve_object_slot_clear - take an object's slot away
 * @slot: a slot that was set once
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: true for the one caller that took it away.
 */
bool ve_object_slot_clear(struct ve_slot *slot)
{
	return !rhashtable_remove_fast(&ve_object_slots, &slot->node,
				       ve_slot_params);
}

/**
 * ve_object_slots_drop - take all objects' slots away
 * @drop: called for each; may free after a grace period what embeds it
 *
 * Nobody sets slots any more.
 *
 * Context: may sleep.
 */
void ve_object_slots_drop(void (*drop)(struct ve_slot *slot))
{
	struct rhashtable_iter iter;
	struct ve_slot *slot;

	rhashtable_walk_enter(&ve_object_slots, &iter);
	do {
		rhashtable_walk_start(&iter);
		while ((slot = rhashtable_walk_next(&iter)) && !IS_ERR(slot))
			if (ve_object_slot_clear(slot))
				drop(slot);
		rhashtable_walk_stop(&iter);
		cond_resched();
		/* -EAGAIN: the table was resized meanwhile. */
	} while (IS_ERR(slot));
	rhashtable_walk_exit(&iter);
}

/**
 * ve_slot_init - make the side maps
 *
 * Return: 0 or -ENOMEM.
 */
int __init ve_slot_init(void)
{
	int ret;

	ret = rhashtable_init(&ve_slots, &ve_slot_params);
	if (ret)
		return ret;
	ret = rhashtable_init(&ve_object_slots, &ve_slot_params);
	if (ret)
		rhashtable_destroy(&ve_slots);
	return ret;
}

/**
 * ve_slot_destroy - remove the side maps, which must be empty
 */
void ve_slot_destroy(void)
{
	unsigned int i;

	rhashtable_destroy(&ve_object_slots);
	rhashtable_destroy(&ve_slots);
	for (i = 0; i < ARRAY_SIZE(ve_slot_leaves); i++)
		kfree(ve_slot_leaves[i]);
}
