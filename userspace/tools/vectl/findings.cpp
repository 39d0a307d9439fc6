// SPDX-License-Identifier: GPL-2.0-only
#include "findings.hpp"

namespace vectl {

std::string_view to_string(Weight weight) noexcept
{
    switch (weight) {
    case Weight::error:
        return "error";
    case Weight::warning:
        return "warning";
    case Weight::recommendation:
        return "recommendation";
    }
    return "unknown";
}

std::string barrier_of(ve::Resource resource)
{
    return ve::to_string(resource) + ".barrier";
}

std::string limit_of(ve::Resource resource)
{
    return ve::to_string(resource) + ".limit";
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b) noexcept
{
    return a >= ve::unlimited || b >= ve::unlimited - a ? ve::unlimited : a + b;
}

std::uint64_t times(std::uint64_t a, std::uint64_t b) noexcept
{
    if (a == 0 || b == 0)
        return 0;
    return a >= ve::unlimited / b ? ve::unlimited : a * b;
}

} // namespace vectl
