// SPDX-License-Identifier: GPL-2.0-only
/* Registers a family with split operations on a kernel without them. */
#include <net/genetlink.h>

#ifdef genl_register_family
#undef genl_family
#undef genl_register_family
#undef genl_unregister_family

#include <linux/slab.h>
#include <linux/string.h>

/* There is one. Written while it is registered. */
static struct ve_compat_genl_family *registered;

static const struct genl_split_ops *split_of(u8 cmd, u8 flag)
{
	unsigned int i;

	for (i = 0; i < registered->n_split_ops; i++)
		if (registered->split_ops[i].cmd == cmd &&
		    (registered->split_ops[i].flags & flag))
			return &registered->split_ops[i];
	return NULL;
}

static int pre_doit(const struct genl_ops *ops, struct sk_buff *skb,
		    struct genl_info *info)
{
	const struct genl_split_ops *split = split_of(ops->cmd,
						      GENL_CMD_CAP_DO);

	return split->pre_doit ? split->pre_doit(split, skb, info) : 0;
}

static void post_doit(const struct genl_ops *ops, struct sk_buff *skb,
		      struct genl_info *info)
{
	const struct genl_split_ops *split = split_of(ops->cmd,
						      GENL_CMD_CAP_DO);

	if (split->post_doit)
		split->post_doit(split, skb, info);
}

static void fold(struct genl_ops *op, const struct genl_split_ops *split)
{
	op->cmd = split->cmd;
	op->internal_flags = split->internal_flags;
	op->validate |= split->validate;
	op->flags |= split->flags & ~(GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP);
	if (split->flags & GENL_CMD_CAP_DO) {
		op->doit = split->doit;
	} else {
		op->start = split->start;
		op->dumpit = split->dumpit;
		op->done = split->done;
	}
	/* One policy for both: that of the half which takes attributes. */
	if (split->policy) {
		op->policy = split->policy;
		op->maxattr = split->maxattr;
	}
}

/**
 * ve_compat_genl_register_family - register a family with split operations
 * @family: the family; rows of one command stand together
 *
 * Return: 0 or a negative errno.
 */
int ve_compat_genl_register_family(struct ve_compat_genl_family *family)
{
	struct genl_family *old = &family->old;
	struct genl_ops *ops;
	unsigned int i;
	int ret;

	ops = kcalloc(family->n_split_ops, sizeof(*ops), GFP_KERNEL);
	if (!ops)
		return -ENOMEM;
	for (i = 0; i < family->n_split_ops; i++) {
		if (!i || family->split_ops[i].cmd !=
			  family->split_ops[i - 1].cmd)
			old->n_ops++;
		fold(&ops[old->n_ops - 1], &family->split_ops[i]);
	}
	strscpy(old->name, family->name, sizeof(old->name));
	old->version = family->version;
	old->netnsok = family->netnsok;
	old->parallel_ops = family->parallel_ops;
	old->resv_start_op = 1;
	old->ops = ops;
	old->mcgrps = family->mcgrps;
	old->n_mcgrps = family->n_mcgrps;
	old->module = family->module;
	old->pre_doit = pre_doit;
	old->post_doit = post_doit;

	registered = family;
	ret = genl_register_family(old);
	if (ret)
		kfree(ops);
	family->mcgrp_offset = old->mcgrp_offset;
	return ret;
}

/**
 * ve_compat_genl_unregister_family - end of ve_compat_genl_register_family()
 * @family: the family
 *
 * Return: 0 or a negative errno.
 */
int ve_compat_genl_unregister_family(struct ve_compat_genl_family *family)
{
	int ret = genl_unregister_family(&family->old);

	kfree(family->old.ops);
	return ret;
}

#endif
