// SPDX-License-Identifier: GPL-2.0-only
//
// Barrier and limit of numproc: what fits, what does not, and what is counted.
#include "fixture.hpp"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <thread>

namespace behaviour {

namespace {

class Numproc : public Behaviour {
  protected:
    void set(const Ve& ve, const ve::Bound& bound)
    {
        ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{bound})));
    }
};

OVER_BOTH_BACKENDS(Numproc);

// A member that forks, or reaps its youngest child, when it is told to.
class Forker {
  public:
    explicit Forker(const Ve& ve) : process_(member(ve, obey)) {}

    // 0 or errno.
    int fork() const { return order("fork"); }

    void reap() const { (void)order("reap"); }

    const Process& process() const { return process_; }

  private:
    static void obey(Link& link)
    {
        std::vector<pid_t> children;
        for (;;) {
            if (link.hear() == "reap") {
                kill(children.back(), SIGKILL);
                behaviour::reap(children.back());
                children.pop_back();
                link.tell(0);
                continue;
            }
            const pid_t child = fork_child([] {
                hang();
                return 0;
            });
            const int code = errno;
            if (child > 0)
                children.push_back(child);
            link.tell(child < 0 ? code : 0);
        }
    }

    int order(const char* word) const
    {
        process_.tell(word);
        return static_cast<int>(process_.hear_number());
    }

    Process process_;
};

// What fork(2) does in a member, tried once: 0 or errno. The child is reaped.
int try_fork(const Process::Body& prepare, const Ve& ve)
{
    const auto process = member(ve, [&](Link& link) {
        prepare(link);
        const pid_t child = fork_child([] { return 0; });
        const int code = child < 0 ? errno : 0;
        if (child > 0)
            behaviour::reap(child);
        link.tell(code);
        hang();
    });
    return static_cast<int>(process.hear_number());
}

} // namespace

TEST_P(Numproc, SixthProcessIsRefusedAtBarrierFive)
{
    const Ve ve(client, {numproc(5)});
    const Forker forker(ve);

    for (int i = 2; i <= 5; i++)
        EXPECT_EQ(forker.fork(), 0) << i;
    EXPECT_EQ(ve.held(), 5u);
    EXPECT_EQ(ve.numproc().failcnt, 0u);

    EXPECT_EQ(forker.fork(), EAGAIN);
    const auto now = ve.numproc();
    EXPECT_EQ(now.held, 5u) << "what was refused is not charged";
    EXPECT_EQ(now.maxheld, 5u);
    EXPECT_EQ(now.failcnt, 1u);
    EXPECT_EQ(ve.look().members, 5u);
}

TEST_P(Numproc, EachRefusalCountsOnce)
{
    const Ve ve(client, {numproc(1)});
    const Forker forker(ve);

    for (unsigned i = 1; i <= 25; i++) {
        ASSERT_EQ(forker.fork(), EAGAIN);
        ASSERT_EQ(ve.numproc().failcnt, i);
    }
}

TEST_P(Numproc, OneReapedMakesRoomForOne)
{
    const Ve ve(client, {numproc(3)});
    const Forker forker(ve);
    EXPECT_EQ(forker.fork(), 0);
    EXPECT_EQ(forker.fork(), 0);

    for (int i = 0; i < 5; i++) {
        EXPECT_EQ(forker.fork(), EAGAIN);
        forker.reap();
        EXPECT_EQ(ve.held(), 2u);
        EXPECT_EQ(forker.fork(), 0);
        EXPECT_EQ(ve.held(), 3u);
    }
    EXPECT_EQ(ve.numproc().failcnt, 5u);
    EXPECT_EQ(ve.numproc().maxheld, 3u);
}

TEST_P(Numproc, MaxheldStaysWhenHeldFalls)
{
    const Ve ve(client);
    const Forker forker(ve);
    for (int i = 0; i < 3; i++)
        EXPECT_EQ(forker.fork(), 0);
    for (int i = 0; i < 3; i++)
        forker.reap();
    EXPECT_EQ(forker.fork(), 0);

    EXPECT_EQ(ve.held(), 2u);
    EXPECT_EQ(ve.numproc().maxheld, 4u);
}

TEST_P(Numproc, ForkIsRefusedAboveTheBarrierWhateverTheLimit)
{
    const Ve ve(client, {numproc(2, 10)});
    const Forker forker(ve);

    EXPECT_EQ(forker.fork(), 0);
    EXPECT_EQ(forker.fork(), EAGAIN);
    EXPECT_EQ(ve.held(), 2u);
}

