// SPDX-License-Identifier: GPL-2.0-only
#include "cli.hpp"
#include "commands.hpp"
#include "harness.hpp"
#include "help_text.hpp"
#include "usage_error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace vectl;
using vectl::test::Harness;

TEST(TakeCommon, OptionsBeforeAndBehindTheCommand)
{
    auto common = take_common({"--json", "list"});
    EXPECT_TRUE(common.json);
    EXPECT_EQ(common.command, "list");

    common = take_common({"show", "--json", "web"});
    EXPECT_TRUE(common.json);
    EXPECT_EQ(common.words, (Words{"web"}));

    common = take_common({"show", "--", "--json"});
    EXPECT_FALSE(common.json);
    EXPECT_EQ(common.words, (Words{"--", "--json"}));
}

TEST(TakeCommon, WordsOfAnotherProgramAreLeftToIt)
{
    const auto common = take_common({"exec", "web", "ls", "--help", "--json", "-h"});
    EXPECT_FALSE(common.help);
    EXPECT_FALSE(common.json);
    EXPECT_EQ(common.words, (Words{"web", "ls", "--help", "--json", "-h"}));
    EXPECT_TRUE(take_common({"exec", "--help", "web", "ls"}).help);
}

TEST(Cli, NoCommand)
{
    Harness vectl;
    EXPECT_EQ(vectl.run({}), 2);
    EXPECT_NE(vectl.err.str().find("usage: vectl"), std::string::npos);
    EXPECT_EQ(vectl.out.str(), "");
}

TEST(Cli, UnknownCommandAndOption)
{
    Harness vectl;
    EXPECT_EQ(vectl.run({"lsit"}), 2);
    EXPECT_NE(vectl.err.str().find("did you mean 'list'"), std::string::npos);
    EXPECT_EQ(vectl.run({"--jsn", "list"}), 2);
    EXPECT_NE(vectl.err.str().find("did you mean '--json'"), std::string::npos);
    EXPECT_EQ(vectl.run({"help", "creat"}), 2);
    EXPECT_NE(vectl.err.str().find("did you mean 'create'"), std::string::npos);
    EXPECT_EQ(vectl.run({""}), 2);
}

TEST(Cli, WrongUseOfACommandShowsItsUsage)
{
    Harness vectl;
    EXPECT_EQ(vectl.run({"set", "web"}), 2);
    EXPECT_NE(vectl.err.str().find("usage: vectl set NAME RES=BARRIER"), std::string::npos);
    EXPECT_TRUE(vectl.requests->calls().empty());
}

TEST(Cli, WrongUseOfExecIsAFailureOfVectlItself)
{
    Harness vectl;
    EXPECT_EQ(vectl.run({"exec"}), 125);
    EXPECT_EQ(vectl.run({"exec", "--priv", "web", "ls"}), 125);
}

TEST(Cli, HelpInAllItsForms)
{
    for (const Words& words : {Words{"help"}, Words{"--help"}, Words{"-h"}}) {
        Harness vectl;
        EXPECT_EQ(vectl.run(words), 0);
        EXPECT_EQ(vectl.out.str(), help_text());
    }
    for (const Words& words : {Words{"help", "kill"}, Words{"kill", "--help"}, Words{"-h", "kill"},
                               Words{"kill", "x", "-h"}}) {
        Harness vectl;
        EXPECT_EQ(vectl.run(words), 0);
        EXPECT_EQ(vectl.out.str(), help_text(kill_command));
        EXPECT_TRUE(vectl.requests->calls().empty());
    }
}

TEST(Cli, VersionInAllItsForms)
{
    for (const Words& words : {Words{"version"}, Words{"--version"}, Words{"-V"}}) {
        Harness vectl;
        EXPECT_EQ(vectl.run(words), 0);
        EXPECT_EQ(vectl.out.str().rfind("vectl ", 0), 0U);
    }
}

TEST(Cli, WhatWasNotWrittenWasNotPrinted)
{
    Harness vectl;
    vectl.out.setstate(std::ios::badbit);
    EXPECT_EQ(vectl.run({"version"}), 1);
}

TEST(Help, TableIsComplete)
{
    std::set<std::string> names;
    for (const auto* command : commands()) {
        EXPECT_TRUE(names.insert(command->name).second) << command->name;
        EXPECT_EQ(find_command(command->name), command);
        EXPECT_NE(help_text().find(std::string("  ") + command->name + " "), std::string::npos);
        const auto text = help_text(*command);
        const auto options = command->options();
        for (const auto& option : options.options())
            EXPECT_NE(text.find("--" + option->long_name()), std::string::npos);
        for (std::size_t start = 0, end; (end = text.find('\n', start)) != std::string::npos;
             start = end + 1)
            EXPECT_LE(end - start, 100U) << text.substr(start, end - start);
    }
}

} // namespace
