// SPDX-License-Identifier: GPL-2.0-only
/*
 * What system calls cost, on whatever clock CLOCK_MONOTONIC is.
 *
 * Usage: ve-bench [-c COLUMN] [-r ROUNDS] OPERATION…
 *        ve-bench -p [-c COLUMN] [-r ROUNDS] OPERATION…
 *                           how many a second, on one processor and on two at once
 *        ve-bench -s N      start N processes that sleep, print their pids
 *        ve-bench -l        list the operations
 *
 * Each operation is repeated for one round to warm up, then for ROUNDS rounds.
 * What one repetition took in the median round goes to stdout, one JSON object
 * a line. The unit is nanoseconds; under QEMU's "-icount shift=0" that is to
 * say instructions.
 *
 * Links to nothing and knows nothing of VEs: all that tells two runs apart is
 * where they were started. The current directory must have ./nothing, and is
 * given a ./file.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rounds.h"

#define PAGE_BYTES	4096
#define MAP_PAGES	16
#define DATAGRAM	512
#define SEGMENT		4096
#define SLEEPERS_MAX	30000
#define CHILDREN_MAX	49
#define PROCESSORS	2
/* How long a round lasts that counts by the clock: some of many are to have the machine for themselves. */
#define RATE_NS		100000000

static void reap(pid_t pid)
{
	int status;

	if (pid < 0)
		err(1, "fork");
	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	if (status)
		errx(1, "a child ended with status %#x", status);
}

static void run_vfork(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	reap(pid);
}

static void run_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	reap(pid);
}

static void run_exec(void)
{
	static char *const argv[] = { "nothing", NULL }, *const envp[] = { NULL };
	pid_t pid = vfork();

	if (!pid) {
		execve("nothing", argv, envp);
		_exit(127);
	}
	reap(pid);
}

static int thread_main(void *unused)
{
	(void)unused;
	return 0;
}

/* What pthread_create() and pthread_join() ask of the kernel when they have a stack at hand. */
static void run_thread(void)
{
	static char stack[4 * PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
	static pid_t tid;
	pid_t alive;

	if (clone(thread_main, stack + sizeof(stack),
		  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
		  CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID, NULL, &tid, NULL, &tid) < 0)
		err(1, "clone");
	while ((alive = __atomic_load_n(&tid, __ATOMIC_ACQUIRE)))
		syscall(SYS_futex, &tid, FUTEX_WAIT, alive, NULL, NULL, 0);
}

static void run_open(void)
{
	int fd = open("file", O_RDONLY);

	if (fd < 0)
		err(1, "file");
	close(fd);
}

static void run_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		err(1, "socket");
	close(fd);
}

