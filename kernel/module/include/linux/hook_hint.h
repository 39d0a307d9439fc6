/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tasks for which hooks of ve_hook.members mean something, by their pids in
 * the initial namespace. Knows no VE.
 */
#ifndef _LINUX_HOOK_HINT_H
#define _LINUX_HOOK_HINT_H

#include <linux/bitops.h>
#include <linux/sched.h>

/* A bit for each pid there can be; read by entry.S, too. slot.c */
extern unsigned long ve_hook_hints[];

/**
 * ve_hook_hinted - may a hook mean something for current?
 *
 * Context: any.
 * Return: false if it does not.
 */
static inline bool ve_hook_hinted(void)
{
	return test_bit(current->pid, ve_hook_hints);
}

#endif /* _LINUX_HOOK_HINT_H */
