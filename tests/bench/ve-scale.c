// SPDX-License-Identifier: GPL-2.0-only
/*
 * What VEs cost by the number of VEs there are, and what memory they and their
 * objects take.
 *
 * Usage: ve-scale make FROM TO         make VEs, as many as will be TO, and print what each took
 *        ve-scale remove FROM TO       remove them, the last first
 *        ve-scale attach FROM TO       attach to each the process whose pid is next on standard input
 *        ve-scale [-r ROUNDS] request NR   make and remove one more; read all counters of all.
 *                                      There are NR VEs
 *        ve-scale [-r ROUNDS] list NR  vectl list, while there are NR VEs
 *        ve-scale memory NR            make NR VEs, print what memory each takes, remove them
 *        ve-scale [-c COLUMN] hold NR KIND…  hold NR objects of each kind, one kind after the
 *                                      other, print what memory each takes
 *
 * Prints one JSON object a line. As in ve-bench the unit of time is the nanosecond of
 * CLOCK_MONOTONIC, which is to be an instruction; that of memory is the byte.
 *
 * Speaks the netlink protocol by itself, and reads no more of an answer than its
 * headers: what is measured is the kernel. The current directory is given a ./file.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/ve.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rounds.h"

#define VES_MAX		100000
#define OBJECTS_MAX	100000
/* As large as the kernel fills at once. */
#define ANSWER_BYTES	32768
/* VEs made and removed in a round. */
#define PAIRS		100

extern char **environ;

static struct {
	struct mnl_socket *socket;
	unsigned int port;
	unsigned int seq;
	uint16_t family;
	/* The last message sent or received. */
	char buf[ANSWER_BYTES];
} nl;

static struct nlmsghdr *request(uint16_t type, uint16_t flags, uint8_t command, uint8_t version)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(nl.buf);
	struct genlmsghdr *generic;

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | flags;
	header->nlmsg_seq = ++nl.seq;
	generic = mnl_nlmsg_put_extra_header(header, sizeof(*generic));
	*generic = (struct genlmsghdr){ .cmd = command, .version = version };
	return header;
}

static int ignore_message(const struct nlmsghdr *header, void *data)
{
	unsigned int *nr = data;

	(void)header;
	++*nr;
	return MNL_CB_OK;
}

/* Send, and read what comes to its end. Returns the number of messages but the last. */
static unsigned int converse(const struct nlmsghdr *header, mnl_cb_t callback, void *data)
{
	unsigned int nr = 0;
	ssize_t size;
	int status;

	if (mnl_socket_sendto(nl.socket, header, header->nlmsg_len) < 0)
		err(1, "sending a request");
	do {
		size = mnl_socket_recvfrom(nl.socket, nl.buf, sizeof(nl.buf));
		if (size < 0)
			err(1, "receiving an answer");
		status = mnl_cb_run(nl.buf, (size_t)size, nl.seq, nl.port,
				    callback ? callback : ignore_message, callback ? data : &nr);
		if (status < 0)
			err(1, "the kernel refuses");
	} while (status > 0);
	return nr;
}

