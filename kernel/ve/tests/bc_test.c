// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of the beancounter engine, inside the kernel: loading this module runs
 * them, and fails if one does. The engine is compiled in, so that it is tested
 * apart from whatever is charged. (Stock kernels have no KUnit.)
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/module.h>

#include "../bc.c"

#define RES VE_RESOURCE_NUMPROC

static unsigned int failures;

#define expect(condition) do {						\
	if (!(condition)) {						\
		failures++;						\
		pr_err("%s:%d: not so: %s\n", __func__, __LINE__,	\
		       #condition);					\
	}								\
} while (0)

static struct ve_bc *make(u64 barrier, u64 limit)
{
	struct ve_bounds bounds = {
		.barrier[RES] = barrier, .has_barrier = BIT(RES),
		.limit[RES] = limit, .has_limit = BIT(RES),
	};
	struct ve_bc *bc = ve_bc_create("test");
	enum ve_resource culprit;

	if (!bc || ve_bc_set(bc, &bounds, &culprit))
		failures++;
	return bc;
}

static struct ve_counts counts_of(struct ve_bc *bc)
{
	struct ve_counts counts;

	ve_bc_read(bc, RES, &counts);
	return counts;
}

static bool charge(struct ve_bc *bc, u64 n, enum ve_severity severity)
{
	bool ok = ve_bc_fit(bc, RES, n, severity);

	if (!ok)
		ve_bc_fail(bc, RES);
	return ok;
}

static void new_counter_is_unlimited_and_holds_nothing(void)
{
	struct ve_bc *bc = ve_bc_create("test");
	struct ve_counts counts = counts_of(bc);

	expect(counts.barrier == VE_UNLIMITED && counts.limit == VE_UNLIMITED);
	expect(!counts.held && !counts.maxheld && !counts.failcnt);
	expect(charge(bc, VE_UNLIMITED, VE_SEVERITY_BARRIER));
	expect(!charge(bc, 1, VE_SEVERITY_LIMIT));
	ve_bc_uncharge(bc, RES, VE_UNLIMITED);
	ve_bc_put(bc);
}

static void severities_differ_between_barrier_and_limit(void)
{
	struct ve_bc *bc = make(5, 7);

	expect(charge(bc, 5, VE_SEVERITY_BARRIER));
	expect(!charge(bc, 1, VE_SEVERITY_BARRIER));
	expect(charge(bc, 2, VE_SEVERITY_LIMIT));
	expect(!charge(bc, 1, VE_SEVERITY_LIMIT));
	expect(!charge(bc, 1, VE_SEVERITY_BARRIER));
	expect(charge(bc, 1, VE_SEVERITY_FORCE));
	expect(counts_of(bc).held == 8 && counts_of(bc).failcnt == 3);
	ve_bc_uncharge(bc, RES, 8);
	expect(counts_of(bc).held == 0 && counts_of(bc).maxheld == 8);
	ve_bc_put(bc);
}

static void refused_charge_changes_failcnt_only(void)
{
	struct ve_bc *bc = make(5, 5);

	expect(charge(bc, 3, VE_SEVERITY_BARRIER));
	expect(!charge(bc, 3, VE_SEVERITY_BARRIER));
	expect(!charge(bc, U64_MAX, VE_SEVERITY_BARRIER));
	expect(!charge(bc, (u64)VE_UNLIMITED, VE_SEVERITY_LIMIT));
	expect(counts_of(bc).held == 3 && counts_of(bc).maxheld == 3);
	expect(counts_of(bc).failcnt == 3);
	expect(charge(bc, 2, VE_SEVERITY_BARRIER));
	ve_bc_uncharge(bc, RES, 5);
	ve_bc_put(bc);
}

static void barrier_zero_refuses_everything_but_force(void)
{
	struct ve_bc *bc = make(0, 0);

	expect(!charge(bc, 1, VE_SEVERITY_BARRIER));
	expect(!charge(bc, 1, VE_SEVERITY_LIMIT));
	ve_bc_charge(bc, RES, 1);
	expect(counts_of(bc).held == 1);
	ve_bc_uncharge(bc, RES, 1);
	ve_bc_put(bc);
}

static void bound_below_held_takes_nothing_away(void)
{
	struct ve_bounds lower = {
		.barrier[RES] = 2, .has_barrier = BIT(RES),
		.limit[RES] = 2, .has_limit = BIT(RES),
	};
	struct ve_bc *bc = make(5, 5);
	enum ve_resource culprit;

	expect(charge(bc, 4, VE_SEVERITY_BARRIER));
	expect(!ve_bc_set(bc, &lower, &culprit));
	expect(counts_of(bc).held == 4);
	expect(!charge(bc, 1, VE_SEVERITY_BARRIER));
	ve_bc_uncharge(bc, RES, 3);
	expect(charge(bc, 1, VE_SEVERITY_BARRIER));
	expect(!charge(bc, 1, VE_SEVERITY_BARRIER));
	ve_bc_uncharge(bc, RES, 2);
	ve_bc_put(bc);
}

