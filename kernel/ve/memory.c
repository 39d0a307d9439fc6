// SPDX-License-Identifier: GPL-2.0-only
/* Address spaces: who is charged, and what is asked for. See memory.h. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/hugetlb_inline.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mmap_lock.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/ve.h>
#include <asm/syscall.h>

#include "bc.h"
#include "member.h"
#include "memory.h"
#include "owner.h"
#include "registry.h"

/* The numbers of an address space, in the order of mm_kind.values. */
enum { PRIVVM, LOCKED, PHYS, SWAP, PHYS_AND_SWAP, KERNEL };

/*
 * The lock is held for writing while memory that was asked for is mapped. On
 * older kernels it is not for a growing stack, which can be missed for a
 * moment.
 */
static bool read_mm(const void *object, u64 *now, bool own)
{
	struct mm_struct *mm = (struct mm_struct *)object;
	bool locked = !own && mmap_read_trylock(mm);

	now[PRIVVM] = READ_ONCE(mm->data_vm) + READ_ONCE(mm->stack_vm);
	now[LOCKED] = READ_ONCE(mm->locked_vm);
	now[PHYS] = get_mm_rss(mm);
	now[SWAP] = get_mm_counter(mm, MM_SWAPENTS);
	now[PHYS_AND_SWAP] = now[PHYS] + now[SWAP];
	now[KERNEL] = mm_pgtables_bytes(mm) + READ_ONCE(mm->map_count) *
		      sizeof(struct vm_area_struct);
	if (locked)
		mmap_read_unlock(mm);
	return own || locked;
}

static const struct ve_kind mm_kind = {
	.resource = VE_KIND_NOT_COUNTED,
	.refused = -ENOMEM,
	.list = VE_GAUGES_MEMORY,
	.nr_values = 6,
	.values = {
		[PRIVVM] = VE_RESOURCE_PRIVVMPAGES,
		[LOCKED] = VE_RESOURCE_LOCKEDPAGES,
		[PHYS] = VE_RESOURCE_PHYSPAGES,
		[SWAP] = VE_RESOURCE_SWAPPAGES,
		[PHYS_AND_SWAP] = VE_RESOURCE_OOMGUARPAGES,
		[KERNEL] = VE_RESOURCE_KMEMSIZE,
	},
	.read = read_mm,
};

/* @like: the address space itself, or one of the same size. */
static struct ve_owner *charge_mm(struct ve_bc *bc, const struct mm_struct *like,
				  enum ve_severity severity)
{
	return ve_owner_charge(bc, &mm_kind, like ? ksize(like) : 0, severity);
}

/**
 * ve_memory_fork - current makes a child with a copy of its memory
 * @bc: whom to charge for the copy
 * @member: the child's record
 *
 * To be followed by ve_memory_born() or ve_memory_forget().
 *
 * Return: 0, or -ENOMEM, also if privvmpages' barrier is in the way.
 */
int ve_memory_fork(struct ve_bc *bc, struct ve_member *member)
{
	const struct mm_struct *mm = current->mm;
	struct ve_owner *owner = charge_mm(bc, mm, VE_SEVERITY_BARRIER);

	if (IS_ERR(owner))
		return PTR_ERR(owner);
	if (mm && !ve_gauge_expect(owner, PRIVVM, READ_ONCE(mm->data_vm) +
				   READ_ONCE(mm->stack_vm),
				   VE_SEVERITY_BARRIER)) {
		ve_owner_cancel(owner);
		return -ENOMEM;
	}
	member->memory = owner;
	return 0;
}

/**
 * ve_memory_forget - the copy is not made after all
 * @member: the record of a child that is not made, or of any other task
 *
 * Context: any but hard interrupts and NMI.
 */
void ve_memory_forget(struct ve_member *member)
{
	if (member->memory)
		ve_owner_cancel(member->memory);
	member->memory = NULL;
}

/*
 * What was asked for, if anything was, may not be what it has: another thread
 * mapped more while it was copied, or it comes from outside.
 */
