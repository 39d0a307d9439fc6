// SPDX-License-Identifier: GPL-2.0-only
#include "snapshot.hpp"

#include <algorithm>
#include <cerrno>
#include <map>

namespace vectl {

ve::Result<std::vector<ve::Environment>> all_environments(ve::Client& client)
{
    auto listed = client.list();
    if (listed || listed.error().code != EINTR)
        return listed;

    std::map<ve::Id, ve::Environment> by_id;
    const auto read =
        client.for_each([&by_id](const ve::Environment& row) { by_id[row.id] = row; });
    if (!read)
        return ve::err(read.error());
    std::vector<ve::Environment> rows;
    rows.reserve(by_id.size());
    for (auto& [id, row] : by_id)
        rows.push_back(std::move(row));
    return rows;
}

ve::Result<std::vector<ve::Member>> all_members(ve::Client& client, const ve::Handle& handle)
{
    auto listed = client.members(handle);
    if (!listed)
        return listed;

    const auto by_pid = [](const ve::Member& a, const ve::Member& b) { return a.pid < b.pid; };
    std::stable_sort(listed->begin(), listed->end(), by_pid);
    const auto same = [](const ve::Member& a, const ve::Member& b) { return a.pid == b.pid; };
    listed->erase(std::unique(listed->begin(), listed->end(), same), listed->end());
    return listed;
}

} // namespace vectl
