// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/environment.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ve {

/// A VE was made.
struct Created {
    Id id = 0;
    std::string name;

    bool operator==(const Created&) const = default;
};

/// Bounds of a VE were set.
struct Changed {
    Id id = 0;
    std::string name;
    std::vector<Counter> resources; ///< those that were set, with their numbers after it

    bool operator==(const Changed&) const = default;
};

/// A VE was removed; its id and name may be in use again.
struct Destroyed {
    Id id = 0;
    std::string name;

    bool operator==(const Destroyed&) const = default;
};

/// The last live member of a VE has gone.
struct Empty {
    Id id = 0;
    std::string name;

    bool operator==(const Empty&) const = default;
};

/// A process was made a member. Children of members are members without an event.
struct Attached {
    Id id = 0;
    std::string name;
    pid_t pid = 0;    ///< in the initial pid namespace
    std::string comm; ///< any bytes but NUL: the process chose them

    bool operator==(const Attached&) const = default;
};

/// A charge was refused. At most ten a second are reported for a VE and resource; the others are
/// counted in left_out of the next one. If severity is absent, nothing was refused now: the event
/// only brings the count of a second in which more were refused than reported. If just pid is, no
/// process asked: a connection came in, say.
struct Refused {
    Id id = 0;
    std::string name;
    Counter counter; ///< numbers at that moment
    std::optional<Severity> severity;
    std::uint64_t asked = 0;    ///< size of the charge
    std::optional<pid_t> pid;   ///< of the refused process, in the initial pid namespace
    std::string comm;           ///< its command name; any bytes but NUL: the process chose them
    std::uint64_t left_out = 0; ///< refusals not reported since the last event of this kind

    bool operator==(const Refused&) const = default;
};

/// The reader was too slow and the kernel dropped events: how many and of which kind is not known.
/// Who keeps a picture of the VEs has to list them anew.
struct Lost {
    bool operator==(const Lost&) const = default;
};

using Event = std::variant<Created, Changed, Destroyed, Empty, Attached, Refused, Lost>;

/// "created", "changed", "destroyed", "empty", "attached", "refused", "lost".
[[nodiscard]] std::string_view name_of(const Event& event) noexcept;

} // namespace ve