static int give(struct ve_owner *owner, const struct mm_struct *mm)
{
	int ret = ve_owner_give(owner, ve_mm_place(mm));

	if (!ret)
		ve_gauge_ask_how(ve_mm_place(mm), PRIVVM, 0,
				 VE_SEVERITY_FORCE, VE_GAUGE_MOVING);
	return ret;
}

/* Charge an address space as it is, if nobody has been charged for it. */
static int adopt(struct ve_bc *bc, const struct mm_struct *mm)
{
	struct ve_owner *owner;
	bool known;

	rcu_read_lock();
	owner = ve_owner_of(ve_mm_place(mm));
	known = owner && owner->kind == &mm_kind;
	rcu_read_unlock();
	if (known)
		return 0;
	owner = charge_mm(bc, mm, VE_SEVERITY_FORCE);
	return IS_ERR(owner) ? PTR_ERR(owner) : give(owner, mm);
}

/* Nothing may be left uncharged. */
static void give_up(struct task_struct *task)
{
	kill_pid(task_tgid(task), SIGKILL, 1);
}

/**
 * ve_memory_born - current has made a child
 * @member: the child's record; it has not run
 *
 * What was charged for is there; what was made before current was attached
 * is charged now.
 *
 * Context: under RCU.
 */
void ve_memory_born(struct ve_member *member)
{
	struct task_struct *child = member->task;
	struct ve_owner *owner = member->memory;
	int ret;

	if (!child->mm || child->mm == current->mm) {
		ve_memory_forget(member);
		return;
	}
	member->memory = NULL;
	ret = owner ? give(owner, child->mm) :
		      adopt(member->ve->bc, child->mm);
	if (ret == -ENOMEM)
		give_up(child);
}

/**
 * ve_memory_exec - current has new memory
 * @member: its record
 */
void ve_memory_exec(struct ve_member *member)
{
	if (adopt(member->ve->bc, current->mm) == -ENOMEM)
		give_up(current);
}

/**
 * ve_memory_attach - charge what a process has brought along
 * @bc: whom to charge
 * @task: any thread of it; all are members
 *
 * If it execs meanwhile, either that sees that it is a member, or the new
 * memory is seen here.
 *
 * Context: process context.
 * Return: 0, also if it has none any more or somebody is charged already;
 * -ENOMEM.
 */
int ve_memory_attach(struct ve_bc *bc, struct task_struct *task)
{
	struct task_struct *thread;
	int ret = 0;

	rcu_read_lock();
	for_each_thread(task, thread) {
		struct mm_struct *mm;

		/* Keeps the thread from letting go of it. */
		task_lock(thread);
		mm = thread->mm;
		if (mm)
			ret = adopt(bc, mm);
		task_unlock(thread);
		if (mm)
			break;
	}
	rcu_read_unlock();
	return ret == -ENOMEM ? ret : 0;
}

/**
 * ve_memory_end - an address space is about to be freed
 * @mm: the address space, which nobody runs in
 */
void ve_memory_end(const struct mm_struct *mm)
{
	ve_owner_end(ve_mm_place(mm));
}

