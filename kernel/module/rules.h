/* SPDX-License-Identifier: GPL-2.0-only */
/* What a request to x_tables means, read off a stock kernel's structures. */
#ifndef _VE_MODULE_RULES_H
#define _VE_MODULE_RULES_H

struct xt_table;
struct xt_table_info;

int ve_rules_on_replace(const struct xt_table *table, unsigned int expected,
			const struct xt_table_info *rules, int *error);

#endif /* _VE_MODULE_RULES_H */
