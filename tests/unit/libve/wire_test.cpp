// SPDX-License-Identifier: GPL-2.0-only

#include "samples.hpp"
#include "wire.hpp"

#include <gtest/gtest.h>

namespace {

using samples::attribute;
using samples::attribute_of_length;
using samples::Buffer;
using samples::number;
using samples::operator+;
using samples::text;
using ve::wire::Reader;
using ve::wire::Writer;

std::size_t count(const Buffer& bytes, bool& malformed)
{
    Reader reader(bytes);
    std::size_t found = 0;

    while (reader.next())
        ++found;
    malformed = reader.malformed();
    return found;
}

TEST(Writer, makes_what_the_kernel_would)
{
    Writer out;

    out.u32(1, 7);
    out.u64(2, 8);
    out.string(3, "web");
    out.string(4, "four");
    out.flag(5);
    out.nest(6, [&] { out.u32(1, 9); });
    EXPECT_EQ(std::move(out).take(),
              attribute(1, number(7u)) + attribute(2, number(std::uint64_t{8})) +
                  attribute(3, text({"web\0", 4})) + attribute(4, text({"four\0", 5})) +
                  attribute(5, {}) + attribute(6 | 0x8000, attribute(1, number(9u))));
}

TEST(Writer, cuts_what_no_attribute_can_hold)
{
    Writer out;

    out.string(1, std::string(70000, 'x'));
    const auto bytes = std::move(out).take();
    Reader reader(bytes);
    const auto only = reader.next();
    ASSERT_TRUE(only);
    EXPECT_EQ(only->string().size(), 65530u);
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.malformed());
}

TEST(Reader, walks_to_the_end)
{
    const Buffer bytes = attribute(1, number(7u)) + attribute(3, text("odd"));
    Reader reader(bytes);

    const auto first = reader.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->type, 1);
    EXPECT_EQ(first->offset, 0u);
    EXPECT_EQ(first->u32(), 7u);
    const auto second = reader.next();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->offset, 8u);
    EXPECT_EQ(second->string(), "odd");
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.malformed());
}

TEST(Reader, takes_the_flag_bits_off_a_type)
{
    const Buffer bytes = attribute(6 | 0xc000, {});

    EXPECT_EQ(Reader(bytes).next()->type, 6);
}

TEST(Reader, of_nothing_ends_at_once)
{
    bool malformed = true;

    EXPECT_EQ(count({}, malformed), 0u);
    EXPECT_FALSE(malformed);
}

TEST(Reader, does_without_the_last_padding)
{
    Buffer bytes = attribute(3, text("x"));
    bool malformed = true;

    bytes.resize(5);
    EXPECT_EQ(count(bytes, malformed), 1u);
    EXPECT_FALSE(malformed);
}

TEST(Reader, stops_at_a_length_that_cannot_be)
{
    // Zero, smaller than a header, one too long, far too long.
    for (const unsigned length : {0u, 1u, 3u, 9u, 65535u}) {
        bool malformed = false;
        EXPECT_EQ(count(attribute_of_length(1, length, number(7u)), malformed), 0u) << length;
        EXPECT_TRUE(malformed) << length;
    }
}

TEST(Reader, stops_at_a_header_that_breaks_off)
{
    const Buffer whole = attribute(1, number(7u));

    for (std::size_t extra = 1; extra < 4; ++extra) {
        bool malformed = false;
        EXPECT_EQ(count(whole + Buffer(extra), malformed), 1u);
        EXPECT_TRUE(malformed);
    }
}

TEST(Attribute, is_read_only_as_what_it_is)
{
    const Buffer three(3);
    const ve::wire::Attribute odd{1, 0, three};

    EXPECT_FALSE(odd.u32());
    EXPECT_FALSE(odd.u64());
    const Buffer eight(8);
    EXPECT_FALSE((ve::wire::Attribute{1, 0, eight}).u32());
    EXPECT_EQ((ve::wire::Attribute{1, 0, eight}).u64(), 0u);
    EXPECT_EQ((ve::wire::Attribute{1, 0, {}}).string(), "");
}

} // namespace
