// SPDX-License-Identifier: GPL-2.0-only
#include "maker.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <vector>

namespace behaviour {

namespace {

// An open file that nobody else has, with a lock on it.
int locked(const std::function<int(int)>& lock)
{
    Fd file(static_cast<int>(memfd_create("locked", MFD_CLOEXEC)));
    if (file.get() < 0 || lock(file.get()) < 0)
        return -1;
    return file.release();
}

const std::array kinds = {
    Kind{"File", ve::Resource::numfile, ENFILE, [] { return open("/dev/null", O_RDONLY); }},
    Kind{"Eventfd", ve::Resource::numfile, ENFILE,
         [] { return static_cast<int>(syscall(SYS_eventfd2, 0, 0)); }},
    Kind{"TcpSocket", ve::Resource::numtcpsock, ENOBUFS,
         [] { return socket(AF_INET, SOCK_STREAM, 0); }},
    Kind{"Tcp6Socket", ve::Resource::numtcpsock, ENOBUFS,
         [] { return socket(AF_INET6, SOCK_STREAM, 0); }},
    Kind{"UdpSocket", ve::Resource::numothersock, ENOBUFS,
         [] { return socket(AF_INET, SOCK_DGRAM, 0); }},
    Kind{"UnixSocket", ve::Resource::numothersock, ENOBUFS,
         [] { return socket(AF_UNIX, SOCK_STREAM, 0); }},
    Kind{"NetlinkSocket", ve::Resource::numothersock, ENOBUFS,
         [] { return socket(AF_NETLINK, SOCK_RAW, 0); }},
    Kind{"Flock", ve::Resource::numflock, ENOLCK,
         [] { return locked([](int fd) { return flock(fd, LOCK_EX); }); }, ENOSPC},
    Kind{"OfdLock", ve::Resource::numflock, ENOLCK,
         [] {
             return locked([](int fd) {
                 struct flock range {};
                 range.l_type = F_WRLCK;
                 range.l_whence = SEEK_SET;
                 return fcntl(fd, F_OFD_SETLK, &range);
             });
         },
         ENOSPC},
    Kind{"Pty", ve::Resource::numpty, ENOSPC, [] { return open("/dev/ptmx", O_RDWR | O_NOCTTY); }},
};

void obey(Link& link, int (*make)())
{
    std::vector<Fd> made;
    for (;;) {
        if (link.hear() == "close") {
            made.pop_back();
            link.tell(0);
            continue;
        }
        const int fd = make();
        const int code = fd < 0 ? errno : 0;
        if (fd >= 0)
            made.emplace_back(fd);
        link.tell(code);
    }
}

} // namespace

std::span<const Kind> all_kinds()
{
    return kinds;
}

ve::Bound bound(ve::Resource resource, std::uint64_t barrier)
{
    return {resource, barrier, barrier};
}

Maker::Maker(const Ve& ve, const Kind& kind)
    : process_(member(ve, [make = kind.make](Link& link) { obey(link, make); }))
{
}

int Maker::order(const char* word) const
{
    process_.tell(word);
    return static_cast<int>(process_.hear_number());
}

} // namespace behaviour
