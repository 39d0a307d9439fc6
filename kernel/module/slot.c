// SPDX-License-Identifier: GPL-2.0-only
/* The side map from a task to its slot. */
#include <linux/ve_form.h>

#include "slot.h"

struct rhashtable ve_slots;

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
	int ret;

	slot->task = task;
	ret = rhashtable_lookup_insert_fast(&ve_slots, &slot->node,
					    ve_slot_params);
	/* Too many in one bucket while the table cannot grow. */
	if (ret == -EBUSY || ret == -E2BIG)
		ret = -ENOMEM;
	return ret;
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
 * ve_slot_init - make the side map
 *
 * Return: 0 or -ENOMEM.
 */
int __init ve_slot_init(void)
{
	return rhashtable_init(&ve_slots, &ve_slot_params);
}

/**
 * ve_slot_destroy - remove the side map, which must be empty
 */
void ve_slot_destroy(void)
{
	rhashtable_destroy(&ve_slots);
}
