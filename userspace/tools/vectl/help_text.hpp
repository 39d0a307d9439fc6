// SPDX-License-Identifier: GPL-2.0-only
//
// What --help says; made of the command table.
#pragma once

#include "command.hpp"

#include <string>

namespace vectl {

std::string help_text();
std::string help_text(const Command& command);

// "usage: vectl list [--json]"
std::string usage_line(const Command& command);

// Throws UsageError, with the nearest name there is.
const Command& known_command(const std::string& name);

} // namespace vectl
