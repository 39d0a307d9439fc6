// SPDX-License-Identifier: GPL-2.0-only
//
// vectl(8): virtual environments from the command line.
//
// SIGPIPE keeps what it does by default, which is the quiet end wanted when a
// reader leaves; ignoring it would pass on to what `vectl exec` becomes.
#include "cli.hpp"
#include "output.hpp"
#include "past.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv)
{
    vectl::Context context{
        std::cout,
        std::cerr,
        false,
        vectl::wants_colour(isatty(STDOUT_FILENO) == 1, getenv("NO_COLOR"), getenv("TERM")),
        STDOUT_FILENO,
        [] { return ve::Client::open(); },
        [] { return ve::EventStream::open(); },
        &std::cin,
        vectl::this_host,
        vectl::past_file(getenv("XDG_STATE_HOME"), getenv("HOME")),
    };
    const vectl::Words words(argv + (argc > 0), argv + argc);
    return vectl::run_cli(words, context);
}
