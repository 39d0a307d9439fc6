// SPDX-License-Identifier: GPL-2.0-only
//
// Both backends in conversations that no kernel would have at a test's wish. What one of them makes
// of a conversation, the other has to make of it too.

#include "backends.hpp"
#include "samples.hpp"
#include "scripted_kernel.hpp"

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;
using samples::Buffer;
using samples::Ending;
using samples::operator+;
using ve::Backend;
using ve::Consistency;
using Script = std::vector<ScriptedKernel::Step>;

constexpr std::uint16_t family = GENL_ID_CTRL; // what the transports are opened for

template <class T>
Buffer raw(const T& value)
{
    const auto bytes = std::as_bytes(std::span(&value, 1));

    return {bytes.begin(), bytes.end()};
}

Buffer message(std::uint16_t type, std::uint32_t sequence, const Buffer& payload,
               unsigned flags = 0)
{
    nlmsghdr header{};

    header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + payload.size());
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(flags);
    header.nlmsg_seq = sequence;
    Buffer bytes = raw(header) + payload;
    bytes.resize(NLMSG_ALIGN(bytes.size()));
    return bytes;
}

// An answer with nothing in it but its command, by which it is known again.
Buffer data(std::uint32_t sequence, int command, unsigned flags = 0)
{
    const genlmsghdr genl{static_cast<std::uint8_t>(command), 1, 0};

    return message(family, sequence, raw(genl), flags);
}

Buffer end(std::uint32_t sequence, Ending ending, unsigned flags = 0)
{
    Buffer bytes = ending.bytes();
    nlmsghdr header;

    std::memcpy(&header, bytes.data(), sizeof(header));
    header.nlmsg_seq = sequence;
    header.nlmsg_flags |= static_cast<std::uint16_t>(flags);
    std::memcpy(bytes.data(), &header, sizeof(header));
    bytes.resize(NLMSG_ALIGN(bytes.size()));
    return bytes;
}

Buffer ack(std::uint32_t sequence)
{
    return end(sequence, {});
}

Buffer done(std::uint32_t sequence, int code = 0, unsigned flags = 0)
{
    return end(sequence, {.code = code, .done = true}, flags | NLM_F_MULTI);
}

class Conversation : public testing::TestWithParam<Backend> {
  protected:
    void SetUp() override
    {
        auto opened =
            GetParam() == Backend::libnl ? ve::open_libnl("nlctrl") : ve::open_libmnl("nlctrl");
        ASSERT_TRUE(opened) << opened.error().what();
        transport = *opened;
    }

    ve::Result<Consistency> exchange(Script script, bool dump = false)
    {
        ScriptedKernel kernel(std::move(script));

        seen.clear();
        auto result =
            transport->exchange({ve::Command::get, dump, {}}, [this](const ve::Message& m) {
                seen.push_back(static_cast<int>(m.command));
            });
        EXPECT_EQ(kernel.left(), 0u) << "some of the answer was not read";
        EXPECT_EQ(kernel.sent().size(), 1u);
        return result;
    }

    ve::Result<bool> receive(Script script)
    {
        ScriptedKernel kernel(std::move(script));

        seen.clear();
        return transport->receive(
            [this](const ve::Message& m) { seen.push_back(static_cast<int>(m.command)); }, 0ms);
    }

    std::shared_ptr<ve::Transport> transport;
    std::vector<int> seen;
};

using Seen = std::vector<int>;

TEST_P(Conversation, ends_with_the_acknowledgement)
{
    ASSERT_TRUE(exchange({[](auto s) { return data(s, 1); }, [](auto s) { return ack(s); }}));
    EXPECT_EQ(seen, Seen{1});
    ASSERT_TRUE(exchange({[](auto s) { return data(s, 1) + ack(s); }}));
    EXPECT_EQ(seen, Seen{1});
}

TEST_P(Conversation, of_a_dump_takes_as_many_parts_as_it_takes)
{
    const auto result =
        exchange({[](auto s) { return data(s, 1, NLM_F_MULTI) + data(s, 2, NLM_F_MULTI); },
                  [](auto s) { return data(s, 3, NLM_F_MULTI); }, [](auto s) { return done(s); }},
                 true);

    ASSERT_TRUE(result) << result.error().what();
    EXPECT_EQ(*result, Consistency::consistent);
    EXPECT_EQ(seen, (Seen{1, 2, 3}));
}

TEST_P(Conversation, asks_for_an_acknowledgement_or_for_a_dump)
{
    for (const bool dump : {false, true}) {
        ScriptedKernel kernel({[&](auto s) { return dump ? done(s) : ack(s); }});
        ASSERT_TRUE(transport->exchange({ve::Command::get, dump, samples::number(7u)},
                                        [](const ve::Message&) {}));
        nlmsghdr header;
        ASSERT_EQ(kernel.sent().at(0).size(), std::size_t{NLMSG_HDRLEN + GENL_HDRLEN + 4});
        std::memcpy(&header, kernel.sent().at(0).data(), sizeof(header));
        EXPECT_EQ(header.nlmsg_len, NLMSG_HDRLEN + GENL_HDRLEN + 4);
        EXPECT_EQ(header.nlmsg_type, family);
        EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | (dump ? NLM_F_DUMP : NLM_F_ACK));
    }
}

TEST_P(Conversation, is_read_to_its_end_when_interrupted)
{
    const unsigned flags = NLM_F_MULTI | NLM_F_DUMP_INTR;
    const auto result = exchange({[](auto s) { return data(s, 1, NLM_F_MULTI); },
                                  [=](auto s) { return data(s, 2, flags) + data(s, 3, flags); },
                                  [](auto s) { return data(s, 4, NLM_F_MULTI) + done(s); }},
                                 true);

    ASSERT_TRUE(result) << result.error().what();
    EXPECT_EQ(*result, Consistency::interrupted);
    EXPECT_EQ(seen, (Seen{1, 2, 3, 4}));
}

