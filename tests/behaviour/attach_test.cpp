// SPDX-License-Identifier: GPL-2.0-only
//
// Making running processes members.
#include "fixture.hpp"

#include <libve/transport.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace behaviour {

namespace {

class Attach : public Behaviour {
  protected:
    // Nothing came of it: not a member, not charged.
    void expect_outside(const Ve& ve, pid_t pid)
    {
        EXPECT_FALSE(ve.has(pid));
        EXPECT_EQ(ve.held(), 0u);
        EXPECT_EQ(ve.state(), ve::State::empty);
    }
};

OVER_BOTH_BACKENDS(Attach);

// A process of the host with so many threads.
Process threaded(int threads)
{
    Process process([threads](Link& link) {
        std::vector<std::thread> others;
        for (int i = 1; i < threads; i++)
            others.emplace_back(hang);
        link.tell("made");
        hang();
    });
    (void)process.hear();
    return process;
}

} // namespace

TEST_P(Attach, Self)
{
    const Ve ve(client);
    const Process process([backend = GetParam(), &ve](Link& link) {
        auto own = ve::Client::open(backend).value();
        link.tell(own.attach_self(ve.handle()) ? "in" : "out");
        hang();
    });

    EXPECT_EQ(process.hear(), "in");
    EXPECT_EQ(ve.members(), std::vector{process.pid()});
    EXPECT_EQ(ve.held(), 1u);
    EXPECT_TRUE(ve.member(process.pid())->entering);
}

TEST_P(Attach, SelfByName)
{
    const Ve ve(client);
    const Process process([&ve](Link& link) {
        join(ve::Handle::named(ve.name()));
        link.tell("in");
        hang();
    });

    EXPECT_EQ(process.hear(), "in");
    EXPECT_TRUE(ve.has(process.pid()));
}

TEST_P(Attach, SelfWithAllThreads)
{
    const Ve ve(client);
    const Process process([&ve](Link& link) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; i++)
            threads.emplace_back(hang);
        // Any thread may ask, and it is for the whole process.
        std::thread([&] { join(ve.handle()); }).join();
        link.tell("in");
        hang();
    });

    EXPECT_EQ(process.hear(), "in");
    EXPECT_TRUE(ve.comes_to_hold(4));
    EXPECT_EQ(ve.look().members, 1u);
}

TEST_P(Attach, ByPid)
{
    const Ve ve(client);
    const auto process = outsider();

    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    EXPECT_EQ(ve.members(), std::vector{process.pid()});
    EXPECT_EQ(ve.held(), 1u);
    EXPECT_EQ(ve.state(), ve::State::running);
    EXPECT_TRUE(ve.member(process.pid())->entering);
}

TEST_P(Attach, ByPidfd)
{
    const Ve ve(client);
    const auto process = outsider();

    ASSERT_TRUE(ok(client.attach_pidfd(ve.handle(), process.pidfd())));
    EXPECT_EQ(ve.members(), std::vector{process.pid()});
    EXPECT_EQ(ve.held(), 1u);
}

TEST_P(Attach, ByAnyThreadTakesTheWholeProcess)
{
    const Ve ve(client);
    const auto process = threaded(3);
    auto tasks = tasks_of(process.pid());
    std::erase(tasks, process.pid());

    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), tasks.at(0))));
    EXPECT_EQ(ve.members(), std::vector{process.pid()});
    EXPECT_EQ(ve.held(), 3u);
}

TEST_P(Attach, ChargesEveryThread)
{
    const Ve ve(client, {numproc(5)});
    const auto process = threaded(5);

    ASSERT_TRUE(ok(client.attach_pidfd(ve.handle(), process.pidfd())));
    EXPECT_EQ(ve.held(), 5u);
    EXPECT_EQ(ve.numproc().maxheld, 5u);
    EXPECT_EQ(ve.member(process.pid())->threads, 5u);
}

