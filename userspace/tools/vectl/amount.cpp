// SPDX-License-Identifier: GPL-2.0-only
#include "amount.hpp"

#include "bounds.hpp"
#include "usage_error.hpp"

#include <algorithm>
#include <optional>

namespace vectl {

namespace {

// 2^64 times T and 10^19 times T fit, so nothing wraps before it is compared.
__extension__ using Wide = unsigned __int128;

constexpr Wide most_whole = Wide{1} << 64;
constexpr std::size_t most_decimals = 19; // later ones are less than a byte of a T
constexpr std::size_t most_quoted = 40;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::string quoted(std::string_view text)
{
    if (text.size() <= most_quoted)
        return "'" + std::string(text) + "'";
    return "'" + std::string(text.substr(0, most_quoted)) + "…'";
}

// Takes the digits away from the front of the text.
std::string_view take_digits(std::string_view& text)
{
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

Wide number(std::string_view digits)
{
    Wide value = 0;
    for (const char digit : digits)
        value = std::min(value * 10 + static_cast<unsigned>(digit - '0'), most_whole);
    return value;
}

// The bytes that a suffix stands for; nothing when it is none.
std::optional<std::uint64_t> suffix_bytes(char suffix, std::uint64_t page_size)
{
    switch (suffix) {
    case 'T':
    case 't':
        return std::uint64_t{1} << 40;
    case 'G':
    case 'g':
        return std::uint64_t{1} << 30;
    case 'M':
    case 'm':
        return std::uint64_t{1} << 20;
    case 'K':
    case 'k':
        return std::uint64_t{1} << 10;
    case 'B':
    case 'b':
        return 1;
    case 'P':
    case 'p':
        return page_size;
    default:
        return std::nullopt;
    }
}

} // namespace

Measure measure_of(ve::Unit unit, std::uint64_t page_size)
{
    return {unit == ve::Unit::pages ? page_size : 1, page_size, unit != ve::Unit::items};
}

Amount parse_amount(std::string_view text, const Measure& measure)
{
    if (text == "unlimited")
        return {ve::unlimited};

    auto rest = text;
    const auto whole = take_digits(rest);
    std::string_view decimals;
    bool well_formed = !whole.empty();
    if (!rest.empty() && rest.front() == '.') {
        rest.remove_prefix(1);
        decimals = take_digits(rest);
        well_formed = well_formed && !decimals.empty();
    }
    const auto suffix =
        rest.size() == 1 ? suffix_bytes(rest.front(), measure.page_size) : std::nullopt;
    if (!well_formed || (!rest.empty() && !suffix))
        throw UsageError(quoted(text) + " is no amount: digits, perhaps with T, G, M, K, P or B, "
                                        "or 'unlimited'");
    if (suffix && !measure.suffixes)
        throw UsageError(quoted(text) + " has a suffix, and items are counted one by one");

    if (!suffix) {
        const auto value = number(whole);
        if (value > ve::unlimited)
            return {ve::unlimited, true};
        return {static_cast<std::uint64_t>(value)};
    }

    decimals = decimals.substr(0, most_decimals);
    Wide part = number(decimals) * *suffix;
    for (std::size_t i = 0; i < decimals.size(); i++)
        part /= 10;
    const Wide value = (number(whole) * *suffix + part) / measure.unit;
    if (value > ve::unlimited)
        throw UsageError(quoted(text) + " overflows: the largest number is " +
                         std::to_string(ve::unlimited - 1) + ", and 'unlimited' is a word");
    return {static_cast<std::uint64_t>(value)};
}

} // namespace vectl
