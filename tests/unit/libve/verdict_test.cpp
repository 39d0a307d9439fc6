// SPDX-License-Identifier: GPL-2.0-only
//
// What is made of the message that ends an answer.

#include "codec.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/ve.h>

#include <cerrno>
#include <cstring>

namespace {

using samples::attribute;
using samples::Buffer;
using samples::Ending;
using samples::number;
using samples::operator+;
using samples::text;
using ve::codec::verdict;

// netlink header and generic netlink header, in front of the first attribute.
constexpr std::uint32_t head = 20;

Buffer sentence(std::string_view words)
{
    return attribute(NLMSGERR_ATTR_MSG, text(words));
}

Buffer offset(std::uint32_t value)
{
    return attribute(NLMSGERR_ATTR_OFFS, number(value));
}

// The name of what lies at this offset of a request.
std::string at(const Buffer& request, std::uint32_t where)
{
    return verdict(Ending{.code = -EINVAL, .explanation = offset(where)}.bytes(), request)
        .error()
        .attribute;
}

TEST(Verdict, success_says_nothing)
{
    EXPECT_TRUE(verdict(Ending{}.bytes(), {}));
    EXPECT_TRUE(verdict(Ending{.done = true}.bytes(), {}));
    EXPECT_TRUE(verdict(Ending{.explanation = sentence("by the way")}.bytes(), {}));
}

TEST(Verdict, refusal_without_explanation_is_a_number)
{
    const auto refused = verdict(Ending{.code = -ENOENT}.bytes(), {});

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (ve::Error{ENOENT, {}, {}, {}}));
}

TEST(Verdict, carries_the_sentence)
{
    for (const bool done : {false, true}) {
        const auto refused = verdict(
            Ending{.code = -EBUSY, .done = done, .explanation = sentence({"it has members\0", 15})}
                .bytes(),
            {});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, EBUSY);
        EXPECT_EQ(refused.error().sentence, "it has members");
    }
}

TEST(Verdict, finds_the_explanation_behind_a_quoted_request)
{
    const Buffer request = ve::encode(samples::parameters());
    const auto refused = verdict(Ending{.code = -EINVAL,
                                        .capped = false,
                                        .quoted = request,
                                        .explanation = sentence("no") + offset(head)}
                                     .bytes(),
                                 request);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().sentence, "no");
    EXPECT_EQ(refused.error().attribute, "id");
}

TEST(Verdict, names_the_attribute_at_an_offset)
{
    ve::Parameters parameters;
    parameters.id = 7;       // at 0, 8 bytes
    parameters.name = "web"; // at 8, 8 bytes
    parameters.bounds = {
        {ve::Resource::numproc, 5, 3}}; // at 16: id at 20, barrier at 28, limit at 40
    parameters.signal = 9;              // at 52
    const Buffer request = ve::encode(parameters);
    ASSERT_EQ(request.size(), 60u);

    EXPECT_EQ(at(request, head), "id");
    EXPECT_EQ(at(request, head + 8), "name");
    EXPECT_EQ(at(request, head + 16), "resource");
    EXPECT_EQ(at(request, head + 20), "resource.id");
    EXPECT_EQ(at(request, head + 28), "resource.barrier");
    EXPECT_EQ(at(request, head + 40), "resource.limit");
    EXPECT_EQ(at(request, head + 52), "signal");
}

TEST(Verdict, names_nothing_where_nothing_begins)
{
    const Buffer request = ve::encode(samples::parameters());

    for (const std::uint32_t where : {0u, 4u, 19u, head + 1, head + 4, head + 2000, 0xffffffffu})
        EXPECT_EQ(at(request, where), "") << where;
    EXPECT_EQ(at({}, head), "");
}

TEST(Verdict, names_what_is_missing)
{
    const Buffer type = attribute(NLMSGERR_ATTR_MISS_TYPE, number(std::uint32_t{VE_A_NAME}));
    const Buffer nest = attribute(NLMSGERR_ATTR_MISS_NEST, number(head));
    const Buffer inner =
        attribute(NLMSGERR_ATTR_MISS_TYPE, number(std::uint32_t{VE_A_RESOURCE_ID}));
    const Buffer far = attribute(NLMSGERR_ATTR_MISS_TYPE, number(0x10002u));

    EXPECT_EQ(verdict(Ending{.code = -EINVAL, .explanation = type}.bytes(), {}).error().attribute,
              "name");
    EXPECT_EQ(
        verdict(Ending{.code = -EINVAL, .explanation = inner + nest}.bytes(), {}).error().attribute,
        "resource.id");
    EXPECT_EQ(verdict(Ending{.code = -EINVAL, .explanation = far}.bytes(), {}).error().attribute,
              "");
}

TEST(Verdict, keeps_what_it_could_read_of_an_explanation)
{
    const Buffer broken = sentence("so far") + Buffer(3, std::byte{1});
    const auto refused = verdict(Ending{.code = -EPERM, .explanation = broken}.bytes(), {});

    EXPECT_EQ(refused.error().code, EPERM);
    EXPECT_EQ(refused.error().sentence, "so far");
}

TEST(Verdict, cut_anywhere_is_malformed)
{
    const Buffer whole = Ending{.code = -EPERM, .explanation = sentence("no")}.bytes();

    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Buffer cut(whole.begin(), whole.begin() + static_cast<long>(size));
        EXPECT_EQ(verdict(cut, {}).error().code, EBADMSG) << size;
    }
}

TEST(Verdict, a_quoted_length_that_lies_leads_nowhere)
{
    for (const std::uint32_t length : {0u, 15u, 60u, 0x7fffffffu, 0xffffffffu}) {
        Buffer message =
            Ending{.code = -EPERM, .capped = false, .explanation = sentence("no")}.bytes();
        std::memcpy(message.data() + NLMSG_HDRLEN + sizeof(int), &length, sizeof(length));
        const auto refused = verdict(message, {});
        EXPECT_EQ(refused.error().code, EPERM) << length;
    }
}

TEST(Verdict, an_errno_that_is_none_is_malformed)
{
    for (const int code : {1, 5, -4096, std::numeric_limits<int>::min()})
        EXPECT_EQ(verdict(Ending{.code = code}.bytes(), {}).error().code, EBADMSG) << code;
}

TEST(Verdict, of_a_dump_may_be_short)
{
    Buffer bare(NLMSG_HDRLEN);
    const std::uint32_t length = NLMSG_HDRLEN;

    std::memcpy(bare.data(), &length, sizeof(length));
    EXPECT_EQ(verdict(bare, {}).error().code, EBADMSG);
}

} // namespace