TEST_P(Attach, OfTooManyThreadsTakesNone)
{
    const Ve ve(client, {numproc(4, 100)});
    const auto process = threaded(5);

    EXPECT_TRUE(refused(client.attach_pidfd(ve.handle(), process.pidfd()), EAGAIN, "id"));
    expect_outside(ve, process.pid());
    EXPECT_EQ(ve.numproc().failcnt, 1u) << "it is one charge that was refused";
    EXPECT_EQ(ve.numproc().maxheld, 0u);

    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(5, 100)})));
    EXPECT_TRUE(ok(client.attach_pidfd(ve.handle(), process.pidfd())));
}

TEST_P(Attach, ToAFullVeIsRefused)
{
    const Ve ve(client, {numproc(1)});
    const auto first = member(ve);
    const auto second = outsider();

    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), second.pid()), EAGAIN, "id"));
    EXPECT_FALSE(ve.has(second.pid()));
    EXPECT_EQ(ve.held(), 1u);
    EXPECT_EQ(ve.numproc().failcnt, 1u);
}

TEST_P(Attach, OfAStoppedProcess)
{
    const Ve ve(client);
    const auto process = outsider();
    process.signal(SIGSTOP);
    ASSERT_TRUE(eventually([&] { return state_of(process.pid()) == 'T'; }));

    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    EXPECT_EQ(ve.held(), 1u);
    EXPECT_EQ(ve.state(), ve::State::running);
}

TEST_P(Attach, LeavesChildrenMadeBeforeOutside)
{
    const Ve ve(client);
    const Process process([](Link& link) {
        link.tell(fork_child([] {
            hang();
            return 0;
        }));
        (void)link.hear();
        link.tell(fork_child([] {
            hang();
            return 0;
        }));
        hang();
    });
    const auto before = static_cast<pid_t>(process.hear_number());

    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    process.tell();
    const auto after = static_cast<pid_t>(process.hear_number());
    EXPECT_FALSE(ve.has(before));
    EXPECT_TRUE(ve.has(after));
    EXPECT_EQ(ve.held(), 2u);
    kill(before, SIGKILL);
}

TEST_P(Attach, OfAMemberIsRefused)
{
    const Ve ve(client);
    const Ve other(client);
    const auto process = member(ve);
    const auto before = picture(client);

    for (const auto* to : {&ve, &other}) {
        EXPECT_TRUE(refused(client.attach_pid(to->handle(), process.pid()), EBUSY, "pid"));
        EXPECT_TRUE(refused(client.attach_pidfd(to->handle(), process.pidfd()), EBUSY, "pidfd"));
    }
    EXPECT_EQ(picture(client), before);
    EXPECT_TRUE(ve.has(process.pid()));
}

TEST_P(Attach, OfInitIsRefused)
{
    const Ve ve(client);

    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), 1), EINVAL, "pid"));
    const auto init = open_pidfd(1);
    EXPECT_TRUE(refused(client.attach_pidfd(ve.handle(), init.get()), EINVAL, "pidfd"));
    expect_outside(ve, 1);
}

TEST_P(Attach, OfAKernelThreadIsRefused)
{
    const Ve ve(client);
    const pid_t kthreadd = 2;

    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), kthreadd), EINVAL, "pid"));
    expect_outside(ve, kthreadd);
}

TEST_P(Attach, OfADeadPidIsRefused)
{
    const Ve ve(client);
    auto process = outsider();
    const pid_t pid = process.pid();
    const auto pidfd = open_pidfd(pid);
    process.signal(SIGKILL);
    process.reap();

    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), pid), ESRCH, "pid"));
    EXPECT_TRUE(refused(client.attach_pidfd(ve.handle(), pidfd.get()), ESRCH, "pidfd"));
    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), 4194304), ESRCH, "pid"));
    expect_outside(ve, pid);
}

TEST_P(Attach, OfAZombieIsRefused)
{
    const Ve ve(client);
    const auto process = outsider();
    process.signal(SIGKILL);
    process.await_death();

    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), process.pid()), ESRCH, "pid"));
    EXPECT_TRUE(refused(client.attach_pidfd(ve.handle(), process.pidfd()), ESRCH, "pidfd"));
    expect_outside(ve, process.pid());
}

