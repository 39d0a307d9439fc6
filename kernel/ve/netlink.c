// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family, and the handlers that manage.
 *
 * Handlers run in parallel and lock for themselves. A handler of a request
 * that names a VE finds it in info->user_ptr[0], with a reference that is
 * dropped after it.
 */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/ve.h>
#include <net/genetlink.h>

#include "access.h"
#include "attach.h"
#include "bounds.h"
#include "event.h"
#include "kill.h"
#include "member.h"
#include "message.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "registry.h"

/*
 * Subscribing needs CAP_SYS_ADMIN in the user namespace that owns the network
 * namespace. Events are sent to those network namespaces only that the initial
 * one owns. So it takes CAP_SYS_ADMIN in the initial user namespace; that
 * members are turned away is ve_mcgrp_bind()'s part.
 */
static const struct genl_multicast_group mcgrps[] = {
	[VE_NLGRP_EVENTS] = {
		.name = VE_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_SYS_ADMIN,
	},
};

/**
 * ve_mcgrp_bind - current subscribes to a multicast group
 * @group: number of the group among all of generic netlink
 *
 * Return: 0, or -EPERM if the group is ours and current is a member.
 */
int ve_mcgrp_bind(int group)
{
	unsigned int nr = group - ve_nl_family.mcgrp_offset;

	return nr < ARRAY_SIZE(mcgrps) && ve_of_current() ? -EPERM : 0;
}

/* So that a name is never taken for an id, a path or an option. */
static bool valid_name(const char *name)
{
	if (!isascii(*name) || (!isalpha(*name) && *name != '_'))
		return false;
	for (; *name; name++)
		if (!isascii(*name) ||
		    (!isalnum(*name) && !strchr("_.:@-", *name)))
			return false;
	return true;
}

/**
 * ve_nl_create_doit - make a VE
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_create_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *id = info->attrs[VE_A_ID];
	const struct nlattr *name = info->attrs[VE_A_NAME];
	struct netlink_ext_ack *extack = info->extack;
	struct ve_bounds_request request;
	struct sk_buff *msg;
	struct ve *ve;
	u16 culprit;
	int ret;

	ret = ve_may_manage(skb, extack);
	if (ret)
		return ret;
	if (GENL_REQ_ATTR_CHECK(info, VE_A_NAME)) {
		NL_SET_ERR_MSG(extack, "a name is needed");
		return -EINVAL;
	}
	if (!valid_name(nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(extack, name, "not a name: letter, then letter, digit, _.:@-");
		return -EINVAL;
	}
	ret = ve_bounds_parse(info, &request);
	if (ret)
		return ret;
	ret = ve_bounds_check_new(&request, extack);
	if (ret)
		return ret;

	/* What can fail comes first: a VE that was made is told about. */
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return ve_nl_refuse(extack, info->attrs, -ENOMEM);
	ve = ve_create(id ? nla_get_u32(id) : 0, nla_data(name),
		       nla_get_flag(info->attrs[VE_A_WATCHING]),
		       &request.bounds, extack, &culprit);
	if (IS_ERR(ve)) {
		nlmsg_free(msg);
		if (PTR_ERR(ve) == -EEXIST)
			NL_SET_BAD_ATTR(extack, info->attrs[culprit]);
		else if (PTR_ERR(ve) == -ENOMEM)
			ve_nl_refuse(extack, info->attrs, -ENOMEM);
		return PTR_ERR(ve);
	}
	/* It is made, whether the sender has room for the answer or not. */
	ve_nl_reply(msg, info, VE_CMD_CREATE, ve);
	ve_put(ve);
	return 0;
}

/**
 * ve_nl_destroy_doit - remove a VE
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_destroy_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ve_nl_refuse(info->extack, info->attrs,
			    ve_destroy(info->user_ptr[0], info->extack));
}

/**
 * ve_nl_set_doit - set bounds
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ve_bounds_request request;
	enum ve_resource culprit;
	int ret;

	ret = ve_bounds_parse(info, &request);
	if (ret)
		return ret;
	if (!(request.bounds.has_barrier | request.bounds.has_limit)) {
		NL_SET_ERR_MSG(info->extack, "a resource is needed");
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, VE_A_RESOURCE);
		return -EINVAL;
	}
	ret = ve_set(info->user_ptr[0], &request.bounds, &culprit);
	if (ret == -EINVAL)
		return ve_bounds_inverted(info->extack,
					  request.attrs[culprit]);
	if (ret)
		NL_SET_ERR_MSG(info->extack, "no such VE");
	return ve_nl_refuse(info->extack, info->attrs, ret);
}

static struct pid *pid_of_fd(unsigned int fd)
{
	struct file *file = fget(fd);
	struct pid *pid;

	if (!file)
		return ERR_PTR(-EBADF);
	pid = pidfd_pid(file);
	if (!IS_ERR(pid))
		get_pid(pid);
	fput(file);
	return pid;
}

/**
 * ve_nl_attach_doit - make a process a member
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_attach_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *nr = info->attrs[VE_A_PID];
	const struct nlattr *fd = info->attrs[VE_A_PIDFD];
	const struct nlattr *attr = nr ?: fd;
	bool process_at_fault;
	struct pid *pid;
	int ret;

	if (nr && fd) {
		NL_SET_ERR_MSG_ATTR(info->extack, fd, "either a pid or a pidfd, not both");
		return -EINVAL;
	}
	if (fd) {
		pid = pid_of_fd(nla_get_u32(fd));
		if (IS_ERR(pid)) {
			NL_SET_ERR_MSG_ATTR(info->extack, fd, "not a pidfd");
			return PTR_ERR(pid);
		}
	} else if (nr) {
		pid = find_get_pid(nla_get_u32(nr));
		if (!pid) {
			NL_SET_ERR_MSG_ATTR(info->extack, nr, "no such process");
			return -ESRCH;
		}
	} else {
		pid = get_task_pid(current, PIDTYPE_TGID);
	}
	ret = ve_attach(info->user_ptr[0], pid, info->extack,
			&process_at_fault);
	put_pid(pid);
	if (ret && process_at_fault && attr)
		NL_SET_BAD_ATTR(info->extack, attr);
	return ve_nl_refuse(info->extack, info->attrs, ret);
}

/**
 * ve_nl_kill_doit - send every member a signal
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_kill_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *timeout = info->attrs[VE_A_TIMEOUT];
	u64 until = VE_UNTIL_EMPTY;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, VE_A_SIGNAL)) {
		NL_SET_ERR_MSG(info->extack, "a signal is needed");
		return -EINVAL;
	}
	if (timeout && nla_get_u32(timeout))
		until = get_jiffies_64() +
			msecs_to_jiffies(nla_get_u32(timeout));
	else if (timeout)
		until = 0;
	ret = ve_kill(info->user_ptr[0],
		      nla_get_u32(info->attrs[VE_A_SIGNAL]), until);
	if (ret)
		NL_SET_ERR_MSG(info->extack, "no such VE");
	return ve_nl_refuse(info->extack, info->attrs, ret);
}

/**
 * ve_nl_init - register the family
 *
 * Return: 0 or a negative errno.
 */
int __init ve_nl_init(void)
{
	BUILD_BUG_ON(ARRAY_SIZE(mcgrps) != VE_NLGRP_EVENTS + 1);
	ve_nl_family.mcgrps = mcgrps;
	return genl_register_family(&ve_nl_family);
}

/**
 * ve_nl_exit - unregister the family; on return no handler runs
 */
void ve_nl_exit(void)
{
	genl_unregister_family(&ve_nl_family);
}
