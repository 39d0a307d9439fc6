// SPDX-License-Identifier: GPL-2.0-only
//
// The first byte chooses the decoder, the others are what it gets to read. What could be read
// is written and has to read the same again.

#include "codec.hpp"

#include <cstdlib>

namespace {

template <class T>
void item(ve::Bytes bytes)
{
    T value;
    T again;

    if (!ve::codec::decode(bytes, value))
        return;
    if (!ve::codec::decode(ve::codec::encode(value), again) || value != again)
        std::abort();
}

void event(ve::Command command, ve::Bytes bytes)
{
    const auto read = ve::codec::decode_event({command, bytes});

    if (!read || !*read)
        return;
    const auto encoded = ve::codec::encode(**read);
    if (*ve::codec::decode_event({encoded->command, encoded->attributes}) != *read)
        std::abort();
}

void parameters(ve::Bytes bytes)
{
    const auto read = ve::decode(bytes);

    if (read && *ve::decode(ve::encode(*read)) != *read)
        std::abort();
}

// Half of the bytes are the message, half the request it speaks of.
void verdict(ve::Bytes bytes)
{
    const auto said =
        ve::codec::verdict(bytes.first(bytes.size() / 2), bytes.subspan(bytes.size() / 2));

    if (!said && (said.error().code <= 0 || said.error().code > 4095))
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const ve::Bytes bytes = std::as_bytes(std::span(data + 1, size - 1));
    switch (data[0] % 13) {
    case 0:
        item<ve::Environment>(bytes);
        break;
    case 1:
        item<ve::Member>(bytes);
        break;
    case 2:
        parameters(bytes);
        break;
    case 3:
        verdict(bytes);
        break;
    case 4:
        item<ve::Refusal>(bytes);
        break;
    case 5:
        item<ve::Past>(bytes);
        break;
    default:
        event(static_cast<ve::Command>(data[0] % 13 + 1), bytes);
    }
    return 0;
}
