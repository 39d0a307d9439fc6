// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of the registry: ids, names, order, and what a VE leaves. */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "../bc.h"
#include "../registry.h"

static struct ve *make(u32 id, const char *name)
{
	const struct ve_bounds bounds = {};
	u16 culprit;

	return ve_create(id, name, false, &bounds, NULL, &culprit);
}

static struct ve *made(struct kunit *test, u32 id, const char *name)
{
	struct ve *ve = make(id, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ve);
	return ve;
}

static void end(struct kunit *test, struct ve *ve)
{
	KUNIT_EXPECT_EQ(test, ve_destroy(ve, NULL), 0);
	ve_put(ve);
}

static void chosen_id_is_kept(struct kunit *test)
{
	struct ve *ve = made(test, 1234, "a");

	KUNIT_EXPECT_EQ(test, ve->id, 1234U);
	KUNIT_EXPECT_EQ(test, ve->bc->id, 1234U);
	KUNIT_EXPECT_STREQ(test, ve->name, "a");
	end(test, ve);
}

static void ids_that_are_allocated_differ(struct kunit *test)
{
	struct ve *a = made(test, 0, "a");
	struct ve *b = made(test, 0, "b");

	KUNIT_EXPECT_NE(test, a->id, b->id);
	KUNIT_EXPECT_GT(test, a->id, 0U);
	end(test, a);
	end(test, b);
}

static void largest_id_is_one(struct kunit *test)
{
	struct ve *ve = made(test, VE_ID_MAX, "a");
	struct ve *found = ve_get_by_id(VE_ID_MAX);

	KUNIT_EXPECT_PTR_EQ(test, found, ve);
	ve_put(found);
	end(test, ve);
}

static void id_and_name_are_unique(struct kunit *test)
{
	const struct ve_bounds bounds = {};
	struct ve *ve = made(test, 7, "a"), *other;
	u16 culprit = 0;

	other = ve_create(7, "b", false, &bounds, NULL, &culprit);
	KUNIT_EXPECT_EQ(test, PTR_ERR(other), (long)-EEXIST);
	KUNIT_EXPECT_EQ(test, culprit, (u16)VE_A_ID);
	other = ve_create(8, "a", false, &bounds, NULL, &culprit);
	KUNIT_EXPECT_EQ(test, PTR_ERR(other), (long)-EEXIST);
	KUNIT_EXPECT_EQ(test, culprit, (u16)VE_A_NAME);
	/* Nothing is left of what was refused. */
	KUNIT_EXPECT_NULL(test, ve_get_by_id(8));
	KUNIT_EXPECT_NULL(test, ve_get_by_name("b"));
	end(test, ve);
}

static void both_are_free_again_at_once(struct kunit *test)
{
	struct ve *old = made(test, 7, "a"), *ve;

	KUNIT_EXPECT_EQ(test, ve_destroy(old, NULL), 0);
	KUNIT_EXPECT_NULL(test, ve_get_by_id(7));
	ve = made(test, 7, "a");
	KUNIT_EXPECT_PTR_NE(test, ve, old);
	/* Who still has the old one cannot change it, nor end it twice. */
	KUNIT_EXPECT_EQ(test, ve_destroy(old, NULL), -ENOENT);
	ve_put(old);
	end(test, ve);
}

static void found_by_id_and_by_name(struct kunit *test)
{
	struct ve *ve = made(test, 9, "somebody");
	struct ve *by_id = ve_get_by_id(9);
	struct ve *by_name = ve_get_by_name("somebody");

	KUNIT_EXPECT_PTR_EQ(test, by_id, ve);
	KUNIT_EXPECT_PTR_EQ(test, by_name, ve);
	KUNIT_EXPECT_NULL(test, ve_get_by_name("some"));
	KUNIT_EXPECT_NULL(test, ve_get_by_id(0));
	ve_put(by_id);
	ve_put(by_name);
	end(test, ve);
}

