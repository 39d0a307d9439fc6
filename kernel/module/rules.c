// SPDX-License-Identifier: GPL-2.0-only
/* Requests to x_tables. */
#include <linux/netfilter/x_tables.h>
#include <linux/ve.h>

#include "rules.h"

/**
 * ve_rules_on_replace - current replaces a table's rules
 * @table: the table, with its lock held
 * @expected: how many rules whoever asks believes there are
 * @rules: the new set, complete and checked
 * @error: where to say why not
 *
 * Return: 0, or that it is to be refused.
 */
int ve_rules_on_replace(const struct xt_table *table, unsigned int expected,
			const struct xt_table_info *rules, int *error)
{
	const struct xt_table_info *old = table->private;
	int ret;

	/* Not for a table that is being made, nor for what fails anyway. */
	if (!old->number || old->number != expected)
		return 0;
	ret = ve_rules_replace(old, rules, rules->number);
	if (ret)
		*error = ret;
	return ret;
}
