/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module form gives the core: one pointer a task, kept in a hash
 * table on the side since a stock task_struct has no room for it, and hooks
 * that can be armed.
 */
#ifndef _LINUX_VE_FORM_H
#define _LINUX_VE_FORM_H

#include <linux/hash.h>
#include <linux/rhashtable.h>

struct netlink_ext_ack;
struct task_struct;

/**
 * struct ve_slot - the pointer of one task, to embed in what it points to
 *
 * Inserted and removed without a lock of the caller's; looked up under RCU.
 * Whatever embeds it is freed after a grace period.
 */
struct ve_slot {
	/** @node: link in ve_slots */
	struct rhash_head node;
	/**
	 * @task: the key. The slot holds no reference: it is cleared before
	 * the task is freed, by ve_task_release() or ve_task_fork_failed().
	 */
	const struct task_struct *task;
};

extern struct rhashtable ve_slots;

static inline u32 ve_slot_hash(const void *key, u32 len, u32 seed)
{
	return hash_ptr(*(void * const *)key, 32) ^ seed;
}

static const struct rhashtable_params ve_slot_params = {
	.head_offset		= offsetof(struct ve_slot, node),
	.key_offset		= offsetof(struct ve_slot, task),
	.key_len		= sizeof(struct task_struct *),
	.hashfn			= ve_slot_hash,
	.automatic_shrinking	= true,
};

/**
 * ve_slot_get - find the slot of a task
 * @task: any task
 *
 * Context: any; the caller is in an RCU read-side section, or knows that the
 * slot cannot go (a running task's own).
 * Return: the slot, or NULL.
 */
static inline struct ve_slot *ve_slot_get(const struct task_struct *task)
{
	return rhashtable_lookup(&ve_slots, &task, ve_slot_params);
}

int ve_slot_set(struct ve_slot *slot, const struct task_struct *task);
bool ve_slot_clear(struct ve_slot *slot);

int ve_form_arm(struct netlink_ext_ack *extack);
void ve_form_disarm(void);

#endif /* _LINUX_VE_FORM_H */
