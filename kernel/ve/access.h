/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A task of VE0 with CAP_SYS_ADMIN in the initial user namespace manages; any
 * task of VE0 in that namespace may look; a member may look at its own VE.
 */
#ifndef _VE_ACCESS_H
#define _VE_ACCESS_H

struct netlink_ext_ack;
struct nlattr;
struct sk_buff;
struct ve;

int ve_may_manage(struct sk_buff *skb, struct netlink_ext_ack *extack);
int ve_may_see_all(struct netlink_ext_ack *extack);
struct ve *ve_find_visible(struct nlattr **attrs,
			   struct netlink_ext_ack *extack);

#endif /* _VE_ACCESS_H */