TEST_P(Numproc, AtBarrierZeroNothingFits)
{
    const Ve ve(client, {numproc(0)});
    const auto process = outsider();

    EXPECT_TRUE(refused(client.attach_pid(ve.handle(), process.pid()), EAGAIN, "id"));
    EXPECT_EQ(ve.held(), 0u);
    EXPECT_EQ(ve.numproc().failcnt, 1u);
    EXPECT_EQ(ve.state(), ve::State::empty);
}

TEST_P(Numproc, LoweringBelowHeldKillsNothing)
{
    const Ve ve(client);
    const Forker forker(ve);
    for (int i = 0; i < 4; i++)
        EXPECT_EQ(forker.fork(), 0);

    set(ve, numproc(2));
    EXPECT_EQ(ve.held(), 5u);
    EXPECT_EQ(ve.look().members, 5u);
    EXPECT_EQ(ve.numproc().failcnt, 0u);
    // Held has to fall below the barrier before one fits again.
    EXPECT_EQ(forker.fork(), EAGAIN);
    forker.reap();
    EXPECT_EQ(forker.fork(), EAGAIN);
    forker.reap();
    forker.reap();
    EXPECT_EQ(ve.held(), 2u);
    EXPECT_EQ(forker.fork(), EAGAIN);
    forker.reap();
    EXPECT_EQ(forker.fork(), 0);
    EXPECT_EQ(ve.held(), 2u);
    EXPECT_EQ(ve.numproc().failcnt, 3u);
}

TEST_P(Numproc, RaisingTakesEffectAtOnce)
{
    const Ve ve(client, {numproc(1)});
    const Forker forker(ve);
    EXPECT_EQ(forker.fork(), EAGAIN);

    set(ve, numproc(2));
    EXPECT_EQ(forker.fork(), 0);
    EXPECT_EQ(forker.fork(), EAGAIN);
    set(ve, numproc(ve::unlimited));
    EXPECT_EQ(forker.fork(), 0);
}

TEST_P(Numproc, UnlimitedIsTheLargestBound)
{
    const Ve ve(client);
    const auto before = ve.look();

    EXPECT_EQ(ve.numproc().barrier, 9223372036854775807u);
    set(ve, numproc(ve::unlimited - 1, ve::unlimited));
    EXPECT_EQ(ve.numproc().barrier, ve::unlimited - 1);
    set(ve, numproc(ve::unlimited));
    EXPECT_TRUE(refused(client.set(ve.handle(), std::vector{numproc(ve::unlimited + 1)}), ERANGE,
                        "resource.barrier"));
    EXPECT_TRUE(refused(client.set(ve.handle(), std::vector{ve::Bound{
                                                    ve::Resource::numproc, {}, ~std::uint64_t{0}}}),
                        ERANGE, "resource.limit"));
    EXPECT_EQ(ve.look(), before);
}

TEST_P(Numproc, BoundThatIsLeftOutIsKept)
{
    const Ve ve(client, {numproc(5, 10)});

    set(ve, {ve::Resource::numproc, 7, {}});
    EXPECT_EQ(ve.numproc().barrier, 7u);
    EXPECT_EQ(ve.numproc().limit, 10u);
    set(ve, {ve::Resource::numproc, {}, 8});
    EXPECT_EQ(ve.numproc().barrier, 7u);
    EXPECT_EQ(ve.numproc().limit, 8u);
}

TEST_P(Numproc, BarrierEqualToTheLimitIsTaken)
{
    const Ve ve(client, {numproc(5, 10)});

    set(ve, {ve::Resource::numproc, 10, {}});
    set(ve, {ve::Resource::numproc, 3, 3});
    set(ve, {ve::Resource::numproc, 0, 0});
}

TEST_P(Numproc, BarrierAboveTheLimitIsRefused)
{
    const Ve ve(client, {numproc(5, 10)});
    const auto before = ve.look();

    for (const auto& bound :
         {ve::Bound{ve::Resource::numproc, 11, {}}, ve::Bound{ve::Resource::numproc, {}, 4},
          ve::Bound{ve::Resource::numproc, 8, 7}})
        EXPECT_TRUE(refused(client.set(ve.handle(), std::vector{bound}), EINVAL, "resource"));
    EXPECT_EQ(ve.look(), before);
}

TEST_P(Numproc, SetIsAllOrNothing)
{
    const Ve ve(client, {numproc(5, 10)});
    const auto before = ve.look();
    const auto unknown = static_cast<ve::Resource>(4);

    EXPECT_TRUE(
        refused(client.set(ve.handle(), std::vector{numproc(7), numproc(8)}), EINVAL, "resource"));
    EXPECT_TRUE(
        refused(client.set(ve.handle(), std::vector{ve::Bound{ve::Resource::numproc, 7, {}},
                                                    ve::Bound{ve::Resource::numproc, {}, 9}}),
                EINVAL, "resource"));
    EXPECT_FALSE(client.set(ve.handle(), std::vector{numproc(7), ve::Bound{unknown, 1, 1}}));
    EXPECT_FALSE(client.set(ve.handle(), std::vector{ve::Bound{unknown, 1, 1}, numproc(7)}));
    EXPECT_EQ(ve.look(), before);
}

