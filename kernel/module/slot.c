// SPDX-License-Identifier: GPL-2.0-only
/* The side maps from a task, and from an object, to its slot. */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/sched.h>
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

/**
 * ve_slot_hint - a task with a slot has this pid
 * @nr: its pid in the initial namespace
 *
 * Told when the slot is set, and when the task gets another pid by exec; for a
 * child before it runs.
 */
void ve_slot_hint(pid_t nr)
{
	set_bit(nr, ve_hook_hints);
}

/**
 * ve_slot_unhint - end of ve_slot_hint()
 * @nr: the pid; nobody else can have it yet
 */
void ve_slot_unhint(pid_t nr)
{
	clear_bit(nr, ve_hook_hints);
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
 * @object: the object; it cannot be freed during the call
 *
 * Context: any but hard interrupts and NMI; does not sleep.
 * Return: 0, -EEXIST if the object has a slot, -ENOMEM.
 */
int ve_object_slot_set(struct ve_slot *slot, const void *object)
{
	return set(&ve_object_slots, slot, object);
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
	rhashtable_destroy(&ve_object_slots);
	rhashtable_destroy(&ve_slots);
}
