// SPDX-License-Identifier: GPL-2.0-only
//
// What is known of VEs that are gone.
#include "fixture.hpp"
#include "listener.hpp"
#include "unlucky.hpp"
#include "wire.hpp"

#include <grp.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

namespace behaviour {

namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kept = 64;

nanoseconds cpu_time(clockid_t clock = CLOCK_PROCESS_CPUTIME_ID)
{
    timespec now = {};
    if (clock_gettime(clock, &now) < 0)
        broken("clock_gettime");
    return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

// Take so much CPU time, in this thread.
void burn(nanoseconds much)
{
    const auto end = cpu_time(CLOCK_THREAD_CPUTIME_ID) + much;
    while (cpu_time(CLOCK_THREAD_CPUTIME_ID) < end)
        ;
}

ve::Time now()
{
    return std::chrono::system_clock::now();
}

class History : public Behaviour {
  protected:
    // The last VE that had this name.
    ve::Past past(const std::string& name)
    {
        const auto all = client.history().value();
        const auto found = std::find_if(all.rbegin(), all.rend(),
                                        [&](const ve::Past& one) { return one.name == name; });
        if (found == all.rend())
            throw Broken(name + " is forgotten");
        return *found;
    }

    /// At least what was told, at most what all children took that were reaped, less what is not
    /// counted: whoever emulates a processor may stop it for half a second, which then counts.
    testing::AssertionResult about(nanoseconds found, nanoseconds expected,
                                   nanoseconds uncounted = 0ns) const
    {
        const auto most = children() - children_before_ - uncounted + 10ms;
        if (found >= expected && found <= most)
            return testing::AssertionSuccess();
        return testing::AssertionFailure()
               << found.count() << " ns instead of " << expected.count() << " to " << most.count();
    }

    /// CPU time of all that have been reaped.
    static nanoseconds children()
    {
        rusage usage{};
        getrusage(RUSAGE_CHILDREN, &usage);
        const auto time = [](const timeval& part) {
            return std::chrono::seconds(part.tv_sec) + std::chrono::microseconds(part.tv_usec);
        };
        return time(usage.ru_utime) + time(usage.ru_stime);
    }

    const nanoseconds children_before_ = children();

    static Process::Body say(const std::function<std::string()>& body)
    {
        return [body](Link& link) {
            const auto text = body();
            link.tell(text.empty() ? "." : text);
        };
    }

    ve::Client connect() { return ve::Client::open(GetParam()).value(); }
};

OVER_BOTH_BACKENDS(History);

} // namespace

TEST_P(History, DoesNotKnowVesThatAreThere)
{
    const Ve ve(client);

    EXPECT_THROW((void)past(ve.name()), Broken);
}

TEST_P(History, HasTheFinalNumbers)
{
    Ve ve(client, {numproc(2, 7)});
    {
        Unlucky one(ve);
        Unlucky two(ve);
        two.be_refused(3);
        one.be_refused();
    }
    EXPECT_TRUE(ve.becomes(ve::State::empty));
    ve.destroy();

    const auto gone = past(ve.name());
    EXPECT_EQ(gone.id, ve.id());
    const auto numbers =
        std::ranges::find(gone.resources, ve::Resource::numproc, &ve::Counter::resource);
    ASSERT_NE(numbers, gone.resources.end());
    EXPECT_EQ(*numbers, (ve::Counter{ve::Resource::numproc, 0, 2, 2, 7, 4}));
}

TEST_P(History, KeepsRefusals)
{
    Ve ve(client, {numproc(1)});
    Unlucky unlucky(ve, "unlucky");
    unlucky.be_refused(3);
    const auto before = client.refusals(ve.handle()).value();
    unlucky.end();
    ve.destroy();

    EXPECT_EQ(before.size(), 1u);
    EXPECT_EQ(past(ve.name()).refusals, before);
}

TEST_P(History, TellsWhenAndHowLongItWas)
{
    const auto before = now();
    Ve ve(client);
    const auto made = now();
    std::this_thread::sleep_for(300ms);
    const auto ending = now();
    ve.destroy();
    const auto after = now();

    const auto gone = past(ve.name());
    EXPECT_LE(before, gone.created);
    EXPECT_LE(gone.created, made);
    EXPECT_LE(ending, gone.destroyed);
    EXPECT_LE(gone.destroyed, after);
    EXPECT_GE(gone.lifetime, ending - made);
    EXPECT_LE(gone.lifetime, after - before);
}

TEST_P(History, CountsNoCpuTimeOfNobody)
{
    Ve ve(client);
    ve.destroy();

    EXPECT_EQ(past(ve.name()).cpu_time, 0ns);
}

TEST_P(History, CountsCpuTimeFromWhenAProcessJoined)
{
    Ve ve(client);
    Process process([&](Link& link) {
        burn(900ms);
        join(ve.handle());
        const auto joined = cpu_time();
        burn(600ms);
        link.tell((cpu_time() - joined).count());
    });
    const nanoseconds taken(process.hear_number());
    process.reap();
    ve.destroy();

    EXPECT_TRUE(about(past(ve.name()).cpu_time, taken, 900ms));
}

TEST_P(History, CountsCpuTimeOfAnotherThatIsAttachedFromThenOn)
{
    Ve ve(client);
    Process process([](Link& link) {
        burn(900ms);
        link.tell("warm");
        (void)link.hear();
        const auto joined = cpu_time();
        burn(600ms);
        link.tell((cpu_time() - joined).count());
    });
    ASSERT_EQ(process.hear(), "warm");
    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    process.tell();
    const nanoseconds taken(process.hear_number());
    process.reap();
    ve.destroy();

    EXPECT_TRUE(about(past(ve.name()).cpu_time, taken, 900ms));
}

TEST_P(History, CountsCpuTimeOfChildrenAndThreads)
{
    Ve ve(client);
    auto process = member(ve, [](Link&) {
        reap(fork_child([] {
            burn(300ms);
            return 0;
        }));
        std::thread([] { burn(300ms); }).join();
        burn(300ms);
    });
    process.reap();
    ve.destroy();

    EXPECT_TRUE(about(past(ve.name()).cpu_time, 900ms));
}

TEST_P(History, CountsCpuTimeOfTheDeadNobodyHasWaitedFor)
{
    Ve ve(client);
    auto process = member(ve, [](Link&) { burn(600ms); });
    process.await_death();
    ve.destroy();
    const auto gone = past(ve.name());
    process.reap();

    EXPECT_TRUE(about(gone.cpu_time, 600ms));
    EXPECT_EQ(gone.find(ve::Resource::numproc)->held, 0u);
}

TEST_P(History, SurvivesThatIdAndNameAreUsedAgain)
{
    const auto name = fresh_name();
    for (std::uint64_t barrier = 1; barrier <= 3; barrier++) {
        ASSERT_TRUE(ok(client.create(name, 4711, std::vector{numproc(barrier)})));
        ASSERT_TRUE(ok(client.destroy(ve::Handle(4711))));
    }
    ASSERT_TRUE(ok(client.create(name, 4711, std::vector{numproc(4)})));

    std::vector<std::uint64_t> barriers;
    const auto all = client.history().value();
    for (const auto& one : all)
        if (one.name == name && one.id == 4711)
            barriers.push_back(one.find(ve::Resource::numproc)->barrier);
    EXPECT_EQ(barriers, (std::vector<std::uint64_t>{1, 2, 3})) << "the oldest first";
    EXPECT_TRUE(ok(client.destroy(ve::Handle(4711))));
}

TEST_P(History, IsBoundedAndForgetsTheOldest)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kept + 3; i++) {
        Ve ve(client);
        ve.destroy();
        names.push_back(ve.name());
    }

    const auto all = client.history().value();
    ASSERT_EQ(all.size(), kept);
    for (std::size_t i = 0; i < kept; i++)
        EXPECT_EQ(all[i].name, names[i + 3]);
}