/* As the kernel counts it in data_vm and stack_vm. */
static bool is_private(unsigned long vm_flags)
{
	return (vm_flags & VM_STACK) == VM_STACK ||
	       (vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE;
}

static bool is_locked(unsigned long vm_flags)
{
	return vm_flags & VM_LOCKED;
}

/* How many pages from @start to @end are mapped such that they count. */
static u64 pages_mapped(struct mm_struct *mm, unsigned long start,
			unsigned long end, bool (*counts)(unsigned long))
{
	struct vm_area_struct *vma = find_vma(mm, start);
	u64 bytes = 0;

	for (; vma && vma->vm_start < end; vma = find_vma(mm, vma->vm_end))
		if (counts(vma->vm_flags))
			bytes += min(end, vma->vm_end) -
				 max(start, vma->vm_start);
	return bytes >> PAGE_SHIFT;
}

/*
 * Ask for a new mapping. What it takes the place of is not asked for, but
 * looked for only if there is no room for both.
 */
static bool ask_to_map(unsigned int value, unsigned long addr,
		       unsigned long len, unsigned long flags,
		       bool (*counts)(unsigned long))
{
	const enum ve_severity severity = VE_SEVERITY_BARRIER;
	struct mm_struct *mm = current->mm;
	u64 pages = len >> PAGE_SHIFT;

	if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) == MAP_FIXED) {
		if (ve_gauge_ask_how(ve_mm_place(mm), value, pages, severity,
				     VE_GAUGE_QUIET))
			return true;
		pages -= pages_mapped(mm, addr, addr + len, counts);
	}
	return ve_gauge_ask(ve_mm_place(mm), value, pages, severity);
}

/* The system call that current is in; none is 0. */
static u64 this_call(void)
{
	return (u64)syscall_get_arch(current) << 32 |
	       (u32)syscall_get_nr(current, task_pt_regs(current));
}

/*
 * Growth that is decided is not asked for where it happens. But what is decided
 * may fail before it comes to that, so it holds within its system call only.
 */
static void decide(struct ve_member *member, enum ve_growth growth)
{
	member->growth = growth;
	member->growing = this_call();
}

/* Memory that even the kernel does not see is locked by being mapped. */
static bool is_secret(const struct file *file)
{
	return file && file_inode(file)->i_sb->s_magic == SECRETMEM_MAGIC;
}

/**
 * ve_memory_map - current maps something
 * @file: what of; NULL for anonymous memory
 * @addr: where, if @flags say that it has to be there
 * @len: how much
 * @prot: as in mmap(2)
 * @flags: as in mmap(2)
 * @vm_flags: what it will have besides
 *
 * Context: process context; the lock of current's memory is held for writing.
 * Return: 0, -ENOMEM if privvmpages' barrier is in the way, -EAGAIN for
 * lockedpages', as for RLIMIT_MEMLOCK.
 */
int ve_memory_map(const struct file *file, unsigned long addr,
		  unsigned long len, unsigned long prot, unsigned long flags,
		  unsigned long vm_flags)
{
	struct ve_member *member = ve_member_of_current();
	/* Quick return for the host. */
	if (likely(!member))
		return 0;
	decide(member, VE_GROWTH_ASKED);
	/* What there can be no room for fails by itself. */
	if (len > TASK_SIZE)
		return 0;
	len = PAGE_ALIGN(len);
	if (prot & PROT_WRITE)
		vm_flags |= VM_WRITE;
	if (flags & MAP_GROWSDOWN)
		vm_flags |= VM_GROWSDOWN;
	if ((flags & MAP_LOCKED) || is_locked(current->mm->def_flags) ||
	    is_secret(file))
		vm_flags |= VM_LOCKED;
	if ((flags & MAP_TYPE) == MAP_SHARED ||
	    (flags & MAP_TYPE) == MAP_SHARED_VALIDATE)
		vm_flags |= VM_SHARED;
	if (is_private(vm_flags) &&
	    !ask_to_map(PRIVVM, addr, len, flags, is_private))
		return -ENOMEM;
	if (is_locked(vm_flags) &&
	    !ask_to_map(LOCKED, addr, len, flags, is_locked))
		return -EAGAIN;
	return 0;
}

/**
 * ve_memory_protect - current changes what a part of its memory is for
 * @vma: the part, or more than it
 *
 * Called for each part of those that one system call is about.
 *
 * Context: process context; the lock of current's memory is held for writing.
 */
void ve_memory_protect(const struct vm_area_struct *vma)
{
	struct ve_member *member = ve_member_of_current();

	/* Quick return for the host. */
	if (unlikely(member))
		decide(member, is_private(vma->vm_flags) ?
		       VE_GROWTH_NONE : VE_GROWTH_CONVERTS);
}

