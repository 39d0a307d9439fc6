// SPDX-License-Identifier: GPL-2.0-only
//
// A new command is a file in cmd/, a line in commands.hpp and a line here.
#include "commands.hpp"

#include <array>

namespace vectl {

std::span<const Command* const> commands()
{
    static constexpr std::array table = {
        &create_command, &destroy_command, &exec_command,   &attach_command,  &kill_command,
        &list_command,   &show_command,    &set_command,    &check_command,   &ps_command,
        &why_command,    &history_command, &events_command, &version_command, &help_command,
    };
    return table;
}

const Command* find_command(std::string_view name)
{
    for (const auto* command : commands())
        if (name == command->name)
            return command;
    return nullptr;
}

} // namespace vectl
