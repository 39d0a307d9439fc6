// SPDX-License-Identifier: GPL-2.0-only
//
// What bounds that are set will not do, and whoever sets them may expect.
#pragma once

#include "command.hpp"

#include <libve/environment.hpp>

#include <span>
#include <string>

namespace vectl {

// Is there any that could need one?
bool need_remarks(std::span<const ve::Bound> bounds);

// Tells them on context.err, one line each. `now` is the VE after they were set.
void tell_remarks(std::span<const ve::Bound> bounds, const ve::Environment& now,
                  const std::string& doing, Context& context);

} // namespace vectl
