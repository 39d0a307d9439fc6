// SPDX-License-Identifier: GPL-2.0-only
#include "help_text.hpp"

#include "commands.hpp"
#include "nearest.hpp"
#include "usage_error.hpp"

#include <algorithm>
#include <sstream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description shared_options(bool prints)
{
    po::options_description all;
    if (prints)
        all.add_options()("json", "print JSON");
    all.add_options()("help,h", "explain, and do nothing");
    return all;
}

} // namespace

std::string usage_line(const Command& command)
{
    std::string line = std::string("usage: vectl ") + command.name;
    if (*command.usage)
        line += std::string(" ") + command.usage;
    if (command.prints)
        line += " [--json]";
    return line + "\n";
}

std::string help_text()
{
    std::ostringstream text;
    std::size_t width = 0;
    for (const auto* command : commands())
        width = std::max(width, std::string_view(command->name).size());

    text << "usage: vectl [--json] COMMAND ...\n"
            "\n"
            "Virtual environments: groups of processes, counted and held to bounds.\n"
            "\n"
            "Commands:\n";
    for (const auto* command : commands()) {
        std::string name = command->name;
        name.resize(width, ' ');
        text << "  " << name << "  " << command->summary << '\n';
    }
    text << "\n"
            "NAME is the name or the id of a VE. vectl help COMMAND explains a command,\n"
            "vectl(8) all of them.\n";
    return text.str();
}

std::string help_text(const Command& command)
{
    std::ostringstream text;
    po::options_description all("Options");
    for (const auto& some : {command.options(), shared_options(command.prints)})
        for (const auto& option : some.options())
            all.add(option);

    text << usage_line(command) << '\n' << command.description << "\n\n" << all;
    return text.str();
}

const Command& known_command(const std::string& name)
{
    if (const auto* command = find_command(name))
        return *command;

    std::vector<std::string> names;
    for (const auto* command : commands())
        names.emplace_back(command->name);
    throw UsageError("unknown command '" + name + "'" + suggestion(name, names));
}

} // namespace vectl
