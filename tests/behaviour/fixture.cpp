// SPDX-License-Identifier: GPL-2.0-only
#include "fixture.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ostream>

namespace ve {

void PrintTo(const Environment& environment, std::ostream* out)
{
    *out << environment.name << " (" << environment.id << "): " << to_string(environment.state)
         << ", " << environment.members << " members";
    for (const auto& counter : environment.resources)
        *out << "; " << to_string(counter.resource) << ": held " << counter.held << ", maxheld "
             << counter.maxheld << ", barrier " << counter.barrier << ", limit " << counter.limit
             << ", failcnt " << counter.failcnt;
}

void PrintTo(const Member& member, std::ostream* out)
{
    *out << member.pid << " (" << member.comm << ") of " << member.id << ", " << member.threads
         << " threads" << (member.entering ? ", entering" : "");
}

void PrintTo(const Error& error, std::ostream* out)
{
    *out << error.what();
}

} // namespace ve

namespace behaviour {

namespace {

// Died, warned, locked up.
constexpr unsigned long trouble = 1UL << 7 | 1UL << 9 | 1UL << 14;

unsigned long tainted()
{
    return std::stoul("0" + contents("/proc/sys/kernel/tainted"));
}

} // namespace

Host::Host(std::optional<ve::Backend> backend)
    : client(ve::Client::open(backend).value()), tainted_(tainted())
{
}

void Host::TearDown()
{
    EXPECT_EQ(tainted() & trouble & ~tainted_, 0u) << "the kernel warned: see its log";
}

ve::Bound numproc(std::uint64_t barrier, std::optional<std::uint64_t> limit)
{
    return {ve::Resource::numproc, barrier, limit.value_or(barrier)};
}

std::uint64_t first_barrier(ve::Resource resource)
{
    return resource == ve::Resource::vmguarpages || resource == ve::Resource::oomguarpages
               ? 0
               : ve::unlimited;
}

std::string fresh_name()
{
    static unsigned count = 0;
    return "t" + std::to_string(getpid()) + "." + std::to_string(++count);
}

Ve::Ve(ve::Client& client, std::vector<ve::Bound> bounds, ve::Sight sight)
    : client_(client), name_(fresh_name())
{
    id_ = client_.create(name_, std::nullopt, bounds, sight).value().id;
}

Ve::~Ve()
{
    if (gone_)
        return;
    EXPECT_TRUE(ok(client_.kill(handle(), SIGKILL)));
    EXPECT_TRUE(becomes(ve::State::empty));
    const auto last = look();
    for (const auto& counter : last.resources)
        EXPECT_TRUE(comes_to_hold(counter.resource, 0))
            << "after the last member and the last object have gone every held is 0";
    EXPECT_TRUE(ok(client_.destroy(handle())));
}

ve::Environment Ve::look() const
{
    return client_.get(handle()).value();
}

ve::Counter Ve::counter(ve::Resource resource) const
{
    const auto environment = look();
    const auto* counter = environment.find(resource);
    if (!counter)
        throw Broken("the kernel tells no " + ve::to_string(resource));
    return *counter;
}

std::vector<pid_t> Ve::members() const
{
    const auto all = client_.members(handle()).value();
    std::vector<pid_t> pids;
    for (const auto& member : all)
        pids.push_back(member.pid);
    std::ranges::sort(pids);
    return pids;
}

std::optional<ve::Member> Ve::member(pid_t pid) const
{
    const auto all = client_.members(handle()).value();
    for (const auto& member : all)
        if (member.pid == pid)
            return member;
    return std::nullopt;
}

testing::AssertionResult Ve::comes_to_hold(ve::Resource resource, std::uint64_t much) const
{
    std::uint64_t now = 0;
    if (eventually([&] { return (now = counter(resource).held) == much; }))
        return testing::AssertionSuccess();
    return testing::AssertionFailure() << ve::to_string(resource) << ".held of " << name_
                                       << " stays at " << now << " instead of " << much;
}

testing::AssertionResult Ve::becomes(ve::State wanted) const
{
    ve::State now{};
    if (eventually([&] { return (now = state()) == wanted; }))
        return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << name_ << " stays " << ve::to_string(now) << " instead of " << ve::to_string(wanted);
}

void Ve::destroy()
{
    ASSERT_TRUE(ok(client_.destroy(handle())));
    forget();
}

void join(const ve::Handle& handle)
{
    ve::Client::open().value().attach_self(handle).value();
}

Process member(const Ve& ve, const Process::Body& body)
{
    Process process([handle = ve.handle(), &body](Link& link) {
        join(handle);
        link.tell("in");
        body(link);
    });
    if (process.hear() != "in")
        throw Broken("a member said something else first");
    return process;
}

Process outsider(const Process::Body& body)
{
    return Process(body);
}

std::vector<ve::Environment> picture(ve::Client& client)
{
    return client.list().value();
}

testing::AssertionResult is_refusal(const ve::Error* error, int code, std::string_view attribute)
{
    if (!error)
        return testing::AssertionFailure() << "was not refused";
    if (error->code != code)
        return testing::AssertionFailure()
               << "refused with " << error->what() << " instead of " << strerror(code);
    if (error->sentence.empty())
        return testing::AssertionFailure() << "refused without a sentence: " << error->what();
    if (error->attribute != attribute)
        return testing::AssertionFailure() << "the attribute at fault is '" << attribute
                                           << "', the kernel says: " << error->what();
    return testing::AssertionSuccess();
}

} // namespace behaviour
