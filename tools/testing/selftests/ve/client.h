/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of a client of the netlink family as the tests need, without a
 * library. Each call returns 0 or a negative errno, as the kernel says it.
 */
#ifndef _VE_SELFTEST_CLIENT_H
#define _VE_SELFTEST_CLIENT_H

#include <linux/ve.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct counter - a resource of a VE, as the kernel shows it
 */
struct counter {
	/** @held: charged now */
	uint64_t held;
	/** @maxheld: the most ever charged */
	uint64_t maxheld;
	/** @barrier: the lower bound */
	uint64_t barrier;
	/** @limit: the upper bound */
	uint64_t limit;
	/** @failcnt: refused charges */
	uint64_t failcnt;
};

int client_open(void);
int ve_make(const char *name);
int ve_bound(const char *name, enum ve_resource resource, uint64_t barrier,
	     uint64_t limit);
int ve_attach(const char *name, pid_t pid);
int ve_kill(const char *name, int sig);
int ve_end(const char *name);
int ve_read(const char *name, enum ve_resource resource,
	    struct counter *counter);

#endif /* _VE_SELFTEST_CLIENT_H */
