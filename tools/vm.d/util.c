// SPDX-License-Identifier: GPL-2.0-only
/* What the other files of the guest's PID 1 share: speaking, stopping, reading files. */
#include "init.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/io.h>
#include <sys/stat.h>

#define DEBUG_EXIT_PORT 0xf4

void power_off(int code)
{
	/* isa-debug-exit ends QEMU on the spot: no shutdown to wait for. */
	if (!iopl(3))
		outb(code, DEBUG_EXIT_PORT);
	for (;;)
		pause();
}

void say(const char *fmt, ...)
{
	char text[512], line[600];
	va_list ap;
	int fd, n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Not dprintf(): it seeks first, and the kernel log refuses that. */
	n = snprintf(line, sizeof(line), "<3>vm-init: %s\n", text);
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		fd = open("/dev/console", O_WRONLY | O_CLOEXEC);
	if (write(fd, line, n) < 0)
		errno = 0;
	close(fd);
}

/* The whole of a file, with a NUL behind it; NULL if there is none. */
char *slurp(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t got = 0;
	ssize_t n;
	size_t size;
	char *buf;

	if (fd < 0 || fstat(fd, &st))
		return NULL;
	/* What the kernel makes up on the fly has no size. */
	size = st.st_size ? st.st_size : 4096;
	buf = malloc(size + 1);
	if (!buf)
		die("%s", path);
	while ((n = read(fd, buf + got, size - got)) > 0)
		got += n;
	close(fd);
	buf[got] = '\0';
	if (len)
		*len = got;
	return buf;
}

void set_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0)
		say("%s: %s", path, strerror(errno));
	close(fd);
}

void make_dirs(const char *path)
{
	char *copy = strdup(path), *p;

	for (p = copy + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(copy, 0755);
	}
	mkdir(copy, 0755);
	free(copy);
}
