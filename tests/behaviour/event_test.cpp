// SPDX-License-Identifier: GPL-2.0-only
//
// What listeners are told.
#include "fixture.hpp"
#include "listener.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace behaviour {

namespace {

class Events : public Behaviour {
  protected:
    Listener listener{GetParam()};
};

OVER_BOTH_BACKENDS(Events);

} // namespace

TEST_P(Events, TellTheLifeOfAVeInOrder)
{
    const auto name = fresh_name();
    const auto id = client.create(name, {}, std::vector{numproc(1, 7)}).value().id;
    const ve::Handle handle(id);
    ASSERT_TRUE(ok(client.set(handle, std::vector{numproc(1, 2)})));
    Process process([handle](Link& link) {
        prctl(PR_SET_NAME, "a member");
        join(handle);
        if (fork() >= 0)
            throw Broken("the fork was not refused");
        link.tell("refused");
        hang();
    });
    (void)process.hear();
    const pid_t pid = process.pid();
    process.signal(SIGKILL);
    process.reap();
    ASSERT_TRUE(ok(client.destroy(handle)));

    EXPECT_EQ(listener.next<ve::Created>(name), (ve::Created{id, name}));

    const auto changed = listener.next<ve::Changed>(name);
    EXPECT_EQ(changed.id, id);
    ASSERT_EQ(changed.resources.size(), 1u);
    EXPECT_EQ(changed.resources[0], (ve::Counter{ve::Resource::numproc, 0, 0, 1, 2, 0}));

    const auto attached = listener.next<ve::Attached>(name);
    EXPECT_EQ(attached, (ve::Attached{id, name, pid, "a member"}));

    const auto refused = listener.next<ve::Refused>(name);
    EXPECT_EQ(refused.id, id);
    EXPECT_EQ(refused.counter, (ve::Counter{ve::Resource::numproc, 1, 1, 1, 2, 1}));
    EXPECT_EQ(refused.severity, ve::Severity::barrier);
    EXPECT_EQ(refused.asked, 1u);
    EXPECT_EQ(refused.pid, pid);
    EXPECT_EQ(refused.comm, "a member");
    EXPECT_EQ(refused.left_out, 0u);

    EXPECT_EQ(listener.next<ve::Empty>(name), (ve::Empty{id, name}));
    EXPECT_EQ(listener.next<ve::Destroyed>(name), (ve::Destroyed{id, name}));
}

TEST_P(Events, OfAnAttachByPidNameTheProcess)
{
    const Ve ve(client);
    const auto process = outsider([](Link& link) {
        std::thread other(hang);
        prctl(PR_SET_NAME, "the leader");
        link.tell("named");
        hang();
    });
    (void)process.hear();
    auto tasks = tasks_of(process.pid());
    std::erase(tasks, process.pid());
    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), tasks.at(0))));

    (void)listener.next<ve::Created>(ve.name());
    const auto attached = listener.next<ve::Attached>(ve.name());
    EXPECT_EQ(attached.pid, process.pid());
    EXPECT_EQ(attached.comm, "the leader") << "of the process, whichever thread was named";
}

TEST_P(Events, OfARefusedAttachTellHowMuchWasAsked)
{
    const Ve ve(client, {numproc(2, 9)});
    const auto process = outsider([](Link& link) {
        std::thread one(hang);
        std::thread two(hang);
        link.tell("made");
        hang();
    });
    (void)process.hear();
    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), process.pid()), EAGAIN, "id"));

    (void)listener.next<ve::Created>(ve.name());
    const auto event = listener.next<ve::Refused>(ve.name());
    EXPECT_EQ(event.asked, 3u);
    EXPECT_EQ(event.counter, (ve::Counter{ve::Resource::numproc, 0, 0, 2, 9, 1}));
    EXPECT_EQ(event.severity, ve::Severity::barrier);
    EXPECT_TRUE(event.pid);
    // Nothing else came of it.
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(3)})));
    (void)listener.next<ve::Changed>(ve.name());
}

