// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"

#include <linux/ve.h>

#include <array>

namespace ve::codec {

namespace {

// All that an event may carry; each kind takes its share.
struct Notice {
    Id id = 0;
    std::string name;
    std::vector<Counter> resources;
    std::optional<Severity> severity;
    std::uint64_t asked = 0;
    std::optional<pid_t> pid;
    std::string comm;
    std::uint64_t left_out = 0;
};

Result<> take(const wire::Attribute& attribute, Notice& into)
{
    bool good = true;

    switch (attribute.type) {
    case VE_A_ID:
        good = assign(into.id, attribute.u32());
        break;
    case VE_A_NAME:
        into.name = attribute.string();
        break;
    case VE_A_RESOURCE:
        return decode(attribute.payload, into.resources.emplace_back());
    case VE_A_SEVERITY:
        good = assign(into.severity.emplace(), attribute.u32());
        break;
    case VE_A_ASKED:
        good = assign(into.asked, attribute.u64());
        break;
    case VE_A_PID:
        good = assign(into.pid.emplace(), attribute.u32());
        break;
    case VE_A_COMM:
        into.comm = attribute.string();
        break;
    case VE_A_LEFT_OUT:
        good = assign(into.left_out, attribute.u64());
        break;
    }
    return good_or_malformed(good, attribute_name(attribute.type));
}

std::span<const std::uint16_t> required_of(Command command)
{
    static constexpr std::array<std::uint16_t, 4> attached{VE_A_ID, VE_A_NAME, VE_A_PID, VE_A_COMM};
    static constexpr std::array<std::uint16_t, 3> refused{VE_A_ID, VE_A_NAME, VE_A_RESOURCE};
    static constexpr std::array<std::uint16_t, 2> others{VE_A_ID, VE_A_NAME};

    if (command == Command::attached_ntf)
        return attached;
    if (command == Command::refused_ntf)
        return refused;
    return others;
}

Event event_of(Command command, Notice&& n)
{
    switch (command) {
    case Command::created_ntf:
        return Created{n.id, std::move(n.name)};
    case Command::changed_ntf:
        return Changed{n.id, std::move(n.name), std::move(n.resources)};
    case Command::destroyed_ntf:
        return Destroyed{n.id, std::move(n.name)};
    case Command::empty_ntf:
        return Empty{n.id, std::move(n.name)};
    case Command::attached_ntf:
        return Attached{n.id, std::move(n.name), *n.pid, std::move(n.comm)};
    default:
        return Refused{n.id,  std::move(n.name), n.resources.front(), n.severity, n.asked,
                       n.pid, std::move(n.comm), n.left_out};
    }
}

bool is_event(Command command)
{
    return command >= Command::created_ntf && command <= Command::refused_ntf;
}

Notice head(Id id, const std::string& name)
{
    Notice notice;

    notice.id = id;
    notice.name = name;
    return notice;
}

// To bytes, whatever the kind: what is not set is left out.
EncodedEvent to_bytes(Command command, const Notice& notice)
{
    wire::Writer out;

    out.u32(VE_A_ID, notice.id);
    out.string(VE_A_NAME, notice.name);
    for (const Counter& counter : notice.resources)
        encode(out, counter, VE_A_RESOURCE);
    if (notice.severity)
        out.u32(VE_A_SEVERITY, number_of(*notice.severity));
    if (notice.asked)
        out.u64(VE_A_ASKED, notice.asked);
    if (notice.pid)
        out.u32(VE_A_PID, static_cast<std::uint32_t>(*notice.pid));
    if (notice.pid || !notice.comm.empty())
        out.string(VE_A_COMM, notice.comm);
    if (notice.left_out)
        out.u64(VE_A_LEFT_OUT, notice.left_out);
    return {command, std::move(out).take()};
}

struct Encoder {
    using Encoded = std::optional<EncodedEvent>;

    Encoded operator()(const Created& e)
    {
        return to_bytes(Command::created_ntf, head(e.id, e.name));
    }

    Encoded operator()(const Empty& e) { return to_bytes(Command::empty_ntf, head(e.id, e.name)); }

    Encoded operator()(const Lost&) { return std::nullopt; }

    Encoded operator()(const Destroyed& e)
    {
        return to_bytes(Command::destroyed_ntf, head(e.id, e.name));
    }

    Encoded operator()(const Changed& e)
    {
        Notice notice = head(e.id, e.name);
        notice.resources = e.resources;
        return to_bytes(Command::changed_ntf, notice);
    }

    Encoded operator()(const Attached& e)
    {
        Notice notice = head(e.id, e.name);
        notice.pid = e.pid;
        notice.comm = e.comm;
        return to_bytes(Command::attached_ntf, notice);
    }

    Encoded operator()(const Refused& e)
    {
        Notice notice = head(e.id, e.name);
        notice.resources = {e.counter};
        notice.severity = e.severity;
        notice.asked = e.asked;
        notice.pid = e.pid;
        notice.comm = e.comm;
        notice.left_out = e.left_out;
        return to_bytes(Command::refused_ntf, notice);
    }
};

} // namespace

Result<std::optional<Event>> decode_event(const Message& message)
{
    Notice notice;

    if (!is_event(message.command))
        return std::optional<Event>();
    auto done = walk(message.attributes, required_of(message.command), attribute_name,
                     [&](const wire::Attribute& attribute) { return take(attribute, notice); });
    if (!done)
        return err(std::move(done).error());
    return std::optional(event_of(message.command, std::move(notice)));
}

std::optional<EncodedEvent> encode(const Event& event)
{
    return std::visit(Encoder{}, event);
}

} // namespace ve::codec
