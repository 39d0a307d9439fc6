/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What adds pages to a packet that a UNIX socket is about to send: since 6.5
 * skb_splice_from_iter(skb, iter, size), before that
 * unix_stream_sendpage(socket, page, offset, size, flags) (commit a0dbf5f818f9,
 * "af_unix: Support MSG_SPLICE_PAGES").
 */
#ifndef _VE_COMPAT_LINUX_SKBUFF_H
#define _VE_COMPAT_LINUX_SKBUFF_H

#include_next <linux/skbuff.h>
#include <linux/net.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define VE_COMPAT_SPLICE_SIZE 3

static inline struct sock *ve_compat_splice_sock(const void *first)
{
	return ((const struct socket *)first)->sk;
}
#else
#define VE_COMPAT_SPLICE_SIZE 2

static inline struct sock *ve_compat_splice_sock(const void *first)
{
	return ((const struct sk_buff *)first)->sk;
}
#endif

#endif /* _VE_COMPAT_LINUX_SKBUFF_H */
