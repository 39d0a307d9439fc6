// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to sockets, and what is charged: <linux/ve.h>.
 *
 * What they have queued is a gauge. The sender's side of a datagram or UNIX
 * socket has what it sent until it is received; the receiver's side of a TCP,
 * UDP or raw socket has what has come and is not read.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/in.h>
#include <linux/minmax.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/preempt.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/ve.h>
#include <net/sock.h>

#include "bc.h"
#include "gauge.h"
#include "member.h"
#include "owner.h"

/* The numbers of a socket, in the order of ve_kind.values. */
enum { SEND, RECEIVE };

static u64 received(const struct sock *sk)
{
	return max(atomic_read(&sk->sk_rmem_alloc), 0);
}

static bool read_tcp(const void *object, u64 *now, bool own)
{
	const struct sock *sk = object;

	now[SEND] = max(READ_ONCE(sk->sk_wmem_queued), 0);
	now[RECEIVE] = received(sk);
	return true;
}

static bool read_other(const void *object, u64 *now, bool own)
{
	const struct sock *sk = object;

	now[SEND] = max(sk_wmem_alloc_get(sk), 0);
	now[RECEIVE] = received(sk);
	return true;
}

static const struct ve_kind tcp_kind = {
	.resource = VE_RESOURCE_NUMTCPSOCK,
	.refused = -ENOBUFS,
	.list = VE_GAUGES_SOCKETS,
	.nr_values = 2,
	.values = {
		[SEND] = VE_RESOURCE_TCPSNDBUF,
		[RECEIVE] = VE_RESOURCE_TCPRCVBUF,
	},
	.read = read_tcp,
};

static const struct ve_kind socket_kind = {
	.resource = VE_RESOURCE_NUMOTHERSOCK,
	.refused = -ENOBUFS,
	.list = VE_GAUGES_SOCKETS,
	.nr_values = 2,
	.values = {
		[SEND] = VE_RESOURCE_OTHERSOCKBUF,
		[RECEIVE] = VE_RESOURCE_DGRAMRCVBUF,
	},
	.read = read_other,
};

static bool is_stream(const struct sock *sk, int protocol)
{
	bool inet = sk->sk_family == AF_INET || sk->sk_family == AF_INET6;

	return inet && sk->sk_type == SOCK_STREAM &&
	       sk->sk_protocol == protocol;
}

/* Whether what is sent is queued in the socket itself. */
static bool has_own_bytes(const struct sock *sk)
{
	return sk->sk_family != AF_SMC && !is_stream(sk, IPPROTO_MPTCP) &&
	       !is_stream(sk, IPPROTO_SMC);
}

/* Who listens to the connector hears of each process that comes and goes. */
static bool tells_of_all(const struct sock *sk)
{
	return sk->sk_family == AF_NETLINK &&
	       sk->sk_protocol == NETLINK_CONNECTOR;
}

/**
 * ve_socket_created - current has made a socket
 * @sock: the socket, which nobody can find yet; it goes if it is refused
 * @kern: not for current, but for the kernel's own use
 *
 * Multipath TCP queues bytes without asking anybody, and SMC those of a
 * connection of the kernel's own: there is neither in a VE, and who asks for it
 * makes do with TCP, as on a kernel without. Nor is there what tells of all
 * processes of the machine.
 *
 * Return: 0, -ENOBUFS if the barrier of numtcpsock or numothersock is in the
 * way, -ENOMEM, -EPROTONOSUPPORT.
 */
int ve_socket_created(struct socket *sock, int kern)
{
	struct sock *sk = sock->sk;

	if (kern || !sk)
		return 0;
	if ((!has_own_bytes(sk) && ve_is_member()) ||
	    (tells_of_all(sk) && !ve_sees_all()))
		return -EPROTONOSUPPORT;
	return ve_owner_new(ve_sock_place(sk), is_stream(sk, IPPROTO_TCP) ?
			    &tcp_kind : &socket_kind, ksize(sk));
}

