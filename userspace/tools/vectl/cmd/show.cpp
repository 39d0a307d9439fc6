// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../shapes.hpp"

#include <cerrno>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    return {};
}

void print_text(Context& context, const ve::Environment& environment)
{
    const auto state = std::string(ve::to_string(environment.state));
    context.out << environment.name << " (id " << environment.id
                << "): " << painted(state, colour_of(environment.state), context.coloured) << ", "
                << environment.members << (environment.members == 1 ? " member" : " members")
                << "\n\n";

    Table table({{"RESOURCE"},
                 {"HELD", Align::right},
                 {"MAXHELD", Align::right},
                 {"BARRIER", Align::right},
                 {"LIMIT", Align::right},
                 {"FAILCNT", Align::right}});
    for (const auto& numbers : environment.resources)
        table.add(
            {ve::to_string(numbers.resource), std::to_string(numbers.held),
             std::to_string(numbers.maxheld), bound_text(numbers.barrier),
             bound_text(numbers.limit),
             Cell(std::to_string(numbers.failcnt), numbers.failcnt ? Colour::bad : Colour::none)});
    table.print(context.out, context.coloured);
}

int run(const Words& words, Context& context)
{
    const auto request = parse_show(words);
    const auto doing = request.handle ? "show " + request.handle->to_string() : "show";

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());
    const auto found = request.handle ? client->get(*request.handle) : client->own();
    if (!found)
        return fail(context, doing, found.error(),
                    {{EINVAL, "this process is in no VE; give the name of one (vectl list shows "
                              "them)"}});

    if (context.json)
        print(context.out, shape(*found, Detail::full));
    else
        print_text(context, *found);
    return status_ok;
}

} // namespace

ShowRequest parse_show(const Words& words)
{
    const Arguments arguments(words, options(), {"[NAME]", 0, 1});
    if (arguments.operands().empty())
        return {};
    return {parse_handle(arguments.operands()[0])};
}

const Command show_command = {
    .name = "show",
    .summary = "show one VE and its resources",
    .usage = "[NAME]",
    .description =
        "Shows state, members and the numbers of each resource. Inside a VE, NAME may be left out.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
