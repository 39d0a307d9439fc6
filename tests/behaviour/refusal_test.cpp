// SPDX-License-Identifier: GPL-2.0-only
//
// What is remembered of refusals, and who is told.
#include "fixture.hpp"
#include "unlucky.hpp"
#include "wire.hpp"

#include <grp.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace behaviour {

namespace {

constexpr std::size_t kept = 32;

ve::Time now()
{
    return std::chrono::system_clock::now();
}

std::uint64_t nanoseconds(ve::Time time)
{
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

class Refusals : public Behaviour {
  protected:
    std::vector<ve::Refusal> refusals(const Ve& ve) { return client.refusals(ve.handle()).value(); }

    // In a process of its own, that says "." or what is wrong.
    static Process::Body say(const std::function<std::string()>& body)
    {
        return [body](Link& link) {
            const auto text = body();
            link.tell(text.empty() ? "." : text);
        };
    }

    ve::Client connect() { return ve::Client::open(GetParam()).value(); }
};

OVER_BOTH_BACKENDS(Refusals);

} // namespace

TEST_P(Refusals, AreNoneAtFirst)
{
    const Ve ve(client, {numproc(2)});
    const auto inside = member(ve);

    EXPECT_TRUE(refusals(ve).empty());
}

TEST_P(Refusals, TellWhoAskedForWhatAndWhatWasInTheWay)
{
    const Ve ve(client, {numproc(1, 7)});
    Unlucky unlucky(ve, "an unlucky one");
    const auto before = now();
    unlucky.be_refused();
    const auto after = now();

    const auto all = refusals(ve);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].counter, (ve::Counter{ve::Resource::numproc, 1, 1, 1, 7, 1}));
    EXPECT_EQ(all[0].severity, ve::Severity::barrier);
    EXPECT_EQ(all[0].bound(), 1u);
    EXPECT_EQ(all[0].asked, 1u);
    EXPECT_EQ(all[0].pid, unlucky.pid());
    EXPECT_EQ(all[0].comm, "an unlucky one");
    EXPECT_EQ(all[0].times, 1u);
    EXPECT_LE(before, all[0].first);
    EXPECT_LE(all[0].last, after);
    EXPECT_EQ(all[0].first, all[0].last);
}

TEST_P(Refusals, KeepTheNumbersOfTheirTime)
{
    const Ve ve(client, {numproc(1)});
    Unlucky unlucky(ve);
    unlucky.be_refused();
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(50)})));

    EXPECT_EQ(refusals(ve).at(0).counter.barrier, 1u);
}

TEST_P(Refusals, SurviveTheProcess)
{
    const Ve ve(client, {numproc(1)});
    Unlucky unlucky(ve);
    unlucky.be_refused();
    const auto before = refusals(ve);
    unlucky.end();

    ASSERT_EQ(before.size(), 1u);
    EXPECT_EQ(refusals(ve), before);
}

TEST_P(Refusals, NameTheProcessOfAThread)
{
    const Ve ve(client, {numproc(2)});
    const auto process = member(ve, [](Link& link) {
        prctl(PR_SET_NAME, "the leader");
        std::thread([&link] {
            prctl(PR_SET_NAME, "the thread");
            link.tell(fork_child([] { return 0; }) < 0 ? "refused" : "forked");
            hang();
        }).join();
    });
    ASSERT_EQ(process.hear(), "refused");

    ASSERT_EQ(refusals(ve).size(), 1u);
    EXPECT_EQ(refusals(ve)[0].pid, process.pid());
    EXPECT_EQ(refusals(ve)[0].comm, "the leader");
}

TEST_P(Refusals, AlikeInARowAreOneWithACount)
{
    const Ve ve(client, {numproc(1)});
    Unlucky unlucky(ve);
    unlucky.be_refused();
    const auto first = refusals(ve).at(0).first;
    unlucky.be_refused(499);

    // Not only those that are reported.
    const auto all = refusals(ve);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].times, 500u);
    EXPECT_EQ(all[0].counter.failcnt, 500u);
    EXPECT_EQ(all[0].first, first);
    EXPECT_LT(all[0].first, all[0].last);
}

