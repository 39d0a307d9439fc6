// SPDX-License-Identifier: GPL-2.0-only
/* Beancounters as text, for programs that read OpenVZ's. See proc.h. */
#include <linux/bits.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "bc.h"
#include "member.h"
#include "proc.h"
#include "registry.h"

/* Rows that are kept for their place only. */
#define DUMMIES (BIT(VE_RESOURCE_DUMMY4) | BIT(VE_RESOURCE_DUMMY20) | \
		 BIT(VE_RESOURCE_DUMMY21) | BIT(VE_RESOURCE_DUMMY22))
#define ALL_ROWS GENMASK(VE_NR_RESOURCES - 1, 0)
/* What each kind of file shows: bit n for resource n. */
#define OLD_ROWS (ALL_ROWS & ~BIT(VE_RESOURCE_SWAPPAGES))
#define BC_ROWS (ALL_ROWS & ~DUMMIES)

static const char * const names[VE_NR_RESOURCES] = {
	[VE_RESOURCE_KMEMSIZE]		= "kmemsize",
	[VE_RESOURCE_LOCKEDPAGES]	= "lockedpages",
	[VE_RESOURCE_PRIVVMPAGES]	= "privvmpages",
	[VE_RESOURCE_SHMPAGES]		= "shmpages",
	[VE_RESOURCE_DUMMY4]		= "dummy",
	[VE_RESOURCE_NUMPROC]		= "numproc",
	[VE_RESOURCE_PHYSPAGES]		= "physpages",
	[VE_RESOURCE_VMGUARPAGES]	= "vmguarpages",
	[VE_RESOURCE_OOMGUARPAGES]	= "oomguarpages",
	[VE_RESOURCE_NUMTCPSOCK]	= "numtcpsock",
	[VE_RESOURCE_NUMFLOCK]		= "numflock",
	[VE_RESOURCE_NUMPTY]		= "numpty",
	[VE_RESOURCE_NUMSIGINFO]	= "numsiginfo",
	[VE_RESOURCE_TCPSNDBUF]		= "tcpsndbuf",
	[VE_RESOURCE_TCPRCVBUF]		= "tcprcvbuf",
	[VE_RESOURCE_OTHERSOCKBUF]	= "othersockbuf",
	[VE_RESOURCE_DGRAMRCVBUF]	= "dgramrcvbuf",
	[VE_RESOURCE_NUMOTHERSOCK]	= "numothersock",
	[VE_RESOURCE_DCACHESIZE]	= "dcachesize",
	[VE_RESOURCE_NUMFILE]		= "numfile",
	[VE_RESOURCE_DUMMY20]		= "dummy",
	[VE_RESOURCE_DUMMY21]		= "dummy",
	[VE_RESOURCE_DUMMY22]		= "dummy",
	[VE_RESOURCE_NUMIPTENT]		= "numiptent",
	[VE_RESOURCE_SWAPPAGES]		= "swappages",
};

/* /proc/bc, or NULL if nothing of this is wanted. */
static struct proc_dir_entry *bc_dir;

static void read_counts(struct ve *ve, unsigned int resource,
			struct ve_counts *counts)
{
	*counts = (struct ve_counts){};
	if (DUMMIES & BIT(resource))
		return;
	if (ve) {
		ve_bc_read(ve->bc, resource, counts);
		return;
	}
	/* VE0 is not counted, and nothing is refused to it. */
	counts->barrier = VE_UNLIMITED;
	counts->limit = VE_UNLIMITED;
}

/*
 * The one place where a VE's counters are read to be printed. @ve is NULL for
 * VE0; @id is for the first row.
 */
static void show_rows(struct seq_file *m, struct ve *ve, unsigned long rows,
		      const char *id)
{
	unsigned int i;

	if (ve)
		ve_gauges_look(ve->bc);
	for_each_set_bit(i, &rows, VE_NR_RESOURCES) {
		struct ve_counts counts;

		read_counts(ve, i, &counts);
		seq_printf(m, "%10s  %-12s %20llu %20llu %20llu %20llu %20llu\n",
			   i ? "" : id, names[i], counts.held, counts.maxheld,
			   counts.barrier, counts.limit, counts.failcnt);
	}
}

static void show_block(struct seq_file *m, struct ve *ve)
{
	unsigned long rows = (unsigned long)m->private;
	char id[sizeof("4294967295:")];

	snprintf(id, sizeof(id), "%u:", ve ? ve->id : 0);
	show_rows(m, ve, rows, id);
}

/*
 * The first at @pos or behind: at 0 the header, with VE0 for who is in it;
 * then each VE at its id. The reader is current, whoever opened the file, and
 * a member finds its own VE only.
 */
static void *find(loff_t *pos)
{
	struct ve *own = ve_of_current();
	struct ve *ve;

	if (!*pos)
		return SEQ_START_TOKEN;
	if (own) {
		ve = *pos <= own->id ? own : NULL;
		if (ve)
			ve_get(ve);
	} else {
		ve = ve_get_next(*pos);
	}
	if (ve)
		*pos = ve->id;
	return ve;
}

static void *list_start(struct seq_file *m, loff_t *pos)
{
	return find(pos);
}

static void list_stop(struct seq_file *m, void *v)
{
	if (v && v != SEQ_START_TOKEN)
		ve_put(v);
}

