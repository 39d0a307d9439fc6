/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What VE has to say to whoever listens.
 *
 * An event is put in a queue where it happens, in whatever context that is,
 * and sent by a worker, in the order of queueing.
 */
#ifndef _VE_EVENT_H
#define _VE_EVENT_H

#include <linux/llist.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "bc.h"

struct ve;

/**
 * struct ve_event - something that happened
 */
struct ve_event {
	/** @node: link in the queue */
	struct llist_node node;
	/** @cmd: VE_CMD_*_NTF */
	u8 cmd;
	/** @id: which VE */
	u32 id;
	/** @name: its name */
	char name[VE_NAME_MAX + 1];
	/** @pid: process, in the initial pid namespace; 0 for none */
	pid_t pid;
	/** @comm: its command name */
	char comm[TASK_COMM_LEN];
	/** @severity: how the refused charge asked */
	enum ve_severity severity;
	/** @asked: its size; 0 if this only carries @left_out */
	u64 asked;
	/** @left_out: refusals not reported since the last that was */
	u64 left_out;
	/** @resources: bit n if @counts[n] is to be told */
	u32 resources;
	/** @counts: by enum ve_resource */
	struct ve_counts counts[VE_NR_RESOURCES];
};

void ve_event_who(struct task_struct *task, pid_t *pid, char *comm);
void ve_event_named(u8 cmd, const struct ve *ve);
void ve_event_changed(const struct ve *ve, u32 resources);
void ve_event_attached(const struct ve *ve, struct task_struct *task);
void ve_event_refused_to(struct ve_bc *bc, enum ve_resource resource, u64 asked,
			 enum ve_severity severity, struct task_struct *who);
void ve_event_refused(struct ve_bc *bc, enum ve_resource resource, u64 asked,
		      enum ve_severity severity);
void ve_event_left_out(struct ve_bc *bc);

void ve_event_flush(void);
void ve_event_exit(void);

/**
 * ve_event_charge - charge, or refuse and tell
 * @bc: whom to charge
 * @resource: for what
 * @n: how much; nothing if it is 0
 * @severity: which bound counts
 *
 * Context: any but NMI.
 * Return: whether it was charged, as ve_bc_fit().
 */
static inline bool ve_event_charge(struct ve_bc *bc, enum ve_resource resource,
				   u64 n, enum ve_severity severity)
{
	if (likely(!n || ve_bc_fit(bc, resource, n, severity)))
		return true;
	ve_event_refused(bc, resource, n, severity);
	return false;
}

#endif /* _VE_EVENT_H */
