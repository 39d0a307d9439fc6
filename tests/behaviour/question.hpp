// SPDX-License-Identifier: GPL-2.0-only
//
// What a process can ask about a number: each system call, file and message that takes a pid, tid,
// pgid or sid, with the answer in words.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace behaviour {

struct Question {
    std::string name;
    /// Asks about that number: what was returned, errno, and what else came back.
    std::function<std::string(pid_t)> ask;
};

/// All there are.
const std::vector<Question>& questions();

/// A number that nobody has, as seen from the host.
pid_t nobodys_number();

/// "3", or "-1 ESRCH".
std::string answer(long result);

} // namespace behaviour
