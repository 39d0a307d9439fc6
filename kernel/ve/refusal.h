/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The last refusals of a VE, kept in its beancounter: they outlive the process
 * that was refused, whoever listened, and the VE's last member.
 */
#ifndef _VE_REFUSAL_H
#define _VE_REFUSAL_H

#include <linux/types.h>

#include "bc.h"

struct task_struct;

void ve_refusal_remember(struct ve_bc *bc, enum ve_resource resource, u64 asked,
			 enum ve_severity severity, struct task_struct *who);
unsigned int ve_refusals_read(struct ve_bc *bc, struct ve_refusal *refusals);

#endif /* _VE_REFUSAL_H */
