// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/environment.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace ve {

/// A moment by the kernel's clock of the day (CLOCK_REALTIME), which may be set meanwhile.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A charge that was refused, or several in a row of the same process, resource and severity.
struct Refusal {
    Counter counter; ///< what was asked for, with its numbers when the last was refused
    Severity severity = Severity::barrier;
    std::uint64_t asked = 0;  ///< size of the last
    std::optional<pid_t> pid; ///< in the initial pid namespace; none if no process asked
    std::string comm;         ///< its command name then; any bytes but NUL: the process chose them
    std::uint64_t times = 1;  ///< how many
    Time first;               ///< when the first was refused
    Time last;                ///< when the last was refused

    /// The bound that was in the way.
    [[nodiscard]] std::uint64_t bound() const noexcept
    {
        return severity == Severity::limit ? counter.limit : counter.barrier;
    }

    bool operator==(const Refusal&) const = default;
};

} // namespace ve
