// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes the one place at a gated function, as a live patch does: while it is
 * loaded, ve.ko must say that it cannot hook it. For the behaviour tests.
 */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/string.h>

static void notrace hold(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct ftrace_regs *regs)
{
}

static struct ftrace_ops ops = {
	.func = hold,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT,
};

static int __init hold_test_init(void)
{
	char name[] = "security_task_alloc";
	int ret;

	ret = ftrace_set_filter(&ops, name, strlen(name), 1);
	if (!ret)
		ret = register_ftrace_function(&ops);
	if (ret)
		ftrace_free_filter(&ops);
	return ret;
}

static void __exit hold_test_exit(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
}

module_init(hold_test_init);
module_exit(hold_test_exit);

MODULE_DESCRIPTION("Holds a function that VE hooks, for tests");
MODULE_AUTHOR("The VE developers");
MODULE_LICENSE("GPL");
