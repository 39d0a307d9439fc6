// SPDX-License-Identifier: GPL-2.0-only
//
// Children and threads inherit membership, however they are made, and keep it.
#include "fixture.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

namespace behaviour {

namespace {

class Membership : public Behaviour {
  protected:
    const Ve ve{client};
};

OVER_BOTH_BACKENDS(Membership);

int hang_in_clone(void*)
{
    hang();
}

} // namespace

TEST_P(Membership, OfNobodyAtFirst)
{
    const auto process = outsider();

    EXPECT_FALSE(ve.has(process.pid()));
    EXPECT_EQ(ve.look().members, 0u);
    EXPECT_EQ(ve.state(), ve::State::empty);
}

TEST_P(Membership, MakesTheVeRun)
{
    auto process = member(ve);

    EXPECT_EQ(ve.members(), std::vector{process.pid()});
    EXPECT_EQ(ve.look().members, 1u);
    EXPECT_EQ(ve.state(), ve::State::running);
    EXPECT_EQ(ve.held(), 1u);
    process.signal(SIGKILL);
    process.reap();
    EXPECT_EQ(ve.look().members, 0u);
    EXPECT_EQ(ve.state(), ve::State::empty);
    EXPECT_EQ(ve.held(), 0u);
}

TEST_P(Membership, IsKnownToTheMemberItself)
{
    const auto process = member(ve, [](Link& link) {
        link.tell(ve::Client::open().value().own().value().id);
        hang();
    });

    EXPECT_EQ(process.hear_number(), ve.id());
}

TEST_P(Membership, IsInheritedThroughFork)
{
    const auto process = member(ve, [](Link& link) {
        link.tell(fork_child([] {
            hang();
            return 0;
        }));
        hang();
    });
    const auto child = static_cast<pid_t>(process.hear_number());

    EXPECT_TRUE(ve.has(child));
    EXPECT_EQ(ve.held(), 2u);
}

TEST_P(Membership, IsInheritedOverGenerations)
{
    const auto process = member(ve, [](Link& link) {
        for (int i = 0; i < 5; i++)
            if (fork() > 0)
                hang();
        link.tell(getpid());
        hang();
    });
    const auto last = static_cast<pid_t>(process.hear_number());

    EXPECT_TRUE(ve.has(last));
    EXPECT_EQ(ve.look().members, 6u);
    EXPECT_EQ(ve.held(), 6u);
}

TEST_P(Membership, IsInheritedThroughVforkAndExec)
{
    const auto process = member(ve, [](Link& link) {
        const pid_t child = vfork();
        if (child == 0) {
            execlp("sleep", "sleep", "infinity", nullptr);
            _exit(127);
        }
        link.tell(child);
        hang();
    });
    const auto child = static_cast<pid_t>(process.hear_number());

    ASSERT_TRUE(ve.has(child));
    EXPECT_TRUE(eventually([&] { return ve.member(child)->comm == "sleep"; }));
    EXPECT_EQ(ve.held(), 2u);
}

TEST_P(Membership, IsInheritedThroughPosixSpawn)
{
    const auto process = member(ve, [](Link& link) {
        std::array<char*, 3> argv = {const_cast<char*>("sleep"), const_cast<char*>("infinity"),
                                     nullptr};
        pid_t child = -1;
        if ((errno = posix_spawnp(&child, "sleep", nullptr, nullptr, argv.data(), environ)) != 0)
            broken("posix_spawnp");
        link.tell(child);
        hang();
    });

    EXPECT_TRUE(ve.has(static_cast<pid_t>(process.hear_number())));
    EXPECT_EQ(ve.held(), 2u);
}

TEST_P(Membership, IsInheritedByAChildThatSharesMemory)
{
    const auto process = member(ve, [](Link& link) {
        static std::array<char, 64 * 1024> stack;
        link.tell(clone(hang_in_clone, stack.data() + stack.size(), CLONE_VM | SIGCHLD, nullptr));
        hang();
    });

    EXPECT_TRUE(ve.has(static_cast<pid_t>(process.hear_number())));
    EXPECT_EQ(ve.held(), 2u);
}

TEST_P(Membership, IsInheritedByAChildGivenToAParentOutside)
{
    // CLONE_PARENT: the child's parent is the maker's parent, which is this test.
    const auto process = member(ve, [](Link& link) {
        const auto child =
            static_cast<pid_t>(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0));
        if (child == 0)
            hang();
        link.tell(child);
        hang();
    });
    const auto child = static_cast<pid_t>(process.hear_number());

    EXPECT_TRUE(ve.has(child));
    EXPECT_EQ(ve.held(), 2u);
    kill(child, SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(reap(child)));
    EXPECT_TRUE(ve.comes_to_hold(1));
}

