// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"
#include "../conf_file.hpp"
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

    auto bounds = request.bounds;
    if (request.conf) {
        auto conf = load_configuration(*request.conf, doing, context);
        if (!conf)
            return status_usage;
        bounds = overridden(std::move(conf->bounds), request.bounds);
    }

    auto client = context.connect();
    if (!client)
        return fail(context, doing, client.error());
    auto done = client->set(request.handle, bounds);
    if (!done && request.conf && is_uncounted(done.error())) {
        const auto probe = [&](std::span<const ve::Bound> twice) {
            const auto refused = client->set(request.handle, twice);
            return refused ? ve::Error() : refused.error();
        };
        leave_out_uncounted(bounds, request.bounds, probe, doing, context);
        done = client->set(request.handle, bounds);
    }
    if (!done)
        return fail(context, doing, done.error());
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
