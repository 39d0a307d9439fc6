// SPDX-License-Identifier: GPL-2.0-only
/* Charging kernel memory. See kmem.h. */
#include "bc.h"
#include "event.h"
#include "gauge.h"
#include "kmem.h"

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
bool ve_kmem_charge(struct ve_bc *bc, u64 bytes, enum ve_severity severity)
{
	const enum ve_resource resource = VE_RESOURCE_KMEMSIZE;

	if (likely(!bytes || ve_bc_fit(bc, resource, bytes, severity)))
		return true;
	/* Page tables may have gone meanwhile. */
	ve_gauges_look_for_kmem(bc);
	return ve_event_charge(bc, resource, bytes, severity);
}