static bool is_decided(struct ve_member *member, enum ve_growth growth)
{
	return member->growing == this_call() && member->growth == growth;
}

/**
 * ve_memory_grow - an address space grows, or more of it becomes private
 * @mm: which; current's own, or one that current reaches into
 * @vm_flags: what the part that grows has, or will have
 * @pages: by how much
 *
 * Context: process context; the lock of the memory is held, for writing but for
 * a growing stack.
 * Return: 0, or -ENOMEM if the bound of privvmpages or lockedpages is in the
 * way: the limit for stacks and for what is there already, else the barrier.
 */
int ve_memory_grow(const struct mm_struct *mm, unsigned long vm_flags,
		   unsigned long pages)
{
	struct ve_member *member = ve_member_of_current();
	enum ve_severity severity = VE_SEVERITY_BARRIER;
	bool more = true;

	/* Quick return for the host. */
	if (likely(!member && mm == current->mm))
		return 0;
	if (member && mm == current->mm) {
		if (is_decided(member, VE_GROWTH_ASKED)) {
			member->growing = 0;
			return 0;
		}
		if (is_decided(member, VE_GROWTH_NONE))
			return 0;
		if (is_decided(member, VE_GROWTH_CONVERTS)) {
			severity = VE_SEVERITY_LIMIT;
			more = false;
		}
	}
	if (vm_flags & VM_GROWSDOWN)
		severity = VE_SEVERITY_LIMIT;
	if (is_private(vm_flags) &&
	    !ve_gauge_ask(ve_mm_place(mm), PRIVVM, pages, severity))
		return -ENOMEM;
	if (is_locked(vm_flags) && more &&
	    !ve_gauge_ask(ve_mm_place(mm), LOCKED, pages, severity))
		return -ENOMEM;
	return 0;
}

/* As the kernel does: what cannot be evicted anyway is not locked. */
static bool can_be_locked(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & VM_SPECIAL) && !vma_is_dax(vma) &&
	       !is_vm_hugetlb_page((struct vm_area_struct *)vma);
}

/**
 * ve_memory_lock - current locks a part of its memory, or lets go of it
 * @vma: what the part is of
 * @start: of the part
 * @end: of the part
 * @vm_flags: what the part is to have
 *
 * Context: process context; the lock of current's memory is held for writing.
 * Return: 0, or -ENOMEM if lockedpages' barrier is in the way, as for
 * RLIMIT_MEMLOCK.
 */
int ve_memory_lock(const struct vm_area_struct *vma, unsigned long start,
		   unsigned long end, unsigned long vm_flags)
{
	if (!is_locked(vm_flags) || is_locked(vma->vm_flags) ||
	    !can_be_locked(vma))
		return 0;
	return ve_gauge_ask(ve_mm_place(vma->vm_mm), LOCKED,
			    (end - start) >> PAGE_SHIFT, VE_SEVERITY_BARRIER) ?
	       0 : -ENOMEM;
}

/**
 * ve_memory_lock_all - current locks its memory as a whole
 * @flags: as in mlockall(2)
 *
 * ve_memory_lock() follows for each part, but being refused there is lost on
 * the caller. So there has to be room for all that is mapped, as for
 * RLIMIT_MEMLOCK.
 *
 * Context: process context; no lock is held.
 * Return: 0, or -ENOMEM if lockedpages' barrier is in the way.
 */
int ve_memory_lock_all(int flags)
{
	const struct mm_struct *mm = current->mm;
	unsigned long all, locked;

	/* Quick return for the host. */
	if (likely(!ve_member_of_current()) || !(flags & MCL_CURRENT))
		return 0;
	all = READ_ONCE(mm->total_vm);
	locked = READ_ONCE(mm->locked_vm);
	if (all <= locked)
		return 0;
	return ve_gauge_ask_how(ve_mm_place(mm), LOCKED, all - locked,
				VE_SEVERITY_BARRIER, VE_GAUGE_MOVING) ?
	       0 : -ENOMEM;
}
