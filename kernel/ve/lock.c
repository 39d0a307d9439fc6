// SPDX-License-Identifier: GPL-2.0-only
/*
 * File locks. How many a request makes is known only when it is done: it may
 * be merged with others, or split one. So what it may need is charged first,
 * each lock takes one of these charges as it comes, and the rest is undone.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/filelock.h>
#include <linux/ve.h>

#include "lock.h"
#include "member.h"
#include "owner.h"
#include "registry.h"

static const struct ve_kind lock_kind = {
	.resource = VE_RESOURCE_NUMFLOCK,
	.refused = -ENOLCK,
};

static struct ve_owner *take(struct ve_member *member)
{
	struct ve_owner *owner = member->locks;

	if (owner)
		member->locks = owner->next;
	return owner;
}

/* What each kind of request may need. */
static const struct {
	unsigned int nr;
	enum ve_severity severity;
} needs[] = {
	[VE_LOCK_NOTHING] = { 0, VE_SEVERITY_FORCE },
	[VE_LOCK_NEW] = { 1, VE_SEVERITY_BARRIER },
	[VE_LOCK_AMID] = { 2, VE_SEVERITY_BARRIER },
	/* One more for a moment only. */
	[VE_LOCK_INSTEAD] = { 1, VE_SEVERITY_FORCE },
	/* Who gives up a lock is helped further than who wants one. */
	[VE_LOCK_SPLIT] = { 1, VE_SEVERITY_LIMIT },
};

/**
 * ve_lock_begin - current asks for file locks to be made or removed
 * @request: what it asks for
 *
 * Followed by ve_lock_end() unless it is refused.
 *
 * Return: 0, -ENOLCK if numflock's bound is in the way, -ENOMEM.
 */
int ve_lock_begin(enum ve_lock_request request)
{
	struct ve_member *member = ve_member_of_current();
	unsigned int i;

	/* Quick return for the host. */
	if (likely(!member))
		return 0;
	/* Of a request that failed before it came to any lock. */
	ve_lock_forget(member);
	for (i = 0; i < needs[request].nr; i++) {
		struct ve_owner *owner;

		owner = ve_owner_charge(member->ve->bc, &lock_kind,
					sizeof(struct file_lock),
					needs[request].severity);
		if (IS_ERR(owner)) {
			ve_lock_forget(member);
			return PTR_ERR(owner);
		}
		owner->next = member->locks;
		member->locks = owner;
	}
	member->locking = true;
	return 0;
}

/**
 * ve_lock_new - a file lock comes into being
 * @lock: the lock
 */
void ve_lock_new(const struct file_lock *lock)
{
	struct ve_member *member = ve_member_of_current();
	struct ve_owner *owner;

	/* Copies that others make of locks are none. */
	if (likely(!member) || !member->locking)
		return;
	owner = take(member);
	/* Another thread changed the process' locks meanwhile. */
	if (!owner)
		owner = ve_owner_charge(member->ve->bc, &lock_kind,
					sizeof(struct file_lock),
					VE_SEVERITY_FORCE);
	if (!IS_ERR(owner))
		ve_owner_give(owner, ve_lock_place(lock));
}

/**
 * ve_lock_forget - undo the charges of locks that were not made
 * @member: current's record, or that of a task that is no more
 *
 * Context: any but hard interrupts and NMI.
 */
void ve_lock_forget(struct ve_member *member)
{
	struct ve_owner *owner;

	while ((owner = take(member)))
		ve_owner_cancel(owner);
	member->locking = false;
}

/**
 * ve_lock_end - what current asked for is done, or refused
 */
void ve_lock_end(void)
{
	struct ve_member *member = ve_member_of_current();

	/* Quick return for the host. */
	if (unlikely(member))
		ve_lock_forget(member);
}

/**
 * ve_lock_free - a file lock is removed
 * @lock: the lock
 */
void ve_lock_free(const struct file_lock *lock)
{
	ve_owner_end(ve_lock_place(lock));
}