TEST_P(Membership, IsInheritedIntoNamespaces)
{
    const auto process = member(ve, [](Link& link) {
        if (unshare(CLONE_NEWPID) < 0)
            broken("unshare");
        const pid_t init = fork_child([] {
            if (fork_child([] {
                    hang();
                    return 0;
                }) < 0)
                return 1;
            hang();
        });
        link.tell(init);
        hang();
    });

    EXPECT_TRUE(ve.has(static_cast<pid_t>(process.hear_number())));
    EXPECT_TRUE(ve.comes_to_hold(3));
    EXPECT_TRUE(eventually([&] { return ve.look().members == 3; }));
}

TEST_P(Membership, IsKeptByADaemon)
{
    auto process = member(ve, [](Link& link) {
        const pid_t first = fork_child([&link] {
            setsid();
            const pid_t second = fork_child([&link] {
                link.tell(getpid());
                hang();
                return 0;
            });
            return second < 0 ? 1 : 0;
        });
        behaviour::reap(first);
        link.tell("detached");
        (void)link.hear();
    });
    const auto heard = std::array{process.hear(), process.hear()};
    const pid_t daemon = std::stoi(heard[0] == "detached" ? heard[1] : heard[0]);
    process.tell();
    process.reap();

    EXPECT_EQ(ve.members(), std::vector{daemon});
    EXPECT_TRUE(ve.comes_to_hold(1));
    EXPECT_EQ(ve.state(), ve::State::running);
}

TEST_P(Membership, IsKeptThroughExec)
{
    const auto process = member(ve, [](Link& link) {
        link.tell("exec");
        exec_sleep();
    });

    (void)process.hear();
    ASSERT_TRUE(eventually([&] { return ve.member(process.pid())->comm == "sleep"; }));
    EXPECT_EQ(ve.held(), 1u);
    EXPECT_EQ(ve.numproc().maxheld, 1u);
}

TEST_P(Membership, IsKeptThroughManyExecs)
{
    auto process = member(ve, [](Link&) {
        const char* script = "n=$1; [ $n -gt 0 ] || exit 7; exec /bin/sh -c \"$0\" \"$0\" $((n-1))";
        execl("/bin/sh", "sh", "-c", script, script, "8", nullptr);
        broken("exec");
    });

    const int status = process.reap();
    EXPECT_EQ(WEXITSTATUS(status), 7);
    EXPECT_EQ(ve.held(), 0u);
    EXPECT_EQ(ve.numproc().maxheld, 1u);
}

TEST_P(Membership, IsOfAllThreads)
{
    const auto process = member(ve, [](Link& link) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; i++)
            threads.emplace_back(hang);
        link.tell("made");
        hang();
    });
    (void)process.hear();

    EXPECT_EQ(ve.look().members, 1u) << "a process is one member, whatever threads it has";
    EXPECT_EQ(ve.held(), 5u) << "numproc counts each thread";
    EXPECT_EQ(ve.member(process.pid())->threads, 5u);
}

TEST_P(Membership, IsInheritedByTheChildOfAThread)
{
    const auto process = member(ve, [](Link& link) {
        std::thread([&link] {
            link.tell(fork_child([] {
                hang();
                return 0;
            }));
            hang();
        }).join();
    });

    EXPECT_TRUE(ve.has(static_cast<pid_t>(process.hear_number())));
    EXPECT_EQ(ve.held(), 3u);
}

TEST_P(Membership, StaysWithTheProcessWhenAnotherThreadExecs)
{
    const auto process = member(ve, [](Link& link) {
        std::thread idle(hang);
        std::thread exec([&link] {
            link.tell("exec");
            exec_sleep();
        });
        hang();
    });
    (void)process.hear();

    EXPECT_TRUE(ve.comes_to_hold(1)) << "exec leaves one thread, whichever called it";
    EXPECT_EQ(ve.members(), std::vector{process.pid()});
    EXPECT_TRUE(eventually([&] { return !ve.member(process.pid())->entering; }));
    const auto found = ve.member(process.pid());
    EXPECT_EQ(found->comm, "sleep");
    EXPECT_EQ(found->threads, 1u);
    EXPECT_EQ(ve.numproc().maxheld, 3u);
}

TEST_P(Membership, EndsForAThreadWhenItEnds)
{
    const auto process = member(ve, [](Link& link) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; i++)
            threads.emplace_back([] {});
        for (auto& thread : threads)
            thread.join();
        link.tell("joined");
        hang();
    });
    (void)process.hear();

    EXPECT_TRUE(ve.comes_to_hold(1)) << "nobody waits for a thread: its charge ends with it";
    EXPECT_EQ(ve.look().members, 1u);
}

TEST_P(Membership, OfTheParentIsNotChanged)
{
    const auto parent = outsider([handle = ve.handle()](Link& link) {
        const pid_t child = fork_child([&] {
            join(handle);
            link.tell("in");
            hang();
            return 0;
        });
        (void)child;
        hang();
    });
    ASSERT_EQ(parent.hear(), "in");

    EXPECT_FALSE(ve.has(parent.pid()));
    EXPECT_EQ(ve.look().members, 1u);
}

