// SPDX-License-Identifier: GPL-2.0-only
#include "arguments.hpp"
#include "usage_error.hpp"

#include <gtest/gtest.h>

namespace po = boost::program_options;

namespace {

using vectl::Arguments;
using vectl::parse_handle;
using vectl::parse_number;
using vectl::parse_seconds;
using vectl::UsageError;
using vectl::Words;

po::options_description some_options()
{
    po::options_description all;
    all.add_options()("flag", "")("one,o", po::value<std::string>(), "")("many", po::value<Words>(),
                                                                         "");
    return all;
}

Arguments parsed(const Words& words)
{
    return Arguments(words, some_options(), {"NAME...", 1, 3});
}

TEST(Arguments, OptionsMayStandAnywhere)
{
    const auto arguments =
        parsed({"a", "--one", "1", "b", "--flag", "--many=x", "c", "--many", "y"});
    EXPECT_EQ(arguments.operands(), (Words{"a", "b", "c"}));
    EXPECT_EQ(arguments.value("one"), "1");
    EXPECT_EQ(arguments.values("many"), (Words{"x", "y"}));
    EXPECT_TRUE(arguments.has("flag"));
}

TEST(Arguments, ShortFormsOfAnOption)
{
    EXPECT_EQ(parsed({"a", "-o1"}).value("one"), "1");
    EXPECT_EQ(parsed({"a", "-o", "1"}).value("one"), "1");
}

TEST(Arguments, DashesEndTheOptions)
{
    EXPECT_EQ(parsed({"--", "--flag", "-o"}).operands(), (Words{"--flag", "-o"}));
}

TEST(Arguments, CountsOperands)
{
    EXPECT_THROW(parsed({}), UsageError);
    EXPECT_THROW(parsed({"--flag"}), UsageError);
    EXPECT_THROW(parsed({"1", "2", "3", "4"}), UsageError);
    EXPECT_EQ(parsed({""}).operands(), (Words{""})); // empty, but there
}

TEST(Arguments, RefusesWrongOptions)
{
    EXPECT_THROW(parsed({"a", "--one"}), po::error);
    EXPECT_THROW(parsed({"a", "--one", "1", "--one", "2"}), po::error);
    EXPECT_THROW(parsed({"a", "--flag=1"}), po::error);
    EXPECT_THROW(parsed({"a", "--fla"}), po::error); // no guessing
    EXPECT_THROW(parsed({"a", "-x"}), po::error);
    EXPECT_THROW(parsed({"a", "--operand", "b"}), UsageError);
    EXPECT_THROW(parsed({"--operand=b"}), UsageError);
    EXPECT_THROW(parsed({"a", "-5"}), po::error);
}

TEST(Arguments, SuggestsTheNearestOption)
{
    try {
        parsed({"a", "--mony", "1"});
        FAIL();
    } catch (const UsageError& error) {
        EXPECT_STREQ(error.what(), "unknown option '--mony' (did you mean '--many'?)");
    }
}

TEST(Number, TakesTheRange)
{
    EXPECT_EQ(parse_number("1", "an id", 1, ve::id_max), 1U);
    EXPECT_EQ(parse_number("2147483647", "an id", 1, ve::id_max), 2147483647U);
    for (const char* text : {"", "0", "2147483648", "-1", "+1", " 1", "1 ", "1x", "0x1", "1.0",
                             "4294967297", "99999999999999999999"})
        EXPECT_THROW(parse_number(text, "an id", 1, ve::id_max), UsageError) << text;
}

TEST(Seconds, AreMillisecondsRoundedUp)
{
    EXPECT_EQ(parse_seconds("0"), 0U);
    EXPECT_EQ(parse_seconds("0.0"), 0U);
    EXPECT_EQ(parse_seconds("2"), 2000U);
    EXPECT_EQ(parse_seconds("1.5"), 1500U);
    EXPECT_EQ(parse_seconds(".25"), 250U);
    EXPECT_EQ(parse_seconds("0.0001"), 1U);
    EXPECT_EQ(parse_seconds("4294967"), 4294967000U);
}

TEST(Seconds, RefusesWhatIsNoTime)
{
    for (const char* text : {"", "-1", "+1", "inf", "nan", "1e9", "0x10", "1s", "1,5", " 1", ".",
                             "1..2", "4294968", "99999999999999999999999999999999999"})
        EXPECT_THROW(parse_seconds(text), UsageError) << text;
    EXPECT_THROW(parse_seconds(std::string(100000, '9')), UsageError);
}

TEST(Handle, IsNameOrId)
{
    EXPECT_EQ(parse_handle("web").name() ? *parse_handle("web").name() : "", "web");
    EXPECT_EQ(parse_handle("12").id(), 12U);
    EXPECT_EQ(parse_handle("_a.b:c@d-e").to_string(), "_a.b:c@d-e");
    EXPECT_EQ(parse_handle(std::string(63, 'x')).to_string().size(), 63U);
}

TEST(Handle, RefusesWhatNamesNoVe)
{
    for (const char* text :
         {"", "0", "2147483648", "99999999999999999999", "1a", "-", "a b", "a/b", "ä", "a\n", "."})
        EXPECT_THROW(parse_handle(text), UsageError) << text;
    EXPECT_THROW(parse_handle(std::string(64, 'x')), UsageError);
    EXPECT_THROW(parse_handle(std::string_view("a\0b", 3)), UsageError);
}

} // namespace
