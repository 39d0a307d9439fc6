/* SPDX-License-Identifier: GPL-2.0-only */
/* What a form calls to start and stop the core. */
#ifndef _VE_CORE_H
#define _VE_CORE_H

int ve_init(void);
void ve_exit(void);

#endif /* _VE_CORE_H */
