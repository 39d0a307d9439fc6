/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of files, inodes and pseudo-terminals: see object.c. */
#ifndef _VE_MODULE_OBJECT_H
#define _VE_MODULE_OBJECT_H

struct ve_regs;

long ve_object_on_file(struct ve_regs *regs);
long ve_object_on_file_free(struct ve_regs *regs);
long ve_object_on_pty(struct ve_regs *regs);
long ve_object_on_pty_remove(struct ve_regs *regs);
long ve_object_on_inode(struct ve_regs *regs);
long ve_object_on_inode_free(struct ve_regs *regs);

#endif /* _VE_MODULE_OBJECT_H */
