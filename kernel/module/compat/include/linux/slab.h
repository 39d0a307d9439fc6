/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocating an object by its type came with Linux 7.0 ("slab: Introduce
 * kmalloc_obj() and family").
 */
#ifndef _VE_COMPAT_LINUX_SLAB_H
#define _VE_COMPAT_LINUX_SLAB_H

#include_next <linux/slab.h>

#ifndef kzalloc_obj
#define kzalloc_obj(object) kzalloc(sizeof(object), GFP_KERNEL)
#endif

#endif /* _VE_COMPAT_LINUX_SLAB_H */
