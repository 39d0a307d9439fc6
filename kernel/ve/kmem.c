// SPDX-License-Identifier: GPL-2.0-only
/* Charging kernel memory. See kmem.h. */
#include "bc.h"
#include "event.h"
#include "gauge.h"
#include "kmem.h"

/**
 * ve_kmem_refused - for ve_kmem_charge(): kmemsize's bound is in the way
 * @bc: whom to charge
 * @bytes: its size
 * @severity: which bound counts
 *
 * Context: any but NMI; no lock of a gauge is held.
 * Return: as ve_kmem_charge().
 */
bool ve_kmem_refused(struct ve_bc *bc, u64 bytes, enum ve_severity severity)
{
	/* Page tables may have gone meanwhile. */
	ve_gauges_look_for_kmem(bc);
	return ve_event_charge(bc, VE_RESOURCE_KMEMSIZE, bytes, severity);
}
