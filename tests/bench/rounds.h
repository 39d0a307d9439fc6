/* SPDX-License-Identifier: GPL-2.0-only */
/* How long something takes, with what the kernel puts off: what the programs of the bench share. */
#ifndef VE_BENCH_ROUNDS_H
#define VE_BENCH_ROUNDS_H

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS_MAX	1000
/* An operation may want so many times as many rounds. */
#define TIMES_MAX	3
/* Where in a second a round begins. */
#define BEGIN_NS	250000000
/* At two instructions a turn: four ticks of a 250 Hz kernel; twice that gives the same figures. */
#define SPIN_TURNS	8000000

static inline int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

/*
 * Sleep until a point between two whole seconds, which is where the kernel
 * likes to put its timers: the system is idle then, what was put off is done,
 * and all rounds begin alike. Where the clock counts instructions, sleeping
 * takes no time.
 */
static inline void settle(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += 1 + (ts.tv_nsec > BEGIN_NS);
	ts.tv_nsec = BEGIN_NS;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL))
		;
}

/*
 * Much of an operation's cost is put off: to the end of a grace period, to a
 * kernel thread. Spin until that is done too. What the spinning itself takes
 * is known, from rounds of no operation, and is taken off.
 */
static inline void spin(void)
{
	unsigned int i;

	for (i = 0; i < SPIN_TURNS; i++)
		__asm__ volatile("");
}

static inline int64_t time_round(void (*run)(void), unsigned int repeat)
{
	int64_t begin;

	settle();
	begin = now();
	while (repeat--)
		run();
	spin();
	return now() - begin;
}

static inline int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

struct rounds {
	/* The mean of the two in the middle, if there are two. */
	double median;
	/* How far apart the middle half of all is. */
	double spread;
};

static inline struct rounds middle(int64_t *took, unsigned int rounds)
{
	qsort(took, rounds, sizeof(*took), by_size);
	return (struct rounds){
		.median = (took[(rounds - 1) / 2] + took[rounds / 2]) / 2.0,
		.spread = took[rounds - 1 - rounds / 4] - took[rounds / 4],
	};
}

static inline struct rounds time_rounds(unsigned int rounds, void (*run)(void),
					unsigned int repeat)
{
	static int64_t took[TIMES_MAX * ROUNDS_MAX];
	unsigned int i;

	time_round(run, repeat);
	for (i = 0; i < rounds; i++)
		took[i] = time_round(run, repeat);
	return middle(took, rounds);
}

static inline unsigned int number(const char *text, unsigned int max)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || end == text || *end || !n || n > max)
		errx(2, "'%s' is not a number from 1 to %u", text, max);
	return n;
}

#endif
