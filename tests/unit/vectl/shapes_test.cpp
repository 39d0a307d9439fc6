// SPDX-License-Identifier: GPL-2.0-only
#include "harness.hpp"
#include "shapes.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <sstream>

namespace {

using vectl::Clock;
using vectl::Detail;
using vectl::Json;
using vectl::MemberRow;
using vectl::shape;

const ve::Counter full{ve::Resource::numproc, 5, 5, 5, ve::unlimited, 2};
const ve::Environment web{7, "web", ve::State::running, 3, {full}};

// 2024-01-02 03:04:05.006 UTC
const auto moment = Clock::from_time_t(1704164645) + std::chrono::milliseconds(6);

TEST(EnvironmentShape, IsTheDocumentedOne)
{
    EXPECT_EQ(
        shape(web, Detail::full).dump(),
        R"({"id":7,"name":"web","state":"running","members":3,"watching":false,"resources":{"numproc":)"
        R"({"held":5,"maxheld":5,"barrier":5,"limit":null,"failcnt":2}}})");
    EXPECT_EQ(shape(web, Detail::brief).dump(),
              R"({"id":7,"name":"web","state":"running","members":3,"watching":false})");
}

TEST(EnvironmentShape, NothingCountedIsAnEmptyObject)
{
    ve::Environment bare = web;
    bare.resources.clear();
    EXPECT_EQ(shape(bare, Detail::full)["resources"].dump(), "{}");
}

TEST(EnvironmentShape, KeepsLargeNumbersExact)
{
    ve::Environment large = web;
    large.resources[0].barrier = ve::unlimited - 1;
    large.resources[0].failcnt = 18446744073709551615U;
    const auto text = shape(large, Detail::full).dump();
    EXPECT_NE(text.find("9223372036854775806"), std::string::npos) << text;
    EXPECT_NE(text.find("18446744073709551615"), std::string::npos) << text;
}

TEST(MemberShape, WithDetails)
{
    const MemberRow row{
        "web", {7, 42, 2, false, "sleep"}, vectl::ProcessDetails{1, 0, 'S', "sleep 10"}};
    EXPECT_EQ(shape(row).dump(),
              R"({"ve":"web","veid":7,"pid":42,"ppid":1,"user":"root","threads":2,"state":"S",)"
              R"("entering":false,"comm":"sleep","command":"sleep 10"})");
}

TEST(MemberShape, WithoutDetails)
{
    const MemberRow row{"web", {7, 42, 1, true, "sleep"}, {}};
    EXPECT_EQ(shape(row).dump(),
              R"({"ve":"web","veid":7,"pid":42,"ppid":null,"user":null,"threads":1,"state":null,)"
              R"("entering":true,"comm":"sleep","command":null})");
    EXPECT_EQ(vectl::command_text(row), "[sleep]");
}

TEST(RefusalShape, IsTheDocumentedOne)
{
    vectl::RefusalRow row{"web", 7, false, vectl::test::refused(42, 2, 3)};
    EXPECT_EQ(
        shape(row).dump(),
        R"({"time":"2024-01-02T03:04:07.006Z","first":"2024-01-02T03:04:05.006Z",)"
        R"("times":3,"ve":"web","veid":7,"gone":false,"resource":"numproc","held":5,"maxheld":5,)"
        R"("barrier":5,"limit":null,"failcnt":3,"severity":"barrier","asked":1,)"
        R"("pid":42,"comm":"sh"})");

    row.refusal.pid.reset();
    EXPECT_TRUE(shape(row)["pid"].is_null());
    EXPECT_TRUE(shape(row)["comm"].is_null());
}

TEST(PastShape, IsTheDocumentedOne)
{
    auto past = vectl::test::past(7, "web");
    EXPECT_EQ(shape(past).dump(),
              R"({"id":7,"name":"web","created":"2024-01-02T03:04:05.006Z",)"
              R"("destroyed":"2024-01-03T04:04:05.006Z","lifetime_ns":90000000000001,)"
              R"("cpu_ns":1234567890,"resources":{"numproc":{"held":0,"maxheld":5,"barrier":5,)"
              R"("limit":null,"failcnt":2}},"refusals":[]})");

    past.refusals = {vectl::test::refused()};
    EXPECT_EQ(shape(past)["refusals"][0]["ve"], "web");
    EXPECT_EQ(shape(past)["refusals"][0]["gone"], true);
}

TEST(EventShape, OfEachKind)
{
    const std::string time = R"({"time":"2024-01-02T03:04:05.006Z",)";
    const std::string rest = R"("id":7,"name":"web")";

    EXPECT_EQ(shape(ve::Created{7, "web"}, moment).dump(),
              time + R"("event":"created",)" + rest + "}");
    EXPECT_EQ(shape(ve::Destroyed{7, "web"}, moment).dump(),
              time + R"("event":"destroyed",)" + rest + "}");
    EXPECT_EQ(shape(ve::Empty{7, "web"}, moment).dump(), time + R"("event":"empty",)" + rest + "}");
    EXPECT_EQ(shape(ve::Lost{}, moment).dump(), time + R"("event":"lost"})");
    EXPECT_EQ(shape(ve::Attached{7, "web", 42, "sh"}, moment).dump(),
              time + R"("event":"attached",)" + rest + R"(,"pid":42,"comm":"sh"})");
    EXPECT_EQ(shape(ve::Changed{7, "web", {full}}, moment).dump(),
              time + R"("event":"changed",)" + rest +
                  R"(,"resources":{"numproc":{"held":5,"maxheld":5,"barrier":5,"limit":null,)"
                  R"("failcnt":2}}})");
}

TEST(EventShape, OfARefusal)
{
    const ve::Refused refused{7, "web", full, ve::Severity::barrier, 1, 42, "sh", 3};
    EXPECT_EQ(shape(refused, moment).dump(),
              R"({"time":"2024-01-02T03:04:05.006Z","event":"refused","id":7,"name":"web",)"
              R"("resource":"numproc","held":5,"maxheld":5,"barrier":5,"limit":null,"failcnt":2,)"
              R"("severity":"barrier","asked":1,"pid":42,"comm":"sh","left_out":3})");
}

TEST(EventShape, OfARefusalThatNoProcessAskedFor)
{
    const ve::Refused refused{7, "web", full, ve::Severity::barrier, 1, {}, "", 0};
    const auto object = shape(refused, moment);
    EXPECT_TRUE(object["pid"].is_null());
    EXPECT_TRUE(object["comm"].is_null());
    EXPECT_EQ(object["asked"], 1);
    EXPECT_EQ(object["severity"], "barrier");
}

TEST(EventShape, OfLeftOutRefusals)
{
    ve::Refused closing{7, "web", full, {}, 0, {}, "", 1000};
    const auto object = shape(closing, moment);
    EXPECT_TRUE(object["pid"].is_null());
    EXPECT_TRUE(object["comm"].is_null());
    EXPECT_TRUE(object["asked"].is_null());
    EXPECT_TRUE(object["severity"].is_null());
    EXPECT_EQ(object["left_out"], 1000);
}

class EventLine : public testing::Test {
  protected:
    void SetUp() override
    {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

TEST_F(EventLine, OfEachKind)
{
    EXPECT_EQ(vectl::line(ve::Created{7, "web"}, moment),
              "2024-01-02 03:04:05.006  created    web (7)");
    EXPECT_EQ(vectl::line(ve::Changed{7, "web", {full}}, moment),
              "2024-01-02 03:04:05.006  changed    web (7)  numproc=5:unlimited");
    EXPECT_EQ(vectl::line(ve::Attached{7, "web", 42, "sh"}, moment),
              "2024-01-02 03:04:05.006  attached   web (7)  42 (sh)");
    EXPECT_EQ(vectl::line(ve::Lost{}, moment),
              "2024-01-02 03:04:05.006  lost       events were dropped: they came faster than they "
              "were read");
}

TEST_F(EventLine, OfRefusals)
{
    ve::Refused refused{7, "web", full, ve::Severity::barrier, 1, 42, "sh", 0};
    const std::string start = "2024-01-02 03:04:05.006  refused    web (7)  numproc: ";
    const std::string numbers = "1 asked by 42 (sh), held 5, barrier 5, limit unlimited";
    EXPECT_EQ(vectl::line(refused, moment), start + numbers);
    refused.left_out = 9;
    EXPECT_EQ(vectl::line(refused, moment), start + numbers + "; 9 more refusals were left out");
    refused.pid.reset();
    EXPECT_EQ(vectl::line(refused, moment),
              start + "1 asked, held 5, barrier 5, limit unlimited; 9 more refusals were left out")
        << "no process did";
    refused.severity.reset();
    EXPECT_EQ(vectl::line(refused, moment), start + "9 more refusals were left out");
}

TEST_F(EventLine, IsOneLineWhateverTheProcessIsCalled)
{
    const auto text = vectl::line(ve::Attached{7, "web", 42, "a\n\033[2J"}, moment);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_EQ(text.find('\033'), std::string::npos);
}

TEST(Print, SurvivesBytesThatAreNoText)
{
    std::ostringstream out;
    const auto object = shape(ve::Attached{7, "web", 42, "\xff\xfe\"\n\033"}, moment);
    vectl::print_line(out, object);
    EXPECT_EQ(out.str().find('\n'), out.str().size() - 1);
    EXPECT_TRUE(Json::accept(out.str()));
}

TEST(ColourOf, EveryState)
{
    EXPECT_EQ(vectl::colour_of(ve::State::running), vectl::Colour::good);
    EXPECT_EQ(vectl::colour_of(static_cast<ve::State>(99)), vectl::Colour::none);
}

} // namespace
