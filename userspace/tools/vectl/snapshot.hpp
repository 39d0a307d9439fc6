// SPDX-License-Identifier: GPL-2.0-only
//
// Lists as complete as they can be had: libve reads again when VEs come and go
// meanwhile, but gives up where they never stop. That is not a reason to show
// nothing.
#pragma once

#include <libve/client.hpp>

#include <vector>

namespace vectl {

// By ascending id.
ve::Result<std::vector<ve::Environment>> all_environments(ve::Client& client);

// By ascending pid, none twice. Those without a number in this pid namespace
// are not in it.
ve::Result<std::vector<ve::Member>> all_members(ve::Client& client, const ve::Handle& handle);

} // namespace vectl