TEST_P(Refusals, OfTwoInTurnAreToldInTurn)
{
    const Ve ve(client, {numproc(2)});
    Unlucky one(ve, "one");
    Unlucky two(ve, "two");
    one.be_refused(2);
    two.be_refused();
    one.be_refused();

    const auto all = refusals(ve);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].comm, "one");
    EXPECT_EQ(all[0].times, 2u);
    EXPECT_EQ(all[1].comm, "two");
    EXPECT_EQ(all[2].comm, "one");
    EXPECT_EQ(all[2].times, 1u);
    EXPECT_LT(all[0].last, all[1].first);
    EXPECT_LT(all[1].last, all[2].first);
}

TEST_P(Refusals, OfALoopPushNobodyOut)
{
    const Ve ve(client, {numproc(2)});
    Unlucky one(ve, "one");
    Unlucky two(ve, "two");
    one.be_refused();
    two.be_refused(10 * kept);

    const auto all = refusals(ve);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].comm, "one");
    EXPECT_EQ(all[1].times, 10 * kept);
}

TEST_P(Refusals, AreForgottenOldestFirst)
{
    constexpr std::size_t made = kept + 8;
    const Ve ve(client, {numproc(2)});
    Unlucky one(ve, "one");
    Unlucky two(ve, "two");
    for (std::size_t i = 0; i < made; i++)
        (i % 2 ? two : one).be_refused();

    const auto all = refusals(ve);
    ASSERT_EQ(all.size(), kept);
    for (std::size_t i = 0; i < kept; i++) {
        EXPECT_EQ(all[i].counter.failcnt, made - kept + i + 1);
        EXPECT_EQ(all[i].pid, (i % 2 ? two : one).pid());
    }
}

TEST_P(Refusals, OfAnAttachAreRemembered)
{
    const Ve ve(client, {numproc(0)});
    const auto process = outsider();
    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), process.pid()), EAGAIN, "id"));

    const auto all = refusals(ve);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].pid, getpid()) << "who asked for it";
}

TEST_P(Refusals, AreOfOneVeOnly)
{
    const Ve full(client, {numproc(1)});
    const Ve other(client, {numproc(1)});
    Unlucky unlucky(full);
    unlucky.be_refused();

    EXPECT_EQ(refusals(full).size(), 1u);
    EXPECT_TRUE(refusals(other).empty());
}

TEST_P(Refusals, AreCountedExactlyOnTwoProcessors)
{
    constexpr int each = 500;
    const Ve ve(client, {numproc(2)});
    std::vector<Process> processes;
    for (int i = 0; i < 2; i++)
        processes.push_back(member(ve, [](Link& link) {
            (void)link.hear();
            for (int j = 0; j < each; j++)
                if (fork_child([] { return 0; }) >= 0)
                    throw Broken("a fork was not refused");
            link.tell("refused");
            hang();
        }));
    for (const auto& process : processes)
        process.tell();
    for (const auto& process : processes)
        ASSERT_EQ(process.hear(), "refused");

    // However they alternated: the last ones are there, none is told twice.
    std::uint64_t times = 0;
    const auto all = refusals(ve);
    for (std::size_t i = 0; i < all.size(); i++) {
        times += all[i].times;
        if (i > 0) {
            EXPECT_NE(all[i].pid, all[i - 1].pid);
            EXPECT_LE(all[i - 1].last, all[i].first);
        }
    }
    EXPECT_LE(times, 2u * each);
    if (all.size() < kept) {
        EXPECT_EQ(times, 2u * each);
    }
}

