// SPDX-License-Identifier: GPL-2.0-only
#include "ending.hpp"

#include "snapshot.hpp"

#include <algorithm>
#include <cerrno>
#include <thread>

namespace vectl {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// An event may be lost, or the VE destroyed by somebody else: look by
// ourselves now and then.
constexpr milliseconds look_again{1000};

// The kernel counts in ticks: its order may end so much before our time is up.
constexpr milliseconds tick{10};

constexpr milliseconds reap_step{10};
constexpr milliseconds reap_patience{1000};

milliseconds time_left(steady_clock::time_point deadline)
{
    // Rounded up: waking a moment early would turn the last one into a spin.
    return std::max(milliseconds(0),
                    std::chrono::ceil<milliseconds>(deadline - steady_clock::now()));
}

// There is none, or (EINVAL) by now its id is that of another one.
bool is_gone(const ve::Error& error)
{
    return error.code == ENOENT || error.code == EINVAL;
}

bool is_empty_of(const ve::Event& event, ve::Id id)
{
    const auto* empty = std::get_if<ve::Empty>(&event);
    return empty && empty->id == id;
}

// Waits for news of that VE, at most so long. True if it ran empty.
ve::Result<bool> wait_for_news(ve::EventStream& events, ve::Id id, milliseconds most)
{
    const auto deadline = steady_clock::now() + most;
    while (true) {
        const auto event = events.next(time_left(deadline));
        if (!event && event.error().code != EBADMSG)
            return ve::err(event.error());
        if (!event || !*event)
            return false; // unreadable or none: the caller looks by itself
        if (is_empty_of(**event, id))
            return true;
        if (std::holds_alternative<ve::Lost>(**event) || steady_clock::now() >= deadline)
            return false;
    }
}

} // namespace

ve::Result<Ending> end_members(Context& context, ve::Client& client, const ve::Handle& handle,
                               int signal, std::optional<milliseconds> timeout)
{
    const bool waits = !timeout || timeout->count() > 0;

    // From here on id and name say which VE is meant: either may pass to another.
    const auto target = client.get(handle);
    if (!target)
        return ve::err(target.error());
    const ve::Handle pinned(*target);
    Ending ending{pinned, false, 0, {}};

    // ORDER: subscribe before the request, or the end may pass unseen.
    std::optional<ve::EventStream> events;
    if (waits) {
        auto opened = context.subscribe();
        if (!opened)
            return ve::err(opened.error());
        events = *std::move(opened);
    }

    const auto started = steady_clock::now();
    if (const auto sent = client.kill(pinned, signal, timeout); !sent)
        return ve::err(sent.error());
    if (!waits)
        return ending;

    bool told = false; // an event said that it ran empty
    while (true) {
        const auto now = client.get(pinned);
        if (!now && !is_gone(now.error()))
            return ve::err(now.error());
        const auto left = timeout ? time_left(started + *timeout) : look_again;
        // Gone is empty, too. So is a VE that ran empty, which ended our
        // order, and was given a new member before we could look.
        if (!now || now->state == ve::State::empty ||
            (told && now->state != ve::State::killing && left > tick)) {
            ending.empty = true;
            return ending;
        }

        if (left.count() == 0)
            break;
        const auto news = wait_for_news(*events, target->id, std::min(look_again, left));
        if (!news)
            return ve::err(news.error());
        told = told || *news;
    }

    auto left = all_members(client, pinned);
    if (!left && !is_gone(left.error()))
        return ve::err(left.error());
    if (left)
        ending.left = *std::move(left);
    // Whether it is empty the VE says, not the list: that has no members
    // without a number in our pid namespace.
    const auto last = client.get(pinned);
    if (!last && !is_gone(last.error()))
        return ve::err(last.error());
    ending.empty = !last || last->state == ve::State::empty;
    ending.members = last ? last->members : 0;
    return ending;
}

std::uint64_t wait_until_reaped(ve::Client& client, const ve::Handle& handle)
{
    const auto deadline = steady_clock::now() + reap_patience;
    while (true) {
        const auto now = client.get(handle);
        if (!now || now->members != 0)
            return 0; // gone, or in use again: its numbers are of no concern
        const auto* tasks = now->find(ve::Resource::numproc);
        if (!tasks || tasks->held == 0)
            return 0;
        if (steady_clock::now() >= deadline)
            return tasks->held;
        std::this_thread::sleep_for(reap_step);
    }
}

} // namespace vectl
