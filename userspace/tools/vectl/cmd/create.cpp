// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"
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
        "bounds of a resource from the start; may be given for several");
    return all;
}

int run(const Words& words, Context& context)
{
    const auto request = parse_create(words);
    const auto doing = "create " + request.name;

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());

    // ONE request: whatever kills this program, there is the VE with its
    // bounds, or there is none.
    const auto made = client->create(request.name, request.id, request.bounds);
    if (!made)
        return fail(context, doing, made.error());

    if (context.json)
        print(context.out, shape(*made, Detail::full));
    else
        context.out << made->id << '\n';
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
    return request;
}

const Command create_command = {
    .name = "create",
    .summary = "make a VE",
    .usage = "NAME [--id N] [--set RES=BARRIER[:LIMIT]]...",
    .description =
        "Makes a VE without members and prints its id. Resources are unlimited unless set.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
