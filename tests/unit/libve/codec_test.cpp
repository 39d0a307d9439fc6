// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>
#include <linux/ve.h>

namespace {

using samples::attribute;
using samples::number;
using samples::operator+;
using samples::text;

TEST(Codec, environment_survives_the_trip)
{
    const auto bytes = ve::codec::encode(samples::environment());
    ve::Environment read{99, "old", ve::State::killing, 99, {{}, {}, {}}};

    ASSERT_TRUE(ve::codec::decode(bytes, read));
    EXPECT_EQ(read, samples::environment());
}

TEST(Codec, environment_is_what_the_kernel_sends)
{
    const auto bytes = attribute(VE_A_ID, number(7u)) + attribute(VE_A_NAME, text({"web\0", 4})) +
                       attribute(VE_A_STATE, number(1u)) + attribute(VE_A_MEMBERS, number(2u));
    ve::Environment read;

    ASSERT_TRUE(ve::codec::decode(bytes, read));
    EXPECT_EQ(read, (ve::Environment{7, "web", ve::State::running, 2, {}}));
}

TEST(Codec, environment_keeps_states_and_resources_of_a_newer_kernel)
{
    ve::Environment sent = samples::environment();
    ve::Environment read;

    sent.state = static_cast<ve::State>(17);
    sent.resources.push_back({static_cast<ve::Resource>(4000), 1, 2, 3, 4, 5});
    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(sent), read));
    EXPECT_EQ(read, sent);
}

TEST(Codec, largest_numbers_survive_the_trip)
{
    const auto most = std::numeric_limits<std::uint64_t>::max();
    const ve::Environment sent{
        ve::id_max,
        std::string(ve::name_max, 'x'),
        ve::State::empty,
        0xffffffff,
        {{ve::Resource::numproc, most, most, ve::unlimited, ve::unlimited, most}}};
    ve::Environment read;

    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(sent), read));
    EXPECT_EQ(read, sent);
}

TEST(Codec, member_survives_the_trip)
{
    ve::Member read{0, 0, 0, false, "old"};

    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(samples::member()), read));
    EXPECT_EQ(read, samples::member());

    ve::Member settled = samples::member();
    settled.entering = false;
    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(settled), read));
    EXPECT_EQ(read, settled);
}

TEST(Codec, refusal_survives_the_trip)
{
    ve::Refusal read;

    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(samples::refusal()), read));
    EXPECT_EQ(read, samples::refusal());

    // Nothing of the one before is left.
    ve::Refusal nobodys = samples::refusal();
    nobodys.pid.reset();
    nobodys.comm.clear();
    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(nobodys), read));
    EXPECT_EQ(read, nobodys);
}

TEST(Codec, refusal_is_what_the_kernel_sends)
{
    const auto large = [](unsigned type, std::uint64_t value) {
        return attribute(type, number(value));
    };
    const auto counter = attribute(VE_A_RESOURCE_ID, number(5u)) + large(VE_A_RESOURCE_HELD, 1) +
                         large(VE_A_RESOURCE_MAXHELD, 2) + large(VE_A_RESOURCE_BARRIER, 3) +
                         large(VE_A_RESOURCE_LIMIT, 4) + large(VE_A_RESOURCE_FAILCNT, 5);
    const auto bytes =
        attribute(VE_A_ID, number(7u)) + attribute(VE_A_NAME, text({"web\0", 4})) +
        attribute(VE_A_REFUSAL | 0x8000,
                  attribute(VE_A_REFUSAL_RESOURCE | 0x8000, counter) +
                      attribute(VE_A_REFUSAL_SEVERITY, number(1u)) + large(VE_A_REFUSAL_ASKED, 6) +
                      large(VE_A_REFUSAL_TIMES, 7) + large(VE_A_REFUSAL_FIRST, 8) +
                      large(VE_A_REFUSAL_LAST, 9) + attribute(VE_A_REFUSAL_PID, number(10u)) +
                      attribute(VE_A_REFUSAL_COMM, text({"sh\0", 3})));
    const auto at = [](int nanoseconds) { return ve::Time(std::chrono::nanoseconds(nanoseconds)); };
    ve::Refusal read;

    ASSERT_TRUE(ve::codec::decode(bytes, read));
    EXPECT_EQ(read, (ve::Refusal{{ve::Resource::numproc, 1, 2, 3, 4, 5},
                                 ve::Severity::limit,
                                 6,
                                 10,
                                 "sh",
                                 7,
                                 at(8),
                                 at(9)}));
    EXPECT_EQ(read.bound(), 4u);
}

