// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../commands.hpp"
#include "../ending.hpp"
#include "../signals.hpp"

#include <csignal>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    po::options_description all;
    all.add_options()("signal,s", po::value<std::string>()->value_name("SIG"),
                      "signal, by name or number; KILL unless given")(
        "timeout", po::value<std::string>()->value_name("S"),
        "give up after so many seconds; 0 sends the signal once and does not wait");
    return all;
}

std::string seconds_text(std::chrono::milliseconds time)
{
    auto text = std::to_string(time.count() / 1000);
    if (const auto rest = time.count() % 1000) {
        text += "." + std::to_string(1000 + rest).substr(1);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text;
}

int report_left(Context& context, const KillRequest& request, const Ending& ending)
{
    const auto count = ending.members;
    context.err << "vectl: kill " << request.handle.to_string() << ": " << count
                << (count == 1 ? " member is" : " members are") << " left after "
                << seconds_text(*request.timeout) << " s";
    const char* separator = ": ";
    for (const auto& member : ending.left) {
        context.err << separator << member.pid;
        separator = ", ";
    }
    context.err << '\n';
    return status_timeout;
}

int run(const Words& words, Context& context)
{
    const auto request = parse_kill(words);
    const auto doing = "kill " + request.handle.to_string();

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());

    const auto ending =
        end_members(context, *client, request.handle, request.signal, request.timeout);
    if (!ending)
        return fail(context, doing, ending.error());
    if (request.timeout && request.timeout->count() == 0)
        return status_ok;
    if (!ending->empty)
        return report_left(context, request, *ending);

    if (const auto dead = wait_until_reaped(*client, ending->target))
        context.err << "vectl: " << doing << ": done; " << dead
                    << (dead == 1 ? " dead task is" : " dead tasks are")
                    << " still charged, waiting for the parent process\n";
    return status_ok;
}

} // namespace

KillRequest parse_kill(const Words& words)
{
    const Arguments arguments(words, options(), {"NAME", 1, 1});
    KillRequest request{parse_handle(arguments.operands()[0]), SIGKILL, {}};

    if (arguments.has("signal"))
        request.signal = parse_signal(arguments.value("signal"));
    if (arguments.has("timeout"))
        request.timeout = std::chrono::milliseconds(parse_seconds(arguments.value("timeout")));
    return request;
}

const Command kill_command = {
    .name = "kill",
    .summary = "signal all members until there are none",
    .usage = "NAME [-s SIG] [--timeout S]",
    .description =
        "Sends a signal to each member and to each process born meanwhile, and returns when the\n"
        "VE is empty; with a timeout, exits 124 if it is not by then.",
    .options = options,
    .run = run,
};

} // namespace vectl
