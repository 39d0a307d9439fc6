// SPDX-License-Identifier: GPL-2.0-only
//
// Columns of vectl list: id, name, state, members, and the numbers of each
// resource as vzlist names them: numproc, numproc.m, .b, .l, .f. Pure.
#pragma once

#include "output.hpp"
#include "shapes.hpp"

#include <libve/environment.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vectl {

class ListColumn {
  public:
    enum class Kind { id, name, state, members, held, maxheld, barrier, limit, failcnt };

    // Throws UsageError, which lists what there is.
    static ListColumn parse(std::string_view name);

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] Column title() const;
    // "-" for a resource that the kernel does not tell of.
    [[nodiscard]] Cell cell(const ve::Environment& environment) const;
    // Null for that, and for a bound that is unlimited.
    [[nodiscard]] Json json(const ve::Environment& environment) const;

    // Does a stand before b? What the kernel does not tell is last, either way round.
    [[nodiscard]] bool less(const ve::Environment& a, const ve::Environment& b,
                            bool descending) const;

  private:
    // Nothing, a number, or text.
    using Value = std::variant<std::monostate, std::uint64_t, std::string>;

    ListColumn(std::string name, Kind kind, ve::Resource resource)
        : name_(std::move(name)), kind_(kind), resource_(resource)
    {
    }

    [[nodiscard]] Value value(const ve::Environment& environment) const;

    std::string name_;
    Kind kind_;
    ve::Resource resource_;
};

struct Order {
    ListColumn column;
    bool descending = false;
};

// "id,name,numproc.f": none twice.
std::vector<ListColumn> parse_columns(std::string_view text);
// "numproc", or "-numproc" for the largest first.
Order parse_order(std::string_view text);

// Those alike stay by id.
void sort(std::vector<ve::Environment>& all, const Order& order);

} // namespace vectl
