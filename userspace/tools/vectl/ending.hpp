// SPDX-License-Identifier: GPL-2.0-only
//
// Ending all members of a VE: the kernel takes the order and goes on with it
// by itself; this waits for the end.
#pragma once

#include "command.hpp"

#include <libve/client.hpp>

#include <chrono>
#include <optional>

namespace vectl {

struct Ending {
    ve::Handle target;            // the VE, by id and name
    bool empty = false;           // false: the timeout passed first
    std::uint32_t members = 0;    // if it did: how many are left
    std::vector<ve::Member> left; // those of them that have a number here
};

// Sends `signal` to all members and waits until there are none, or for
// `timeout`. With a timeout of 0 nothing is waited for.
ve::Result<Ending> end_members(Context& context, ve::Client& client, const ve::Handle& handle,
                               int signal, std::optional<std::chrono::milliseconds> timeout);

// Dead processes are charged until their parents have taken notice. Waits a
// moment for that; returns how many tasks still are.
std::uint64_t wait_until_reaped(ve::Client& client, const ve::Handle& handle);

} // namespace vectl
