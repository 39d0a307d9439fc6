// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching: a thread group that runs, forks and exits meanwhile becomes
 * member as a whole, or not at all.
 *
 * All its threads are charged in one request first. Then each gets its
 * record. A thread or a child that is made meanwhile is either found here, in
 * a walk that is repeated until nobody is missing, or sees in ve_task_forked()
 * that its maker has a record; both make it a member by force. A thread that
 * dies meanwhile either sees its record in ve_task_exit() or
 * ve_task_release(), or is seen here to be dying.
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/ve.h>

#include "attach.h"
#include "bc.h"
#include "event.h"
#include "kill.h"
#include "member.h"
#include "memory.h"
#include "registry.h"

/* One at a time, so that a group cannot join two VEs. */
static DEFINE_MUTEX(attach_lock);

/**
 * struct joining - an attach under way
 */
struct joining {
	/** @ve: where to */
	struct ve *ve;
	/** @spare: records to be used, linked by ve_member.link */
	struct list_head spare;
	/** @charged: threads that are charged but have no record yet */
	unsigned int charged;
	/** @joined: whether some thread has got a record */
	bool joined;
	/** @was_live: whether the VE had live members before */
	bool was_live;
};

static unsigned int add_spare(struct joining *joining, unsigned int nr)
{
	while (nr) {
		struct ve_member *member = ve_member_new(GFP_KERNEL);

		if (!member)
			break;
		list_add(&member->link, &joining->spare);
		nr--;
	}
	return nr;
}

static void free_spare(struct joining *joining)
{
	struct ve_member *member, *next;

	list_for_each_entry_safe(member, next, &joining->spare, link)
		kfree(member);
}

/*
 * Give @task a record from the spare ones. From here on the thread may be
 * told to die, or die, at any moment.
 */
static int join_thread(struct joining *joining, struct task_struct *task)
{
	struct ve_member *member =
		list_first_entry(&joining->spare, struct ve_member, link);
	struct ve *ve = joining->ve;
	int ret;

	list_del(&member->link);
	member->entering = true;
	spin_lock(&ve->lock);
	ret = ve_member_join(ve, member, task, !joining->charged);
	if (!ret && joining->charged)
		joining->charged--;
	spin_unlock(&ve->lock);
	if (ret) {
		list_add(&member->link, &joining->spare);
		return ret;
	}
	joining->joined = true;
	/* If a kill request came meanwhile, the process gets its signal. */
	ve_member_born(member);
	/*
	 * Pairs with ve_task_exit() and ve_task_release(): either they see
	 * the record, or we see what was set before them.
	 */
	smp_mb();
	if (READ_ONCE(task->flags) & PF_EXITING)
		ve_task_exit(task);
	if (READ_ONCE(task->exit_state) == EXIT_DEAD)
		ve_task_release(task);
	return 0;
}

/*
 * Give every thread of @task's group that has none a record. Return: 1 if
 * some thread had none, 0 if all had, -ENOMEM, -EAGAIN if the spare records
 * did not suffice.
 */
static int join_missing(struct joining *joining, struct task_struct *task)
{
	struct task_struct *thread;
	int ret = 0;

	rcu_read_lock();
	/* Pairs with ve_task_forked(). */
	smp_mb();
	for_each_thread(task, thread) {
		int err;

		if (READ_ONCE(thread->exit_state) == EXIT_DEAD ||
		    ve_member_of(thread))
			continue;
		if (list_empty(&joining->spare)) {
			ret = -EAGAIN;
			break;
		}
		err = join_thread(joining, thread);
		if (err == -ENOMEM) {
			ret = err;
			break;
		}
		ret = 1;
	}
	rcu_read_unlock();
	return ret;
}

static int join_group(struct joining *joining, struct task_struct *task)
{
	int ret;

	for (;;) {
		ret = join_missing(joining, task);
		if (ret == -EAGAIN && add_spare(joining, 1))
			ret = -ENOMEM;
		if (!ret)
			return joining->joined ? 0 : -ESRCH;
		if (ret != -ENOMEM)
			continue;
		if (!joining->joined)
			return ret;
		/*
		 * Some threads are members and may have children by now:
		 * there is no way back, so wait for memory.
		 */
		schedule_timeout_uninterruptible(1);
	}
}

static int may_join(struct ve *ve, struct task_struct *task,
		    struct netlink_ext_ack *extack)
{
	struct ve *other = NULL;
	struct task_struct *thread;
	bool tracer = false;

