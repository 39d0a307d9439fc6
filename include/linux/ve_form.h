/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the form of a patched kernel gives the core: one pointer a task and one
 * an object, kept in these themselves, and calls that are armed by a static key.
 */
#ifndef _LINUX_VE_FORM_H
#define _LINUX_VE_FORM_H

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct netlink_ext_ack;

/**
 * struct ve_slot - what a task or an object points to, to embed in a record
 *
 * Set and cleared without a lock of the caller's; looked up under RCU. Whatever
 * embeds it is freed after a grace period.
 */
struct ve_slot {
	/**
	 * @place: the pointer. The slot holds no reference to what has it: it
	 * is cleared before that is freed, a task's by ve_task_release() or
	 * ve_task_fork_failed().
	 */
	struct ve_slot __rcu **place;
	/** @object: of an object, its address */
	const void *object;
};

static inline int ve_slot_set_at(struct ve_slot *slot,
				 struct ve_slot __rcu **place)
{
	slot->place = place;
	/* Publishes the record. */
	return cmpxchg((struct ve_slot __force **)place, NULL, slot) ?
	       -EEXIST : 0;
}

static inline bool ve_slot_clear(struct ve_slot *slot)
{
	return cmpxchg((struct ve_slot __force **)slot->place, slot, NULL) ==
	       slot;
}

/**
 * ve_slot_set - give a task its slot
 * @slot: the slot, in nobody's hands yet
 * @task: the task; it cannot be freed during the call
 *
 * Context: any.
 * Return: 0, -EEXIST if the task has a slot.
 */
static inline int ve_slot_set(struct ve_slot *slot, struct task_struct *task)
{
	return ve_slot_set_at(slot, &task->ve);
}

/**
 * ve_slot_get - find the slot of a task
 * @task: any task
 *
 * Context: any, under RCU.
 * Return: the slot, or NULL.
 */
static inline struct ve_slot *ve_slot_get(const struct task_struct *task)
{
	return rcu_dereference(task->ve);
}

/**
 * ve_slot_own - find the slot of current
 *
 * Context: any.
 * Return: the slot, which cannot go while current runs, or NULL.
 */
static inline struct ve_slot *ve_slot_own(void)
{
	return rcu_dereference_raw(current->ve);
}

/**
 * ve_slot_hinted - may current have a slot?
 *
 * Return: false if it has none.
 */
static inline bool ve_slot_hinted(void)
{
	return rcu_access_pointer(current->ve);
}

/* Slots are found without a task's pid. */
static inline void ve_slot_hint(struct ve_slot *slot, pid_t nr)
{
}

static inline void ve_slot_unhint(struct ve_slot *slot, pid_t nr, pid_t now)
{
}

/**
 * struct ve_place - where the slot of an object is found
 */
struct ve_place {
	/** @object: the object's address */
	const void *object;
	/** @slot: its pointer */
	struct ve_slot __rcu **slot;
};

/*
 * The place of an object of each kind that slots are set for. That of a segment
 * of shared memory is its lock's. Who asks has included what the object is.
 */
static inline struct ve_place ve_place_at(const void *object, size_t offset)
{
	return (struct ve_place){
		.object = object,
		.slot = (struct ve_slot __rcu **)((char *)object + offset),
	};
}

#define ve_file_place(of) ve_place_at(of, offsetof(struct file, f_ve))
#define ve_inode_place(of) ve_place_at(of, offsetof(struct inode, i_ve))
#define ve_lock_place(of) \
	ve_place_at(of, offsetof(struct file_lock, c.flc_ve))
#define ve_mm_place(of) ve_place_at(of, offsetof(struct mm_struct, ve))
#define ve_rules_place(of) \
	ve_place_at(of, offsetof(struct xt_table_info, ve))
#define ve_segment_place(of) \
	ve_place_at(of, offsetof(struct shmem_inode_info, lock_ve))
#define ve_sock_place(of) ve_place_at(of, offsetof(struct sock, sk_ve))
#define ve_tty_place(of) ve_place_at(of, offsetof(struct tty_struct, ve))

/**
 * ve_object_slot_get - find the slot of an object
 * @place: its place
 *
 * Context: any; the caller is in an RCU read-side section.
 * Return: the slot, or NULL.
 */
static inline struct ve_slot *ve_object_slot_get(struct ve_place place)
{
	return rcu_dereference(*place.slot);
}

/**
 * ve_object_slot_set - give an object its slot
 * @slot: the slot, in nobody's hands yet
 * @place: of the object; it cannot be freed during the call
 * @found: whether ve_object_slot_get() is called for it; else it is there to be
 * taken only, and may be freed at once then
 *
 * Context: any.
 * Return: 0, -EEXIST if the object has a slot.
 */
static inline int ve_object_slot_set(struct ve_slot *slot,
				     struct ve_place place, bool found)
{
	slot->object = place.object;
	return ve_slot_set_at(slot, place.slot);
}

/**
 * ve_object_slot_take - take an object's slot away, if it has one
 * @place: of the object
 *
 * Context: any.
 * Return: the slot for the one caller that took it away, or NULL.
 */
static inline struct ve_slot *ve_object_slot_take(struct ve_place place)
{
	struct ve_slot *slot = rcu_access_pointer(*place.slot);

	return slot && cmpxchg((struct ve_slot __force **)place.slot, slot,
			       NULL) == slot ? slot : NULL;
}

/* For a form that is unloaded: this one never is. */
static inline void ve_object_slots_drop(void (*drop)(struct ve_slot *slot))
{
}

int ve_form_arm(struct netlink_ext_ack *extack);
void ve_form_disarm(void);

#endif /* _LINUX_VE_FORM_H */