TEST(Codec, what_is_gone_survives_the_trip)
{
    ve::Past read = samples::past();

    // Nothing of the one before is left.
    read.resources.resize(3);
    read.refusals.resize(5);
    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(samples::past()), read));
    EXPECT_EQ(read, samples::past());
    EXPECT_EQ(read.find(ve::Resource::numproc)->maxheld, 17u);
    EXPECT_EQ(read.find(ve::Resource::numfile), nullptr);
}

TEST(Codec, what_is_gone_is_what_the_kernel_sends)
{
    const auto large = [](unsigned type, std::uint64_t value) {
        return attribute(type, number(value));
    };
    const auto bytes = attribute(VE_A_ID, number(7u)) + attribute(VE_A_NAME, text({"web\0", 4})) +
                       large(VE_A_CREATED, 1) + large(VE_A_DESTROYED, 2) + large(VE_A_LIFETIME, 3) +
                       large(VE_A_CPU_TIME, 4);
    const std::chrono::nanoseconds one(1);
    ve::Past read;

    ASSERT_TRUE(ve::codec::decode(bytes, read));
    EXPECT_EQ(read,
              (ve::Past{7, "web", ve::Time(one), ve::Time(2 * one), 3 * one, 4 * one, {}, {}}));
}

TEST(Codec, each_event_survives_the_trip)
{
    for (const ve::Event& sent : samples::events()) {
        const auto encoded = ve::codec::encode(sent);
        ASSERT_TRUE(encoded);
        const auto read = ve::codec::decode_event({encoded->command, encoded->attributes});
        ASSERT_TRUE(read) << read.error().what();
        ASSERT_TRUE(*read);
        EXPECT_EQ(**read, sent) << ve::name_of(sent);
    }
}

TEST(Codec, loss_of_events_has_no_bytes)
{
    EXPECT_FALSE(ve::codec::encode(ve::Event(ve::Lost{})));
}

TEST(Codec, commands_that_are_no_events_are_passed_over)
{
    for (const int command : {0, 1, 7, 14, 15, 255}) {
        const auto read = ve::codec::decode_event({static_cast<ve::Command>(command), {}});
        ASSERT_TRUE(read) << command;
        EXPECT_FALSE(*read) << command;
    }
}

TEST(Codec, parameters_survive_the_trip)
{
    const auto read = ve::decode(ve::encode(samples::parameters()));

    ASSERT_TRUE(read);
    EXPECT_EQ(*read, samples::parameters());
    EXPECT_EQ(*ve::decode(ve::encode(ve::Parameters{})), ve::Parameters{});
    EXPECT_TRUE(ve::encode(ve::Parameters{}).empty());
}

TEST(Codec, parameters_become_what_the_kernel_reads)
{
    ve::Parameters set;

    set.name = "web";
    set.bounds = {{ve::Resource::numproc, 5, std::nullopt}};
    EXPECT_EQ(ve::encode(set),
              attribute(VE_A_NAME, text({"web\0", 4})) +
                  attribute(VE_A_RESOURCE | 0x8000,
                            attribute(VE_A_RESOURCE_ID, number(5u)) +
                                attribute(VE_A_RESOURCE_BARRIER, number(std::uint64_t{5}))));
}

TEST(Codec, attributes_have_their_names_of_the_specification)
{
    EXPECT_EQ(ve::codec::attribute_name(VE_A_ID), "id");
    EXPECT_EQ(ve::codec::attribute_name(VE_A_LEFT_OUT), "left-out");
    EXPECT_EQ(ve::codec::attribute_name(VE_A_PIDFD), "pidfd");
    EXPECT_EQ(ve::codec::attribute_name(0), "");
    EXPECT_EQ(ve::codec::attribute_name(60000), "");
    EXPECT_EQ(ve::codec::resource_attribute_name(VE_A_RESOURCE_FAILCNT), "resource.failcnt");
    EXPECT_EQ(ve::codec::resource_attribute_name(99), "");
    EXPECT_EQ(ve::codec::attribute_name(VE_A_REFUSAL), "refusal");
    EXPECT_EQ(ve::codec::attribute_name(VE_A_CPU_TIME), "cpu-time");
    EXPECT_EQ(ve::codec::refusal_attribute_name(VE_A_REFUSAL_LAST), "refusal.last");
    EXPECT_EQ(ve::codec::refusal_attribute_name(99), "");
}

} // namespace
