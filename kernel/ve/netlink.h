/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VE_NETLINK_H
#define _VE_NETLINK_H

int ve_nl_init(void);
void ve_nl_exit(void);

#endif /* _VE_NETLINK_H */
