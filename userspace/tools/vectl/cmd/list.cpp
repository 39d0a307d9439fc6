// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../shapes.hpp"
#include "../snapshot.hpp"

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
    parse_list(words);

    auto client = context.connect();
    if (!client)
        return fail(context, "list", client.error());
    const auto all = all_environments(*client);
    if (!all)
        return fail(context, "list", all.error());

    if (context.json) {
        Json array = Json::array();
        for (const auto& environment : *all)
            array.push_back(shape(environment, Detail::brief));
        print(context.out, array);
        return status_ok;
    }

    Table table({{"ID", Align::right}, {"NAME"}, {"STATE"}, {"MEMBERS", Align::right}});
    for (const auto& environment : *all)
        table.add(
            {std::to_string(environment.id), environment.name,
             Cell(std::string(ve::to_string(environment.state)), colour_of(environment.state)),
             std::to_string(environment.members)});
    table.print(context.out, context.coloured);
    return status_ok;
}

} // namespace

void parse_list(const Words& words)
{
    const Arguments arguments(words, options(), {"", 0, 0});
}

const Command list_command = {
    .name = "list",
    .summary = "list the VEs",
    .usage = "",
    .description = "Lists the VEs by id; inside a VE, that one alone.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