TEST_P(History, KnowsAVeAsSoonAsTheEventIsTold)
{
    Listener listener(GetParam());
    Ve ve(client);
    (void)listener.next<ve::Created>(ve.name());
    const auto destroyer = outsider(say([&]() -> std::string {
        const auto done = connect().destroy(ve.handle());
        return done ? "" : done.error().what();
    }));
    (void)listener.next<ve::Destroyed>(ve.name());
    EXPECT_NO_THROW((void)past(ve.name()));
    EXPECT_EQ(destroyer.hear(), ".");
    ve.forget();
}

TEST_P(History, HasNoGapBetweenTheRegistryAndItself)
{
    // Whoever looks for it finds it here or there, at any moment.
    Ve ve(client);
    const auto process = outsider([&](Link& link) {
        auto own = connect();
        const auto known = [&] {
            const auto all = own.history().value();
            return std::ranges::any_of(all,
                                       [&](const ve::Past& one) { return one.name == ve.name(); });
        };
        link.tell("looking");
        while (own.get(ve.handle()))
            ;
        link.tell(known() ? "." : "it was nowhere");
    });
    ASSERT_EQ(process.hear(), "looking");
    ve.destroy();
    EXPECT_EQ(process.hear(), ".");
}

TEST_P(History, IsShownToAnyUserOfTheHost)
{
    Ve ve(client);
    ve.destroy();

    const auto process = outsider(say([&]() -> std::string {
        if (setgroups(0, nullptr) < 0 || setresgid(65534, 65534, 65534) < 0 ||
            setresuid(65534, 65534, 65534) < 0)
            broken("become nobody");
        return connect().history().value().empty() ? "it is not shown" : "";
    }));
    EXPECT_EQ(process.hear(), ".");
}

