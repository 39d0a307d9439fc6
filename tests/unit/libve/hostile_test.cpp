// SPDX-License-Identifier: GPL-2.0-only
//
// Bytes no kernel should send.

#include "codec.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>
#include <linux/ve.h>

#include <cerrno>

namespace {

using samples::attribute;
using samples::attribute_of_length;
using samples::Buffer;
using samples::number;
using samples::operator+;
using samples::text;

ve::Result<ve::Environment> read_environment(const Buffer& bytes)
{
    // A copy of just this size: an address sanitizer sees every step beyond it.
    const Buffer exact(bytes.begin(), bytes.end());
    ve::Environment environment;

    if (auto done = ve::codec::decode(exact, environment); !done)
        return err(std::move(done).error());
    return environment;
}

void expect_malformed(const Buffer& bytes, std::string_view attribute_at_fault = {})
{
    const auto read = read_environment(bytes);

    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, EBADMSG);
    EXPECT_FALSE(read.error().sentence.empty());
    EXPECT_EQ(read.error().attribute, attribute_at_fault);
}

Buffer good()
{
    return ve::codec::encode(samples::environment());
}

TEST(Hostile, a_message_cut_anywhere_is_refused)
{
    const Buffer whole = good();

    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto read =
            read_environment({whole.begin(), whole.begin() + static_cast<long>(size)});
        // Between two attributes at the end, what is there may be all there is.
        if (read)
            EXPECT_TRUE(read->resources.empty()) << size;
        else
            EXPECT_EQ(read.error().code, EBADMSG) << size;
    }
}

TEST(Hostile, lengths_that_cannot_be_are_refused)
{
    for (const unsigned length : {0u, 1u, 2u, 3u, 13u, 255u, 65535u})
        expect_malformed(good() + attribute_of_length(VE_A_MEMBERS, length, number(1u)));
}

TEST(Hostile, a_nest_that_leads_out_of_its_bounds_is_refused)
{
    const Buffer inner = attribute_of_length(VE_A_RESOURCE_ID, 100, number(5u));

    expect_malformed(good() + attribute(VE_A_RESOURCE, inner) + Buffer(200));
    expect_malformed(good() + attribute_of_length(VE_A_RESOURCE, 200, inner));
    expect_malformed(good() + attribute(VE_A_RESOURCE, Buffer(3)));
}

TEST(Hostile, numbers_of_another_size_are_refused)
{
    expect_malformed(good() + attribute(VE_A_ID, {}), "id");
    expect_malformed(good() + attribute(VE_A_ID, Buffer(2)), "id");
    expect_malformed(good() + attribute(VE_A_STATE, Buffer(8)), "state");
    expect_malformed(good() + attribute(VE_A_MEMBERS, Buffer(5)), "members");
    expect_malformed(good() + attribute(VE_A_RESOURCE, attribute(VE_A_RESOURCE_HELD, Buffer(4))),
                     "resource.held");
    expect_malformed(good() + attribute(VE_A_RESOURCE, attribute(VE_A_RESOURCE_ID, text("text!"))),
                     "resource.id");
}

TEST(Hostile, what_is_missing_is_named)
{
    expect_malformed({}, "id");
    expect_malformed(attribute(VE_A_ID, number(7u)), "name");
    expect_malformed(attribute(VE_A_ID, number(7u)) + attribute(VE_A_NAME, text("a")), "state");
    expect_malformed(good() + attribute(VE_A_RESOURCE, {}), "resource.id");
    expect_malformed(good() + attribute(VE_A_RESOURCE, attribute(VE_A_RESOURCE_ID, number(5u))),
                     "resource.held");
}

TEST(Hostile, strings_end_with_their_attribute)
{
    const auto named = [](const Buffer& name) {
        return read_environment(good() + attribute(VE_A_NAME, name))->name;
    };

    EXPECT_EQ(named(text("four")), "four");
    EXPECT_EQ(named({}), "");
    EXPECT_EQ(named(text({"\0hidden", 7})), "");
    EXPECT_EQ(named(text({"a\0b\0", 4})), "a");
    EXPECT_EQ(named(text(std::string(3000, 'x'))), std::string(3000, 'x'));
}

TEST(Hostile, unknown_attributes_are_passed_over)
{
    const auto read = read_environment(attribute(0, {}) + attribute(17, Buffer(9)) + good() +
                                       attribute(64, {}) + attribute(16000, Buffer(1)) +
                                       attribute(VE_A_PAD, {}) + attribute(VE_A_COMM, text("x")));

    ASSERT_TRUE(read);
    EXPECT_EQ(*read, samples::environment());
}

TEST(Hostile, the_last_of_two_counts)
{
    EXPECT_EQ(read_environment(good() + attribute(VE_A_ID, number(9u)))->id, 9u);
}

