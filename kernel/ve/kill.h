/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kill requests. A request is an order that stays in force: who is a member
 * gets the signal now, who is born later gets it then, so that no fork can
 * outrun it. A process gets the signal of one order once.
 */
#ifndef _VE_KILL_H
#define _VE_KILL_H

#include <linux/limits.h>
#include <linux/types.h>

/* An order without an end but the VE's last member. */
#define VE_UNTIL_EMPTY U64_MAX

struct ve;
struct ve_member;
struct ve_order;

int ve_kill(struct ve *ve, int signal, u64 until);
bool ve_order_in_force(const struct ve_order *order);
void ve_order_give(struct ve_member *member, const struct ve_order *order);

#endif /* _VE_KILL_H */