class Zombie : public Behaviour {
  protected:
    Ve ve{client};
};

OVER_BOTH_BACKENDS(Zombie);

TEST_P(Zombie, StaysChargedUntilItIsReaped)
{
    auto process = member(ve);
    process.signal(SIGKILL);
    process.await_death();

    EXPECT_EQ(ve.held(), 1u);
    process.reap();
    EXPECT_EQ(ve.held(), 0u);
}

TEST_P(Zombie, IsNoMember)
{
    auto process = member(ve);
    process.signal(SIGKILL);
    process.await_death();

    EXPECT_TRUE(ve.members().empty());
    EXPECT_EQ(ve.look().members, 0u);
    EXPECT_EQ(ve.state(), ve::State::empty);
}

TEST_P(Zombie, TakesThePlaceOfALiveProcessUnderTheBarrier)
{
    const auto bounds = std::vector{numproc(2)};
    ASSERT_TRUE(ok(client.set(ve.handle(), bounds)));
    const auto process = member(ve, [](Link& link) {
        const pid_t child = fork_child([] { return 0; });
        siginfo_t info{};
        waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
        link.tell(fork_child([] { return 0; }) < 0 ? errno : 0);
        behaviour::reap(child);
        link.tell(fork_child([] { return 0; }) < 0 ? errno : 0);
        hang();
    });

    EXPECT_EQ(process.hear_number(), EAGAIN);
    EXPECT_EQ(process.hear_number(), 0);
}

TEST_P(Zombie, LeaderWithLiveThreadsIsAMember)
{
    auto process = member(ve, [](Link& link) {
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

    EXPECT_EQ(ve.look().members, 1u);
    EXPECT_EQ(ve.state(), ve::State::running);
    EXPECT_EQ(ve.held(), 2u) << "a dead leader is reaped with the last of its threads";
    const auto found = ve.member(process.pid());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->threads, 1u);
    EXPECT_TRUE(refused(client.destroy(ve.handle()), EBUSY, "id"));

    process.tell();
    process.await_death();
    EXPECT_EQ(ve.look().members, 0u);
    EXPECT_TRUE(ve.comes_to_hold(1));
    process.reap();
    EXPECT_EQ(ve.held(), 0u);
}

TEST_P(Zombie, ThatTheKernelReapsItselfIsUncharged)
{
    // With SIGCHLD ignored nobody waits: the kernel reaps, the leader as well as threads.
    const auto process = member(ve, [](Link& link) {
        signal(SIGCHLD, SIG_IGN);
        for (int i = 0; i < 3; i++)
            fork_child([] { return 0; });
        for (int i = 0; i < 3; i++)
            fork_child([] {
                std::thread(hang).detach();
                std::thread(hang).detach();
                return 0;
            });
        fork_child([] {
            std::thread([] { _exit(0); }).detach();
            end_thread();
            return 0;
        });
        link.tell("forked");
        hang();
    });
    (void)process.hear();

    EXPECT_TRUE(ve.comes_to_hold(1));
    EXPECT_EQ(ve.look().members, 1u);
}

TEST_P(Zombie, OfAParentOutsideThatIgnoresItIsUncharged)
{
    const auto parent = outsider([handle = ve.handle()](Link& link) {
        signal(SIGCHLD, SIG_IGN);
        fork_child([&] {
            join(handle);
            link.tell("in");
            return 0;
        });
        hang();
    });
    (void)parent.hear();

    EXPECT_TRUE(ve.comes_to_hold(0));
    EXPECT_TRUE(ve.becomes(ve::State::empty));
}

TEST_P(Zombie, DoesNotKeepItsVeFromBeingDestroyed)
{
    auto process = member(ve);
    process.signal(SIGKILL);
    process.await_death();

    ve.destroy();
    // Reaped when its VE is no more, it is taken off nobody's account.
    const auto again = client.create(ve.name(), ve.id());
    ASSERT_TRUE(ok(again));
    process.reap();
    EXPECT_EQ(*client.get(ve.handle()).value().find(ve::Resource::numproc), ve::Counter());
    EXPECT_TRUE(ok(client.destroy(ve.handle())));
}

TEST_P(Zombie, OfADestroyedVeLeavesTheNextOneAlone)
{
    auto first = member(ve);
    first.signal(SIGKILL);
    first.await_death();
    ve.destroy();

    ASSERT_TRUE(ok(client.create(ve.name(), ve.id())));
    {
        const auto second = outsider([handle = ve.handle()](Link& link) {
            join(handle);
            link.tell("in");
            hang();
        });
        (void)second.hear();
        first.reap();
        const auto now = client.get(ve.handle()).value();
        EXPECT_EQ(now.members, 1u);
        EXPECT_EQ(now.find(ve::Resource::numproc)->held, 1u);
    }
    EXPECT_EQ(client.get(ve.handle()).value().find(ve::Resource::numproc)->held, 0u);
    EXPECT_TRUE(ok(client.destroy(ve.handle())));
}

} // namespace behaviour
