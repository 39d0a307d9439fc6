// SPDX-License-Identifier: GPL-2.0-only
//
// Private memory: whose is charged, how much fits, and until when.
#include "listener.hpp"
#include "program.hpp"
#include "shared.hpp"
#include "space.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

namespace behaviour {

TEST_F(Memory, FitsUpToTheBarrierAndNotAbove)
{
    leave(10);
    Listener listener;

    for (int i = 0; i < 10; i++)
        EXPECT_GT(space.map(1), 0) << i;
    EXPECT_EQ(privvm().held, base + 10);
    EXPECT_EQ(privvm().failcnt, 0u);

    EXPECT_EQ(space.map(1), -ENOMEM);
    const auto now = privvm();
    EXPECT_EQ(now.held, base + 10);
    EXPECT_EQ(now.maxheld, base + 10);
    EXPECT_EQ(now.failcnt, 1u);
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, ve::Resource::privvmpages);
    EXPECT_EQ(refused.pid, space.process().pid());
    EXPECT_EQ(refused.asked, 1u);
}

TEST_F(Memory, IsWhatTheKernelSaysTheProcessHas)
{
    EXPECT_EQ(privvm().held, private_pages(space.process().pid()));
    EXPECT_GT(space.map(123), 0);
    EXPECT_EQ(privvm().held, private_pages(space.process().pid()));
}

TEST_F(Memory, GrowsShrinksAndGrows)
{
    leave(10);

    for (int i = 0; i < 20; i++) {
        const auto where = space.map(10);
        ASSERT_GT(where, 0) << i;
        EXPECT_EQ(space.unmap(where, 10), 0);
    }
    EXPECT_EQ(privvm().held, base);
    EXPECT_EQ(privvm().failcnt, 0u);
}

TEST_F(Memory, FreedByOneProcessIsThereForAnother)
{
    const Space other(ve);
    leave(10);

    for (int i = 0; i < 20; i++) {
        const auto where = space.map(10);
        ASSERT_GT(where, 0) << i;
        EXPECT_EQ(space.unmap(where, 10), 0);
        const auto there = other.map(10);
        ASSERT_GT(there, 0) << i;
        EXPECT_EQ(other.unmap(there, 10), 0);
    }
    EXPECT_EQ(privvm().failcnt, 0u);
    EXPECT_GT(space.map(10), 0);
    EXPECT_EQ(other.map(1), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 1u);
}

TEST_F(Memory, AskedForOnTwoProcessorsStaysWithinTheBound)
{
    const Space other(ve);
    leave(14);
    const auto work = [](const Space& one) {
        return one.does([](auto, auto, auto, auto) -> std::int64_t {
            std::int64_t refused = 0;
            for (int i = 0; i < 2000; i++) {
                const auto where =
                    map_pages(10, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
                if (where < 0)
                    refused++;
                else
                    munmap(reinterpret_cast<void*>(where), 10 * page);
            }
            return refused;
        });
    };
    std::int64_t refused_other = 0;
    std::thread thread([&] { refused_other = work(other); });
    const auto refused = work(space);
    thread.join();

    const auto now = privvm();
    EXPECT_EQ(now.held, base);
    EXPECT_EQ(now.failcnt, static_cast<std::uint64_t>(refused + refused_other));
    EXPECT_LE(now.maxheld, base + 14);
}

TEST_F(Memory, ThatIsSharedOrCannotBeWrittenIsNotCharged)
{
    leave(0);

    EXPECT_GT(space.map(10, PROT_READ), 0);
    EXPECT_GT(space.map(10, PROT_NONE), 0);
    EXPECT_GT(space.map(10, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS), 0);
    EXPECT_EQ(space.does([](auto, auto, auto, auto) -> std::int64_t {
        const Fd file(static_cast<int>(memfd_create("shared", 0)));
        return result_of(reinterpret_cast<std::int64_t>(
                   mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0))) < 0;
    }),
              0);
    EXPECT_EQ(privvm().held, base);
    EXPECT_EQ(privvm().failcnt, 0u);
}

TEST_F(Memory, IsCopiedByForkWhichNeedsRoom)
{
    const auto fork_one = [](auto, auto, auto, auto) -> std::int64_t {
        return result_of(fork_child([] {
            pause();
            return 0;
        }));
    };
    leave(privvm().held - 1);
    EXPECT_EQ(space.does(fork_one), -ENOMEM);
    EXPECT_EQ(privvm().held, base);
    EXPECT_EQ(privvm().failcnt, 1u);
    EXPECT_EQ(ve.numproc().held, 1u);

    leave(privvm().held);
    const auto child = static_cast<pid_t>(space.does(fork_one));
    ASSERT_GT(child, 0);
    EXPECT_EQ(privvm().held, 2 * base);
    EXPECT_EQ(private_pages(child), base);
    kill(child, SIGKILL);
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::privvmpages, base));
}

TEST_F(Memory, SharedWithAChildIsChargedOnce)
{
    leave(0);

    EXPECT_EQ(space.does([](auto, auto, auto, auto) -> std::int64_t {
        const pid_t child = vfork();
        if (child == 0)
            _exit(7);
        int status = 0;
        waitpid(child, &status, 0);
        return WEXITSTATUS(status);
    }),
              7);
    EXPECT_EQ(privvm().held, base);
    EXPECT_EQ(privvm().failcnt, 0u);
}

