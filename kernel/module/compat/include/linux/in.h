/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IPPROTO_SMC came with Linux 6.11 (commit d25a92ccae6b, "net/smc: Introduce
 * IPPROTO_SMC").
 */
#ifndef _VE_COMPAT_LINUX_IN_H
#define _VE_COMPAT_LINUX_IN_H

#include_next <linux/in.h>

#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256
#endif

#endif /* _VE_COMPAT_LINUX_IN_H */
