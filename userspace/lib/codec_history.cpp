// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"

#include <linux/ve.h>

#include <array>

namespace ve::codec {

namespace {

Result<> decode_refusal(Bytes nest, Refusal& into)
{
    constexpr std::array<std::uint16_t, 6> required{
        VE_A_REFUSAL_RESOURCE, VE_A_REFUSAL_SEVERITY, VE_A_REFUSAL_ASKED,
        VE_A_REFUSAL_TIMES,    VE_A_REFUSAL_FIRST,    VE_A_REFUSAL_LAST,
    };

    into.pid.reset();
    into.comm.clear();
    return walk(nest, required, refusal_attribute_name, [&](const wire::Attribute& attribute) {
        bool good = true;
        switch (attribute.type) {
        case VE_A_REFUSAL_RESOURCE:
            return decode(attribute.payload, into.counter);
        case VE_A_REFUSAL_SEVERITY:
            good = assign(into.severity, attribute.u32());
            break;
        case VE_A_REFUSAL_ASKED:
            good = assign(into.asked, attribute.u64());
            break;
        case VE_A_REFUSAL_PID:
            good = assign(into.pid.emplace(), attribute.u32());
            break;
        case VE_A_REFUSAL_COMM:
            into.comm = attribute.string();
            break;
        case VE_A_REFUSAL_TIMES:
            good = assign(into.times, attribute.u64());
            break;
        case VE_A_REFUSAL_FIRST:
            good = assign(into.first, attribute.u64());
            break;
        case VE_A_REFUSAL_LAST:
            good = assign(into.last, attribute.u64());
            break;
        }
        return good_or_malformed(good, refusal_attribute_name(attribute.type));
    });
}

void encode_refusal(wire::Writer& out, const Refusal& refusal)
{
    out.nest(VE_A_REFUSAL, [&] {
        encode(out, refusal.counter, VE_A_REFUSAL_RESOURCE);
        out.u32(VE_A_REFUSAL_SEVERITY, number_of(refusal.severity));
        out.u64(VE_A_REFUSAL_ASKED, refusal.asked);
        out.u64(VE_A_REFUSAL_TIMES, refusal.times);
        out.u64(VE_A_REFUSAL_FIRST, number_of(refusal.first));
        out.u64(VE_A_REFUSAL_LAST, number_of(refusal.last));
        if (refusal.pid)
            out.u32(VE_A_REFUSAL_PID, static_cast<std::uint32_t>(*refusal.pid));
        if (refusal.pid || !refusal.comm.empty())
            out.string(VE_A_REFUSAL_COMM, refusal.comm);
    });
}

} // namespace

Result<> decode(Bytes attributes, Refusal& into)
{
    constexpr std::array<std::uint16_t, 1> required{VE_A_REFUSAL};

    return walk(attributes, required, attribute_name, [&](const wire::Attribute& attribute) {
        return attribute.type == VE_A_REFUSAL ? decode_refusal(attribute.payload, into)
                                              : Result<>();
    });
}

std::vector<std::byte> encode(const Refusal& refusal)
{
    wire::Writer out;

    encode_refusal(out, refusal);
    return std::move(out).take();
}

Result<> decode(Bytes attributes, Past& into)
{
    constexpr std::array<std::uint16_t, 6> required{
        VE_A_ID, VE_A_NAME, VE_A_CREATED, VE_A_DESTROYED, VE_A_LIFETIME, VE_A_CPU_TIME,
    };

    into.resources.clear();
    into.refusals.clear();
    return walk(attributes, required, attribute_name, [&](const wire::Attribute& attribute) {
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
        case VE_A_REFUSAL:
            return decode_refusal(attribute.payload, into.refusals.emplace_back());
        case VE_A_CREATED:
            good = assign(into.created, attribute.u64());
            break;
        case VE_A_DESTROYED:
            good = assign(into.destroyed, attribute.u64());
            break;
        case VE_A_LIFETIME:
            good = assign(into.lifetime, attribute.u64());
            break;
        case VE_A_CPU_TIME:
            good = assign(into.cpu_time, attribute.u64());
            break;
        }
        return good_or_malformed(good, attribute_name(attribute.type));
    });
}

std::vector<std::byte> encode(const Past& past)
{
    wire::Writer out;

    out.u32(VE_A_ID, past.id);
    out.string(VE_A_NAME, past.name);
    out.u64(VE_A_CREATED, number_of(past.created));
    out.u64(VE_A_DESTROYED, number_of(past.destroyed));
    out.u64(VE_A_LIFETIME, static_cast<std::uint64_t>(past.lifetime.count()));
    out.u64(VE_A_CPU_TIME, static_cast<std::uint64_t>(past.cpu_time.count()));
    for (const Counter& counter : past.resources)
        encode(out, counter, VE_A_RESOURCE);
    for (const Refusal& refusal : past.refusals)
        encode_refusal(out, refusal);
    return std::move(out).take();
}

} // namespace ve::codec
