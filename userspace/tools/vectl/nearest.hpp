// SPDX-License-Identifier: GPL-2.0-only
//
// "did you mean …": the known word nearest to a mistyped one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vectl {

// The number of letters to insert, remove, replace or swap with their
// neighbour to make one word of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Nothing when no word is near enough to be what was meant.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

// " (did you mean 'x'?)" or nothing, ready to end a message with.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

} // namespace vectl
