/* SPDX-License-Identifier: GPL-2.0-only */
/* pidfd_pid() is not exported to modules by any kernel so far. */
#ifndef _VE_COMPAT_LINUX_PID_H
#define _VE_COMPAT_LINUX_PID_H

#include_next <linux/pid.h>

struct file;

struct pid *ve_compat_pidfd_pid(const struct file *file);

#define pidfd_pid ve_compat_pidfd_pid

#endif /* _VE_COMPAT_LINUX_PID_H */
