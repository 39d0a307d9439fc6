// SPDX-License-Identifier: GPL-2.0-only
/*
 * When the machine runs out of memory. A VE that uses no more than its
 * oomguarpages promise it is spared while another uses more: of its processes
 * one is chosen only if there is none else.
 *
 * The kernel looks at one process after another, and keeps the worst so far.
 * Whoever has no promise takes the place of whoever has, however small, and
 * not the other way round. So if anybody can be killed, somebody is: were all
 * with a promise left out at once, the last without one could exit meanwhile,
 * and the kernel panics when it finds nobody.
 *
 * One choice is made at a time, under a mutex of the kernel's, also for memory
 * cgroups. Those are chosen in as before: it is their bound that is reached.
 */
#include <linux/mm.h>
#include <linux/oom.h>
#include <linux/rcupdate.h>
#include <linux/rculist.h>
#include <linux/sched/coredump.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/ve.h>

#include "bc.h"
#include "event.h"
#include "gauge.h"
#include "member.h"
#include "registry.h"

/**
 * struct choice - the choice that is being made; see above for the lock
 */
static struct choice {
	/** @oc: the kernel's part of it, if promises count; compared only */
	const struct oom_control *oc;
	/** @set_back: who is chosen so far, if it is to lose to the next */
	const struct task_struct *set_back;
	/** @points: what it has been chosen for */
	long points;
} choice;

static const struct ve_counter *counter_of(const struct ve_bc *bc)
{
	return &bc->counters[VE_RESOURCE_OOMGUARPAGES];
}

static bool is_over(const struct ve_bc *bc)
{
	const struct ve_counter *counter = counter_of(bc);

	return (u64)atomic64_read(&counter->held) > READ_ONCE(counter->barrier);
}

static bool has_promise(const struct task_struct *task)
{
	const struct ve_member *member;
	bool ret;

	rcu_read_lock();
	member = ve_member_of(task);
	ret = member && !is_over(member->ve->bc) &&
	      READ_ONCE(counter_of(member->ve->bc)->barrier);
	rcu_read_unlock();
	return ret;
}

/* Pages of a process, 0 if it has let go of them or is not to be killed. */
static unsigned long pages_of(struct task_struct *task)
{
	unsigned long pages = 0;
	struct mm_struct *mm;

	if (READ_ONCE(task->signal->oom_score_adj) == OOM_SCORE_ADJ_MIN)
		return 0;
	task_lock(task);
	mm = task->mm;
	if (mm && !mm_flags_test(MMF_OOM_SKIP, mm))
		pages = get_mm_rss(mm) + get_mm_counter(mm, MM_SWAPENTS);
	task_unlock(task);
	return pages;
}

static bool can_give(struct ve *ve)
{
	struct ve_member *member;
	bool ret = false;

	ve_gauges_look(ve->bc);
	if (!is_over(ve->bc))
		return false;
	rcu_read_lock();
	list_for_each_entry_rcu(member, &ve->members, link) {
		ret = READ_ONCE(member->born) && pages_of(member->task);
		if (ret)
			break;
	}
	rcu_read_unlock();
	return ret;
}

/**
 * ve_oom_begin - somebody is to be killed for memory
 * @oc: the choice, which has not begun
 *
 * Context: process context; under the kernel's oom_lock.
 */
void ve_oom_begin(const struct oom_control *oc)
{
	struct ve *ve;
	u32 id = 1;

	choice.oc = NULL;
	choice.set_back = NULL;
	if (oc->memcg)
		return;
	/* All are brought up to date, whoever comes first. */
	while ((ve = ve_get_next(id))) {
		if (can_give(ve))
			choice.oc = oc;
		id = ve->id + 1;
		ve_put(ve);
	}
}

/**
 * ve_oom_passes_over - is a process spared, for the moment?
 * @task: the process, which is about to be compared with the worst so far
 * @oc: the choice so far
 *
 * Context: under the kernel's oom_lock, and RCU.
 * Return: true if it is not to be compared.
 */
bool ve_oom_passes_over(struct task_struct *task, struct oom_control *oc)
{
	bool promised;

	/* What memory has to be of some nodes, others have not to give. */
	if (choice.oc != oc || oc->nodemask)
		return false;
	if (choice.set_back && choice.set_back == oc->chosen)
		oc->chosen_points = choice.points;
	choice.set_back = NULL;
	if (!oc->chosen)
		return false;
	promised = has_promise(task);
	if (promised == has_promise(oc->chosen))
		return false;
	/* Who is dying already is to be waited for. */
	if (promised)
		return !tsk_is_oom_victim(task);
	choice.set_back = oc->chosen;
	choice.points = oc->chosen_points;
	oc->chosen_points = LONG_MIN;
	return false;
}

/**
 * ve_oom_kill - a process is killed for its memory
 * @victim: the process
 *
 * Whatever ran out of memory: to the VE it is a refusal of its oomguarpages.
 *
 * Context: process context.
 */
void ve_oom_kill(struct task_struct *victim)
{
	struct ve_member *member;

	rcu_read_lock();
	member = ve_member_of(victim);
	/* Quick return for the host. */
	if (unlikely(member))
		ve_event_refused_to(member->ve->bc, VE_RESOURCE_OOMGUARPAGES,
				    pages_of(victim), VE_SEVERITY_BARRIER,
				    victim);
	rcu_read_unlock();
}
