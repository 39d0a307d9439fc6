// SPDX-License-Identifier: GPL-2.0-only
//
// What "vectl why" asks of the kernel, and what it makes of the answers.
#include "harness.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <ctime>

namespace {

using namespace vectl;
using vectl::test::environment;
using vectl::test::Harness;
using vectl::test::past;
using vectl::test::refusal;
using vectl::test::refused;

using Environments = std::vector<ve::Environment>;
using Members = std::vector<ve::Member>;
using Refusals = std::vector<ve::Refusal>;
using History = std::vector<ve::Past>;

class Why : public testing::Test {
  protected:
    void SetUp() override
    {
        setenv("TZ", "UTC", 1);
        tzset();
    }

    // The ids of those whose refusals were asked for.
    std::vector<ve::Id> asked() const
    {
        std::vector<ve::Id> ids;
        for (const auto& call : vectl.requests->calls())
            if (call.command == ve::Command::refusal_get)
                ids.push_back(call.parameters.id.value());
        return ids;
    }

    Harness vectl;
};

TEST_F(Why, ListsWhatWasRefusedToAVe)
{
    auto firm = refused(4711, 3, 12);
    firm.severity = ve::Severity::limit;
    firm.comm = "a\tb";
    vectl.requests->answer(environment(3, "web", 1, 5));
    vectl.requests->answer(Refusals{refused(), firm});

    EXPECT_EQ(vectl.run({"why", "web"}), 0) << vectl.err.str();
    EXPECT_EQ(vectl.out.str(),
              "TIME                     VE   RESOURCE  ASKED  HELD  BOUND            TIMES   PID  "
              "COMMAND\n"
              "2024-01-02 03:04:05.006  web  numproc       1     5  barrier 5            1    42  "
              "sh\n"
              "2024-01-02 03:04:08.006  web  numproc       1     5  limit unlimited     12  4711  "
              "a\\tb\n");
    EXPECT_EQ(asked(), std::vector<ve::Id>{3});
}

TEST_F(Why, SaysSoIfNothingWas)
{
    vectl.requests->answer(environment(3, "web", 1, 5));
    vectl.requests->answer(Refusals{});

    EXPECT_EQ(vectl.run({"why", "web"}), 1);
    EXPECT_EQ(vectl.out.str(), "nothing is known to have been refused to VE web\n");
    EXPECT_EQ(vectl.err.str(), "");
}

TEST_F(Why, JsonOfNothingIsAnEmptyArray)
{
    vectl.requests->answer(environment(3, "web", 1, 5));
    vectl.requests->answer(Refusals{});

    EXPECT_EQ(vectl.run({"why", "web", "--json"}), 1);
    EXPECT_EQ(nlohmann::json::parse(vectl.out.str()), nlohmann::json::array());
}

TEST_F(Why, OfALiveProcessLooksInItsVeAlone)
{
    vectl.requests->answer(Environments{environment(1, "db", 1, 1), environment(3, "web", 1, 5)});
    vectl.requests->answer(Members{{1, 41, 1, false, "sh"}});
    vectl.requests->answer(Members{{3, 42, 1, false, "sh"}});
    vectl.requests->answer(Refusals{refused(43), refused(42, 1), refused(42, 2)});

    EXPECT_EQ(vectl.run({"why", "42", "--json"}), 0) << vectl.err.str();
    const auto array = nlohmann::json::parse(vectl.out.str());
    ASSERT_EQ(array.size(), 2U);
    EXPECT_EQ(array[0]["pid"], 42);
    EXPECT_EQ(array[0]["ve"], "web");
    EXPECT_EQ(array[1]["time"], "2024-01-02T03:04:07.006Z");
    EXPECT_EQ(asked(), std::vector<ve::Id>{3});
}

TEST_F(Why, OfADeadProcessLooksEverywhere)
{
    vectl.requests->answer(Environments{environment(1, "db", 0, 0), environment(3, "web", 0, 0)});
    vectl.requests->answer(Members{});
    vectl.requests->answer(Members{});
    vectl.requests->answer(Refusals{refused(42, 9)});
    vectl.requests->answer(Refusals{refused(42, 5)});
    auto gone = past(3, "web");
    gone.refusals = {refused(42, 5), refused(42, 7), refused(41, 8)};
    vectl.requests->answer(History{gone});

    EXPECT_EQ(vectl.run({"why", "42", "--json"}), 0) << vectl.err.str();
    const auto array = nlohmann::json::parse(vectl.out.str());
    ASSERT_EQ(array.size(), 3U) << "one was seen twice";
    EXPECT_EQ(array[0]["ve"], "web");
    EXPECT_EQ(array[0]["gone"], false);
    EXPECT_EQ(array[1]["gone"], true);
    EXPECT_EQ(array[2]["ve"], "db") << "the newest is the last, whosever it is";
}

TEST_F(Why, OfAProcessPassesOverVesThatHaveGoneMeanwhile)
{
    vectl.requests->answer(Environments{environment(1, "db", 0, 0), environment(3, "web", 0, 0)});
    vectl.requests->refuse(refusal(ENOENT, "no such VE"));
    vectl.requests->answer(Members{});
    vectl.requests->refuse(refusal(ENOENT, "no such VE"));
    vectl.requests->answer(Refusals{refused()});
    vectl.requests->answer(History{});

    EXPECT_EQ(vectl.run({"why", "42"}), 0) << vectl.err.str();
}

TEST_F(Why, OfAProcessDoesWithoutAHistoryInsideAVe)
{
    vectl.requests->answer(Environments{environment(3, "web", 0, 0)});
    vectl.requests->answer(Members{});
    vectl.requests->answer(Refusals{refused()});
    vectl.requests->refuse(refusal(EPERM, "a member of a VE sees no other"));

    EXPECT_EQ(vectl.run({"why", "42"}), 0) << vectl.err.str();
}

TEST_F(Why, OfAVeThatIsGoneIsOfTheLastOfThatName)
{
    auto older = past(3, "web");
    auto newer = past(4, "web");
    older.refusals = {refused(41)};
    newer.refusals = {refused(42)};
    vectl.requests->refuse(refusal(ENOENT, "no such VE"));
    vectl.requests->answer(History{older, newer, past(5, "db")});

    EXPECT_EQ(vectl.run({"why", "web"}), 0) << vectl.err.str();
    EXPECT_NE(vectl.out.str().find("web (gone)"), std::string::npos) << vectl.out.str();
    EXPECT_NE(vectl.out.str().find(" 42 "), std::string::npos) << vectl.out.str();
    EXPECT_EQ(vectl.out.str().find(" 41 "), std::string::npos) << vectl.out.str();
}

TEST_F(Why, WithoutANameIsOfTheOwnVe)
{
    vectl.requests->answer(environment(3, "web", 1, 5));
    vectl.requests->answer(Refusals{refused()});
    EXPECT_EQ(vectl.run({"why"}), 0);
    EXPECT_EQ(vectl.requests->calls()[0].parameters, ve::Parameters());

    Harness outside;
    outside.requests->refuse(refusal(EINVAL, "an id or a name is needed"));
    outside.requests->refuse(refusal(EINVAL, "an id or a name is needed"));
    EXPECT_EQ(outside.run({"why"}), 1);
    EXPECT_NE(outside.err.str().find("in no VE"), std::string::npos) << outside.err.str();
}

TEST_F(Why, OfNoSuchVeFails)
{
    vectl.requests->refuse(refusal(ENOENT, "no such VE"));
    vectl.requests->answer(History{past(5, "db")});
    EXPECT_EQ(vectl.run({"why", "web"}), 1);
    EXPECT_EQ(vectl.err.str().find("vectl: why web: no such VE (ENOENT)"), 0U) << vectl.err.str();
}

} // namespace
