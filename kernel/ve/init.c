// SPDX-License-Identifier: GPL-2.0-only
/* Starting and stopping the core. */
#include <linux/init.h>

#include "arm.h"
#include "core.h"
#include "event.h"
#include "gauge.h"
#include "history.h"
#include "netlink.h"
#include "owner.h"
#include "proc.h"
#include "registry.h"

/**
 * ve_init - start the core; the form is ready to be armed
 * @compat_proc: whether there are to be files of OpenVZ's in /proc
 *
 * Return: 0 or a negative errno.
 */
int __init ve_init(bool compat_proc)
{
	int ret;

	ret = ve_registry_init();
	if (ret)
		return ret;
	/* ORDER: before the first VE can be made. */
	if (compat_proc)
		ret = ve_proc_init();
	if (ret)
		goto err_proc;
	ret = ve_nl_init();
	if (ret)
		goto err_nl;
	return 0;

err_nl:
	ve_proc_exit();
err_proc:
	ve_registry_exit();
	return ret;
}

/**
 * ve_exit - stop the core; there is no VE, and none can be made
 */
void ve_exit(void)
{
	/* ORDER: what is queued is sent through the family. */
	ve_event_flush();
	ve_nl_exit();
	ve_proc_exit();
	/* ORDER: calls that end objects go one after another. */
	ve_gauges_stop();
	ve_arm_stop();
	ve_owner_exit();
	/* ORDER: a hook, or an object, may have been the last user. */
	ve_arm_exit();
	/* ORDER: a handler or a hook that was on its way may have queued more. */
	ve_event_exit();
	ve_registry_exit();
	ve_history_exit();
}