TEST_P(Events, OfBirthsAreNotTold)
{
    const Ve ve(client);
    {
        auto process = member(ve, [](Link& link) {
            for (int i = 0; i < 3; i++)
                behaviour::reap(fork_child([] { return 0; }));
            std::thread([] {}).join();
            link.tell("forked");
            hang();
        });
        (void)process.hear();
    }

    (void)listener.next<ve::Created>(ve.name());
    (void)listener.next<ve::Attached>(ve.name());
    (void)listener.next<ve::Empty>(ve.name());
}

TEST_P(Events, TellThatAVeIsEmptyOnceEachTime)
{
    const Ve ve(client);
    (void)listener.next<ve::Created>(ve.name());

    for (int i = 0; i < 3; i++) {
        auto one = member(ve);
        auto two = member(ve);
        one.signal(SIGKILL);
        one.reap();
        two.signal(SIGKILL);
        two.await_death();
        (void)listener.next<ve::Attached>(ve.name());
        (void)listener.next<ve::Attached>(ve.name());
        // A zombie is no member: the VE is empty before the last one is reaped.
        (void)listener.next<ve::Empty>(ve.name());
        two.reap();
    }
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(3)})));
    (void)listener.next<ve::Changed>(ve.name());
}

TEST_P(Events, TellTheEndOfAKill)
{
    const Ve ve(client);
    (void)listener.next<ve::Created>(ve.name());
    std::vector<Process> processes;
    for (int i = 0; i < 3; i++) {
        processes.push_back(member(ve));
        (void)listener.next<ve::Attached>(ve.name());
    }

    ASSERT_TRUE(ok(client.kill(ve.handle(), SIGKILL)));
    EXPECT_EQ(listener.next<ve::Empty>(ve.name()).id, ve.id());
    EXPECT_EQ(ve.state(), ve::State::empty);
}

TEST_P(Events, OfAnEmptyVeThatIsKilledAreNone)
{
    const Ve ve(client);
    ASSERT_TRUE(ok(client.kill(ve.handle(), SIGKILL)));
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(3)})));

    (void)listener.next<ve::Created>(ve.name());
    (void)listener.next<ve::Changed>(ve.name());
}

TEST_P(Events, OfRefusedRequestsAreNone)
{
    const Ve ve(client, {numproc(5)});
    EXPECT_FALSE(client.create(ve.name()));
    EXPECT_FALSE(client.set(ve.handle(), std::vector{numproc(7, 6)}));
    EXPECT_FALSE(client.attach_pid(ve.handle(), 1));
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(6)})));

    (void)listener.next<ve::Created>(ve.name());
    EXPECT_EQ(listener.next<ve::Changed>(ve.name()).resources.at(0).barrier, 6u);
}

TEST_P(Events, OfRefusalsAreFewAndCountTheRest)
{
    // A storm: thousands in a second. What is told and what is left out make up all.
    constexpr int storm = 3000;
    const Ve ve(client, {numproc(1)});
    const auto began = std::chrono::steady_clock::now();
    const auto process = member(ve, [](Link& link) {
        for (int i = 0; i < storm; i++)
            if (fork() >= 0)
                throw Broken("the fork was not refused");
        link.tell("refused");
        hang();
    });
    (void)process.hear();
    ASSERT_EQ(ve.numproc().failcnt, std::uint64_t{storm});
    (void)listener.next<ve::Created>(ve.name());
    (void)listener.next<ve::Attached>(ve.name());

    std::uint64_t told = 0;
    std::uint64_t left_out = 0;
    while (told + left_out < storm) {
        const auto event = listener.next<ve::Refused>(ve.name());
        told += event.pid.has_value();
        left_out += event.left_out;
        EXPECT_EQ(event.counter.resource, ve::Resource::numproc);
        if (!event.pid) {
            EXPECT_GT(event.left_out, 0u);
            EXPECT_FALSE(event.severity);
        }
    }
    const auto seconds =
        std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
    EXPECT_EQ(told + left_out, std::uint64_t{storm});
    EXPECT_GE(told, 10u) << "the first ones are told";
    EXPECT_LE(told, 10u * static_cast<std::uint64_t>(seconds.count() + 1));
}

