/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmemsize: memory of the kernel's own that a VE's objects take, which cannot
 * be swapped.
 *
 * What is counted is charged with its size, by ve_owner_charge() and for
 * tasks; what grows by itself, as page tables, is a gauge of its object.
 */
#ifndef _VE_KMEM_H
#define _VE_KMEM_H

#include <linux/types.h>
#include <uapi/linux/ve.h>

struct ve_bc;

bool ve_kmem_charge(struct ve_bc *bc, u64 bytes, enum ve_severity severity);

#endif /* _VE_KMEM_H */
