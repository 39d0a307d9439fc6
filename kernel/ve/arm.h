/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the kernel is to tell us anything at all. Hooks are armed while
 * there is a VE, or an object that one made; a loaded module without any costs
 * nothing.
 */
#ifndef _VE_ARM_H
#define _VE_ARM_H

struct netlink_ext_ack;

int ve_arm_get(struct netlink_ext_ack *extack);
void ve_arm_put(void);
void ve_arm_stop(void);
void ve_arm_exit(void);

#endif /* _VE_ARM_H */
