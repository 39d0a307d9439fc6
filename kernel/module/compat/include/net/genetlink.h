/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Split operations came with Linux 6.2 (commit 20b0b53acab8, "genetlink:
 * introduce split op representation"); before, one row held the do and the
 * dump of a command. Here a family of the new form carries one of the old.
 */
#ifndef _VE_COMPAT_NET_GENETLINK_H
#define _VE_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)

struct genl_split_ops {
	union {
		struct {
			int (*pre_doit)(const struct genl_split_ops *ops,
					struct sk_buff *skb,
					struct genl_info *info);
			int (*doit)(struct sk_buff *skb,
				    struct genl_info *info);
			void (*post_doit)(const struct genl_split_ops *ops,
					  struct sk_buff *skb,
					  struct genl_info *info);
		};
		struct {
			int (*start)(struct netlink_callback *cb);
			int (*dumpit)(struct sk_buff *skb,
				      struct netlink_callback *cb);
			int (*done)(struct netlink_callback *cb);
		};
	};
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 internal_flags;
	u8 flags;
	u8 validate;
};

struct ve_compat_genl_family {
	struct genl_family old;
	char name[GENL_NAMSIZ];
	unsigned int version;
	unsigned int mcgrp_offset;
	u8 netnsok:1;
	u8 parallel_ops:1;
	u8 n_split_ops;
	u8 n_mcgrps;
	const struct genl_split_ops *split_ops;
	const struct genl_multicast_group *mcgrps;
	struct module *module;
};

int ve_compat_genl_register_family(struct ve_compat_genl_family *family);
int ve_compat_genl_unregister_family(struct ve_compat_genl_family *family);

#define genl_family ve_compat_genl_family
#define genl_register_family ve_compat_genl_register_family
#define genl_unregister_family ve_compat_genl_unregister_family
#define genl_info_dump(cb) genl_dumpit_info(cb)
#define genlmsg_put(skb, portid, seq, family, flags, cmd) \
	genlmsg_put(skb, portid, seq, &(family)->old, flags, cmd)
#define genlmsg_multicast_netns(family, net, skb, portid, group, gfp) \
	genlmsg_multicast_netns(&(family)->old, net, skb, portid, group, gfp)
#define genl_has_listeners(family, net, group) \
	genl_has_listeners(&(family)->old, net, group)

#endif

#endif /* _VE_COMPAT_NET_GENETLINK_H */
