// SPDX-License-Identifier: GPL-2.0-only
/* Run the command, reap whatever is re-parented to us, pass output on. */
#define _GNU_SOURCE
#include "init.h"

#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

/* A port exists once the host has answered for it, some time after the driver has loaded. */
int open_port(int nr)
{
	char pattern[32];
	int fd, tries;
	glob_t found;

	/* The device's own number depends on what else is on the bus. */
	snprintf(pattern, sizeof(pattern), "/dev/vport*p%d", nr);
	for (tries = 0; tries < 5000; tries++) {
		if (!glob(pattern, GLOB_NOSORT, NULL, &found)) {
			fd = open(found.gl_pathv[0], O_WRONLY | O_CLOEXEC);
			globfree(&found);
			if (fd >= 0)
				return fd;
		}
		usleep(2000);
	}
	die("%s", pattern);
	return -1;
}

static pid_t start(const struct command *cmd, int out, int err)
{
	sigset_t none;
	pid_t pid = fork();

	if (pid)
		return pid;
	set_file("/proc/self/oom_score_adj", "0");
	setpriority(PRIO_PROCESS, 0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (dup2(cmd->in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(125);
	/* execvp() looks in the command's PATH. */
	environ = cmd->env;
	if (chdir(cmd->cwd)) {
		dprintf(2, "vm: %s: %s\n", cmd->cwd, strerror(errno));
		_exit(126);
	}
	execvp(cmd->argv[0], cmd->argv);
	dprintf(2, "vm: %s: %s\n", cmd->argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Pass on what is there; false at the end of the stream, or if there is nothing now. */
static int pump(int from, int to)
{
	static char buf[65536];
	ssize_t n = read(from, buf, sizeof(buf)), done, w;

	if (n <= 0)
		return 0;
	for (done = 0; done < n; done += w) {
		w = write(to, buf + done, n - done);
		if (w < 0 && errno != EINTR && errno != EAGAIN)
			die("passing on output");
		if (w < 0)
			w = 0;
	}
	return 1;
}

int run(const struct command *cmd, int out_port, int err_port)
{
	int out[2], err[2], status = -1, wstatus, done = 0;
	struct signalfd_siginfo info[16];
	struct pollfd fds[3];
	sigset_t chld;
	pid_t pid, child;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	/* Pipes, not the ports themselves: a port can be opened only once, and /dev/stdout opens again. */
	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		die("pipe");
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	fds[0] = (struct pollfd){ .fd = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = out[0], .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = err[0], .events = POLLIN };

	child = start(cmd, out[1], err[1]);
	if (child < 0)
		die("fork");
	/* Our own writing ends stay open: streams end with the command, not with a daemon it leaves. */
	while (!done) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			die("poll");
		while (read(fds[0].fd, info, sizeof(info)) > 0)
			;
		while ((pid = waitpid(-1, &wstatus, WNOHANG)) > 0) {
			if (pid != child)
				continue;
			done = 1;
			status = WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : 128 + WTERMSIG(wstatus);
		}
		if (fds[1].revents)
			pump(out[0], out_port);
		if (fds[2].revents)
			pump(err[0], err_port);
	}
	while (pump(out[0], out_port))
		;
	while (pump(err[0], err_port))
		;
	return status;
}