TEST_P(Numproc, UnknownResourceIsRefused)
{
    const Ve ve(client);
    const auto before = ve.look();

    for (const std::uint32_t number : {4u, 20u, 21u, 22u, 25u, 31u, 32u, 64u, 4294967295u}) {
        const ve::Bound bound{static_cast<ve::Resource>(number), 1, 1};
        const auto done = client.set(ve.handle(), std::vector{bound});
        ASSERT_FALSE(done) << number;
        EXPECT_TRUE(refused(done, done.error().code, "resource.id")) << number;
        EXPECT_TRUE(done.error().code == EINVAL || done.error().code == ERANGE)
            << done.error().what();
    }
    EXPECT_EQ(ve.look(), before);
}

TEST_P(Numproc, SetOfNothingIsRefused)
{
    const Ve ve(client);
    const auto before = ve.look();

    EXPECT_TRUE(refused(client.set(ve.handle(), {}), EINVAL, "resource"));
    EXPECT_TRUE(refused(client.set(ve.handle(), std::vector{ve::Bound{}}), EINVAL, "resource"));
    EXPECT_EQ(ve.look(), before);
}

TEST_P(Numproc, BoundsAreOfOneVeOnly)
{
    const Ve full(client, {numproc(1)});
    const Ve roomy(client);
    const Forker in_full(full);
    const Forker in_roomy(roomy);

    EXPECT_EQ(in_full.fork(), EAGAIN);
    EXPECT_EQ(in_roomy.fork(), 0);
    EXPECT_EQ(roomy.numproc().failcnt, 0u);
}

TEST_P(Numproc, HostIsNotBounded)
{
    const Ve ve(client, {numproc(0)});

    // Nor does the host pay while there is a VE that is full.
    for (int i = 0; i < 3; i++) {
        const pid_t child = fork_child([] { return 0; });
        ASSERT_GT(child, 0);
        reap(child);
    }
    EXPECT_EQ(ve.numproc().failcnt, 0u);
}

TEST_P(Numproc, ThreadIsRefusedAboveTheBarrier)
{
    const Ve ve(client, {numproc(3)});
    const auto process = member(ve, [](Link& link) {
        std::thread first(hang);
        std::thread second(hang);
        try {
            std::thread third(hang);
            link.tell(0);
        } catch (const std::system_error& error) {
            link.tell(error.code().value());
        }
        hang();
    });

    EXPECT_EQ(process.hear_number(), EAGAIN);
    EXPECT_EQ(ve.held(), 3u);
    EXPECT_EQ(ve.numproc().failcnt, 1u);
}

TEST_P(Numproc, VforkIsRefusedAboveTheBarrier)
{
    const Ve ve(client, {numproc(1)});
    const auto process = member(ve, [](Link& link) {
        const pid_t child = vfork();
        if (child == 0)
            _exit(0);
        link.tell(child < 0 ? errno : 0);
        hang();
    });

    EXPECT_EQ(process.hear_number(), EAGAIN);
}

TEST_P(Numproc, HasRoomForExecAtTheBarrier)
{
    const Ve ve(client, {numproc(1)});
    const auto process = member(ve, [](Link&) { exec_sleep(); });

    EXPECT_TRUE(eventually([&] { return ve.member(process.pid())->comm == "sleep"; }));
    EXPECT_EQ(ve.numproc().failcnt, 0u);
}

TEST_P(Numproc, ForkThatAnotherLimitRefusesIsNotCharged)
{
    // The cgroup is asked after the VE.
    const std::string group = "/sys/fs/cgroup/" + fresh_name();
    std::ofstream("/sys/fs/cgroup/cgroup.subtree_control") << "+pids" << std::flush;
    if (mkdir(group.c_str(), 0755) < 0)
        GTEST_SKIP() << "no cgroup2 at /sys/fs/cgroup";
    {
        const Ve ve(client);
        const auto enter = [&](Link&) {
            std::ofstream(group + "/pids.max") << "1" << std::flush;
            std::ofstream(group + "/cgroup.procs") << "0" << std::flush;
        };

        EXPECT_EQ(try_fork(enter, ve), EAGAIN);
        EXPECT_TRUE(ve.comes_to_hold(0));
        EXPECT_EQ(ve.numproc().failcnt, 0u) << "it was not the VE that refused";
    }
    EXPECT_TRUE(eventually([&] { return rmdir(group.c_str()) == 0; }));
}

