// SPDX-License-Identifier: GPL-2.0-only
/* The queue of events, and the rate limit of refusals. See event.h. */
#include <linux/jiffies.h>
#include <linux/llist.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "event.h"
#include "limits.h"
#include "message.h"
#include "refusal.h"
#include "registry.h"

static LLIST_HEAD(queue);

static void send_queued(struct work_struct *work)
{
	struct llist_node *oldest = llist_reverse_order(llist_del_all(&queue));
	struct ve_event *event, *next;

	llist_for_each_entry_safe(event, next, oldest, node) {
		ve_nl_send_event(event);
		kfree(event);
	}
}

static DECLARE_WORK(send_work, send_queued);

static void tell_left_out(struct work_struct *work);
static DECLARE_DELAYED_WORK(left_out_work, tell_left_out);

static struct ve_event *new_event(u8 cmd, u32 id, const char *name, gfp_t gfp)
{
	struct ve_event *event = kzalloc(sizeof(*event), gfp);

	if (event) {
		event->cmd = cmd;
		event->id = id;
		strscpy(event->name, name, sizeof(event->name));
	}
	return event;
}

static void post(struct ve_event *event)
{
	if (llist_add(&event->node, &queue))
		schedule_work(&send_work);
}

/**
 * ve_event_who - name a process, whichever of its threads did it
 * @task: any thread of the process
 * @pid: set to its number in the initial pid namespace
 * @comm: set to its command name; TASK_COMM_LEN bytes
 *
 * Context: any but NMI.
 */
void ve_event_who(struct task_struct *task, pid_t *pid, char *comm)
{
	struct task_struct *leader;

	*pid = task_tgid_nr(task);
	rcu_read_lock();
	/* The leader outlives whoever is alive in this section. */
	leader = pid_alive(task) ? READ_ONCE(task->group_leader) : task;
	/* Not get_task_comm(): on some kernels it takes a lock. */
	strscpy_pad(comm, leader->comm, TASK_COMM_LEN);
	rcu_read_unlock();
}

/**
 * ve_event_named - something happened to a VE that its name tells
 * @cmd: VE_CMD_CREATED_NTF, VE_CMD_DESTROYED_NTF or VE_CMD_EMPTY_NTF
 * @ve: the VE
 *
 * Context: any but NMI.
 */
void ve_event_named(u8 cmd, const struct ve *ve)
{
	struct ve_event *event = new_event(cmd, ve->id, ve->name,
					   GFP_ATOMIC | __GFP_NOWARN);

	if (event)
		post(event);
}

/**
 * ve_event_changed - bounds of a VE were set
 * @ve: the VE
 * @resources: bit n if a bound of resource n was
 *
 * Context: any but NMI.
 */
void ve_event_changed(const struct ve *ve, u32 resources)
{
	struct ve_event *event = new_event(VE_CMD_CHANGED_NTF, ve->id, ve->name,
					   GFP_ATOMIC | __GFP_NOWARN);
	unsigned int i;

	if (!event)
		return;
	event->resources = resources;
	for (i = 0; i < VE_NR_RESOURCES; i++)
		if (resources & BIT(i))
			ve_bc_read(ve->bc, i, &event->counts[i]);
	post(event);
}

/**
 * ve_event_attached - a process was made a member
 * @ve: the VE
 * @task: any thread of the process
 *
 * Context: may sleep.
 */
void ve_event_attached(const struct ve *ve, struct task_struct *task)
{
	struct ve_event *event = new_event(VE_CMD_ATTACHED_NTF, ve->id,
					   ve->name, GFP_KERNEL);

	if (!event)
		return;
	ve_event_who(task, &event->pid, event->comm);
	post(event);
}

/*
 * May another refusal be reported? If so, @left_out is how many were not
 * since the last one that was. One that may not is counted, and the count is
 * told at the end of the second if no other refusal does so before.
 */
static bool may_report(struct ve_bc *bc, enum ve_resource resource,
		       u64 *left_out)
{
	struct ve_refusals *refusals = &bc->refusals[resource];
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(&bc->lock, flags);
	if (!refusals->reported ||
	    time_after_eq(jiffies, refusals->since + HZ)) {
		refusals->since = jiffies;
		refusals->reported = 0;
	}
	ret = refusals->reported < VE_REFUSED_BURST;
	if (ret) {
		refusals->reported++;
		*left_out = refusals->left_out;
		refusals->left_out = 0;
	} else {
		refusals->left_out++;
	}
	spin_unlock_irqrestore(&bc->lock, flags);
	return ret;
}

