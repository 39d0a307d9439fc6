/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of sockets: see socket.c. */
#ifndef _VE_MODULE_SOCKET_H
#define _VE_MODULE_SOCKET_H

struct ftrace_regs;

long ve_socket_on_create(struct ftrace_regs *regs);
long ve_socket_on_unix_connect(struct ftrace_regs *regs);
long ve_socket_on_clone(struct ftrace_regs *regs);
long ve_socket_on_cloned(struct ftrace_regs *regs);
long ve_socket_on_free(struct ftrace_regs *regs);
long ve_socket_on_tcp_send(struct ftrace_regs *regs);
long ve_socket_on_tcp_receive(struct ftrace_regs *regs);
long ve_socket_on_send(struct ftrace_regs *regs);
long ve_socket_on_sending(struct ftrace_regs *regs);
long ve_socket_on_append(struct ftrace_regs *regs);
long ve_socket_on_make(struct ftrace_regs *regs);
long ve_socket_on_append6(struct ftrace_regs *regs);
long ve_socket_on_make6(struct ftrace_regs *regs);
long ve_socket_on_splice(struct ftrace_regs *regs);
long ve_socket_on_datagram(struct ftrace_regs *regs);

#endif /* _VE_MODULE_SOCKET_H */