static void *list_next(struct seq_file *m, void *v, loff_t *pos)
{
	list_stop(m, v);
	++*pos;
	return find(pos);
}

static int list_show(struct seq_file *m, void *v)
{
	if (v != SEQ_START_TOKEN) {
		show_block(m, v);
		return 0;
	}
	seq_puts(m, "Version: 2.5\n");
	seq_printf(m, "%10s  %-12s %20s %20s %20s %20s %20s\n", "uid",
		   "resource", "held", "maxheld", "barrier", "limit",
		   "failcnt");
	if (!ve_of_current())
		show_block(m, NULL);
	return 0;
}

static const struct seq_operations list_seq_ops = {
	.start	= list_start,
	.next	= list_next,
	.stop	= list_stop,
	.show	= list_show,
};

/* As OpenVZ asks, beyond what the mode says: root alone is not enough. */
static int may_open(void)
{
	return capable(CAP_DAC_OVERRIDE) && capable(CAP_DAC_READ_SEARCH) ?
	       0 : -EACCES;
}

static int list_open(struct inode *inode, struct file *file)
{
	int ret = may_open() ?: seq_open(file, &list_seq_ops);
	struct seq_file *m;

	if (ret)
		return ret;
	m = file->private_data;
	/* Which rows. */
	m->private = pde_data(inode);
	return 0;
}

static const struct proc_ops list_ops = {
	.proc_open	= list_open,
	.proc_read_iter	= seq_read_iter,
	.proc_lseek	= seq_lseek,
	.proc_release	= seq_release,
};

/* For a member, VEs other than its own do not exist. */
static bool is_hidden(const struct ve *ve)
{
	const struct ve *own = ve_of_current();

	return own && own != ve;
}

static int one_show(struct seq_file *m, void *v)
{
	show_rows(m, m->private, BC_ROWS, "");
	return 0;
}

/* The VE needs no reference: this is not called once the file is removed. */
static int one_open(struct inode *inode, struct file *file)
{
	struct ve *ve = pde_data(inode);
	int ret = may_open();

	if (ret)
		return ret;
	return is_hidden(ve) ? -ENOENT : single_open(file, one_show, ve);
}

/*
 * Again, for a file that was passed on. It also keeps a member, who may read
 * into memory that is slow on purpose, from holding up another VE's removal:
 * a VE that is removed has no members.
 */
static ssize_t one_read(struct kiocb *iocb, struct iov_iter *to)
{
	const struct ve *ve = pde_data(file_inode(iocb->ki_filp));

	return is_hidden(ve) ? -ENOENT : seq_read_iter(iocb, to);
}

static const struct proc_ops one_ops = {
	.proc_open	= one_open,
	.proc_read_iter	= one_read,
	.proc_lseek	= seq_lseek,
	.proc_release	= single_release,
};

static int add(u32 id, struct ve *ve)
{
	char name[sizeof("4294967295")];
	struct proc_dir_entry *dir;

	snprintf(name, sizeof(name), "%u", id);
	dir = proc_mkdir_mode(name, 0500, bc_dir);
	if (!dir)
		return -ENOMEM;
	if (!proc_create_data("resources", 0400, dir, &one_ops, ve)) {
		proc_remove(dir);
		return -ENOMEM;
	}
	return 0;
}

/**
 * ve_proc_add - make the directory of a VE
 * @ve: the VE; its id is reserved for it
 *
 * Context: may sleep; under the registry's mutex.
 * Return: 0 or -ENOMEM.
 */
int ve_proc_add(struct ve *ve)
{
	return bc_dir ? add(ve->id, ve) : 0;
}

/**
 * ve_proc_remove - end of ve_proc_add(); the id is still reserved
 * @ve: the VE
 *
 * On return nobody reads its file, and who has it open gets -EIO.
 *
 * Context: may sleep, for readers under way; under the registry's mutex.
 */
void ve_proc_remove(const struct ve *ve)
{
	char name[sizeof("4294967295")];

	if (!bc_dir)
		return;
	snprintf(name, sizeof(name), "%u", ve->id);
	remove_proc_subtree(name, bc_dir);
}

/**
 * ve_proc_init - make the files that all VEs are in; there is none yet
 *
 * Return: 0 or -ENOMEM.
 */
int __init ve_proc_init(void)
{
	if (!proc_create_data("user_beancounters", 0400, NULL, &list_ops,
			      (void *)OLD_ROWS))
		return -ENOMEM;
	bc_dir = proc_mkdir_mode("bc", 0500, NULL);
	if (!bc_dir)
		goto err_dir;
	if (!proc_create_data("resources", 0400, bc_dir, &list_ops,
			      (void *)BC_ROWS) || add(0, NULL))
		goto err_file;
	return 0;

err_file:
	proc_remove(bc_dir);
	bc_dir = NULL;
err_dir:
	remove_proc_entry("user_beancounters", NULL);
	return -ENOMEM;
}

/**
 * ve_proc_exit - remove all that there is
 *
 * Context: may sleep, for readers under way. On return nothing of ours is
 * called for a file that is still open.
 */
void ve_proc_exit(void)
{
	if (!bc_dir)
		return;
	proc_remove(bc_dir);
	bc_dir = NULL;
	remove_proc_entry("user_beancounters", NULL);
}
