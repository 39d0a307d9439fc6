// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/transport.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>

#pragma GCC visibility push(hidden)

/// What the two transports share: how to open them, and what is the same for any socket.
namespace ve {

/// @p family is another one in tests that have no kernel with VEs.
Result<std::shared_ptr<Transport>> open_libnl(const char* family);
Result<std::shared_ptr<Transport>> open_libmnl(const char* family);

} // namespace ve

namespace ve::socket {

/// The kernel fills at most 32 KiB of a dump into one buffer, and only if the reader's is as large.
inline constexpr std::size_t buffer_size = 65536;

/// Ask for explanations of refusals without a copy of what was refused, and for an end to waiting.
Result<> set_options(int fd);

/// Room for events that come faster than they are read; as much as one is allowed to have.
void enlarge_backlog(int fd) noexcept;

/// Wait until there is something to read. False if nothing came in time. Signals do not end it.
Result<bool> wait(int fd, std::optional<std::chrono::milliseconds> timeout);

/// A failed socket call as an error; errno is read first of all.
Unexpected failure(const char* doing);

/// Hands messages to a sink from inside a C library, which no exception may cross.
class Delivery {
  public:
    explicit Delivery(const Transport::Sink& sink) noexcept : sink_(sink) {}

    void operator()(const Message& message) noexcept;
    void rethrow() const;

  private:
    const Transport::Sink& sink_;
    std::exception_ptr thrown_;
};

/// One answer as it comes in.
struct Conversation {
    const Request& request;
    Delivery delivery;
    std::uint32_t sequence = 0;
    bool done = false;
    bool interrupted = false;
    Result<> verdict = {};

    /// The message that ends it: what the kernel has to say in the end.
    void end(Bytes message);
    /// After the end: what the caller gets.
    Result<Consistency> outcome() &&;
};

} // namespace ve::socket

#pragma GCC visibility pop
