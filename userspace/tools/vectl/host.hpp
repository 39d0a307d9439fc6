// SPDX-License-Identifier: GPL-2.0-only
//
// How large the host is, and whether it can keep what bounds promise.
#pragma once

#include "ctid_conf.hpp"
#include "findings.hpp"

#include <libve/result.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace vectl {

struct Host {
    std::uint64_t ram;  // in bytes
    std::uint64_t swap; // in bytes
    std::uint64_t page_size;
};

std::uint64_t host_page_size();

// What /proc/meminfo says; EBADMSG if it does not.
ve::Result<Host> parse_meminfo(std::string_view text, std::uint64_t page_size);

// Reads it.
ve::Result<Host> this_host();

// What the VE is promised against what there is, as vzmemcheck reckons. Pure.
std::vector<Finding> check_host(const Configuration& conf, const Host& host);

} // namespace vectl
