/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Queued signals, charged to the VE of who is to get them: a gauge of each
 * member, as long as its queue.
 *
 * A signal is charged when its entry is made. Nothing tells when one is taken
 * from the queue, or thrown away with it, so queues are counted anew before
 * anything is refused, and when somebody asks. What waits for the whole thread
 * group is its leader's.
 *
 * struct ve_queues.lock is taken under siglock; inside it other tasks' siglocks
 * are tried for only. A queue that cannot be had keeps its last number.
 */
#ifndef _VE_SIGINFO_H
#define _VE_SIGINFO_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct ve_bc;
struct ve_member;

/**
 * struct ve_queues - the queues of a VE's members
 */
struct ve_queues {
	/** @lock: protects this and each struct ve_queue; interrupts disabled */
	spinlock_t lock;
	/** @members: struct ve_queue.link of those that have not left */
	struct list_head members;
	/** @looked: when all were counted last, in jiffies */
	unsigned long looked;
};

/**
 * struct ve_queue - the queue of one member
 */
struct ve_queue {
	/** @link: in ve_queues.members; empty before it joins and after it left */
	struct list_head link;
	/** @seen: entries that are charged */
	u32 seen;
};

/**
 * ve_queues_init - start with no members
 * @queues: of a new beancounter
 */
static inline void ve_queues_init(struct ve_queues *queues)
{
	spin_lock_init(&queues->lock);
	INIT_LIST_HEAD(&queues->members);
}

void ve_siginfo_start(struct ve_member *member);
void ve_siginfo_stop(struct ve_member *member);
void ve_siginfo_look(struct ve_bc *bc, bool refused);

#endif /* _VE_SIGINFO_H */
