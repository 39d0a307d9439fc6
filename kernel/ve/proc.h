/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /proc/user_beancounters and /proc/bc for programs that read OpenVZ's. They
 * are there only if the form asked for them; else all this does nothing.
 *
 * Locks: directories come and go under registry_lock, with the ids they are
 * named for. Removing one waits for readers that are under way, so a reader
 * may not wait for registry_lock, nor for who holds it.
 */
#ifndef _VE_PROC_H
#define _VE_PROC_H

struct ve;

int ve_proc_add(struct ve *ve);
void ve_proc_remove(const struct ve *ve);

int ve_proc_init(void);
void ve_proc_exit(void);

#endif /* _VE_PROC_H */
