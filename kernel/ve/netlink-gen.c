// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ve.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/ve.h>

/* Integer value ranges */
static const struct netlink_range_validation ve_a_id_range = {
	.min	= 1ULL,
	.max	= VE_ID_MAX,
};

static const struct netlink_range_validation ve_a_pid_range = {
	.min	= 1ULL,
	.max	= VE_ID_MAX,
};

static const struct netlink_range_validation ve_a_pidfd_range = {
	.max	= VE_ID_MAX,
};

static const struct netlink_range_validation ve_a_resource_barrier_range = {
	.max	= VE_UNLIMITED,
};

static const struct netlink_range_validation ve_a_resource_limit_range = {
	.max	= VE_UNLIMITED,
};

/* Common nested types */
const struct nla_policy ve_resource_nl_policy[VE_A_RESOURCE_PAD + 1] = {
	[VE_A_RESOURCE_ID] = NLA_POLICY_MAX(NLA_U32, 24),
	[VE_A_RESOURCE_HELD] = { .type = NLA_U64, },
	[VE_A_RESOURCE_MAXHELD] = { .type = NLA_U64, },
	[VE_A_RESOURCE_BARRIER] = NLA_POLICY_FULL_RANGE(NLA_U64, &ve_a_resource_barrier_range),
	[VE_A_RESOURCE_LIMIT] = NLA_POLICY_FULL_RANGE(NLA_U64, &ve_a_resource_limit_range),
	[VE_A_RESOURCE_FAILCNT] = { .type = NLA_U64, },
};

/* VE_CMD_GET - do */
static const struct nla_policy ve_get_nl_policy[VE_A_NAME + 1] = {
	[VE_A_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_id_range),
	[VE_A_NAME] = { .type = NLA_NUL_STRING, .len = VE_NAME_MAX, },
};

/* VE_CMD_CREATE - do */
static const struct nla_policy ve_create_nl_policy[VE_A_WATCHING + 1] = {
	[VE_A_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_id_range),
	[VE_A_NAME] = { .type = NLA_NUL_STRING, .len = VE_NAME_MAX, },
	[VE_A_RESOURCE] = NLA_POLICY_NESTED(ve_resource_nl_policy),
	[VE_A_WATCHING] = { .type = NLA_FLAG, },
};

/* VE_CMD_DESTROY - do */
static const struct nla_policy ve_destroy_nl_policy[VE_A_NAME + 1] = {
	[VE_A_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_id_range),
	[VE_A_NAME] = { .type = NLA_NUL_STRING, .len = VE_NAME_MAX, },
};

/* VE_CMD_SET - do */
static const struct nla_policy ve_set_nl_policy[VE_A_RESOURCE + 1] = {
	[VE_A_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_id_range),
	[VE_A_NAME] = { .type = NLA_NUL_STRING, .len = VE_NAME_MAX, },
	[VE_A_RESOURCE] = NLA_POLICY_NESTED(ve_resource_nl_policy),
};

/* VE_CMD_ATTACH - do */
static const struct nla_policy ve_attach_nl_policy[VE_A_PIDFD + 1] = {
	[VE_A_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_id_range),
	[VE_A_NAME] = { .type = NLA_NUL_STRING, .len = VE_NAME_MAX, },
	[VE_A_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_pid_range),
	[VE_A_PIDFD] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_pidfd_range),
};

/* VE_CMD_KILL - do */
static const struct nla_policy ve_kill_nl_policy[VE_A_TIMEOUT + 1] = {
	[VE_A_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_id_range),
	[VE_A_NAME] = { .type = NLA_NUL_STRING, .len = VE_NAME_MAX, },
	[VE_A_SIGNAL] = NLA_POLICY_RANGE(NLA_U32, 1, 64),
	[VE_A_TIMEOUT] = { .type = NLA_U32, },
};

/* VE_CMD_MEMBER_GET - dump */
static const struct nla_policy ve_member_get_nl_policy[VE_A_NAME + 1] = {
	[VE_A_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_id_range),
	[VE_A_NAME] = { .type = NLA_NUL_STRING, .len = VE_NAME_MAX, },
};

/* VE_CMD_REFUSAL_GET - dump */
static const struct nla_policy ve_refusal_get_nl_policy[VE_A_NAME + 1] = {
	[VE_A_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ve_a_id_range),
	[VE_A_NAME] = { .type = NLA_NUL_STRING, .len = VE_NAME_MAX, },
};

/* Ops table for ve */
static const struct genl_split_ops ve_nl_ops[] = {
	{
		.cmd		= VE_CMD_GET,
		.pre_doit	= ve_nl_pre_get_doit,
		.doit		= ve_nl_get_doit,
		.post_doit	= ve_nl_post_doit,
		.policy		= ve_get_nl_policy,
		.maxattr	= VE_A_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= VE_CMD_GET,
		.start	= ve_nl_get_start,
		.dumpit	= ve_nl_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VE_CMD_CREATE,
		.doit		= ve_nl_create_doit,
		.policy		= ve_create_nl_policy,
		.maxattr	= VE_A_WATCHING,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VE_CMD_DESTROY,
		.pre_doit	= ve_nl_pre_doit,
		.doit		= ve_nl_destroy_doit,
		.post_doit	= ve_nl_post_doit,
		.policy		= ve_destroy_nl_policy,
		.maxattr	= VE_A_NAME,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VE_CMD_SET,
		.pre_doit	= ve_nl_pre_doit,
		.doit		= ve_nl_set_doit,
		.post_doit	= ve_nl_post_doit,
		.policy		= ve_set_nl_policy,
		.maxattr	= VE_A_RESOURCE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VE_CMD_ATTACH,
		.pre_doit	= ve_nl_pre_doit,
		.doit		= ve_nl_attach_doit,
		.post_doit	= ve_nl_post_doit,
		.policy		= ve_attach_nl_policy,
		.maxattr	= VE_A_PIDFD,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VE_CMD_KILL,
		.pre_doit	= ve_nl_pre_doit,
		.doit		= ve_nl_kill_doit,
		.post_doit	= ve_nl_post_doit,
		.policy		= ve_kill_nl_policy,
		.maxattr	= VE_A_TIMEOUT,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VE_CMD_MEMBER_GET,
		.start		= ve_nl_member_get_start,
		.dumpit		= ve_nl_member_get_dumpit,
		.done		= ve_nl_member_get_done,
		.policy		= ve_member_get_nl_policy,
		.maxattr	= VE_A_NAME,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VE_CMD_REFUSAL_GET,
		.start		= ve_nl_refusal_get_start,
		.dumpit		= ve_nl_refusal_get_dumpit,
		.done		= ve_nl_refusal_get_done,
		.policy		= ve_refusal_get_nl_policy,
		.maxattr	= VE_A_NAME,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= VE_CMD_HISTORY_GET,
		.start	= ve_nl_history_get_start,
		.dumpit	= ve_nl_history_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group ve_nl_mcgrps[] = {
	[VE_NLGRP_EVENTS] = { "events", },
};

struct genl_family ve_nl_family __ro_after_init = {
	.name		= VE_FAMILY_NAME,
	.version	= VE_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= ve_nl_ops,
	.n_split_ops	= ARRAY_SIZE(ve_nl_ops),
	.mcgrps		= ve_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(ve_nl_mcgrps),
};
