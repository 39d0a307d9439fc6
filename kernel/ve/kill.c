// SPDX-License-Identifier: GPL-2.0-only
/* Sending signals to all of a VE. See kill.h. */
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "kill.h"
#include "member.h"
#include "registry.h"

/**
 * ve_order_in_force - do new members get the signal?
 * @order: of a VE whose lock is held, or a copy
 *
 * Return: whether they do.
 */
bool ve_order_in_force(const struct ve_order *order)
{
	if (!order->signal)
		return false;
	/* Times are compared by their difference: "never" is not a time. */
	return order->until == VE_UNTIL_EMPTY ||
	       time_before64(get_jiffies_64(), order->until);
}

/**
 * ve_order_give - give a process the signal of an order, unless it had it
 * @member: the record of a thread of the process; it is born
 * @order: a copy of the order
 *
 * The leader's record remembers that for the whole thread group, and each
 * thread's own in case it takes the leader's place by exec. While it does,
 * the group may get the signal twice, but is not missed.
 *
 * Context: under RCU.
 */
void ve_order_give(struct ve_member *member, const struct ve_order *order)
{
	struct task_struct *task = member->task;
	struct ve_member *leader = ve_member_of(READ_ONCE(task->group_leader));

	if (!leader)
		leader = member;
	if (xchg(&leader->signalled, order->number) != order->number)
		kill_pid(task_tgid(task), order->signal, 1);
	WRITE_ONCE(member->signalled, order->number);
}

/**
 * ve_kill - send every member a signal
 * @ve: whose members
 * @signal: which
 * @until: for how long to send it to new members too, in 64-bit jiffies; 0 is
 * not at all, VE_UNTIL_EMPTY until the VE is empty
 *
 * Replaces an earlier request.
 *
 * Context: may sleep.
 * Return: 0, or -ENOENT if the VE is gone.
 */
int ve_kill(struct ve *ve, int signal, u64 until)
{
	struct ve_order order = { .signal = signal, .until = until };
	struct ve_member *member;

	spin_lock(&ve->lock);
	if (ve->gone) {
		spin_unlock(&ve->lock);
		return -ENOENT;
	}
	/* Records start with 0, which no order has. */
	order.number = ve->order.number + 1 ?: 1;
	ve->order = order;
	/* Nothing is to be left in force when there is nobody to kill. */
	if (!ve->nr_live || !until)
		ve->order.signal = 0;
	spin_unlock(&ve->lock);

	/* Those not on the list yet, or not yet born, see the order then. */
	rcu_read_lock();
	list_for_each_entry_rcu(member, &ve->members, link)
		if (READ_ONCE(member->born))
			ve_order_give(member, &order);
	rcu_read_unlock();
	return 0;
}
