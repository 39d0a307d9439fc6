// SPDX-License-Identifier: GPL-2.0-only
#include "amount.hpp"
#include "usage_error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using vectl::Amount;
using vectl::parse_amount;
using vectl::UsageError;

const auto items = vectl::measure_of(ve::Unit::items, 4096);
const auto bytes = vectl::measure_of(ve::Unit::bytes, 4096);
const auto pages = vectl::measure_of(ve::Unit::pages, 4096);

std::string refusal_of(std::string_view text, const vectl::Measure& measure)
{
    try {
        parse_amount(text, measure);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Amount, WithoutSuffixIsInTheUnit)
{
    for (const auto& measure : {items, bytes, pages})
        EXPECT_EQ(parse_amount("240", measure).value, 240U);
    EXPECT_EQ(parse_amount("007", items).value, 7U);
    EXPECT_EQ(parse_amount("0", items).value, 0U);
}

TEST(Amount, SuffixesAreBytesWhateverTheUnit)
{
    EXPECT_EQ(parse_amount("3K", bytes).value, 3072U);
    EXPECT_EQ(parse_amount("3m", bytes).value, 3U << 20);
    EXPECT_EQ(parse_amount("3G", bytes).value, 3ULL << 30);
    EXPECT_EQ(parse_amount("3t", bytes).value, 3ULL << 40);
    EXPECT_EQ(parse_amount("3P", bytes).value, 12288U);
    EXPECT_EQ(parse_amount("3b", bytes).value, 3U);
    EXPECT_EQ(parse_amount("1G", pages).value, 262144U);
    EXPECT_EQ(parse_amount("3p", pages).value, 3U);
    EXPECT_EQ(parse_amount("8191B", pages).value, 1U);
}

TEST(Amount, FractionsAreRoundedDown)
{
    EXPECT_EQ(parse_amount("1.5G", bytes).value, 3ULL << 29);
    EXPECT_EQ(parse_amount("1.9999", bytes).value, 1U);
    EXPECT_EQ(parse_amount("0.1K", bytes).value, 102U);
    EXPECT_EQ(parse_amount("0.7P", pages).value, 0U);
    EXPECT_EQ(parse_amount("0.3333333333333333333T", bytes).value, 366503875925U);
    EXPECT_EQ(parse_amount("1." + std::string(100000, '9') + "K", bytes).value, 2047U);
}

TEST(Amount, ItemsTakeNoSuffix)
{
    for (const char* text : {"1K", "1B", "1P", "1.5m"})
        EXPECT_NE(refusal_of(text, items).find("suffix"), std::string::npos) << text;
}

TEST(Amount, MoreThanTheLargestIsCappedAndTold)
{
    EXPECT_EQ(parse_amount("unlimited", pages).value, ve::unlimited);
    EXPECT_FALSE(parse_amount("unlimited", pages).capped);
    EXPECT_FALSE(parse_amount("9223372036854775807", bytes).capped);
    for (const char* text : {"9223372036854775808", "18446744073709551615", "18446744073709551616",
                             "99999999999999999999999999999999999999999999"}) {
        EXPECT_EQ(parse_amount(text, items).value, ve::unlimited) << text;
        EXPECT_TRUE(parse_amount(text, items).capped) << text;
    }
    EXPECT_TRUE(parse_amount(std::string(1000000, '9'), items).capped);
}

TEST(Amount, OverflowByASuffixIsRefused)
{
    EXPECT_EQ(parse_amount("8388607T", bytes).value, 8388607ULL << 40);
    EXPECT_EQ(parse_amount("16777216T", pages).value, 1ULL << 52); // no bytes, but pages
    for (const char* text : {"8388608T", "2251799813685248P", "18446744073709551616B",
                             "99999999999999999999999999999T"})
        EXPECT_NE(refusal_of(text, bytes).find("overflows"), std::string::npos) << text;
    EXPECT_NE(refusal_of("9223372036854775808P", pages).find("overflows"), std::string::npos);
    EXPECT_NE(refusal_of(std::string(1000000, '9') + "T", pages).find("overflows"),
              std::string::npos);
}

TEST(Amount, RefusesWhatIsNone)
{
    for (const char* text :
         {"",   "-1",  "+1",    " 1",   "1 ",        "0x10",       "1e3", "K", "1KB", "1KK", ".5G",
          "5.", "5.K", "1.2.3", "1,5G", "Unlimited", "unlimitedK", "1\n", "١", "nan", "inf"})
        EXPECT_NE(refusal_of(text, bytes).find("no amount"), std::string::npos) << text;
    EXPECT_THROW(parse_amount(std::string_view("1\0", 2), bytes), UsageError);
    EXPECT_LT(refusal_of(std::string(100000, 'x'), bytes).size(), 200U);
}

} // namespace
