// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../past.hpp"
#include "../shapes.hpp"
#include "../snapshot.hpp"
#include "../trouble.hpp"

#include <algorithm>
#include <cerrno>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

constexpr std::size_t least_remembered = 4096;

po::options_description options()
{
    po::options_description all;
    all.add_options()("trouble", "only what was refused something or is near or over its barrier; "
                                 "of all VEs, unless NAME is given")(
        "since-last", "failcnt as what came since the last call with this option");
    return all;
}

// A title only where there is something to tell apart: marks have none.
std::vector<Column> titles(const ShowRequest& request)
{
    std::vector<Column> all;
    if (request.trouble)
        all.push_back({"VE"});
    all.push_back({"RESOURCE"});
    for (const char* title : {"HELD", "MAXHELD", "BARRIER", "LIMIT"})
        all.push_back({title, Align::right});
    all.push_back({request.since_last ? "+FAILCNT" : "FAILCNT", Align::right});
    all.push_back({""});
    return all;
}

void add_rows(Table& table, const ShowRequest& request, const ve::Environment& environment)
{
    for (const auto& numbers : environment.resources) {
        const auto mark = mark_of(numbers);
        std::vector<Cell> row;
        if (request.trouble)
            row.emplace_back(environment.name);
        row.emplace_back(ve::to_string(numbers.resource));
        row.emplace_back(std::to_string(numbers.held), colour_of(mark));
        row.emplace_back(std::to_string(numbers.maxheld));
        row.emplace_back(bound_text(numbers.barrier));
        row.emplace_back(bound_text(numbers.limit));
        row.emplace_back(std::to_string(numbers.failcnt),
                         numbers.failcnt ? Colour::bad : Colour::none);
        row.emplace_back(std::string(to_string(mark)), colour_of(mark));
        table.add(std::move(row));
    }
}

void print_text(Context& context, const ShowRequest& request,
                const std::vector<ve::Environment>& found)
{
    if (!request.trouble) {
        const auto& environment = found.front();
        const auto state = std::string(ve::to_string(environment.state));
        context.out << environment.name << " (id " << environment.id
                    << "): " << painted(state, colour_of(environment.state), context.coloured)
                    << ", " << environment.members
                    << (environment.members == 1 ? " member" : " members")
                    << (environment.sight == ve::Sight::all ? ", watching all processes" : "")
                    << "\n\n";
    }

    Table table(titles(request));
    for (const auto& environment : found)
        add_rows(table, request, environment);
    table.print(context.out, context.coloured);
}

void print_json(Context& context, const ShowRequest& request,
                const std::vector<ve::Environment>& found)
{
    if (!request.trouble) {
        print(context.out, shape(found.front(), Detail::full));
        return;
    }
    Json array = Json::array();
    for (const auto& environment : found)
        array.push_back(shape(environment, Detail::marked));
    print(context.out, array);
}

ve::Result<std::vector<ve::Environment>> ask(ve::Client& client, const ShowRequest& request)
{
    if (request.trouble && !request.handle)
        return all_environments(client);
    auto found = request.handle ? client.get(*request.handle) : client.own();
    if (!found)
        return ve::err(std::move(found).error());
    return std::vector{*std::move(found)};
}

// What cannot be read is told, and nothing was remembered.
Past past_of(Context& context, const std::string& doing)
{
    auto past = load_past(context.past_file);
    if (past)
        return *std::move(past);
    tell(context, doing + ": " + context.past_file + ": " + past.error().what());
    return {};
}

// After what was printed has reached its reader.
int keep(Context& context, const std::string& doing, Past past,
         const std::vector<ve::Environment>& found)
{
    context.out.flush();
    if (!context.out)
        return status_ok; // told by who looks at it next

    for (const auto& environment : found)
        past.remember(environment);
    past.forget_all_but(std::max(found.size(), least_remembered));
    const auto saved = save_past(context.past_file, past);
    if (saved)
        return status_ok;
    tell(context, doing + ": " + context.past_file + ": " + saved.error().what());
    return status_failed;
}

int run(const Words& words, Context& context)
{
    const auto request = parse_show(words);
    const auto doing = request.handle ? "show " + request.handle->to_string() : "show";

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());
    const auto found = ask(*client, request);
    if (!found)
        return fail(context, doing, found.error(),
                    {{EINVAL, "this process is in no VE; give the name of one (vectl list shows "
                              "them)"}});

    auto shown = *found;
    Past past;
    if (request.since_last) {
        past = past_of(context, doing);
        for (auto& environment : shown)
            past.subtract_from(environment);
    }
    if (request.trouble) {
        for (auto& environment : shown)
            std::erase_if(environment.resources,
                          [](const ve::Counter& numbers) { return !is_trouble(numbers); });
        std::erase_if(shown, [](const ve::Environment& one) { return one.resources.empty(); });
    }

    if (context.json)
        print_json(context, request, shown);
    else
        print_text(context, request, shown);
    return request.since_last ? keep(context, doing, std::move(past), *found) : status_ok;
}

} // namespace

ShowRequest parse_show(const Words& words)
{
    const Arguments arguments(words, options(), {"[NAME]", 0, 1});
    ShowRequest request;

    if (!arguments.operands().empty())
        request.handle = parse_handle(arguments.operands()[0]);
    request.trouble = arguments.has("trouble");
    request.since_last = arguments.has("since-last");
    return request;
}

const Command show_command = {
    .name = "show",
    .summary = "show one VE and its resources",
    .usage = "[NAME] [--trouble] [--since-last]",
    .description = "Shows state, members and the numbers of each resource, and marks what is near "
                   "or over its\n"
                   "barrier. Inside a VE, NAME may be left out.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