static void give_back_left_out(struct ve_bc *bc, enum ve_resource resource,
			       u64 left_out)
{
	unsigned long flags;

	spin_lock_irqsave(&bc->lock, flags);
	bc->refusals[resource].left_out += left_out;
	spin_unlock_irqrestore(&bc->lock, flags);
}

/**
 * ve_event_refused_to - a charge was refused
 * @bc: by whom
 * @resource: of what
 * @asked: how much
 * @severity: how firmly
 * @who: any thread of the process that it was refused to; NULL for none
 *
 * Each is counted and remembered; not each is reported.
 *
 * Context: any but NMI.
 */
void ve_event_refused_to(struct ve_bc *bc, enum ve_resource resource, u64 asked,
			 enum ve_severity severity, struct task_struct *who)
{
	struct ve_event *event;
	u64 left_out;

	ve_bc_fail(bc, resource);
	ve_refusal_remember(bc, resource, asked, severity, who);
	/* Its id and name may be another's by now. */
	if (READ_ONCE(bc->orphan))
		return;
	if (!may_report(bc, resource, &left_out)) {
		schedule_delayed_work(&left_out_work, HZ);
		return;
	}
	event = new_event(VE_CMD_REFUSED_NTF, bc->id, bc->name,
			  GFP_ATOMIC | __GFP_NOWARN);
	if (!event) {
		give_back_left_out(bc, resource, left_out + 1);
		schedule_delayed_work(&left_out_work, HZ);
		return;
	}
	if (who)
		ve_event_who(who, &event->pid, event->comm);
	event->severity = severity;
	event->asked = asked;
	event->left_out = left_out;
	event->resources = BIT(resource);
	ve_bc_read(bc, resource, &event->counts[resource]);
	post(event);
}

/**
 * ve_event_refused - a charge was refused, that current asked for, if any did
 * @bc: by whom
 * @resource: of what
 * @asked: how much
 * @severity: how firmly
 *
 * Context: any but NMI.
 */
void ve_event_refused(struct ve_bc *bc, enum ve_resource resource, u64 asked,
		      enum ve_severity severity)
{
	/* In a softirq, current has nothing to do with it. */
	ve_event_refused_to(bc, resource, asked, severity,
			    in_task() ? current : NULL);
}

/**
 * ve_event_left_out - tell what was left out of a VE's refusals, if any was
 * @bc: the VE's beancounter
 *
 * Context: may sleep.
 */
void ve_event_left_out(struct ve_bc *bc)
{
	unsigned int i;

	for (i = 0; i < VE_NR_RESOURCES; i++) {
		struct ve_event *event;
		u64 left_out;

		spin_lock_irq(&bc->lock);
		left_out = bc->refusals[i].left_out;
		bc->refusals[i].left_out = 0;
		spin_unlock_irq(&bc->lock);
		if (!left_out)
			continue;
		event = new_event(VE_CMD_REFUSED_NTF, bc->id, bc->name,
				  GFP_KERNEL);
		if (!event) {
			give_back_left_out(bc, i, left_out);
			continue;
		}
		event->left_out = left_out;
		event->resources = BIT(i);
		ve_bc_read(bc, i, &event->counts[i]);
		post(event);
	}
}

static void tell_left_out(struct work_struct *work)
{
	struct ve *ve;
	u32 id = 1;

	while ((ve = ve_get_next(id))) {
		id = ve->id + 1;
		ve_event_left_out(ve->bc);
		ve_put(ve);
		cond_resched();
	}
}

/**
 * ve_event_flush - send what is queued
 *
 * Context: may sleep.
 */
void ve_event_flush(void)
{
	flush_work(&send_work);
}

/**
 * ve_event_exit - stop; what is queued is not sent any more
 *
 * The caller has made sure that nothing more happens: no handler and no hook
 * runs.
 *
 * Context: may sleep.
 */
void ve_event_exit(void)
{
	struct ve_event *event, *next;

	cancel_delayed_work_sync(&left_out_work);
	cancel_work_sync(&send_work);
	llist_for_each_entry_safe(event, next, llist_del_all(&queue), node)
		kfree(event);
}
