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
 * enum ve_resource - What is counted, by the numbers of 2006. A kernel tells
 *   of those that it counts, and refuses bounds of others.
 * @VE_RESOURCE_KMEMSIZE: bytes of kernel memory that cannot be swapped
 * @VE_RESOURCE_LOCKEDPAGES: pages locked into memory
 * @VE_RESOURCE_PRIVVMPAGES: pages of private memory that may be used
 * @VE_RESOURCE_SHMPAGES: pages of shared memory
 * @VE_RESOURCE_DUMMY4: reserved
 * @VE_RESOURCE_NUMPROC: tasks (threads too), from fork until reaped
 * @VE_RESOURCE_PHYSPAGES: pages of memory in use; accounted only
 * @VE_RESOURCE_VMGUARPAGES: pages of memory guaranteed to be had
 * @VE_RESOURCE_OOMGUARPAGES: pages of memory guaranteed when memory runs out
 * @VE_RESOURCE_NUMTCPSOCK: TCP sockets, from socket or accept until freed
 * @VE_RESOURCE_NUMFLOCK: file locks
 * @VE_RESOURCE_NUMPTY: pairs of pseudo-terminals, from open of /dev/ptmx until
 *   both ends are closed
 * @VE_RESOURCE_NUMSIGINFO: queued signals
 * @VE_RESOURCE_TCPSNDBUF: bytes in send buffers of TCP sockets
 * @VE_RESOURCE_TCPRCVBUF: bytes in receive buffers of TCP sockets
 * @VE_RESOURCE_OTHERSOCKBUF: bytes in send buffers of other sockets
 * @VE_RESOURCE_DGRAMRCVBUF: bytes in receive buffers of datagram sockets
 * @VE_RESOURCE_NUMOTHERSOCK: other sockets, from socket, socketpair or connect
 *   until freed
 * @VE_RESOURCE_DCACHESIZE: bytes of dentries and inodes in use
 * @VE_RESOURCE_NUMFILE: open files, from open until the last descriptor and
 *   mapping is gone
 * @VE_RESOURCE_DUMMY20: reserved
 * @VE_RESOURCE_DUMMY21: reserved
 * @VE_RESOURCE_DUMMY22: reserved
 * @VE_RESOURCE_NUMIPTENT: rules of packet filters
 * @VE_RESOURCE_SWAPPAGES: pages of swap in use; accounted only
 */
enum ve_resource {
	VE_RESOURCE_KMEMSIZE,
	VE_RESOURCE_LOCKEDPAGES,
	VE_RESOURCE_PRIVVMPAGES,
	VE_RESOURCE_SHMPAGES,
	VE_RESOURCE_DUMMY4,
	VE_RESOURCE_NUMPROC,
	VE_RESOURCE_PHYSPAGES,
	VE_RESOURCE_VMGUARPAGES,
	VE_RESOURCE_OOMGUARPAGES,
	VE_RESOURCE_NUMTCPSOCK,
	VE_RESOURCE_NUMFLOCK,
	VE_RESOURCE_NUMPTY,
	VE_RESOURCE_NUMSIGINFO,
	VE_RESOURCE_TCPSNDBUF,
	VE_RESOURCE_TCPRCVBUF,
	VE_RESOURCE_OTHERSOCKBUF,
	VE_RESOURCE_DGRAMRCVBUF,
	VE_RESOURCE_NUMOTHERSOCK,
	VE_RESOURCE_DCACHESIZE,
	VE_RESOURCE_NUMFILE,
	VE_RESOURCE_DUMMY20,
	VE_RESOURCE_DUMMY21,
	VE_RESOURCE_DUMMY22,
	VE_RESOURCE_NUMIPTENT,
	VE_RESOURCE_SWAPPAGES,

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
	VE_A_REFUSAL,
	VE_A_CREATED,
	VE_A_DESTROYED,
	VE_A_LIFETIME,
	VE_A_CPU_TIME,
	VE_A_WATCHING,

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
	VE_A_REFUSAL_RESOURCE = 1,
	VE_A_REFUSAL_SEVERITY,
	VE_A_REFUSAL_ASKED,
	VE_A_REFUSAL_PID,
	VE_A_REFUSAL_COMM,
	VE_A_REFUSAL_TIMES,
	VE_A_REFUSAL_FIRST,
	VE_A_REFUSAL_LAST,
	VE_A_REFUSAL_PAD,

	__VE_A_REFUSAL_MAX,
	VE_A_REFUSAL_MAX = (__VE_A_REFUSAL_MAX - 1)
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
	VE_CMD_REFUSAL_GET,
	VE_CMD_HISTORY_GET,

	__VE_CMD_MAX,
	VE_CMD_MAX = (__VE_CMD_MAX - 1)
};

#define VE_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_VE_H */
