// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"

#include <linux/ve.h>

#include <array>

namespace ve {

using codec::number_of;

// The public numbers are those of the kernel.
static_assert(id_max == VE_ID_MAX);
static_assert(name_max == VE_NAME_MAX);
static_assert(unlimited == VE_UNLIMITED);
static_assert(number_of(State::killing) == VE_STATE_KILLING && VE_STATE_MAX == 2);
static_assert(number_of(Severity::force) == VE_SEVERITY_FORCE && VE_SEVERITY_MAX == 2);
static_assert(number_of(Resource::numproc) == VE_RESOURCE_NUMPROC);
static_assert(number_of(Resource::numfile) == VE_RESOURCE_NUMFILE);
static_assert(number_of(Resource::swappages) == VE_RESOURCE_SWAPPAGES && VE_RESOURCE_MAX == 24);
static_assert(number_of(Command::refused_ntf) == VE_CMD_REFUSED_NTF);
static_assert(number_of(Command::refusal_get) == VE_CMD_REFUSAL_GET);
static_assert(number_of(Command::history_get) == VE_CMD_HISTORY_GET);
static_assert(VE_CMD_MAX == VE_CMD_HISTORY_GET);

namespace codec {

namespace {

constexpr std::array<std::string_view, VE_A_MAX + 1> names{
    "",       "id",      "name",    "state",     "members",  "resource", "pid",      "pidfd",
    "signal", "timeout", "comm",    "threads",   "entering", "severity", "asked",    "left-out",
    "pad",    "refusal", "created", "destroyed", "lifetime", "cpu-time", "watching",
};

constexpr std::array<std::string_view, VE_A_RESOURCE_MAX + 1> resource_names{
    "",
    "resource.id",
    "resource.held",
    "resource.maxheld",
    "resource.barrier",
    "resource.limit",
    "resource.failcnt",
    "resource.pad",
};

constexpr std::array<std::string_view, VE_A_REFUSAL_MAX + 1> refusal_names{
    "",
    "refusal.resource",
    "refusal.severity",
    "refusal.asked",
    "refusal.pid",
    "refusal.comm",
    "refusal.times",
    "refusal.first",
    "refusal.last",
    "refusal.pad",
};

Result<> decode_bound(Bytes nest, Bound& into)
{
    constexpr std::array<std::uint16_t, 1> required{VE_A_RESOURCE_ID};

    return walk(nest, required, resource_attribute_name, [&](const wire::Attribute& attribute) {
        bool good = true;
        switch (attribute.type) {
        case VE_A_RESOURCE_ID:
            good = assign(into.resource, attribute.u32());
            break;
        case VE_A_RESOURCE_BARRIER:
            good = (into.barrier = attribute.u64()).has_value();
            break;
        case VE_A_RESOURCE_LIMIT:
            good = (into.limit = attribute.u64()).has_value();
            break;
        }
        return good_or_malformed(good, resource_attribute_name(attribute.type));
    });
}

} // namespace

std::string_view attribute_name(std::uint16_t type) noexcept
{
    return type < names.size() ? names.at(type) : "";
}

std::string_view resource_attribute_name(std::uint16_t type) noexcept
{
    return type < resource_names.size() ? resource_names.at(type) : "";
}

std::string_view refusal_attribute_name(std::uint16_t type) noexcept
{
    return type < refusal_names.size() ? refusal_names.at(type) : "";
}

} // namespace codec

std::vector<std::byte> encode(const Parameters& parameters)
{
    wire::Writer out;
    const auto number = [&](std::uint16_t type, const std::optional<std::uint32_t>& value) {
        if (value)
            out.u32(type, *value);
    };

    number(VE_A_ID, parameters.id);
    if (parameters.name)
        out.string(VE_A_NAME, *parameters.name);
    for (const Bound& bound : parameters.bounds) {
        out.nest(VE_A_RESOURCE, [&] {
            out.u32(VE_A_RESOURCE_ID, number_of(bound.resource));
            if (bound.barrier)
                out.u64(VE_A_RESOURCE_BARRIER, *bound.barrier);
            if (bound.limit)
                out.u64(VE_A_RESOURCE_LIMIT, *bound.limit);
        });
    }
    number(VE_A_PID, parameters.pid);
    number(VE_A_PIDFD, parameters.pidfd);
    number(VE_A_SIGNAL, parameters.signal);
    number(VE_A_TIMEOUT, parameters.timeout);
    if (parameters.watching)
        out.flag(VE_A_WATCHING);
    return std::move(out).take();
}

Result<Parameters> decode(Bytes attributes)
{
    Parameters parameters;

    auto done = codec::walk(attributes, {}, codec::attribute_name, [&](const wire::Attribute& a) {
        bool good = true;
        switch (a.type) {
        case VE_A_ID:
            good = (parameters.id = a.u32()).has_value();
            break;
        case VE_A_NAME:
            parameters.name = a.string();
            break;
        case VE_A_RESOURCE:
            return codec::decode_bound(a.payload, parameters.bounds.emplace_back());
        case VE_A_PID:
            good = (parameters.pid = a.u32()).has_value();
            break;
        case VE_A_PIDFD:
            good = (parameters.pidfd = a.u32()).has_value();
            break;
        case VE_A_SIGNAL:
            good = (parameters.signal = a.u32()).has_value();
            break;
        case VE_A_TIMEOUT:
            good = (parameters.timeout = a.u32()).has_value();
            break;
        case VE_A_WATCHING:
            parameters.watching = true;
            break;
        }
        return codec::good_or_malformed(good, codec::attribute_name(a.type));
    });
    if (!done)
        return err(std::move(done).error());
    return parameters;
}

} // namespace ve