TEST(Hostile, events_without_what_they_are_about_are_refused)
{
    for (const ve::Event& sent : samples::events()) {
        const auto encoded = ve::codec::encode(sent);
        const auto read = ve::codec::decode_event({encoded->command, {}});
        ASSERT_FALSE(read) << ve::name_of(sent);
        EXPECT_EQ(read.error().code, EBADMSG);
    }

    const Buffer named = attribute(VE_A_ID, number(7u)) + attribute(VE_A_NAME, text("a"));
    EXPECT_EQ(ve::codec::decode_event({ve::Command::refused_ntf, named}).error().attribute,
              "resource");
    EXPECT_EQ(ve::codec::decode_event({ve::Command::attached_ntf, named}).error().attribute, "pid");
}

TEST(Hostile, members_are_checked_too)
{
    ve::Member member;
    const Buffer bytes = ve::codec::encode(samples::member());

    EXPECT_EQ(ve::codec::decode(Buffer{}, member).error().attribute, "id");
    EXPECT_EQ(ve::codec::decode(bytes + attribute(VE_A_PID, Buffer(3)), member).error().attribute,
              "pid");
    EXPECT_EQ(ve::codec::decode(bytes + Buffer(2), member).error().code, EBADMSG);
}

TEST(Hostile, refusals_are_checked_too)
{
    const auto read = [](const Buffer& bytes) {
        const Buffer exact(bytes.begin(), bytes.end());
        ve::Refusal refusal;
        return ve::codec::decode(exact, refusal).error();
    };
    const Buffer whole = ve::codec::encode(samples::refusal());
    const auto with = [&](const Buffer& part) {
        const Buffer inside(whole.begin() + 4, whole.end());
        return attribute(VE_A_REFUSAL, inside + part);
    };

    EXPECT_EQ(read({}).attribute, "refusal");
    EXPECT_EQ(read(attribute(VE_A_REFUSAL, {})).attribute, "refusal.resource");
    EXPECT_EQ(read(whole + Buffer(2)).code, EBADMSG);
    EXPECT_EQ(read(with(attribute(VE_A_REFUSAL_PID, Buffer(8)))).attribute, "refusal.pid");
    EXPECT_EQ(read(with(attribute(VE_A_REFUSAL_FIRST, Buffer(4)))).attribute, "refusal.first");
    EXPECT_EQ(read(with(attribute(VE_A_REFUSAL_TIMES, {}))).attribute, "refusal.times");
    EXPECT_EQ(read(with(attribute(VE_A_REFUSAL_RESOURCE, {}))).attribute, "resource.id");
    EXPECT_EQ(read(with(attribute_of_length(VE_A_REFUSAL_COMM, 200, text("x")))).code, EBADMSG);
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(read({whole.begin(), whole.begin() + static_cast<long>(size)}).code, EBADMSG)
            << size;
}

TEST(Hostile, what_is_gone_is_checked_too)
{
    const auto read = [](const Buffer& bytes) {
        const Buffer exact(bytes.begin(), bytes.end());
        ve::Past past;
        const auto done = ve::codec::decode(exact, past);
        return done ? ve::Error() : done.error();
    };
    const Buffer whole = ve::codec::encode(samples::past());

    EXPECT_EQ(read(whole).code, 0);
    EXPECT_EQ(read({}).attribute, "id");
    EXPECT_EQ(read(whole + Buffer(2)).code, EBADMSG);
    EXPECT_EQ(read(whole + attribute(VE_A_CREATED, Buffer(4))).attribute, "created");
    EXPECT_EQ(read(whole + attribute(VE_A_CPU_TIME, {})).attribute, "cpu-time");
    EXPECT_EQ(read(whole + attribute(VE_A_REFUSAL, {})).attribute, "refusal.resource");
    EXPECT_EQ(read(whole + attribute(VE_A_RESOURCE, {})).attribute, "resource.id");
    EXPECT_EQ(read(whole + attribute_of_length(VE_A_REFUSAL, 4000, {})).code, EBADMSG);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto said = read({whole.begin(), whole.begin() + static_cast<long>(size)}).code;
        // Between two attributes at the end, what is there may be all there is.
        EXPECT_TRUE(said == EBADMSG || (said == 0 && size >= 64)) << size;
    }
}

TEST(Hostile, moments_beyond_all_clocks_are_kept_as_they_are)
{
    ve::Refusal sent = samples::refusal();
    ve::Refusal read;

    sent.first = ve::Time::min();
    sent.last = ve::Time::max();
    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(sent), read));
    EXPECT_EQ(read, sent);
}

TEST(Hostile, parameters_are_checked_too)
{
    EXPECT_EQ(ve::decode(attribute(VE_A_PID, Buffer(3))).error().attribute, "pid");
    EXPECT_EQ(ve::decode(attribute(VE_A_TIMEOUT, Buffer(8))).error().attribute, "timeout");
    EXPECT_EQ(ve::decode(attribute(VE_A_RESOURCE, {})).error().attribute, "resource.id");
    EXPECT_EQ(ve::decode(Buffer(3)).error().code, EBADMSG);
}

} // namespace
