// SPDX-License-Identifier: GPL-2.0-only
/* What a VE, a process and an event look like in a message. */
#include <net/genetlink.h>
#include <net/sock.h>

#include "bc.h"
#include "event.h"
#include "member.h"
#include "message.h"
#include "netlink-gen.h"
#include "registry.h"

/*
 * Into room that is there. Asking for it with each number, and going through
 * three functions, is most of the work of a list of thousands of VEs.
 */
static __always_inline void put(struct sk_buff *skb, int type,
				const void *data, int len)
{
	struct nlattr *attr = __skb_put(skb, nla_total_size(len));

	/* Nothing is left between this and the next that nobody has written. */
	BUILD_BUG_ON(nla_padlen(len));
	attr->nla_type = type;
	attr->nla_len = nla_attr_size(len);
	memcpy(nla_data(attr), data, len);
}

static __always_inline void put_u64(struct sk_buff *skb, int type, u64 number)
{
	nla_align_64bit(skb, VE_A_RESOURCE_PAD);
	put(skb, type, &number, sizeof(number));
}

static int fill_counts(struct sk_buff *skb, int type, u32 resource,
		       const struct ve_counts *counts)
{
	const int room = nla_total_size(sizeof(resource)) +
			 5 * nla_total_size_64bit(sizeof(u64));
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || skb_tailroom(skb) < room)
		return -EMSGSIZE;
	put(skb, VE_A_RESOURCE_ID, &resource, sizeof(resource));
	put_u64(skb, VE_A_RESOURCE_HELD, counts->held);
	put_u64(skb, VE_A_RESOURCE_MAXHELD, counts->maxheld);
	put_u64(skb, VE_A_RESOURCE_BARRIER, counts->barrier);
	put_u64(skb, VE_A_RESOURCE_LIMIT, counts->limit);
	put_u64(skb, VE_A_RESOURCE_FAILCNT, counts->failcnt);
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * ve_nl_fill_resources - put the numbers of all resources into a message
 * @skb: the message
 * @bc: whose
 *
 * Return: 0 or -EMSGSIZE.
 */
int ve_nl_fill_resources(struct sk_buff *skb, struct ve_bc *bc)
{
	unsigned int i;

	ve_gauges_look(bc);
	for (i = 0; i < VE_NR_RESOURCES; i++) {
		struct ve_counts counts;

		if (!ve_bc_known(i))
			continue;
		ve_bc_read(bc, i, &counts);
		if (fill_counts(skb, VE_A_RESOURCE, i, &counts))
			return -EMSGSIZE;
	}
	return 0;
}

/**
 * ve_nl_fill - put a VE into a message
 * @skb: the message
 * @ve: the VE
 *
 * Return: 0 or -EMSGSIZE.
 */
int ve_nl_fill(struct sk_buff *skb, struct ve *ve)
{
	enum ve_state state;
	unsigned int members = ve_members_count(ve, &state);

	if (nla_put_u32(skb, VE_A_ID, ve->id) ||
	    nla_put_string(skb, VE_A_NAME, ve->name) ||
	    nla_put_u32(skb, VE_A_STATE, state) ||
	    nla_put_u32(skb, VE_A_MEMBERS, members) ||
	    (ve->watching && nla_put_flag(skb, VE_A_WATCHING)))
		return -EMSGSIZE;
	return ve_nl_fill_resources(skb, ve->bc);
}

/**
 * ve_nl_fill_refusal - put a refusal into a message
 * @skb: the message
 * @refusal: the refusal
 *
 * Return: 0 or -EMSGSIZE.
 */
