// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    return {};
}

int run(const Words& words, Context& context)
{
    const auto request = parse_set(words);
    const auto doing = "set " + request.handle.to_string();

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());
    if (const auto done = client->set(request.handle, request.bounds); !done)
        return fail(context, doing, done.error());
    return status_ok;
}

} // namespace

SetRequest parse_set(const Words& words)
{
    const Arguments arguments(words, options(), {"NAME RES=BARRIER[:LIMIT]...", 2, any_number});
    const auto& operands = arguments.operands();
    return {parse_handle(operands[0]), parse_bounds(Words(operands.begin() + 1, operands.end()))};
}

const Command set_command = {
    .name = "set",
    .summary = "set bounds of resources",
    .usage = "NAME RES=BARRIER[:LIMIT]...",
    .description =
        "Sets the bounds of all resources named, or of none of them. One number sets both bounds;\n"
        "BARRIER: and :LIMIT set one and keep the other. Sizes take K, M, G, T; 'unlimited' is a\n"
        "word. Lowering a bound ends no process.",
    .options = options,
    .run = run,
};

} // namespace vectl
