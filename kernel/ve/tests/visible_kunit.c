// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of who is there for whom. The observer is the test's own thread,
 * a member for as long as a test says; what it looks at are kernel threads.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/ve.h>

#include "../bc.h"
#include "../member.h"
#include "../registry.h"

/**
 * struct scene - what each test looks at
 */
struct scene {
	/** @own: the VE that the observer joins */
	struct ve *own;
	/** @other: another */
	struct ve *other;
	/** @inside: a member of @own */
	struct task_struct *inside;
	/** @elsewhere: a member of @other */
	struct task_struct *elsewhere;
	/** @host: a member of none */
	struct task_struct *host;
};

static int wait_for_the_end(void *unused)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static struct task_struct *somebody(struct kunit *test, const char *name)
{
	struct task_struct *task = kthread_run(wait_for_the_end, NULL,
					       "%s", name);

	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	return task;
}

static struct ve_member *join(struct kunit *test, struct ve *ve,
			      struct task_struct *task)
{
	struct ve_member *member = ve_member_new(GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, member);
	spin_lock(&ve->lock);
	ret = ve_member_join(ve, member, task, true);
	spin_unlock(&ve->lock);
	KUNIT_ASSERT_EQ(test, ret, 0);
	rcu_read_lock();
	ve_member_born(member);
	rcu_read_unlock();
	return member;
}

static void leave(struct task_struct *task)
{
	struct ve_member *member;

	rcu_read_lock();
	member = ve_member_of(task);
	if (member)
		ve_member_leave(member);
	rcu_read_unlock();
}

static struct ve *make(struct kunit *test, const char *name, bool watching)
{
	const struct ve_bounds bounds = {};
	struct ve *ve;
	u16 culprit;

	ve = ve_create(0, name, watching, &bounds, NULL, &culprit);
	KUNIT_ASSERT_FALSE(test, IS_ERR(ve));
	return ve;
}

static void set_up(struct kunit *test, struct scene *scene, bool watching)
{
	scene->own = make(test, "own", watching);
	scene->other = make(test, "other", false);
	scene->inside = somebody(test, "inside");
	scene->elsewhere = somebody(test, "elsewhere");
	scene->host = somebody(test, "host");
	join(test, scene->own, scene->inside);
	join(test, scene->other, scene->elsewhere);
	join(test, scene->own, current);
}

static void stop(struct task_struct *task)
{
	leave(task);
	kthread_stop(task);
	put_task_struct(task);
}

static void tear_down(struct kunit *test, struct scene *scene)
{
	leave(current);
	stop(scene->inside);
	stop(scene->elsewhere);
	stop(scene->host);
	KUNIT_EXPECT_EQ(test, ve_destroy(scene->own, NULL), 0);
	KUNIT_EXPECT_EQ(test, ve_destroy(scene->other, NULL), 0);
	ve_put(scene->own);
	ve_put(scene->other);
}

static bool finds(struct task_struct *task)
{
	bool found;

	rcu_read_lock();
	found = ve_pid_found(task_pid(task), false);
	rcu_read_unlock();
	return found;
}

static void host_sees_everything(struct kunit *test)
{
	struct scene scene;

	set_up(test, &scene, false);
	leave(current);
	KUNIT_EXPECT_TRUE(test, ve_sees_all());
	KUNIT_EXPECT_FALSE(test, ve_is_member());
	KUNIT_EXPECT_FALSE(test, ve_pid_hidden(task_pid(scene.inside)));
	KUNIT_EXPECT_FALSE(test, ve_pid_untold(task_pid(scene.elsewhere)));
	KUNIT_EXPECT_EQ(test, ve_task_reach(scene.elsewhere), 0);
	KUNIT_EXPECT_EQ(test, ve_task_ptrace(scene.inside), 0);
	KUNIT_EXPECT_EQ(test, ve_machine_change(), 0);
	tear_down(test, &scene);
}

