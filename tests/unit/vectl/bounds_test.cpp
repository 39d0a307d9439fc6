// SPDX-License-Identifier: GPL-2.0-only
#include "bounds.hpp"
#include "usage_error.hpp"

#include <gtest/gtest.h>

namespace {

using vectl::parse_bound;
using vectl::parse_bounds;
using vectl::parse_size;
using vectl::UsageError;

std::string refusal_of(const std::string& text)
{
    try {
        parse_bounds({text});
    } catch (const UsageError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Size, TakesDigits)
{
    EXPECT_EQ(parse_size("0"), 0U);
    EXPECT_EQ(parse_size("007"), 7U);
    EXPECT_EQ(parse_size("4096"), 4096U);
}

TEST(Size, TakesSuffixesOf1024)
{
    EXPECT_EQ(parse_size("1K"), 1024U);
    EXPECT_EQ(parse_size("3m"), 3U << 20);
    EXPECT_EQ(parse_size("2G"), 2ULL << 30);
    EXPECT_EQ(parse_size("5T"), 5ULL << 40);
    EXPECT_EQ(parse_size("0T"), 0U);
}

TEST(Size, KnowsUnlimitedAsWordAndNumber)
{
    EXPECT_EQ(parse_size("unlimited"), ve::unlimited);
    EXPECT_EQ(parse_size("9223372036854775807"), ve::unlimited);
    EXPECT_EQ(vectl::bound_text(parse_size("unlimited")), "unlimited");
    EXPECT_EQ(vectl::bound_text(9223372036854775806U), "9223372036854775806");
}

TEST(Size, RefusesOverflow)
{
    EXPECT_EQ(parse_size("8388607T"), 8388607ULL << 40);
    EXPECT_THROW(parse_size("8388608T"), UsageError);
    EXPECT_THROW(parse_size("9223372036854775808"), UsageError);
    EXPECT_THROW(parse_size("18446744073709551615"), UsageError);
    EXPECT_THROW(parse_size("18446744073709551616"), UsageError);
    EXPECT_THROW(parse_size("99999999999999999999999999999999K"), UsageError);
    EXPECT_THROW(parse_size(std::string(100000, '9')), UsageError);
}

TEST(Size, RefusesWhatIsNoSize)
{
    for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x10", "1.5G", "K", "1KB", "1KK", "1e3",
                             "Unlimited", "unlimitedK", "unlim", "1\n", "١"})
        EXPECT_THROW(parse_size(text), UsageError) << text;
    EXPECT_THROW(parse_size(std::string_view("1\0", 2)), UsageError);
}

TEST(Bound, OneNumberSetsBoth)
{
    const auto bound = parse_bound("numproc=2K");
    EXPECT_EQ(bound.resource, ve::Resource::numproc);
    EXPECT_EQ(bound.barrier, 2048U);
    EXPECT_EQ(bound.limit, 2048U);
}

TEST(Bound, TwoNumbers)
{
    const auto bound = parse_bound("numproc=80:unlimited");
    EXPECT_EQ(bound.barrier, 80U);
    EXPECT_EQ(bound.limit, ve::unlimited);
}

TEST(Bound, OneSideAloneKeepsTheOther)
{
    EXPECT_EQ(parse_bound("numproc=80:"), (ve::Bound{ve::Resource::numproc, 80, {}}));
    EXPECT_EQ(parse_bound("numproc=:90"), (ve::Bound{ve::Resource::numproc, {}, 90}));
}

TEST(Bound, EqualBoundsAreFine)
{
    EXPECT_EQ(parse_bound("numproc=5:5"), (ve::Bound{ve::Resource::numproc, 5, 5}));
}

TEST(Bound, BarrierAboveLimitNamesBoth)
{
    EXPECT_EQ(refusal_of("numproc=5:3"), "numproc: the barrier (5) is above the limit (3)");
    EXPECT_EQ(refusal_of("numproc=unlimited:3"),
              "numproc: the barrier (unlimited) is above the limit (3)");
}

TEST(Bound, UnknownResourceNamesTheKnownOnes)
{
    const auto refusal = refusal_of("numprocs=1");
    EXPECT_NE(refusal.find("unknown resource 'numprocs'"), std::string::npos) << refusal;
    EXPECT_NE(refusal.find("did you mean 'numproc'"), std::string::npos) << refusal;
    for (const auto& row : ve::resources())
        EXPECT_NE(refusal.find(row.name, refusal.find("known: ")), std::string::npos) << row.name;
}

TEST(Bound, RefusesWhatIsNoAssignment)
{
    for (const char* text : {"", "numproc", "=5", "numproc=", "numproc=:", "numproc=1:2:3",
                             "numproc=1::2", "numproc==1", "numproc=1:x", "numproc =1"})
        EXPECT_THROW(parse_bound(text), UsageError) << text;
}

TEST(Bounds, ResourceNamedTwice)
{
    EXPECT_THROW(parse_bounds({"numproc=1:", "numproc=:2"}), UsageError);
    EXPECT_TRUE(parse_bounds({}).empty());
}

} // namespace
