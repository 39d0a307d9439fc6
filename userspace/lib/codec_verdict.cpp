// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/ve.h>

#include <cstring>
#include <limits>

namespace ve::codec {

namespace {

// Offsets count from the start of the message that was sent.
constexpr std::size_t request_head = NLMSG_HDRLEN + GENL_HDRLEN;
constexpr int errno_max = 4095;

// What the kernel added to the bare number.
struct Explanation {
    std::string sentence;
    std::optional<std::uint32_t> offset;       // of the bad attribute
    std::optional<std::uint32_t> missing;      // type of the one that is not there
    std::optional<std::uint32_t> missing_nest; // offset of the nest that it is missing in
};

template <class T>
std::optional<T> read_at(Bytes bytes, std::size_t offset)
{
    T value;

    if (bytes.size() < sizeof(value) || offset > bytes.size() - sizeof(value))
        return std::nullopt;
    std::memcpy(&value, bytes.data() + offset, sizeof(value));
    return value;
}

Bytes from(Bytes bytes, std::size_t offset)
{
    return bytes.subspan(std::min(offset, bytes.size()));
}

// Of an explanation that breaks off, what could be read is used.
Explanation explain(Bytes attributes)
{
    Explanation found;
    wire::Reader reader(attributes);

    while (const auto attribute = reader.next()) {
        switch (attribute->type) {
        case NLMSGERR_ATTR_MSG:
            found.sentence = attribute->string();
            break;
        case NLMSGERR_ATTR_OFFS:
            found.offset = attribute->u32();
            break;
        case NLMSGERR_ATTR_MISS_TYPE:
            found.missing = attribute->u32();
            break;
        case NLMSGERR_ATTR_MISS_NEST:
            found.missing_nest = attribute->u32();
            break;
        }
    }
    return found;
}

// The attribute of the request that begins at this offset (from the first one), in a nest or not.
std::string name_at(Bytes request, std::size_t offset)
{
    wire::Reader outer(request);

    while (const auto attribute = outer.next()) {
        if (attribute->offset == offset)
            return std::string(attribute_name(attribute->type));
        const std::size_t inside = attribute->offset + NLA_HDRLEN;
        if (attribute->type != VE_A_RESOURCE || offset < inside ||
            offset - inside >= attribute->payload.size())
            continue;
        wire::Reader inner(attribute->payload);
        while (const auto part = inner.next())
            if (part->offset == offset - inside)
                return std::string(resource_attribute_name(part->type));
    }
    return {};
}

std::string culprit(const Explanation& found, Bytes request)
{
    if (found.offset && *found.offset >= request_head)
        return name_at(request, *found.offset - request_head);
    if (found.missing && *found.missing <= std::numeric_limits<std::uint16_t>::max()) {
        const auto type = static_cast<std::uint16_t>(*found.missing);
        return std::string(found.missing_nest ? resource_attribute_name(type)
                                              : attribute_name(type));
    }
    return {};
}

} // namespace

Result<> verdict(Bytes message, Bytes request_attributes)
{
    const auto header = read_at<nlmsghdr>(message, 0);
    const auto code = read_at<int>(message, NLMSG_HDRLEN);

    if (!header || header->nlmsg_len > message.size() || !code)
        return malformed("the end of the kernel's answer breaks off");
    if (*code == 0)
        return {};
    if (*code > 0 || *code < -errno_max)
        return malformed("the kernel's answer ends in an error that is none");

    // An error quotes the request: its header, and the rest unless the answer is marked as capped.
    std::size_t end = NLMSG_HDRLEN + sizeof(int);
    if (header->nlmsg_type == NLMSG_ERROR) {
        const auto quoted = read_at<nlmsghdr>(message, end);
        const bool capped = header->nlmsg_flags & NLM_F_CAPPED;
        if (!quoted || quoted->nlmsg_len < NLMSG_HDRLEN)
            end = message.size();
        else
            end += capped ? std::size_t{NLMSG_HDRLEN} : NLMSG_ALIGN(std::size_t{quoted->nlmsg_len});
    }

    Explanation found;
    if (header->nlmsg_flags & NLM_F_ACK_TLVS)
        found = explain(from(message, end));
    return err(-*code, std::move(found.sentence), culprit(found, request_attributes));
}

} // namespace ve::codec
