/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ve.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_VE_H
#define _UAPI_LINUX_VE_H

#define VE_FAMILY_NAME		"ve"
#define VE_FAMILY_VERSION	1

#define VE_ID_MAX	2147483647
#define VE_NAME_MAX	63
#define VE_UNLIMITED	9223372036854775807

/**
 * enum ve_state - What a VE is doing.
 * @VE_STATE_EMPTY: no live member
 * @VE_STATE_RUNNING: at least one live member
 * @VE_STATE_KILLING: live members, and a kill request is in force
 */
enum ve_state {
	VE_STATE_EMPTY,
	VE_STATE_RUNNING,
	VE_STATE_KILLING,

	/* private: */
	__VE_STATE_MAX,
	VE_STATE_MAX = (__VE_STATE_MAX - 1)
};

/**
 * enum ve_resource - What is counted. The numbers are those of 2006; the gaps
 *   belong to resources of that list.
 * @VE_RESOURCE_NUMPROC: tasks (threads too), from fork until reaped
 */
enum ve_resource {
	VE_RESOURCE_NUMPROC = 5,

	/* private: */
	__VE_RESOURCE_MAX,
	VE_RESOURCE_MAX = (__VE_RESOURCE_MAX - 1)
};

/**
 * enum ve_severity - How firmly a charge asks.
 * @VE_SEVERITY_BARRIER: refused above the barrier
 * @VE_SEVERITY_LIMIT: refused above the limit
 * @VE_SEVERITY_FORCE: never refused
 */
enum ve_severity {
	VE_SEVERITY_BARRIER,
	VE_SEVERITY_LIMIT,
	VE_SEVERITY_FORCE,

	/* private: */
	__VE_SEVERITY_MAX,
	VE_SEVERITY_MAX = (__VE_SEVERITY_MAX - 1)
};

enum {
	VE_A_ID = 1,
	VE_A_NAME,
	VE_A_STATE,
	VE_A_MEMBERS,
	VE_A_RESOURCE,
	VE_A_PID,
	VE_A_PIDFD,
	VE_A_SIGNAL,
	VE_A_TIMEOUT,
	VE_A_COMM,
	VE_A_THREADS,
	VE_A_ENTERING,
	VE_A_SEVERITY,
	VE_A_ASKED,
	VE_A_LEFT_OUT,
	VE_A_PAD,

	__VE_A_MAX,
	VE_A_MAX = (__VE_A_MAX - 1)
};

enum {
	VE_A_RESOURCE_ID = 1,
	VE_A_RESOURCE_HELD,
	VE_A_RESOURCE_MAXHELD,
	VE_A_RESOURCE_BARRIER,
	VE_A_RESOURCE_LIMIT,
	VE_A_RESOURCE_FAILCNT,
	VE_A_RESOURCE_PAD,

	__VE_A_RESOURCE_MAX,
	VE_A_RESOURCE_MAX = (__VE_A_RESOURCE_MAX - 1)
};

enum {
	VE_CMD_GET = 1,
	VE_CMD_CREATE,
	VE_CMD_DESTROY,
	VE_CMD_SET,
	VE_CMD_ATTACH,
	VE_CMD_KILL,
	VE_CMD_MEMBER_GET,
	VE_CMD_CREATED_NTF,
	VE_CMD_CHANGED_NTF,
	VE_CMD_DESTROYED_NTF,
	VE_CMD_EMPTY_NTF,
	VE_CMD_ATTACHED_NTF,
	VE_CMD_REFUSED_NTF,

	__VE_CMD_MAX,
	VE_CMD_MAX = (__VE_CMD_MAX - 1)
};

#define VE_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_VE_H */
