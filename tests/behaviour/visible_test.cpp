// SPDX-License-Identifier: GPL-2.0-only
//
// What is outside a VE does not exist for its members: each question about a process outside is
// answered as for a number that nobody has, and no answer has a number from outside.
#include "fixture.hpp"
#include "question.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

namespace behaviour {

namespace {

class Visible : public Host {
  protected:
    const Ve ve{client};
};

// The answers that tell one number from the other, in words; empty if none does. The numbers
// themselves may be in an answer.
std::string differences(pid_t one, pid_t other)
{
    std::string all;
    for (const auto& question : questions()) {
        const auto about_one = question.ask(one);
        const auto about_other = question.ask(other);
        if (about_one != about_other)
            all += question.name + ": " + about_one + " | " + about_other + "\n";
    }
    return all;
}

// Answers with what tells the number it hears from one that nobody has.
void compare(Link& link)
{
    for (;;) {
        const auto number = static_cast<pid_t>(link.hear_number());
        const auto nobodys = static_cast<pid_t>(link.hear_number());
        auto all = differences(number, nobodys);
        if (all.empty())
            all = "none";
        link.tell(all.substr(0, 3000));
    }
}

// As an ordinary user: fewer errors come from what is asked, more from who asks.
void compare_as_nobody(Link& link)
{
    if (setgid(65534) < 0 || setuid(65534) < 0)
        broken("setuid");
    compare(link);
}

std::string told(const Process& observer, pid_t target)
{
    observer.tell(std::to_string(target));
    observer.tell(std::to_string(nobodys_number()));
    return observer.hear();
}

// The pids that /proc lists.
std::set<pid_t> listed()
{
    const auto pids = processes();
    return {pids.begin(), pids.end()};
}

} // namespace

// The numbers that have to be the same as nobody's.

TEST_F(Visible, ProcessOfTheHostIsNobody)
{
    const auto target = outsider([](Link&) {
        setsid();
        hang();
    });
    EXPECT_EQ(told(member(ve, compare), target.pid()), "none");
    EXPECT_EQ(told(member(ve, compare_as_nobody), target.pid()), "none");
}

TEST_F(Visible, ProcessOfTheSameUserIsNobody)
{
    const auto target = outsider([](Link& link) {
        if (setuid(65534) < 0)
            broken("setuid");
        link.tell("done");
        hang();
    });
    (void)target.hear();
    EXPECT_EQ(told(member(ve, compare_as_nobody), target.pid()), "none");
}

TEST_F(Visible, ProcessOfAnotherVeIsNobody)
{
    const Ve other(client);
    const auto target = member(other, [](Link&) { exec_sleep(); });
    EXPECT_EQ(told(member(ve, compare), target.pid()), "none");
    EXPECT_EQ(told(member(ve, compare_as_nobody), target.pid()), "none");
}

TEST_F(Visible, ThreadOfTheHostIsNobody)
{
    const auto target = outsider([](Link& link) {
        std::thread other([&link] {
            link.tell(gettid());
            hang();
        });
        hang();
    });
    const auto thread = static_cast<pid_t>(target.hear_number());
    EXPECT_EQ(told(member(ve, compare), thread), "none");
    EXPECT_EQ(told(member(ve, compare_as_nobody), thread), "none");
}

TEST_F(Visible, ZombieOfTheHostIsNobody)
{
    const auto target = outsider([](Link&) {});
    target.await_death();
    EXPECT_EQ(told(member(ve, compare), target.pid()), "none");
}

TEST_F(Visible, KernelThreadAndInitAreNobody)
{
    const auto observer = member(ve, compare);
    EXPECT_EQ(told(observer, 1), "none");
    EXPECT_EQ(told(observer, 2), "none");
}

TEST_F(Visible, ParentIsNobody)
{
    EXPECT_EQ(told(member(ve, compare), getpid()), "none");
}

TEST_F(Visible, LeaderOutsideOfItsGroupAndSessionIsNobody)
{
    // The leader's child becomes a member: group and session are on both sides.
    const auto leader = outsider([this](Link& link) {
        setsid();
        const pid_t child = fork_child([&link, this] {
            join(ve.handle());
            compare(link);
            return 0;
        });
        (void)reap(child);
    });
    EXPECT_EQ(told(leader, leader.pid()), "none");
}

TEST_F(Visible, ProcessSeenBeforeByTheHostIsNobody)
{
    const auto target = outsider();
    const auto observer = member(ve, compare);
    for (const auto& question : questions())
        (void)question.ask(target.pid());
    EXPECT_EQ(told(observer, target.pid()), "none");
    EXPECT_EQ(contents("/proc/" + std::to_string(target.pid()) + "/comm"), "ve-behaviour\n")
        << "the host loses nothing";
}

TEST_F(Visible, ProcessIsNobodyFromItsBirthOn)
{
    // Who asks for the next number may be answered while somebody gets it.
    const auto forker = outsider([](Link&) {
        for (;;)
            (void)reap(fork_child([] { return 0; }));
    });
    const auto observer = member(ve, [](Link& link) {
        const auto until = std::chrono::steady_clock::now() + 3s;
        int found = 0;
        while (std::chrono::steady_clock::now() < until) {
            const auto load = contents("/proc/loadavg");
            const auto last = static_cast<pid_t>(std::stoi(load.substr(load.rfind(' '))));
            for (pid_t next = last + 1; next < last + 4; next++)
                for (int i = 0; i < 50; i++) {
                    rlimit limit{};
                    cpu_set_t set;
                    found += prlimit(next, RLIMIT_CORE, nullptr, &limit) == 0;
                    found += sched_getaffinity(next, sizeof(set), &set) >= 0;
                    found += getpgid(next) >= 0;
                    found += kill(next, 0) == 0;
                }
        }
        link.tell(found);
        hang();
    });
    EXPECT_EQ(observer.hear_number(), 0);
}

TEST_F(Visible, ToTheHostMembersAreAsAnyProcess)
{
    const auto alone = [](Link& link) {
        setsid();
        link.tell("alone");
        hang();
    };
    const auto outside = outsider(alone);
    const auto another = outsider(alone);
    const auto inside = member(ve, alone);
    for (const auto* const process : {&outside, &another, &inside})
        EXPECT_EQ(process->hear(), "alone");
    // What is compared can tell: else the tests above say nothing.
    const auto all = told(outsider(compare), outside.pid());
    EXPECT_GT(std::count(all.begin(), all.end(), '\n'), 40) << all;

    const auto observer = outsider(compare);
    observer.tell(std::to_string(inside.pid()));
    observer.tell(std::to_string(another.pid()));
    const auto difference = observer.hear();
    std::string line;
    // Whether it has stopped when it is told to go on is a matter of time.
    for (std::istringstream lines(difference); std::getline(lines, line);)
        if (!line.starts_with("ptrace cont")) {
            EXPECT_EQ(line.find("-1 ESRCH"), std::string::npos) << line;
            EXPECT_EQ(line.find("-1 ENOENT"), std::string::npos) << line;
        }
}

TEST_F(Visible, MembersAreThereForEachOther)
{
    const auto target = member(ve, [](Link&) {
        setsid();
        exec_sleep();
    });
    ASSERT_TRUE(eventually([&] { return !ve.member(target.pid())->entering; }));
    const auto observer = member(ve, compare);
    const auto from_inside = told(observer, target.pid());
    EXPECT_GT(std::count(from_inside.begin(), from_inside.end(), '\n'), 40) << from_inside;
}

// Lists.

TEST_F(Visible, ListHasTheMembersAndNobodyElse)
{
    const auto others = std::array{member(ve), member(ve), member(ve)};
    const auto observer = member(ve, [](Link& link) {
        std::string text;
        for (const pid_t pid : listed())
            text += std::to_string(pid) + " ";
        link.tell(text);
        hang();
    });
    std::string expected;
    for (const pid_t pid : ve.members())
        expected += std::to_string(pid) + " ";
    EXPECT_EQ(observer.hear(), expected);
}

TEST_F(Visible, ListOfAVeOfHundredsIsWhole)
{
    const auto forker = member(ve, [](Link& link) {
        for (int i = 0; i < 300; i++)
            fork_child([] {
                hang();
                return 0;
            });
        std::string text = std::to_string(listed().size());
        // In small pieces, and from the middle.
        const Fd proc(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        std::size_t entries = 0;
        alignas(long) char room[64];
        for (;;) {
            const auto size = syscall(SYS_getdents64, proc.get(), room, sizeof(room));
            if (size <= 0)
                break;
            // d_reclen is at 16, d_name at 19.
            for (long at = 0; at < size; at += *reinterpret_cast<unsigned short*>(room + at + 16))
                if (isdigit(static_cast<unsigned char>(room[at + 19])))
                    entries++;
        }
        link.tell(text + " " + std::to_string(entries));
        hang();
    });
    EXPECT_EQ(forker.hear(), "301 301");
}

TEST_F(Visible, ProcessIsListedAllTheWhileItsThreadsCallExec)
{
    // A thread that calls exec takes over its process's number.
    const auto program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ve-exec-again";
    const auto turner = member(ve, [program](Link& link) {
        link.tell("ready");
        (void)link.hear();
        execl(program.c_str(), program.c_str(), "100", nullptr);
        broken("exec");
    });
    const auto observer = member(ve, [](Link& link) {
        const auto target = static_cast<pid_t>(link.hear_number());
        link.tell("ready");
        int looks = 0;
        int missed = 0;
        const auto arguments = "/proc/" + std::to_string(target) + "/cmdline";
        const std::string last("\0"
                               "0\0",
                               3);
        // Until it has done.
        for (; !contents(arguments).ends_with(last); looks++)
            missed += !listed().contains(target);
        link.tell(missed);
        link.tell(looks);
        hang();
    });
    (void)turner.hear();
    observer.tell(std::to_string(turner.pid()));
    (void)observer.hear();
    turner.tell();
    EXPECT_EQ(observer.hear_number(), 0);
    EXPECT_GT(observer.hear_number(), 20);
    EXPECT_TRUE(ve.has(turner.pid()));
}

TEST_F(Visible, ListHasEachOnceWhileOthersListAndOthersComeAndGo)
{
    std::vector<Process> still;
    for (int i = 0; i < 30; i++)
        still.push_back(member(ve, [](Link&) { hang(); }));
    const auto churner = member(ve, [](Link&) {
        for (;;)
            if (const pid_t child = fork_child([] { return 0; }); child > 0)
                waitpid(child, nullptr, 0);
    });
    const auto list = [&still](Link& link) {
        (void)link.hear();
        int wrong = 0;
        for (int i = 0; i < 200; i++) {
            const auto pids = processes();
            // From the lowest up, and none twice.
            wrong += std::ranges::adjacent_find(pids, std::greater_equal()) != pids.end();
            for (const auto& process : still)
                wrong += !std::ranges::binary_search(pids, process.pid());
        }
        link.tell(wrong);
        hang();
    };
    const auto one = member(ve, list);
    const auto other = member(ve, list);
    one.tell();
    other.tell();
    EXPECT_EQ(one.hear_number(), 0);
    EXPECT_EQ(other.hear_number(), 0);
}

TEST_F(Visible, ListOfAPidNamespaceInsideIsItsOwn)
{
    const auto outer = member(ve, [](Link& link) {
        if (unshare(CLONE_NEWPID) < 0)
            broken("unshare");
        const pid_t child = fork_child([&link] {
            if (unshare(CLONE_NEWNS) < 0 ||
                mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0 ||
                mount("proc", "/proc", "proc", 0, nullptr) < 0)
                broken("mount");
            const pid_t second = fork_child([] {
                hang();
                return 0;
            });
            std::string text = std::to_string(getpid()) + " " + std::to_string(second) + ":";
            for (const pid_t pid : listed())
                text += " " + std::to_string(pid);
            link.tell(text);
            hang();
            return 0;
        });
        (void)reap(child);
    });
    EXPECT_EQ(outer.hear(), "1 2: 1 2");
}

TEST_F(Visible, ListOfTheHostHasAll)
{
    const auto inside = member(ve);
    const auto outside = outsider();
    const auto all = listed();
    EXPECT_TRUE(all.contains(1));
    EXPECT_TRUE(all.contains(getpid()));
    EXPECT_TRUE(all.contains(inside.pid()));
    EXPECT_TRUE(all.contains(outside.pid()));
}

} // namespace behaviour
