// SPDX-License-Identifier: GPL-2.0-only
//
// A member whose memory grows and shrinks as it is told.
#pragma once

#include "fixture.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

namespace behaviour {

inline constexpr std::int64_t page = 4096;

/// What a member does: with up to four numbers; the result is another, or -errno.
using Act = std::int64_t (*)(std::int64_t, std::int64_t, std::int64_t, std::int64_t);

inline std::int64_t result_of(std::int64_t result)
{
    return result == -1 ? -errno : result;
}

/// mmap(2), by pages; where is 0 unless it matters.
inline std::int64_t map_pages(std::int64_t pages, std::int64_t prot, std::int64_t flags,
                              std::int64_t where)
{
    return result_of(reinterpret_cast<std::int64_t>(
        mmap(reinterpret_cast<void*>(where), static_cast<std::size_t>(pages * page),
             static_cast<int>(prot), static_cast<int>(flags), -1, 0)));
}

class Space {
  public:
    explicit Space(const Ve& ve) : Space(member(ve, obey)) {}

    /// A process of the host, for now.
    Space() : Space(outsider(obey)) {}

    std::int64_t does(Act act, std::int64_t a = 0, std::int64_t b = 0, std::int64_t c = 0,
                      std::int64_t d = 0) const
    {
        for (const auto number : {reinterpret_cast<std::int64_t>(act), a, b, c, d})
            process_.tell(std::to_string(number));
        return process_.hear_number();
    }

    /// Map private memory that can be written. The address or -errno.
    std::int64_t map(std::int64_t pages, int prot = PROT_READ | PROT_WRITE,
                     int flags = MAP_PRIVATE | MAP_ANONYMOUS, std::int64_t where = 0) const
    {
        return does(map_pages, pages, prot, flags, where);
    }

    std::int64_t unmap(std::int64_t where, std::int64_t pages) const
    {
        return does(
            [](auto at, auto many, auto, auto) -> std::int64_t {
                return result_of(
                    munmap(reinterpret_cast<void*>(at), static_cast<std::size_t>(many * page)));
            },
            where, pages);
    }

    std::int64_t protect(std::int64_t where, std::int64_t pages, int prot) const
    {
        return does(
            [](auto at, auto many, auto how, auto) -> std::int64_t {
                return result_of(mprotect(reinterpret_cast<void*>(at),
                                          static_cast<std::size_t>(many * page),
                                          static_cast<int>(how)));
            },
            where, pages, prot);
    }

    [[nodiscard]] const Process& process() const noexcept { return process_; }

  private:
    explicit Space(Process process) : process_(std::move(process))
    {
        // What talking takes is there from now on.
        for (int i = 0; i < 3; i++)
            does([](auto, auto, auto, auto) -> std::int64_t { return 0; });
    }

    static void obey(Link& link)
    {
        for (;;) {
            const auto act = reinterpret_cast<Act>(link.hear_number());
            const auto a = link.hear_number();
            const auto b = link.hear_number();
            const auto c = link.hear_number();
            const auto d = link.hear_number();
            link.tell(act(a, b, c, d));
        }
    }

    Process process_;
};

/// A line of /proc/PID/status that is a size, in pages.
inline std::uint64_t pages_of(pid_t pid, const std::string& what)
{
    const auto status = contents("/proc/" + std::to_string(pid) + "/status");
    const auto at = status.find("\n" + what + ":");
    if (at == std::string::npos)
        throw Broken(std::to_string(pid) + " has no " + what);
    return std::stoull(status.substr(at + what.size() + 2)) / 4;
}

/// What /proc/PID/status says of it that privvmpages counts.
inline std::uint64_t private_pages(pid_t pid)
{
    return pages_of(pid, "VmData") + pages_of(pid, "VmStk");
}

/// A test with one member whose private memory is bounded.
class Memory : public Host {
  protected:
    [[nodiscard]] ve::Counter privvm() const { return ve.counter(ve::Resource::privvmpages); }

    void set(const ve::Bound& bound)
    {
        ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{bound})));
    }

    [[nodiscard]] ve::Counter locked() const { return ve.counter(ve::Resource::lockedpages); }

    // Room for so many more pages; as many again above the barrier if it is less.
    void leave(std::uint64_t room, std::uint64_t room_to_limit)
    {
        base = privvm().held;
        set({ve::Resource::privvmpages, base + room, base + room_to_limit});
    }

    void leave(std::uint64_t room) { leave(room, room); }

    const Ve ve{client};
    const Space space{ve};
    std::uint64_t base = 0;
};

} // namespace behaviour