TEST_P(Conversation, is_interrupted_if_only_its_end_says_so)
{
    const auto result = exchange({[](auto s) { return data(s, 1, NLM_F_MULTI); },
                                  [](auto s) { return done(s, 0, NLM_F_DUMP_INTR); }},
                                 true);

    ASSERT_TRUE(result) << result.error().what();
    EXPECT_EQ(*result, Consistency::interrupted);

    const auto next = exchange({[](auto s) { return done(s); }}, true);
    ASSERT_TRUE(next);
    EXPECT_EQ(*next, Consistency::consistent);
}

TEST_P(Conversation, of_a_dump_may_end_in_a_refusal)
{
    const auto result = exchange(
        {[](auto s) { return data(s, 1, NLM_F_MULTI); },
         [](auto s) {
             const auto why = samples::attribute(NLMSGERR_ATTR_MSG, samples::text("in the middle"));
             return end(s, {.code = -EPERM, .done = true, .explanation = why}, NLM_F_MULTI);
         }},
        true);

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, EPERM);
    EXPECT_EQ(result.error().sentence, "in the middle");
}

TEST_P(Conversation, does_not_take_the_end_of_another_for_its_own)
{
    const auto result = exchange(
        {[](auto s) { return data(s - 1, 7) + ack(s - 1); },
         [](auto s) { return end(s + 1, {.code = -EPERM}); },
         [](auto s) { return data(s - 1, 8, NLM_F_MULTI | NLM_F_DUMP_INTR) + done(s - 1); },
         [](auto s) { return data(s, 1) + ack(s); }});

    ASSERT_TRUE(result) << result.error().what();
    EXPECT_EQ(*result, Consistency::consistent);
    EXPECT_EQ(seen, Seen{1});
}

TEST_P(Conversation, passes_over_messages_of_others)
{
    ASSERT_TRUE(exchange({[](auto s) { return message(NLMSG_NOOP, s, {}) + data(s, 1); },
                          [](auto s) { return message(family + 5, s, Buffer(4)) + ack(s); }}));
    EXPECT_EQ(seen, Seen{1});
}

TEST_P(Conversation, is_not_disturbed_by_signals)
{
    ASSERT_TRUE(exchange(
        {EINTR, [](auto s) { return data(s, 1); }, EINTR, EINTR, [](auto s) { return ack(s); }}));
    EXPECT_EQ(seen, Seen{1});
}

TEST_P(Conversation, does_not_wait_for_ever)
{
    const auto result = exchange({EAGAIN});

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ETIMEDOUT);
    EXPECT_FALSE(result.error().sentence.empty());
    EXPECT_TRUE(exchange({[](auto s) { return ack(s - 1); }, [](auto s) { return ack(s); }}));
}

TEST_P(Conversation, fails_as_the_socket_does)
{
    for (const int code : {ENOBUFS, ENOMEM, ENOTCONN})
        EXPECT_EQ(exchange({code}).error().code, code);
}

TEST_P(Conversation, with_a_message_too_short_is_malformed)
{
    const auto result = exchange(
        {[](auto s) { return message(family, s, Buffer(1)); }, [](auto s) { return ack(s); }});

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, EBADMSG);
    EXPECT_TRUE(exchange({[](auto s) { return ack(s); }}));
}

TEST_P(Conversation, larger_than_the_buffer_is_malformed)
{
    const auto result = exchange(
        {[](auto s) { return message(family, s, Buffer(ve::socket::buffer_size + 100)); }});

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, EBADMSG);
}

TEST_P(Conversation, goes_on_to_its_end_after_an_exception)
{
    ScriptedKernel kernel({[](auto s) { return data(s, 1, NLM_F_MULTI); },
                           [](auto s) { return data(s, 2, NLM_F_MULTI) + done(s); }});

    const auto thrower = [](const ve::Message&) { throw std::runtime_error("no"); };
    EXPECT_THROW((void)transport->exchange({ve::Command::get, true, {}}, thrower),
                 std::runtime_error);
    EXPECT_EQ(kernel.left(), 0u);
}

TEST_P(Conversation, brings_all_events_of_a_datagram)
{
    const auto came = receive({[](auto) { return data(0, 8) + data(0, 9); }});

    ASSERT_TRUE(came) << came.error().what();
    EXPECT_TRUE(*came);
    EXPECT_EQ(seen, (Seen{8, 9}));
}

TEST_P(Conversation, brings_no_events_of_other_families_nor_broken_ones)
{
    const auto came = receive({[](auto) {
        return message(family + 1, 0, Buffer(4)) + message(family, 0, Buffer(2)) + data(0, 9);
    }});

    ASSERT_TRUE(came) << came.error().what();
    EXPECT_EQ(seen, Seen{9});
}

TEST_P(Conversation, tells_of_lost_events_and_goes_on)
{
    EXPECT_EQ(receive({ENOBUFS}).error().code, ENOBUFS);
    const auto came = receive({[](auto) { return data(0, 8); }});
    ASSERT_TRUE(came);
    EXPECT_EQ(seen, Seen{8});
}

TEST_P(Conversation, has_nothing_to_bring_when_nothing_came)
{
    const auto came = receive({});

    ASSERT_TRUE(came);
    EXPECT_FALSE(*came);
}

INSTANTIATE_TEST_SUITE_P(Backends, Conversation, testing::Values(Backend::libnl, Backend::libmnl),
                         [](const auto& test) { return std::string(ve::to_string(test.param)); });

} // namespace
