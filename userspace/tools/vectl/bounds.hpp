// SPDX-License-Identifier: GPL-2.0-only
//
// RESOURCE=BARRIER[:LIMIT] and the sizes in it. Pure: text in, numbers out,
// UsageError for what makes no sense.
#pragma once

#include <libve/environment.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vectl {

// Digits, then perhaps one of K, M, G, T (times 1024 each); or "unlimited".
std::uint64_t parse_size(std::string_view text);

// "numproc=100" (both bounds), "numproc=80:100", "numproc=80:" (the barrier
// alone), "numproc=:100" (the limit alone).
ve::Bound parse_bound(std::string_view text);

// The same, for who looks at the order of the two later.
ve::Bound parse_sides(std::string_view text);

// Refuses a barrier above its limit.
void check_order(const ve::Bound& bound);

// Several, no resource twice.
std::vector<ve::Bound> parse_bounds(const std::vector<std::string>& texts);

// "unlimited" or the number, as tables and messages show it.
std::string bound_text(std::uint64_t value);

// The names of all resources, and "a, b, c", for messages.
std::vector<std::string> known_resources();
std::string joined(const std::vector<std::string>& words);

} // namespace vectl
