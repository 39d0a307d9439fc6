// SPDX-License-Identifier: GPL-2.0-only
/*
 * shmpages: files in memory. Files of tmpfs, memfds, segments of System V
 * shared memory and shared anonymous mappings are all inodes of tmpfs, some on
 * a mount of the kernel's own. Each is charged to the VE of who made it, until
 * the inode goes.
 *
 * What is reserved as a whole is charged by its size, even if nobody has
 * touched it, and asks again only to become larger; all others by the pages
 * they have, in memory and in swap. Segments of huge pages are of another kind
 * and not charged.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/ve.h>

#include "member.h"
#include "owner.h"
#include "registry.h"
#include "shm.h"

/* As a whole, whatever of it is there. */
static bool is_reserved(struct inode *inode)
{
	return !(READ_ONCE(SHMEM_I(inode)->flags) & SHMEM_F_NORESERVE);
}

static bool is_charged(const struct inode *inode)
{
	bool ret;

	rcu_read_lock();
	ret = ve_owner_of(ve_inode_place(inode));
	rcu_read_unlock();
	return ret;
}

/* Reads without info->lock, which a softirq that looks must not wait for. */
static bool shm_read(const void *object, u64 *now, bool own)
{
	struct inode *inode = (struct inode *)object;
	const struct shmem_inode_info *info = SHMEM_I(inode);

	*now = 0;
	/* Not made up yet: @info is what was there before. Or no file. */
	if (READ_ONCE(inode->i_mapping->a_ops) == &empty_aops)
		return false;
	/* Unlinked right after it got its size, or it is none of these. */
	if (is_reserved(inode)) {
		*now = DIV_ROUND_UP_ULL(i_size_read(inode), PAGE_SIZE);
		return !inode->i_nlink;
	}
	/* Includes what is swapped out. */
	*now = READ_ONCE(info->alloced);
	/* A symbolic link gets its page after this, and keeps it. */
	return !S_ISLNK(inode->i_mode);
}

/* What current asked for has come if it looks: nothing looks amid that. */
static bool shm_locked(const void *object)
{
	struct inode *inode = (struct inode *)object;
	/* The lower bits say how it is held. */
	unsigned long by = atomic_long_read(&inode->i_rwsem.owner) & ~7UL;

	return inode_is_locked(inode) && by != (unsigned long)current;
}

static const struct ve_kind shm_kind = {
	.resource = VE_KIND_NOT_COUNTED,
	.list = VE_GAUGES_INODES,
	.loose = true,
	.nr_values = 1,
	.values = { VE_RESOURCE_SHMPAGES },
	.read = shm_read,
	.locked = shm_locked,
};

/**
 * ve_shm_create - current is about to make an inode of tmpfs
 * @sb: where
 * @pages: how many pages it will have from the start
 *
 * If it is made, ve_inode_alloc() is called next for @sb.
 */
void ve_shm_create(const struct super_block *sb, u64 pages)
{
	struct ve_member *member = ve_member_of_current();

	/* Quick return for the host. */
	if (likely(!member))
		return;
	member->shm.sb = sb;
	member->shm.pages = pages;
}

/* How many pages a new inode will have; said for one inode only. */
static u64 take_pages(struct ve_member *member, const struct super_block *sb)
{
	u64 pages = member->shm.sb == sb ? member->shm.pages : 0;

	member->shm.pages = 0;
	return pages;
}

/**
 * ve_shm_inode - a member makes an inode of tmpfs
 * @member: current's record
 * @inode: the inode, which nobody can find yet
 *
 * Return: 0, -ENOSPC if the barrier of shmpages is in the way, -ENOMEM.
 */
int ve_shm_inode(struct ve_member *member, struct inode *inode)
{
	u64 pages = take_pages(member, inode->i_sb);
	struct ve_owner *owner;

	owner = ve_owner_charge(member->ve->bc, &shm_kind, ksize(inode),
				VE_SEVERITY_BARRIER);
	if (IS_ERR(owner))
		return PTR_ERR(owner);
	if (!ve_gauge_expect(owner, 0, pages, VE_SEVERITY_BARRIER)) {
		ve_owner_cancel(owner);
		return -ENOSPC;
	}
	return ve_owner_give(owner, ve_inode_place(inode));
}

