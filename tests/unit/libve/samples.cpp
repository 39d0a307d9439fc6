// SPDX-License-Identifier: GPL-2.0-only

#include "samples.hpp"

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <cstring>

namespace samples {

namespace {

template <class T>
Buffer raw(const T& value)
{
    const auto bytes = std::as_bytes(std::span(&value, 1));

    return {bytes.begin(), bytes.end()};
}

} // namespace

ve::Counter counter()
{
    return {ve::Resource::numproc, 3, 17, 20, ve::unlimited, 2};
}

ve::Environment environment()
{
    return {7, "web", ve::State::running, 2, {counter()}};
}

ve::Member member()
{
    return {7, 4711, 3, true, "nginx: worker"};
}

ve::Refusal refusal()
{
    const ve::Time first(std::chrono::seconds(1164412800) + std::chrono::nanoseconds(1));

    return {counter(), ve::Severity::limit,          1, 4712, "bomb", 25,
            first,     first + std::chrono::hours(1)};
}

ve::Past past()
{
    const ve::Time created(std::chrono::seconds(1164412800));

    return {7,
            "web",
            created,
            created + std::chrono::hours(30),
            std::chrono::hours(29),
            std::chrono::milliseconds(1234),
            {counter()},
            {refusal(), refusal()}};
}

ve::Parameters parameters()
{
    return {
        7,
        "web",
        {{ve::Resource::numproc, 20, 30}, {static_cast<ve::Resource>(9), std::nullopt, 1}},
        4711,
        5,
        15,
        60000,
    };
}

std::vector<ve::Event> events()
{
    ve::Refused refused{7, "web", counter(), ve::Severity::barrier, 1, 4712, "bomb", 0};
    ve::Refused rest{7, "web", counter(), std::nullopt, 0, std::nullopt, "", 120};

    return {
        ve::Created{7, "web"},
        ve::Changed{7, "web", {counter()}},
        ve::Destroyed{7, "web"},
        ve::Empty{7, "web"},
        ve::Attached{7, "web", 4711, "sh"},
        refused,
        rest,
    };
}

Buffer operator+(Buffer left, const Buffer& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Buffer text(std::string_view characters)
{
    const auto bytes = std::as_bytes(std::span(characters));

    return {bytes.begin(), bytes.end()};
}

Buffer number(std::uint32_t value)
{
    return raw(value);
}

Buffer number(std::uint64_t value)
{
    return raw(value);
}

Buffer attribute_of_length(unsigned type, unsigned length, const Buffer& payload)
{
    const nlattr header{static_cast<std::uint16_t>(length), static_cast<std::uint16_t>(type)};
    Buffer bytes = raw(header) + payload;

    bytes.resize(NLA_ALIGN(bytes.size()));
    return bytes;
}

Buffer attribute(unsigned type, const Buffer& payload)
{
    return attribute_of_length(type, static_cast<unsigned>(NLA_HDRLEN + payload.size()), payload);
}

Buffer Ending::bytes() const
{
    nlmsghdr head{};
    nlmsghdr request{};
    Buffer body = raw(code);

    head.nlmsg_type = done ? NLMSG_DONE : NLMSG_ERROR;
    if (!done) {
        request.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + GENL_HDRLEN + quoted.size());
        body = body + raw(request);
        if (capped)
            head.nlmsg_flags |= NLM_F_CAPPED;
        else
            body = body + Buffer(GENL_HDRLEN) + quoted;
    }
    if (!explanation.empty())
        head.nlmsg_flags |= NLM_F_ACK_TLVS;
    body = body + explanation;
    head.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + body.size());
    return raw(head) + body;
}

} // namespace samples
