/* SPDX-License-Identifier: GPL-2.0-only */
/* One way to put a VE into a message, for replies, dumps and events. */
#ifndef _VE_MESSAGE_H
#define _VE_MESSAGE_H

#include <linux/types.h>

struct genl_info;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;
struct ve;
struct ve_bc;
struct ve_event;
struct ve_refusal;

int ve_nl_fill(struct sk_buff *skb, struct ve *ve);
int ve_nl_fill_resources(struct sk_buff *skb, struct ve_bc *bc);
int ve_nl_fill_refusal(struct sk_buff *skb, const struct ve_refusal *refusal);
int ve_nl_reply(struct sk_buff *msg, struct genl_info *info, u8 cmd,
		struct ve *ve);
int ve_nl_refuse(struct netlink_ext_ack *extack, struct nlattr **attrs,
		 int ret);
void ve_nl_send_event(const struct ve_event *event);

#endif /* _VE_MESSAGE_H */
