// SPDX-License-Identifier: GPL-2.0-only
//
// What /proc tells about a process. Reading a text is pure and apart from
// fetching it, since others write parts of that text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vectl {

struct ProcessDetails {
    std::uint32_t parent = 0;
    std::uint32_t user = 0; // the effective one
    char state = '?';
    std::string command; // arguments joined by spaces; empty without any
};

// /proc/PID/status; nothing if a field is missing.
std::optional<ProcessDetails> parse_status(std::string_view text);

// /proc/PID/cmdline: arguments, each ended by a NUL.
std::string parse_cmdline(std::string_view text);

enum class Presence {
    known,  // details were read
    hidden, // it is there, but /proc does not show it to us
    gone,
};

Presence read_process(std::uint32_t pid, ProcessDetails& details);

// The user's name, or the number for one who has none.
std::string user_name(std::uint32_t user);

} // namespace vectl
