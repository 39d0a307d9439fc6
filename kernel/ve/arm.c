// SPDX-License-Identifier: GPL-2.0-only
/* Arms the form's hooks for the first user, disarms them after the last. */
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/ve_form.h>
#include <linux/workqueue.h>

#include "arm.h"
#include "limits.h"

/* Protects armed, and the way from no user to one. Outermost with registry. */
static DEFINE_MUTEX(arm_lock);
static bool armed;
/* Rises from 0 under arm_lock only; falls anywhere. */
static atomic_t users = ATOMIC_INIT(0);

static void disarm(struct work_struct *work)
{
	mutex_lock(&arm_lock);
	if (armed && !atomic_read(&users)) {
		ve_form_disarm();
		armed = false;
	}
	mutex_unlock(&arm_lock);
}

static DECLARE_DELAYED_WORK(disarm_work, disarm);

/**
 * ve_arm_get - be told what happens, from now on
 * @extack: where to say why not
 *
 * Context: may sleep for a grace period.
 * Return: 0, or why the hooks cannot be armed.
 */
int ve_arm_get(struct netlink_ext_ack *extack)
{
	int ret = 0;

	mutex_lock(&arm_lock);
	if (!armed) {
		ret = ve_form_arm(extack);
		armed = !ret;
	}
	if (!ret)
		atomic_inc(&users);
	mutex_unlock(&arm_lock);
	return ret;
}

/**
 * ve_arm_put - one user less
 *
 * Context: any but NMI.
 */
void ve_arm_put(void)
{
	if (atomic_dec_and_test(&users))
		schedule_delayed_work(&disarm_work,
				      msecs_to_jiffies(VE_DISARM_DELAY));
}

/**
 * ve_arm_stop - disarm now, at unload, whoever may still be a user
 *
 * The caller has made sure that nobody calls ve_arm_get() any more. On return
 * no call of <linux/ve.h> is running, and none will.
 *
 * Context: may sleep for a grace period.
 */
void ve_arm_stop(void)
{
	mutex_lock(&arm_lock);
	if (armed)
		ve_form_disarm();
	armed = false;
	mutex_unlock(&arm_lock);
}

/**
 * ve_arm_exit - end of ve_arm_stop(), when the last user has gone
 *
 * Context: may sleep.
 */
void ve_arm_exit(void)
{
	WARN_ON(atomic_read(&users));
	cancel_delayed_work_sync(&disarm_work);
}
