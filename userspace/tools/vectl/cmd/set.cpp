// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"
#include "../conf_file.hpp"
#include "../remarks.hpp"
#include "../usage_error.hpp"

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    po::options_description all;
    all.add_options()("conf", po::value<std::string>()->value_name("FILE"),
                      "bounds from a file, as vectl check reads it; RES=... overrides it");
    return all;
}

int run(const Words& words, Context& context)
{
    const auto request = parse_set(words);
    const auto doing = "set " + request.handle.to_string();

    auto bounds = requested(request.conf, request.bounds, doing, context);
    if (!bounds)
        return status_usage;

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());
    const auto set = [&](std::span<const ve::Bound> some) {
        const auto done = client->set(request.handle, some);
        return done ? ve::Error() : done.error();
    };
    const auto refused = request_counted(*bounds, request.bounds, set, doing, context);
    if (refused.code)
        return fail(context, doing, refused);
    if (!need_remarks(*bounds))
        return status_ok;
    // It is set, whether it can be looked at or not.
    if (const auto now = client->get(request.handle))
        tell_remarks(*bounds, *now, doing, context);
    return status_ok;
}

} // namespace

SetRequest parse_set(const Words& words)
{
    constexpr char usage[] = "NAME RES=BARRIER[:LIMIT]...";
    const Arguments arguments(words, options(), {usage, 1, any_number});
    const auto& operands = arguments.operands();
    SetRequest request{
        parse_handle(operands[0]), parse_bounds(Words(operands.begin() + 1, operands.end())), {}};

    if (arguments.has("conf"))
        request.conf = arguments.value("conf");
    else if (request.bounds.empty())
        throw UsageError(std::string("too few arguments: expected ") + usage);
    return request;
}

const Command set_command = {
    .name = "set",
    .summary = "set bounds of resources",
    .usage = "NAME RES=BARRIER[:LIMIT]... [--conf FILE]",
    .description =
        "Sets the bounds of all resources named, or of none of them. One number sets both bounds;\n"
        "BARRIER: and :LIMIT set one and keep the other. Sizes take K, M, G, T; 'unlimited' is a\n"
        "word. Lowering a bound ends no process. What FILE bounds and this kernel does not count "
        "is\n"
        "named, and left out.",
    .options = options,
    .run = run,
};

} // namespace vectl
