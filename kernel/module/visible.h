/* SPDX-License-Identifier: GPL-2.0-only */
/* Hooks of look-ups and answers: see visible.c. */
#ifndef _VE_MODULE_VISIBLE_H
#define _VE_MODULE_VISIBLE_H

struct ve_regs;
struct kernel_siginfo;
struct pid;
struct pid_namespace;
struct task_struct;

long ve_visible_on_find(struct ve_regs *regs);
struct pid *ve_visible_find_vpid(int nr);
struct pid *ve_visible_find_pid_ns(int nr, struct pid_namespace *ns);
struct pid *ve_visible_find_get_pid(pid_t nr);
struct task_struct *ve_visible_find_task(pid_t nr, struct pid_namespace *ns);
struct task_struct *ve_visible_find_vtask(pid_t nr);
struct task_struct *ve_visible_find_get_task(pid_t nr);
long ve_visible_on_list(struct ve_regs *regs);
long ve_visible_on_revalidate(struct ve_regs *regs);
long ve_visible_on_pidfd(struct ve_regs *regs);
long ve_visible_on_pidfd_ioctl(struct ve_regs *regs);
long ve_visible_on_task_number(struct ve_regs *regs);
long ve_visible_on_number(struct ve_regs *regs);
long ve_visible_on_number_in(struct ve_regs *regs);
long ve_visible_on_lock_owner(struct ve_regs *regs);
long ve_visible_on_kill(struct ve_regs *regs);
long ve_visible_on_nice(struct ve_regs *regs);
long ve_visible_on_ioprio(struct ve_regs *regs);
long ve_visible_on_change(struct ve_regs *regs);
long ve_visible_on_open(struct ve_regs *regs);
long ve_visible_on_last_pid(struct ve_regs *regs);
long ve_visible_on_machine(struct ve_regs *regs);
long ve_visible_on_alloc_pid(struct ve_regs *regs);
long ve_visible_on_taskstats(struct ve_regs *regs);
void ve_visible_on_signal(void *data, int sig, struct kernel_siginfo *info,
			  struct task_struct *task, int group, int result);

#endif /* _VE_MODULE_VISIBLE_H */