TEST_P(Numproc, ForkThatFailsLateIsNotCharged)
{
    const Ve ve(client);
    const auto process = member(ve, [](Link& link) {
        // Pid 1 is taken: that is found out when all else is done. Of the initial pid namespace a
        // member cannot choose.
        pid_t taken = 1;
        if (unshare(CLONE_NEWPID) < 0)
            broken("unshare");
        fork_child([] {
            hang();
            return 0;
        });
        clone_args args = {};
        args.exit_signal = SIGCHLD;
        args.set_tid = reinterpret_cast<std::uintptr_t>(&taken);
        args.set_tid_size = 1;
        for (int i = 0; i < 20; i++) {
            const auto child = syscall(SYS_clone3, &args, sizeof(args));
            if (child == 0)
                _exit(0);
            if (child > 0 || errno != EEXIST)
                broken("clone3");
        }
        link.tell("tried");
        hang();
    });
    ASSERT_EQ(process.hear(), "tried");

    EXPECT_EQ(ve.held(), 2u);
    EXPECT_EQ(ve.look().members, 2u);
}

TEST_P(Numproc, ForkThatASignalInterruptsIsChargedOnce)
{
    // fork(2) gives up when a signal is pending, and is begun anew.
    const Ve ve(client);
    const auto process = member(ve, [](Link& link) {
        struct sigaction action = {};
        action.sa_handler = [](int) {};
        action.sa_flags = SA_RESTART;
        sigaction(SIGALRM, &action, nullptr);
        const itimerval often = {{0, 1000}, {0, 1000}};
        setitimer(ITIMER_REAL, &often, nullptr);
        for (int i = 0; i < 60; i++) {
            const pid_t child = fork_child([] { return 0; });
            if (child < 0)
                broken("fork");
            behaviour::reap(child);
        }
        const itimerval never = {};
        setitimer(ITIMER_REAL, &never, nullptr);
        link.tell("forked");
        hang();
    });
    ASSERT_EQ(process.hear(), "forked");

    EXPECT_EQ(ve.held(), 1u);
}

TEST_P(Numproc, IsExactUnderConcurrentForks)
{
    // Eight processes fork until each was refused once; their children stay.
    constexpr int forkers = 8;
    constexpr std::uint64_t barrier = 30;
    const Ve ve(client, {numproc(barrier)});
    std::vector<Process> processes;
    for (int i = 0; i < forkers; i++)
        processes.push_back(member(ve, [](Link& link) {
            (void)link.hear();
            int made = 0;
            while (fork_child([] {
                       hang();
                       return 0;
                   }) > 0)
                made++;
            const int code = errno;
            link.tell(made);
            link.tell(code);
            hang();
        }));
    for (const auto& process : processes)
        process.tell();

    std::uint64_t made = 0;
    for (const auto& process : processes) {
        made += static_cast<std::uint64_t>(process.hear_number());
        EXPECT_EQ(process.hear_number(), EAGAIN);
    }
    EXPECT_EQ(made, barrier - forkers);
    const auto now = ve.numproc();
    EXPECT_EQ(now.held, barrier);
    EXPECT_EQ(now.maxheld, barrier);
    EXPECT_EQ(now.failcnt, std::uint64_t{forkers});
    EXPECT_EQ(ve.look().members, barrier);
}

TEST_P(Numproc, NeverHoldsMoreThanTheBarrier)
{
    // Eight processes fork and reap at a barrier that leaves room for some of their children.
    constexpr int forkers = 8;
    constexpr int attempts = 60;
    constexpr std::uint64_t barrier = 11;
    const Ve ve(client, {numproc(barrier)});
    std::vector<Process> processes;
    for (int i = 0; i < forkers; i++)
        processes.push_back(member(ve, [](Link& link) {
            (void)link.hear();
            int refusals = 0;
            for (int j = 0; j < attempts; j++) {
                const pid_t child = fork_child([] {
                    sched_yield();
                    return 0;
                });
                if (child < 0 && errno != EAGAIN)
                    broken("fork");
                if (child < 0)
                    refusals++;
                else
                    behaviour::reap(child);
            }
            link.tell(refusals);
            hang();
        }));
    for (const auto& process : processes)
        process.tell();

    std::uint64_t refusals = 0;
    for (const auto& process : processes) {
        EXPECT_LE(ve.held(), barrier);
        refusals += static_cast<std::uint64_t>(process.hear_number());
    }
    const auto now = ve.numproc();
    EXPECT_EQ(now.held, std::uint64_t{forkers});
    EXPECT_LE(now.maxheld, barrier);
    EXPECT_EQ(now.failcnt, refusals);
}

} // namespace behaviour
