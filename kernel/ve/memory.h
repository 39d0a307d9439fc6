/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Address spaces. Each that is made by a member, by fork or exec, has a
 * record, and so has that of a process that is attached. It is charged to one
 * VE, whoever runs in it.
 */
#ifndef _VE_MEMORY_H
#define _VE_MEMORY_H

struct mm_struct;
struct task_struct;
struct ve_bc;
struct ve_member;

int ve_memory_fork(struct ve_bc *bc, struct ve_member *member);
void ve_memory_born(struct ve_member *member);
void ve_memory_forget(struct ve_member *member);
void ve_memory_exec(struct ve_member *member);
int ve_memory_attach(struct ve_bc *bc, struct task_struct *task);

#endif /* _VE_MEMORY_H */
