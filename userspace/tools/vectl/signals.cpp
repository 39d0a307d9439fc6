// SPDX-License-Identifier: GPL-2.0-only
#include "signals.hpp"

#include "nearest.hpp"
#include "usage_error.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <cstring>
#include <optional>

namespace vectl {

namespace {

// The numbers of the kernel, not those that libc leaves to programs: a VE may
// hold programs of any libc, and SIGRTMIN there need not be ours.
constexpr int first_signal = 1;
constexpr int last_signal = 64;

std::optional<int> whole_number(std::string_view text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<int> real_time(std::string_view name)
{
    const bool from_min = name.substr(0, 5) == "RTMIN";
    if (!from_min && name.substr(0, 5) != "RTMAX")
        return std::nullopt;

    const int base = from_min ? SIGRTMIN : SIGRTMAX;
    const auto offset = name.substr(5);
    if (offset.empty())
        return base;
    if (offset.size() < 2 || offset[0] != (from_min ? '+' : '-') ||
        !std::isdigit(static_cast<unsigned char>(offset[1])))
        return std::nullopt;

    const auto distance = whole_number(offset.substr(1));
    if (!distance || *distance > SIGRTMAX - SIGRTMIN)
        return std::nullopt;
    return from_min ? base + *distance : base - *distance;
}

std::optional<int> by_name(std::string_view name)
{
    for (int signal = first_signal; signal < SIGRTMIN; signal++) {
        const char* known = sigabbrev_np(signal);
        if (known && name == known)
            return signal;
    }
    // Other names of the same signals.
    if (name == "IOT")
        return SIGABRT;
    if (name == "CLD")
        return SIGCHLD;
    if (name == "IO")
        return SIGIO;
    return real_time(name);
}

} // namespace

std::vector<std::string> signal_names()
{
    std::vector<std::string> names;
    for (int signal = first_signal; signal < SIGRTMIN; signal++)
        if (const char* known = sigabbrev_np(signal))
            names.emplace_back(known);
    names.emplace_back("RTMIN");
    names.emplace_back("RTMAX");
    return names;
}

int parse_signal(std::string_view text)
{
    if (!text.empty() && std::isdigit(static_cast<unsigned char>(text[0]))) {
        const auto number = whole_number(text);
        if (!number || *number < first_signal || *number > last_signal)
            throw UsageError("no signal '" + std::string(text) + "': the numbers are 1 to 64");
        return *number;
    }

    std::string name(text);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (name.rfind("SIG", 0) == 0)
        name.erase(0, 3);
    if (const auto signal = by_name(name))
        return *signal;
    throw UsageError("no signal '" + std::string(text) + "'" + suggestion(name, signal_names()));
}

} // namespace vectl
