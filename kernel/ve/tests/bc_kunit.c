// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of the beancounter engine, apart from whatever is charged. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/prandom.h>

#include "../bc.h"

#define RES VE_RESOURCE_NUMPROC

static void set(struct kunit *test, struct ve_bc *bc, u64 barrier, u64 limit)
{
	struct ve_bounds bounds = {
		.barrier[RES] = barrier, .has_barrier = BIT(RES),
		.limit[RES] = limit, .has_limit = BIT(RES),
	};
	enum ve_resource culprit;

	KUNIT_ASSERT_EQ(test, ve_bc_set(bc, &bounds, &culprit), 0);
}

static struct ve_bc *make(struct kunit *test, u64 barrier, u64 limit)
{
	struct ve_bc *bc = ve_bc_create("test");

	KUNIT_ASSERT_NOT_NULL(test, bc);
	set(test, bc, barrier, limit);
	return bc;
}

static struct ve_counts counts_of(struct ve_bc *bc)
{
	struct ve_counts counts;

	ve_bc_read(bc, RES, &counts);
	return counts;
}

/* As those who ask do. */
static bool charge(struct ve_bc *bc, u64 n, enum ve_severity severity)
{
	bool ok = ve_bc_fit(bc, RES, n, severity);

	if (!ok)
		ve_bc_fail(bc, RES);
	return ok;
}

