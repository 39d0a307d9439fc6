/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VE_MODULE_TABLE_H
#define _VE_MODULE_TABLE_H

#include "hook.h"
#include "trace.h"

/* Written while the module is loaded, then constant. */
extern struct ve_hook ve_hook_table[];
extern const unsigned int ve_hook_table_size;
extern struct ve_trace ve_trace_table[];
extern const unsigned int ve_trace_table_size;

#endif /* _VE_MODULE_TABLE_H */
