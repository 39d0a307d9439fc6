// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "wire.hpp"

#include <libve/environment.hpp>
#include <libve/event.hpp>
#include <libve/history.hpp>
#include <libve/transport.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#pragma GCC visibility push(hidden)

/// Bytes to structs and back, for both backends. Pure: no sockets, no state. What the bytes are is
/// not trusted: the answer to nonsense is EBADMSG. Unknown attributes are passed over, as a newer
/// kernel may send them.
namespace ve::codec {

// A VE. @p into is overwritten, so that its memory is used again in a long dump.
Result<> decode(Bytes attributes, Environment& into);
std::vector<std::byte> encode(const Environment& environment);

// A process of a VE.
Result<> decode(Bytes attributes, Member& into);
std::vector<std::byte> encode(const Member& member);

// A refusal of a VE, which the message names, too.
Result<> decode(Bytes attributes, Refusal& into);
std::vector<std::byte> encode(const Refusal& refusal);

// A VE that is gone. @p into is overwritten.
Result<> decode(Bytes attributes, Past& into);
std::vector<std::byte> encode(const Past& past);

// An event; none if the command is no event this library knows.
Result<std::optional<Event>> decode_event(const Message& message);

struct EncodedEvent {
    Command command;
    std::vector<std::byte> attributes;
};

// There are no bytes for Lost, which is an error of the socket.
std::optional<EncodedEvent> encode(const Event& event);

// What the message that ends an answer says, a whole NLMSG_ERROR or NLMSG_DONE: success or the
// kernel's refusal, in which offsets into the request have become names of attributes.
Result<> verdict(Bytes message, Bytes request_attributes);

// Name of an attribute, or of one inside the nest of a resource or a refusal; "" for unknown ones.
std::string_view attribute_name(std::uint16_t type) noexcept;
std::string_view resource_attribute_name(std::uint16_t type) noexcept;
std::string_view refusal_attribute_name(std::uint16_t type) noexcept;

// The number of an enumerator, as it is sent.
template <class Enum>
constexpr auto number_of(Enum value) noexcept
{
    return static_cast<std::underlying_type_t<Enum>>(value);
}

// The pieces. ---------------------------------------------------------------------------------

// One resource with its numbers.
Result<> decode(Bytes nest, Counter& into);
void encode(wire::Writer& out, const Counter& counter, std::uint16_t type);

inline Unexpected malformed(std::string sentence, std::string_view attribute = {})
{
    return err(EBADMSG, std::move(sentence), std::string(attribute));
}

// Put the value of an attribute where it belongs, or say that it is of another type.
template <class T>
bool assign(T& target, std::optional<std::uint32_t> value)
{
    if (value)
        target = static_cast<T>(*value);
    return value.has_value();
}

inline bool assign(std::uint64_t& target, std::optional<std::uint64_t> value)
{
    if (value)
        target = *value;
    return value.has_value();
}

inline bool assign(std::chrono::nanoseconds& target, std::optional<std::uint64_t> value)
{
    if (value)
        target = std::chrono::nanoseconds(static_cast<std::int64_t>(*value));
    return value.has_value();
}

inline bool assign(Time& target, std::optional<std::uint64_t> value)
{
    // As the kernel counts: what is above 2^63 ns, the year 2262, is before 1970.
    if (value)
        target = Time(std::chrono::nanoseconds(static_cast<std::int64_t>(*value)));
    return value.has_value();
}

inline std::uint64_t number_of(Time time) noexcept
{
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

inline Result<> good_or_malformed(bool good, std::string_view attribute)
{
    if (!good)
        return malformed("the kernel's message has an attribute of another type", attribute);
    return {};
}

// Hand each attribute to @p take, which says whether it could read it, and see to it that those of
// @p required were there.
template <class Take>
Result<> walk(Bytes bytes, std::span<const std::uint16_t> required,
              std::string_view (*name)(std::uint16_t), Take&& take)
{
    wire::Reader reader(bytes);
    std::uint64_t seen = 0;

    while (const auto attribute = reader.next()) {
        if (attribute->type < 64)
            seen |= std::uint64_t{1} << attribute->type;
        if (Result<> taken = take(*attribute); !taken)
            return taken;
    }
    if (reader.malformed())
        return malformed("the kernel's message breaks off within an attribute");
    for (const std::uint16_t type : required)
        if (!(seen >> type & 1))
            return malformed("the kernel's message lacks an attribute", name(type));
    return {};
}

} // namespace ve::codec

#pragma GCC visibility pop