TEST_P(Refusals, OfNoSuchVeAreRefused)
{
    EXPECT_TRUE(refused(client.refusals(ve::Handle(999999)), ENOENT, "id"));
    EXPECT_TRUE(refused(client.refusals(ve::Handle::named("nobody")), ENOENT, "name"));
    EXPECT_TRUE(refused(client.own_refusals(), EINVAL, "id"));
}

TEST_P(Refusals, AreShownToMembersOfThatVe)
{
    const Ve ve(client, {numproc(2)});
    const Ve other(client);
    Unlucky unlucky(ve);

    const auto inside = member(ve, [&](Link& link) {
        link.tell("ready");
        (void)link.hear();
        say([&]() -> std::string {
            auto own = connect();
            const auto all = own.own_refusals().value();
            if (all.size() != 1 || all[0].pid != unlucky.pid())
                return "own refusals are not shown";
            if (own.refusals(ve.handle()).value() != all ||
                own.refusals(ve::Handle::named(ve.name())).value() != all)
                return "by name there are others";
            if (own.refusals(other.handle()).error().code != ENOENT)
                return "another VE exists";
            return {};
        })(link);
    });
    ASSERT_EQ(inside.hear(), "ready");
    unlucky.be_refused();
    inside.tell();
    EXPECT_EQ(inside.hear(), ".");
}

TEST_P(Refusals, AreShownToAnyUserOfTheHost)
{
    const Ve ve(client, {numproc(1)});
    Unlucky unlucky(ve);
    unlucky.be_refused();

    const auto process = outsider(say([&]() -> std::string {
        if (setgroups(0, nullptr) < 0 || setresgid(65534, 65534, 65534) < 0 ||
            setresuid(65534, 65534, 65534) < 0)
            broken("become nobody");
        return connect().refusals(ve.handle()).value().size() == 1 ? "" : "they are not shown";
    }));
    EXPECT_EQ(process.hear(), ".");
}

TEST_P(Refusals, AreNotShownToOtherUserNamespaces)
{
    const Ve ve(client);

    const auto process = outsider(say([&]() -> std::string {
        if (unshare(CLONE_NEWUSER) < 0)
            broken("unshare");
        const auto shown = connect().refusals(ve.handle());
        if (shown)
            return "they are shown";
        return shown.error().code == EPERM && !shown.error().sentence.empty()
                   ? ""
                   : shown.error().what();
    }));
    EXPECT_EQ(process.hear(), ".");
}

TEST_P(Refusals, AreWrittenInTheseNumbers)
{
    const Ve ve(client, {numproc(1, 7)});
    Unlucky unlucky(ve, "unlucky");
    unlucky.be_refused(3);

    wire::Socket socket;
    const auto answer = socket.ask(wire::refusal_get, wire::u32(wire::id, ve.id()), NLM_F_DUMP);
    EXPECT_EQ(answer.code, 0);
    EXPECT_EQ(answer.messages, 1);
    const auto one = refusals(ve).at(0);
    EXPECT_EQ(
        answer.last,
        wire::concat(
            {wire::u32(wire::id, ve.id()), wire::text(wire::name, ve.name()),
             wire::nest(
                 wire::refusal,
                 {wire::nest(wire::refusal_resource,
                             {wire::u32(wire::resource_id, wire::numproc), wire::u64(wire::held, 1),
                              wire::u64(wire::maxheld, 1), wire::u64(wire::barrier, 1),
                              wire::u64(wire::limit, 7), wire::u64(wire::failcnt, 3)}),
                  wire::u32(wire::refusal_severity, 0), wire::u64(wire::refusal_asked, 1),
                  wire::u64(wire::refusal_times, 3),
                  wire::u64(wire::refusal_first, nanoseconds(one.first)),
                  wire::u64(wire::refusal_last, nanoseconds(one.last)),
                  wire::u32(wire::refusal_pid, static_cast<std::uint32_t>(unlucky.pid())),
                  wire::text(wire::refusal_comm, "unlucky")})}));
}

} // namespace behaviour
