// SPDX-License-Identifier: GPL-2.0-only
/* The form of a patched kernel: starting, and calls that are armed by a key. */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/ve_call.h>
#include <linux/ve_form.h>

#include "core.h"

/* Off: programs take such files as a sign of being inside an OpenVZ container. */
static bool compat_proc;
module_param(compat_proc, bool, 0444);
MODULE_PARM_DESC(compat_proc, "Make /proc/user_beancounters and /proc/bc as OpenVZ does (default: 0)");

/* Call sites may be in modules. */
DEFINE_STATIC_KEY_FALSE(ve_armed_key);
EXPORT_SYMBOL_GPL(ve_armed_key);

/**
 * ve_form_arm - let the calls be made
 * @extack: unused: it does not fail
 *
 * Context: may sleep.
 * Return: 0.
 */
int ve_form_arm(struct netlink_ext_ack *extack)
{
	static_branch_enable(&ve_armed_key);
	return 0;
}

/**
 * ve_form_disarm - end of ve_form_arm()
 *
 * Calls that are on their way find nothing.
 *
 * Context: may sleep.
 */
void ve_form_disarm(void)
{
	static_branch_disable(&ve_armed_key);
}

/* When families of generic netlink can be registered. */
static int __init ve_form_init(void)
{
	int ret = ve_init(compat_proc);

	if (ret)
		pr_err("ve: not there (%d)\n", ret);
	return ret;
}
device_initcall(ve_form_init);

MODULE_LICENSE("GPL");
