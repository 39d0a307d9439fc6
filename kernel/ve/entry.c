// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files through which a process is found or changed, or all of the machine:
 * those of procfs and of cgroups. See <linux/ve.h>.
 */
#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/magic.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/threads.h>
#include <linux/ve.h>

/*
 * Whose entry in procfs this is, by the name of the directory right below the
 * root: the inode's own pointer is private to procfs. Called under RCU.
 */
static struct pid *pid_of(const struct dentry *dentry)
{
	const struct dentry *parent = READ_ONCE(dentry->d_parent);
	const unsigned char *digits;
	unsigned int nr = 0;

	while (!IS_ROOT(parent)) {
		dentry = parent;
		parent = READ_ONCE(dentry->d_parent);
	}
	/* Names of procfs do not change. */
	for (digits = dentry->d_name.name; *digits; digits++) {
		if (*digits < '0' || *digits > '9' || nr > PID_MAX_LIMIT)
			return NULL;
		nr = nr * 10 + *digits - '0';
	}
	return idr_find(&proc_pid_ns(dentry->d_sb)->idr, nr);
}

/**
 * ve_entry_hidden - current looks at an entry that procfs has, by whomever
 * @dentry: of a process, or of something about it
 *
 * It stays for those who may see it: they are to get an error.
 *
 * Context: possibly in a look-up under RCU.
 * Return: whether it is to find nothing.
 */
bool ve_entry_hidden(const struct dentry *dentry)
{
	bool hidden;

	/* Quick return for the host. */
	if (likely(ve_sees_all()))
		return false;
	rcu_read_lock();
	hidden = ve_pid_hidden(pid_of(dentry));
	rcu_read_unlock();
	return hidden;
}

/* Of a process inside, or of one that has gone meanwhile. */
static bool may_write_in_proc(const struct dentry *dentry)
{
	struct pid *pid;
	bool allowed;

	rcu_read_lock();
	pid = pid_of(dentry);
	allowed = pid ? ve_pid_change(pid) : !ve_is_watching();
	rcu_read_unlock();
	return allowed;
}

/* Whom these move is looked up, and found if inside. */
static bool moves_processes(const struct dentry *dentry)
{
	static const char * const names[] = {
		"cgroup.procs", "cgroup.threads", "tasks",
	};

	return match_string(names, ARRAY_SIZE(names),
			    dentry->d_name.name) >= 0;
}

/**
 * ve_file_open - current has opened a file
 * @file: the file
 *
 * What is written into files of /proc/PID changes the process; into others of
 * procfs, the machine; into those of cgroups, all that are in one.
 *
 * Return: 0, or -EACCES for who watches.
 */
int ve_file_open(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	if (!(file->f_mode & FMODE_WRITE))
		return 0;
	switch (dentry->d_sb->s_magic) {
	case PROC_SUPER_MAGIC:
		return may_write_in_proc(dentry) ? 0 : -EACCES;
	case CGROUP_SUPER_MAGIC:
	case CGROUP2_SUPER_MAGIC:
		return ve_is_watching() && !moves_processes(dentry) ?
			-EACCES : 0;
	default:
		return 0;
	}
}

/**
 * ve_machine_change - current changes what there is once in a pid namespace
 *
 * Accounting, the last pid, restarting: what there is in the initial one is not
 * a member's.
 *
 * Return: 0 or -EPERM.
 */
int ve_machine_change(void)
{
	return ve_is_member() && task_active_pid_ns(current) == &init_pid_ns ?
	       -EPERM : 0;
}
