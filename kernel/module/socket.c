// SPDX-License-Identifier: GPL-2.0-only
/* What happens to sockets. */
#include <linux/ve.h>

#include "hook.h"
#include "socket.h"

/**
 * ve_socket_on_create - current has made a socket
 * @regs: arguments of security_socket_post_create()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_create(struct ftrace_regs *regs)
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
long ve_socket_on_unix_connect(struct ftrace_regs *regs)
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
long ve_socket_on_clone(struct ftrace_regs *regs)
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
long ve_socket_on_cloned(struct ftrace_regs *regs)
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
long ve_socket_on_free(struct ftrace_regs *regs)
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
long ve_socket_on_tcp_send(struct ftrace_regs *regs)
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
long ve_socket_on_tcp_receive(struct ftrace_regs *regs)
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
long ve_socket_on_send(struct ftrace_regs *regs)
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
long ve_socket_on_sending(struct ftrace_regs *regs)
{
	int *error = ve_hook_ptr(regs, 3);
	int ret = ve_sock_sending(ve_hook_arg(regs, 0) + ve_hook_arg(regs, 1));

	if (ret)
		*error = ret;
	return ret;
}

/**
 * ve_socket_on_datagram - a datagram has come
 * @regs: arguments of __udp_enqueue_schedule_skb(), __sock_queue_rcv_skb()
 *
 * Context: process context or softirq.
 * Return: 0, or that it is to be refused.
 */
long ve_socket_on_datagram(struct ftrace_regs *regs)
{
	return ve_datagram_receive(ve_hook_ptr(regs, 0), ve_hook_ptr(regs, 1));
}
