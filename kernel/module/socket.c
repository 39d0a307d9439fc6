// SPDX-License-Identifier: GPL-2.0-only
/* What happens to sockets. */
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/ve.h>

#include "hook.h"
#include "socket.h"

/**
 * ve_socket_on_create - current has made a socket
 * @regs: arguments of security_socket_post_create()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_create(struct ve_regs *regs)
{
	return ve_socket_created(ve_hook_ptr(regs, 0),
				 ve_hook_arg(regs, 4));
}

/**
 * ve_socket_on_unix_connect - current connects to a UNIX socket
 * @regs: arguments of security_unix_stream_connect()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_unix_connect(struct ve_regs *regs)
{
	return ve_unix_connect(ve_hook_ptr(regs, 2));
}

/**
 * ve_socket_on_clone - a listening socket gets a connection
 * @regs: arguments of sk_clone() or sk_clone_lock()
 *
 * Context: process context or softirq.
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_clone(struct ve_regs *regs)
{
	return ve_sock_clone(ve_hook_ptr(regs, 0));
}

/**
 * ve_socket_on_cloned - a listening socket has got a connection
 * @regs: arguments of security_sk_clone()
 *
 * Context: process context or softirq.
 * Return: 0.
 */
long ve_socket_on_cloned(struct ve_regs *regs)
{
	ve_sock_cloned(ve_hook_ptr(regs, 0), ve_hook_ptr(regs, 1));
	return 0;
}

/**
 * ve_socket_on_free - a socket is about to be freed
 * @regs: arguments of security_sk_free()
 *
 * Context: process context or softirq.
 * Return: 0.
 */
long ve_socket_on_free(struct ve_regs *regs)
{
	ve_sock_free(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_socket_on_tcp_send - TCP adds to what is to be sent
 * @regs: arguments of tcp_wmem_schedule()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_tcp_send(struct ve_regs *regs)
{
	return ve_tcp_send(ve_hook_ptr(regs, 0),
			   (int)ve_hook_arg(regs, 1));
}

/**
 * ve_socket_on_tcp_receive - TCP adds to what is to be read
 * @regs: arguments of tcp_try_rmem_schedule()
 *
 * Context: process context or softirq.
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_tcp_receive(struct ve_regs *regs)
{
	return ve_tcp_receive(ve_hook_ptr(regs, 0),
			      (unsigned int)ve_hook_arg(regs, 2));
}

/**
 * ve_socket_on_send - a packet is to be sent
 * @regs: arguments of sock_alloc_send_pskb()
 *
 * Context: process context or softirq.
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_send(struct ve_regs *regs)
{
	int *error = ve_hook_ptr(regs, 4);
	int ret = ve_sock_send(ve_hook_ptr(regs, 0), ve_hook_arg(regs, 1) +
			       ve_hook_arg(regs, 2),
			       (int)ve_hook_arg(regs, 3));

	if (ret)
		*error = ret;
	return ret;
}

/**
 * ve_socket_on_sending - a packet is allocated
 * @regs: arguments of alloc_skb_with_frags()
 *
 * Context: process context or softirq.
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_sending(struct ve_regs *regs)
{
	int *error = ve_hook_ptr(regs, 3);
	int ret = ve_sock_sending(ve_hook_arg(regs, 0) + ve_hook_arg(regs, 1));

	if (ret)
		*error = ret;
	return ret;
}

static long append(struct ve_regs *regs, size_t size, unsigned int flags)
{
	/* Nothing is sent, but the way there looked for. */
	if (flags & MSG_PROBE)
		return 0;
	return ve_sock_append(ve_hook_ptr(regs, 0), size,
			      flags & MSG_DONTWAIT);
}

/**
 * ve_socket_on_append - a datagram of IPv4 grows
 * @regs: arguments of ip_append_data()
 *
 * Context: process context or softirq.
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_append(struct ve_regs *regs)
{
	return append(regs, (int)ve_hook_arg(regs, 4), ve_hook_arg(regs, 8));
}

/**
 * ve_socket_on_make - a datagram of IPv4 is made at once
 * @regs: arguments of ip_make_skb()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_make(struct ve_regs *regs)
{
	return append(regs, (int)ve_hook_arg(regs, 4), ve_hook_arg(regs, 9));
}

/**
 * ve_socket_on_append6 - a datagram of IPv6 grows
 * @regs: arguments of ip6_append_data()
 *
 * Context: process context or softirq.
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_append6(struct ve_regs *regs)
{
	return append(regs, ve_hook_arg(regs, 3), ve_hook_arg(regs, 8));
}

/**
 * ve_socket_on_make6 - a datagram of IPv6 is made at once
 * @regs: arguments of ip6_make_skb()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_make6(struct ve_regs *regs)
{
	return append(regs, ve_hook_arg(regs, 3), ve_hook_arg(regs, 7));
}

/**
 * ve_socket_on_splice - pages are sent without being copied
 * @regs: arguments of skb_splice_from_iter(); before 6.5 of
 * unix_stream_sendpage()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_splice(struct ve_regs *regs)
{
	return ve_sock_splice(ve_compat_splice_sock(ve_hook_ptr(regs, 0)),
			      ve_hook_arg(regs, VE_COMPAT_SPLICE_SIZE));
}

/**
 * ve_socket_on_datagram - a datagram has come
 * @regs: arguments of __udp_enqueue_schedule_skb(), __sock_queue_rcv_skb()
 *
 * Context: process context or softirq.
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_datagram(struct ve_regs *regs)
{
	return ve_datagram_receive(ve_hook_ptr(regs, 0), ve_hook_ptr(regs, 1));
}
