/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VE_MODULE_TABLE_H
#define _VE_MODULE_TABLE_H

struct ve_hook;

/* Written while the module is loaded, then constant. */
extern struct ve_hook ve_hook_table[];
extern const unsigned int ve_hook_table_size;

#endif /* _VE_MODULE_TABLE_H */