static void barrier_above_limit_is_refused_whole(void)
{
	struct ve_bounds inverted = {
		.barrier[RES] = 9, .has_barrier = BIT(RES),
		.limit[RES] = 8, .has_limit = BIT(RES),
	};
	struct ve_bounds above = {
		.barrier[RES] = 8, .has_barrier = BIT(RES),
	};
	struct ve_bounds below = {
		.limit[RES] = 4, .has_limit = BIT(RES),
	};
	enum ve_resource culprit = VE_NR_RESOURCES;
	struct ve_bc *bc = make(5, 7);

	expect(ve_bc_set(bc, &inverted, &culprit) == -EINVAL);
	expect(culprit == RES);
	expect(ve_bc_set(bc, &above, &culprit) == -EINVAL);
	expect(ve_bc_set(bc, &below, &culprit) == -EINVAL);
	expect(counts_of(bc).barrier == 5 && counts_of(bc).limit == 7);
	ve_bc_put(bc);
}

static void absent_bound_keeps_its_value(void)
{
	struct ve_bounds bounds = {
		.limit[RES] = 9, .has_limit = BIT(RES),
	};
	enum ve_resource culprit;
	struct ve_bc *bc = make(5, 7);

	expect(!ve_bc_set(bc, &bounds, &culprit));
	expect(counts_of(bc).barrier == 5 && counts_of(bc).limit == 9);
	ve_bc_put(bc);
}

#define RACERS 4
#define ROUNDS 100000
#define ROOM 1

/**
 * struct race - several charge one counter with room for fewer
 */
struct race {
	/** @bc: the counter */
	struct ve_bc *bc;
	/** @refused: how often somebody was refused */
	atomic_t refused;
	/** @seen_above: whether held was ever above the bound */
	atomic_t seen_above;
	/** @left: racers still running */
	atomic_t left;
	/** @done: all have finished */
	struct completion done;
};

static int racer(void *data)
{
	struct race *race = data;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		if (counts_of(race->bc).held > ROOM)
			atomic_inc(&race->seen_above);
		if (charge(race->bc, 1, VE_SEVERITY_BARRIER)) {
			cond_resched();
			ve_bc_uncharge(race->bc, RES, 1);
		} else {
			atomic_inc(&race->refused);
			cond_resched();
		}
	}
	if (atomic_dec_and_test(&race->left))
		complete(&race->done);
	return 0;
}

static void racing_charges_never_pass_the_bound(void)
{
	struct race race = {
		.bc = make(ROOM, ROOM),
		.left = ATOMIC_INIT(RACERS),
	};
	struct ve_counts counts;
	unsigned int i;

	init_completion(&race.done);
	for (i = 0; i < RACERS; i++) {
		struct task_struct *task =
			kthread_run(racer, &race, "ve_bc_test/%u", i);

		if (IS_ERR(task)) {
			failures++;
			if (atomic_dec_and_test(&race.left))
				complete(&race.done);
		}
	}
	wait_for_completion(&race.done);
	counts = counts_of(race.bc);
	expect(!atomic_read(&race.seen_above));
	expect(counts.held == 0);
	expect(counts.maxheld <= ROOM);
	expect(counts.failcnt == atomic_read(&race.refused));
	ve_bc_put(race.bc);
}

static int __init bc_test_init(void)
{
	static void (*const cases[])(void) = {
		new_counter_is_unlimited_and_holds_nothing,
		severities_differ_between_barrier_and_limit,
		refused_charge_changes_failcnt_only,
		barrier_zero_refuses_everything_but_force,
		bound_below_held_takes_nothing_away,
		barrier_above_limit_is_refused_whole,
		absent_bound_keeps_its_value,
		racing_charges_never_pass_the_bound,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned int before = failures;

		cases[i]();
		pr_info("%s %ps\n", failures == before ? "ok" : "FAILED",
			cases[i]);
	}
	return failures ? -EINVAL : 0;
}

static void __exit bc_test_exit(void)
{
}

module_init(bc_test_init);
module_exit(bc_test_exit);

MODULE_DESCRIPTION("Tests of the VE beancounter engine");
MODULE_AUTHOR("The VE developers");
MODULE_LICENSE("GPL");
