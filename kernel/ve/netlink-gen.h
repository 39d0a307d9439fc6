/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ve.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_VE_GEN_H
#define _LINUX_VE_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/ve.h>

/* Common nested types */
extern const struct nla_policy ve_resource_nl_policy[VE_A_RESOURCE_PAD + 1];

int ve_nl_pre_get_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		       struct genl_info *info);
int ve_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		   struct genl_info *info);
void
ve_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		struct genl_info *info);
int ve_nl_get_start(struct netlink_callback *cb);
int ve_nl_member_get_start(struct netlink_callback *cb);
int ve_nl_refusal_get_start(struct netlink_callback *cb);
int ve_nl_history_get_start(struct netlink_callback *cb);
int ve_nl_member_get_done(struct netlink_callback *cb);
int ve_nl_refusal_get_done(struct netlink_callback *cb);

int ve_nl_get_doit(struct sk_buff *skb, struct genl_info *info);
int ve_nl_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ve_nl_create_doit(struct sk_buff *skb, struct genl_info *info);
int ve_nl_destroy_doit(struct sk_buff *skb, struct genl_info *info);
int ve_nl_set_doit(struct sk_buff *skb, struct genl_info *info);
int ve_nl_attach_doit(struct sk_buff *skb, struct genl_info *info);
int ve_nl_kill_doit(struct sk_buff *skb, struct genl_info *info);
int ve_nl_member_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ve_nl_refusal_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ve_nl_history_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

enum {
	VE_NLGRP_EVENTS,
};

extern struct genl_family ve_nl_family;

#endif /* _LINUX_VE_GEN_H */
