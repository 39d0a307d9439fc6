/* SPDX-License-Identifier: GPL-2.0-only */
/* Every numeric limit of the subsystem that is not part of its uapi. */
#ifndef _VE_LIMITS_H
#define _VE_LIMITS_H

enum ve_limits {
	/* Refusals reported for a VE and resource in one second. */
	VE_REFUSED_BURST = 10,
	/* Refusals remembered for a VE; those alike in a row are one. */
	VE_REFUSALS_KEPT = 32,
	/* Those for which there is room in the beancounter. */
	VE_REFUSALS_AT_FIRST = 2,
	/*
	 * Objects that are looked at whenever a bound is in the way; more are
	 * at most once in a jiffy.
	 */
	VE_GAUGES_CHEAP = 64,
	/*
	 * How long what was asked for may be under way, in milliseconds, if
	 * nothing tells before.
	 */
	VE_ASK_LASTS = 100,
	/* VEs remembered after their end. */
	VE_HISTORY_KEPT = 64,
	/*
	 * How long hooks stay armed after the last user has gone, in
	 * milliseconds: arming costs a grace period, and scripts make and
	 * remove VEs in a row.
	 */
	VE_DISARM_DELAY = 1000,
};

#endif /* _VE_LIMITS_H */
