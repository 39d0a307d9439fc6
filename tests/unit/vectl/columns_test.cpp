// SPDX-License-Identifier: GPL-2.0-only
#include "columns.hpp"
#include "harness.hpp"
#include "usage_error.hpp"

#include <gtest/gtest.h>

namespace {

using vectl::Json;
using vectl::ListColumn;
using vectl::parse_columns;
using vectl::parse_order;
using vectl::UsageError;
using vectl::test::environment;

std::vector<std::string> names(const std::vector<ListColumn>& columns)
{
    std::vector<std::string> all;
    for (const auto& column : columns)
        all.push_back(column.name());
    return all;
}

std::vector<ve::Id> sorted(std::vector<ve::Environment> all, std::string_view order)
{
    std::vector<ve::Id> ids;
    vectl::sort(all, parse_order(order));
    for (const auto& one : all)
        ids.push_back(one.id);
    return ids;
}

using Ids = std::vector<ve::Id>;

TEST(Columns, EveryResourceWithEverySuffix)
{
    EXPECT_EQ(names(parse_columns("id,name,state,members")),
              (std::vector<std::string>{"id", "name", "state", "members"}));
    for (const auto& row : ve::resources())
        for (const char* suffix : {"", ".m", ".b", ".l", ".f"})
            EXPECT_NO_THROW(ListColumn::parse(std::string(row.name) + suffix));
}

TEST(Columns, RefusesUnknownOnesAndListsWhatThereIs)
{
    for (const char* text : {"", ",", "id,", ",id", "id,,name", "numproc.", "numproc.x",
                             "numproc.mm", "numproc.m.f", ".m", "ID", "id.m", "name ", "-id"})
        EXPECT_THROW(parse_columns(text), UsageError) << text;
    EXPECT_THROW(parse_columns("id,name,id"), UsageError);
    EXPECT_THROW(parse_columns(std::string(100000, 'x')), UsageError);
    try {
        parse_columns("id,numporc.f");
        FAIL();
    } catch (const UsageError& error) {
        const std::string what = error.what();
        EXPECT_NE(what.find("unknown column 'numporc.f' (did you mean 'numproc.f'?)"),
                  std::string::npos)
            << what;
        for (const char* known : {"id", "members", ".f", "swappages"})
            EXPECT_NE(what.find(known, what.find("known: ")), std::string::npos) << known;
    }
}

TEST(Columns, CellsAndJson)
{
    const auto web = environment(3, "web", 2, 4); // barrier 5, no limit, failcnt 2

    const struct {
        const char* column;
        const char* text;
        Json json;
    } rows[] = {
        {"id", "3", 3},
        {"name", "web", "web"},
        {"state", "running", "running"},
        {"members", "2", 2},
        {"numproc", "4", 4},
        {"numproc.m", "4", 4},
        {"numproc.b", "5", 5},
        {"numproc.l", "unlimited", nullptr},
        {"numproc.f", "2", 2},
        {"numfile", "-", nullptr},
        {"numfile.b", "-", nullptr},
    };

    for (const auto& row : rows) {
        EXPECT_EQ(ListColumn::parse(row.column).cell(web).text, row.text) << row.column;
        EXPECT_EQ(ListColumn::parse(row.column).json(web), row.json) << row.column;
    }
    EXPECT_EQ(ListColumn::parse("numproc.f").title().title, "NUMPROC.F");
}

TEST(Order, NumbersAsNumbersAndTiesById)
{
    const std::vector<ve::Environment> all = {environment(1, "b", 0, 10), environment(2, "c", 1, 9),
                                              environment(3, "a", 1, 10)};
    EXPECT_EQ(sorted(all, "numproc"), (Ids{2, 1, 3}));
    EXPECT_EQ(sorted(all, "-numproc"), (Ids{1, 3, 2}));
    EXPECT_EQ(sorted(all, "name"), (Ids{3, 1, 2}));
    EXPECT_EQ(sorted(all, "-name"), (Ids{2, 1, 3}));
    EXPECT_EQ(sorted(all, "-id"), (Ids{3, 2, 1}));
    EXPECT_EQ(sorted(all, "state"), (Ids{1, 2, 3})); // empty, running, running
    EXPECT_EQ(sorted({all[2], all[0]}, "numproc"), (Ids{1, 3}));
}

TEST(Order, UnlimitedIsLargestAndWhatIsNotToldIsLast)
{
    std::vector<ve::Environment> all = {environment(1, "a", 0, 0), environment(2, "b", 0, 0),
                                        environment(3, "c", 0, 0)};
    all[0].resources[0].limit = ve::unlimited;
    all[1].resources.clear();
    all[2].resources[0].limit = 1000000;
    EXPECT_EQ(sorted(all, "numproc.l"), (Ids{3, 1, 2}));
    EXPECT_EQ(sorted(all, "-numproc.l"), (Ids{1, 3, 2}));
    EXPECT_EQ(sorted(all, "-numfile"), (Ids{1, 2, 3}));
}

TEST(Order, RefusesWhatIsNoColumn)
{
    for (const char* text : {"", "-", "--id", "id,name", "+id"})
        EXPECT_THROW(parse_order(text), UsageError) << text;
}

} // namespace