static void member_finds_members_of_its_own_only(struct kunit *test)
{
	struct scene scene;

	set_up(test, &scene, false);
	KUNIT_EXPECT_FALSE(test, ve_sees_all());
	KUNIT_EXPECT_TRUE(test, finds(current));
	KUNIT_EXPECT_TRUE(test, finds(scene.inside));
	KUNIT_EXPECT_FALSE(test, finds(scene.elsewhere));
	KUNIT_EXPECT_FALSE(test, finds(scene.host));
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, ve_pid_found(NULL, false));
	rcu_read_unlock();
	tear_down(test, &scene);
}

static void what_is_outside_is_hidden_and_not_told(struct kunit *test)
{
	struct scene scene;

	set_up(test, &scene, false);
	KUNIT_EXPECT_FALSE(test, ve_pid_hidden(task_pid(scene.inside)));
	KUNIT_EXPECT_TRUE(test, ve_pid_hidden(task_pid(scene.elsewhere)));
	KUNIT_EXPECT_TRUE(test, ve_pid_hidden(task_pid(scene.host)));
	KUNIT_EXPECT_FALSE(test, ve_pid_hidden(NULL));
	KUNIT_EXPECT_FALSE(test, ve_pid_untold(task_pid(scene.inside)));
	KUNIT_EXPECT_TRUE(test, ve_pid_untold(task_pid(scene.host)));
	KUNIT_EXPECT_FALSE(test, ve_task_untold(scene.inside, PIDTYPE_PID));
	KUNIT_EXPECT_TRUE(test, ve_task_untold(scene.host, PIDTYPE_TGID));
	KUNIT_EXPECT_FALSE(test, ve_task_untold(NULL, PIDTYPE_PID));
	tear_down(test, &scene);
}

static void lookups_of_the_kernel_ask(struct kunit *test)
{
	struct task_struct *found;
	struct scene scene;

	set_up(test, &scene, false);
	rcu_read_lock();
	found = find_task_by_vpid(task_pid_nr(scene.inside));
	KUNIT_EXPECT_PTR_EQ(test, found, scene.inside);
	KUNIT_EXPECT_NULL(test, find_task_by_vpid(task_pid_nr(scene.host)));
	KUNIT_EXPECT_NULL(test, find_vpid(task_pid_nr(scene.elsewhere)));
	rcu_read_unlock();
	KUNIT_EXPECT_NULL(test, find_get_pid(task_pid_nr(scene.host)));
	KUNIT_EXPECT_EQ(test, task_pid_vnr(scene.host), 0);
	KUNIT_EXPECT_EQ(test, task_pid_vnr(scene.inside),
			task_pid_nr(scene.inside));
	tear_down(test, &scene);
}

static void list_has_the_members_in_the_order_of_their_numbers(struct kunit *test)
{
	struct scene scene;
	unsigned int nr = 0;
	int last = 0;

	set_up(test, &scene, false);
	rcu_read_lock();
	for (;;) {
		struct pid *pid = ve_pid_next(last + 1, &init_pid_ns);
		struct task_struct *task = pid_task(pid, PIDTYPE_PID);

		if (!pid)
			break;
		nr++;
		KUNIT_EXPECT_GT(test, task_pid_nr(task), last);
		KUNIT_EXPECT_TRUE(test, task == current ||
				  task == scene.inside);
		last = task_pid_nr(task);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, nr, 2U);
	tear_down(test, &scene);
}

static void member_reaches_its_own_only(struct kunit *test)
{
	struct scene scene;

	set_up(test, &scene, false);
	KUNIT_EXPECT_EQ(test, ve_task_reach(scene.inside), 0);
	KUNIT_EXPECT_EQ(test, ve_task_reach(scene.elsewhere), -EPERM);
	KUNIT_EXPECT_EQ(test, ve_task_reach(scene.host), -EPERM);
	tear_down(test, &scene);
}

