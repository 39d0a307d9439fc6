// SPDX-License-Identifier: GPL-2.0-only
/* What happens to files, sockets and ptys, and what is charged: <linux/ve.h>. */
#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include <linux/ve.h>
#include <net/sock.h>

#include "owner.h"

static const struct ve_kind file_kind = {
	.resource = VE_RESOURCE_NUMFILE,
	.refused = -ENFILE,
	/* At least: those of most file systems are larger. */
	.pins = sizeof(struct dentry) + sizeof(struct inode),
};

static const struct ve_kind tcp_kind = {
	.resource = VE_RESOURCE_NUMTCPSOCK,
	.refused = -ENOBUFS,
};

static const struct ve_kind socket_kind = {
	.resource = VE_RESOURCE_NUMOTHERSOCK,
	.refused = -ENOBUFS,
};

static const struct ve_kind pty_kind = {
	.resource = VE_RESOURCE_NUMPTY,
	.refused = -ENOSPC,
};

/**
 * ve_file_alloc - current opens a file, of whatever kind
 * @file: the file, which nobody can find yet
 *
 * If opening it fails later, ve_file_free() is called all the same.
 *
 * Return: 0, -ENFILE if numfile's barrier is in the way, -ENOMEM.
 */
int ve_file_alloc(struct file *file)
{
	return ve_owner_new(file, &file_kind, ksize(file));
}

/**
 * ve_file_free - a file is closed: no descriptor, mapping or message has it
 * @file: the file
 */
void ve_file_free(struct file *file)
{
	ve_owner_end(file);
}

static const struct ve_kind *kind_of(const struct sock *sk)
{
	bool inet = sk->sk_family == AF_INET || sk->sk_family == AF_INET6;

	return inet && (sk->sk_protocol == IPPROTO_TCP ||
			sk->sk_protocol == IPPROTO_MPTCP) ?
	       &tcp_kind : &socket_kind;
}

/**
 * ve_socket_created - current has made a socket
 * @sock: the socket, which nobody can find yet; it goes if it is refused
 * @kern: not for current, but for the kernel's own use
 *
 * Return: 0, -ENOBUFS if the barrier of numtcpsock or numothersock is in the
 * way, -ENOMEM.
 */
int ve_socket_created(struct socket *sock, int kern)
{
	if (kern || !sock->sk)
		return 0;
	return ve_owner_new(sock->sk, kind_of(sock->sk),
			    ksize(sock->sk));
}

/**
 * ve_unix_connect - current connects to a UNIX socket, making another
 * @accepted: the one that the other side will accept
 *
 * Return: 0, -ENOBUFS if numothersock's barrier is in the way, -ENOMEM.
 */
int ve_unix_connect(struct sock *accepted)
{
	return ve_owner_new(accepted, &socket_kind, ksize(accepted));
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
	return ve_owner_conceive(sk);
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
	ve_owner_born(sk, clone);
}

/**
 * ve_sock_free - the last reference to a socket has gone
 * @sk: the socket
 *
 * Context: process context or softirq.
 */
void ve_sock_free(struct sock *sk)
{
	ve_owner_end(sk);
}

/**
 * ve_pty_open - current opens /dev/ptmx
 * @pty: the slave of the new pair
 *
 * If it fails later, ve_pty_remove() is called all the same.
 *
 * Return: 0, -ENOSPC if numpty's barrier is in the way, -ENOMEM.
 */
int ve_pty_open(struct tty_struct *pty)
{
	return ve_owner_new(pty, &pty_kind, 2 * ksize(pty));
}

/**
 * ve_pty_remove - both ends of a pair are closed
 * @tty: one of them
 */
void ve_pty_remove(struct tty_struct *tty)
{
	ve_owner_end(tty);
	if (tty->link)
		ve_owner_end(tty->link);
}
