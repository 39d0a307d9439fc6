/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The members of a VE by their pids, so that listing them takes as long as
 * there are members, whoever else there is.
 *
 * A tree in struct ve, protected by ve.lock, of all tasks that others can
 * find; by the number in the initial pid namespace. A thread that calls exec
 * takes over the number of its group's leader: it corrects its place when the
 * leader is released, so that the number is there throughout.
 */
#ifndef _VE_NUMBER_H
#define _VE_NUMBER_H

struct pid;
struct ve;
struct ve_member;

void ve_number_add(struct ve_member *member);
void ve_number_drop(struct ve_member *member);
void ve_number_renew(struct ve_member *member);
struct pid *ve_number_next(struct ve *ve, int nr);

#endif /* _VE_NUMBER_H */
