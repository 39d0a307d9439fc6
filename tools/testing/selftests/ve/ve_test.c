// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a virtual environment promises, one sentence a test. To be run as root
 * of the initial user namespace, outside of any VE.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../kselftest.h"
#include "client.h"

#define NAME "ve_selftest"
#define HOW_MANY 5
#define UNLIMITED VE_UNLIMITED

/* What a member returns if it found what it was to find. */
#define RIGHT 0
#define WRONG 1

static pid_t outside;

/* Run @task as a member of the VE; its status, or -1. */
static int as_member(int (*task)(void))
{
	int ready[2], status = -1;
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		close(ready[1]);
		/* Until it is attached. */
		if (read(ready[0], &byte, 1) != 1)
			_exit(WRONG);
		close(ready[0]);
		_exit(task());
	}
	close(ready[0]);
	if (pid > 0 && !ve_attach(NAME, pid) && write(ready[1], "", 1) != 1)
		kill(pid, SIGKILL);
	close(ready[1]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static struct counter counter_of(enum ve_resource resource)
{
	struct counter counter = { .held = -1ULL };

	ve_read(NAME, resource, &counter);
	return counter;
}

/* Everything that members had is given back. */
static bool holds_nothing(void)
{
	unsigned int resource, tries;

	for (resource = 0; resource <= VE_RESOURCE_MAX; resource++) {
		struct counter counter = { 0 };

		/* Some of it after a grace period. */
		for (tries = 0; tries < 100; tries++) {
			if (ve_read(NAME, resource, &counter) || !counter.held)
				break;
			usleep(20000);
		}
		if (counter.held) {
			ksft_print_msg("resource %u holds %llu\n", resource,
				       (unsigned long long)counter.held);
			return false;
		}
	}
	return true;
}

/* With room for @room, @task finds that so many fit; one refusal is counted. */
static bool fits(enum ve_resource resource, uint64_t room, int (*task)(void))
{
	struct counter counter;
	bool right;

	if (ve_make(NAME))
		return false;
	right = !ve_bound(NAME, resource, room, room) &&
		as_member(task) == RIGHT;
	counter = counter_of(resource);
	if (counter.failcnt != 1 || counter.maxheld != room) {
		ksft_print_msg("maxheld %llu, failcnt %llu\n",
			       (unsigned long long)counter.maxheld,
			       (unsigned long long)counter.failcnt);
		right = false;
	}
	right = holds_nothing() && right;
	return !ve_end(NAME) && right;
}

/* How many @make makes until it fails with @error. */
static int count(int (*make)(void), int error)
{
	int nr = 0;

	while (make() >= 0)
		if (++nr > 1000)
			return -1;
	return errno == error ? nr : -1;
}

static int open_null(void)
{
	return open("/dev/null", O_RDONLY);
}

static int files(void)
{
	return count(open_null, ENFILE) == HOW_MANY ? RIGHT : WRONG;
}

static int unix_socket(void)
{
	return socket(AF_UNIX, SOCK_DGRAM, 0);
}

static int sockets(void)
{
	return count(unix_socket, ENOBUFS) == HOW_MANY ? RIGHT : WRONG;
}

static int tcp_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int tcp_sockets(void)
{
	return count(tcp_socket, ENOBUFS) == HOW_MANY ? RIGHT : WRONG;
}

static int open_pty(void)
{
	return open("/dev/ptmx", O_RDWR | O_NOCTTY);
}

static int ptys(void)
{
	return count(open_pty, ENOSPC) == HOW_MANY ? RIGHT : WRONG;
}

static int lock_next(void)
{
	static int fd = -1, at;
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_len = 1,
	};

	if (fd < 0)
		fd = memfd_create("locks", 0);
	/* A gap between each two, or they become one. */
	lock.l_start = 2 * at++;
	return fcntl(fd, F_SETLK, &lock);
}

static int locks(void)
{
	return count(lock_next, ENOLCK) == HOW_MANY ? RIGHT : WRONG;
}

static int queue_one(void)
{
	return sigqueue(getpid(), SIGRTMIN, (union sigval){ 0 });
}

static int signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return count(queue_one, EAGAIN) == HOW_MANY ? RIGHT : WRONG;
}

static int fork_one(void)
{
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	return pid;
}

/* Itself is one. */
static int children(void)
{
	int nr = count(fork_one, EAGAIN);

	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		;
	return nr == HOW_MANY - 1 ? RIGHT : WRONG;
}

