// SPDX-License-Identifier: GPL-2.0-only
//
// vectl without a kernel: commands run over fake transports, and what they
// write is kept.
#pragma once

#include "cli.hpp"

#include <libve/test/fake_transport.hpp>

#include <memory>
#include <sstream>
#include <string>

namespace vectl {

// For messages of googletest.
inline void PrintTo(const Number& number, std::ostream* out)
{
    *out << number.name << ' ' << number.value;
}

} // namespace vectl

namespace vectl::test {

struct Harness {
    std::shared_ptr<ve::test::FakeTransport> requests = std::make_shared<ve::test::FakeTransport>();
    std::shared_ptr<ve::test::FakeTransport> events = std::make_shared<ve::test::FakeTransport>();
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    ve::Result<Host> host = Host{std::uint64_t{8} << 30, std::uint64_t{2} << 30, 4096};
    Context context{
        out,
        err,
        false,
        false,
        -1,
        [this]() -> ve::Result<ve::Client> { return connect(); },
        [this] { return ve::EventStream::over(events); },
        &in,
        [this] { return host; },
        "/dev/null/there/is/none",
    };
    bool loaded = true;

    int run(const Words& words) { return run_cli(words, context); }

  private:
    ve::Result<ve::Client> connect()
    {
        if (!loaded)
            return ve::err(ENOENT);
        return ve::Client::over(requests);
    }
};

inline ve::Error refusal(int code, const std::string& sentence)
{
    return ve::Error{code, sentence, {}, {}};
}

inline ve::Environment environment(ve::Id id, const std::string& name, std::uint32_t members,
                                   std::uint64_t held)
{
    return {id,
            name,
            members ? ve::State::running : ve::State::empty,
            members,
            {{ve::Resource::numproc, held, held, 5, ve::unlimited, 2}}};
}

// Of process 42 ("sh"), the one-th second after 2024-01-02 03:04:05.006 UTC.
inline ve::Refusal refused(pid_t pid = 42, int second = 0, std::uint64_t times = 1)
{
    const ve::Time first(std::chrono::milliseconds(1704164645006));
    return {{ve::Resource::numproc, 5, 5, 5, ve::unlimited, times},
            ve::Severity::barrier,
            1,
            pid,
            "sh",
            times,
            first,
            first + std::chrono::seconds(second)};
}

// For a day and an hour from 2024-01-02 03:04:05.006 UTC on.
inline ve::Past past(ve::Id id, const std::string& name)
{
    const ve::Time created(std::chrono::milliseconds(1704164645006));
    return {id,
            name,
            created,
            created + std::chrono::hours(25),
            std::chrono::hours(25) + std::chrono::nanoseconds(1),
            std::chrono::nanoseconds(1234567890),
            {{ve::Resource::numproc, 0, 5, 5, ve::unlimited, 2}},
            {}};
}

} // namespace vectl::test
