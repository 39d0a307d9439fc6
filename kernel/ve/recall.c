// SPDX-License-Identifier: GPL-2.0-only
/* Handlers that show what was: the refusals of a VE. */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>

#include "access.h"
#include "message.h"
#include "netlink-gen.h"
#include "refusal.h"
#include "registry.h"

/**
 * struct refusal_dump - a dump of refusals under way
 *
 * It holds no reference: what is shown is as old as the request.
 */
struct refusal_dump {
	/** @id: whose */
	u32 id;
	/** @name: its name */
	char name[VE_NAME_MAX + 1];
	/** @nr: how many there were at the start */
	unsigned int nr;
	/** @next: the first not yet shown */
	unsigned int next;
	/** @refusals: those, the oldest first */
	struct ve_refusal refusals[VE_REFUSALS_KEPT];
};

/**
 * ve_nl_refusal_get_start - take down the refusals to be listed
 * @cb: the dump; args[0] is the struct refusal_dump
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_refusal_get_start(struct netlink_callback *cb)
{
	struct refusal_dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	struct ve *ve;

	if (!dump)
		return ve_nl_refuse(cb->extack, attrs, -ENOMEM);
	ve = ve_find_visible(attrs, cb->extack);
	if (IS_ERR(ve)) {
		kfree(dump);
		return ve_nl_refuse(cb->extack, attrs, PTR_ERR(ve));
	}
	dump->id = ve->id;
	strscpy(dump->name, ve->name, sizeof(dump->name));
	dump->nr = ve_refusals_read(ve->bc, dump->refusals);
	ve_put(ve);
	cb->args[0] = (long)dump;
	return 0;
}

/**
 * ve_nl_refusal_get_done - let go of what was taken down
 * @cb: the dump
 *
 * Return: 0.
 */
int ve_nl_refusal_get_done(struct netlink_callback *cb)
{
	kfree((struct refusal_dump *)cb->args[0]);
	return 0;
}

static int dump_refusal(struct sk_buff *skb, struct netlink_callback *cb,
			const struct refusal_dump *dump)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &ve_nl_family, NLM_F_MULTI,
				VE_CMD_REFUSAL_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VE_A_ID, dump->id) ||
	    nla_put_string(skb, VE_A_NAME, dump->name) ||
	    ve_nl_fill_refusal(skb, &dump->refusals[dump->next])) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * ve_nl_refusal_get_dumpit - list the refusals of a VE
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: as the dumpit of genetlink.
 */
int ve_nl_refusal_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct refusal_dump *dump = (struct refusal_dump *)cb->args[0];

	for (; dump->next < dump->nr; dump->next++)
		if (dump_refusal(skb, cb, dump))
			break;
	return skb->len;
}
