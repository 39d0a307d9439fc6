// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../shapes.hpp"
#include "../snapshot.hpp"

#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    po::options_description all;
    all.add_options()("columns,o", po::value<std::string>()->value_name("COLUMN,..."),
                      "what to show: id, name, state, members, RES (held), RES.m (maxheld), RES.b, "
                      "RES.l, RES.f (failcnt)")(
        "sort", po::value<std::string>()->value_name("[-]COLUMN"),
        "by a column, which need not be shown; with - the largest first")("no-header,H",
                                                                          "without the titles");
    return all;
}

std::vector<ListColumn> default_columns()
{
    return parse_columns("id,name,state,members");
}

int run(const Words& words, Context& context)
{
    const auto request = parse_list(words);

    auto client = context.connect();
    if (!client)
        return fail(context, "list", client.error());
    auto all = all_environments(*client);
    if (!all)
        return fail(context, "list", all.error());
    if (request.order)
        sort(*all, *request.order);
    const auto columns = request.columns.empty() ? default_columns() : request.columns;

    if (context.json) {
        Json array = Json::array();
        for (const auto& environment : *all) {
            if (request.columns.empty()) {
                array.push_back(shape(environment, Detail::brief));
                continue;
            }
            Json object = Json::object();
            for (const auto& column : columns)
                object[column.name()] = column.json(environment);
            array.push_back(std::move(object));
        }
        print(context.out, array);
        return status_ok;
    }

    std::vector<Column> titles;
    for (const auto& column : columns)
        titles.push_back(column.title());
    Table table(std::move(titles));
    for (const auto& environment : *all) {
        std::vector<Cell> row;
        for (const auto& column : columns)
            row.push_back(column.cell(environment));
        table.add(std::move(row));
    }
    table.print(context.out, context.coloured, request.titled);
    return status_ok;
}

} // namespace

ListRequest parse_list(const Words& words)
{
    const Arguments arguments(words, options(), {"", 0, 0});
    ListRequest request;

    if (arguments.has("columns"))
        request.columns = parse_columns(arguments.value("columns"));
    if (arguments.has("sort"))
        request.order = parse_order(arguments.value("sort"));
    request.titled = !arguments.has("no-header");
    return request;
}

const Command list_command = {
    .name = "list",
    .summary = "list the VEs",
    .usage = "[-o COLUMN,...] [--sort [-]COLUMN] [-H]",
    .description =
        "Lists the VEs by id; inside a VE, that one alone. What the kernel does not tell is \"-\".",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
