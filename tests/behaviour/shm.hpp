// SPDX-License-Identifier: GPL-2.0-only
//
// What tests of shared memory have in common.
#pragma once

#include "fixture.hpp"
#include "pages.hpp"

namespace behaviour {

inline constexpr auto shmpages = ve::Resource::shmpages;

inline ve::Bound pages(std::uint64_t barrier)
{
    return {shmpages, barrier, barrier};
}

/// A test with a tmpfs of its own.
class Mounted : public Host {
  protected:
    const Tmpfs tmpfs;

    [[nodiscard]] static std::uint64_t held(const Ve& ve) { return ve.counter(shmpages).held; }

    [[nodiscard]] static std::uint64_t failcnt(const Ve& ve)
    {
        return ve.counter(shmpages).failcnt;
    }

    static testing::AssertionResult comes_to_hold(const Ve& ve, std::uint64_t much)
    {
        return ve.comes_to_hold(shmpages, much);
    }
};

} // namespace behaviour
