// SPDX-License-Identifier: GPL-2.0-only
#include "columns.hpp"

#include "bounds.hpp"
#include "nearest.hpp"
#include "usage_error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vectl {

namespace {

using Kind = ListColumn::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 4> plain = {{
    {"id", Kind::id},
    {"name", Kind::name},
    {"state", Kind::state},
    {"members", Kind::members},
}};
constexpr std::array<std::pair<std::string_view, Kind>, 5> suffixes = {{
    {"", Kind::held},
    {".m", Kind::maxheld},
    {".b", Kind::barrier},
    {".l", Kind::limit},
    {".f", Kind::failcnt},
}};

[[noreturn]] void unknown(std::string_view name)
{
    std::vector<std::string> known;
    known.reserve(plain.size());
    for (const auto& [word, kind] : plain)
        known.emplace_back(word);
    const auto all =
        joined(known) + ", and each with .m, .b, .l or .f or without: " + joined(known_resources());
    for (const auto& resource : known_resources())
        for (const auto& [suffix, kind] : suffixes)
            known.push_back(resource + std::string(suffix));

    throw UsageError("unknown column '" + std::string(name) + "'" + suggestion(name, known) +
                     "; known: " + all);
}

} // namespace

ListColumn ListColumn::parse(std::string_view name)
{
    for (const auto& [word, kind] : plain)
        if (name == word)
            return {std::string(name), kind, {}};

    const auto dot = std::min(name.find('.'), name.size());
    const auto resource = ve::parse_resource(name.substr(0, dot));
    for (const auto& [suffix, kind] : suffixes)
        if (resource && name.substr(dot) == suffix)
            return {std::string(name), kind, *resource};
    unknown(name);
}

Column ListColumn::title() const
{
    std::string title = name_;
    for (auto& c : title)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    const bool is_text = kind_ == Kind::name || kind_ == Kind::state;
    return {title, is_text ? Align::left : Align::right};
}

ListColumn::Value ListColumn::value(const ve::Environment& environment) const
{
    switch (kind_) {
    case Kind::id:
        return std::uint64_t{environment.id};
    case Kind::name:
        return environment.name;
    case Kind::state:
        return std::string(ve::to_string(environment.state));
    case Kind::members:
        return std::uint64_t{environment.members};
    default:
        break;
    }

    const auto* numbers = environment.find(resource_);
    if (!numbers)
        return {};
    switch (kind_) {
    case Kind::maxheld:
        return numbers->maxheld;
    case Kind::barrier:
        return numbers->barrier;
    case Kind::limit:
        return numbers->limit;
    case Kind::failcnt:
        return numbers->failcnt;
    default:
        return numbers->held;
    }
}

Cell ListColumn::cell(const ve::Environment& environment) const
{
    const auto what = value(environment);
    if (const auto* text = std::get_if<std::string>(&what))
        return {*text, kind_ == Kind::state ? colour_of(environment.state) : Colour::none};
    const auto* number = std::get_if<std::uint64_t>(&what);
    if (!number)
        return "-";
    if (kind_ == Kind::barrier || kind_ == Kind::limit)
        return bound_text(*number);
    return {std::to_string(*number),
            kind_ == Kind::failcnt && *number ? Colour::bad : Colour::none};
}

Json ListColumn::json(const ve::Environment& environment) const
{
    const auto what = value(environment);
    if (const auto* text = std::get_if<std::string>(&what))
        return *text;
    const auto* number = std::get_if<std::uint64_t>(&what);
    const bool is_bound = kind_ == Kind::barrier || kind_ == Kind::limit;
    if (!number || (is_bound && *number == ve::unlimited))
        return nullptr;
    return *number;
}

bool ListColumn::less(const ve::Environment& a, const ve::Environment& b, bool descending) const
{
    const auto of_a = value(a);
    const auto of_b = value(b);
    if (of_a.index() != of_b.index())
        return of_a.index() > of_b.index();
    return descending ? of_b < of_a : of_a < of_b;
}

std::vector<ListColumn> parse_columns(std::string_view text)
{
    std::vector<ListColumn> columns;

    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find(',', start), text.size());
        auto column = ListColumn::parse(text.substr(start, end - start));
        if (std::ranges::find(columns, column.name(), &ListColumn::name) != columns.end())
            throw UsageError("column '" + column.name() + "' is named twice");
        columns.push_back(std::move(column));
        start = end + 1;
    }
    return columns;
}

Order parse_order(std::string_view text)
{
    const bool descending = text.starts_with('-');
    return {ListColumn::parse(text.substr(descending ? 1 : 0)), descending};
}

void sort(std::vector<ve::Environment>& all, const Order& order)
{
    std::ranges::sort(all, {}, &ve::Environment::id);
    std::ranges::stable_sort(all, [&](const ve::Environment& a, const ve::Environment& b) {
        return order.column.less(a, b, order.descending);
    });
}

} // namespace vectl
