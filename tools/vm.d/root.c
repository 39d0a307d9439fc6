// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's files, read-only over 9p, with a tmpfs over them that takes the
 * writes; and the file systems a Linux system has.
 */
#define _GNU_SOURCE
#include "init.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

/* More directories than tools/vm ever names. */
#define KEEP_MAX 8

void load_modules(void)
{
	char *list = slurp("/vm/modules", NULL), *path, *end;
	int fd;

	for (path = list; path && *path; path = end + 1) {
		end = strchr(path, '\n');
		*end = '\0';
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			die("loading %s", path);
		close(fd);
	}
	free(list);
}

void enter_root(void)
{
	mkdir("/lower", 0755);
	mkdir("/rw", 0755);
	mkdir("/new", 0755);
	/* cache=loose: nobody changes these files behind the guest's back while it runs. */
	if (mount("root", "/lower", "9p", MS_RDONLY,
		  "trans=virtio,version=9p2000.L,msize=512000,cache=loose,access=any"))
		die("mounting the host's files");
	if (mount("tmpfs", "/rw", "tmpfs", 0, "mode=0755"))
		die("mounting a tmpfs");
	mkdir("/rw/upper", 0755);
	mkdir("/rw/work", 0755);
	if (mount("overlay", "/new", "overlay", 0,
		  "lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work"))
		die("mounting the overlay");
	if (chdir("/new") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		die("changing root");
}

static const struct mount_row {
	const char *type, *target, *data;
	unsigned long flags;
	int optional;
} mounts[] = {
	{ "proc", "/proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0 },
	{ "sysfs", "/sys", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0 },
	{ "devtmpfs", "/dev", "mode=0755", MS_NOSUID, 0 },
	{ "devpts", "/dev/pts", "gid=5,mode=0620,ptmxmode=0666", MS_NOSUID | MS_NOEXEC, 0 },
	{ "tmpfs", "/dev/shm", "mode=1777", MS_NOSUID | MS_NODEV, 0 },
	{ "mqueue", "/dev/mqueue", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 1 },
	{ "tmpfs", "/run", "mode=0755", MS_NOSUID | MS_NODEV, 0 },
	{ "tmpfs", "/tmp", "mode=1777", MS_NOSUID | MS_NODEV, 0 },
	{ "cgroup2", "/sys/fs/cgroup", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 1 },
	{ "debugfs", "/sys/kernel/debug", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 1 },
	{ "tracefs", "/sys/kernel/tracing", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 1 },
	{ "securityfs", "/sys/kernel/security", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 1 },
};

void mount_all(char *keep, const char *moddir)
{
	char *kept[KEEP_MAX], *path, *end, self[32];
	int fds[KEEP_MAX], n = 0, i;
	const struct mount_row *m;
	struct utsname uts;

	/* Held open while still in sight, bound back once a tmpfs covers them. */
	for (path = keep; path && *path && n < KEEP_MAX; path = end + 1) {
		end = strchr(path, '\n');
		*end = '\0';
		kept[n] = path;
		fds[n] = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fds[n] < 0)
			die("%s", path);
		n++;
	}
	for (m = mounts; m < mounts + sizeof(mounts) / sizeof(*mounts); m++) {
		make_dirs(m->target);
		/* A sealed guest's root is in RAM, and the tree may lie below these. */
		if (!keep && (!strcmp(m->target, "/tmp") || !strcmp(m->target, "/run"))) {
			chmod(m->target, m->target[1] == 't' ? 01777 : 0755);
			continue;
		}
		/* Busy: /dev of a sealed guest, whose root is the initramfs, is there already. */
		if (mount(m->type, m->target, m->type, m->flags, m->data) && errno != EBUSY && !m->optional)
			die("mounting %s on %s", m->type, m->target);
	}
	for (i = 0; i < n; i++) {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", fds[i]);
		make_dirs(kept[i]);
		if (mount(self, kept[i], NULL, MS_BIND, NULL))
			die("binding %s", kept[i]);
		close(fds[i]);
	}
	make_dirs("/run/vm/out");
	make_dirs("/run/lock");
	if (symlink("/proc/self/fd", "/dev/fd") || symlink("fd/0", "/dev/stdin") ||
	    symlink("fd/1", "/dev/stdout") || symlink("fd/2", "/dev/stderr"))
		die("making links in /dev");
	if (moddir && *moddir && !uname(&uts)) {
		char target[128];

		snprintf(target, sizeof(target), "/lib/modules/%s", uts.release);
		make_dirs(target);
		if (mount(moddir, target, NULL, MS_BIND, NULL))
			die("binding %s", moddir);
	}
}

void mount_out(void)
{
	if (mount("out", "/run/vm/out", "9p", 0,
		  "trans=virtio,version=9p2000.L,msize=512000,cache=none,access=any"))
		die("mounting the output share");
}

/* What mount_out() is to a sealed guest: the files as an archive, once, at the end. */
void send_out(int port)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		dup2(port, 1);
		execl("/bin/sh", "sh", "-c",
		      "cd /run/vm/out && set -- * && { [ ! -e \"$1\" ] || tar -cf - -- \"$@\"; }", NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		say("sending the files of /run/vm/out failed");
}
