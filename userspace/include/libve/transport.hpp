// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/environment.hpp>
#include <libve/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The seam between the client and the socket. Only those who bring a transport of their own (a
/// test, say) or send messages that the client would not need this header.
namespace ve {

using Bytes = std::span<const std::byte>;

/// Which library moves the messages.
enum class Backend {
    libnl,  ///< libnl-genl-3: copies each message it receives, checks it, hands it on
    libmnl, ///< libmnl: messages are read where they were received
};

/// "libnl", "libmnl".
[[nodiscard]] std::string_view to_string(Backend backend) noexcept;

/// The commands of the netlink family, by their numbers there.
enum class Command : std::uint8_t {
    get = 1,
    create,
    destroy,
    set,
    attach,
    kill,
    member_get,
    created_ntf,
    changed_ntf,
    destroyed_ntf,
    empty_ntf,
    attached_ntf,
    refused_ntf,
    refusal_get,
    history_get,
};

/// The command's name in the netlink specification ("member-get"); "unknown" for others.
[[nodiscard]] std::string_view to_string(Command command) noexcept;

/// What a request asks for. The bytes belong to the caller.
struct Request {
    Command command;
    bool dump = false;
    Bytes attributes; ///< netlink attributes, encoded and padded
};

/// One message of an answer, or an event. The bytes are those of the receive buffer: valid until
/// the function they were handed to returns.
struct Message {
    Command command;
    Bytes attributes;
};

/// What a request may carry, decoded: what Request::attributes holds.
struct Parameters {
    std::optional<Id> id;
    std::optional<std::string> name;
    std::vector<Bound> bounds;
    std::optional<std::uint32_t> pid;
    std::optional<std::uint32_t> pidfd;
    std::optional<std::uint32_t> signal;
    std::optional<std::uint32_t> timeout; ///< milliseconds
    bool watching = false;

    bool operator==(const Parameters&) const = default;
};

/// To the bytes of Request::attributes; nothing is checked, so that what the kernel has to refuse
/// can be sent to it.
[[nodiscard]] std::vector<std::byte> encode(const Parameters& parameters);
/// And back. Errors: EBADMSG.
Result<Parameters> decode(Bytes attributes);

/// Did VEs (or members) come or go while a dump was under way? Then one of them may be missing from
/// it, or in it twice.
enum class Consistency { consistent, interrupted };

/// A way to the kernel's netlink family "ve". Not thread-safe: one object, one thread at a time.
class Transport {
  public:
    using Sink = std::function<void(const Message&)>;

    Transport() = default;
    Transport(const Transport&) = delete;
    Transport(Transport&&) = delete;
    Transport& operator=(const Transport&) = delete;
    Transport& operator=(Transport&&) = delete;
    virtual ~Transport();

    /// Send a request, hand each message of the answer to @p sink, return when the kernel has
    /// said that it is done. Only a dump can be interrupted.
    /// Errors: the kernel's refusal, with its sentence and the attribute at fault; ENOENT without
    /// a sentence if the family is not there (any more); those of the socket calls; ETIMEDOUT if
    /// no answer came. An exception of @p sink is passed on, after the answer was read to its end.
    virtual Result<Consistency> exchange(const Request& request, const Sink& sink) = 0;

    /// Join a multicast group of the family. From then on the transport is for receive() alone.
    /// Returns the descriptor to poll. Errors: EPERM, ENOENT for an unknown group.
    virtual Result<int> subscribe(std::string_view group) = 0;

    /// Wait for events and hand over what came (one message or several). False if none came within
    /// @p timeout; no timeout is for ever, 0 does not wait. Signals do not end the wait.
    /// Errors: ENOBUFS if the kernel had to drop events (the next call goes on as usual).
    virtual Result<bool> receive(const Sink& sink,
                                 std::optional<std::chrono::milliseconds> timeout) = 0;
};

/// Open a socket and look up the family. The socket is close-on-exec.
/// Errors: ENOENT if the kernel has no family "ve" (the module is not loaded), those of socket(2).
Result<std::shared_ptr<Transport>> open_transport(Backend backend);

} // namespace ve
