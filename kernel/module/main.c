// SPDX-License-Identifier: GPL-2.0-only
/* The module form: loading and unloading. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/netlink.h>
#include <linux/printk.h>
#include <linux/ve_form.h>

#include "asker.h"
#include "../ve/core.h"
#include "slot.h"
#include "table.h"

/* Off: programs take such files as a sign of being inside an OpenVZ container. */
static bool compat_proc;
module_param(compat_proc, bool, 0444);
MODULE_PARM_DESC(compat_proc, "Make /proc/user_beancounters and /proc/bc as OpenVZ does (default: 0)");

/**
 * ve_form_arm - let the hooks be called
 * @extack: where to say why not; may be NULL
 *
 * Context: may sleep for a grace period.
 * Return: 0 or a negative errno.
 */
int ve_form_arm(struct netlink_ext_ack *extack)
{
	int ret;

	/* ORDER: what a gate lets in is to be seen by all others. */
	ret = ve_traces_arm();
	if (ret) {
		NL_SET_ERR_MSG(extack, "tracepoints cannot be probed; the kernel log says why");
		return ret;
	}
	ret = ve_hooks_arm(extack);
	if (ret)
		ve_traces_disarm();
	return ret;
}

/**
 * ve_form_disarm - end of ve_form_arm()
 *
 * Context: may sleep for a grace period. On return no hook runs.
 */
void ve_form_disarm(void)
{
	ve_hooks_disarm();
	ve_traces_disarm();
}

static int __init ve_module_init(void)
{
	int ret;

	ret = ve_askers_find();
	if (ret)
		return ret;
	ret = ve_slot_init();
	if (ret)
		return ret;
	/* Both, so that all that is missing is named. */
	ret = ve_hooks_find(ve_hook_table, ve_hook_table_size);
	ret = ve_traces_find(ve_trace_table, ve_trace_table_size) ?: ret;
	if (ret)
		goto err_find;
	/* Whether they can be armed is better known now than with a first VE. */
	ret = ve_form_arm(NULL);
	if (ret)
		goto err_find;
	ve_form_disarm();
	ret = ve_init(compat_proc);
	if (ret)
		goto err_find;
	pr_info("loaded; %u hooks, armed while there is a VE\n",
		ve_hook_table_size + ve_trace_table_size);
	return 0;

err_find:
	ve_hooks_free();
	ve_slot_destroy();
	return ret;
}

static void __exit ve_module_exit(void)
{
	ve_exit();
	ve_hooks_free();
	ve_slot_destroy();
}

module_init(ve_module_init);
module_exit(ve_module_exit);

MODULE_DESCRIPTION("Virtual environments: groups of processes, counted and bounded");
MODULE_AUTHOR("The VE developers");
MODULE_LICENSE("GPL");
