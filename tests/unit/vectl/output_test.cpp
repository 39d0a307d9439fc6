// SPDX-License-Identifier: GPL-2.0-only
#include "nearest.hpp"
#include "output.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using vectl::Align;
using vectl::Cell;
using vectl::Colour;
using vectl::printable;
using vectl::Table;
using vectl::wants_colour;

std::string printed(const Table& table, bool coloured = false)
{
    std::ostringstream out;
    table.print(out, coloured);
    return out.str();
}

TEST(Table, AlignsWordsLeftAndNumbersRight)
{
    Table table({{"ID", Align::right}, {"NAME"}, {"MEMBERS", Align::right}});
    table.add({"1", "web", "12"});
    table.add({"1000", "database", "3"});
    EXPECT_EQ(printed(table), "  ID  NAME      MEMBERS\n"
                              "   1  web            12\n"
                              "1000  database        3\n");
}

TEST(Table, TitlesStandAboveNothing)
{
    EXPECT_EQ(printed(Table({{"ID", Align::right}, {"NAME"}})), "ID  NAME\n");
}

TEST(Table, WithoutTitlesTheyTakeNoRoom)
{
    Table table({{"LONG TITLE"}, {"N", Align::right}});
    table.add({"x", "1"});
    table.add({"yy", "10"});
    std::ostringstream out;
    table.print(out, false, false);
    EXPECT_EQ(out.str(), "x    1\nyy  10\n");
}

TEST(Table, LinesDoNotEndInSpaces)
{
    Table table({{"A"}, {"LONG TITLE"}, {"C"}});
    table.add({"long word", "x", ""});
    EXPECT_EQ(printed(table), "A          LONG TITLE  C\n"
                              "long word  x\n");
}

TEST(Table, ColourTakesNoRoom)
{
    Table table({{"STATE"}, {"N", Align::right}});
    table.add({Cell("running", Colour::good), Cell("7", Colour::bad)});
    table.add({"empty", "12"});
    EXPECT_EQ(printed(table, true), "STATE     N\n"
                                    "\033[32mrunning\033[0m   \033[31m7\033[0m\n"
                                    "empty    12\n");
    EXPECT_EQ(printed(table, false).find('\033'), std::string::npos);
}

TEST(Table, CountsCharactersNotBytes)
{
    Table table({{"WHO"}, {"X"}});
    table.add({"Zoë", "1"});
    table.add({"abc", "2"});
    EXPECT_EQ(printed(table), "WHO  X\nZoë  1\nabc  2\n");
}

TEST(Printable, LeavesTextAlone)
{
    EXPECT_EQ(printable("sleep 1000 ' \" \\"), "sleep 1000 ' \" \\");
    EXPECT_EQ(printable("Zoë 東京 🙂"), "Zoë 東京 🙂");
}

TEST(Printable, DisarmsControlCharacters)
{
    EXPECT_EQ(printable("a\033[2Jb"), "a\\x1b[2Jb");
    EXPECT_EQ(printable("a\nb\tc\rd\x7f"), "a\\nb\\tc\\x0dd\\x7f");
    EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "\\xc2\\x9b31m"); // CSI as one character
}

TEST(Printable, DisarmsBrokenUtf8)
{
    EXPECT_EQ(printable("\xff"), "\\xff");
    EXPECT_EQ(printable("\xe2\x82"), "\\xe2\\x82");
    EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80");
    EXPECT_EQ(printable("\x9b"
                        "m"),
              "\\x9bm");
    EXPECT_EQ(printable("\xe2(\xa1"), "\\xe2(\\xa1");
}

TEST(WantsColour, OnTerminalsOnlyAndUnlessAskedNotTo)
{
    EXPECT_TRUE(wants_colour(true, nullptr, "xterm"));
    EXPECT_TRUE(wants_colour(true, "", "xterm"));
    EXPECT_FALSE(wants_colour(false, nullptr, "xterm"));
    EXPECT_FALSE(wants_colour(true, "1", "xterm"));
    EXPECT_FALSE(wants_colour(true, "0", "xterm"));
    EXPECT_FALSE(wants_colour(true, nullptr, "dumb"));
    EXPECT_FALSE(wants_colour(true, nullptr, nullptr));
}

TEST(Nearest, CountsEdits)
{
    EXPECT_EQ(vectl::edit_distance("", ""), 0U);
    EXPECT_EQ(vectl::edit_distance("list", ""), 4U);
    EXPECT_EQ(vectl::edit_distance("", "list"), 4U);
    EXPECT_EQ(vectl::edit_distance("lsit", "list"), 1U); // neighbours swapped
    EXPECT_EQ(vectl::edit_distance("lst", "list"), 1U);
    EXPECT_EQ(vectl::edit_distance("kitten", "sitting"), 3U);
}

TEST(Nearest, FindsWhatWasMeantOrNothing)
{
    const std::vector<std::string> known = {"create", "destroy", "list", "show", "set", "ps"};
    EXPECT_EQ(vectl::nearest("crate", known), "create");
    EXPECT_EQ(vectl::nearest("destory", known), "destroy");
    EXPECT_EQ(vectl::nearest("lsit", known), "list");
    EXPECT_EQ(vectl::nearest("frobnicate", known), std::nullopt);
    EXPECT_EQ(vectl::nearest("", known), std::nullopt);
    EXPECT_EQ(vectl::nearest(std::string(100000, 'x'), known), std::nullopt);
    EXPECT_EQ(vectl::suggestion("shwo", known), " (did you mean 'show'?)");
    EXPECT_EQ(vectl::suggestion("zzzz", known), "");
}

TEST(Duration, ShowsWhatThereIsOf)
{
    using namespace std::chrono_literals;
    using vectl::duration_text;

    EXPECT_EQ(duration_text(0ns), "00:00.000");
    EXPECT_EQ(duration_text(999999ns), "00:00.000");
    EXPECT_EQ(duration_text(61007ms), "01:01.007");
    EXPECT_EQ(duration_text(3600s), "01:00:00.000");
    EXPECT_EQ(duration_text(24h + 5min), "1-00:05:00.000");
    EXPECT_EQ(duration_text(100h + 59s + 10ms), "4-04:00:59.010");
    EXPECT_EQ(duration_text(std::chrono::nanoseconds::min()), "00:00.000");
}

} // namespace
