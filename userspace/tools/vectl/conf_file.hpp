// SPDX-License-Identifier: GPL-2.0-only
//
// A file of bounds on its way from the disk to the kernel, which may count some
// of the resources only.
#pragma once

#include "command.hpp"
#include "ctid_conf.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vectl {

// "-" is context.in. What was taken otherwise than written is told on
// context.err, and what cannot be taken; then there is no configuration.
std::optional<Configuration> load_configuration(const std::string& path, const std::string& doing,
                                                Context& context);

// Those of the file, but where the words say otherwise, side by side. Throws
// UsageError for a barrier above its limit.
std::vector<ve::Bound> overridden(std::vector<ve::Bound> from_file,
                                  const std::vector<ve::Bound>& words);

// Did the kernel refuse because it does not count a resource?
bool is_uncounted(const ve::Error& error);

// Makes a request that the kernel is sure to refuse: with one bound named twice.
using Probe = std::function<ve::Error(std::span<const ve::Bound> twice)>;

// Takes away what the kernel does not count, unless the words name it, and tells.
void leave_out_uncounted(std::vector<ve::Bound>& bounds, const std::vector<ve::Bound>& words,
                         const Probe& probe, const std::string& doing, Context& context);

} // namespace vectl