int ve_nl_fill_refusal(struct sk_buff *skb, const struct ve_refusal *refusal)
{
	struct nlattr *nest = nla_nest_start(skb, VE_A_REFUSAL);

	if (!nest ||
	    fill_counts(skb, VE_A_REFUSAL_RESOURCE, refusal->resource,
			&refusal->counts) ||
	    nla_put_u32(skb, VE_A_REFUSAL_SEVERITY, refusal->severity) ||
	    nla_put_u64_64bit(skb, VE_A_REFUSAL_ASKED, refusal->asked,
			      VE_A_REFUSAL_PAD) ||
	    nla_put_u64_64bit(skb, VE_A_REFUSAL_TIMES, refusal->times,
			      VE_A_REFUSAL_PAD) ||
	    nla_put_u64_64bit(skb, VE_A_REFUSAL_FIRST, refusal->first,
			      VE_A_REFUSAL_PAD) ||
	    nla_put_u64_64bit(skb, VE_A_REFUSAL_LAST, refusal->last,
			      VE_A_REFUSAL_PAD))
		return -EMSGSIZE;
	if (refusal->pid &&
	    (nla_put_u32(skb, VE_A_REFUSAL_PID, refusal->pid) ||
	     nla_put_string(skb, VE_A_REFUSAL_COMM, refusal->comm)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * ve_nl_reply - answer a request with a VE
 * @msg: an empty message, which is sent or freed
 * @info: the request
 * @cmd: number of the operation
 * @ve: the VE
 *
 * A VE fits: what is said of it does not grow with anything.
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_reply(struct sk_buff *msg, struct genl_info *info, u8 cmd,
		struct ve *ve)
{
	void *hdr = genlmsg_put(msg, info->snd_portid, info->snd_seq,
				&ve_nl_family, 0, cmd);

	if (!hdr || ve_nl_fill(msg, ve)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/**
 * ve_nl_refuse - complete what a refusal says
 * @extack: what it says so far
 * @attrs: attributes of the request
 * @ret: why it is refused, or 0
 *
 * What is not said to be for another reason is for want of memory; what is not
 * said to be another attribute's fault is that of the VE which is named.
 *
 * Return: @ret.
 */
int ve_nl_refuse(struct netlink_ext_ack *extack, struct nlattr **attrs,
		 int ret)
{
	const struct nlattr *handle = attrs[VE_A_ID] ?: attrs[VE_A_NAME];

	if (!ret || !extack)
		return ret;
	if (!extack->_msg && ret == -ENOMEM)
		NL_SET_ERR_MSG(extack, "out of memory");
	else if (!extack->bad_attr && handle)
		NL_SET_BAD_ATTR(extack, handle);
	return ret;
}

static int fill_event(struct sk_buff *skb, const struct ve_event *event)
{
	unsigned int i;

	if (nla_put_u32(skb, VE_A_ID, event->id) ||
	    nla_put_string(skb, VE_A_NAME, event->name))
		return -EMSGSIZE;
	for (i = 0; i < VE_NR_RESOURCES; i++)
		if ((event->resources & BIT(i)) &&
		    fill_counts(skb, VE_A_RESOURCE, i, &event->counts[i]))
			return -EMSGSIZE;
	if (event->pid && (nla_put_u32(skb, VE_A_PID, event->pid) ||
			   nla_put_string(skb, VE_A_COMM, event->comm)))
		return -EMSGSIZE;
	if (event->asked && (nla_put_u32(skb, VE_A_SEVERITY, event->severity) ||
			     nla_put_u64_64bit(skb, VE_A_ASKED, event->asked,
					       VE_A_PAD)))
		return -EMSGSIZE;
	if (event->cmd == VE_CMD_REFUSED_NTF &&
	    nla_put_u64_64bit(skb, VE_A_LEFT_OUT, event->left_out, VE_A_PAD))
		return -EMSGSIZE;
	return 0;
}

/**
 * ve_nl_send_event - tell who listens, wherever the host's own may listen
 * @event: what happened
 *
 * Context: may sleep.
 */
void ve_nl_send_event(const struct ve_event *event)
{
	struct sk_buff *msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct net *net;
	void *hdr;

	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &ve_nl_family, 0, event->cmd);
	if (!hdr || fill_event(msg, event))
		goto out;
	genlmsg_end(msg, hdr);

	rcu_read_lock();
	for_each_net_rcu(net) {
		struct sk_buff *copy;

		if (net->user_ns != &init_user_ns ||
		    !genl_has_listeners(&ve_nl_family, net, VE_NLGRP_EVENTS))
			continue;
		copy = skb_clone(msg, GFP_ATOMIC);
		if (copy)
			genlmsg_multicast_netns(&ve_nl_family, net, copy, 0,
						VE_NLGRP_EVENTS, GFP_ATOMIC);
	}
	rcu_read_unlock();
out:
	nlmsg_free(msg);
}
