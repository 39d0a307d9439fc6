// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../shapes.hpp"
#include "../snapshot.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

using Rows = std::vector<RefusalRow>;

po::options_description options()
{
    return {};
}

// There is none, or (EINVAL) by now its id is that of another one.
bool is_gone(const ve::Error& error)
{
    return error.code == ENOENT || error.code == EINVAL;
}

ve::Result<> add(Rows& rows, ve::Client& client, const ve::Environment& environment)
{
    auto refusals = client.refusals(ve::Handle(environment));
    if (!refusals)
        return ve::err(refusals.error());
    for (auto& refusal : *refusals)
        rows.push_back({environment.name, environment.id, false, std::move(refusal)});
    return {};
}

void add(Rows& rows, const ve::Past& past)
{
    for (const auto& refusal : past.refusals)
        rows.push_back({past.name, past.id, true, refusal});
}

// Of the last VE that had this name; nothing if none is known.
ve::Result<std::optional<Rows>> of_past(ve::Client& client, const ve::Handle& handle)
{
    const auto history = client.history();
    if (!history)
        return ve::err(history.error());
    const auto last = std::find_if(history->rbegin(), history->rend(), [&](const ve::Past& past) {
        return past.name == handle.to_string();
    });
    if (last == history->rend())
        return std::optional<Rows>();
    Rows rows;
    add(rows, *last);
    return std::optional(std::move(rows));
}

ve::Result<Rows> of_ve(ve::Client& client, const std::optional<ve::Handle>& handle)
{
    Rows rows;
    const auto found = handle ? client.get(*handle) : client.own();
    const auto added = found ? add(rows, client, *found) : ve::Result<>(ve::err(found.error()));
    if (added)
        return rows;

    // It may be gone, since just now perhaps. Members have no history.
    if (handle && is_gone(added.error()))
        if (auto past = of_past(client, *handle); past && *past)
            return **std::move(past);
    return ve::err(added.error());
}

ve::Result<bool> is_member(ve::Client& client, const ve::Environment& environment,
                           std::uint32_t pid)
{
    const auto members = all_members(client, ve::Handle(environment));
    if (!members && is_gone(members.error()))
        return false;
    if (!members)
        return ve::err(members.error());
    return std::ranges::any_of(*members, [pid](const ve::Member& member) {
        return static_cast<std::uint32_t>(member.pid) == pid;
    });
}

// Of the VE that it is in; of one that has died, wherever it was.
ve::Result<Rows> of_process(ve::Client& client, std::uint32_t pid)
{
    bool lives = false;
    auto environments = all_environments(client);
    if (!environments)
        return ve::err(environments.error());
    for (const auto& environment : *environments) {
        const auto there = is_member(client, environment, pid);
        if (!there)
            return ve::err(there.error());
        if (*there) {
            environments = std::vector{environment};
            lives = true;
            break;
        }
    }

    Rows rows;
    for (const auto& environment : *environments)
        if (const auto added = add(rows, client, environment); !added && !is_gone(added.error()))
            return ve::err(added.error());
    if (!lives) {
        const auto history = client.history();
        if (!history && history.error().code != EPERM)
            return ve::err(history.error());
        if (history)
            for (const auto& past : *history)
                add(rows, past);
    }
    std::erase_if(rows, [pid](const RefusalRow& row) {
        return !row.refusal.pid || static_cast<std::uint32_t>(*row.refusal.pid) != pid;
    });
    std::ranges::stable_sort(rows, {}, [](const RefusalRow& row) { return row.refusal.last; });
    // A VE that was removed in between was seen twice.
    const auto same = [](const RefusalRow& a, const RefusalRow& b) {
        return a.id == b.id && a.ve == b.ve && a.refusal == b.refusal;
    };
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    return rows;
}

void print_text(Context& context, const Rows& rows)
{
    Table table({{"TIME"},
                 {"VE"},
                 {"RESOURCE"},
                 {"ASKED", Align::right},
                 {"HELD", Align::right},
                 {"BOUND"},
                 {"TIMES", Align::right},
                 {"PID", Align::right},
                 {"COMMAND"}});
    for (const auto& row : rows) {
        const auto& refusal = row.refusal;
        table.add({local_time(refusal.last), row.ve + (row.gone ? " (gone)" : ""),
                   ve::to_string(refusal.counter.resource), std::to_string(refusal.asked),
                   std::to_string(refusal.counter.held),
                   std::string(ve::to_string(refusal.severity)) + " " + bound_text(refusal.bound()),
                   std::to_string(refusal.times), refusal.pid ? std::to_string(*refusal.pid) : "-",
                   refusal.pid ? printable(refusal.comm) : "-"});
    }
    table.print(context.out, context.coloured);
}

std::string whom(const WhyRequest& request)
{
    if (request.pid)
        return "process " + std::to_string(*request.pid);
    return request.handle ? "VE " + request.handle->to_string() : "this VE";
}

int run(const Words& words, Context& context)
{
    const auto request = parse_why(words);
    const auto doing = words.empty() ? "why" : "why " + words.back();

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());
    const auto rows =
        request.pid ? of_process(*client, *request.pid) : of_ve(*client, request.handle);
    if (!rows)
        return fail(context, doing, rows.error(),
                    {{EINVAL, "this process is in no VE; give the name of one, or a process id"}});

    if (context.json) {
        Json array = Json::array();
        for (const auto& row : *rows)
            array.push_back(shape(row));
        print(context.out, array);
    } else if (rows->empty()) {
        context.out << "nothing is known to have been refused to " << whom(request) << '\n';
    } else {
        print_text(context, *rows);
    }
    return rows->empty() ? status_failed : status_ok;
}

} // namespace

WhyRequest parse_why(const Words& words)
{
    const Arguments arguments(words, options(), {"[PID|NAME]", 0, 1});
    if (arguments.operands().empty())
        return {};

    const auto& operand = arguments.operands()[0];
    WhyRequest request;
    if (!operand.empty() && operand.find_first_not_of("0123456789") == std::string::npos)
        request.pid = parse_number(operand, "a process id", 1, std::numeric_limits<pid_t>::max());
    else
        request.handle = parse_handle(operand);
    return request;
}

const Command why_command = {
    .name = "why",
    .summary = "tell what was refused to a process or a VE",
    .usage = "[PID|NAME]",
    .description = "Lists the last refusals, newest last: what was asked for, and which bound was "
                   "in the way.\n"
                   "Process and VE may have ended by now. Inside a VE, NAME may be left "
                   "out. Exits 1 if\n"
                   "nothing was refused.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
