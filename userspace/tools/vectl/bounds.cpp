// SPDX-License-Identifier: GPL-2.0-only
#include "bounds.hpp"

#include "nearest.hpp"
#include "usage_error.hpp"

#include <charconv>

namespace vectl {

namespace {

// The power of two that a suffix stands for; nothing when it is none.
std::optional<unsigned> suffix_shift(char suffix)
{
    switch (suffix) {
    case 'K':
    case 'k':
        return 10;
    case 'M':
    case 'm':
        return 20;
    case 'G':
    case 'g':
        return 30;
    case 'T':
    case 't':
        return 40;
    default:
        return std::nullopt;
    }
}

[[noreturn]] void too_large(std::string_view text)
{
    throw UsageError("'" + std::string(text) + "' is too large: the largest number is " +
                     std::to_string(ve::unlimited - 1) + ", and 'unlimited' is a word");
}

} // namespace

std::vector<std::string> known_resources()
{
    std::vector<std::string> names;
    for (const auto& row : ve::resources())
        names.emplace_back(row.name);
    return names;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string line;
    for (const auto& word : words)
        line += (line.empty() ? "" : ", ") + word;
    return line;
}

std::uint64_t parse_size(std::string_view text)
{
    if (text == "unlimited")
        return ve::unlimited;

    unsigned shift = 0;
    auto digits = text;
    if (!digits.empty()) {
        if (const auto found = suffix_shift(digits.back())) {
            shift = *found;
            digits.remove_suffix(1);
        }
    }

    // from_chars takes no sign, space or base prefix for an unsigned number,
    // and that is meant: "-1" must not become a huge bound.
    std::uint64_t number = 0;
    const char* const stop = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), stop, number);
    if (digits.empty() || end != stop || error == std::errc::invalid_argument)
        throw UsageError("'" + std::string(text) +
                         "' is no size: digits, perhaps with K, M, G or T, or 'unlimited'");
    if (error != std::errc() || number > (ve::unlimited >> shift))
        too_large(text);
    return number << shift;
}

ve::Bound parse_sides(std::string_view text)
{
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        throw UsageError("'" + std::string(text) + "' is not RESOURCE=BARRIER[:LIMIT]");

    const auto name = text.substr(0, equals);
    const auto resource = ve::parse_resource(name);
    if (!resource)
        throw UsageError("unknown resource '" + std::string(name) + "'" +
                         suggestion(name, known_resources()) +
                         "; known: " + joined(known_resources()));

    ve::Bound parsed{*resource, {}, {}};
    const auto value = text.substr(equals + 1);
    const auto colon = value.find(':');
    if (value.empty() || value == ":")
        throw UsageError("'" + std::string(text) + "' names no bound");
    if (colon == std::string_view::npos) {
        parsed.barrier = parsed.limit = parse_size(value);
        return parsed;
    }

    const auto barrier = value.substr(0, colon);
    const auto limit = value.substr(colon + 1);
    if (!barrier.empty())
        parsed.barrier = parse_size(barrier);
    if (!limit.empty())
        parsed.limit = parse_size(limit);
    return parsed;
}

void check_order(const ve::Bound& bound)
{
    if (bound.barrier && bound.limit && *bound.barrier > *bound.limit)
        throw UsageError(ve::to_string(bound.resource) + ": the barrier (" +
                         bound_text(*bound.barrier) + ") is above the limit (" +
                         bound_text(*bound.limit) + ")");
}

ve::Bound parse_bound(std::string_view text)
{
    const auto parsed = parse_sides(text);
    check_order(parsed);
    return parsed;
}

std::vector<ve::Bound> parse_bounds(const std::vector<std::string>& texts)
{
    std::vector<ve::Bound> all;
    for (const auto& text : texts) {
        const auto parsed = parse_bound(text);
        for (const auto& earlier : all)
            if (earlier.resource == parsed.resource)
                throw UsageError("resource '" + ve::to_string(parsed.resource) +
                                 "' is named twice");
        all.push_back(parsed);
    }
    return all;
}

std::string bound_text(std::uint64_t value)
{
    return value == ve::unlimited ? "unlimited" : std::to_string(value);
}

} // namespace vectl
