/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks as members of a VE.
 *
 * A task of a VE has a record, found through its slot; a task of VE0 has
 * none. A child gets its record before it can be found (ve_task_fork), is
 * *born* once it can be found but has not run (ve_task_forked), stops being
 * *live* late in its exit (ve_task_exit), and loses the record when it is
 * reaped (ve_task_release). The charge to numproc lasts from the first to the
 * last of these. A task's record never changes hands: there is no way from
 * one VE to another or out.
 *
 * The record and the task: the record holds no reference to the task, and is
 * taken off the VE's list before the task is given to RCU. So whoever finds a
 * born record in an RCU read-side section may look at the task until its end.
 * Who takes the slot away (one caller does, ve_slot_clear() says who) undoes
 * the charge and frees the record.
 */
#ifndef _VE_MEMBER_H
#define _VE_MEMBER_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/ve_form.h>
#include <uapi/linux/ve.h>

#include "gauge.h"
#include "shm.h"
#include "siginfo.h"

struct pid;
struct sock;
struct task_struct;
struct ve;
struct ve_owner;

/**
 * enum ve_growth - what is known of memory that is about to grow
 * @VE_GROWTH_ASKED: it has been asked for
 * @VE_GROWTH_NONE: it is none: all of it counts already
 * @VE_GROWTH_CONVERTS: there is not more, but more of it will count
 */
enum ve_growth {
	VE_GROWTH_ASKED,
	VE_GROWTH_NONE,
	VE_GROWTH_CONVERTS,
};

/**
 * struct ve_send - what a task is about to send on, if not by TCP
 */
struct ve_send {
	/** @sk: the socket; maybe gone, maybe another by now; NULL for none */
	const struct sock *sk;
	/** @size: how many bytes */
	size_t size;
	/** @noblock: it is not to wait; valid also when @sk is NULL again */
	bool noblock;
	/** @switches: how often the task had let go of its CPU when it asked */
	unsigned int switches;
};

/**
 * struct ve_member - the record of a task that belongs to a VE
 *
 * There is one for each task: 256 bytes, more would take 512 of the kernel's
 * memory.
 */
struct ve_member {
	/** @slot: how the task finds its record */
	struct ve_slot slot;
	/** @link: in ve.members; changed under ve.lock, read by RCU */
	struct list_head link;
	/** @ve: the VE, with a reference; constant */
	struct ve *ve;
	/** @task: the task, without a reference, see above; constant */
	struct task_struct *task;
	/** @number: in ve.numbers if @nr is not 0. ve.lock */
	struct rb_node number;
	/** @nr: the task's pid by which it is there. ve.lock */
	pid_t nr;
	/** @left: others have undone it, and it goes. ve.lock */
	bool left;
	/** @live: counted in ve.nr_live. ve.lock */
	bool live;
	/** @born: can be found by others. Set under ve.lock, read by RCU */
	bool born;
	/** @signalled: number of the last order this thread group got */
	u32 signalled;
	/** @counted: last walk that counted this thread group. member.c */
	u32 counted;
	/** @before: CPU time that the task had when it joined; constant */
	u64 before;
	/** @queue: signals that wait for it */
	struct ve_queue queue;
	/** @kmem: bytes charged to kmemsize; constant */
	u32 kmem;
	/**
	 * @entering: carries what it had before it was attached, because it
	 * has not called exec since. Written by the task itself.
	 */
	bool entering;
	/**
	 * @locking: the task is making or removing file locks. Used, like
	 * @locks, by the task itself only. lock.c
	 */
	bool locking;
	/** @growth: of enum ve_growth, what is decided in @growing's call */
	u8 growth;
	/** @locks: records of file locks it may make, charged */
	struct ve_owner *locks;
	/**
	 * @memory: record of the address space that the task's maker is making
	 * for it, charged; used by the maker only
	 */
	struct ve_owner *memory;
	/**
	 * @growing: the system call in which growth of the task's memory is
	 * decided, or 0. Used by the task itself only. memory.c
	 */
	u64 growing;
	/** @ask: used by the task itself only. gauge.c */
	struct ve_ask ask;
	/** @send: used by the task itself only. socket.c */
	struct ve_send send;
	/** @shm: used by the task itself only. shm.c */
	struct ve_shm_next shm;
	/** @range: used by the task itself only. shm.c */
	struct ve_shm_range range;
	/** @rcu: for freeing */
	struct rcu_head rcu;
};

/**
 * ve_member_of - find a task's record
 * @task: any task
 *
 * Context: under RCU.
 * Return: the record, or NULL for a task of VE0.
 */
static inline struct ve_member *ve_member_of(const struct task_struct *task)
{
	struct ve_slot *slot = ve_slot_get(task);

	return slot ? container_of(slot, struct ve_member, slot) : NULL;
}

/**
 * ve_member_of_current - current's own record
 *
 * Context: any.
 * Return: the record, which stays as long as current runs, or NULL in VE0.
 */
static inline struct ve_member *ve_member_of_current(void)
{
	struct ve_slot *slot;

	/* Quick return for the host. */
	if (likely(!ve_slot_hinted()))
		return NULL;
	slot = ve_slot_own();
	return slot ? container_of(slot, struct ve_member, slot) : NULL;
}

/**
 * ve_of_current - the VE that current is a member of
 *
 * Context: any.
 * Return: the VE, which stays as long as current runs, or NULL in VE0.
 */
static inline struct ve *ve_of_current(void)
{
	struct ve_member *member = ve_member_of_current();

	return member ? member->ve : NULL;
}

struct ve_member *ve_member_new(gfp_t gfp);
size_t ve_member_kmem(const struct task_struct *task, bool leads);
int ve_member_join(struct ve *ve, struct ve_member *member,
		   struct task_struct *task, bool charge);
void ve_member_born(struct ve_member *member);
void ve_member_stop(struct ve_member *member);
void ve_member_leave(struct ve_member *member);

void ve_members_drop(struct ve *ve);
unsigned int ve_members_count(struct ve *ve, enum ve_state *state);
struct pid **ve_members_pids(struct ve *ve, unsigned int *nr);

#endif /* _VE_MEMBER_H */