static void new_counter_is_unlimited_and_holds_nothing(struct kunit *test)
{
	struct ve_bc *bc = ve_bc_create("test");
	struct ve_counts counts;

	KUNIT_ASSERT_NOT_NULL(test, bc);
	counts = counts_of(bc);
	KUNIT_EXPECT_EQ(test, counts.barrier, (u64)VE_UNLIMITED);
	KUNIT_EXPECT_EQ(test, counts.limit, (u64)VE_UNLIMITED);
	KUNIT_EXPECT_EQ(test, counts.held, 0ULL);
	KUNIT_EXPECT_EQ(test, counts.maxheld, 0ULL);
	KUNIT_EXPECT_EQ(test, counts.failcnt, 0ULL);
	KUNIT_EXPECT_TRUE(test, charge(bc, VE_UNLIMITED, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_FALSE(test, charge(bc, 1, VE_SEVERITY_LIMIT));
	ve_bc_uncharge(bc, RES, VE_UNLIMITED);
	ve_bc_put(bc);
}

static void severities_differ_between_barrier_and_limit(struct kunit *test)
{
	struct ve_bc *bc = make(test, 5, 7);

	KUNIT_EXPECT_TRUE(test, charge(bc, 5, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_FALSE(test, charge(bc, 1, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_TRUE(test, charge(bc, 2, VE_SEVERITY_LIMIT));
	KUNIT_EXPECT_FALSE(test, charge(bc, 1, VE_SEVERITY_LIMIT));
	KUNIT_EXPECT_FALSE(test, charge(bc, 1, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_TRUE(test, charge(bc, 1, VE_SEVERITY_FORCE));
	KUNIT_EXPECT_EQ(test, counts_of(bc).held, 8ULL);
	KUNIT_EXPECT_EQ(test, counts_of(bc).failcnt, 3ULL);
	ve_bc_uncharge(bc, RES, 8);
	KUNIT_EXPECT_EQ(test, counts_of(bc).held, 0ULL);
	KUNIT_EXPECT_EQ(test, counts_of(bc).maxheld, 8ULL);
	ve_bc_put(bc);
}

static void refused_charge_changes_failcnt_only(struct kunit *test)
{
	struct ve_bc *bc = make(test, 5, 5);

	KUNIT_EXPECT_TRUE(test, charge(bc, 3, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_FALSE(test, charge(bc, 3, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_FALSE(test, charge(bc, U64_MAX, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_FALSE(test, charge(bc, (u64)VE_UNLIMITED,
					VE_SEVERITY_LIMIT));
	KUNIT_EXPECT_EQ(test, counts_of(bc).held, 3ULL);
	KUNIT_EXPECT_EQ(test, counts_of(bc).maxheld, 3ULL);
	KUNIT_EXPECT_EQ(test, counts_of(bc).failcnt, 3ULL);
	KUNIT_EXPECT_TRUE(test, charge(bc, 2, VE_SEVERITY_BARRIER));
	ve_bc_uncharge(bc, RES, 5);
	ve_bc_put(bc);
}

static void barrier_zero_refuses_everything_but_force(struct kunit *test)
{
	struct ve_bc *bc = make(test, 0, 0);

	KUNIT_EXPECT_FALSE(test, charge(bc, 1, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_FALSE(test, charge(bc, 1, VE_SEVERITY_LIMIT));
	ve_bc_charge(bc, RES, 1);
	KUNIT_EXPECT_EQ(test, counts_of(bc).held, 1ULL);
	ve_bc_uncharge(bc, RES, 1);
	ve_bc_put(bc);
}

static void bound_below_held_takes_nothing_away(struct kunit *test)
{
	struct ve_bc *bc = make(test, 5, 5);

	KUNIT_EXPECT_TRUE(test, charge(bc, 4, VE_SEVERITY_BARRIER));
	set(test, bc, 2, 2);
	KUNIT_EXPECT_EQ(test, counts_of(bc).held, 4ULL);
	KUNIT_EXPECT_FALSE(test, charge(bc, 1, VE_SEVERITY_BARRIER));
	ve_bc_uncharge(bc, RES, 3);
	KUNIT_EXPECT_TRUE(test, charge(bc, 1, VE_SEVERITY_BARRIER));
	KUNIT_EXPECT_FALSE(test, charge(bc, 1, VE_SEVERITY_BARRIER));
	ve_bc_uncharge(bc, RES, 2);
	ve_bc_put(bc);
}

static void barrier_above_limit_is_refused_whole(struct kunit *test)
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
	struct ve_bc *bc = make(test, 5, 7);

	KUNIT_EXPECT_EQ(test, ve_bc_set(bc, &inverted, &culprit), -EINVAL);
	KUNIT_EXPECT_EQ(test, culprit, RES);
	KUNIT_EXPECT_EQ(test, ve_bc_set(bc, &above, &culprit), -EINVAL);
	KUNIT_EXPECT_EQ(test, ve_bc_set(bc, &below, &culprit), -EINVAL);
	KUNIT_EXPECT_EQ(test, counts_of(bc).barrier, 5ULL);
	KUNIT_EXPECT_EQ(test, counts_of(bc).limit, 7ULL);
	ve_bc_put(bc);
}

static void absent_bound_keeps_its_value(struct kunit *test)
{
	struct ve_bounds bounds = {
		.limit[RES] = 9, .has_limit = BIT(RES),
	};
	enum ve_resource culprit;
	struct ve_bc *bc = make(test, 5, 7);

	KUNIT_EXPECT_EQ(test, ve_bc_set(bc, &bounds, &culprit), 0);
	KUNIT_EXPECT_EQ(test, counts_of(bc).barrier, 5ULL);
	KUNIT_EXPECT_EQ(test, counts_of(bc).limit, 9ULL);
	ve_bc_put(bc);
}

/**
 * struct model - what a counter has to be, by the plainest arithmetic
 */
struct model {
	/** @held: charged now */
	u64 held;
	/** @maxheld: the most ever charged */
	u64 maxheld;
	/** @barrier: the lower bound */
	u64 barrier;
	/** @limit: the upper bound */
	u64 limit;
	/** @failcnt: refused charges */
	u64 failcnt;
};

static bool model_charge(struct model *model, u64 n, enum ve_severity severity)
{
	if ((severity == VE_SEVERITY_BARRIER &&
	     model->held + n > model->barrier) ||
	    (severity == VE_SEVERITY_LIMIT && model->held + n > model->limit)) {
		model->failcnt++;
		return false;
	}
	model->held += n;
	model->maxheld = max(model->maxheld, model->held);
	return true;
}

static int model_set(struct model *model, const struct ve_bounds *bounds)
{
	u64 barrier = bounds->has_barrier ? bounds->barrier[RES] :
					    model->barrier;
	u64 limit = bounds->has_limit ? bounds->limit[RES] : model->limit;

	if (barrier > limit)
		return -EINVAL;
	model->barrier = barrier;
	model->limit = limit;
	return 0;
}

static void step(struct kunit *test, struct ve_bc *bc, struct model *model,
		 struct rnd_state *random)
{
	enum ve_severity severity = prandom_u32_state(random) % 3;
	u64 n = 1 + prandom_u32_state(random) % 8;
	struct ve_bounds bounds = {};
	enum ve_resource culprit;

	switch (prandom_u32_state(random) % 8) {
	case 0 ... 3:
		KUNIT_EXPECT_EQ(test, charge(bc, n, severity),
				model_charge(model, n, severity));
		break;
	case 4 ... 6:
		n = min(n, model->held);
		if (n)
			ve_bc_uncharge(bc, RES, n);
		model->held -= n;
		break;
	default:
		bounds.has_barrier = prandom_u32_state(random) & BIT(RES);
		bounds.barrier[RES] = prandom_u32_state(random) % 24;
		bounds.has_limit = prandom_u32_state(random) & BIT(RES);
		bounds.limit[RES] = prandom_u32_state(random) % 24;
		KUNIT_EXPECT_EQ(test, ve_bc_set(bc, &bounds, &culprit),
				model_set(model, &bounds));
		break;
	}
}

static void counter_does_what_a_plain_model_does(struct kunit *test)
{
	struct model model = { .barrier = 10, .limit = 12 };
	struct ve_bc *bc = make(test, model.barrier, model.limit);
	struct rnd_state random;
	unsigned int i;

	prandom_seed_state(&random, 2006);
	for (i = 0; i < 100000; i++) {
		struct ve_counts counts;

		step(test, bc, &model, &random);
		counts = counts_of(bc);
		if (counts.held == model.held &&
		    counts.maxheld == model.maxheld &&
		    counts.barrier == model.barrier &&
		    counts.limit == model.limit &&
		    counts.failcnt == model.failcnt &&
		    counts.barrier <= counts.limit)
			continue;
		KUNIT_FAIL(test, "step %u: held %llu/%llu, bounds %llu, %llu, failcnt %llu\n",
			   i, counts.held, counts.maxheld, counts.barrier,
			   counts.limit, counts.failcnt);
		break;
	}
	if (model.held)
		ve_bc_uncharge(bc, RES, model.held);
	KUNIT_EXPECT_EQ(test, counts_of(bc).held, 0ULL);
	/* The sequence was worth something. */
	KUNIT_EXPECT_GT(test, model.failcnt, 1000ULL);
	KUNIT_EXPECT_GT(test, model.maxheld, 24ULL);
	ve_bc_put(bc);
}

static void resources_are_counted_apart(struct kunit *test)
{
	struct ve_bc *bc = make(test, 1, 1);
	unsigned int i;

	KUNIT_EXPECT_TRUE(test, charge(bc, 1, VE_SEVERITY_BARRIER));
	for (i = 0; i < VE_NR_RESOURCES; i++) {
		struct ve_counts counts;

		if (i == RES || !ve_bc_known(i))
			continue;
		ve_bc_read(bc, i, &counts);
		KUNIT_EXPECT_EQ(test, counts.held, 0ULL);
		KUNIT_EXPECT_EQ(test, counts.limit, (u64)VE_UNLIMITED);
	}
	ve_bc_uncharge(bc, RES, 1);
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

static void racing_charges_never_pass_the_bound(struct kunit *test)
{
	struct race race = {
		.bc = make(test, ROOM, ROOM),
		.left = ATOMIC_INIT(RACERS),
	};
	struct ve_counts counts;
	unsigned int i;

	init_completion(&race.done);
	for (i = 0; i < RACERS; i++) {
		struct task_struct *task =
			kthread_run(racer, &race, "ve_bc_test/%u", i);

		if (!IS_ERR(task))
			continue;
		KUNIT_FAIL(test, "no thread\n");
		if (atomic_dec_and_test(&race.left))
			complete(&race.done);
	}
	wait_for_completion(&race.done);
	counts = counts_of(race.bc);
	KUNIT_EXPECT_EQ(test, atomic_read(&race.seen_above), 0);
	KUNIT_EXPECT_EQ(test, counts.held, 0ULL);
	KUNIT_EXPECT_LE(test, counts.maxheld, (u64)ROOM);
	KUNIT_EXPECT_EQ(test, counts.failcnt,
			(u64)atomic_read(&race.refused));
	ve_bc_put(race.bc);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_counter_is_unlimited_and_holds_nothing),
	KUNIT_CASE(severities_differ_between_barrier_and_limit),
	KUNIT_CASE(refused_charge_changes_failcnt_only),
	KUNIT_CASE(barrier_zero_refuses_everything_but_force),
	KUNIT_CASE(bound_below_held_takes_nothing_away),
	KUNIT_CASE(barrier_above_limit_is_refused_whole),
	KUNIT_CASE(absent_bound_keeps_its_value),
	KUNIT_CASE(counter_does_what_a_plain_model_does),
	KUNIT_CASE(resources_are_counted_apart),
	KUNIT_CASE(racing_charges_never_pass_the_bound),
	{}
};

static struct kunit_suite suite = {
	.name = "ve_bc",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("Tests of the VE beancounter engine");
MODULE_LICENSE("GPL");
