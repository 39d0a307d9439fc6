/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module form gives the core: one pointer a task and one an object,
 * kept in tables on the side since the structures of a stock kernel have no
 * room for them, and hooks that can be armed.
 */
#ifndef _LINUX_VE_FORM_H
#define _LINUX_VE_FORM_H

#include <linux/hook_hint.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

struct file;
struct file_lock;
struct inode;
struct mm_struct;
struct netlink_ext_ack;
struct shmem_inode_info;
struct sock;
struct task_struct;
struct tty_struct;
struct xt_table_info;

/**
 * struct ve_slot - the pointer of one task or object, to embed in what it
 * points to
 *
 * Inserted and removed without a lock of the caller's. Of a task and of an
 * object that is looked for, it is looked up under RCU, and whatever embeds it
 * is freed after a grace period.
 */
struct ve_slot {
	/** @next: in the same list of a struct ve_slot_bucket; its lock */
	struct ve_slot __rcu *next;
	/**
	 * @object: the key. The slot holds no reference: it is cleared before
	 * the object is freed, a task's by ve_task_release() or
	 * ve_task_fork_failed().
	 */
	const void *object;
};

/**
 * struct ve_slot_bucket - slots whose keys have the same hash
 *
 * Two words, as hook_hint.h says: both are 0 if there are none.
 */
struct ve_slot_bucket {
	/**
	 * @ended: the first slot of objects of which nobody asks anything until
	 * they end. Read under the lock, which is its lowest bit: taken with
	 * interrupts disabled, innermost
	 */
	unsigned long ended;
	/** @found: the first of all others; changed under the lock, read by RCU */
	struct ve_slot __rcu *found;
};

extern struct ve_hook_places ve_slots;

static inline struct ve_slot_bucket *
ve_slot_bucket(const struct ve_hook_places *slots, const void *key)
{
	return ve_hook_place(slots, key);
}

/* Under RCU, or without preemption. */
static inline struct ve_slot *ve_slot_lookup(const struct ve_hook_places *slots,
					     const void *key)
{
	struct ve_slot *slot;

	slot = rcu_dereference_check(ve_slot_bucket(slots, key)->found,
				     !preemptible());
	while (slot && slot->object != key)
		slot = rcu_dereference_check(slot->next, !preemptible());
	return slot;
}

/* So many pids share a leaf. */
#define VE_SLOT_LEAF (PAGE_SIZE / sizeof(struct ve_slot *))

/**
 * struct ve_slot_leaf - the slots of tasks with consecutive pids
 */
struct ve_slot_leaf {
	/**
	 * @slots: each as ve_slot_hint() said. The task may have another pid
	 * by now, and its pid another task: see ve_slot.object.
	 */
	struct ve_slot __rcu *slots[VE_SLOT_LEAF];
};

/* By pid. Leaves are made when there is use for them, and stay. slot.c */
extern struct ve_slot_leaf *ve_slot_leaves[];

/* What most look-ups of members end with. Under RCU, or without preemption. */
static inline struct ve_slot *ve_slot_at_pid(const struct task_struct *task)
{
	const pid_t nr = READ_ONCE(task->pid);
	struct ve_slot_leaf *leaf;
	struct ve_slot *slot;

	/* Pairs with cmpxchg() in leaf_of(). */
	leaf = smp_load_acquire(&ve_slot_leaves[nr / VE_SLOT_LEAF]);
	if (!leaf)
		return NULL;
	slot = rcu_dereference_check(leaf->slots[nr % VE_SLOT_LEAF],
				     !preemptible());
	return slot && slot->object == task ? slot : NULL;
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
	return ve_slot_at_pid(task) ?: ve_slot_lookup(&ve_slots, task);
}

/**
 * ve_slot_own - find the slot of current
 *
 * Context: any.
 * Return: the slot, which cannot go while current runs, or NULL.
 */
static inline struct ve_slot *ve_slot_own(void)
{
	struct ve_slot *slot;

	/* Cheaper than an RCU section, and one as well. */
	preempt_disable();
	slot = ve_slot_get(current);
	preempt_enable();
	return slot;
}

/**
 * struct ve_place - where the slot of an object is found
 */
struct ve_place {
	/** @object: the object's address, which is the key */
	const void *object;
};

/*
 * The place of an object of each kind that slots are set for. That of a segment
 * of shared memory is its lock's.
 */
#define VE_PLACE_OF(name, type)						\
static inline struct ve_place ve_##name##_place(const struct type *object) \
{									\
	return (struct ve_place){ object };				\
}

VE_PLACE_OF(file, file)
VE_PLACE_OF(inode, inode)
VE_PLACE_OF(lock, file_lock)
VE_PLACE_OF(mm, mm_struct)
VE_PLACE_OF(rules, xt_table_info)
VE_PLACE_OF(segment, shmem_inode_info)
VE_PLACE_OF(sock, sock)
VE_PLACE_OF(tty, tty_struct)

/**
 * ve_object_slot_get - find the slot of an object that is looked for
 * @place: its place
 *
 * Context: any; the caller is in an RCU read-side section.
 * Return: the slot, or NULL.
 */
static inline struct ve_slot *ve_object_slot_get(struct ve_place place)
{
	return ve_slot_lookup(&ve_hook_objects, place.object);
}

/**
 * ve_slot_hinted - may current have a slot?
 *
 * Cheaper than to look for it, and asked first wherever it is current that
 * matters: most often it is a task of the host.
 *
 * Context: any but early in the life of a task, before it runs.
 * Return: false if it has none.
 */
static inline bool ve_slot_hinted(void)
{
	return ve_hook_hinted();
}

void ve_slot_hint(struct ve_slot *slot, pid_t nr);
void ve_slot_unhint(struct ve_slot *slot, pid_t nr, pid_t now);

int ve_slot_set(struct ve_slot *slot, const struct task_struct *task);
bool ve_slot_clear(struct ve_slot *slot);
int ve_object_slot_set(struct ve_slot *slot, struct ve_place place, bool found);
struct ve_slot *ve_object_slot_take(struct ve_place place);
void ve_object_slots_drop(void (*drop)(struct ve_slot *slot));

int ve_form_arm(struct netlink_ext_ack *extack);
void ve_form_disarm(void);

#endif /* _LINUX_VE_FORM_H */
