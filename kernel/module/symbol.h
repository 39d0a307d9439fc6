/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses of symbols that are not exported, static ones too, while the module
 * is loaded: by kprobes that are never armed.
 */
#ifndef _VE_MODULE_SYMBOL_H
#define _VE_MODULE_SYMBOL_H

struct ve_finder;

struct ve_finder *ve_finder_new(void);
unsigned long ve_finder_find(struct ve_finder *finder, const char *name);
void ve_finder_free(struct ve_finder *finder);

#endif /* _VE_MODULE_SYMBOL_H */
