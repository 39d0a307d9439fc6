// SPDX-License-Identifier: GPL-2.0-only
//
// From the words of a command line to the status the program ends with.
#pragma once

#include "command.hpp"

namespace vectl {

// The options that every command has, taken out of its words.
struct Common {
    bool json = false;
    bool help = false;
    bool version = false;
    std::string command; // empty: none was named
    Words words;         // what is left, for the command
};

// Throws UsageError.
Common take_common(const Words& words);

// `words` without the name of the program.
int run_cli(const Words& words, Context& context);

} // namespace vectl