/**
 * ve_unix_connect - current connects to a UNIX socket, making another
 * @accepted: the one that the other side will accept
 *
 * Return: 0, -ENOBUFS if numothersock's barrier is in the way, -ENOMEM.
 */
int ve_unix_connect(struct sock *accepted)
{
	return ve_owner_new(ve_sock_place(accepted), &socket_kind,
			    ksize(accepted));
}

/**
 * ve_sock_clone - a listening socket gets a connection
 * @sk: the socket
 *
 * Who connects may be anywhere, so the connection is charged to the owner of
 * the listening socket.
 *
 * Context: process context or softirq.
 * Return: 0, -ENOBUFS if numtcpsock's barrier is in the way, -ENOMEM.
 */
int ve_sock_clone(const struct sock *sk)
{
	return ve_owner_conceive(ve_sock_place(sk));
}

/**
 * ve_sock_cloned - a listening socket has got a connection
 * @sk: the socket
 * @clone: the connection's own, which nobody can find yet
 *
 * Context: process context or softirq.
 */
void ve_sock_cloned(const struct sock *sk, const struct sock *clone)
{
	ve_owner_born(ve_sock_place(sk), ve_sock_place(clone));
}

/**
 * ve_sock_free - the last reference to a socket has gone
 * @sk: the socket
 *
 * Context: process context or softirq.
 */
void ve_sock_free(struct sock *sk)
{
	ve_owner_end(ve_sock_place(sk));
}

/*
 * Above the barrier each socket still has its share of what is between barrier
 * and limit.
 */
static enum ve_severity severity_of(struct ve_bc *bc, u64 queued)
{
	const struct ve_counter *buffers = &bc->counters[VE_RESOURCE_TCPSNDBUF];
	const struct ve_counter *sockets = &bc->counters[VE_RESOURCE_NUMTCPSOCK];
	u64 nr = max_t(s64, atomic64_read(&sockets->held), 1);
	u64 room = READ_ONCE(buffers->limit) - READ_ONCE(buffers->barrier);

	/* The two are not read together: a share is no promise. */
	return (s64)room > 0 && queued <= div64_u64(room, nr) ?
	       VE_SEVERITY_LIMIT : VE_SEVERITY_BARRIER;
}

/**
 * ve_tcp_send - current queues bytes to be sent
 * @sk: its socket, locked
 * @size: how many
 *
 * If it is refused, who can wait waits, and asks again.
 *
 * Return: 0, or -ENOBUFS if tcpsndbuf's bound is in the way.
 */
int ve_tcp_send(struct sock *sk, size_t size)
{
	enum ve_severity severity = VE_SEVERITY_BARRIER;
	struct ve_owner *owner;

	rcu_read_lock();
	owner = ve_owner_of(ve_sock_place(sk));
	if (unlikely(owner))
		severity = severity_of(owner->bc, size +
				       max(READ_ONCE(sk->sk_wmem_queued), 0));
	rcu_read_unlock();
	/* Quick return for sockets of the host. */
	if (likely(!owner) ||
	    ve_gauge_ask(ve_sock_place(sk), SEND, size, severity))
		return 0;
	/* As where the machine has no memory: poll has to wait, too. */
	sk_stream_moderate_sndbuf(sk);
	return -ENOBUFS;
}

/**
 * ve_tcp_receive - bytes have come for a connection
 * @sk: its socket, locked
 * @size: how many, with what they are in
 *
 * If it is refused they are dropped, and will be sent again; unless nothing
 * is there to be read, so that a connection always goes on.
 *
 * Context: process context or softirq.
 * Return: 0, or -EPERM if tcprcvbuf's limit is in the way.
 */
int ve_tcp_receive(struct sock *sk, size_t size)
{
	return ve_gauge_ask(ve_sock_place(sk), RECEIVE, size,
			    VE_SEVERITY_LIMIT) ? 0 : -EPERM;
}

