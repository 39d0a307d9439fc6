// SPDX-License-Identifier: GPL-2.0-only
/* What happens to memory. */
#include <linux/mm.h>
#include <linux/ve.h>

#include "hook.h"
#include "memory.h"

/**
 * ve_memory_on_map - current maps memory
 * @regs: arguments of do_mmap()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_memory_on_map(struct ve_regs *regs)
{
	return ve_memory_map(ve_hook_ptr(regs, 0),
			     ve_hook_arg(regs, 1),
			     ve_hook_arg(regs, 2),
			     ve_hook_arg(regs, 3),
			     ve_hook_arg(regs, 4),
			     ve_compat_mmap_vm_flags
				(ve_hook_arg(regs, 5)));
}

/**
 * ve_memory_on_protect - current changes what memory may be used for
 * @regs: arguments of security_file_mprotect()
 *
 * Return: 0.
 */
long ve_memory_on_protect(struct ve_regs *regs)
{
	ve_memory_protect(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_memory_on_grow - memory is about to grow
 * @regs: arguments of may_expand_vm()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_memory_on_grow(struct ve_regs *regs)
{
	return ve_memory_grow(ve_hook_ptr(regs, 0),
			      ve_compat_vm_flags
				(ve_hook_arg(regs, 1)),
			      ve_hook_arg(regs, 2));
}

/**
 * ve_memory_on_lock - memory is about to be locked
 * @regs: arguments of mlock_fixup()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_memory_on_lock(struct ve_regs *regs)
{
	const unsigned int first = VE_COMPAT_MLOCK_FIXUP_VMA;

	return ve_memory_lock(ve_hook_ptr(regs, first),
			      ve_hook_arg(regs, first + 2),
			      ve_hook_arg(regs, first + 3),
			      ve_compat_vm_flags
				(ve_hook_arg(regs, first + 4)));
}

/**
 * ve_memory_on_lock_all - current locks its memory as a whole
 * @regs: arguments of the system call, which takes the registers of user space
 *
 * Return: 0, or that it is to be refused.
 */
long ve_memory_on_lock_all(struct ve_regs *regs)
{
	return ve_memory_lock_all(((struct pt_regs *)ve_hook_ptr(regs, 0))->di);
}

/**
 * ve_memory_on_lock_all32 - the same of a 32-bit program
 * @regs: arguments of the system call
 *
 * Return: 0, or that it is to be refused.
 */
long ve_memory_on_lock_all32(struct ve_regs *regs)
{
	return ve_memory_lock_all(((struct pt_regs *)ve_hook_ptr(regs, 0))->bx);
}

/**
 * ve_memory_on_lock_shm - shared memory is locked as a whole, or let go of
 * @regs: arguments of shmem_lock()
 *
 * Return: 0, or that it is to be refused.
 */
long ve_memory_on_lock_shm(struct ve_regs *regs)
{
	return ve_shm_lock(ve_hook_ptr(regs, 0), ve_hook_arg(regs, 1));
}

/**
 * ve_memory_on_end - an address space is about to go
 * @regs: arguments of exit_mmap()
 *
 * Return: 0.
 */
long ve_memory_on_end(struct ve_regs *regs)
{
	ve_memory_end(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_memory_on_out - memory has run out
 * @regs: arguments of out_of_memory()
 *
 * Return: 0.
 */
long ve_memory_on_out(struct ve_regs *regs)
{
	ve_oom_begin(ve_hook_ptr(regs, 0));
	return 0;
}

/**
 * ve_memory_on_oom_evaluate - may a process be killed for its memory?
 * @regs: arguments of oom_evaluate_task()
 *
 * Return: whether it is passed over.
 */
long ve_memory_on_oom_evaluate(struct ve_regs *regs)
{
	return ve_oom_passes_over(ve_hook_ptr(regs, 0), ve_hook_ptr(regs, 1));
}

/**
 * ve_memory_on_oom_kill - a process is killed for its memory
 * @regs: arguments of __oom_kill_process()
 *
 * Return: 0.
 */
long ve_memory_on_oom_kill(struct ve_regs *regs)
{
	ve_oom_kill(ve_hook_ptr(regs, 0));
	return 0;
}
