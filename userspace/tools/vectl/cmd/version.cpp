// SPDX-License-Identifier: GPL-2.0-only
#include "../commands.hpp"
#include "../shapes.hpp"

#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    return {};
}

int run(const Words& words, Context& context)
{
    const Arguments arguments(words, options(), {"", 0, 0});
    if (context.json)
        print(context.out, Json{{"version", VECTL_VERSION}});
    else
        context.out << "vectl " << VECTL_VERSION << '\n';
    return status_ok;
}

} // namespace

const Command version_command = {
    .name = "version",
    .summary = "print the version of vectl",
    .usage = "",
    .description = "Prints the version of vectl.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
