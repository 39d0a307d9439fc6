// SPDX-License-Identifier: GPL-2.0-only
#include "shapes.hpp"

#include "bounds.hpp"
#include "trouble.hpp"

#include <array>
#include <ctime>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace vectl {

namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

Json bound(std::uint64_t value)
{
    return value == ve::unlimited ? Json(nullptr) : Json(value);
}

Json counter(const ve::Counter& numbers)
{
    return {{"held", numbers.held},
            {"maxheld", numbers.maxheld},
            {"barrier", bound(numbers.barrier)},
            {"limit", bound(numbers.limit)},
            {"failcnt", numbers.failcnt}};
}

Json counters(const std::vector<ve::Counter>& all, bool marked = false)
{
    Json object = Json::object();
    for (const auto& numbers : all) {
        auto& row = object[ve::to_string(numbers.resource)] = counter(numbers);
        const auto mark = mark_of(numbers);
        if (marked)
            row["mark"] = mark == Mark::none ? Json(nullptr) : Json(to_string(mark));
    }
    return object;
}

Json numbers(const std::vector<Number>& all)
{
    Json object = Json::object();
    for (const auto& number : all)
        object[number.name] = bound(number.value);
    return object;
}

std::string time_text(Clock::time_point time, bool local)
{
    const std::time_t seconds = Clock::to_time_t(time);
    const auto rest =
        std::chrono::duration_cast<std::chrono::milliseconds>(time - Clock::from_time_t(seconds))
            .count();
    std::tm parts{};
    if (local)
        localtime_r(&seconds, &parts);
    else
        gmtime_r(&seconds, &parts);

    std::ostringstream text;
    text << std::put_time(&parts, local ? "%F %T" : "%FT%T") << '.' << std::setfill('0')
         << std::setw(3) << rest << (local ? "" : "Z");
    return text.str();
}

// To the clock's own resolution, wherever that is not the kernel's.
Clock::time_point moment(ve::Time time)
{
    return std::chrono::time_point_cast<Clock::duration>(time);
}

void add_refusal(Json& object, const ve::Refused& event)
{
    object["resource"] = ve::to_string(event.counter.resource);
    object.update(counter(event.counter));
    object["severity"] = event.severity ? Json(ve::to_string(*event.severity)) : Json(nullptr);
    object["asked"] = event.severity ? Json(event.asked) : Json(nullptr);
    object["pid"] = event.pid ? Json(*event.pid) : Json(nullptr);
    object["comm"] = event.pid ? Json(event.comm) : Json(nullptr);
    object["left_out"] = event.left_out;
}

std::string bounds_text(const std::vector<ve::Counter>& resources)
{
    std::string text;
    for (const auto& numbers : resources)
        text += (text.empty() ? "" : ", ") + ve::to_string(numbers.resource) + "=" +
                bound_text(numbers.barrier) + ":" + bound_text(numbers.limit);
    return text;
}

std::string refusal_text(const ve::Refused& event)
{
    const auto& numbers = event.counter;
    std::string text = ve::to_string(numbers.resource) + ": ";
    if (event.severity) {
        text += std::to_string(event.asked) + " asked";
        // A packet that came in asks for no process.
        if (event.pid)
            text += " by " + std::to_string(*event.pid) + " (" + event.comm + ")";
        text += ", held " + std::to_string(numbers.held) + ", barrier " +
                bound_text(numbers.barrier) + ", limit " + bound_text(numbers.limit);
        if (event.left_out)
            text += "; ";
    }
    if (event.left_out || !event.severity)
        text += std::to_string(event.left_out) + " more refusals were left out";
    return text;
}

} // namespace

Json shape(const ve::Environment& environment, Detail detail)
{
    Json object = {{"id", environment.id},
                   {"name", environment.name},
                   {"state", ve::to_string(environment.state)},
                   {"members", environment.members},
                   {"watching", environment.sight == ve::Sight::all}};
    if (detail != Detail::brief)
        object["resources"] = counters(environment.resources, detail == Detail::marked);
    return object;
}

