// SPDX-License-Identifier: GPL-2.0-only
#include "remarks.hpp"

#include "advice.hpp"

#include <algorithm>
#include <vector>

namespace vectl {

namespace {

// What a guarantee is compared with.
ve::Resource used_of(ve::Resource guarantee)
{
    return guarantee == ve::Resource::vmguarpages ? ve::Resource::privvmpages : guarantee;
}

void remark_on_guarantee(const ve::Bound& bound, const ve::Environment& now,
                         std::vector<std::string>& remarks)
{
    const auto name = ve::to_string(bound.resource);
    const auto* used = now.find(used_of(bound.resource));

    if (bound.limit && *bound.limit != ve::unlimited && !(bound.barrier == bound.limit))
        remarks.push_back(name + " is a guarantee: its barrier is what is guaranteed, its limit " +
                          "means nothing");
    if (bound.barrier && used && *bound.barrier < used->held)
        remarks.push_back(name + ": the guarantee of " + std::to_string(*bound.barrier) +
                          " pages is below what is used, " + std::to_string(used->held) +
                          ": it protects nothing until less is");
}

} // namespace

bool need_remarks(std::span<const ve::Bound> bounds)
{
    return std::ranges::any_of(
        bounds, [](const auto& bound) { return ve::role_of(bound.resource) != ve::Role::bounded; });
}

void tell_remarks(std::span<const ve::Bound> bounds, const ve::Environment& now,
                  const std::string& doing, Context& context)
{
    std::vector<std::string> remarks;

    for (const auto& bound : bounds) {
        const auto role = ve::role_of(bound.resource);
        if (role == ve::Role::accounted)
            remarks.push_back(ve::to_string(bound.resource) +
                              " is only accounted: its bounds refuse nothing");
        else if (role == ve::Role::guaranteed)
            remark_on_guarantee(bound, now, remarks);
    }
    for (const auto& remark : remarks)
        tell(context, doing + ": " + remark);
}

} // namespace vectl
