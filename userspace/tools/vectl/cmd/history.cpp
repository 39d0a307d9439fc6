// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../shapes.hpp"

#include <limits>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    po::options_description all;
    all.add_options()("count", po::value<std::string>()->value_name("N"), "only the last N");
    return all;
}

bool is_named(const ve::Past& past, const ve::Handle& handle)
{
    return handle.name() ? past.name == *handle.name() : past.id == *handle.id();
}

// "numproc 3, numfile 1"
std::string failures(const ve::Past& past)
{
    std::string text;
    for (const auto& numbers : past.resources)
        if (numbers.failcnt)
            text += (text.empty() ? "" : ", ") + ve::to_string(numbers.resource) + " " +
                    std::to_string(numbers.failcnt);
    return text;
}

void print_text(Context& context, const std::vector<ve::Past>& history)
{
    Table table({{"ID", Align::right},
                 {"NAME"},
                 {"DESTROYED"},
                 {"LIFETIME", Align::right},
                 {"CPU", Align::right},
                 {"FAILED"}});
    for (const auto& past : history) {
        const auto failed = failures(past);
        table.add({std::to_string(past.id), past.name, local_time(past.destroyed),
                   duration_text(past.lifetime), duration_text(past.cpu_time),
                   failed.empty() ? Cell("-") : Cell(failed, Colour::bad)});
    }
    table.print(context.out, context.coloured);
}

int run(const Words& words, Context& context)
{
    const auto request = parse_history(words);

    auto client = context.connect();
    if (!client)
        return fail(context, "history", client.error());
    auto history = client->history();
    if (!history)
        return fail(context, "history", history.error());

    if (request.handle)
        std::erase_if(*history,
                      [&](const ve::Past& past) { return !is_named(past, *request.handle); });
    if (request.count && *request.count < history->size())
        history->erase(history->begin(), history->end() - *request.count);

    if (context.json) {
        Json array = Json::array();
        for (const auto& past : *history)
            array.push_back(shape(past));
        print(context.out, array);
    } else {
        print_text(context, *history);
    }
    return status_ok;
}

} // namespace

HistoryRequest parse_history(const Words& words)
{
    const Arguments arguments(words, options(), {"[NAME]", 0, 1});
    HistoryRequest request;

    if (!arguments.operands().empty())
        request.handle = parse_handle(arguments.operands()[0]);
    if (arguments.has("count"))
        request.count = parse_number(arguments.value("count"), "a number of VEs", 1,
                                     std::numeric_limits<std::uint32_t>::max());
    return request;
}

const Command history_command = {
    .name = "history",
    .summary = "list the VEs that are gone",
    .usage = "[NAME] [--count N]",
    .description =
        "Lists the last VEs that were destroyed, newest last: how long they were, the CPU time of\n"
        "their processes, and how often a resource was refused to them.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
