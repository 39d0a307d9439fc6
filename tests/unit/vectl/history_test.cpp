// SPDX-License-Identifier: GPL-2.0-only
//
// What "vectl history" prints.
#include "harness.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <ctime>

namespace {

using namespace vectl;
using vectl::test::Harness;
using vectl::test::past;
using vectl::test::refusal;

class History : public testing::Test {
  protected:
    void SetUp() override
    {
        setenv("TZ", "UTC", 1);
        tzset();
    }

    // The names printed, in order.
    std::vector<std::string> names(const Words& words)
    {
        Harness vectl;
        vectl.requests->answer(std::vector{past(1, "web"), past(2, "db"), past(3, "web")});
        EXPECT_EQ(vectl.run(words), 0) << vectl.err.str();
        std::vector<std::string> all;
        for (const auto& one : nlohmann::json::parse(vectl.out.str()))
            all.push_back(one["name"].get<std::string>() + std::to_string(one["id"].get<int>()));
        return all;
    }
};

TEST_F(History, Table)
{
    Harness vectl;
    auto calm = past(12, "db");
    calm.resources[0].failcnt = 0;
    auto failed = past(3, "web");
    failed.resources.push_back({ve::Resource::numfile, 0, 9, 9, 9, 11});
    vectl.requests->answer(std::vector{calm, failed});

    EXPECT_EQ(vectl.run({"history"}), 0) << vectl.err.str();
    EXPECT_EQ(vectl.out.str(),
              "ID  NAME  DESTROYED                      LIFETIME        CPU  FAILED\n"
              "12  db    2024-01-03 04:04:05.006  1-01:00:00.000  00:01.234  -\n"
              " 3  web   2024-01-03 04:04:05.006  1-01:00:00.000  00:01.234  numproc 2, numfile "
              "11\n");
}

TEST_F(History, OfNameOrIdOrTheLastOnes)
{
    using Names = std::vector<std::string>;

    EXPECT_EQ(names({"history", "--json"}), (Names{"web1", "db2", "web3"}));
    EXPECT_EQ(names({"history", "web", "--json"}), (Names{"web1", "web3"}));
    EXPECT_EQ(names({"history", "2", "--json"}), (Names{"db2"}));
    EXPECT_EQ(names({"history", "--count", "2", "--json"}), (Names{"db2", "web3"}));
    EXPECT_EQ(names({"history", "--count", "7", "--json"}), (Names{"web1", "db2", "web3"}));
    EXPECT_EQ(names({"history", "web", "--count", "1", "--json"}), (Names{"web3"}));
    EXPECT_EQ(names({"history", "nobody", "--json"}), Names{});
}

TEST_F(History, IsNotForMembers)
{
    Harness vectl;
    vectl.requests->refuse(refusal(EPERM, "a member of a VE sees no other"));
    vectl.requests->answer(vectl::test::environment(3, "web", 1, 1)); // to own()

    EXPECT_EQ(vectl.run({"history"}), 1);
    EXPECT_NE(vectl.err.str().find("sees no other"), std::string::npos) << vectl.err.str();
}

} // namespace
