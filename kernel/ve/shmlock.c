// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared memory that is locked as a whole (SHM_LOCK). Who locks a segment is
 * charged for all of it, until it is unlocked or goes, by whomever. Its record
 * stands for the lock, not the segment, so it has another place than the
 * inode's.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <linux/ve.h>

#include "bc.h"
#include "member.h"
#include "owner.h"
#include "registry.h"

static u64 pages_of(const struct shmem_inode_info *segment)
{
	return DIV_ROUND_UP(i_size_read(&segment->vfs_inode), PAGE_SIZE);
}

static bool is_locked(const struct shmem_inode_info *segment)
{
	return READ_ONCE(segment->flags) & SHMEM_F_LOCKED;
}

/*
 * RLIMIT_MEMLOCK may refuse after us, so what counts is whether it is locked.
 * It can be missed for the moment until it is.
 */
static bool read_lock_of(const void *object, u64 *now, bool own)
{
	const struct shmem_inode_info *segment = object;

	now[0] = is_locked(segment) ? pages_of(segment) : 0;
	return true;
}

static const struct ve_kind shm_lock_kind = {
	.resource = VE_KIND_NOT_COUNTED,
	.refused = -ENOMEM,
	.list = VE_GAUGES_MEMORY,
	.nr_values = 1,
	.values = { VE_RESOURCE_LOCKEDPAGES },
	.read = read_lock_of,
};

/**
 * ve_shm_lock - current locks a segment of shared memory, or it is unlocked
 * @file: the segment
 * @lock: whether it is to be locked; else it is unlocked, if it was locked
 *
 * Called for each segment before it goes.
 *
 * Context: process context; does not sleep.
 * Return: 0, or -ENOMEM, also if lockedpages' barrier is in the way.
 */
int ve_shm_lock(const struct file *file, bool lock)
{
	const struct shmem_inode_info *segment = SHMEM_I(file_inode(file));
	struct ve_owner *owner;
	struct ve *ve;

	if (!lock) {
		ve_owner_end(ve_segment_place(segment));
		return 0;
	}
	ve = ve_of_current();
	/* Quick return for the host. */
	if (likely(!ve) || is_locked(segment))
		return 0;
	owner = ve_owner_charge(ve->bc, &shm_lock_kind, 0, VE_SEVERITY_BARRIER);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	if (!ve_gauge_expect(owner, 0, pages_of(segment),
			     VE_SEVERITY_BARRIER)) {
		ve_owner_cancel(owner);
		return -ENOMEM;
	}
	return ve_owner_give(owner, ve_segment_place(segment));
}
