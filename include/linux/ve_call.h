/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a call site in the kernel includes: the calls, and what to ask first, so
 * that who has nothing to do with virtual environments pays nothing for them.
 * Without CONFIG_VE nothing is left of a call site.
 */
#ifndef _LINUX_VE_CALL_H
#define _LINUX_VE_CALL_H

#include <linux/jump_label.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/ve.h>

#ifdef CONFIG_VE

DECLARE_STATIC_KEY_FALSE(ve_armed_key);

/**
 * ve_armed - may there be a VE, or an object of one?
 *
 * Return: whether calls of <linux/ve.h> can mean anything.
 */
static __always_inline bool ve_armed(void)
{
	return static_branch_unlikely(&ve_armed_key);
}

/**
 * ve_inside - is current in a VE?
 *
 * Return: whether calls can mean anything that are about what current does.
 */
static __always_inline bool ve_inside(void)
{
	return ve_armed() && unlikely(rcu_access_pointer(current->ve));
}

/* A new object is nobody's. */
#define ve_none(place) RCU_INIT_POINTER(place, NULL)

#else

static __always_inline bool ve_armed(void)
{
	return false;
}

static __always_inline bool ve_inside(void)
{
	return false;
}

#define ve_none(...) do { } while (0)

#endif

/**
 * ve_hides - is there anything that current does not see?
 *
 * Return: whether it is in a VE that hides others.
 */
static __always_inline bool ve_hides(void)
{
	return ve_inside() && !ve_sees_all();
}

#endif /* _LINUX_VE_CALL_H */
