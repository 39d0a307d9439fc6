/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of KUnit as the engine's tests use, for stock kernels, which have
 * none: loading the module runs them, and fails if one does.
 */
#ifndef _VE_KUNIT_TEST_H
#define _VE_KUNIT_TEST_H

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>

/**
 * struct kunit - a test that runs
 */
struct kunit {
	/** @failed: whether something was not as it should be */
	bool failed;
};

/**
 * struct kunit_case - a test
 */
struct kunit_case {
	/** @run: the test; NULL after the last */
	void (*run)(struct kunit *test);
	/** @name: what it says */
	const char *name;
};

/**
 * struct kunit_suite - tests
 */
struct kunit_suite {
	/** @name: what they are about */
	const char *name;
	/** @test_cases: the tests */
	struct kunit_case *test_cases;
};

#define KUNIT_CASE(function) { .run = function, .name = #function }

#define KUNIT_FAIL(test, format, ...) do {				\
	(test)->failed = true;						\
	pr_err("%s:%d: " format, __func__, __LINE__, ##__VA_ARGS__);	\
} while (0)

#define KUNIT_EXPECT_TRUE(test, condition) do {				\
	if (!(condition))						\
		KUNIT_FAIL(test, "not so: %s\n", #condition);		\
} while (0)

#define KUNIT_EXPECT_FALSE(test, condition) \
	KUNIT_EXPECT_TRUE(test, !(condition))
#define KUNIT_EXPECT_EQ(test, a, b) KUNIT_EXPECT_TRUE(test, (a) == (b))
#define KUNIT_EXPECT_LE(test, a, b) KUNIT_EXPECT_TRUE(test, (a) <= (b))
#define KUNIT_EXPECT_GT(test, a, b) KUNIT_EXPECT_TRUE(test, (a) > (b))
/* Nothing here can go on without what these ask for, but may oops. */
#define KUNIT_ASSERT_EQ(test, a, b) KUNIT_EXPECT_EQ(test, a, b)
#define KUNIT_ASSERT_NOT_NULL(test, a) KUNIT_EXPECT_TRUE(test, a)

static inline int kunit_run(const struct kunit_suite *suite)
{
	const struct kunit_case *at;
	int ret = 0;

	for (at = suite->test_cases; at->run; at++) {
		struct kunit test = {};

		at->run(&test);
		pr_info("%s: %s %s\n", suite->name,
			test.failed ? "FAILED" : "ok", at->name);
		if (test.failed)
			ret = -EINVAL;
	}
	return ret;
}

#define kunit_test_suite(suite)						\
static int __init run(void)						\
{									\
	return kunit_run(&(suite));					\
}									\
static void __exit end(void)						\
{									\
}									\
module_init(run);							\
module_exit(end)

#endif /* _VE_KUNIT_TEST_H */
