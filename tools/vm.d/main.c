// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of the guests that tools/vm boots.
 *
 * Loads the modules it needs to see the host's files, puts a tmpfs over them,
 * mounts what a Linux system has, runs one command, passes on its output and
 * reports its end on a channel of its own, so that neither console noise nor
 * the command's output can look like a pass.
 *
 * Static and without a shell: it starts in milliseconds under emulation, and
 * it reaps as fast as a dying fork bomb makes orphans.
 *
 * From the initramfs: /vm/modules (paths to load, in order), /vm/argv and
 * /vm/env (NUL-separated), /vm/cwd, /vm/keep (host directories that must stay
 * visible where a tmpfs covers them), /vm/moddir (what is /lib/modules/RELEASE),
 * /vm/stdin (optional).
 */
#define _GNU_SOURCE
#include "init.h"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* "a\0b\0" as a NULL-terminated vector. */
static char **vector(char *buf, size_t len)
{
	size_t i, n = 0;
	char **v;

	for (i = 0; i < len; i++)
		n += !buf[i];
	v = calloc(n + 1, sizeof(*v));
	if (!v)
		die("out of memory");
	for (i = 0; i < n; i++) {
		v[i] = buf;
		buf += strlen(buf) + 1;
	}
	return v;
}

static void set_up_system(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &ifr))
		say("loopback: %s", strerror(errno));
	close(fd);
	if (sethostname("vm", 2))
		say("hostname: %s", strerror(errno));
	/* Boot is over: from here on every kernel message is worth its time on the console. */
	set_file("/proc/sys/kernel/printk", "8 4 1 7");
	/* PID 1 must neither wait behind a fork bomb nor be what the kernel kills to stop it. */
	set_file("/proc/self/oom_score_adj", "-1000");
	setpriority(PRIO_PROCESS, 0, -20);
	mlockall(MCL_CURRENT | MCL_FUTURE);
}

/* Kernels built with it only: two scans, since what is younger than five seconds is not told. */
static void ask_kmemleak(void)
{
	char line[400], *nl;
	FILE *leaks;

	if (access("/sys/kernel/debug/kmemleak", W_OK))
		return;
	set_file("/sys/kernel/debug/kmemleak", "scan");
	sleep(6);
	set_file("/sys/kernel/debug/kmemleak", "scan");
	leaks = fopen("/sys/kernel/debug/kmemleak", "re");
	while (leaks && fgets(line, sizeof(line), leaks)) {
		nl = strchr(line, '\n');
		if (nl)
			*nl = '\0';
		say("kmemleak: %s", line);
	}
}

int main(void)
{
	size_t argv_len = 0, env_len = 0;
	int out_port, err_port, verdict, status, sealed;
	char *argv, *env, *keep, *moddir;
	struct command cmd;
	char *tainted;

	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, NULL);
	argv = slurp("/vm/argv", &argv_len);
	env = slurp("/vm/env", &env_len);
	keep = slurp("/vm/keep", NULL);
	moddir = slurp("/vm/moddir", NULL);
	cmd.cwd = slurp("/vm/cwd", NULL);
	cmd.in = open("/vm/stdin", O_RDONLY | O_CLOEXEC);
	if (!argv_len || !env_len || !cmd.cwd)
		die("no command in the initramfs");
	cmd.argv = vector(argv, argv_len);
	cmd.env = vector(env, env_len);

	sealed = !access("/vm/sealed", F_OK);
	load_modules();
	if (!sealed)
		enter_root();
	mount_all(keep, moddir);
	if (!sealed)
		mount_out();
	set_up_system();
	if (cmd.in < 0)
		cmd.in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	out_port = open_port(1);
	err_port = open_port(2);
	verdict = open_port(3);

	status = run(&cmd, out_port, err_port);
	if (sealed)
		send_out(open_port(4));
	ask_kmemleak();
	tainted = slurp("/proc/sys/kernel/tainted", NULL);
	dprintf(verdict, "exit %d tainted %ld\n", status, tainted ? atol(tainted) : -1L);
	power_off(0);
}
