// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#pragma GCC visibility push(hidden)

/// Netlink attributes as bytes: a 16 bit length, a 16 bit type, a payload, padding to 4 bytes.
namespace ve::wire {

/// Appends attributes to a buffer of its own.
class Writer {
  public:
    void u32(std::uint16_t type, std::uint32_t value);
    void u64(std::uint16_t type, std::uint64_t value);
    /// With a final NUL. What does not fit into an attribute is cut off; the kernel accepts
    /// nothing near that length.
    void string(std::uint16_t type, std::string_view value);
    void flag(std::uint16_t type);

    /// Attributes added by @p fill are inside the nest.
    template <class Fill>
    void nest(std::uint16_t type, Fill&& fill)
    {
        const std::size_t start = open_nest(type);
        fill();
        close_nest(start);
    }

    [[nodiscard]] std::vector<std::byte> take() && { return std::move(out_); }

  private:
    void put(std::uint16_t type, Bytes payload);
    std::size_t open_nest(std::uint16_t type);
    void close_nest(std::size_t start);

    std::vector<std::byte> out_;
};

/// One attribute where it lies. The typed readings are empty unless the payload has that form.
struct Attribute {
    std::uint16_t type = 0; ///< without the flag bits
    std::size_t offset = 0; ///< of its header, from the start of what is walked
    Bytes payload;

    [[nodiscard]] std::optional<std::uint32_t> u32() const noexcept;
    [[nodiscard]] std::optional<std::uint64_t> u64() const noexcept;
    /// Up to the first NUL, or to the end of the payload.
    [[nodiscard]] std::string_view string() const noexcept;
};

/// Walks attributes. Never reads outside of the bytes it was given, whatever they say.
class Reader {
  public:
    explicit Reader(Bytes bytes) noexcept : bytes_(bytes) {}

    /// The next attribute; none at the end or where the bytes stop making sense.
    std::optional<Attribute> next() noexcept;

    /// Did the walk stop before the end?
    [[nodiscard]] bool malformed() const noexcept { return malformed_; }

  private:
    Bytes bytes_;
    std::size_t at_ = 0;
    bool malformed_ = false;
};

} // namespace ve::wire

#pragma GCC visibility pop