static int ask_to_send(const struct sock *sk, size_t size, bool noblock)
{
	if (ve_gauge_ask(ve_sock_place(sk), SEND, SKB_TRUESIZE(size),
			 VE_SEVERITY_BARRIER))
		return 0;
	return noblock ? -EAGAIN : -ENOBUFS;
}

/* It may have been closed meanwhile, and another object be at its address. */
static bool is_socket(const struct sock *sk)
{
	struct ve_owner *owner;
	bool ret;

	rcu_read_lock();
	owner = ve_owner_of(ve_sock_place(sk));
	ret = owner && owner->kind == &socket_kind;
	rcu_read_unlock();
	return ret;
}

/* Does not change while current does not let go of its CPU. */
static unsigned int switches(void)
{
	return current->nvcsw + current->nivcsw;
}

/**
 * ve_sock_send - somebody sends on a socket that is not of TCP
 * @sk: the socket
 * @size: how many bytes
 * @noblock: not to wait
 *
 * Whoever could wait is told that there is no room, and not that it waited.
 *
 * Context: process context or softirq.
 * Return: 0; if othersockbuf's barrier is in the way, -ENOBUFS or, with
 * @noblock, -EAGAIN.
 */
int ve_sock_send(struct sock *sk, size_t size, bool noblock)
{
	struct ve_member *member = in_task() ? ve_member_of_current() : NULL;

	if (unlikely(member))
		member->send = (struct ve_send){ sk, size, noblock, switches() };
	return ask_to_send(sk, size, noblock);
}

/**
 * ve_sock_sending - a packet is allocated, maybe after ve_sock_send()
 * @size: how many bytes
 *
 * If current had to wait for room in the socket, what it asked for before may
 * have been taken back: nothing had come of it.
 *
 * Context: process context or softirq.
 * Return: as ve_sock_send().
 */
int ve_sock_sending(size_t size)
{
	struct ve_member *member = in_task() ? ve_member_of_current() : NULL;
	struct ve_send send;

	/* Quick return for the host. */
	if (likely(!member))
		return 0;
	send = member->send;
	/* Others allocate such packets for what has come. */
	if (!send.sk || send.size != size)
		return 0;
	member->send.sk = NULL;
	return send.switches == switches() || !is_socket(send.sk) ? 0 :
	       ask_to_send(send.sk, size, send.noblock);
}

/**
 * ve_sock_append - somebody adds to what a socket has to send
 * @sk: the socket, which asks with ve_sock_send() for its first packet only
 * @size: how many bytes, of which that may be a part
 * @noblock: not to wait
 *
 * Context: process context or softirq.
 * Return: as ve_sock_send().
 */
int ve_sock_append(struct sock *sk, size_t size, bool noblock)
{
	return ask_to_send(sk, size, noblock);
}
EXPORT_SYMBOL_GPL(ve_sock_append);

/**
 * ve_sock_splice - pages are added to a packet that is allocated already
 * @sk: the socket that sends it; NULL if it belongs to none
 * @size: how many bytes
 *
 * Context: process context or softirq.
 * Return: as ve_sock_send(), of which there was a call for the packet.
 */
int ve_sock_splice(struct sock *sk, size_t size)
{
	struct ve_member *member = in_task() ? ve_member_of_current() : NULL;

	return sk ? ask_to_send(sk, size, member && member->send.noblock) : 0;
}

/**
 * ve_datagram_receive - a datagram has come
 * @sk: for which socket
 * @skb: the datagram, which is dropped if it is refused
 *
 * Context: process context or softirq.
 * Return: 0, or -ENOMEM if dgramrcvbuf's barrier is in the way.
 */
int ve_datagram_receive(struct sock *sk, const struct sk_buff *skb)
{
	return ve_gauge_ask(ve_sock_place(sk), RECEIVE, skb->truesize,
			    VE_SEVERITY_BARRIER) ? 0 : -ENOMEM;
}
