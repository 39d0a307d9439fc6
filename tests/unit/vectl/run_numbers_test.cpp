// SPDX-License-Identifier: GPL-2.0-only
//
// vectl list -o and --sort, vectl show --trouble and --since-last.
#include "harness.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>

namespace {

using namespace vectl;
using vectl::test::environment;
using vectl::test::Harness;

using Environments = std::vector<ve::Environment>;

// Held, and failcnt, of a barrier of 10.
ve::Environment numbers(ve::Id id, const std::string& name, std::uint64_t held,
                        std::uint64_t failcnt)
{
    auto made = environment(id, name, 1, held);
    made.resources[0].barrier = made.resources[0].limit = 10;
    made.resources[0].failcnt = failcnt;
    return made;
}

TEST(RunListColumns, Table)
{
    Harness vectl;
    vectl.requests->answer(Environments{environment(1, "web", 0, 9), environment(12, "db", 3, 10)});
    EXPECT_EQ(vectl.run({"list", "-o", "name,numproc,numproc.l,numfile.f", "--sort", "-numproc"}),
              0);
    EXPECT_EQ(vectl.out.str(), "NAME  NUMPROC  NUMPROC.L  NUMFILE.F\n"
                               "db         10  unlimited          -\n"
                               "web         9  unlimited          -\n");
}

TEST(RunListColumns, JsonHasTheseKeys)
{
    Harness vectl;
    vectl.requests->answer(Environments{environment(1, "web", 0, 9)});
    EXPECT_EQ(vectl.run({"list", "--columns=numproc.f,name,numfile,numproc.l", "--json"}), 0);
    EXPECT_EQ(nlohmann::ordered_json::parse(vectl.out.str()).dump(),
              R"([{"numproc.f":2,"name":"web","numfile":null,"numproc.l":null}])");
}

TEST(RunListColumns, SortAlone)
{
    Harness vectl;
    vectl.requests->answer(Environments{environment(1, "web", 0, 9), environment(12, "db", 3, 10)});
    EXPECT_EQ(vectl.run({"list", "--sort", "name", "--json"}), 0);
    EXPECT_EQ(nlohmann::ordered_json::parse(vectl.out.str()).dump(),
              R"([{"id":12,"name":"db","state":"running","members":3,"watching":false},)"
              R"({"id":1,"name":"web","state":"empty","members":0,"watching":false}])");
}

TEST(RunListColumns, WithoutTitles)
{
    for (const char* option : {"-H", "--no-header"}) {
        Harness vectl;
        vectl.requests->answer(Environments{environment(1, "w", 0, 9)});
        EXPECT_EQ(vectl.run({"list", "-o", "members,name", option}), 0);
        EXPECT_EQ(vectl.out.str(), "0  w\n");
    }
}

TEST(RunListColumns, UnknownOneAsksNothing)
{
    Harness vectl;
    EXPECT_EQ(vectl.run({"list", "-o", "numprok"}), 2);
    EXPECT_EQ(vectl.run({"list", "--sort", "-numprok"}), 2);
    EXPECT_NE(vectl.err.str().find("known: id, name"), std::string::npos);
    EXPECT_TRUE(vectl.requests->calls().empty());
}

TEST(RunShowMarks, NearAndOver)
{
    Harness vectl;
    auto web = numbers(1, "web", 9, 0);
    web.resources.push_back({ve::Resource::numfile, 11, 11, 10, 20, 0});
    web.resources.push_back({ve::Resource::numpty, 8, 8, 10, 10, 0});
    vectl.requests->answer(web);
    vectl.requests->answer(web);
    EXPECT_EQ(vectl.run({"show", "web"}), 0);
    EXPECT_EQ(vectl.out.str(), "web (id 1): running, 1 member\n"
                               "\n"
                               "RESOURCE  HELD  MAXHELD  BARRIER  LIMIT  FAILCNT\n"
                               "numproc      9        9       10     10        0  near\n"
                               "numfile     11       11       10     20        0  over\n"
                               "numpty       8        8       10     10        0\n");
    vectl.context.coloured = true;
    vectl.out.str("");
    EXPECT_EQ(vectl.run({"show", "web"}), 0);
    EXPECT_NE(vectl.out.str().find("\033[33mnear\033[0m"), std::string::npos);
    EXPECT_NE(vectl.out.str().find("\033[31mover\033[0m"), std::string::npos);
}

TEST(RunShowTrouble, OfAllVes)
{
    Harness vectl;
    vectl.requests->answer(
        Environments{numbers(1, "web", 9, 0), numbers(2, "fine", 1, 0), numbers(3, "db", 1, 4)});
    EXPECT_EQ(vectl.run({"show", "--trouble"}), 0);
    EXPECT_EQ(vectl.out.str(), "VE   RESOURCE  HELD  MAXHELD  BARRIER  LIMIT  FAILCNT\n"
                               "web  numproc      9        9       10     10        0  near\n"
                               "db   numproc      1        1       10     10        4\n");
    EXPECT_TRUE(vectl.requests->calls().at(0).dump);
}

TEST(RunShowTrouble, JsonOfOne)
{
    Harness vectl;
    auto web = numbers(1, "web", 9, 0);
    web.resources.push_back({ve::Resource::numfile, 1, 1, 10, 20, 0});
    web.resources.push_back({ve::Resource::numpty, 1, 1, ve::unlimited, ve::unlimited, 5});
    vectl.requests->answer(web);
    EXPECT_EQ(vectl.run({"show", "--trouble", "--json", "web"}), 0);
    EXPECT_EQ(
        nlohmann::ordered_json::parse(vectl.out.str()).dump(),
        R"([{"id":1,"name":"web","state":"running","members":1,"watching":false,"resources":{)"
        R"("numproc":{"held":9,"maxheld":9,"barrier":10,"limit":10,"failcnt":0,"mark":"near"},)"
        R"("numpty":{"held":1,"maxheld":1,"barrier":null,"limit":null,"failcnt":5,"mark":null})"
        R"(}}])");

    Harness fine;
    fine.requests->answer(numbers(1, "web", 1, 0));
    EXPECT_EQ(fine.run({"show", "--trouble", "--json", "web"}), 0);
    EXPECT_EQ(fine.out.str(), "[]\n");
}

class SinceLast : public testing::Test {
  protected:
    void SetUp() override { ASSERT_NE(mkdtemp(here_.data()), nullptr); }

