// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/result.hpp>

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ve {

/// Id of a VE: 1 to id_max. 0 is VE0, the host, which no call here names.
using Id = std::uint32_t;
inline constexpr Id id_max = 2147483647;

/// Longest name of a VE, in bytes.
inline constexpr std::size_t name_max = 63;

/// A barrier or limit that refuses nothing; also the largest that can be set.
inline constexpr std::uint64_t unlimited = 9223372036854775807;

/// What a VE is doing. Values that a newer kernel may add are kept as numbers.
enum class State : std::uint32_t {
    empty = 0,   ///< no live member
    running = 1, ///< at least one live member
    killing = 2, ///< live members, and a kill request is in force
};

/// What is counted, by the numbers of 2006. Values that this library does not know, from a newer
/// kernel, are kept as numbers. A kernel tells of those that it counts, and refuses bounds of others.
enum class Resource : std::uint32_t {
    kmemsize = 0,      ///< kernel memory that cannot be swapped
    lockedpages = 1,   ///< pages locked into memory
    privvmpages = 2,   ///< private memory that may be used
    shmpages = 3,      ///< shared memory
    numproc = 5,       ///< tasks (threads too), from fork until reaped
    physpages = 6,     ///< memory in use; accounted only
    vmguarpages = 7,   ///< memory guaranteed to be had
    oomguarpages = 8,  ///< memory guaranteed when memory runs out
    numtcpsock = 9,    ///< TCP sockets, from socket or accept until freed
    numflock = 10,     ///< file locks
    numpty = 11,       ///< pairs of pseudo-terminals, until both ends are closed
    numsiginfo = 12,   ///< queued signals
    tcpsndbuf = 13,    ///< send buffers of TCP sockets
    tcprcvbuf = 14,    ///< receive buffers of TCP sockets
    othersockbuf = 15, ///< send buffers of other sockets
    dgramrcvbuf = 16,  ///< receive buffers of datagram sockets
    numothersock = 17, ///< other sockets, from socket, socketpair or connect until freed
    dcachesize = 18,   ///< dentries and inodes in use
    numfile = 19,      ///< open files, until the last descriptor and mapping is gone
    numiptent = 23,    ///< rules of packet filters
    swappages = 24,    ///< swap in use; accounted only
};

/// How firmly a charge asked.
enum class Severity : std::uint32_t {
    barrier = 0, ///< refused above the barrier
    limit = 1,   ///< refused above the limit
    force = 2,   ///< never refused
};

/// What the numbers of a resource count.
enum class Unit { items, bytes, pages };

/// What the bounds of a resource do.
enum class Role {
    bounded,    ///< what would exceed them is refused
    accounted,  ///< nothing: it is only counted
    guaranteed, ///< the barrier is a guarantee; the limit means nothing
};

/// One row of the table of resources.
struct ResourceInfo {
    Resource resource;
    std::string_view name; ///< as written by users: "numproc"
    Unit unit;
    std::string_view summary; ///< half a sentence, for help texts and tables
    Role role = Role::bounded;
};

/// Every resource this library knows, in the order in which they are to be shown.
[[nodiscard]] std::span<const ResourceInfo> resources() noexcept;

/// The row of one resource; nullptr if this library does not know it.
[[nodiscard]] const ResourceInfo* find_resource(Resource resource) noexcept;

/// What its bounds do; as of most for one that this library does not know.
[[nodiscard]] Role role_of(Resource resource) noexcept;

/// The resource of that name. Errors: EINVAL.
Result<Resource> parse_resource(std::string_view name);

/// "numproc"; "resource25" for one that this library does not know.
[[nodiscard]] std::string to_string(Resource resource);
/// "empty", "running", "killing"; "unknown" for others.
[[nodiscard]] std::string_view to_string(State state) noexcept;
/// "barrier", "limit", "force"; "unknown" for others.
[[nodiscard]] std::string_view to_string(Severity severity) noexcept;
/// "items", "bytes", "pages".
[[nodiscard]] std::string_view to_string(Unit unit) noexcept;

/// Bounds to be set; one that is left out stays as it is (or unlimited, for a new VE).
struct Bound {
    Resource resource = Resource::numproc;
    std::optional<std::uint64_t> barrier;
    std::optional<std::uint64_t> limit;

    bool operator==(const Bound&) const = default;
};

/// The numbers of one resource, in its unit.
struct Counter {
    Resource resource = Resource::numproc;
    std::uint64_t held = 0;            ///< charged now
    std::uint64_t maxheld = 0;         ///< largest held ever was
    std::uint64_t barrier = unlimited; ///< bound of charges of severity barrier; at most the limit
    std::uint64_t limit = unlimited;   ///< bound of charges of severity limit
    std::uint64_t failcnt = 0;         ///< number of refused charges

    bool operator==(const Counter&) const = default;
};

/// Which processes members of a VE see.
enum class Sight : std::uint8_t {
    own, ///< those of their VE
    all, ///< all, and can do nothing to those outside
};

/// A VE as it was at one moment.
struct Environment {
    Id id = 0;
    std::string name;
    State state = State::empty;
    std::uint32_t members = 0; ///< processes with a live thread
    std::vector<Counter> resources;
    Sight sight = Sight::own; ///< which processes its members see

    /// The numbers of one resource; nullptr if the kernel sent none.
    [[nodiscard]] const Counter* find(Resource resource) const noexcept;

    bool operator==(const Environment&) const = default;
};

/// A process (thread group) of a VE.
struct Member {
    Id id = 0;                 ///< of the VE
    pid_t pid = 0;             ///< in the pid namespace of the asking process
    std::uint32_t threads = 0; ///< live ones
    bool entering = false;     ///< has not called exec since it was attached
    std::string comm;          ///< command name; any bytes but NUL: the process chose them

    bool operator==(const Member&) const = default;
};

/// Is this a name a VE can have? 1 to 63 bytes, first a letter or '_', then letters, digits and
/// any of "_.:@-" (all ASCII). Errors: EINVAL with a sentence that says what is wrong.
Result<> check_name(std::string_view name);

/// How a VE is named in a request: by id, by name, or by both.
class Handle {
  public:
    explicit Handle(Id id) noexcept : id_(id) {}

    /// By both: should the id pass to another VE, requests are refused (EINVAL) unless that one
    /// has the name, too.
    explicit Handle(const Environment& environment) : id_(environment.id), name_(environment.name)
    {
    }

    /// By name, unchecked: the kernel judges it.
    [[nodiscard]] static Handle named(std::string name) { return Handle(std::move(name)); }

    /// What a user typed: digits only are an id, all else is a name.
    /// Errors: EINVAL for a name that no VE can have, ERANGE for an id outside 1 to id_max.
    static Result<Handle> parse(std::string_view text);

    [[nodiscard]] std::optional<Id> id() const noexcept;
    [[nodiscard]] const std::string* name() const noexcept;

    /// The name, or the id in digits if there is none.
    [[nodiscard]] std::string to_string() const;

    bool operator==(const Handle&) const = default;

  private:
    explicit Handle(std::string name) noexcept : name_(std::move(name)) {}

    std::optional<Id> id_;
    std::optional<std::string> name_;
};

} // namespace ve
