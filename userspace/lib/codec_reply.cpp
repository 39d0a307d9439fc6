// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"

#include <linux/ve.h>

#include <array>

namespace ve::codec {

Result<> decode(Bytes nest, Counter& into)
{
    constexpr std::array<std::uint16_t, 6> required{
        VE_A_RESOURCE_ID,      VE_A_RESOURCE_HELD,  VE_A_RESOURCE_MAXHELD,
        VE_A_RESOURCE_BARRIER, VE_A_RESOURCE_LIMIT, VE_A_RESOURCE_FAILCNT,
    };

    return walk(nest, required, resource_attribute_name, [&](const wire::Attribute& attribute) {
        bool good = true;
        switch (attribute.type) {
        case VE_A_RESOURCE_ID:
            good = assign(into.resource, attribute.u32());
            break;
        case VE_A_RESOURCE_HELD:
            good = assign(into.held, attribute.u64());
            break;
        case VE_A_RESOURCE_MAXHELD:
            good = assign(into.maxheld, attribute.u64());
            break;
        case VE_A_RESOURCE_BARRIER:
            good = assign(into.barrier, attribute.u64());
            break;
        case VE_A_RESOURCE_LIMIT:
            good = assign(into.limit, attribute.u64());
            break;
        case VE_A_RESOURCE_FAILCNT:
            good = assign(into.failcnt, attribute.u64());
            break;
        }
        return good_or_malformed(good, resource_attribute_name(attribute.type));
    });
}

void encode(wire::Writer& out, const Counter& counter, std::uint16_t type)
{
    out.nest(type, [&] {
        out.u32(VE_A_RESOURCE_ID, number_of(counter.resource));
        out.u64(VE_A_RESOURCE_HELD, counter.held);
        out.u64(VE_A_RESOURCE_MAXHELD, counter.maxheld);
        out.u64(VE_A_RESOURCE_BARRIER, counter.barrier);
        out.u64(VE_A_RESOURCE_LIMIT, counter.limit);
        out.u64(VE_A_RESOURCE_FAILCNT, counter.failcnt);
    });
}

Result<> decode(Bytes attributes, Environment& into)
{
    constexpr std::array<std::uint16_t, 4> required{VE_A_ID, VE_A_NAME, VE_A_STATE, VE_A_MEMBERS};

    into.resources.clear();
    into.sight = Sight::own;
    return walk(attributes, required, attribute_name, [&](const wire::Attribute& attribute) {
        bool good = true;
        switch (attribute.type) {
        case VE_A_ID:
            good = assign(into.id, attribute.u32());
            break;
        case VE_A_NAME:
            into.name = attribute.string();
            break;
        case VE_A_STATE:
            good = assign(into.state, attribute.u32());
            break;
        case VE_A_MEMBERS:
            good = assign(into.members, attribute.u32());
            break;
        case VE_A_WATCHING:
            into.sight = Sight::all;
            break;
        case VE_A_RESOURCE:
            return decode(attribute.payload, into.resources.emplace_back());
        }
        return good_or_malformed(good, attribute_name(attribute.type));
    });
}

std::vector<std::byte> encode(const Environment& environment)
{
    wire::Writer out;

    out.u32(VE_A_ID, environment.id);
    out.string(VE_A_NAME, environment.name);
    out.u32(VE_A_STATE, number_of(environment.state));
    out.u32(VE_A_MEMBERS, environment.members);
    if (environment.sight == Sight::all)
        out.flag(VE_A_WATCHING);
    for (const Counter& counter : environment.resources)
        encode(out, counter, VE_A_RESOURCE);
    return std::move(out).take();
}

Result<> decode(Bytes attributes, Member& into)
{
    constexpr std::array<std::uint16_t, 4> required{VE_A_ID, VE_A_PID, VE_A_THREADS, VE_A_COMM};

    into.entering = false;
    return walk(attributes, required, attribute_name, [&](const wire::Attribute& attribute) {
        bool good = true;
        switch (attribute.type) {
        case VE_A_ID:
            good = assign(into.id, attribute.u32());
            break;
        case VE_A_PID:
            good = assign(into.pid, attribute.u32());
            break;
        case VE_A_THREADS:
            good = assign(into.threads, attribute.u32());
            break;
        case VE_A_ENTERING:
            into.entering = true;
            break;
        case VE_A_COMM:
            into.comm = attribute.string();
            break;
        }
        return good_or_malformed(good, attribute_name(attribute.type));
    });
}

std::vector<std::byte> encode(const Member& member)
{
    wire::Writer out;

    out.u32(VE_A_ID, member.id);
    out.u32(VE_A_PID, static_cast<std::uint32_t>(member.pid));
    out.u32(VE_A_THREADS, member.threads);
    if (member.entering)
        out.flag(VE_A_ENTERING);
    out.string(VE_A_COMM, member.comm);
    return std::move(out).take();
}

} // namespace ve::codec
