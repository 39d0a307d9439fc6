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

} // namespace ve::codec
