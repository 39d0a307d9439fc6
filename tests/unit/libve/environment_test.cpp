// SPDX-License-Identifier: GPL-2.0-only

#include <libve/environment.hpp>
#include <libve/event.hpp>
#include <libve/transport.hpp>

#include <gtest/gtest.h>

#include <cerrno>

namespace {

using ve::Handle;

class GoodName : public testing::TestWithParam<const char*> {};

TEST_P(GoodName, is_a_handle)
{
    EXPECT_TRUE(ve::check_name(GetParam()));
    const auto handle = Handle::parse(GetParam());
    ASSERT_TRUE(handle);
    EXPECT_FALSE(handle->id());
    ASSERT_TRUE(handle->name());
    EXPECT_EQ(*handle->name(), GetParam());
    EXPECT_EQ(handle->to_string(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Handle, GoodName,
    testing::Values("a", "_", "web", "Web-1", "a_b.c:d@e-f", "_9",
                    "x23456789012345678901234567890123456789012345678901234567890123"));

class BadName : public testing::TestWithParam<const char*> {};

TEST_P(BadName, is_refused_with_a_reason)
{
    EXPECT_FALSE(ve::check_name(GetParam()));
    const auto handle = Handle::parse(GetParam());
    ASSERT_FALSE(handle);
    EXPECT_EQ(handle.error().code, EINVAL);
    EXPECT_FALSE(handle.error().sentence.empty());
    EXPECT_EQ(handle.error().attribute, "name");
}

INSTANTIATE_TEST_SUITE_P(
    Handle, BadName,
    testing::Values("", "1a", "-a", ".a", "@", "a b", "a/b", "a\n", "\xc3\xa4", "a\xc3\xa4", "+1",
                    "-1", "1 ", " 1", "0x1",
                    "x234567890123456789012345678901234567890123456789012345678901234"));

TEST(Handle, of_digits_is_an_id)
{
    EXPECT_EQ(Handle::parse("1")->id(), 1u);
    EXPECT_EQ(Handle::parse("007")->id(), 7u);
    EXPECT_EQ(Handle::parse("2147483647")->id(), ve::id_max);
    EXPECT_EQ(Handle::parse("101")->name(), nullptr);
    EXPECT_EQ(Handle::parse("007")->to_string(), "7");
}

TEST(Handle, of_an_environment_has_both)
{
    const Handle handle(ve::Environment{7, "web", {}, 0, {}});

    EXPECT_EQ(handle.id(), 7u);
    ASSERT_NE(handle.name(), nullptr);
    EXPECT_EQ(*handle.name(), "web");
    EXPECT_EQ(handle.to_string(), "web");
}

TEST(Handle, out_of_range_is_refused)
{
    for (const char* id : {"0", "2147483648", "4294967296", "99999999999999999999999"}) {
        const auto handle = Handle::parse(id);
        ASSERT_FALSE(handle) << id;
        EXPECT_EQ(handle.error().code, ERANGE);
        EXPECT_EQ(handle.error().attribute, "id");
    }
}

TEST(Handle, of_a_digit_name_names_nothing)
{
    EXPECT_FALSE(ve::check_name("101"));
}

TEST(Resource, names_lead_there_and_back)
{
    for (const auto& row : ve::resources()) {
        EXPECT_EQ(ve::to_string(row.resource), row.name);
        ASSERT_TRUE(ve::parse_resource(row.name));
        EXPECT_EQ(*ve::parse_resource(row.name), row.resource);
        EXPECT_EQ(ve::find_resource(row.resource), &row);
        EXPECT_FALSE(row.summary.empty());
    }
    EXPECT_EQ(ve::find_resource(ve::Resource::numproc)->unit, ve::Unit::items);
}

TEST(Resource, unknown_ones_have_a_number)
{
    const auto unknown = static_cast<ve::Resource>(25);

    EXPECT_EQ(ve::to_string(unknown), "resource25");
    EXPECT_EQ(ve::find_resource(unknown), nullptr);
    EXPECT_EQ(ve::parse_resource("resource25").error().code, EINVAL);
    EXPECT_EQ(ve::parse_resource("").error().code, EINVAL);
}

TEST(Names, of_enumerators_are_those_of_the_specification)
{
    EXPECT_EQ(ve::to_string(ve::State::empty), "empty");
    EXPECT_EQ(ve::to_string(ve::State::running), "running");
    EXPECT_EQ(ve::to_string(ve::State::killing), "killing");
    EXPECT_EQ(ve::to_string(static_cast<ve::State>(9)), "unknown");
    EXPECT_EQ(ve::to_string(ve::Severity::barrier), "barrier");
    EXPECT_EQ(ve::to_string(ve::Severity::limit), "limit");
    EXPECT_EQ(ve::to_string(ve::Severity::force), "force");
    EXPECT_EQ(ve::to_string(ve::Command::get), "get");
    EXPECT_EQ(ve::to_string(ve::Command::member_get), "member-get");
    EXPECT_EQ(ve::to_string(ve::Command::refused_ntf), "refused-ntf");
    EXPECT_EQ(ve::to_string(ve::Command::refusal_get), "refusal-get");
    EXPECT_EQ(ve::to_string(ve::Command::history_get), "history-get");
    EXPECT_EQ(ve::to_string(static_cast<ve::Command>(200)), "unknown");
    EXPECT_EQ(ve::to_string(ve::Backend::libnl), "libnl");
    EXPECT_EQ(ve::to_string(ve::Backend::libmnl), "libmnl");
    EXPECT_EQ(ve::name_of(ve::Created{}), "created");
    EXPECT_EQ(ve::name_of(ve::Refused{}), "refused");
    EXPECT_EQ(ve::name_of(ve::Lost{}), "lost");
}

TEST(Environment, finds_a_resource)
{
    const ve::Environment environment{1, "a", ve::State::empty, 0, {{ve::Resource::numproc, 5}}};

    ASSERT_NE(environment.find(ve::Resource::numproc), nullptr);
    EXPECT_EQ(environment.find(ve::Resource::numproc)->held, 5u);
    EXPECT_EQ(environment.find(static_cast<ve::Resource>(6)), nullptr);
}

} // namespace
