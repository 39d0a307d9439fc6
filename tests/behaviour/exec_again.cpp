// SPDX-License-Identifier: GPL-2.0-only
//
// Calls exec from another thread than the first, so many times; then stays.
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>

int main(int argc, char** argv)
{
    const int times = argc > 1 ? std::atoi(argv[1]) : 0;
    if (times == 0)
        for (;;)
            pause();
    const auto next = std::to_string(times - 1);
    std::thread other([&] { execl("/proc/self/exe", argv[0], next.c_str(), nullptr); });
    other.join();
    return 1;
}
