// SPDX-License-Identifier: GPL-2.0-only
//
// Started by a test through exec: how often has a blocked signal come, before a thread is made and
// after? Two numbers, one a line. Argument: the signal's number.
#include <signal.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

static int take_all(int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    const timespec now = {};
    int count = 0;
    while (sigtimedwait(&set, nullptr, &now) == signal)
        count++;
    return count;
}

int main(int argc, char** argv)
{
    if (argc != 2)
        return 2;
    const int signal = atoi(argv[1]);
    printf("%d\n", take_all(signal));
    std::thread([] {}).join();
    printf("%d\n", take_all(signal));
}
