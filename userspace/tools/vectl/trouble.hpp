// SPDX-License-Identifier: GPL-2.0-only
//
// Which numbers deserve a look. Pure.
#pragma once

#include "output.hpp"

#include <libve/environment.hpp>

#include <string_view>

namespace vectl {

// How held is to the barrier.
enum class Mark { none, near, over };

// Near is 90 % of the barrier and more. What is accounted only, or guaranteed,
// is not refused at its barrier, so it is neither.
Mark mark_of(const ve::Counter& numbers) noexcept;

// "near", "over", or nothing.
std::string_view to_string(Mark mark) noexcept;

// How a table paints it.
Colour colour_of(Mark mark);

// Marked, or refused something.
bool is_trouble(const ve::Counter& numbers) noexcept;

} // namespace vectl