static int find_family(const struct nlmsghdr *header, void *data)
{
	const struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, header, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			nl.family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static void connect_to_kernel(void)
{
	struct nlmsghdr *header;

	nl.socket = mnl_socket_open(NETLINK_GENERIC);
	if (!nl.socket || mnl_socket_bind(nl.socket, 0, MNL_SOCKET_AUTOPID) < 0)
		err(1, "netlink");
	nl.port = mnl_socket_get_portid(nl.socket);
	header = request(GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(header, CTRL_ATTR_FAMILY_NAME, VE_FAMILY_NAME);
	converse(header, find_family, NULL);
	if (!nl.family)
		errx(1, "the kernel has no VEs");
}

static struct nlmsghdr *about(uint8_t command, unsigned int number)
{
	struct nlmsghdr *header = request(nl.family, NLM_F_ACK, command, VE_FAMILY_VERSION);
	char name[VE_NAME_MAX + 1];

	snprintf(name, sizeof(name), "scale%u", number);
	mnl_attr_put_strz(header, VE_A_NAME, name);
	return header;
}

static void make(unsigned int number)
{
	converse(about(VE_CMD_CREATE, number), NULL, NULL);
}

static void remove_one(unsigned int number)
{
	converse(about(VE_CMD_DESTROY, number), NULL, NULL);
}

static void attach(unsigned int number, uint32_t pid)
{
	struct nlmsghdr *header = about(VE_CMD_ATTACH, number);

	mnl_attr_put_u32(header, VE_A_PID, pid);
	converse(header, NULL, NULL);
}

static void print(const char *column, const char *operation, double each, double spread)
{
	printf("{\"column\":\"%s\",\"operation\":\"%s\",\"each\":%.1f,\"spread\":%.1f}\n",
	       column, operation, each, spread);
	fflush(stdout);
}

/* Each VE once: there are no rounds of it. */
static void print_bulk(const char *operation, unsigned int from, unsigned int to, int64_t took)
{
	char column[32];

	snprintf(column, sizeof(column), "request@%u", to);
	print(column, operation, (double)took / (to - from + 1), 0);
}

static void make_all(unsigned int from, unsigned int to)
{
	int64_t begin = now();
	unsigned int i;

	for (i = from; i <= to; i++)
		make(i);
	print_bulk("make-all", from, to, now() - begin);
}

static void remove_all(unsigned int from, unsigned int to)
{
	int64_t begin = now();
	unsigned int i;

	for (i = to; i >= from; i--)
		remove_one(i);
	print_bulk("remove-all", from, to, now() - begin);
}

static void attach_all(unsigned int from, unsigned int to)
{
	unsigned int i, pid;
	int64_t took = 0;

	for (i = from; i <= to; i++) {
		int64_t begin;

		if (scanf("%u", &pid) != 1)
			errx(1, "there are not enough pids");
		begin = now();
		attach(i, pid);
		took += now() - begin;
	}
	print_bulk("attach-all", from, to, took);
}

static unsigned int nr_ves, nr_pairs;
static int64_t makes[PAIRS * ROUNDS_MAX], removes[PAIRS * ROUNDS_MAX];

/* Of many in a row each would find another number of VEs. */
static void run_pair(void)
{
	int64_t begin = now(), between;

	make(nr_ves + 1);
	between = now();
	remove_one(nr_ves + 1);
	makes[nr_pairs] = between - begin;
	removes[nr_pairs] = now() - between;
	nr_pairs++;
}

/*
 * Of single requests the median, which is one of two figures: with a switch to
 * a thread of the kernel, or without. Of both all that a round takes, with
 * what they put off.
 */
static void measure_pairs(const char *column, unsigned int rounds, double idle)
{
	static int64_t pairs[ROUNDS_MAX];
	struct rounds took;
	unsigned int i;

	/* The kernel remembers some that were removed: let it have forgotten others by then. */
	for (i = 0; i < 3; i++) {
		nr_pairs = 0;
		time_round(run_pair, PAIRS);
	}
	nr_pairs = 0;
	for (i = 0; i < rounds; i++)
		pairs[i] = time_round(run_pair, PAIRS);
	took = middle(makes, nr_pairs);
	print(column, "make", took.median, took.spread);
	took = middle(removes, nr_pairs);
	print(column, "remove", took.median, took.spread);
	took = middle(pairs, rounds);
	print(column, "pair", (took.median - idle) / PAIRS, took.spread / PAIRS);
}

static void run_dump(void)
{
	unsigned int nr = converse(request(nl.family, NLM_F_DUMP, VE_CMD_GET, VE_FAMILY_VERSION),
				   NULL, NULL);

	if (nr != nr_ves)
		errx(1, "of %u VEs the kernel tells of %u", nr_ves, nr);
}

/* What a user runs: the program, libve, and the text it prints. */
static void run_list(void)
{
	static char *const argv[] = { "vectl", "list", "--json", NULL };
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	errno = posix_spawnp(&pid, "vectl", &actions, NULL, argv, environ);
	if (errno)
		err(1, "vectl");
	posix_spawn_file_actions_destroy(&actions);
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "vectl list failed");
}

static void measure_whole(const char *column, const char *operation, void (*run)(void),
			  unsigned int rounds, double idle)
{
	struct rounds took = time_rounds(rounds, run, 1);

	print(column, operation, (took.median - idle) / nr_ves, took.spread / nr_ves);
}

static void measure_requests(const char *what, unsigned int nr, unsigned int rounds)
{
	double idle = time_rounds(rounds, NULL, 0).median;
	char column[32];

	nr_ves = nr;
	snprintf(column, sizeof(column), "request@%u", nr);
	if (!strcmp(what, "list")) {
		measure_whole(column, "list", run_list, rounds, idle);
		return;
	}
	measure_pairs(column, rounds, idle);
	measure_whole(column, "dump", run_dump, rounds, idle);
}

struct memory {
	/* What is allocated for the kernel, in bytes. */
	double taken;
	/* All that is taken, by what is not free. */
	double missing;
};

static struct memory look_at_memory(void)
{
	static const char *const names[] = { "Slab", "Percpu", "VmallocUsed", "PageTables" };
	struct memory memory = { 0 };
	char name[64];
	long kib;
	unsigned int i;
	FILE *file;
	int fd;

	/* What was put off is done, and what the kernel can do without is gone. */
	sleep(3);
	fd = open("/proc/sys/vm/drop_caches", O_WRONLY);
	if (fd < 0 || write(fd, "3", 1) != 1)
		err(1, "drop_caches");
	close(fd);
	sleep(1);
	file = fopen("/proc/meminfo", "r");
	if (!file)
		err(1, "/proc/meminfo");
	while (fscanf(file, "%63[^:]: %ld%*[^\n]\n", name, &kib) == 2) {
		for (i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (!strcmp(name, names[i]))
				memory.taken += kib * 1024.0;
		if (!strcmp(name, "MemFree"))
			memory.missing = -kib * 1024.0;
	}
	fclose(file);
	return memory;
}

static void print_memory(const char *column, const char *operation, unsigned int nr,
			 struct memory before, struct memory after)
{
	printf("{\"column\":\"%s\",\"operation\":\"%s\",\"each\":%.1f,\"spread\":0,\"missing\":%.1f}\n",
	       column, operation, (after.taken - before.taken) / nr,
	       (after.missing - before.missing) / nr);
	fflush(stdout);
}

static void measure_memory(unsigned int nr)
{
	struct memory before;
	unsigned int i;

	before = look_at_memory();
	for (i = 1; i <= nr; i++)
		make(i);
	print_memory("memory@request", "ve", nr, before, look_at_memory());
	for (i = nr; i; i--)
		remove_one(i);
}

static void open_file(unsigned int i)
{
	(void)i;
	if (open("file", O_RDONLY) < 0)
		err(1, "file");
}

static void open_socket(unsigned int i)
{
	(void)i;
	if (socket(AF_INET, SOCK_DGRAM, 0) < 0)
		err(1, "socket");
}

static void lock_range(unsigned int i)
{
	struct flock range = { .l_type = F_WRLCK, .l_start = 2 * i, .l_len = 1 };

	if (fcntl(0, F_SETLK, &range))
		err(1, "lock");
}

static void queue_signal(unsigned int i)
{
	if (sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = (int)i }))
		err(1, "sigqueue");
}