Json shape(const MemberRow& row)
{
    const auto& details = row.details;
    return {{"ve", row.ve},
            {"veid", row.member.id},
            {"pid", row.member.pid},
            {"ppid", details ? Json(details->parent) : Json(nullptr)},
            {"user", details ? Json(user_name(details->user)) : Json(nullptr)},
            {"threads", row.member.threads},
            {"state", details ? Json(std::string(1, details->state)) : Json(nullptr)},
            {"entering", row.member.entering},
            {"comm", row.member.comm},
            {"command", details ? Json(command_text(row)) : Json(nullptr)}};
}

Json shape(const RefusalRow& row)
{
    const auto& refusal = row.refusal;
    Json object = {{"time", time_text(moment(refusal.last), false)},
                   {"first", time_text(moment(refusal.first), false)},
                   {"times", refusal.times},
                   {"ve", row.ve},
                   {"veid", row.id},
                   {"gone", row.gone},
                   {"resource", ve::to_string(refusal.counter.resource)}};

    object.update(counter(refusal.counter));
    object["severity"] = ve::to_string(refusal.severity);
    object["asked"] = refusal.asked;
    object["pid"] = refusal.pid ? Json(*refusal.pid) : Json(nullptr);
    object["comm"] = refusal.pid ? Json(refusal.comm) : Json(nullptr);
    return object;
}

Json shape(const ve::Past& past)
{
    Json refusals = Json::array();
    for (const auto& refusal : past.refusals)
        refusals.push_back(shape(RefusalRow{past.name, past.id, true, refusal}));
    return {{"id", past.id},
            {"name", past.name},
            {"created", time_text(moment(past.created), false)},
            {"destroyed", time_text(moment(past.destroyed), false)},
            {"lifetime_ns", past.lifetime.count()},
            {"cpu_ns", past.cpu_time.count()},
            {"resources", counters(past.resources)},
            {"refusals", std::move(refusals)}};
}

Json shape(const Finding& finding)
{
    return {{"severity", to_string(finding.weight)},
            {"rule", finding.rule},
            {"numbers", numbers(finding.numbers)},
            {"satisfied_by", numbers(finding.satisfied_by)}};
}

Json shape(const ve::Event& event, Clock::time_point time)
{
    Json object = {{"time", time_text(time, false)}, {"event", ve::name_of(event)}};

    std::visit(Overloaded{
                   [](const ve::Lost&) {},
                   [&object](const auto& named) {
                       object["id"] = named.id;
                       object["name"] = named.name;
                   },
               },
               event);
    if (const auto* changed = std::get_if<ve::Changed>(&event)) {
        object["resources"] = counters(changed->resources);
    } else if (const auto* attached = std::get_if<ve::Attached>(&event)) {
        object["pid"] = attached->pid;
        object["comm"] = attached->comm;
    } else if (const auto* refused = std::get_if<ve::Refused>(&event)) {
        add_refusal(object, *refused);
    }
    return object;
}

std::string line(const ve::Event& event, Clock::time_point time)
{
    std::string what(ve::name_of(event));
    what.resize(std::max<std::size_t>(what.size(), sizeof("destroyed") - 1), ' ');

    std::string text = time_text(time, true) + "  " + what + "  ";
    std::visit(Overloaded{
                   [&text](const ve::Lost&) {
                       text += "events were dropped: they came faster than they were read";
                   },
                   [&text](const auto& named) {
                       text += named.name + " (" + std::to_string(named.id) + ")";
                   },
               },
               event);
    if (const auto* changed = std::get_if<ve::Changed>(&event))
        text += "  " + bounds_text(changed->resources);
    else if (const auto* attached = std::get_if<ve::Attached>(&event))
        text += "  " + std::to_string(attached->pid) + " (" + attached->comm + ")";
    else if (const auto* refused = std::get_if<ve::Refused>(&event))
        text += "  " + refusal_text(*refused);
    return printable(text);
}

std::string local_time(ve::Time time)
{
    return time_text(moment(time), true);
}

Colour colour_of(ve::State state)
{
    switch (state) {
    case ve::State::running:
        return Colour::good;
    case ve::State::killing:
        return Colour::busy;
    case ve::State::empty:
        return Colour::faint;
    }
    return Colour::none;
}

std::string command_text(const MemberRow& row)
{
    if (row.details && !row.details->command.empty())
        return row.details->command;
    return "[" + row.member.comm + "]";
}

void print(std::ostream& out, const Json& document)
{
    out << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void print_line(std::ostream& out, const Json& document)
{
    out << document.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace vectl
