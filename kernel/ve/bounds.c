// SPDX-License-Identifier: GPL-2.0-only
/* Bounds in a request. */
#include <linux/bitops.h>
#include <linux/string.h>
#include <net/genetlink.h>

#include "bounds.h"
#include "netlink-gen.h"

static int parse_bound(struct nlattr *attr, struct ve_bounds *bounds,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[VE_A_RESOURCE_MAX + 1];
	unsigned int resource;
	int ret;

	ret = nla_parse_nested(tb, VE_A_RESOURCE_MAX, attr,
			       ve_resource_nl_policy, extack);
	if (ret)
		return ret;
	if (!tb[VE_A_RESOURCE_ID]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "which resource is missing");
		return -EINVAL;
	}
	resource = nla_get_u32(tb[VE_A_RESOURCE_ID]);
	if (!ve_bc_known(resource)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[VE_A_RESOURCE_ID], "no such resource");
		return -EINVAL;
	}
	if (tb[VE_A_RESOURCE_HELD] || tb[VE_A_RESOURCE_MAXHELD] ||
	    tb[VE_A_RESOURCE_FAILCNT]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "held, maxheld and failcnt are counted, not set");
		return -EINVAL;
	}
	if (!tb[VE_A_RESOURCE_BARRIER] && !tb[VE_A_RESOURCE_LIMIT]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "a barrier or a limit is needed");
		return -EINVAL;
	}
	if ((bounds->has_barrier | bounds->has_limit) & BIT(resource)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "the resource is named twice");
		return -EINVAL;
	}
	if (tb[VE_A_RESOURCE_BARRIER]) {
		bounds->barrier[resource] = nla_get_u64(tb[VE_A_RESOURCE_BARRIER]);
		bounds->has_barrier |= BIT(resource);
	}
	if (tb[VE_A_RESOURCE_LIMIT]) {
		bounds->limit[resource] = nla_get_u64(tb[VE_A_RESOURCE_LIMIT]);
		bounds->has_limit |= BIT(resource);
	}
	return 0;
}

/**
 * ve_bounds_parse - read the bounds of a request
 * @info: the request, parsed
 * @request: where to
 *
 * Return: 0 or -EINVAL, or what the policy says.
 */
int ve_bounds_parse(struct genl_info *info, struct ve_bounds_request *request)
{
	struct nlattr *attr;
	int rem;

	memset(request, 0, sizeof(*request));
	nla_for_each_attr(attr, genlmsg_data(info->genlhdr),
			  genlmsg_len(info->genlhdr), rem) {
		u32 before = request->bounds.has_barrier |
			     request->bounds.has_limit;
		u32 added;
		int ret;

		if (nla_type(attr) != VE_A_RESOURCE)
			continue;
		ret = parse_bound(attr, &request->bounds, info->extack);
		if (ret)
			return ret;
		added = (request->bounds.has_barrier |
			 request->bounds.has_limit) & ~before;
		request->attrs[__ffs(added)] = attr;
	}
	return 0;
}

/**
 * ve_bounds_inverted - refuse a barrier above its limit
 * @extack: where to say so
 * @attr: the resource at fault
 *
 * Return: -EINVAL.
 */
int ve_bounds_inverted(struct netlink_ext_ack *extack,
		       const struct nlattr *attr)
{
	NL_SET_ERR_MSG_ATTR(extack, attr, "the barrier would be above the limit");
	return -EINVAL;
}

/**
 * ve_bounds_check_new - are these bounds consistent for a new VE?
 * @request: the bounds
 * @extack: where to say why not
 *
 * Return: 0 or -EINVAL.
 */
int ve_bounds_check_new(const struct ve_bounds_request *request,
			struct netlink_ext_ack *extack)
{
	const struct ve_bounds *bounds = &request->bounds;
	unsigned int i;

	for (i = 0; i < VE_NR_RESOURCES; i++) {
		u64 barrier = bounds->has_barrier & BIT(i) ?
			bounds->barrier[i] : ve_bc_first_barrier(i);

		/* The limit that a new VE has is the largest there is. */
		if ((bounds->has_limit & BIT(i)) && barrier > bounds->limit[i])
			return ve_bounds_inverted(extack, request->attrs[i]);
	}
	return 0;
}
