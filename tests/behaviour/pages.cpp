// SPDX-License-Identifier: GPL-2.0-only
#include "pages.hpp"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace behaviour {

namespace {

sigjmp_buf back;

void give_up(int)
{
    siglongjmp(back, 1);
}

} // namespace

int touch(void* place, std::size_t pages)
{
    struct sigaction action {};

    struct sigaction before {};

    action.sa_handler = give_up;
    sigaction(SIGBUS, &action, &before);
    // A jump must not pass what has a destructor, nor change what lives in a register.
    volatile int result = 0;
    if (sigsetjmp(back, 1) == 0) {
        for (std::size_t i = 0; i < pages; i++)
            static_cast<volatile char*>(place)[i * page_size] = 1;
    } else {
        result = bus_error;
    }
    sigaction(SIGBUS, &before, nullptr);
    return result;
}

int write_pages(int file, std::size_t pages)
{
    const std::vector<char> bytes(pages * page_size, 'x');
    const ssize_t size = write(file, bytes.data(), bytes.size());
    if (size < 0)
        return errno;
    // What is full in the middle says so by this.
    return static_cast<std::size_t>(size) < bytes.size() ? ENOSPC : 0;
}

int new_memfd()
{
    const int fd = static_cast<int>(memfd_create("shared", MFD_CLOEXEC));
    if (fd < 0)
        broken("memfd_create");
    return fd;
}

int allocate(int fd, std::size_t pages)
{
    return fallocate(fd, 0, 0, static_cast<off_t>(pages * page_size)) < 0 ? errno : 0;
}

int mapped(int fd, std::size_t pages, const std::function<int(void*)>& use)
{
    if (ftruncate(fd, static_cast<off_t>(pages * page_size)) < 0)
        return errno;
    void* const place = mmap(nullptr, pages * page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (place == MAP_FAILED)
        return errno;
    const int code = use(place);
    munmap(place, pages * page_size);
    return code;
}

Tmpfs::Tmpfs(const char* options)
{
    if (!mkdtemp(place_.data()) || mount("shm", place_.c_str(), "tmpfs", 0, options) < 0)
        broken("a tmpfs");
}

Tmpfs::~Tmpfs()
{
    umount2(place_.c_str(), MNT_DETACH);
    rmdir(place_.c_str());
}

} // namespace behaviour