TEST_F(Memory, OfAThreadIsThatOfItsProcess)
{
    leave(10);

    EXPECT_EQ(space.does([](auto, auto, auto, auto) -> std::int64_t {
        pthread_attr_t large;
        pthread_attr_init(&large);
        pthread_attr_setstacksize(&large, 1 << 26);
        pthread_t thread;
        return -pthread_create(
            &thread, &large, [](void*) -> void* { return nullptr; }, nullptr);
    }),
              -EAGAIN);
    leave(10000);
    EXPECT_GT(space.does([](auto, auto, auto, auto) -> std::int64_t {
        std::int64_t where = 0;
        std::thread([&where] {
            where = map_pages(20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
        }).join();
        return where;
    }),
              0);
    EXPECT_EQ(privvm().held, private_pages(space.process().pid()));
}

TEST_F(Memory, OfAnotherProgramIsItsOwn)
{
    const auto process = member(ve, [](Link&) { exec_sleep(); });
    ASSERT_TRUE(eventually([&] {
        return contents("/proc/" + std::to_string(process.pid()) + "/comm") == "sleep\n" &&
               state_of(process.pid()) == 'S';
    }));

    EXPECT_EQ(privvm().held, private_pages(space.process().pid()) + private_pages(process.pid()));
}

TEST_F(Memory, OfAnotherProgramIsBounded)
{
    // What dash itself takes is more than one page, and there is no way back to tell exec so.
    leave(privvm().held + 30);
    const auto child = static_cast<pid_t>(space.does([](auto, auto, auto, auto) -> std::int64_t {
        const pid_t made = fork();
        if (made == 0) {
            execl("/bin/sh", "sh", "-c", "x=xxxxxxxx; while :; do x=$x$x; done", nullptr);
            _exit(1);
        }
        return made;
    }));
    ASSERT_GT(child, 0);

    const auto status = space.does(
        [](auto pid, auto, auto, auto) -> std::int64_t { return reap(static_cast<pid_t>(pid)); },
        child);
    EXPECT_NE(status, 0);
    EXPECT_GT(privvm().failcnt, 0u);
    EXPECT_EQ(privvm().held, base);
}

TEST_F(Memory, BroughtAlongIsChargedToo)
{
    const Space other;
    EXPECT_GT(other.map(500), 0);
    leave(1);

    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), other.process().pid())));
    EXPECT_EQ(privvm().held, base + private_pages(other.process().pid()));
    EXPECT_EQ(privvm().failcnt, 0u);
    EXPECT_EQ(other.map(1), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 1u);
}

TEST_F(Memory, BroughtAlongLeavesNoRoomFromThenOn)
{
    const Space other;
    EXPECT_GT(other.map(500), 0);
    leave(100);

    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), other.process().pid())));
    // Nobody has looked at the VE since.
    EXPECT_EQ(space.map(1), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 1u);
}

TEST_F(Memory, InUseIsAccountedAndNeverRefused)
{
    for (const auto resource : {ve::Resource::physpages, ve::Resource::swappages})
        set({resource, 0, 0});
    const auto before = ve.counter(ve::Resource::physpages).held;
    EXPECT_GT(before, 0u);

    const auto where = space.map(1000);
    ASSERT_GT(where, 0);
    EXPECT_LT(ve.counter(ve::Resource::physpages).held, before + 500) << "not used yet";
    space.does(
        [](auto at, auto, auto, auto) -> std::int64_t {
            for (int i = 0; i < 1000; i++)
                reinterpret_cast<volatile char*>(at)[i * page] = 1;
            return 0;
        },
        where);
    // The kernel sums up what its processors have counted now and then only.
    EXPECT_NEAR(static_cast<double>(ve.counter(ve::Resource::physpages).held),
                static_cast<double>(before + 1000), 300);
    EXPECT_EQ(space.unmap(where, 1000), 0);
    EXPECT_NEAR(static_cast<double>(ve.counter(ve::Resource::physpages).held),
                static_cast<double>(before), 300);
    EXPECT_EQ(ve.counter(ve::Resource::physpages).failcnt, 0u);
    EXPECT_EQ(ve.counter(ve::Resource::swappages).held, 0u);
}

TEST_F(Memory, WithinTheGuaranteeIsNotRefused)
{
    leave(5);
    EXPECT_EQ(ve.counter(ve::Resource::vmguarpages).barrier, 0u) << "nothing is promised at first";
    set({ve::Resource::vmguarpages, base + 20, ve::unlimited});

    EXPECT_GT(space.map(15), 0);
    EXPECT_GT(space.map(5), 0);
    EXPECT_EQ(privvm().failcnt, 0u);
    EXPECT_EQ(space.map(1), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 1u);
    EXPECT_EQ(privvm().held, base + 20);
    EXPECT_EQ(ve.counter(ve::Resource::vmguarpages).held, 0u);
}

} // namespace behaviour