static char *map(void)
{
	char *p = mmap(NULL, MAP_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

static void run_mmap(void)
{
	munmap(map(), MAP_PAGES * PAGE_BYTES);
}

static void run_mmap_touch(void)
{
	volatile char *p = map();
	unsigned int i;

	for (i = 0; i < MAP_PAGES; i++)
		p[i * PAGE_BYTES] = 1;
	munmap((void *)p, MAP_PAGES * PAGE_BYTES);
}

static void run_kill(void)
{
	if (kill(getpid(), 0))
		err(1, "kill");
}

static void run_readdir(void)
{
	static char buf[32768];
	int fd = open("/proc", O_RDONLY | O_DIRECTORY);
	ssize_t n;

	if (fd < 0)
		err(1, "/proc");
	while ((n = getdents64(fd, buf, sizeof(buf))) > 0)
		;
	if (n < 0)
		err(1, "reading /proc");
	close(fd);
}

static void run_pipe(void)
{
	int ends[2];

	if (pipe(ends))
		err(1, "pipe");
	close(ends[0]);
	close(ends[1]);
}

static void run_socketpair(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		err(1, "socketpair");
	close(ends[0]);
	close(ends[1]);
}

static void run_lock(void)
{
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	static int fd = -1;

	/* Not the one that run_open() opens: one that was locked once is closed more slowly. */
	if (fd < 0)
		fd = open("locked", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fcntl(fd, F_SETLK, &range))
		err(1, "locking");
	range.l_type = F_UNLCK;
	if (fcntl(fd, F_SETLK, &range))
		err(1, "unlocking");
}

static void run_sigqueue(void)
{
	static const struct timespec zero;
	static sigset_t set;

	if (!sigismember(&set, SIGRTMIN)) {
		sigemptyset(&set);
		sigaddset(&set, SIGRTMIN);
		sigprocmask(SIG_BLOCK, &set, NULL);
	}
	if (sigqueue(getpid(), SIGRTMIN, (union sigval){ 0 }))
		err(1, "sigqueue");
	if (sigtimedwait(&set, NULL, &zero) != SIGRTMIN)
		err(1, "sigtimedwait");
}

static void run_pty(void)
{
	int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY);

	if (fd < 0)
		err(1, "/dev/ptmx");
	close(fd);
}

static void run_mlock(void)
{
	static char *p;

	if (!p) {
		p = map();
		memset(p, 1, MAP_PAGES * PAGE_BYTES);
	}
	if (mlock(p, MAP_PAGES * PAGE_BYTES) || munlock(p, MAP_PAGES * PAGE_BYTES))
		err(1, "mlock");
}

static int on_loopback(int type, struct sockaddr_in *address)
{
	socklen_t size = sizeof(*address);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (fd < 0 || bind(fd, (struct sockaddr *)address, size) ||
	    getsockname(fd, (struct sockaddr *)address, &size))
		err(1, "a socket on loopback");
	return fd;
}

static void send_and_receive(int from, int to, size_t size)
{
	static char buf[SEGMENT];

	if (send(from, buf, size, 0) != (ssize_t)size)
		err(1, "send");
	if (recv(to, buf, size, MSG_WAITALL) != (ssize_t)size)
		err(1, "recv");
}

static void run_udp(void)
{
	static int from = -1, to;

	if (from < 0) {
		struct sockaddr_in address, own;

		to = on_loopback(SOCK_DGRAM, &address);
		from = on_loopback(SOCK_DGRAM, &own);
		if (connect(from, (struct sockaddr *)&address, sizeof(address)))
			err(1, "connect");
	}
	send_and_receive(from, to, DATAGRAM);
}

static void run_tcp(void)
{
	static int from = -1, to;

	if (from < 0) {
		struct sockaddr_in address, own;
		int listener = on_loopback(SOCK_STREAM, &address);

		from = on_loopback(SOCK_STREAM, &own);
		if (listen(listener, 1) ||
		    connect(from, (struct sockaddr *)&address, sizeof(address)))
			err(1, "connect");
		to = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (to < 0)
			err(1, "accept");
		close(listener);
	}
	send_and_receive(from, to, SEGMENT);
}

/*
 * Always the same number of repetitions, so that two runs do exactly the same.
 * For most, a round is some 30 million instructions. What makes tasks is
 * repeated more often, for the kernel unmaps the stacks of some 1,600 dead
 * tasks at once, and each round should see that happen once; vfork() is so
 * little besides that that it shows all the same.
 */
static const struct operation {
	const char *name;
	unsigned int repeat;
	/* So many times as many rounds as asked for. */
	unsigned int times;
	void (*run)(void);
	/* While so many children sleep. */
	unsigned int children;
} operations[] = {
	{ "vfork",		1600,	3,	run_vfork,	0 },
	{ "fork",		500,	1,	run_fork,	0 },
	{ "thread",		1600,	1,	run_thread,	0 },
	{ "exec",		300,	1,	run_exec,	0 },
	{ "open",		4000,	1,	run_open,	0 },
	{ "socket",		3000,	1,	run_socket,	0 },
	{ "mmap",		3000,	1,	run_mmap,	0 },
	{ "mmap+touch",		300,	1,	run_mmap_touch,	0 },
	{ "kill",		10000,	1,	run_kill,	0 },
	{ "pipe",		1500,	1,	run_pipe,	0 },
	{ "socketpair",		1000,	1,	run_socketpair,	0 },
	{ "lock",		4000,	1,	run_lock,	0 },
	{ "sigqueue",		5000,	1,	run_sigqueue,	0 },
	{ "pty",		200,	1,	run_pty,	0 },
	{ "mlock",		1000,	1,	run_mlock,	0 },
	{ "udp",		2000,	1,	run_udp,	0 },
	{ "tcp",		1000,	1,	run_tcp,	0 },
	/* How many processes there are is up to the caller. */
	{ "readdir-50",		100,	1,	run_readdir,	0 },
	{ "readdir-1000",	20,	1,	run_readdir,	0 },
	{ "readdir-10000",	20,	1,	run_readdir,	0 },
	{ "readdir-own",	100,	1,	run_readdir,	49 },
};

#define NR_OPERATIONS (sizeof(operations) / sizeof(*operations))

static const struct operation *find(const char *name)
{
	unsigned int i;

	for (i = 0; i < NR_OPERATIONS; i++)
		if (!strcmp(operations[i].name, name))
			return &operations[i];
	errx(2, "no operation '%s' (-l lists them)", name);
}

/* It holds nothing of ours open: who reads pids from a pipe sees its end. */
static pid_t start_sleeper(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	close_range(0, ~0U, 0);
	for (;;)
		pause();
}

static void start_sleepers(unsigned int nr)
{
	while (nr--) {
		printf("%d\n", start_sleeper());
		fflush(stdout);
	}
}

static void measure(const struct operation *op, unsigned int rounds, double idle,
		    const char *column)
{
	pid_t children[CHILDREN_MAX];
	struct rounds took;
	unsigned int i;

	for (i = 0; i < op->children; i++)
		children[i] = start_sleeper();
	rounds *= op->times;
	took = time_rounds(rounds, op->run, op->repeat);
	for (i = 0; i < op->children; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	printf("{\"column\":\"%s\",\"operation\":\"%s\",\"repeat\":%u,\"rounds\":%u,"
	       "\"each\":%.1f,\"spread\":%.1f}\n",
	       column, op->name, op->repeat, rounds,
	       (took.median - idle) / op->repeat, took.spread / op->repeat);
	fflush(stdout);
}

/* What the processes of one round of measure_rate() share. */
struct rate {
	_Atomic unsigned int ready;
	_Atomic int go;
	_Atomic unsigned int working;
	double each[PROCESSORS];
};

static void bind_to(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "there is no processor %u", cpu);
}

/* With a directory of its own: a file that two open is the kernel's to share, not ours. */
static void work(const struct operation *op, struct rate *rate, unsigned int cpu)
{
	int64_t begin, end;
	uint64_t done = 0;
	char dir[32];
	int fd;

	snprintf(dir, sizeof(dir), "processor%u", cpu);
	if ((mkdir(dir, 0700) && errno != EEXIST) || chdir(dir))
		err(1, "%s", dir);
	fd = open("file", O_WRONLY | O_CREAT, 0600);
	if (fd < 0)
		err(1, "file");
	close(fd);
	op->run();
	rate->ready++;
	while (!rate->go)
		;
	begin = now();
	do {
		op->run();
		done++;
		end = now();
	} while (end - begin < RATE_NS);
	rate->each[cpu] = 1e9 * (double)done / (double)(end - begin);
	rate->working--;
}

/*
 * Operations a second, of all workers together, which are the first ones; the
 * other processors spin, so that the machine below is as busy in each case.
 */
static double measure_rate(const struct operation *op, unsigned int workers)
{
	struct rate *rate = mmap(NULL, sizeof(*rate), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[PROCESSORS];
	double sum = 0;
	unsigned int i;

	if (rate == MAP_FAILED)
		err(1, "mmap");
	rate->working = workers;
	for (i = 0; i < PROCESSORS; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		bind_to(i);
		if (i < workers) {
			work(op, rate, i);
		} else {
			rate->ready++;
			while (rate->working)
				;
		}
		_exit(0);
	}
	while (rate->ready < PROCESSORS)
		usleep(1000);
	rate->go = 1;
	for (i = 0; i < PROCESSORS; i++) {
		reap(pids[i]);
		sum += rate->each[i];
	}
	munmap(rate, sizeof(*rate));
	return sum;
}

/* The best of several rounds: what else the machine does can only take away. */
static void measure_rates(const struct operation *op, unsigned int rounds, const char *column)
{
	double best[PROCESSORS] = { 0 };
	unsigned int i;

	while (rounds--) {
		for (i = 0; i < PROCESSORS; i++) {
			double rate = measure_rate(op, i + 1);

			if (rate > best[i])
				best[i] = rate;
		}
	}
	printf("{\"column\":\"%s\",\"operation\":\"%s\",\"each\":%.3f,\"spread\":0,"
	       "\"one\":%.1f,\"two\":%.1f}\n",
	       column, op->name, best[1] / best[0], best[0], best[1]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct sched_param no_priority;
	unsigned int rounds = 5, i;
	const char *column = "";
	double idle;
	int rates = 0;
	int c, fd;

	while ((c = getopt(argc, argv, "c:r:s:lp")) != -1) {
		switch (c) {
		case 'c':
			column = optarg;
			break;
		case 'r':
			rounds = number(optarg, ROUNDS_MAX);
			break;
		case 's':
			start_sleepers(number(optarg, SLEEPERS_MAX));
			return 0;
		case 'p':
			rates = 1;
			break;
		case 'l':
			for (i = 0; i < NR_OPERATIONS; i++)
				puts(operations[i].name);
			return 0;
		default:
			return 2;
		}
	}
	if (optind == argc)
		errx(2, "which operation? (-l lists them)");
	for (c = optind; c < argc; c++)
		find(argv[c]);
	if (rates) {
		for (c = optind; c < argc; c++)
			measure_rates(find(argv[c]), rounds, column);
		return 0;
	}

	/*
	 * vfork() wakes the parent in the middle of the child's end. Let it
	 * wait for that end: whether it would preempt is a matter of luck.
	 */
	if (sched_setscheduler(0, SCHED_BATCH, &no_priority))
		err(1, "SCHED_BATCH");
	fd = open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		err(1, "file");
	close(fd);
	idle = time_rounds(rounds, NULL, 0).median;
	for (c = optind; c < argc; c++)
		measure(find(argv[c]), rounds, idle, column);
	return 0;
}
