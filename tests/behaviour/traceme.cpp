// SPDX-License-Identifier: GPL-2.0-only
//
// Started by a test through exec: a child that asks to be traced by its parent, as debuggers make
// it. Prints 0, or the errno with which it is refused.
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

int main()
{
    const pid_t child = fork();
    if (child < 0)
        return 2;
    if (child == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0 ? errno : 0);
    int status = 0;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return 2;
    printf("%d\n", WEXITSTATUS(status));
}
