// SPDX-License-Identifier: GPL-2.0-only
#include "trouble.hpp"

namespace vectl {

namespace {

bool has_barrier(const ve::Counter& numbers)
{
    return ve::role_of(numbers.resource) == ve::Role::bounded && numbers.barrier != ve::unlimited;
}

} // namespace

Mark mark_of(const ve::Counter& numbers) noexcept
{
    if (!has_barrier(numbers) || numbers.held == 0)
        return Mark::none;
    if (numbers.held > numbers.barrier)
        return Mark::over;
    return numbers.held >= numbers.barrier - numbers.barrier / 10 ? Mark::near : Mark::none;
}

std::string_view to_string(Mark mark) noexcept
{
    switch (mark) {
    case Mark::near:
        return "near";
    case Mark::over:
        return "over";
    case Mark::none:
        break;
    }
    return "";
}

Colour colour_of(Mark mark)
{
    switch (mark) {
    case Mark::near:
        return Colour::busy;
    case Mark::over:
        return Colour::bad;
    case Mark::none:
        break;
    }
    return Colour::none;
}

bool is_trouble(const ve::Counter& numbers) noexcept
{
    return numbers.failcnt != 0 || mark_of(numbers) != Mark::none;
}

} // namespace vectl