TEST_P(Events, OfRefusalsAreRatedForEachVe)
{
    const Ve noisy(client, {numproc(1)});
    const Ve quiet(client, {numproc(1)});
    const auto refuse = [](int times) {
        return [times](Link& link) {
            for (int i = 0; i < times; i++)
                (void)!fork();
            link.tell("refused");
            hang();
        };
    };
    const auto many = member(noisy, refuse(200));
    (void)many.hear();
    const auto one = member(quiet, refuse(1));
    (void)one.hear();

    (void)listener.next<ve::Created>(quiet.name());
    (void)listener.next<ve::Attached>(quiet.name());
    const auto event = listener.next<ve::Refused>(quiet.name());
    EXPECT_EQ(event.pid, one.pid()) << "a storm next door does not drown it";
    EXPECT_EQ(event.left_out, 0u);
}

TEST_P(Events, CountWhatWasLeftOutBeforeTheVeIsDestroyed)
{
    constexpr int storm = 100;
    Ve ve(client, {numproc(1)});
    {
        const auto process = member(ve, [](Link& link) {
            for (int i = 0; i < storm; i++)
                (void)!fork();
            link.tell("refused");
            hang();
        });
        (void)process.hear();
    }
    ve.destroy();

    std::uint64_t sum = 0;
    for (;;) {
        const auto event = listener.next(ve.name());
        if (const auto* refused = std::get_if<ve::Refused>(&event))
            sum += refused->pid.has_value() + refused->left_out;
        if (std::holds_alternative<ve::Destroyed>(event))
            break;
    }
    EXPECT_EQ(sum, std::uint64_t{storm});
}

TEST_P(Events, ReachEveryListener)
{
    Listener other(GetParam() == ve::Backend::libnl ? ve::Backend::libmnl : ve::Backend::libnl);
    const Ve ve(client);

    EXPECT_EQ(listener.next<ve::Created>(ve.name()), other.next<ve::Created>(ve.name()));
}

TEST_P(Events, ReachOtherNetworkNamespaces)
{
    const auto process = outsider([backend = GetParam()](Link& link) {
        if (unshare(CLONE_NEWNET) < 0)
            broken("unshare");
        Listener there(backend);
        link.tell("listening");
        const auto name = link.hear();
        link.tell(there.next<ve::Created>(name).id);
        link.tell(there.next<ve::Destroyed>(name).id);
    });
    (void)process.hear();
    Ve ve(client);
    ve.destroy();

    process.tell(ve.name());
    EXPECT_EQ(process.hear_number(), ve.id());
    EXPECT_EQ(process.hear_number(), ve.id());
}

TEST_P(Events, ThatWereNotReadInTimeAreReportedAsLost)
{
    auto stream = ve::EventStream::open(GetParam()).value();
    const int smallest = 1;
    ASSERT_EQ(setsockopt(stream.fd(), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof(smallest)), 0);
    const Ve ve(client);
    for (std::uint64_t i = 0; i < 100; i++)
        ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(i)})));
    // The other listener has room: when it has seen all, all were sent.
    for (auto event = listener.next(ve.name());; event = listener.next(ve.name()))
        if (const auto* changed = std::get_if<ve::Changed>(&event))
            if (changed->resources.at(0).barrier == 99)
                break;

    // Some, in order, to where the gap is.
    std::uint64_t read = 0;
    auto event = stream.next(0ms).value().value();
    // The end of another test's VE may come late.
    while (std::holds_alternative<ve::Destroyed>(event))
        event = stream.next(0ms).value().value();
    EXPECT_EQ(event, ve::Event(ve::Created{ve.id(), ve.name()}));
    event = stream.next(0ms).value().value();
    for (; !std::holds_alternative<ve::Lost>(event); event = stream.next(0ms).value().value())
        EXPECT_EQ(std::get<ve::Changed>(event).resources.at(0).barrier, read++);
    EXPECT_GT(read, 0u);
    EXPECT_LT(read, 100u);
    EXPECT_FALSE(stream.next(0ms).value());
    // And it goes on.
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(100)})));
    event = stream.next(patience).value().value();
    EXPECT_EQ(std::get<ve::Changed>(event).resources.at(0).barrier, 100u);
}

} // namespace behaviour
