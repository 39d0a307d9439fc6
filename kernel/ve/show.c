// SPDX-License-Identifier: GPL-2.0-only
/* Handlers that show: one VE, all VEs, the processes of one. */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "access.h"
#include "member.h"
#include "message.h"
#include "netlink-gen.h"
#include "registry.h"

/**
 * ve_nl_get_doit - show one VE
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	return ve_nl_refuse(info->extack, info->attrs, msg ?
			    ve_nl_reply(msg, info, VE_CMD_GET,
					info->user_ptr[0]) : -ENOMEM);
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		    struct ve *ve)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &ve_nl_family, NLM_F_MULTI,
				VE_CMD_GET);

	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	if (ve_nl_fill(skb, ve)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * ve_nl_get_start - may the sender see all VEs, or at least its own?
 * @cb: the dump
 *
 * Return: 0 or -EPERM.
 */
int ve_nl_get_start(struct netlink_callback *cb)
{
	return ve_of_current() ? 0 : ve_may_see_all(cb->extack);
}

/**
 * ve_nl_get_dumpit - show all VEs that the reader may see
 * @skb: where to put them
 * @cb: the dump; args[0] is the id of the last VE shown
 *
 * The reader is current, who may be another task than the one who asked.
 *
 * Return: as the dumpit of genetlink.
 */
int ve_nl_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ve *own = ve_of_current();
	struct ve *ve;
	int ret;

	if (own) {
		if (!cb->args[0] && dump_one(skb, cb, own))
			return -EMSGSIZE;
		cb->args[0] = VE_ID_MAX;
		return skb->len;
	}
	ret = ve_may_see_all(cb->extack);
	if (ret)
		return ret;

	cb->seq = ve_generation();
	while ((ve = ve_get_next(cb->args[0] + 1))) {
		ret = dump_one(skb, cb, ve);
		if (!ret)
			cb->args[0] = ve->id;
		ve_put(ve);
		if (ret)
			break;
		cond_resched();
	}
	return skb->len;
}

/**
 * struct member_dump - a dump of processes under way
 */
struct member_dump {
	/** @ve: whose, with a reference */
	struct ve *ve;
	/** @pids: its processes at the start, each with a reference */
	struct pid **pids;
	/** @nr: how many */
	unsigned int nr;
	/** @next: the first not yet shown */
	unsigned int next;
};

/**
 * ve_nl_member_get_start - take down the processes to be listed
 * @cb: the dump; args[0] is the struct member_dump
 *
 * Return: 0 or a negative errno.
 */
int ve_nl_member_get_start(struct netlink_callback *cb)
{
	struct member_dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	int ret;

	if (!dump)
		return ve_nl_refuse(cb->extack, attrs, -ENOMEM);
	dump->ve = ve_find_visible(attrs, cb->extack);
	if (IS_ERR(dump->ve)) {
		ret = PTR_ERR(dump->ve);
		goto err_ve;
	}
	dump->pids = ve_members_pids(dump->ve, &dump->nr);
	if (IS_ERR(dump->pids)) {
		ret = PTR_ERR(dump->pids);
		goto err_pids;
	}
	cb->args[0] = (long)dump;
	return 0;

err_pids:
	ve_put(dump->ve);
err_ve:
	kfree(dump);
	return ve_nl_refuse(cb->extack, attrs, ret);
}

/**
 * ve_nl_member_get_done - let go of what was taken down
 * @cb: the dump
 *
 * Return: 0.
 */
int ve_nl_member_get_done(struct netlink_callback *cb)
{
	struct member_dump *dump = (struct member_dump *)cb->args[0];
	unsigned int i;

	for (i = 0; i < dump->nr; i++)
		put_pid(dump->pids[i]);
	kvfree(dump->pids);
	ve_put(dump->ve);
	kfree(dump);
	return 0;
}

/*
 * Return: 0 if shown, or not a member any more, or without a number in the
 * reader's pid namespace; -EMSGSIZE.
 */
static int dump_member(struct sk_buff *skb, struct netlink_callback *cb,
		       struct ve *ve, struct pid *pid)
{
	pid_t nr = pid_nr_ns(pid, task_active_pid_ns(current));
	struct ve_member *member;
	char comm[TASK_COMM_LEN];
	struct task_struct *task;
	bool entering = false;
	unsigned int threads;
	void *hdr;

	if (!nr)
		return 0;
	rcu_read_lock();
	do {
		task = pid_task(pid, PIDTYPE_TGID);
		member = task ? ve_member_of(task) : NULL;
		/*
		 * A thread that calls exec takes its leader's number before
		 * that loses its record. Pairs with the table's lock.
		 */
		smp_rmb();
	} while (!member && task != pid_task(pid, PIDTYPE_TGID));
	if (!task) {
		rcu_read_unlock();
		return 0;
	}
	get_task_struct(task);
	if (member && member->ve == ve)
		entering = READ_ONCE(member->entering);
	else
		member = NULL;
	rcu_read_unlock();
	threads = atomic_read(&task->signal->live);
	get_task_comm(comm, task);
	put_task_struct(task);
	if (!member || !threads)
		return 0;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &ve_nl_family, NLM_F_MULTI, VE_CMD_MEMBER_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VE_A_ID, ve->id) ||
	    nla_put_u32(skb, VE_A_PID, nr) ||
	    nla_put_u32(skb, VE_A_THREADS, threads) ||
	    (entering && nla_put_flag(skb, VE_A_ENTERING)) ||
	    nla_put_string(skb, VE_A_COMM, comm)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * ve_nl_member_get_dumpit - list the processes of a VE
 * @skb: where to put them
 * @cb: the dump
 *
 * Return: as the dumpit of genetlink.
 */
int ve_nl_member_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct member_dump *dump = (struct member_dump *)cb->args[0];

	for (; dump->next < dump->nr; dump->next++)
		if (dump_member(skb, cb, dump->ve, dump->pids[dump->next]))
			break;
	return skb->len;
}
