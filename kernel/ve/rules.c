// SPDX-License-Identifier: GPL-2.0-only
/*
 * numiptent: rules of packet filters, as x_tables has them: a table of a
 * network namespace has a set of rules, which is only ever replaced as a
 * whole. It is charged to the VE of who replaced it first, until the table
 * goes: a set takes over what was charged for the one before.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/netfilter/x_tables.h>
#include <linux/rcupdate.h>
#include <linux/ve.h>

#include "member.h"
#include "owner.h"
#include "registry.h"

/* A set does not change, and who looks must not read one that is replaced. */
static bool rules_read(const void *object, u64 *now, bool own)
{
	*now = 0;
	return false;
}

static const struct ve_kind rules_kind = {
	.resource = VE_KIND_NOT_COUNTED,
	.list = VE_GAUGES_RULES,
	.nr_values = 1,
	.values = { VE_RESOURCE_NUMIPTENT },
	.read = rules_read,
};

/* What was never charged becomes the VE's that changes it. */
static struct ve_bc *pays(const struct ve_owner *old,
			  const struct ve_member *member)
{
	if (old)
		return old->bc;
	return member ? member->ve->bc : NULL;
}

/**
 * ve_rules_replace - current is about to replace a table's rules
 * @old: the set that there is; the caller keeps it, and others from replacing
 * it meanwhile
 * @rules: the set that comes instead
 * @number: how many rules that has
 *
 * If it fails later, ve_rules_free() is called for @rules; then nothing is
 * charged for @old until the next time.
 *
 * Return: 0, -ENOMEM, also if the limit of numiptent is in the way. Not for who
 * is of the host.
 */
int ve_rules_replace(const struct xt_table_info *old,
		     const struct xt_table_info *rules, unsigned int number)
{
	struct ve_member *member = ve_member_of_current();
	struct ve_owner *before, *owner;
	enum ve_severity severity;
	struct ve_bc *bc;
	int ret = 0;

	severity = member ? VE_SEVERITY_LIMIT : VE_SEVERITY_FORCE;
	rcu_read_lock();
	before = ve_owner_of(ve_rules_place(old));
	bc = pays(before, member);
	/* Quick return for the host. */
	if (likely(!bc))
		goto unlock;
	owner = ve_owner_charge(bc, &rules_kind, 0, severity);
	if (IS_ERR(owner)) {
		ret = PTR_ERR(owner);
	} else if (!ve_gauge_succeed(owner, before, 0, number, severity)) {
		ve_owner_cancel(owner);
		ret = -ENOMEM;
	} else {
		ret = ve_owner_give(owner, ve_rules_place(rules));
	}
unlock:
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL_GPL(ve_rules_replace);

/**
 * ve_rules_free - a set of rules is about to be freed
 * @rules: the set
 */
void ve_rules_free(const struct xt_table_info *rules)
{
	ve_owner_end(ve_rules_place(rules));
}
EXPORT_SYMBOL_GPL(ve_rules_free);
