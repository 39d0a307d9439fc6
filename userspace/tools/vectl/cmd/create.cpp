// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"
#include "../conf_file.hpp"
#include "../remarks.hpp"
#include "../shapes.hpp"
#include "../usage_error.hpp"

#include <cerrno>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    po::options_description all;
    all.add_options()("id", po::value<std::string>()->value_name("N"),
                      "id of the new VE; the kernel chooses one unless given")(
        "set", po::value<Words>()->value_name("RES=BARRIER[:LIMIT]"),
        "bounds of a resource from the start; may be given for several")(
        "conf", po::value<std::string>()->value_name("FILE"),
        "bounds from a file, as vectl check reads it; --set overrides it")(
        "watching", "its members see all processes, and can do nothing to those outside");
    return all;
}

int run(const Words& words, Context& context)
{
    const auto request = parse_create(words);
    const auto doing = "create " + request.name;

    auto bounds = requested(request.conf, request.bounds, doing, context);
    if (!bounds)
        return status_usage;

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());

    // ONE request: whatever kills this program, there is the VE with its
    // bounds, or there is none.
    ve::Environment made;
    const auto create = [&](std::span<const ve::Bound> some) {
        auto done = client->create(request.name, request.id, some, request.sight);
        if (!done)
            return done.error();
        made = *std::move(done);
        return ve::Error();
    };
    const auto refused = request_counted(*bounds, request.bounds, create, doing, context);
    if (refused.code)
        return fail(context, doing, refused);
    tell_remarks(*bounds, made, doing, context);

    if (context.json)
        print(context.out, shape(made, Detail::full));
    else
        context.out << made.id << '\n';
    return status_ok;
}

} // namespace

CreateRequest parse_create(const Words& words)
{
    const Arguments arguments(words, options(), {"NAME", 1, 1});
    CreateRequest request;

    request.name = arguments.operands()[0];
    if (const auto name = ve::check_name(request.name); !name)
        throw UsageError("'" + request.name + "' is no name for a VE: " + name.error().sentence);
    if (arguments.has("id"))
        request.id = parse_number(arguments.value("id"), "an id", 1, ve::id_max);
    request.bounds = parse_bounds(arguments.values("set"));
    if (arguments.has("conf"))
        request.conf = arguments.value("conf");
    if (arguments.has("watching"))
        request.sight = ve::Sight::all;
    return request;
}

const Command create_command = {
    .name = "create",
    .summary = "make a VE",
    .usage = "NAME [--id N] [--watching] [--conf FILE] [--set RES=BARRIER[:LIMIT]]...",
    .description =
        "Makes a VE without members and prints its id. Resources are unlimited unless set. What\n"
        "FILE bounds and this kernel does not count is named, and left out. Members see nobody\n"
        "outside, but for --watching: for programs that monitor the whole machine.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