static void start_process(unsigned int i)
{
	(void)i;
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		for (;;)
			pause();
	}
}

static const struct kind {
	const char *name;
	void (*hold)(unsigned int i);
	/* So many of those asked for: each takes much beside its record. */
	unsigned int part;
} kinds[] = {
	{ "file", open_file, 1 },
	{ "socket", open_socket, 1 },
	{ "lock", lock_range, 1 },
	{ "signal", queue_signal, 1 },
	{ "process", start_process, 4 },
};

#define NR_KINDS (sizeof(kinds) / sizeof(*kinds))

static void allow(int resource, rlim_t nr)
{
	struct rlimit limit = { .rlim_cur = nr, .rlim_max = nr };

	if (setrlimit(resource, &limit))
		err(1, "setrlimit");
}

/* In a process of its own, with which they go. */
static void hold(const struct kind *kind, unsigned int nr, const char *column)
{
	struct memory before;
	unsigned int i;
	sigset_t set;

	nr /= kind->part;
	allow(RLIMIT_NOFILE, 2 * OBJECTS_MAX);
	allow(RLIMIT_SIGPENDING, 2 * OBJECTS_MAX);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Standard input is for locks. The table of descriptors is as large as it will be. */
	close(0);
	if (open("file", O_RDWR) != 0 || dup2(0, (int)nr + 100) < 0)
		err(1, "file");
	kind->hold(nr);
	before = look_at_memory();
	for (i = 0; i < nr; i++)
		kind->hold(i);
	print_memory(column, kind->name, nr, before, look_at_memory());
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		;
}

static void hold_each(char *const *names, unsigned int nr, const char *column)
{
	unsigned int i;
	int status;
	pid_t pid;

	for (; *names; names++) {
		for (i = 0; i < NR_KINDS && strcmp(kinds[i].name, *names); i++)
			;
		if (i == NR_KINDS)
			errx(2, "there is no kind '%s' of objects", *names);
		pid = fork();
		if (!pid) {
			setpgid(0, 0);
			hold(&kinds[i], nr, column);
			exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			errx(1, "no figure for %s", *names);
	}
}

int main(int argc, char **argv)
{
	unsigned int rounds = 5, from, to;
	const char *what, *column = "";
	int c, fd;

	while ((c = getopt(argc, argv, "+c:r:")) != -1) {
		switch (c) {
		case 'c':
			column = optarg;
			break;
		case 'r':
			rounds = number(optarg, ROUNDS_MAX);
			break;
		default:
			return 2;
		}
	}
	argv += optind;
	argc -= optind;
	if (argc < 2)
		errx(2, "what is to be done, and how often?");
	what = argv[0];
	from = number(argv[1], VES_MAX);
	if (!strcmp(what, "hold")) {
		fd = open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			err(1, "file");
		close(fd);
		hold_each(argv + 2, from, column);
		return 0;
	}
	connect_to_kernel();
	if (!strcmp(what, "request") || !strcmp(what, "list")) {
		measure_requests(what, from, rounds);
		return 0;
	}
	if (!strcmp(what, "memory")) {
		measure_memory(from);
		return 0;
	}
	if (argc != 3)
		errx(2, "from which VE to which?");
	to = number(argv[2], VES_MAX);
	if (!strcmp(what, "make"))
		make_all(from, to);
	else if (!strcmp(what, "remove"))
		remove_all(from, to);
	else if (!strcmp(what, "attach"))
		attach_all(from, to);
	else
		errx(2, "what is '%s'?", what);
	return 0;
}
