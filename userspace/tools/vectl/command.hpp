// SPDX-License-Identifier: GPL-2.0-only
//
// What a command is to the rest of the program: a row of a table.
#pragma once

#include "arguments.hpp"
#include "host.hpp"

#include <libve/client.hpp>

#include <functional>
#include <iosfwd>

namespace vectl {

// How the program ends. 125 to 127 as env(1) does, 124 as timeout(1) does.
enum Status : int {
    status_ok = 0,
    status_failed = 1, // the request was refused, or could not be made
    status_usage = 2,  // of the command line, or of a file it names
    status_timeout = 124,
    status_exec_failed = 125,    // of vectl itself, before the command ran
    status_not_executable = 126, // the command was found and cannot be run
    status_not_found = 127,
};

// Where a command writes and whom it asks. Tests bring their own.
struct Context {
    std::ostream& out;
    std::ostream& err;
    bool json = false;
    bool coloured = false; // of out
    int out_fd = -1;       // what out writes to, if its reader is to be watched
    std::function<ve::Result<ve::Client>()> connect;
    std::function<ve::Result<ve::EventStream>()> subscribe;
    std::istream* in = nullptr; // where "-" is read from
    std::function<ve::Result<Host>()> host = this_host;
    std::string past_file = {}; // of show --since-last
};

struct Command {
    const char* name;
    const char* summary; // half a sentence, for the list of commands
    const char* usage;   // what stands behind the name
    const char* description;
    boost::program_options::options_description (*options)();
    // Throws what parsing throws (boost::program_options::error).
    int (*run)(const Words& words, Context& context);
    bool prints = false;       // and so has a --json form
    bool runs_another = false; // words from the first operand on may belong to another program
};

} // namespace vectl
