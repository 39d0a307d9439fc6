// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a request for file locks will come to, by the locks there are. Another
 * thread of the same process may change them before the request is carried
 * out; the core copes with requests that come to something else.
 */
#include <linux/filelock.h>
#include <linux/fs.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/ve.h>

#include "hook.h"
#include "lock.h"

static bool is_test(const struct file_lock *request)
{
	return ve_compat_flc(request, flags) & FL_ACCESS;
}

static bool is_removal(const struct file_lock *request)
{
	return ve_compat_flc(request, type) == F_UNLCK;
}

static bool same_type(const struct file_lock *lock,
		      const struct file_lock *request)
{
	return ve_compat_flc(lock, type) == ve_compat_flc(request, type);
}

static bool overlap(const struct file_lock *lock,
		    const struct file_lock *request)
{
	return lock->fl_start <= request->fl_end &&
	       lock->fl_end >= request->fl_start;
}

/* Compared by start - 1: an end may be the largest number there is. */
static bool adjacent(const struct file_lock *lock,
		     const struct file_lock *request)
{
	return lock->fl_end == request->fl_start - 1 ||
	       lock->fl_start - 1 == request->fl_end;
}

/*
 * What follows from one lock of the same owner. Return: whether anything does
 * that no other lock can change.
 */
static bool follows(const struct file_lock *lock,
		    const struct file_lock *request,
		    enum ve_lock_request *what)
{
	bool amid = lock->fl_start < request->fl_start &&
		    lock->fl_end > request->fl_end;

	if (is_removal(request)) {
		if (amid)
			*what = VE_LOCK_SPLIT;
		return amid;
	}
	if (same_type(lock, request)) {
		/* They become one. */
		if (!overlap(lock, request) && !adjacent(lock, request))
			return false;
		*what = VE_LOCK_NOTHING;
		return true;
	}
	if (amid) {
		*what = VE_LOCK_AMID;
		return true;
	}
	if (lock->fl_start >= request->fl_start &&
	    lock->fl_end <= request->fl_end)
		*what = VE_LOCK_INSTEAD;
	return false;
}

/**
 * ve_lock_on_posix - current asks for a range of a file
 * @regs: arguments of posix_lock_inode()
 *
 * Context: does not sleep; no lock of the inode's locks is held.
 * Return: 0, or that it is to be refused.
 */
long ve_lock_on_posix(struct ve_regs *regs)
{
	const struct file_lock *request = ve_hook_ptr(regs, 1);
	enum ve_lock_request what = VE_LOCK_NEW;
	struct file_lock_context *ctx;
	struct file_lock *lock;

	/* Quick return for what changes nothing. */
	if (is_test(request))
		return 0;
	if (is_removal(request))
		what = VE_LOCK_NOTHING;
	ctx = locks_inode_context(ve_hook_ptr(regs, 0));
	if (!ctx)
		return is_removal(request) ? 0 : ve_lock_begin(what);
	spin_lock(&ctx->flc_lock);
	list_for_each_entry(lock, &ctx->flc_posix, ve_compat_flc_list)
		if (ve_compat_flc(lock, owner) ==
		    ve_compat_flc(request, owner) &&
		    follows(lock, request, &what))
			break;
	spin_unlock(&ctx->flc_lock);
	return ve_lock_begin(what);
}

/**
 * ve_lock_on_flock - current asks for a file as a whole
 * @regs: arguments of flock_lock_inode()
 *
 * Context: does not sleep; no lock of the inode's locks is held.
 * Return: 0, or that it is to be refused.
 */
long ve_lock_on_flock(struct ve_regs *regs)
{
	const struct file_lock *request = ve_hook_ptr(regs, 1);
	enum ve_lock_request what = VE_LOCK_NEW;
	struct file_lock_context *ctx;
	struct file_lock *lock;

	/* Quick return for what makes none. */
	if (is_test(request) || is_removal(request))
		return 0;
	ctx = locks_inode_context(ve_hook_ptr(regs, 0));
	if (!ctx)
		return ve_lock_begin(what);
	spin_lock(&ctx->flc_lock);
	list_for_each_entry(lock, &ctx->flc_flock, ve_compat_flc_list) {
		if (ve_compat_flc(lock, file) != ve_compat_flc(request, file))
			continue;
		what = same_type(lock, request) ? VE_LOCK_NOTHING :
						  VE_LOCK_INSTEAD;
		break;
	}
	spin_unlock(&ctx->flc_lock);
	return ve_lock_begin(what);
}

/**
 * ve_lock_on_new - a file lock comes into being, or a copy of one is made
 * @regs: arguments of locks_copy_lock()
 *
 * Return: 0.
 */
long ve_lock_on_new(struct ve_regs *regs)
{
	ve_lock_new(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_lock_on_free - a file lock, or a lease, is taken out of its list
 * @regs: arguments of locks_unlink_lock_ctx()
 *
 * Return: 0.
 */
long ve_lock_on_free(struct ve_regs *regs)
{
	ve_lock_free(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_lock_on_done - a request of either kind is done
 * @data: unused
 * @inode: of the file
 * @lock: for what
 * @ret: what came of it
 */
void ve_lock_on_done(void *data, struct inode *inode, struct file_lock *lock,
		     int ret)
{
	ve_lock_end();
}
