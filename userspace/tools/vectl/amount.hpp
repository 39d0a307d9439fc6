// SPDX-License-Identifier: GPL-2.0-only
//
// Amounts as CTID.conf writes them: "240", "1.5G", "2048P", "unlimited". Pure;
// UsageError for what is none.
#pragma once

#include <libve/environment.hpp>

#include <cstdint>
#include <string_view>

namespace vectl {

// What a number without suffix counts.
struct Measure {
    std::uint64_t unit;      // bytes; 1 for items too
    std::uint64_t page_size; // what P stands for
    bool suffixes = true;
};

Measure measure_of(ve::Unit unit, std::uint64_t page_size);

struct Amount {
    std::uint64_t value;
    bool capped = false; // it was more than the largest number
};

// T, G, M, K (of 1024), B and P make it bytes, which are divided by the unit and
// rounded down. What then is too large is refused; a number without suffix is
// capped.
Amount parse_amount(std::string_view text, const Measure& measure);

} // namespace vectl
