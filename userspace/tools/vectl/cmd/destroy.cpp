// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../commands.hpp"
#include "../ending.hpp"

#include <cerrno>
#include <csignal>

namespace po = boost::program_options;

namespace vectl {

namespace {

constexpr int most_rounds = 10;

po::options_description options()
{
    po::options_description all;
    all.add_options()("kill", "kill the members first and wait until there are none");
    return all;
}

int run(const Words& words, Context& context)
{
    const auto request = parse_destroy(words);
    const auto name = request.handle.to_string();
    const auto doing = "destroy " + name;
    auto handle = request.handle;

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());

    // Between the end of the members and our request somebody may attach
    // another; ending that one as well is what was asked for.
    for (int rounds = request.kill ? most_rounds : 0;; rounds--) {
        if (rounds > 0) {
            const auto ending = end_members(context, *client, handle, SIGKILL, std::nullopt);
            if (!ending)
                return fail(context, doing, ending.error());
            handle = ending->target;
        }

        const auto done = client->destroy(handle);
        if (done)
            return status_ok;
        if (rounds > 1 && done.error().code == EBUSY)
            continue;
        return fail(
            context, doing, done.error(),
            {{EBUSY, request.kill ? "somebody keeps attaching processes to it"
                                  : "vectl destroy --kill " + name + " kills the members first"}});
    }
}

} // namespace

DestroyRequest parse_destroy(const Words& words)
{
    const Arguments arguments(words, options(), {"NAME", 1, 1});
    return {parse_handle(arguments.operands()[0]), arguments.has("kill")};
}

const Command destroy_command = {
    .name = "destroy",
    .summary = "remove a VE without members",
    .usage = "NAME [--kill]",
    .description = "Removes a VE. One that has members is left alone, unless --kill is given.",
    .options = options,
    .run = run,
};

} // namespace vectl
