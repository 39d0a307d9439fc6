// SPDX-License-Identifier: GPL-2.0-only
//
// Attaching processes that fork, make threads, exec and exit meanwhile.
#include "fixture.hpp"
#include "shared.hpp"
#include "space.hpp"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <set>
#include <sstream>
#include <thread>

namespace behaviour {

namespace {

class AttachRace : public Behaviour {};

OVER_BOTH_BACKENDS(AttachRace);

constexpr std::size_t most_threads = 3;
constexpr std::size_t most_children = 30;

// What a process that forks in a loop leaves for the test to read: its children, in the order in
// which each of its threads has made them.
struct Board {
    std::atomic<int> forked{0};
    std::array<std::array<pid_t, most_children>, most_threads> pids{};
};

// So much that a fork takes its time: an attach is to fall into the middle of one.
void grow()
{
    static std::vector<char> much;
    much.assign(24 << 20, 'x');
}

void fork_in_a_loop(Board& board, std::size_t thread, std::size_t count)
{
    for (std::size_t i = 0; i < count; i++) {
        // Plain: other threads hold locks that a child would wait for.
        const pid_t child = fork();
        if (child == 0)
            hang();
        board.pids[thread][i] = child;
        board.forked++;
    }
}

Process forking(Board& board, std::size_t threads, std::size_t count)
{
    return outsider([&board, threads, count](Link& link) {
        grow();
        std::vector<std::thread> others;
        link.tell("ready");
        (void)link.hear();
        for (std::size_t i = 1; i < threads; i++)
            others.emplace_back([&board, i, count] {
                fork_in_a_loop(board, i, count);
                hang();
            });
        fork_in_a_loop(board, 0, count);
        while (board.forked < static_cast<int>(threads * count))
            sched_yield();
        link.tell("forked");
        hang();
    });
}

// The children there are of a process, by any of its threads.
std::set<pid_t> children_of(pid_t pid)
{
    std::set<pid_t> children;
    for (const pid_t task : tasks_of(pid)) {
        std::istringstream text(contents("/proc/" + std::to_string(pid) + "/task/" +
                                         std::to_string(task) + "/children"));
        for (pid_t child = 0; text >> child;)
            children.insert(child);
    }
    return children;
}

// A process of the host that hangs in so many threads.
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

// What the VE is charged for memory is what its processes have, that of each once.
bool memory_is_counted(const Ve& ve)
{
    std::uint64_t all = 0;
    for (const auto pid : ve.members())
        all += private_pages(pid);
    return ve.counter(ve::Resource::privvmpages).held == all;
}

// Attach a process that forks, when it has forked so often, and look at each of its children: whom
// nobody could see when the attach was done was made later, and is a member; and of what a thread
// makes, nothing is outside that comes after something inside.
void attach_a_forking_process(ve::Client& client, std::size_t threads, std::size_t count, int when)
{
    const Ve ve(client);
    const Shared<Board> board;
    const auto process = forking(*board, threads, count);
    (void)process.hear();
    process.tell();
    while (board->forked < when)
        sched_yield();

    ASSERT_TRUE(ok(client.attach_pidfd(ve.handle(), process.pidfd())));
    const auto there = children_of(process.pid());
    ASSERT_EQ(process.hear(), "forked");

    const auto members = ve.members();
    std::uint64_t inside = 0;
    for (std::size_t thread = 0; thread < threads; thread++) {
        bool is_of_ve = false;
        for (std::size_t i = 0; i < count; i++) {
            const pid_t pid = board->pids[thread][i];
            const bool is_member = std::ranges::binary_search(members, pid);
            EXPECT_TRUE(is_member || there.contains(pid)) << "left behind: " << i;
            EXPECT_TRUE(is_member || !is_of_ve) << "outside after one inside: " << i;
            is_of_ve = is_of_ve || is_member;
            inside += is_member;
            if (!is_member)
                kill(pid, SIGKILL);
        }
    }
    EXPECT_EQ(members.size(), inside + 1);
    EXPECT_EQ(ve.held(), inside + threads);
    EXPECT_TRUE(memory_is_counted(ve));
}

} // namespace

TEST_P(AttachRace, OfAProcessThatForksLeavesNoChildBehind)
{
    for (int round = 0; round < 12; round++)
        attach_a_forking_process(client, 1, 15, 1 + round % 10);
}

TEST_P(AttachRace, OfAProcessWhoseThreadsForkLeavesNoChildBehind)
{
    for (int round = 0; round < 6; round++)
        attach_a_forking_process(client, 3, 6, 1 + round * 2);
}

TEST_P(AttachRace, OfAProcessWhoseThreadsComeAndGoCountsEachOnce)
{
    for (int round = 0; round < 6; round++) {
        const Ve ve(client);
        const Shared<std::atomic<bool>> stop;
        const Process process([&](Link& link) {
            std::vector<std::thread> makers;
            for (int i = 0; i < 3; i++)
                makers.emplace_back([&] {
                    while (!*stop)
                        std::thread([] {}).join();
                });
            link.tell("going");
            for (auto& maker : makers)
                maker.join();
            link.tell("still");
            hang();
        });

        (void)process.hear();
        ASSERT_TRUE(ok(client.attach_pidfd(ve.handle(), process.pidfd())));
        *stop = true;
        ASSERT_EQ(process.hear(), "still");
        EXPECT_TRUE(ve.comes_to_hold(1));
        EXPECT_EQ(ve.members(), std::vector{process.pid()});
        EXPECT_TRUE(eventually([&] { return memory_is_counted(ve); }));
        EXPECT_EQ(ve.member(process.pid())->threads, 1u);
    }
}

TEST_P(AttachRace, OfAProcessWhoseThreadsComeAndGoLeavesAListThatCanBeRead)
{
    // A thread may be found by attach, and tell of itself, at the same time.
    const Ve ve(client);
    const auto reader = member(ve, [](Link& link) {
        for (;;) {
            (void)link.hear();
            std::string pids;
            for (const pid_t pid : processes())
                pids += std::to_string(pid) + " ";
            link.tell(pids);
        }
    });
    for (int round = 0; round < 12; round++) {
        Process process([&](Link& link) {
            std::vector<std::thread> makers;
            for (int i = 0; i < 3; i++)
                makers.emplace_back([] {
                    for (;;)
                        std::thread([] {}).join();
                });
            link.tell("going");
            hang();
        });
        (void)process.hear();
        ASSERT_TRUE(ok(client.attach_pidfd(ve.handle(), process.pidfd())));
        std::string members;
        for (const pid_t pid : ve.members())
            members += std::to_string(pid) + " ";
        reader.tell();
        EXPECT_EQ(reader.hear(), members);
        process.signal(SIGKILL);
        process.reap();
        ASSERT_TRUE(ve.comes_to_hold(1));
    }
}

TEST_P(AttachRace, OfAProcessThatExitsIsDoneOrNotButNeverHalf)
{
    const Ve ve(client);
    int attached = 0;

    for (int round = 0; round < 40; round++) {
        Process process([round](Link& link) {
            std::thread other(hang);
            link.tell("going");
            for (int i = 0; i < round % 20; i++)
                sched_yield();
            _exit(0);
        });
        (void)process.hear();
        const auto done = client.attach_pidfd(ve.handle(), process.pidfd());
        EXPECT_TRUE(done || refused(done, ESRCH, "pidfd"));
        attached += done.has_value();
        process.await_death();
        EXPECT_TRUE(ve.becomes(ve::State::empty));
        process.reap();
        ASSERT_TRUE(ve.comes_to_hold(0));
    }
    EXPECT_GT(attached, 0);
}

TEST_P(AttachRace, OfAProcessThatExecsIsWholeAndEndsEnteringWithTheNextExec)
{
    // Threads are about to be ended by exec, and one of them takes the leader's place.
    for (int round = 0; round < 12; round++) {
        const Ve ve(client);
        const Process process([](Link& link) {
            std::thread idle(hang);
            std::thread([&link] {
                link.tell("going");
                execlp("sh", "sh", "-c", "exec sleep infinity", nullptr);
                _exit(127);
            }).join();
        });

        (void)process.hear();
        for (int i = 0; i < round; i++)
            sched_yield();
        ASSERT_TRUE(ok(client.attach_pidfd(ve.handle(), process.pidfd())));
        ASSERT_TRUE(eventually([&] {
            const auto found = ve.member(process.pid());
            EXPECT_TRUE(found);
            return !found || found->comm == "sleep";
        }));
        EXPECT_TRUE(ve.comes_to_hold(1));
        EXPECT_EQ(ve.members(), std::vector{process.pid()});
    }
}

TEST_P(AttachRace, OfOneProcessToTwoVesAtOnceLeadsToOne)
{
    const Ve one(client);
    const Ve two(client);
    const auto race = [backend = GetParam()](const Ve& to) {
        return outsider([backend, id = to.id()](Link& link) {
            auto own = ve::Client::open(backend).value();
            for (;;) {
                const auto pid = static_cast<pid_t>(link.hear_number());
                const auto done = own.attach_pid(ve::Handle(id), pid);
                link.tell(done ? 0 : done.error().code);
            }
        });
    };
    const auto to_one = race(one);
    const auto to_two = race(two);

    for (int i = 0; i < 20; i++) {
        auto process = threaded(3);
        to_one.tell(std::to_string(process.pid()));
        to_two.tell(std::to_string(process.pid()));
        const auto first = to_one.hear_number();
        const auto second = to_two.hear_number();
        EXPECT_EQ(std::min(first, second), 0);
        EXPECT_EQ(std::max(first, second), EBUSY);
        EXPECT_EQ(one.held(), first == 0 ? 3u : 0u);
        EXPECT_EQ(two.held(), second == 0 ? 3u : 0u);
        process.signal(SIGKILL);
        process.reap();
        ASSERT_TRUE(one.comes_to_hold(0));
        ASSERT_TRUE(two.comes_to_hold(0));
    }
}

} // namespace behaviour
