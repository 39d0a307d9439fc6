/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VM_INIT_H
#define VM_INIT_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* util.c */
void power_off(int code) __attribute__((noreturn));
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The whole of a file, with a NUL behind it; NULL if there is none. */
char *slurp(const char *path, size_t *len);
void set_file(const char *path, const char *value);
void make_dirs(const char *path);

#define die(fmt, ...)                                            \
	do {                                                     \
		say(fmt ": %s", ##__VA_ARGS__, strerror(errno)); \
		power_off(1);                                    \
	} while (0)

/* root.c: from the initramfs to a system that looks like the host. */
void load_modules(void);
void enter_root(void);
void mount_all(char *keep, const char *moddir);
void mount_out(void);
void send_out(int port);

/* run.c: one command and its output. */
struct command {
	char **argv;
	char **env;
	const char *cwd;
	int in;
};

int open_port(int nr);
int run(const struct command *cmd, int out_port, int err_port);

#endif
