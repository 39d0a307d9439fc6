// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"

#include <libve/client.hpp>

#include <algorithm>
#include <cerrno>
#include <deque>

namespace ve {

namespace {

constexpr std::string_view group = "events";

// More than a socket has room for: that many were never all queued before a loss.
constexpr int backlog_most = 16384;

using Clock = std::chrono::steady_clock;

} // namespace

struct __attribute__((visibility("hidden"))) EventStream::Impl {
    std::shared_ptr<Transport> transport;
    int fd = -1;
    std::deque<Result<Event>> waiting;

    void take(const Message& message);
    void take_backlog();
    void mark_gap();
    Result<std::optional<Event>> pop();
};

void EventStream::Impl::take(const Message& message)
{
    auto event = codec::decode_event(message);

    if (!event)
        waiting.emplace_back(
            err(std::move(event).error().with(std::string(to_string(message.command)))));
    else if (*event)
        waiting.emplace_back(**std::move(event));
}

// After ENOBUFS. The kernel tells of a loss before it hands over what it had queued until then, and
// queues nothing more as long as any of that is left: where there is nothing more to read, events
// are missing. All of it is read now: if the caller paused in between, new events would follow the
// old ones without a gap to be seen.
void EventStream::Impl::take_backlog()
{
    for (int i = 0; i < backlog_most; ++i) {
        auto came = transport->receive([this](const Message& message) { take(message); },
                                       std::chrono::milliseconds(0));
        if (came && *came)
            continue;
        if (came)
            break;
        if (came.error().code != ENOBUFS) {
            waiting.emplace_back(err(std::move(came).error().with("watch VEs")));
            break;
        }
        mark_gap(); // and another one: it had come to the end in between
    }
    mark_gap();
}

void EventStream::Impl::mark_gap()
{
    if (waiting.empty() || !waiting.back() || !std::holds_alternative<Lost>(*waiting.back()))
        waiting.emplace_back(Lost{});
}

Result<std::optional<Event>> EventStream::Impl::pop()
{
    Result<Event> first = std::move(waiting.front());

    waiting.pop_front();
    return std::move(first).transform(
        [](Event&& event) { return std::optional(std::move(event)); });
}

EventStream::EventStream(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

EventStream::EventStream(EventStream&&) noexcept = default;
EventStream& EventStream::operator=(EventStream&&) noexcept = default;
EventStream::~EventStream() = default;

Result<EventStream> EventStream::open(Backend backend)
{
    return open_transport(backend).and_then(
        [](std::shared_ptr<Transport> transport) { return over(std::move(transport)); });
}

Result<EventStream> EventStream::over(std::shared_ptr<Transport> transport)
{
    auto fd = transport->subscribe(group);

    if (!fd)
        return err(std::move(fd).error().with("watch VEs"));
    return EventStream(std::make_unique<Impl>(Impl{std::move(transport), *fd, {}}));
}

int EventStream::fd() const noexcept
{
    return impl_->fd;
}

Result<std::optional<Event>> EventStream::next(std::optional<std::chrono::milliseconds> timeout)
{
    // Longer than a year is for ever, and does not overflow the clock.
    constexpr std::chrono::hours year{24 * 365};
    const auto start = Clock::now();

    if (timeout && *timeout > year)
        timeout = std::nullopt;
    while (impl_->waiting.empty()) {
        auto left = timeout;
        if (timeout) {
            const auto rest =
                std::chrono::ceil<std::chrono::milliseconds>(start + *timeout - Clock::now());
            left = std::max(rest, std::chrono::milliseconds(0));
        }
        auto came = impl_->transport->receive(
            [this](const Message& message) { impl_->take(message); }, left);
        if (!came && came.error().code == ENOBUFS)
            impl_->take_backlog();
        else if (!came)
            return err(std::move(came).error().with("watch VEs"));
        else if (!*came)
            return std::optional<Event>();
    }
    return impl_->pop();
}

} // namespace ve
