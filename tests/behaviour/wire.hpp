// SPDX-License-Identifier: GPL-2.0-only
//
// Netlink by hand: what no library would send.
//
// The numbers are written down once more on purpose. They are what every program in the world was
// built with, and a change of theirs has to fail here.
#pragma once

#include "process.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace behaviour::wire {

using Buffer = std::vector<std::byte>;

enum Command : std::uint8_t {
    get = 1,
    create,
    destroy,
    set,
    attach,
    kill,
    member_get,
    refusal_get = 14,
    history_get,
};

enum Attribute : std::uint16_t {
    id = 1,
    name,
    state,
    members,
    resource,
    pid,
    pidfd,
    signal,
    timeout,
    comm,
    threads,
    entering,
    severity,
    asked,
    left_out,
    pad,
    refusal,
    created,
    destroyed,
    lifetime,
    cpu_time,
};

enum ResourceAttribute : std::uint16_t {
    resource_id = 1,
    held,
    maxheld,
    barrier,
    limit,
    failcnt,
    resource_pad,
};

enum RefusalAttribute : std::uint16_t {
    refusal_resource = 1,
    refusal_severity,
    refusal_asked,
    refusal_pid,
    refusal_comm,
    refusal_times,
    refusal_first,
    refusal_last,
    refusal_pad,
};

inline constexpr std::uint32_t numproc = 5;
inline constexpr std::uint16_t nested = 1U << 15;

/// Bytes one after another.
Buffer concat(std::initializer_list<Buffer> parts);

Buffer raw(std::uint16_t type, std::string_view payload);
Buffer u16(std::uint16_t type, std::uint16_t value);
Buffer u32(std::uint16_t type, std::uint32_t value);
Buffer u64(std::uint16_t type, std::uint64_t value);
/// With the final NUL.
Buffer text(std::uint16_t type, std::string_view value);
/// Marked as one, unless @p mark is 0.
Buffer nest(std::uint16_t type, std::initializer_list<Buffer> parts, std::uint16_t mark = nested);
/// numproc with both bounds.
Buffer bounds(std::uint64_t barrier, std::uint64_t limit);

/// How a request ended.
struct Answer {
    int code = 0; ///< errno, positive; 0 is success
    std::string sentence;
    std::optional<std::uint32_t> offset; ///< of the attribute at fault, from the message's start
    int messages = 0;                    ///< before the end
    Buffer last;                         ///< attributes of the last of them
};

class Socket {
  public:
    Socket();

    /// Send a request and read its answer to the end.
    Answer ask(Command command, const Buffer& attributes, std::uint16_t flags = 0);

    /// A message with the right heads in front of these bytes.
    [[nodiscard]] Buffer message(std::uint8_t command, const Buffer& attributes,
                                 std::uint16_t flags = 0);
    /// Send bytes as they are, to the kernel by address or by write(2).
    void send(const Buffer& bytes) const;
    void write(const Buffer& bytes) const;
    /// The answer to the last message; none if the kernel keeps silent.
    std::optional<Answer> answer(std::chrono::milliseconds most = patience) const;

    [[nodiscard]] std::uint16_t family() const noexcept { return family_; }

    [[nodiscard]] std::uint32_t group() const noexcept { return group_; }

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  private:
    void resolve();

    Fd fd_;
    std::uint16_t family_ = 0;
    std::uint32_t group_ = 0;
    std::uint32_t sequence_ = 0;
};

} // namespace behaviour::wire
