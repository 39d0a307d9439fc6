// SPDX-License-Identifier: GPL-2.0-only

#include "backends.hpp"

#include "codec.hpp"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace ve::socket {

namespace {

// The kernel answers before the request's system call returns: only a lost answer takes long.
constexpr timeval answer_timeout{10, 0};
constexpr int backlog = 4 * 1024 * 1024;

using Clock = std::chrono::steady_clock;

int poll_timeout(std::optional<Clock::time_point> deadline)
{
    using std::chrono::ceil;
    using std::chrono::milliseconds;

    if (!deadline)
        return -1;
    const auto left = ceil<milliseconds>(*deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

} // namespace

Unexpected failure(const char* doing)
{
    const int code = errno;

    if (code == EAGAIN)
        return err(Error{ETIMEDOUT, "the kernel did not answer", {}, {doing}});
    return err(Error{code, {}, {}, {doing}});
}

Result<> set_options(int fd)
{
    const int on = 1;

    if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) != 0 ||
        setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &answer_timeout, sizeof(answer_timeout)) != 0)
        return failure("set the options of a netlink socket");
    return {};
}

void enlarge_backlog(int fd) noexcept
{
    // Beyond the system's usual maximum only with privilege, which readers of events have.
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &backlog, sizeof(backlog)) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &backlog, sizeof(backlog));
}

Result<bool> wait(int fd, std::optional<std::chrono::milliseconds> timeout)
{
    // Longer than a year is for ever, and does not overflow the clock.
    constexpr std::chrono::hours year{24 * 365};
    std::optional<Clock::time_point> deadline;

    if (timeout && *timeout < year)
        deadline = Clock::now() + *timeout;
    for (;;) {
        pollfd waiting{fd, POLLIN, 0};
        const int ready = poll(&waiting, 1, poll_timeout(deadline));
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return failure("wait for events");
        if (deadline && Clock::now() >= *deadline)
            return false;
    }
}

void Delivery::operator()(const Message& message) noexcept
{
    if (thrown_)
        return;
    try {
        sink_(message);
    } catch (...) {
        thrown_ = std::current_exception();
    }
}

void Delivery::rethrow() const
{
    if (thrown_)
        std::rethrow_exception(thrown_);
}

void Conversation::end(Bytes message)
{
    done = true;
    // A message that could not be read stays the reason.
    if (verdict)
        verdict = codec::verdict(message, request.attributes);
}

Result<Consistency> Conversation::outcome() &&
{
    delivery.rethrow();
    if (!verdict)
        return err(std::move(verdict).error());
    return interrupted ? Consistency::interrupted : Consistency::consistent;
}

} // namespace ve::socket
