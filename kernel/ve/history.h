/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VEs that are gone: a ring of the last ones, each with its beancounter, which
 * has the final numbers, and what is remembered of refusals.
 */
#ifndef _VE_HISTORY_H
#define _VE_HISTORY_H

#include <linux/types.h>

struct ve;
struct ve_bc;

/**
 * struct ve_past - a VE that is gone
 */
struct ve_past {
	/** @bc: its beancounter, with a reference */
	struct ve_bc *bc;
	/** @created: when it was made; CLOCK_REALTIME, in nanoseconds */
	u64 created;
	/** @destroyed: when it was removed; CLOCK_REALTIME, in nanoseconds */
	u64 destroyed;
	/** @lifetime: in between by CLOCK_BOOTTIME, which nobody sets */
	u64 lifetime;
};

void ve_history_add(const struct ve *ve);
bool ve_history_next(u64 *number, struct ve_past *past);
void ve_history_exit(void);

#endif /* _VE_HISTORY_H */
