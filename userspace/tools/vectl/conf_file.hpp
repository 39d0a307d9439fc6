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

// What a command line asks for: bounds of a file, if one is named, and words over them. None if
// the file cannot be taken, which is told.
std::optional<std::vector<ve::Bound>> requested(const std::optional<std::string>& conf,
                                                const std::vector<ve::Bound>& words,
                                                const std::string& doing, Context& context);

// Makes a request with these bounds, and tells how it went.
using Request = std::function<ve::Error(std::span<const ve::Bound> bounds)>;

// Makes the request; if it is refused because the kernel does not count a resource that only a
// file has bounds of, that is left out and told, and the request made again. What was left out is
// not in `bounds` any more.
ve::Error request_counted(std::vector<ve::Bound>& bounds, const std::vector<ve::Bound>& words,
                          const Request& request, const std::string& doing, Context& context);

} // namespace vectl
