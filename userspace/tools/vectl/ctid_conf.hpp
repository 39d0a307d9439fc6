// SPDX-License-Identifier: GPL-2.0-only
//
// A file of bounds: OpenVZ's NAME="BARRIER[:LIMIT]" of CTID.conf, and lines
// RESOURCE=BARRIER[:LIMIT] as vectl set takes them. Pure: text in, bounds and
// sentences out. Each sentence begins with its line: "line 3: …".
#pragma once

#include <libve/environment.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vectl {

// Both sides of what is no resource: a quota of a disk.
struct Quota {
    std::uint64_t barrier = 0;
    std::uint64_t limit = 0;
};

struct Configuration {
    std::vector<ve::Bound> bounds;          // no resource twice
    std::optional<std::uint64_t> avnumproc; // processes to be expected
    std::optional<Quota> diskspace;         // in blocks of 1024 bytes
    std::optional<Quota> diskinodes;        // in inodes
    bool vswap = false;                     // memory is PHYSPAGES and SWAPPAGES
    std::vector<std::string> remarks;       // what was taken otherwise than written
    std::vector<std::string> problems;      // what cannot be taken at all

    [[nodiscard]] const ve::Bound* find(ve::Resource resource) const noexcept;
};

// Of a line that stands twice, the last counts, as in the shell. The other
// bounds of a VSwap file are derived as OpenVZ derives them, unless it has them.
Configuration parse_configuration(std::string_view text, std::uint64_t page_size);

} // namespace vectl
