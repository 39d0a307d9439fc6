// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/environment.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

/// A VE that is gone.
struct Past {
    Id id = 0; ///< may be that of another one by now, as may the name
    std::string name;
    Time created;
    Time destroyed;
    std::chrono::nanoseconds lifetime{0}; ///< right even if the clock was set meanwhile
    std::chrono::nanoseconds cpu_time{0}; ///< of all its tasks, as members
    std::vector<Counter> resources;       ///< final; held is what has outlived the VE
    std::vector<Refusal> refusals;        ///< its last ones, the oldest first

    /// The numbers of one resource; nullptr if the kernel sent none.
    [[nodiscard]] const Counter* find(Resource resource) const noexcept;

    bool operator==(const Past&) const = default;
};

} // namespace ve