    void TearDown() override { std::filesystem::remove_all(here_); }

    // What is printed when the kernel tells of these.
    template <class Answer>
    std::string shown(const Answer& answer, Words words, int status = 0)
    {
        Harness vectl;
        vectl.context.past_file = here_ + "/vectl/failcnt.json";
        vectl.requests->answer(answer);
        words.insert(words.begin(), "show");
        words.emplace_back("--since-last");
        EXPECT_EQ(vectl.run(words), status) << vectl.err.str();
        told_ = vectl.err.str();
        return vectl.out.str();
    }

    std::string here_ = "/tmp/vectl-since.XXXXXX";
    std::string told_;
};

std::string json_of(std::uint64_t failcnt)
{
    return "\"failcnt\": " + std::to_string(failcnt) + "\n";
}

TEST_F(SinceLast, FailcntIsTheDifference)
{
    const auto first = shown(numbers(1, "web", 1, 4), {"web"});
    EXPECT_NE(first.find("+FAILCNT\nnumproc      1        1       10     10         4\n"),
              std::string::npos)
        << first;
    EXPECT_NE(shown(numbers(1, "web", 1, 4), {"web", "--json"}).find(json_of(0)),
              std::string::npos);
    EXPECT_NE(shown(numbers(1, "web", 1, 9), {"web", "--json"}).find(json_of(5)),
              std::string::npos);
    EXPECT_NE(shown(numbers(1, "web", 1, 2), {"web", "--json"}).find(json_of(2)),
              std::string::npos); // another VE
    EXPECT_EQ(told_, "");
}

TEST_F(SinceLast, OthersAreNotForgotten)
{
    shown(numbers(1, "web", 1, 4), {"web"});
    shown(numbers(2, "db", 1, 7), {"db"});
    EXPECT_NE(shown(numbers(1, "web", 1, 5), {"web", "--json"}).find(json_of(1)),
              std::string::npos);
}

TEST_F(SinceLast, TroubleIsWhatCameSince)
{
    const Environments before = {numbers(1, "web", 1, 4), numbers(2, "db", 1, 7)};
    const Environments now = {numbers(1, "web", 1, 4), numbers(2, "db", 1, 8)};
    EXPECT_NE(shown(before, {"--trouble"}).find("web"), std::string::npos);
    const auto again = shown(now, {"--trouble"});
    EXPECT_EQ(again.find("web"), std::string::npos) << again;
    EXPECT_NE(again.find("db"), std::string::npos) << again;
    // Also of those that were not printed the counters are remembered.
    EXPECT_EQ(shown(now, {"--trouble", "--json"}), "[]\n");
}

TEST_F(SinceLast, ABrokenFileIsToldAndReplaced)
{
    std::filesystem::create_directory(here_ + "/vectl");
    std::filesystem::create_symlink("/nonexistent", here_ + "/vectl/failcnt.json");
    EXPECT_NE(shown(numbers(1, "web", 1, 4), {"web", "--json"}).find(json_of(4)),
              std::string::npos);
    EXPECT_NE(told_.find("failcnt.json: "), std::string::npos) << told_;
    EXPECT_NE(shown(numbers(1, "web", 1, 4), {"web", "--json"}).find(json_of(0)),
              std::string::npos);
    EXPECT_EQ(told_, "");
}

TEST_F(SinceLast, WhatCannotBeKeptIsAFailure)
{
    std::filesystem::remove_all(here_);
    std::filesystem::create_symlink("/dev/null", here_);
    EXPECT_NE(shown(numbers(1, "web", 1, 4), {"web"}, 1).find("numproc"), std::string::npos);
    EXPECT_NE(told_.find("vectl: show web: " + here_), std::string::npos) << told_;
    EXPECT_EQ(told_.find("modprobe"), std::string::npos) << told_;
}

TEST_F(SinceLast, WhatWasNotWrittenIsNotPast)
{
    Harness vectl;
    vectl.context.past_file = here_ + "/vectl/failcnt.json";
    vectl.requests->answer(numbers(1, "web", 1, 4));
    vectl.out.setstate(std::ios::badbit);
    EXPECT_EQ(vectl.run({"show", "web", "--since-last"}), 1);
    EXPECT_FALSE(std::filesystem::exists(here_ + "/vectl"));
}

TEST(RunShow, LeavesThePastAloneUnlessAsked)
{
    Harness vectl; // whose file cannot be there
    vectl.requests->answer(numbers(1, "web", 1, 4));
    EXPECT_EQ(vectl.run({"show", "web"}), 0);
    EXPECT_EQ(vectl.err.str(), "");
}

} // namespace
