// SPDX-License-Identifier: GPL-2.0-only
//
// What is wrong with a set of bounds, and the arithmetic of saying so: sums and
// products that end at unlimited.
#pragma once

#include <libve/environment.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vectl {

enum class Weight { error, warning, recommendation };

std::string_view to_string(Weight weight) noexcept;

// "kmemsize.barrier" and how much.
struct Number {
    std::string name;
    std::uint64_t value;

    bool operator==(const Number&) const = default;
};

struct Finding {
    Weight weight;
    std::string rule;                 // in words
    std::vector<Number> numbers;      // that break it
    std::vector<Number> satisfied_by; // bounds with which they would not
};

std::string barrier_of(ve::Resource resource);
std::string limit_of(ve::Resource resource);

std::uint64_t plus(std::uint64_t a, std::uint64_t b) noexcept;
std::uint64_t times(std::uint64_t a, std::uint64_t b) noexcept;

} // namespace vectl
