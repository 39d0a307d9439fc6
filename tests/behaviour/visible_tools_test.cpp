// SPDX-License-Identifier: GPL-2.0-only
//
// What people look at processes with, inside a VE: it shows the VE, and works.
#include "fixture.hpp"
#include "program.hpp"
#include "question.hpp"

#include <algorithm>
#include <sstream>

namespace behaviour {

namespace {

class VisibleTools : public Host {
  protected:
    // A member that has become "sleep".
    Process sleeper()
    {
        auto process = member(ve, [](Link&) { exec_sleep(); });
        if (!eventually([&] { return !ve.member(process.pid())->entering; }))
            throw Broken("exec does not end entering");
        return process;
    }

    // Run it as a member.
    Outcome inside(const Words& words)
    {
        return run(words, [this] { join(ve.handle()); });
    }

    const Ve ve{client};
};

std::vector<pid_t> numbers(const std::string& text)
{
    std::istringstream words(text);
    std::vector<pid_t> list;
    for (pid_t number = 0; words >> number;)
        list.push_back(number);
    return list;
}

} // namespace

TEST_F(VisibleTools, PsShowsMembersOnly)
{
    const auto one = sleeper();
    const auto two = sleeper();
    const auto outcome = inside({"ps", "-e", "-o", "pid="});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    auto shown = numbers(outcome.out);
    ASSERT_EQ(shown.size(), 3u) << outcome.out << "the two, and ps itself";
    EXPECT_EQ(shown[0], std::min(one.pid(), two.pid()));
    EXPECT_EQ(shown[1], std::max(one.pid(), two.pid()));

    EXPECT_EQ(inside({"ps", "-p", "1"}).status, 1);
    EXPECT_EQ(inside({"ps", "-p", std::to_string(one.pid()), "-o", "comm="}).out, "sleep\n");
    EXPECT_GT(numbers(run({"ps", "-e", "-o", "pid="}).out).size(), 10u) << "on the host";
}

TEST_F(VisibleTools, TopShowsMembersOnly)
{
    const auto one = sleeper();
    // Directories of its own would stay, and be charged as long.
    const auto outcome = inside({"env", "HOME=/nonexistent", "top", "-b", "-n", "1"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("Tasks:   2 total"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("sleep"), std::string::npos) << outcome.out;
}

TEST_F(VisibleTools, PgrepFindsAndPkillEndsMembersOnly)
{
    const auto outside = outsider([](Link&) { exec_sleep(); });
    const auto one = sleeper();
    EXPECT_EQ(inside({"pgrep", "-x", "sleep"}).out, std::to_string(one.pid()) + "\n");
    EXPECT_EQ(inside({"pkill", "-KILL", "-x", "sleep"}).status, 0);
    one.await_death();
    EXPECT_NE(state_of(outside.pid()), 'Z');
    EXPECT_NE(state_of(outside.pid()), 0);
}

TEST_F(VisibleTools, StraceTracesAMemberAndNobodyElse)
{
    const auto outside = outsider([](Link&) { exec_sleep(); });
    const auto one = sleeper();
    const auto traced = [&](pid_t pid) {
        return inside({"timeout", "-s", "INT", "2", "strace", "-p", std::to_string(pid)}).err;
    };
    EXPECT_NE(traced(one.pid()).find("attached"), std::string::npos);
    const auto nobody = traced(outside.pid());
    EXPECT_NE(nobody.find("No such process"), std::string::npos) << nobody;
    EXPECT_NE(state_of(one.pid()), 'Z');

    const auto started =
        inside({"strace", "-f", "-e", "trace=exit_group", "sh", "-c", "true; (exit 3)"});
    EXPECT_EQ(started.status, 3) << started.err;
    EXPECT_NE(started.err.find("exit_group(3)"), std::string::npos) << started.err;
}

TEST_F(VisibleTools, GdbDebugsAMemberAndNobodyElse)
{
    // Its Python would leave compiled files behind, in memory, charged to whoever made them.
    const auto gdb = [this](Words words) {
        words.insert(words.begin(), {"env", "PYTHONDONTWRITEBYTECODE=1", "gdb", "-nx", "-batch"});
        const auto outcome = inside(words);
        return outcome.out + outcome.err;
    };
    const auto outside = outsider([](Link&) { exec_sleep(); });
    const auto one = sleeper();
    const auto member = gdb({"-ex", "info threads", "-p", std::to_string(one.pid())});
    EXPECT_NE(member.find("(process " + std::to_string(one.pid()) + ") detached"),
              std::string::npos)
        << member;
    EXPECT_NE(state_of(one.pid()), 'Z');
    for (const auto nobody : {outside.pid(), nobodys_number()}) {
        const auto said = gdb({"-ex", "info threads", "-p", std::to_string(nobody)});
        EXPECT_NE(said.find("No such process"), std::string::npos) << said;
        EXPECT_EQ(said.find("detached"), std::string::npos) << said;
    }

    const auto started = gdb({"-ex", "run", "--args", "sh", "-c", "true; (exit 3)"});
    EXPECT_NE(started.find("exited with code 03"), std::string::npos) << started;
}

TEST_F(VisibleTools, LsofListsFilesOfMembers)
{
    const auto outside = outsider([](Link&) { exec_sleep(); });
    const auto one = sleeper();
    const auto shown = [&](pid_t pid) { return inside({"lsof", "-w", "-p", std::to_string(pid)}); };
    EXPECT_NE(shown(one.pid()).out.find("sleep"), std::string::npos);
    EXPECT_EQ(shown(outside.pid()).out, "");
    EXPECT_EQ(shown(outside.pid()).status, 1);
    const auto all = inside({"lsof", "-w", "-t"}).out;
    for (const pid_t pid : numbers(all))
        EXPECT_TRUE(pid == one.pid() ||
                    !std::ranges::count(numbers(run({"ps", "-e", "-o", "pid="}).out), pid))
            << pid << " in " << all;
}

TEST_F(VisibleTools, ShellControlsItsJobs)
{
    // script(1) gives it a terminal, whose session and group are led from outside at first.
    const auto outcome =
        inside({"script", "-qec",
                "bash --norc --noprofile -ic 'sleep 30 & sleep 31 & jobs; kill %1; wait %1; "
                "echo first=$?; (kill -STOP $BASHPID; exit 7) & "
                "until jobs %3 | grep -q Stopped; do sleep 0.1; done; "
                "jobs; fg %3; echo third=$?; kill %2'",
                "/dev/null"});
    EXPECT_NE(outcome.out.find("first=143"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("third=7"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("Stopped"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("no job control"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("terminal process group"), std::string::npos) << outcome.out;
}

} // namespace behaviour
