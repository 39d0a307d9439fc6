// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../shapes.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

po::options_description options()
{
    po::options_description all;
    all.add_options()("count", po::value<std::string>()->value_name("N"),
                      "end after so many events")(
        "timeout", po::value<std::string>()->value_name("S"), "end after so many seconds");
    return all;
}

// Lost events may have been of any VE, so every reader is told.
bool concerns(const ve::Event& event, const std::optional<ve::Handle>& handle)
{
    return std::visit(
        [&handle](const auto& one) {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>, ve::Lost>)
                return true;
            else
                return !handle ||
                       (handle->name() ? one.name == *handle->name() : one.id == *handle->id());
        },
        event);
}

// True if the event is one to count.
bool report(Context& context, const ve::Event& event)
{
    const auto now = Clock::now();
    if (context.json)
        print_line(context.out, shape(event, now));
    else
        context.out << line(event, now) << '\n';
    context.out.flush();
    return !std::holds_alternative<ve::Lost>(event);
}

Timeout time_left(steady_clock::time_point started, const Timeout& timeout)
{
    if (!timeout)
        return std::nullopt;
    return std::max(milliseconds(0),
                    std::chrono::ceil<milliseconds>(started + *timeout - steady_clock::now()));
}

// The next event, or none: the time is up, or nobody reads what we write. The
// latter is watched for, since with no event to print nothing else would tell.
ve::Result<std::optional<ve::Event>> next(ve::EventStream& events, Context& context,
                                          steady_clock::time_point started, const Timeout& timeout)
{
    if (context.out_fd < 0)
        return events.next(time_left(started, timeout));

    while (true) {
        auto event = events.next(milliseconds(0));
        if (!event || *event)
            return event;

        const auto left = time_left(started, timeout);
        if (left && left->count() == 0)
            return event;
        const auto most = left.value_or(milliseconds(-1)).count();
        std::array<pollfd, 2> watched = {{{events.fd(), POLLIN, 0}, {context.out_fd, 0, 0}}};
        poll(watched.data(), watched.size(),
             static_cast<int>(std::min<decltype(most)>(most, std::numeric_limits<int>::max())));
        if (watched[1].revents & POLLERR) {
            context.out.setstate(std::ios::badbit);
            return std::optional<ve::Event>();
        }
    }
}

int run(const Words& words, Context& context)
{
    const auto request = parse_events(words);
    const auto doing = request.handle ? "events " + request.handle->to_string() : "events";

    auto events = context.subscribe();
    if (!events)
        return fail(context, doing, events.error());

    const auto started = steady_clock::now();
    std::uint32_t counted = 0;
    while (context.out && (!request.count || counted < *request.count)) {
        const auto event = next(*events, context, started, request.timeout);
        if (!event) {
            if (event.error().code != EBADMSG)
                return fail(context, doing, event.error());
            // One that cannot be read is no reason to miss those behind it.
            context.err << "vectl: " << printable(describe(doing, event.error())) << '\n';
            continue;
        }
        // The time being up is a failure only for who waits for a number of
        // events. It also ends a stream that never pauses.
        const auto left = time_left(started, request.timeout);
        if (!*event || (left && left->count() == 0 && request.timeout->count() > 0))
            return request.count ? status_timeout : status_ok;
        if (concerns(**event, request.handle) && report(context, **event))
            counted++;
    }
    return status_ok;
}

} // namespace

EventsRequest parse_events(const Words& words)
{
    const Arguments arguments(words, options(), {"[NAME]", 0, 1});
    EventsRequest request;

    if (!arguments.operands().empty())
        request.handle = parse_handle(arguments.operands()[0]);
    if (arguments.has("count"))
        request.count = parse_number(arguments.value("count"), "a number of events", 1,
                                     std::numeric_limits<std::uint32_t>::max());
    if (arguments.has("timeout"))
        request.timeout = milliseconds(parse_seconds(arguments.value("timeout")));
    return request;
}

const Command events_command = {
    .name = "events",
    .summary = "tell what happens to VEs, as it happens",
    .usage = "[NAME] [--count N] [--timeout S]",
    .description =
        "Prints one line for each event from now on, of one VE or of all. With --count and\n"
        "--timeout, exits 124 if the time was up first.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
