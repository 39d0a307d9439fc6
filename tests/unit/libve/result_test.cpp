// SPDX-License-Identifier: GPL-2.0-only

#include <libve/result.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>

namespace {

using ve::err;
using ve::Error;
using ve::Result;

Result<int> half(int number)
{
    if (number % 2 != 0)
        return err(EINVAL, "odd", "number");
    return number / 2;
}

Result<> check(bool good)
{
    if (!good)
        return err(EPERM);
    return {};
}

TEST(Result, holds_a_value)
{
    const auto result = half(8);

    ASSERT_TRUE(result);
    EXPECT_TRUE(result.has_value());
    EXPECT_EQ(*result, 4);
    EXPECT_EQ(result.value(), 4);
    EXPECT_EQ(half(8).value_or(1), 4);
}

TEST(Result, holds_an_error)
{
    const auto result = half(7);

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, EINVAL);
    EXPECT_EQ(result.error().sentence, "odd");
    EXPECT_EQ(result.error().attribute, "number");
    EXPECT_EQ(half(7).value_or(1), 1);
}

TEST(Result, throws_when_a_value_is_taken_that_is_not_there)
{
    EXPECT_THROW((void)half(7).value(), ve::BadResultAccess);
    EXPECT_THROW(check(false).value(), ve::BadResultAccess);
    EXPECT_NO_THROW(check(true).value());
}

TEST(Result, holds_what_can_only_be_moved)
{
    Result<std::unique_ptr<int>> result(std::make_unique<int>(5));

    EXPECT_EQ(**result, 5);
    const std::unique_ptr<int> taken = *std::move(result);
    EXPECT_EQ(*taken, 5);
}

TEST(Result, converts_what_converts_to_its_value)
{
    const Result<std::string> result = "text";

    EXPECT_EQ(result->size(), 4u);
}

TEST(Result, goes_on_or_stops)
{
    EXPECT_EQ(*half(8).and_then(half), 2);
    EXPECT_EQ(half(6).and_then(half).error().code, EINVAL);
    EXPECT_EQ(*half(8).transform([](int n) { return std::to_string(n); }), "4");
    EXPECT_FALSE(half(7).transform([](int n) { return n; }));
    EXPECT_EQ(*check(true).and_then([] { return half(2); }), 1);
    EXPECT_EQ(check(false).and_then([] { return half(2); }).error().code, EPERM);
}

TEST(Error, prefers_the_sentence)
{
    EXPECT_EQ((Error{EEXIST, "the name is taken", "name", {}}).what(),
              "the name is taken (EEXIST, name)");
}

TEST(Error, falls_back_on_the_text_of_errno)
{
    EXPECT_EQ((Error{ENOENT, {}, {}, {}}).what(), "No such file or directory (ENOENT)");
    EXPECT_EQ((Error{99999, {}, {}, {}}).what(), "unknown error (errno 99999)");
}

TEST(Error, tells_its_context_from_the_outside_in)
{
    EXPECT_EQ((Error{EPERM, "no", {}, {}}).with("set bounds").with("VE web").what(),
              "VE web: set bounds: no (EPERM)");
}

} // namespace
