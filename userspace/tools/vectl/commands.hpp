// SPDX-License-Identifier: GPL-2.0-only
//
// The commands, and what each makes of its words before it does anything: a
// request. Parsing throws UsageError (or what Boost.Program_options throws).
#pragma once

#include "columns.hpp"
#include "command.hpp"

#include <libve/environment.hpp>

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vectl {

using Timeout = std::optional<std::chrono::milliseconds>;

struct CreateRequest {
    std::string name;
    std::optional<ve::Id> id;
    std::vector<ve::Bound> bounds;
    std::optional<std::string> conf; // a file of bounds, which the others override
    ve::Sight sight = ve::Sight::own;
};

struct DestroyRequest {
    ve::Handle handle;
    bool kill = false;
};

struct ExecRequest {
    ve::Handle handle;
    bool privileged = false;
    Words command; // at least one word
};

struct AttachRequest {
    ve::Handle handle;
    std::vector<pid_t> pids; // at least one
};

struct KillRequest {
    ve::Handle handle;
    int signal;
    Timeout timeout;
};

struct ListRequest {
    std::vector<ListColumn> columns; // none: those that there have always been
    std::optional<Order> order;      // none: by id
    bool titled = true;
};

struct ShowRequest {
    std::optional<ve::Handle> handle; // none: the VE of this process, or all that are in trouble
    bool trouble = false;
    bool since_last = false;
};

struct SetRequest {
    ve::Handle handle;
    std::vector<ve::Bound> bounds;   // at least one, or there is a file
    std::optional<std::string> conf; // a file of bounds, which the others override
};

struct CheckRequest {
    std::string file;
};

struct PsRequest {
    std::optional<ve::Handle> handle; // none: all VEs
};

// Without a VE and a process: the VE of this process.
struct WhyRequest {
    std::optional<ve::Handle> handle;
    std::optional<std::uint32_t> pid;
};

struct HistoryRequest {
    std::optional<ve::Handle> handle; // none: all that are gone
    std::optional<std::uint32_t> count;
};

struct EventsRequest {
    std::optional<ve::Handle> handle; // none: all VEs
    std::optional<std::uint32_t> count;
    Timeout timeout;
};

CreateRequest parse_create(const Words& words);
DestroyRequest parse_destroy(const Words& words);
ExecRequest parse_exec(const Words& words);
AttachRequest parse_attach(const Words& words);
KillRequest parse_kill(const Words& words);
ListRequest parse_list(const Words& words);
ShowRequest parse_show(const Words& words);
SetRequest parse_set(const Words& words);
CheckRequest parse_check(const Words& words);
PsRequest parse_ps(const Words& words);
WhyRequest parse_why(const Words& words);
HistoryRequest parse_history(const Words& words);
EventsRequest parse_events(const Words& words);

extern const Command create_command;
extern const Command destroy_command;
extern const Command exec_command;
extern const Command attach_command;
extern const Command kill_command;
extern const Command list_command;
extern const Command show_command;
extern const Command set_command;
extern const Command check_command;
extern const Command ps_command;
extern const Command why_command;
extern const Command history_command;
extern const Command events_command;
extern const Command version_command;
extern const Command help_command;

// All of them, in the order in which help shows them.
std::span<const Command* const> commands();
const Command* find_command(std::string_view name);

} // namespace vectl