	if (task->flags & PF_KTHREAD) {
		NL_SET_ERR_MSG(extack, "a kernel thread cannot be a member");
		return -EINVAL;
	}
	if (is_global_init(task)) {
		NL_SET_ERR_MSG(extack, "init cannot be a member");
		return -EINVAL;
	}
	if (!atomic_read(&task->signal->live)) {
		NL_SET_ERR_MSG(extack, "the process is dead");
		return -ESRCH;
	}
	rcu_read_lock();
	for_each_thread(task, thread) {
		struct ve_member *member = ve_member_of(thread);

		if (member)
			other = member->ve;
		tracer |= !list_empty(&thread->ptraced);
	}
	rcu_read_unlock();
	if (!other && tracer) {
		/* What is traced already is controlled without being asked. */
		NL_SET_ERR_MSG(extack, "the process traces another, which would stay in its hands");
		return -EBUSY;
	}
	if (!other)
		return 0;
	if (other == ve)
		NL_SET_ERR_MSG(extack, "the process is a member already");
	else
		NL_SET_ERR_MSG(extack, "the process is in another VE, and there is no way out");
	return -EBUSY;
}

static int charge_group(struct joining *joining, unsigned int nr,
			struct netlink_ext_ack *extack)
{
	struct ve *ve = joining->ve;

	if (!ve_event_charge(ve->bc, VE_RESOURCE_NUMPROC, nr,
			     VE_SEVERITY_BARRIER)) {
		NL_SET_ERR_MSG(extack, "numproc: its barrier leaves no room for the threads");
		return -EAGAIN;
	}
	joining->charged = nr;
	return 0;
}

/*
 * Keep the VE from being destroyed, and from being empty, while threads join.
 */
static int hold_open(struct joining *joining, struct netlink_ext_ack *extack)
{
	struct ve *ve = joining->ve;
	int ret = 0;

	spin_lock(&ve->lock);
	if (ve->gone) {
		NL_SET_ERR_MSG(extack, "no such VE");
		ret = -ENOENT;
	} else if (ve_order_in_force(&ve->order)) {
		NL_SET_ERR_MSG(extack, "the VE is being killed");
		ret = -EBUSY;
	} else {
		joining->was_live = ve->nr_live;
		ve->nr_live++;
	}
	spin_unlock(&ve->lock);
	return ret;
}

/* End of hold_open(). */
static void let_go(struct joining *joining)
{
	struct ve *ve = joining->ve;

	spin_lock(&ve->lock);
	if (!--ve->nr_live) {
		/* Was it anything but empty to others? Then tell. */
		if (joining->joined || joining->was_live || ve->order.signal)
			ve_event_named(VE_CMD_EMPTY_NTF, ve);
		ve->order.signal = 0;
	}
	spin_unlock(&ve->lock);
}

static int attach_group(struct ve *ve, struct task_struct *task,
			struct netlink_ext_ack *extack)
{
	struct joining joining = {
		.ve = ve,
		.spare = LIST_HEAD_INIT(joining.spare),
	};
	unsigned int nr = get_nr_threads(task) ?: 1;
	int ret;

	ret = hold_open(&joining, extack);
	if (ret)
		return ret;
	ret = -ENOMEM;
	if (add_spare(&joining, nr))
		goto out;
	ret = charge_group(&joining, nr, extack);
	if (ret)
		goto out;
	ret = join_group(&joining, task);
	if (joining.charged)
		ve_bc_uncharge(ve->bc, VE_RESOURCE_NUMPROC, joining.charged);
	if (!ret) {
		/* Threads are members: there is no way back here either. */
		while (ve_memory_attach(ve->bc, task))
			schedule_timeout_uninterruptible(1);
		ve_event_attached(ve, task);
	}
	if (ret == -ESRCH)
		NL_SET_ERR_MSG(extack, "the process is dead");
out:
	free_spare(&joining);
	let_go(&joining);
	return ret;
}

/**
 * ve_attach - make a process with all its threads a member
 * @ve: of which VE
 * @pid: any thread of the process
 * @extack: where to say why not
 * @process_at_fault: if refused, whether the process is why, and not the VE
 *
 * Context: may sleep.
 * Return: 0; -EAGAIN if numproc's barrier is in the way; -EBUSY if the process
 * is a member of a VE or traces another, or @ve is being killed; -EINVAL for
 * init and kernel threads; -ESRCH if it is dead; -ENOENT if @ve is gone;
 * -ENOMEM.
 */
int ve_attach(struct ve *ve, struct pid *pid, struct netlink_ext_ack *extack,
	      bool *process_at_fault)
{
	struct task_struct *task;
	int ret;

	*process_at_fault = true;

	task = get_pid_task(pid, PIDTYPE_PID);
	if (!task) {
		NL_SET_ERR_MSG(extack, "no such process");
		return -ESRCH;
	}

	mutex_lock(&attach_lock);
	ret = may_join(ve, task, extack);
	if (!ret) {
		ret = attach_group(ve, task, extack);
		*process_at_fault = ret == -ESRCH;
	}
	mutex_unlock(&attach_lock);

	put_task_struct(task);
	return ret;
}
