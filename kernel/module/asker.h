/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who called a hooked function: some callers ask for another than current, or
 * cannot do without an answer. Known by the address that the function returns
 * to, in a time that does not depend on anything.
 */
#ifndef _VE_MODULE_ASKER_H
#define _VE_MODULE_ASKER_H

#include <linux/types.h>

struct ve_regs;

/**
 * enum ve_asker - what functions that call hooked ones have in common
 * @VE_ASKER_HOST: they ask for somebody of the host, or for all
 * @VE_ASKER_FUTEX: they write the number into memory that others share
 * @VE_ASKER_CHANGE: they change what they look up, which nothing else refuses
 * @VE_ASKER_PIDFD: they ask again until they get a number
 */
enum ve_asker {
	VE_ASKER_HOST,
	VE_ASKER_FUTEX,
	VE_ASKER_CHANGE,
	VE_ASKER_PIDFD,
};

/* Where the function is that lists all processes. */
extern unsigned long ve_lister_start;
extern unsigned long ve_lister_size;

int ve_askers_find(void);
bool ve_asked_by(struct ve_regs *regs, enum ve_asker asker);

#endif /* _VE_MODULE_ASKER_H */
