/* SPDX-License-Identifier: GPL-2.0-only */
/* File locks that a task may still make. */
#ifndef _VE_LOCK_H
#define _VE_LOCK_H

struct ve_member;

void ve_lock_forget(struct ve_member *member);

#endif /* _VE_LOCK_H */
