// SPDX-License-Identifier: GPL-2.0-only
//
// Signals by name, as kill(1) takes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vectl {

// "KILL", "SIGKILL", "kill", "9", "RTMIN+3", "RTMAX-1". Throws UsageError.
int parse_signal(std::string_view text);

// Without the SIG prefix, in the order of their numbers.
std::vector<std::string> signal_names();

} // namespace vectl