TEST_P(Attach, OfADeadLeaderWithLiveThreads)
{
    const Ve ve(client);
    auto process = outsider([](Link& link) {
        static pid_t leader = getpid();
        std::thread([&link] {
            if (!eventually([] { return state_of(leader) == 'Z'; }))
                throw Broken("the leader lives");
            link.tell("leader is dead");
            (void)link.hear();
            _exit(0);
        }).detach();
        end_thread();
    });
    ASSERT_EQ(process.hear(), "leader is dead");

    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    EXPECT_EQ(ve.look().members, 1u);
    EXPECT_EQ(ve.held(), 2u);
    process.tell();
    process.await_death();
    EXPECT_TRUE(ve.becomes(ve::State::empty));
    process.reap();
    EXPECT_TRUE(ve.comes_to_hold(0));
}

TEST_P(Attach, OfAPidOutOfRangeIsRefused)
{
    const Ve ve(client);

    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), 0), ERANGE, "pid"));
    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), -1), ERANGE, "pid"));
    EXPECT_TRUE(refused(client.attach_pidfd(ve.handle(), -1), ERANGE, "pidfd"));
    EXPECT_EQ(ve.held(), 0u);
}

TEST_P(Attach, ByWhatIsNoPidfdIsRefused)
{
    const Ve ve(client);
    const Fd file(open("/proc/self/status", O_RDONLY));
    const Fd folder(open("/proc/self", O_RDONLY | O_DIRECTORY));
    const Fd path(open("/dev/null", O_PATH));
    const Fd event(eventfd(0, 0));
    const Fd socket(::socket(AF_UNIX, SOCK_STREAM, 0));

    for (const auto* fd : {&file, &folder, &path, &event, &socket})
        EXPECT_TRUE(refused(client.attach_pidfd(ve.handle(), fd->get()), EBADF, "pidfd"));
    EXPECT_TRUE(refused(client.attach_pidfd(ve.handle(), 12345), EBADF, "pidfd"));
    EXPECT_EQ(ve.held(), 0u);
}

TEST_P(Attach, ByPidAndPidfdAtOnceIsRefused)
{
    const Ve ve(client);
    const auto process = outsider();
    ve::Parameters both;
    both.id = ve.id();
    both.pid = static_cast<std::uint32_t>(process.pid());
    both.pidfd = static_cast<std::uint32_t>(process.pidfd());
    const auto attributes = ve::encode(both);

    const auto done =
        ve::open_transport(GetParam())
            .value()
            ->exchange({ve::Command::attach, false, attributes}, [](const ve::Message&) {});
    EXPECT_TRUE(refused(done, EINVAL, "pidfd"));
    expect_outside(ve, process.pid());
}

TEST_P(Attach, OfAProcessThatIsTraced)
{
    const Ve ve(client);
    const auto process = outsider();
    ASSERT_EQ(ptrace(PTRACE_SEIZE, process.pid(), nullptr, nullptr), 0);
    ASSERT_EQ(ptrace(PTRACE_INTERRUPT, process.pid(), nullptr, nullptr), 0);
    ASSERT_EQ(waitpid(process.pid(), nullptr, 0), process.pid());

    EXPECT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    EXPECT_EQ(ve.held(), 1u);
    EXPECT_EQ(ptrace(PTRACE_DETACH, process.pid(), nullptr, nullptr), 0);
}

TEST_P(Attach, OfATracerIsRefused)
{
    const Ve ve(client);
    const auto traced = outsider();
    const auto tracer = outsider([&](Link& link) {
        // A thread's tracees are its own.
        std::thread([&] {
            link.tell(ptrace(PTRACE_SEIZE, traced.pid(), nullptr, nullptr));
            ptrace(PTRACE_INTERRUPT, traced.pid(), nullptr, nullptr);
            waitpid(traced.pid(), nullptr, 0);
            (void)link.hear();
            link.tell(ptrace(PTRACE_DETACH, traced.pid(), nullptr, nullptr));
            hang();
        }).join();
    });
    ASSERT_EQ(tracer.hear_number(), 0);

    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), tracer.pid()), EBUSY, "pid"));
    expect_outside(ve, tracer.pid());
    tracer.tell();
    ASSERT_EQ(tracer.hear_number(), 0);
    EXPECT_TRUE(ok(client.attach_pid(ve.handle(), tracer.pid())));
}

} // namespace behaviour
