// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/environment.hpp>
#include <libve/event.hpp>
#include <libve/history.hpp>
#include <libve/transport.hpp>

#include <cstddef>
#include <vector>

/// Things to encode, and bytes that the encoder would not make.
namespace samples {

using Buffer = std::vector<std::byte>;

ve::Counter counter();
ve::Environment environment();
ve::Member member();
ve::Refusal refusal();
ve::Past past();
ve::Parameters parameters();
/// One of each kind that has bytes.
std::vector<ve::Event> events();

/// An attribute of any type, with any payload, padded.
Buffer attribute(unsigned type, const Buffer& payload);
/// The same, claiming to be of another length.
Buffer attribute_of_length(unsigned type, unsigned length, const Buffer& payload);
Buffer text(std::string_view characters);
Buffer number(std::uint32_t value);
Buffer number(std::uint64_t value);
Buffer operator+(Buffer left, const Buffer& right);

/// The message that ends an answer, as the kernel composes it.
struct Ending {
    int code = 0;
    bool done = false;  ///< NLMSG_DONE rather than NLMSG_ERROR
    bool capped = true; ///< the request is not quoted
    Buffer quoted = {}; ///< attributes of the request, if it is
    Buffer explanation = {};

    [[nodiscard]] Buffer bytes() const;
};

} // namespace samples
