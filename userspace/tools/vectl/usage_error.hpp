// SPDX-License-Identifier: GPL-2.0-only
//
// A command line that is wrong, reported before anything was asked of the
// kernel. Boost.Program_options throws its own errors for the same thing, so
// this one joins them: whoever parses gives up, and cli.cpp catches both kinds
// in one place and exits with status 2.
#pragma once

#include <boost/program_options/errors.hpp>

#include <string>

namespace vectl {

class UsageError : public boost::program_options::error {
  public:
    explicit UsageError(const std::string& what) : boost::program_options::error(what) {}
};

} // namespace vectl
