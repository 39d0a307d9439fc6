// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../shapes.hpp"
#include "../snapshot.hpp"

#include <cerrno>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    return {};
}

// Members of one VE with what /proc knows of them. Who has gone meanwhile is
// left out, as ps(1) does.
ve::Result<> collect(ve::Client& client, const ve::Environment& environment,
                     std::vector<MemberRow>& rows)
{
    const auto members = all_members(client, ve::Handle(environment));
    if (!members)
        return ve::err(members.error());

    for (const auto& member : *members) {
        MemberRow row{environment.name, member, ProcessDetails()};
        const auto presence = read_process(static_cast<std::uint32_t>(member.pid), *row.details);
        if (presence == Presence::gone)
            continue;
        if (presence == Presence::hidden)
            row.details.reset();
        rows.push_back(std::move(row));
    }
    return {};
}

void print_text(Context& context, const std::vector<MemberRow>& rows)
{
    Table table({{"VE"},
                 {"PID", Align::right},
                 {"PPID", Align::right},
                 {"USER"},
                 {"THREADS", Align::right},
                 {"STATE"},
                 {"COMMAND"}});
    for (const auto& row : rows) {
        const auto& details = row.details;
        const auto command = printable(command_text(row));
        table.add(
            {row.ve, std::to_string(row.member.pid),
             details ? std::to_string(details->parent) : "-",
             details ? printable(user_name(details->user)) : "-",
             std::to_string(row.member.threads), details ? std::string(1, details->state) : "-",
             row.member.entering ? Cell(command + " (entering)", Colour::busy) : Cell(command)});
    }
    table.print(context.out, context.coloured);
}

int run(const Words& words, Context& context)
{
    const auto request = parse_ps(words);
    const auto doing = request.handle ? "ps " + request.handle->to_string() : "ps";

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());

    std::vector<ve::Environment> environments;
    if (request.handle) {
        auto found = client->get(*request.handle);
        if (!found)
            return fail(context, doing, found.error());
        environments.push_back(*std::move(found));
    } else {
        auto found = all_environments(*client);
        if (!found)
            return fail(context, doing, found.error());
        environments = *std::move(found);
    }

    std::vector<MemberRow> rows;
    for (const auto& environment : environments) {
        const auto collected = collect(*client, environment, rows);
        // One of all that was removed since it was listed has no members;
        // EINVAL is for one whose id has another name by now.
        const bool removed = !collected && !request.handle &&
                             (collected.error().code == ENOENT || collected.error().code == EINVAL);
        if (!collected && !removed)
            return fail(context, doing, collected.error());
    }

    if (context.json) {
        Json array = Json::array();
        for (const auto& row : rows)
            array.push_back(shape(row));
        print(context.out, array);
    } else {
        print_text(context, rows);
    }
    return status_ok;
}

} // namespace

PsRequest parse_ps(const Words& words)
{
    const Arguments arguments(words, options(), {"[NAME]", 0, 1});
    if (arguments.operands().empty())
        return {};
    return {parse_handle(arguments.operands()[0])};
}

const Command ps_command = {
    .name = "ps",
    .summary = "list the processes of one VE or of all",
    .usage = "[NAME]",
    .description = "Lists members by VE and process id. \"(entering)\" marks one that was attached "
                   "and has not\n"
                   "called exec since.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
