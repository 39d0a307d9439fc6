/* SPDX-License-Identifier: GPL-2.0-only */
/* Making a running process a member of a VE. */
#ifndef _VE_ATTACH_H
#define _VE_ATTACH_H

#include <linux/types.h>

struct netlink_ext_ack;
struct pid;
struct ve;

int ve_attach(struct ve *ve, struct pid *pid, struct netlink_ext_ack *extack,
	      bool *process_at_fault);

#endif /* _VE_ATTACH_H */
