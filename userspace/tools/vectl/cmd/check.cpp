// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../bounds.hpp"
#include "../commands.hpp"
#include "../conf_file.hpp"
#include "../host.hpp"
#include "../output.hpp"
#include "../rules.hpp"
#include "../shapes.hpp"

#include <algorithm>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    return {};
}

Colour colour_of(Weight weight)
{
    return weight == Weight::error     ? Colour::bad
           : weight == Weight::warning ? Colour::busy
                                       : Colour::faint;
}

std::string numbers_text(const std::vector<Number>& numbers)
{
    std::vector<std::string> words;
    for (const auto& number : numbers)
        words.push_back(number.name + " " + bound_text(number.value));
    return joined(words);
}

void print_text(Context& context, const std::vector<Finding>& findings)
{
    if (findings.empty())
        context.out << "nothing found\n";
    for (const auto& finding : findings)
        context.out << painted(to_string(finding.weight), colour_of(finding.weight),
                               context.coloured)
                    << ": " << finding.rule << "\n  it is: " << numbers_text(finding.numbers)
                    << "\n  satisfied by: " << numbers_text(finding.satisfied_by) << '\n';
}

int run(const Words& words, Context& context)
{
    const auto request = parse_check(words);
    const auto conf = load_configuration(request.file, "check", context);
    if (!conf)
        return status_usage;

    auto findings = check_rules(*conf);
    const auto host = context.host();
    if (host)
        std::ranges::move(check_host(*conf, *host), std::back_inserter(findings));
    std::ranges::stable_sort(findings, {}, &Finding::weight);

    if (context.json) {
        Json array = Json::array();
        for (const auto& finding : findings)
            array.push_back(shape(finding));
        print(context.out, array);
    } else {
        print_text(context, findings);
    }
    if (!host) {
        tell(context, "check: the size of the host: " + host.error().what());
        return status_usage;
    }
    return findings.empty() || findings.front().weight == Weight::recommendation ? status_ok
                                                                                 : status_failed;
}

} // namespace

CheckRequest parse_check(const Words& words)
{
    const Arguments arguments(words, options(), {"FILE", 1, 1});
    return {arguments.operands()[0]};
}

const Command check_command = {
    .name = "check",
    .summary = "hold a file of bounds against the rules of consistency",
    .usage = "FILE",
    .description =
        "Reads bounds from FILE (- is standard input), as OpenVZ's CTID.conf has them or in lines\n"
        "RES=BARRIER[:LIMIT], and tells where they do not fit together or exceed this host, with\n"
        "values that would do. Asks nothing of the kernel. Exit status 1: an error or a warning;\n"
        "2: FILE cannot be read or makes no sense.",
    .options = options,
    .run = run,
    .prints = true,
};

} // namespace vectl