static void who_enters_is_not_traced(struct kunit *test)
{
	struct scene scene;

	set_up(test, &scene, false);
	KUNIT_EXPECT_EQ(test, ve_task_ptrace(scene.inside), 0);
	KUNIT_EXPECT_EQ(test, ve_task_ptrace(scene.elsewhere), -EPERM);
	rcu_read_lock();
	WRITE_ONCE(ve_member_of(scene.inside)->entering, true);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, ve_task_ptrace(scene.inside), -EPERM);
	tear_down(test, &scene);
}

static void who_watches_sees_all_and_changes_nothing_outside(struct kunit *test)
{
	struct scene scene;

	set_up(test, &scene, true);
	KUNIT_EXPECT_TRUE(test, ve_sees_all());
	KUNIT_EXPECT_TRUE(test, ve_is_member());
	KUNIT_EXPECT_TRUE(test, ve_is_watching());
	KUNIT_EXPECT_FALSE(test, ve_pid_hidden(task_pid(scene.host)));
	KUNIT_EXPECT_FALSE(test, ve_pid_untold(task_pid(scene.elsewhere)));
	KUNIT_EXPECT_EQ(test, ve_task_reach(scene.host), -EPERM);
	KUNIT_EXPECT_EQ(test, ve_task_change(scene.elsewhere), -EPERM);
	KUNIT_EXPECT_EQ(test, ve_task_change(scene.inside), 0);
	KUNIT_EXPECT_FALSE(test, ve_pid_change(task_pid(scene.host)));
	KUNIT_EXPECT_TRUE(test, ve_pid_change(task_pid(scene.inside)));
	tear_down(test, &scene);
}

static void machine_is_not_a_members(struct kunit *test)
{
	static const pid_t numbers[] = { 12345 };
	static const pid_t none[] = { 0 };
	struct scene scene;

	set_up(test, &scene, false);
	KUNIT_EXPECT_EQ(test, ve_machine_change(), -EPERM);
	KUNIT_EXPECT_EQ(test, ve_task_choose(&init_pid_ns, numbers, 1), -EPERM);
	/* What the kernel refuses otherwise. */
	KUNIT_EXPECT_EQ(test, ve_task_choose(&init_pid_ns, none, 1), 0);
	KUNIT_EXPECT_EQ(test, ve_task_choose(&init_pid_ns, numbers, 0), 0);
	tear_down(test, &scene);
}

static void dead_leave_nothing_charged(struct kunit *test)
{
	struct ve_counts counts;
	struct scene scene;

	set_up(test, &scene, false);
	ve_bc_read(scene.own->bc, VE_RESOURCE_NUMPROC, &counts);
	KUNIT_EXPECT_EQ(test, counts.held, 2ULL);
	leave(scene.inside);
	leave(scene.inside);
	leave(current);
	ve_bc_read(scene.own->bc, VE_RESOURCE_NUMPROC, &counts);
	KUNIT_EXPECT_EQ(test, counts.held, 0ULL);
	ve_bc_read(scene.own->bc, VE_RESOURCE_KMEMSIZE, &counts);
	KUNIT_EXPECT_EQ(test, counts.held, 0ULL);
	tear_down(test, &scene);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(host_sees_everything),
	KUNIT_CASE(member_finds_members_of_its_own_only),
	KUNIT_CASE(what_is_outside_is_hidden_and_not_told),
	KUNIT_CASE(lookups_of_the_kernel_ask),
	KUNIT_CASE(list_has_the_members_in_the_order_of_their_numbers),
	KUNIT_CASE(member_reaches_its_own_only),
	KUNIT_CASE(who_enters_is_not_traced),
	KUNIT_CASE(who_watches_sees_all_and_changes_nothing_outside),
	KUNIT_CASE(machine_is_not_a_members),
	KUNIT_CASE(dead_leave_nothing_charged),
	{}
};

static struct kunit_suite suite = {
	.name = "ve_visible",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("Tests of who is there for a member of a VE");
MODULE_LICENSE("GPL");
