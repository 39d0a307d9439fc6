// SPDX-License-Identifier: GPL-2.0-only
/* Finding tracepoints, probing all of them or none, and letting go. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "trace.h"

/* Written while the module is loaded, then constant. */
static struct ve_trace *rows;
static unsigned int nr_rows;

static void __init look_at(struct tracepoint *point, void *unused)
{
	unsigned int i;

	for (i = 0; i < nr_rows; i++)
		if (!strcmp(rows[i].name, point->name))
			rows[i].point = point;
}

/**
 * ve_traces_find - find the tracepoints to probe
 * @traces: the table
 * @nr: its number of rows
 *
 * Names every tracepoint that is not there.
 *
 * Return: 0 or -ENOENT.
 */
int __init ve_traces_find(struct ve_trace *traces, unsigned int nr)
{
	unsigned int i;
	int ret = 0;

	rows = traces;
	nr_rows = nr;
	for_each_kernel_tracepoint(look_at, NULL);
	for (i = 0; i < nr; i++) {
		if (rows[i].point)
			continue;
		pr_err("no tracepoint %s: %s\n", rows[i].name, rows[i].lost);
		ret = -ENOENT;
	}
	return ret;
}

static void let_go(unsigned int nr)
{
	while (nr--)
		tracepoint_probe_unregister(rows[nr].point, rows[nr].probe,
					    NULL);
	tracepoint_synchronize_unregister();
}

/**
 * ve_traces_arm - let the probes be called, all of them or none
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int ve_traces_arm(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < nr_rows; i++) {
		ret = tracepoint_probe_register(rows[i].point, rows[i].probe,
						NULL);
		if (ret) {
			pr_err("cannot probe %s (%d)\n", rows[i].name, ret);
			let_go(i);
			return ret;
		}
	}
	return 0;
}

/**
 * ve_traces_disarm - end of ve_traces_arm()
 *
 * Context: may sleep for a grace period. On return no probe runs.
 */
void ve_traces_disarm(void)
{
	let_go(nr_rows);
}