static int grow(struct inode *inode, u64 pages, unsigned int how)
{
	return ve_gauge_ask_how(ve_inode_place(inode), 0, pages,
				VE_SEVERITY_BARRIER, how) ? 0 : -ENOSPC;
}

/**
 * ve_shm_grow - an inode of tmpfs is about to get pages
 * @inode: the inode
 * @pages: how many that it has not, neither in memory nor in swap
 *
 * Return: 0, also for what is reserved as a whole; -ENOSPC if the barrier of
 * shmpages is in the way.
 */
int ve_shm_grow(struct inode *inode, u64 pages)
{
	return is_reserved(inode) ? 0 : grow(inode, pages, 0);
}

/**
 * ve_shm_grow_locked - the same with the inode's lock held
 * @inode: the inode; it stays locked until it has the pages
 * @pages: how many that it has not, neither in memory nor in swap; or if it is
 * reserved as a whole, how much larger it becomes
 *
 * Return: 0, -ENOSPC if the barrier of shmpages is in the way.
 */
int ve_shm_grow_locked(struct inode *inode, u64 pages)
{
	return grow(inode, pages, VE_GAUGE_LOCKED);
}

/**
 * ve_shm_resize - an inode of tmpfs is about to get another size
 * @inode: the inode; it stays locked until it has
 * @size: bytes
 * @keep: its size stays, but it gets pages up to there
 *
 * What is reserved as a whole is charged by its size, which only a way around
 * can change: the file is open through /proc/PID/map_files. Pages past the size
 * would be charged to nobody.
 *
 * Return: 0, -ENOSPC if the barrier of shmpages is in the way, or there would
 * be such pages; never for what is not reserved.
 */
int ve_shm_resize(struct inode *inode, u64 size, bool keep)
{
	u64 before = DIV_ROUND_UP_ULL(i_size_read(inode), PAGE_SIZE);
	u64 after = DIV_ROUND_UP_ULL(size, PAGE_SIZE);

	if (!is_reserved(inode) || size <= i_size_read(inode))
		return 0;
	if (keep && is_charged(inode))
		return -ENOSPC;
	return ve_shm_grow_locked(inode, after - before);
}

/**
 * ve_shm_grow_at_most - the same of who has not looked what is there
 * @inode: the inode; it stays locked until it has the pages
 * @pages: how many pages it gets at most
 *
 * Return: whether so many fit; if not, it is no refusal.
 */
bool ve_shm_grow_at_most(struct inode *inode, u64 pages)
{
	return !grow(inode, pages, VE_GAUGE_LOCKED | VE_GAUGE_QUIET);
}

/**
 * ve_shm_announce - current is about to lock an inode, to allocate pages
 * @inode: the inode
 * @first: the first page
 * @last: the last page
 *
 * Return: whether current remembers it, for ve_shm_announced(): not who is of
 * the host.
 */
bool ve_shm_announce(const struct inode *inode, pgoff_t first, pgoff_t last)
{
	struct ve_member *member = ve_member_of_current();

	if (!member)
		return false;
	member->range = (struct ve_shm_range){ inode, first, last };
	return true;
}

/**
 * ve_shm_announced - current has an inode locked; what did it announce?
 * @inode: the inode
 * @first: where to put the first page
 * @last: where to put the last page
 *
 * Return: whether it did announce something of @inode, and did not ask yet.
 */
bool ve_shm_announced(const struct inode *inode, pgoff_t *first, pgoff_t *last)
{
	struct ve_member *member = ve_member_of_current();

	if (likely(!member) || member->range.inode != inode)
		return false;
	*first = member->range.first;
	*last = member->range.last;
	member->range.inode = NULL;
	return true;
}

/**
 * ve_shm_shrink - an inode of tmpfs is about to lose pages
 * @inode: the inode
 */
void ve_shm_shrink(struct inode *inode)
{
	ve_gauge_settle(ve_inode_place(inode));
}
