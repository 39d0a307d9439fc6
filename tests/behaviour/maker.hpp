// SPDX-License-Identifier: GPL-2.0-only
//
// Kinds of objects that are counted, and a member that makes them.
#pragma once

#include "fixture.hpp"

#include <cerrno>
#include <cstdint>
#include <span>

namespace behaviour {

/// A kind of object that a descriptor stands for.
struct Kind {
    const char* name;
    ve::Resource resource;
    int refused;   ///< errno
    int (*make)(); ///< a descriptor or -1
    /// errno without room in kmemsize; what is in memory has one error only
    int no_memory = ENOMEM;
};

/// All there are.
std::span<const Kind> all_kinds();

ve::Bound bound(ve::Resource resource, std::uint64_t barrier);

/// A member that makes an object, or closes its youngest, when it is told to.
class Maker {
  public:
    Maker(const Ve& ve, const Kind& kind);

    /// 0 or errno.
    [[nodiscard]] int make() const { return order("make"); }

    void close() const { (void)order("close"); }

    [[nodiscard]] const Process& process() const { return process_; }

  private:
    [[nodiscard]] int order(const char* word) const;

    Process process_;
};

} // namespace behaviour