static void walk_is_in_the_order_of_ids(struct kunit *test)
{
	static const u32 ids[] = { 300, 5, VE_ID_MAX, 41 };
	static const u32 sorted[] = { 5, 41, 300, VE_ID_MAX };
	struct ve *ves[ARRAY_SIZE(ids)], *ve;
	unsigned int i;
	u32 id = 1;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		char name[8];

		snprintf(name, sizeof(name), "ve%u", i);
		ves[i] = made(test, ids[i], name);
	}
	for (i = 0; i < ARRAY_SIZE(sorted); i++) {
		ve = ve_get_next(id);
		KUNIT_ASSERT_NOT_NULL(test, ve);
		KUNIT_EXPECT_EQ(test, ve->id, sorted[i]);
		id = ve->id + 1;
		ve_put(ve);
	}
	KUNIT_EXPECT_NULL(test, ve_get_next(id));
	for (i = 0; i < ARRAY_SIZE(ids); i++)
		end(test, ves[i]);
}

static void bounds_are_there_from_the_start(struct kunit *test)
{
	const struct ve_bounds bounds = {
		.barrier[VE_RESOURCE_NUMFILE] = 3,
		.has_barrier = BIT(VE_RESOURCE_NUMFILE),
	};
	struct ve_counts counts;
	struct ve *ve;
	u16 culprit;

	ve = ve_create(0, "a", false, &bounds, NULL, &culprit);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ve);
	ve_bc_read(ve->bc, VE_RESOURCE_NUMFILE, &counts);
	KUNIT_EXPECT_EQ(test, counts.barrier, 3ULL);
	KUNIT_EXPECT_EQ(test, counts.limit, (u64)VE_UNLIMITED);
	end(test, ve);
}

static void generation_changes_with_who_there_is(struct kunit *test)
{
	unsigned int before = ve_generation();
	struct ve *ve = made(test, 0, "a");
	unsigned int with = ve_generation();

	KUNIT_EXPECT_NE(test, before, with);
	end(test, ve);
	KUNIT_EXPECT_NE(test, with, ve_generation());
}

/* So many ids that requests hit each other. */
#define NR_IDS 16

static void registry_does_what_a_plain_table_does(struct kunit *test)
{
	struct ve *table[NR_IDS + 1] = {};
	struct rnd_state random;
	unsigned int i;

	prandom_seed_state(&random, 1999);
	for (i = 0; i < 5000; i++) {
		u32 id = 1 + prandom_u32_state(&random) % NR_IDS;
		char name[8];
		struct ve *ve;

		snprintf(name, sizeof(name), "ve%u", id);
		switch (prandom_u32_state(&random) % 3) {
		case 0:
			ve = make(id, name);
			KUNIT_EXPECT_EQ(test, IS_ERR(ve), !!table[id]);
			if (!IS_ERR(ve))
				table[id] = ve;
			break;
		case 1:
			if (table[id])
				end(test, table[id]);
			table[id] = NULL;
			break;
		default:
			ve = prandom_u32_state(&random) & 1 ?
				ve_get_by_id(id) : ve_get_by_name(name);
			KUNIT_EXPECT_PTR_EQ(test, ve, table[id]);
			if (ve)
				ve_put(ve);
			break;
		}
	}
	for (i = 1; i <= NR_IDS; i++)
		if (table[i])
			end(test, table[i]);
	KUNIT_EXPECT_NULL(test, ve_get_next(1));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(chosen_id_is_kept),
	KUNIT_CASE(ids_that_are_allocated_differ),
	KUNIT_CASE(largest_id_is_one),
	KUNIT_CASE(id_and_name_are_unique),
	KUNIT_CASE(both_are_free_again_at_once),
	KUNIT_CASE(found_by_id_and_by_name),
	KUNIT_CASE(walk_is_in_the_order_of_ids),
	KUNIT_CASE(bounds_are_there_from_the_start),
	KUNIT_CASE(generation_changes_with_who_there_is),
	KUNIT_CASE(registry_does_what_a_plain_table_does),
	{}
};

static struct kunit_suite suite = {
	.name = "ve_registry",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("Tests of the VE registry");
MODULE_LICENSE("GPL");
