// SPDX-License-Identifier: GPL-2.0-only
//
// The JSON shapes and text lines of what libve returns: the ones that
// vectl(8) documents. Pure.
#pragma once

#include "findings.hpp"
#include "output.hpp"
#include "process.hpp"

#include <libve/environment.hpp>
#include <libve/event.hpp>
#include <libve/history.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <iosfwd>
#include <string>

namespace vectl {

// Keys come out in the order they are documented in.
using Json = nlohmann::ordered_json;
using Clock = std::chrono::system_clock;

// A process of a VE; without details when /proc does not show it.
struct MemberRow {
    std::string ve;
    ve::Member member;
    std::optional<ProcessDetails> details;
};

// A refusal and whose it was.
struct RefusalRow {
    std::string ve;
    ve::Id id = 0;
    bool gone = false; // it is history
    ve::Refusal refusal;
};

enum class Detail { brief, full, marked }; // without, with resources; those with their marks

Json shape(const ve::Environment& environment, Detail detail);
Json shape(const MemberRow& row);
Json shape(const RefusalRow& row);
Json shape(const ve::Past& past);
Json shape(const Finding& finding);
Json shape(const ve::Event& event, Clock::time_point time);

// "refused    web (1)  numproc: held 5, barrier 5 …", after the local time.
std::string line(const ve::Event& event, Clock::time_point time);

// Local, to the millisecond.
std::string local_time(ve::Time time);

// How a table paints a state.
Colour colour_of(ve::State state);

// The command line, or "[comm]" for a process without one.
std::string command_text(const MemberRow& row);

// One document and a line end. Bytes that are no UTF-8 come out as U+FFFD.
void print(std::ostream& out, const Json& document);
// The same in one line.
void print_line(std::ostream& out, const Json& document);

} // namespace vectl
