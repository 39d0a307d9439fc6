/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of sockets: see socket.c. */
#ifndef _VE_MODULE_SOCKET_H
#define _VE_MODULE_SOCKET_H

struct ve_regs;

long ve_socket_on_create(struct ve_regs *regs);
long ve_socket_on_unix_connect(struct ve_regs *regs);
long ve_socket_on_clone(struct ve_regs *regs);
long ve_socket_on_cloned(struct ve_regs *regs);
long ve_socket_on_free(struct ve_regs *regs);
long ve_socket_on_tcp_send(struct ve_regs *regs);
long ve_socket_on_tcp_receive(struct ve_regs *regs);
long ve_socket_on_send(struct ve_regs *regs);
long ve_socket_on_sending(struct ve_regs *regs);
long ve_socket_on_append(struct ve_regs *regs);
long ve_socket_on_make(struct ve_regs *regs);
long ve_socket_on_append6(struct ve_regs *regs);
long ve_socket_on_make6(struct ve_regs *regs);
long ve_socket_on_splice(struct ve_regs *regs);
long ve_socket_on_datagram(struct ve_regs *regs);

#endif /* _VE_MODULE_SOCKET_H */
