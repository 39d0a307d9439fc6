// SPDX-License-Identifier: GPL-2.0-only
/* Handlers that show what was: the refusals of a VE, and VEs that are gone. */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>

#include "access.h"
#include "history.h"
#include "member.h"
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

static int may_see_history(struct netlink_callback *cb)
{
	if (!ve_of_current())
		return ve_may_see_all(cb->extack);
	NL_SET_ERR_MSG(cb->extack, "a member of a VE sees no other");
	return -EPERM;
}

/* What a VE takes at most that is gone. */
static size_t past_size(void)
{
	size_t counts = nla_total_size(nla_total_size(sizeof(u32)) +
				       5 * nla_total_size_64bit(sizeof(u64)));
	size_t refusal = nla_total_size(counts +
					2 * nla_total_size(sizeof(u32)) +
					4 * nla_total_size_64bit(sizeof(u64)) +
					nla_total_size(TASK_COMM_LEN));

	return NLMSG_ALIGN(NLMSG_HDRLEN + GENL_HDRLEN) +
	       nla_total_size(sizeof(u32)) + nla_total_size(VE_NAME_MAX + 1) +
	       4 * nla_total_size_64bit(sizeof(u64)) +
	       VE_NR_RESOURCES * counts + VE_REFUSALS_KEPT * refusal;
}

/**
 * ve_nl_history_get_start - may the sender see VEs that are gone?
 * @cb: the dump
 *
 * Return: 0 or -EPERM.
 */
int ve_nl_history_get_start(struct netlink_callback *cb)
{
	/* Or one that does not fit would look like the end of the list. */
	cb->min_dump_alloc = past_size();
	return may_see_history(cb);
}

static int fill_past(struct sk_buff *skb, const struct ve_past *past,
		     struct ve_refusal *refusals)
{
	unsigned int nr = ve_refusals_read(past->bc, refusals);
	struct ve_bc *bc = past->bc;
	unsigned int i;

	if (nla_put_u32(skb, VE_A_ID, bc->id) ||
	    nla_put_string(skb, VE_A_NAME, bc->name) ||
	    nla_put_u64_64bit(skb, VE_A_CREATED, past->created, VE_A_PAD) ||
	    nla_put_u64_64bit(skb, VE_A_DESTROYED, past->destroyed, VE_A_PAD) ||
	    nla_put_u64_64bit(skb, VE_A_LIFETIME, past->lifetime, VE_A_PAD) ||
	    nla_put_u64_64bit(skb, VE_A_CPU_TIME,
			      atomic64_read(&bc->cpu_time), VE_A_PAD) ||
	    ve_nl_fill_resources(skb, bc))
		return -EMSGSIZE;
	for (i = 0; i < nr; i++)
		if (ve_nl_fill_refusal(skb, &refusals[i]))
			return -EMSGSIZE;
	return 0;
}

static int dump_past(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct ve_past *past, struct ve_refusal *refusals)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &ve_nl_family, NLM_F_MULTI,
				VE_CMD_HISTORY_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (fill_past(skb, past, refusals)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * ve_nl_history_get_dumpit - list the VEs that are gone
 * @skb: where to put them
 * @cb: the dump; args[0] is the number of the next to be shown
 *
 * The reader is current, who may be another task than the one who asked.
 *
 * Return: as the dumpit of genetlink.
 */
int ve_nl_history_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ve_refusal *refusals;
	u64 number = cb->args[0];
	struct ve_past past;
	int ret;

	ret = may_see_history(cb);
	if (ret)
		return ret;
	refusals = kmalloc_array(VE_REFUSALS_KEPT, sizeof(*refusals),
				 GFP_KERNEL);
	if (!refusals)
		return -ENOMEM;
	while (ve_history_next(&number, &past)) {
		ret = dump_past(skb, cb, &past, refusals);
		ve_bc_put(past.bc);
		if (ret)
			break;
		cb->args[0] = number;
	}
	kfree(refusals);
	return skb->len ?: ret;
}
