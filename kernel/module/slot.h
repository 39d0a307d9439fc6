/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VE_MODULE_SLOT_H
#define _VE_MODULE_SLOT_H

int ve_slot_init(void);
void ve_slot_destroy(void);

#endif /* _VE_MODULE_SLOT_H */
