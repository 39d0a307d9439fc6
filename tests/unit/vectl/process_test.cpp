// SPDX-License-Identifier: GPL-2.0-only
#include "process.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using vectl::parse_cmdline;
using vectl::parse_status;
using vectl::Presence;
using vectl::ProcessDetails;

TEST(ProcStatus, ReadsWhatIsNeeded)
{
    const auto details = parse_status("Name:\tsh\n"
                                      "Umask:\t0022\n"
                                      "State:\tS (sleeping)\n"
                                      "Tgid:\t42\n"
                                      "PPid:\t7\n"
                                      "Uid:\t1000\t1001\t1002\t1003\n");
    ASSERT_TRUE(details);
    EXPECT_EQ(details->state, 'S');
    EXPECT_EQ(details->parent, 7U);
    EXPECT_EQ(details->user, 1001U);
}

TEST(ProcStatus, NameCannotForgeAField)
{
    // The kernel writes a line end in a name as \n, two characters.
    const auto details = parse_status("Name:\ta\\nPPid:\\t1 PPid:\t1\n"
                                      "State:\tR (running)\nPPid:\t7\nUid:\t0\t0\t0\t0\n");
    ASSERT_TRUE(details);
    EXPECT_EQ(details->parent, 7U);
}

TEST(ProcStatus, RefusesWhatIsIncomplete)
{
    const std::string full = "State:\tS (sleeping)\nPPid:\t7\nUid:\t1\t2\t3\t4\n";
    EXPECT_TRUE(parse_status(full));
    EXPECT_FALSE(parse_status(""));
    EXPECT_FALSE(parse_status("State:\tS\nPPid:\t7\n"));
    EXPECT_FALSE(parse_status("State:\t\nPPid:\t7\nUid:\t1\t2\t3\t4\n"));
    EXPECT_FALSE(parse_status("State:\tS\nPPid:\t-7\nUid:\t1\t2\t3\t4\n"));
    EXPECT_FALSE(parse_status("State:\tS\nPPid:\t7x\nUid:\t1\t2\t3\t4\n"));
    EXPECT_FALSE(parse_status("State:\tS\nPPid:\t99999999999\nUid:\t1\t2\t3\t4\n"));
    for (std::size_t length = 0; length < full.size(); length++)
        parse_status(std::string_view(full).substr(0, length)); // cut anywhere: no crash
}

TEST(ProcCmdline, JoinsArguments)
{
    EXPECT_EQ(parse_cmdline(std::string_view("sh\0-c\0a b\0", 10)), "sh -c a b");
    EXPECT_EQ(parse_cmdline(std::string_view("\0\0", 2)), "");
    EXPECT_EQ(parse_cmdline(""), "");
    EXPECT_EQ(parse_cmdline("cut off"), "cut off");
}

TEST(ReadProcess, KnowsOurself)
{
    ProcessDetails details;
    ASSERT_EQ(vectl::read_process(static_cast<std::uint32_t>(getpid()), details), Presence::known);
    EXPECT_EQ(details.parent, static_cast<std::uint32_t>(getppid()));
    EXPECT_EQ(details.user, geteuid());
    EXPECT_NE(details.command.find("vectl_test"), std::string::npos);
}

TEST(ReadProcess, NoticesWhoIsGone)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    ASSERT_GT(child, 0);
    waitpid(child, nullptr, 0);

    ProcessDetails details;
    EXPECT_EQ(vectl::read_process(static_cast<std::uint32_t>(child), details), Presence::gone);
}

TEST(UserName, FallsBackToTheNumber)
{
    EXPECT_EQ(vectl::user_name(0), "root");
    EXPECT_EQ(vectl::user_name(4000000017), "4000000017");
}

} // namespace
