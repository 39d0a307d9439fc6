/* SPDX-License-Identifier: GPL-2.0-only */
/* What a form calls to start and stop the core. */
#ifndef _VE_CORE_H
#define _VE_CORE_H

#include <linux/types.h>

int ve_init(bool compat_proc);
void ve_exit(void);

#endif /* _VE_CORE_H */
