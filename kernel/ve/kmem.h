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

#include "bc.h"

bool ve_kmem_refused(struct ve_bc *bc, u64 bytes, enum ve_severity severity);

/**
 * ve_kmem_charge - an object is about to be made
 * @bc: whom to charge
 * @bytes: its size
 * @severity: which bound counts
 *
 * Context: any but NMI; no lock of a gauge is held.
 * Return: false if kmemsize's bound is in the way, which is told. Else the
 * caller owes one ve_bc_uncharge().
 */
static inline bool ve_kmem_charge(struct ve_bc *bc, u64 bytes,
				  enum ve_severity severity)
{
	return likely(!bytes || ve_bc_fit(bc, VE_RESOURCE_KMEMSIZE, bytes,
					  severity)) ||
	       ve_kmem_refused(bc, bytes, severity);
}

#endif /* _VE_KMEM_H */
