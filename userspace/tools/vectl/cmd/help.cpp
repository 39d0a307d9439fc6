// SPDX-License-Identifier: GPL-2.0-only
#include "../commands.hpp"
#include "../help_text.hpp"
#include "../usage_error.hpp"

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
    const Arguments arguments(words, options(), {"[COMMAND]", 0, 1});
    if (context.json)
        throw UsageError("help is not JSON");
    if (arguments.operands().empty()) {
        context.out << help_text();
        return status_ok;
    }
    context.out << help_text(known_command(arguments.operands()[0]));
    return status_ok;
}

} // namespace

const Command help_command = {
    .name = "help",
    .summary = "explain vectl or one command",
    .usage = "[COMMAND]",
    .description = "Lists the commands, or explains one.",
    .options = options,
    .run = run,
};

} // namespace vectl
