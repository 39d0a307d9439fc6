// SPDX-License-Identifier: GPL-2.0-only
#include "harness.hpp"
#include "past.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using vectl::Past;
using vectl::past_file;

ve::Environment web(std::uint64_t failcnt, ve::Id id = 3)
{
    auto made = vectl::test::environment(id, "web", 1, 1);
    made.resources[0].failcnt = failcnt;
    return made;
}

std::uint64_t since(const Past& past, ve::Environment now)
{
    past.subtract_from(now);
    return now.resources.at(0).failcnt;
}

Past of(const ve::Environment& environment)
{
    Past past;
    past.remember(environment);
    return past;
}

class PastFile : public testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(mkdtemp(here_.data()), nullptr); }

    void TearDown() override { std::filesystem::remove_all(here_); }

    [[nodiscard]] std::string path() const { return here_ + "/a/b/failcnt.json"; }

    void write(const std::string& text) const
    {
        std::filesystem::create_directories(here_ + "/a/b");
        std::ofstream(path()) << text;
    }

    std::string here_ = "/tmp/vectl-past.XXXXXX";
};

TEST(Past, IsSubtracted)
{
    EXPECT_EQ(since({}, web(7)), 7U);
    EXPECT_EQ(since(of(web(5)), web(7)), 2U);
    EXPECT_EQ(since(of(web(7)), web(7)), 0U);
}

TEST(Past, IsOfOneIdAndName)
{
    auto other = web(7);
    other.name = "db";
    EXPECT_EQ(since(of(web(5)), web(7, 4)), 7U);
    EXPECT_EQ(since(of(web(5)), other), 7U);
}

TEST(Past, ACounterThatFellMakesItAnotherVe)
{
    auto before = web(5);
    auto now = web(7);
    before.resources.push_back({ve::Resource::numfile, 0, 0, 5, 5, 9});
    now.resources.push_back({ve::Resource::numfile, 0, 0, 5, 5, 8});
    of(before).subtract_from(now);
    EXPECT_EQ(now.resources[0].failcnt, 7U);
    EXPECT_EQ(now.resources[1].failcnt, 8U);
}

TEST(Past, AResourceThatIsCountedSinceCountsWhole)
{
    auto now = web(7);
    now.resources.push_back({ve::Resource::numfile, 0, 0, 5, 5, 8});
    of(web(5)).subtract_from(now);
    EXPECT_EQ(now.resources[0].failcnt, 2U);
    EXPECT_EQ(now.resources[1].failcnt, 8U);
}

TEST(Past, RemembersTheLatestAndForgetsTheOldest)
{
    Past past;
    for (const ve::Id id : {1, 2, 3, 1})
        past.remember(web(id + 10, id));
    past.forget_all_but(2);
    EXPECT_EQ(since(past, web(20, 2)), 20U);
    EXPECT_EQ(since(past, web(20, 3)), 7U);
    EXPECT_EQ(since(past, web(20, 1)), 9U);
}

TEST(Past, TextAndBack)
{
    const auto read = Past::parse(of(web(UINT64_MAX - 1)).text());
    ASSERT_TRUE(read);
    EXPECT_EQ(since(read.value(), web(UINT64_MAX)), 1U);
}

TEST(Past, RefusesWhatItDidNotWrite)
{
    for (const char* text :
         {"", "{}", "[", "null", "[1]", "[{}]", R"([{"id":1,"name":"a"}])",
          R"([{"id":-1,"name":"a","failcnt":{}}])", R"([{"id":1,"name":2,"failcnt":{}}])",
          R"([{"id":1,"name":"a","failcnt":[]}])",
          R"([{"id":1,"name":"a","failcnt":{"numproc":-1}}])",
          R"([{"id":1,"name":"a","failcnt":{"numproc":"x"}}])", "[\xff]"})
        EXPECT_FALSE(Past::parse(text)) << text;
    EXPECT_FALSE(Past::parse(std::string(1000000, '[')));
}

TEST(Past, WhereItIsKept)
{
    EXPECT_EQ(past_file("/s", "/h"), "/s/vectl/failcnt.json");
    EXPECT_EQ(past_file(nullptr, "/h"), "/h/.local/state/vectl/failcnt.json");
    EXPECT_EQ(past_file("", "/h"), "/h/.local/state/vectl/failcnt.json");
    EXPECT_EQ(past_file("s", "h"), "/var/lib/vectl/failcnt.json");
    EXPECT_EQ(past_file(nullptr, nullptr), "/var/lib/vectl/failcnt.json");
}

TEST_F(PastFile, NoneIsNothing)
{
    const auto read = vectl::load_past(path());
    ASSERT_TRUE(read);
    EXPECT_EQ(since(read.value(), web(7)), 7U);
}

TEST_F(PastFile, IsMadeForThisUserAndReplacedAsAWhole)
{
    ASSERT_TRUE(vectl::save_past(path(), of(web(5))));
    ASSERT_TRUE(vectl::save_past(path(), of(web(6))));
    EXPECT_EQ(since(vectl::load_past(path()).value(), web(7)), 1U);

    struct stat found = {};
    ASSERT_EQ(stat(path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
    ASSERT_EQ(stat((here_ + "/a").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0700U);
    const std::filesystem::directory_iterator files(here_ + "/a/b");
    EXPECT_EQ(std::distance(begin(files), end(files)), 1); // nothing is left beside it
}

TEST_F(PastFile, ReplacesALinkAndNotWhatItNames)
{
    write("");
    std::filesystem::remove(path());
    std::ofstream(here_ + "/precious") << "x";
    std::filesystem::create_symlink(here_ + "/precious", path());
    EXPECT_FALSE(vectl::load_past(path()));
    ASSERT_TRUE(vectl::save_past(path(), of(web(5))));
    EXPECT_EQ(std::filesystem::file_size(here_ + "/precious"), 1U);
    EXPECT_TRUE(vectl::load_past(path()));
}

TEST_F(PastFile, DoesNotWaitForAPipe)
{
    write("");
    std::filesystem::remove(path());
    ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
    EXPECT_FALSE(vectl::load_past(path()));
}

TEST_F(PastFile, WhatCannotBeWrittenIsAnError)
{
    write("");
    EXPECT_FALSE(vectl::save_past(path() + "/below/a/file", of(web(5))));
    std::filesystem::remove(path());
    std::filesystem::create_directory(path());
    std::ofstream(path() + "/x") << "x";
    EXPECT_FALSE(vectl::save_past(path(), of(web(5))));
    const std::filesystem::directory_iterator files(here_ + "/a/b");
    EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

} // namespace
