/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module form gives the core: one pointer a task and one an object,
 * kept in tables on the side since the structures of a stock kernel have no
 * room for them, and hooks that can be armed.
 */
#ifndef _LINUX_VE_FORM_H
#define _LINUX_VE_FORM_H

#include <linux/hash.h>
#include <linux/hook_hint.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable.h>
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
 * Inserted and removed without a lock of the caller's; looked up under RCU.
 * Whatever embeds it is freed after a grace period.
 */
struct ve_slot {
	/** @node: link in ve_slots or ve_object_slots */
	struct rhash_head node;
	/**
	 * @object: the key. The slot holds no reference: it is cleared before
	 * the object is freed, a task's by ve_task_release() or
	 * ve_task_fork_failed().
	 */
	const void *object;
};

extern struct rhashtable ve_slots;
extern struct rhashtable ve_object_slots;

static inline u32 ve_slot_hash(const void *key, u32 len, u32 seed)
{
	return hash_ptr(*(void * const *)key, 32) ^ seed;
}

static inline int ve_slot_differs(struct rhashtable_compare_arg *arg,
				  const void *obj)
{
	const struct ve_slot *slot = obj;

	return slot->object != *(const void * const *)arg->key;
}

static const struct rhashtable_params ve_slot_params = {
	.head_offset		= offsetof(struct ve_slot, node),
	.key_offset		= offsetof(struct ve_slot, object),
	.key_len		= sizeof(void *),
	.hashfn			= ve_slot_hash,
	.obj_cmpfn		= ve_slot_differs,
	.automatic_shrinking	= true,
};

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

/* What most look-ups of tasks end with. Under RCU, or without preemption. */
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

struct ve_slot *ve_slot_find(const struct task_struct *task);

/**
 * ve_slot_get - find the slot of a task
 * @task: any task
 *
 * Context: any, under RCU.
 * Return: the slot, or NULL.
 */
static inline struct ve_slot *ve_slot_get(const struct task_struct *task)
{
	return ve_slot_at_pid(task) ?: ve_slot_find(task);
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
 * ve_object_slot_get - find the slot of an object
 * @place: its place
 *
 * Context: any; the caller is in an RCU read-side section.
 * Return: the slot, or NULL.
 */
static inline struct ve_slot *ve_object_slot_get(struct ve_place place)
{
	return rhashtable_lookup(&ve_object_slots, &place.object,
				 ve_slot_params);
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
int ve_object_slot_set(struct ve_slot *slot, struct ve_place place);
bool ve_object_slot_clear(struct ve_slot *slot);
void ve_object_slots_drop(void (*drop)(struct ve_slot *slot));

int ve_form_arm(struct netlink_ext_ack *extack);
void ve_form_disarm(void);

#endif /* _LINUX_VE_FORM_H */
