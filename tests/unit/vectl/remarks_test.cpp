// SPDX-License-Identifier: GPL-2.0-only
//
// What is said of bounds that are set and will not do what one may expect.
#include "harness.hpp"

#include <gtest/gtest.h>

namespace {

using ve::Resource;
using vectl::test::environment;
using vectl::test::Harness;

ve::Environment using_memory()
{
    auto now = environment(7, "web", 0, 0);
    now.resources.push_back({Resource::privvmpages, 500, 500, 500, 500, 0});
    now.resources.push_back({Resource::oomguarpages, 300, 300, 0, ve::unlimited, 0});
    return now;
}

// What vectl says of these words.
std::string said_of(std::vector<std::string> words)
{
    Harness vectl;
    vectl.requests->answer();
    vectl.requests->answer(using_memory());
    words.insert(words.begin(), {"set", "web"});
    EXPECT_EQ(vectl.run(words), 0);
    return vectl.err.str();
}

TEST(Remarks, ThatNothingIsRefusedByWhatIsAccounted)
{
    EXPECT_EQ(said_of({"physpages=100"}),
              "vectl: set web: physpages is only accounted: its bounds refuse nothing\n");
    EXPECT_EQ(said_of({"swappages=0:100"}),
              "vectl: set web: swappages is only accounted: its bounds refuse nothing\n");
}

TEST(Remarks, ThatAGuaranteeIsBelowUse)
{
    EXPECT_EQ(said_of({"vmguarpages=499:unlimited"}),
              "vectl: set web: vmguarpages: the guarantee of 499 pages is below what is used, 500: "
              "it protects nothing until less is\n");
    EXPECT_EQ(
        said_of({"oomguarpages=299:unlimited"}),
        "vectl: set web: oomguarpages: the guarantee of 299 pages is below what is used, 300: "
        "it protects nothing until less is\n");
}

TEST(Remarks, ThatTheLimitOfAGuaranteeMeansNothing)
{
    EXPECT_EQ(said_of({"oomguarpages=300:400"}),
              "vectl: set web: oomguarpages is a guarantee: its barrier is what is guaranteed, its "
              "limit means nothing\n");
}

TEST(Remarks, NothingOfWhatIsAsItShouldBe)
{
    EXPECT_EQ(said_of({"oomguarpages=300:unlimited", "vmguarpages=500", "privvmpages=1"}), "");
}

TEST(Remarks, AtCreateToo)
{
    Harness vectl;
    vectl.requests->answer(using_memory());
    EXPECT_EQ(vectl.run({"create", "web", "--set", "physpages=1"}), 0);
    EXPECT_EQ(vectl.out.str(), "7\n");
    EXPECT_EQ(vectl.err.str(),
              "vectl: create web: physpages is only accounted: its bounds refuse nothing\n");
    EXPECT_EQ(vectl.requests->calls().size(), 1U) << "made and bounded in one request";
}

} // namespace
