// SPDX-License-Identifier: GPL-2.0-only
#include "cli.hpp"

#include "commands.hpp"
#include "help_text.hpp"
#include "nearest.hpp"
#include "output.hpp"
#include "usage_error.hpp"

#include <poll.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

// In front of the command: options of vectl, and nothing else.
po::options_description global_options()
{
    po::options_description all;
    all.add_options()("json", "print JSON")("help,h", "explain")("version,V", "print the version");
    return all;
}

bool is_option(const std::string& word)
{
    return word.size() > 1 && word[0] == '-';
}

// --json and --help may also stand behind the command's name. Words that
// belong to another program are none of our business.
void take_from_command(Common& common, Words::const_iterator word, Words::const_iterator end)
{
    const auto* command = find_command(common.command);
    for (; word != end; ++word) {
        const bool ours = *word != "--" && !(command && command->runs_another && !is_option(*word));
        if (!ours) {
            common.words.insert(common.words.end(), word, end);
            return;
        }
        if (*word == "--json")
            common.json = true;
        else if (*word == "--help" || *word == "-h")
            common.help = true;
        else
            common.words.push_back(*word);
    }
}

int run_command(const Common& common, Context& context)
{
    if (common.version)
        return version_command.run({}, context);
    if (common.command.empty()) {
        if (common.help)
            return help_command.run({}, context);
        throw UsageError("no command given");
    }

    const auto& command = known_command(common.command);
    if (common.help)
        return help_command.run({command.name}, context);
    return command.run(common.words, context);
}

bool reader_left(int fd)
{
    pollfd watched = {fd, 0, 0};
    return poll(&watched, 1, 0) == 1 && (watched.revents & POLLERR);
}

// Results that did not reach their reader were not printed. A reader who left
// early wanted no more; that is no failure to talk about.
int finish(Context& context, int status)
{
    const bool failed_before = !context.out;
    context.out.flush();
    if (context.out)
        return status;
    // Of a write that failed earlier, errno has been lost.
    const int code = failed_before ? 0 : errno;
    if (code != EPIPE && !reader_left(context.out_fd))
        context.err << "vectl: cannot write the result"
                    << (code ? std::string(": ") + strerror(code) : std::string()) << '\n';
    return status == status_ok ? status_failed : status;
}

} // namespace

Common take_common(const Words& words)
{
    auto first = words.begin();
    while (first != words.end() && is_option(*first) && *first != "--")
        ++first;
    const Arguments arguments(Words(words.begin(), first), global_options(), {"", 0, 0});
    if (first != words.end() && *first == "--")
        ++first;

    Common common;
    common.json = arguments.has("json");
    common.help = arguments.has("help");
    common.version = arguments.has("version");
    if (first != words.end()) {
        common.command = *first;
        take_from_command(common, first + 1, words.end());
    }
    return common;
}

int run_cli(const Words& words, Context& context)
{
    Common common;
    // Usage errors of exec must not look like an answer of the command it was
    // to start; all others are 2.
    const auto usage_status = [&common] {
        const auto* command = find_command(common.command);
        return command && command->runs_another ? status_exec_failed : status_usage;
    };

    try {
        common = take_common(words);
        context.json = common.json;
        return finish(context, run_command(common, context));
    } catch (const po::error& error) {
        const auto* command = find_command(common.command);
        context.err << "vectl: " << (command ? std::string(command->name) + ": " : std::string())
                    << printable(error.what()) << '\n'
                    << (command ? usage_line(*command)
                                : "usage: vectl [--json] COMMAND ... (vectl help lists them)\n");
        return usage_status();
    } catch (const std::exception& error) {
        // Memory ran out, most likely.
        context.err << "vectl: " << error.what() << '\n';
        return usage_status() == status_exec_failed ? status_exec_failed : status_failed;
    }
}

} // namespace vectl