static int map_a_lot(void)
{
	void *at = mmap(NULL, 1 << 30, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at != MAP_FAILED || errno != ENOMEM)
		return WRONG;
	/* What is not written to is not private. */
	at = mmap(NULL, 1 << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return at != MAP_FAILED ? RIGHT : WRONG;
}

static bool memory(void)
{
	bool right;

	if (ve_make(NAME))
		return false;
	right = !ve_bound(NAME, VE_RESOURCE_PRIVVMPAGES, 100000, 100000) &&
		as_member(map_a_lot) == RIGHT;
	right = counter_of(VE_RESOURCE_PRIVVMPAGES).failcnt == 1 && right;
	right = holds_nothing() && right;
	return !ve_end(NAME) && right;
}

static int look_outside(void)
{
	char path[32];

	if (kill(outside, 0) != -1 || errno != ESRCH)
		return WRONG;
	if (getpgid(outside) != -1 || errno != ESRCH)
		return WRONG;
	snprintf(path, sizeof(path), "/proc/%d", outside);
	if (access(path, F_OK) != -1 || errno != ENOENT)
		return WRONG;
	return kill(getpid(), 0) ? WRONG : RIGHT;
}

static bool run_free(int (*task)(void))
{
	bool right = !ve_make(NAME) && as_member(task) == RIGHT;

	right = holds_nothing() && right;
	return !ve_end(NAME) && right;
}

static int try_to_manage(void)
{
	struct counter counter;

	if (ve_make("another") != -EPERM || ve_end(NAME) != -EPERM)
		return WRONG;
	/* Its own counters it may read. */
	if (ve_read(NULL, VE_RESOURCE_NUMPROC, &counter) || counter.held != 1)
		return WRONG;
	return RIGHT;
}

static int bomb(void)
{
	while (fork() >= -1)
		;
	return WRONG;
}

static bool fork_bomb_ends(void)
{
	unsigned int tries;
	bool right = false;
	pid_t pid;

	if (ve_make(NAME) || ve_bound(NAME, VE_RESOURCE_NUMPROC, 50, 50))
		return false;
	pid = fork();
	if (!pid) {
		as_member(bomb);
		_exit(0);
	}
	for (tries = 0; tries < 500; tries++) {
		if (counter_of(VE_RESOURCE_NUMPROC).failcnt)
			break;
		usleep(10000);
	}
	if (!ve_kill(NAME, SIGKILL))
		right = tries < 500;
	waitpid(pid, NULL, 0);
	right = holds_nothing() && right;
	return !ve_end(NAME) && right;
}

static bool barrier_above_limit_is_refused(void)
{
	bool right;

	if (ve_make(NAME))
		return false;
	right = ve_bound(NAME, VE_RESOURCE_NUMFILE, 7, 5) == -EINVAL &&
		counter_of(VE_RESOURCE_NUMFILE).barrier == UNLIMITED;
	return !ve_end(NAME) && right;
}

static bool name_is_unique(void)
{
	bool right;

	if (ve_make(NAME))
		return false;
	right = ve_make(NAME) == -EEXIST;
	return !ve_end(NAME) && ve_end(NAME) == -ENOENT && right;
}

/**
 * struct test - one of three kinds
 */
static const struct test {
	/** @sentence: what it says */
	const char *sentence;
	/** @holds: whether that is so */
	bool (*holds)(void);
	/** @counts: or a member that has room for HOW_MANY of @resource */
	int (*counts)(void);
	/** @resource: of which */
	enum ve_resource resource;
	/** @member: or a member without bounds */
	int (*member)(void);
} tests[] = {
	{ "a name is unique, and free again at once", .holds = name_is_unique },
	{ "a barrier above its limit is refused",
	  .holds = barrier_above_limit_is_refused },
	{ "five files fit, and the sixth does not",
	  .counts = files, .resource = VE_RESOURCE_NUMFILE },
	{ "five UNIX sockets fit, and the sixth does not",
	  .counts = sockets, .resource = VE_RESOURCE_NUMOTHERSOCK },
	{ "five TCP sockets fit, and the sixth does not",
	  .counts = tcp_sockets, .resource = VE_RESOURCE_NUMTCPSOCK },
	{ "five ptys fit, and the sixth does not",
	  .counts = ptys, .resource = VE_RESOURCE_NUMPTY },
	{ "five file locks fit, and the sixth does not",
	  .counts = locks, .resource = VE_RESOURCE_NUMFLOCK },
	{ "five queued signals fit, and the sixth does not",
	  .counts = signals, .resource = VE_RESOURCE_NUMSIGINFO },
	{ "five processes fit, and the sixth does not",
	  .counts = children, .resource = VE_RESOURCE_NUMPROC },
	{ "private memory is refused when it is mapped", .holds = memory },
	{ "a process outside is nobody", .member = look_outside },
	{ "a member manages nothing, and may see its own counters",
	  .member = try_to_manage },
	{ "one request ends a fork bomb", .holds = fork_bomb_ends },
};

static bool holds(const struct test *test)
{
	if (test->counts)
		return fits(test->resource, HOW_MANY, test->counts);
	return test->member ? run_free(test->member) : test->holds();
}

int main(void)
{
	unsigned int i;
	int ret;

	ksft_print_header();
	if (geteuid())
		ksft_exit_skip("root is needed\n");
	ret = client_open();
	if (ret == -ENOENT)
		ksft_exit_skip("no virtual environments in this kernel\n");
	if (ret)
		ksft_exit_fail_msg("no answer from the kernel (%d)\n", ret);
	outside = getpid();
	ksft_set_plan(ARRAY_SIZE(tests));
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		ksft_test_result(holds(&tests[i]), "%s\n", tests[i].sentence);
	ksft_finished();
}
