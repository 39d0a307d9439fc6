// SPDX-License-Identifier: GPL-2.0-only

#include "wire.hpp"

#include <linux/netlink.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace ve::wire {

namespace {

constexpr std::size_t header_size = NLA_HDRLEN;
constexpr std::size_t payload_max = std::numeric_limits<std::uint16_t>::max() - header_size;

constexpr std::size_t padded(std::size_t size)
{
    return (size + NLA_ALIGNTO - 1) & ~std::size_t{NLA_ALIGNTO - 1};
}

template <class T>
std::optional<T> exactly(Bytes payload) noexcept
{
    T value;

    if (payload.size() != sizeof(value))
        return std::nullopt;
    std::memcpy(&value, payload.data(), sizeof(value));
    return value;
}

} // namespace

void Writer::put(std::uint16_t type, Bytes payload)
{
    const nlattr header{static_cast<std::uint16_t>(header_size + payload.size()), type};
    const auto head = std::as_bytes(std::span(&header, 1));

    out_.insert(out_.end(), head.begin(), head.end());
    out_.insert(out_.end(), payload.begin(), payload.end());
    out_.resize(padded(out_.size()));
}

void Writer::u32(std::uint16_t type, std::uint32_t value)
{
    put(type, std::as_bytes(std::span(&value, 1)));
}

void Writer::u64(std::uint16_t type, std::uint64_t value)
{
    put(type, std::as_bytes(std::span(&value, 1)));
}

void Writer::string(std::uint16_t type, std::string_view value)
{
    std::string terminated(value.substr(0, payload_max - 1));

    terminated.push_back('\0');
    put(type, std::as_bytes(std::span(terminated)));
}

void Writer::flag(std::uint16_t type)
{
    put(type, {});
}

std::size_t Writer::open_nest(std::uint16_t type)
{
    const std::size_t start = out_.size();

    put(static_cast<std::uint16_t>(type | NLA_F_NESTED), {});
    return start;
}

void Writer::close_nest(std::size_t start)
{
    const auto length = static_cast<std::uint16_t>(out_.size() - start);

    std::memcpy(out_.data() + start, &length, sizeof(length));
}

std::optional<std::uint32_t> Attribute::u32() const noexcept
{
    return exactly<std::uint32_t>(payload);
}

std::optional<std::uint64_t> Attribute::u64() const noexcept
{
    return exactly<std::uint64_t>(payload);
}

std::string_view Attribute::string() const noexcept
{
    const std::string_view all(reinterpret_cast<const char*>(payload.data()), payload.size());

    return all.substr(0, all.find('\0'));
}

std::optional<Attribute> Reader::next() noexcept
{
    nlattr header;
    const std::size_t left = bytes_.size() - at_;

    if (left == 0 || malformed_)
        return std::nullopt;
    if (left >= header_size)
        std::memcpy(&header, bytes_.data() + at_, header_size);
    if (left < header_size || header.nla_len < header_size || header.nla_len > left) {
        malformed_ = true;
        return std::nullopt;
    }

    const Attribute attribute{
        static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
        at_,
        bytes_.subspan(at_ + header_size, header.nla_len - header_size),
    };
    // The padding of the last attribute may be missing.
    at_ += std::min(padded(header.nla_len), left);
    return attribute;
}

} // namespace ve::wire
