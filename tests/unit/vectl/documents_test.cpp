// SPDX-License-Identifier: GPL-2.0-only
//
// The manual and the completions know what the program knows.
#include "capabilities.hpp"
#include "commands.hpp"
#include "signals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

namespace {

using namespace vectl;

// As a reader sees it: "\-" of roff is a dash.
std::string text_of(const std::string& path)
{
    std::ifstream file(std::string(VECTL_TOOLS_DIR) + "/" + path);
    EXPECT_TRUE(file) << path;
    std::stringstream text;
    text << file.rdbuf();
    return std::regex_replace(text.str(), std::regex(R"(\\-)"), "-");
}

bool has_word(const std::string& text, const std::string& word)
{
    return std::regex_search(text, std::regex("(^|[^A-Za-z0-9_-])" + word + "($|[^A-Za-z0-9_-])"));
}

class Document : public testing::TestWithParam<const char*> {};

TEST_P(Document, KnowsEveryCommandAndOption)
{
    const auto text = text_of(GetParam());
    const bool is_fish = std::string(GetParam()).find(".fish") != std::string::npos;

    for (const auto* command : commands()) {
        EXPECT_TRUE(has_word(text, command->name)) << command->name;
        const auto options = command->options();
        for (const auto& option : options.options()) {
            const auto name = (is_fish ? "-l " : "--") + option->long_name();
            EXPECT_NE(text.find(name), std::string::npos) << command->name << " " << name;
        }
    }
    for (const char* option : {"json", "help", "version"})
        EXPECT_NE(text.find((is_fish ? "-l " : "--") + std::string(option)), std::string::npos);
}

TEST_P(Document, KnowsEveryResource)
{
    const auto text = text_of(GetParam());
    for (const auto& row : ve::resources())
        EXPECT_TRUE(has_word(text, std::string(row.name))) << row.name;
}

INSTANTIATE_TEST_SUITE_P(All, Document,
                         testing::Values("man/vectl.8", "completion/vectl.bash",
                                         "completion/_vectl", "completion/vectl.fish"));

TEST(Manual, ListsEveryCapabilityAsTheTableHasIt)
{
    const auto manual = text_of("man/vectl.8");
    const auto dropped = manual.find("Capabilities dropped");
    const auto kept = manual.find("Capabilities kept");
    ASSERT_NE(dropped, std::string::npos);
    ASSERT_NE(kept, std::string::npos);
    ASSERT_LT(dropped, kept);

    for (const auto& row : capabilities()) {
        std::string name = std::string("CAP_") + row.name;
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        const auto entry = manual.find(".B " + name + "\n", dropped);
        ASSERT_NE(entry, std::string::npos) << name;
        EXPECT_EQ(entry > kept, row.kept) << name;
    }
}

TEST(TableOfResources, HasARowForEachInItsUnit)
{
    const auto table = text_of("../../Documentation/admin-guide/ve-resources.rst");
    std::size_t before = 0;
    for (const auto& row : ve::resources()) {
        const auto at = table.find("   * - ``" + std::string(row.name) + "``\n     - " +
                                   std::string(ve::to_string(row.unit)) + "\n");
        ASSERT_NE(at, std::string::npos) << row.name;
        EXPECT_GT(at, before) << row.name << " is not in its place";
        before = at;
    }
}

TEST(Manual, ListsTheExitStatuses)
{
    const auto manual = text_of("man/vectl.8");
    for (const int status : {status_ok, status_failed, status_usage, status_timeout,
                             status_exec_failed, status_not_executable, status_not_found})
        EXPECT_NE(manual.find(".B " + std::to_string(status) + "\n"), std::string::npos) << status;
}

} // namespace
