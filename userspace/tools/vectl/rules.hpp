// SPDX-License-Identifier: GPL-2.0-only
//
// Do the bounds of one VE fit together? The rules are those that OpenVZ's
// vzcfgvalidate holds a configuration against. Pure.
#pragma once

#include "ctid_conf.hpp"
#include "findings.hpp"

#include <vector>

namespace vectl {

// A rule about a resource that the file does not bound finds nothing; a term of
// a sum that it does not bound counts nothing.
std::vector<Finding> check_rules(const Configuration& conf);

} // namespace vectl
