// SPDX-License-Identifier: GPL-2.0-only
/* Who may ask for what, and which VE a request names. See access.h. */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>

#include "access.h"
#include "member.h"
#include "netlink-gen.h"
#include "registry.h"

/**
 * ve_may_manage - may the sender of a request manage VEs?
 * @skb: the request
 * @extack: where to say why not
 *
 * Return: 0 or -EPERM.
 */
int ve_may_manage(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (ve_of_current()) {
		NL_SET_ERR_MSG(extack, "a member of a VE cannot manage VEs");
		return -EPERM;
	}
	/*
	 * Who sends; and who opened the socket, unless the message is addressed
	 * to the kernel by name, which takes a sender who knows what it does.
	 */
	if (!netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG(extack, "CAP_SYS_ADMIN in the initial user namespace is needed");
		return -EPERM;
	}
	return 0;
}

/**
 * ve_may_see_all - may current, a task of VE0, see VEs?
 * @extack: where to say why not
 *
 * Return: 0 or -EPERM.
 */
int ve_may_see_all(struct netlink_ext_ack *extack)
{
	if (current_user_ns() == &init_user_ns)
		return 0;
	NL_SET_ERR_MSG(extack, "VEs are not shown in other user namespaces");
	return -EPERM;
}

static int no_such_ve(struct netlink_ext_ack *extack,
		      const struct nlattr *attr)
{
	NL_SET_ERR_MSG_ATTR(extack, attr, "no such VE");
	return -ENOENT;
}

static struct ve *find(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	const struct nlattr *id = attrs[VE_A_ID];
	const struct nlattr *name = attrs[VE_A_NAME];
	struct ve *ve;

	if (!id && !name) {
		NL_SET_ERR_MSG(extack, "an id or a name is needed");
		NL_SET_ERR_ATTR_MISS(extack, NULL, VE_A_ID);
		return ERR_PTR(-EINVAL);
	}
	ve = id ? ve_get_by_id(nla_get_u32(id)) :
		  ve_get_by_name(nla_data(name));
	if (!ve)
		return ERR_PTR(no_such_ve(extack, id ?: name));
	if (id && name && strcmp(ve->name, nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(extack, name, "the VE with that id has another name");
		ve_put(ve);
		return ERR_PTR(-EINVAL);
	}
	return ve;
}

/**
 * ve_find_visible - find the VE that is asked about, if current may see it
 * @attrs: attributes of the request; without an id and a name a member asks
 * about its own VE
 * @extack: where to say why not
 *
 * Another VE than its own does not exist for a member.
 *
 * Return: the VE with a reference, or ERR_PTR(): -EPERM, -ENOENT, -EINVAL.
 */
struct ve *ve_find_visible(struct nlattr **attrs,
			   struct netlink_ext_ack *extack)
{
	struct ve *own = ve_of_current();
	struct ve *ve;
	int ret;

	if (!own) {
		ret = ve_may_see_all(extack);
		return ret ? ERR_PTR(ret) : find(attrs, extack);
	}
	if (!attrs[VE_A_ID] && !attrs[VE_A_NAME]) {
		ve_get(own);
		return own;
	}
	ve = find(attrs, extack);
	if (ve == own)
		return ve;
	/* That an id goes with another name is not its business either. */
	if (!IS_ERR(ve))
		ve_put(ve);
	return ERR_PTR(no_such_ve(extack, attrs[VE_A_ID] ?: attrs[VE_A_NAME]));
}

/**
 * ve_nl_pre_get_doit - find the VE that is asked about
 * @ops: the operation
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0, -EPERM, -ENOENT, -EINVAL.
 */
int ve_nl_pre_get_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		       struct genl_info *info)
{
	struct ve *ve = ve_find_visible(info->attrs, info->extack);

	info->user_ptr[0] = ve;
	return PTR_ERR_OR_ZERO(ve);
}

/**
 * ve_nl_pre_doit - find the VE that is to be managed
 * @ops: the operation
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0, -EPERM, -ENOENT, -EINVAL.
 */
int ve_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		   struct genl_info *info)
{
	int ret = ve_may_manage(skb, info->extack);
	struct ve *ve;

	if (ret)
		return ret;
	ve = find(info->attrs, info->extack);
	info->user_ptr[0] = ve;
	return PTR_ERR_OR_ZERO(ve);
}

/**
 * ve_nl_post_doit - let go of the VE
 * @ops: the operation
 * @skb: the request
 * @info: the request, parsed
 */
void ve_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		     struct genl_info *info)
{
	ve_put(info->user_ptr[0]);
}
