/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the function that a signal's queue entry comes from has its arguments:
 * sig_get_ucounts(t, sig, override_rlimit), which 7.3 has, or
 * __sigqueue_alloc(sig, t, gfp_flags, override_rlimit, sigqueue_flags), which
 * 6.12 has.
 */
#ifndef _VE_COMPAT_LINUX_SCHED_SIGNAL_H
#define _VE_COMPAT_LINUX_SCHED_SIGNAL_H

#include_next <linux/sched/signal.h>
#include <linux/version.h>

enum {
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	VE_COMPAT_QUEUE_SIG,
	VE_COMPAT_QUEUE_TASK,
	VE_COMPAT_QUEUE_GFP,
	VE_COMPAT_QUEUE_FORCED,
#else
	VE_COMPAT_QUEUE_TASK,
	VE_COMPAT_QUEUE_SIG,
	VE_COMPAT_QUEUE_FORCED,
#endif
};

#endif /* _VE_COMPAT_LINUX_SCHED_SIGNAL_H */