TEST_P(History, IsNotShownToMembersOrOtherUserNamespaces)
{
    Ve gone(client);
    gone.destroy();
    const Ve ve(client);
    const auto forbidden = [&]() -> std::string {
        const auto shown = connect().history();
        if (shown)
            return "it is shown";
        return shown.error().code == EPERM && !shown.error().sentence.empty()
                   ? ""
                   : shown.error().what();
    };

    EXPECT_EQ(member(ve, say(forbidden)).hear(), ".");
    EXPECT_EQ(outsider(say([&] {
                  if (unshare(CLONE_NEWUSER) < 0)
                      broken("unshare");
                  return forbidden();
              })).hear(),
              ".");
}

TEST_P(History, IsNotShownToAMemberByARequestFromBefore)
{
    for (std::size_t i = 0; i < kept; i++) {
        Ve gone(client);
        gone.destroy();
    }
    const Ve ve(client);

    // The kernel goes on with a list when it is read, and looks at the reader.
    const auto process = outsider(say([&]() -> std::string {
        wire::Socket socket;
        socket.send(socket.message(wire::history_get, {}, NLM_F_DUMP));
        join(ve.handle());
        const auto answer = socket.answer();
        return answer && answer->code == EPERM ? "" : "it is shown";
    }));
    EXPECT_EQ(process.hear(), ".");
}

TEST_P(History, IsWrittenInTheseNumbers)
{
    Ve ve(client, {numproc(1, 7)});
    ve.destroy();
    const auto gone = past(ve.name());
    const auto large = [](auto type, auto value) {
        return wire::u64(type, static_cast<std::uint64_t>(value.count()));
    };

    wire::Socket socket;
    const auto answer = socket.ask(wire::history_get, {}, NLM_F_DUMP);
    EXPECT_EQ(answer.code, 0);
    auto expected =
        wire::concat({wire::u32(wire::id, ve.id()), wire::text(wire::name, ve.name()),
                      large(wire::created, gone.created.time_since_epoch()),
                      large(wire::destroyed, gone.destroyed.time_since_epoch()),
                      large(wire::lifetime, gone.lifetime), large(wire::cpu_time, gone.cpu_time)});
    for (const auto& counter : gone.resources) {
        const bool bounded = counter.resource == ve::Resource::numproc;
        expected = wire::concat(
            {expected,
             wire::nest(wire::resource,
                        {wire::u32(wire::resource_id, static_cast<std::uint32_t>(counter.resource)),
                         wire::u64(wire::held, 0), wire::u64(wire::maxheld, 0),
                         wire::u64(wire::barrier, bounded ? 1 : first_barrier(counter.resource)),
                         wire::u64(wire::limit, bounded ? 7 : ve::unlimited),
                         wire::u64(wire::failcnt, 0)})});
    }
    EXPECT_EQ(answer.last, expected);
}

} // namespace behaviour
