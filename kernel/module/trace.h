/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probes on tracepoints of the running kernel: for what happens within a
 * function, where no hook is. They only record. Knows no VE.
 */
#ifndef _VE_MODULE_TRACE_H
#define _VE_MODULE_TRACE_H

struct tracepoint;

/**
 * struct ve_trace - one tracepoint
 */
struct ve_trace {
	/** @name: what it is called */
	const char *name;
	/** @probe: a function with the tracepoint's arguments; does not sleep */
	void *probe;
	/** @lost: what is lost without it, for whoever reads the log */
	const char *lost;
	/** @point: where it is */
	struct tracepoint *point;
};

int ve_traces_find(struct ve_trace *traces, unsigned int nr);
int ve_traces_arm(void);
void ve_traces_disarm(void);

#endif /* _VE_MODULE_TRACE_H */
