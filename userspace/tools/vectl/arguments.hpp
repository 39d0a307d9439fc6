// SPDX-License-Identifier: GPL-2.0-only
//
// The words behind a command's name, taken apart by Boost.Program_options the
// same way for every command. Nothing here runs anything.
#pragma once

#include <libve/environment.hpp>

#include <boost/program_options.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vectl {

using Words = std::vector<std::string>;

// Any number of words behind the options.
inline constexpr std::size_t any_number = SIZE_MAX;

// What stands behind the options, for counting and for the message when the
// count is wrong: {"NAME PID…", 2, any_number}.
struct Operands {
    const char* usage;
    std::size_t least;
    std::size_t most;
};

class Arguments {
  public:
    // Throws UsageError. An option that takes a value may stand anywhere, and
    // "--" ends the options.
    Arguments(const Words& words, const boost::program_options::options_description& options,
              const Operands& operands);

    [[nodiscard]] bool has(const char* option) const { return values_.count(option) != 0; }

    [[nodiscard]] std::string value(const char* option) const
    {
        return values_[option].as<std::string>();
    }

    [[nodiscard]] Words values(const char* option) const;

    [[nodiscard]] const Words& operands() const { return operands_; }

  private:
    boost::program_options::variables_map values_;
    Words operands_;
};

// Whole numbers without sign, space or suffix, and seconds with a fraction.
// `what` opens the message: "a process id". Throw UsageError.
std::uint32_t parse_number(std::string_view text, const char* what, std::uint32_t least,
                           std::uint32_t most);
// NAME, which may be an id.
ve::Handle parse_handle(std::string_view text);
// In milliseconds, rounded up, so that only 0 becomes 0.
std::uint32_t parse_seconds(std::string_view text);

} // namespace vectl
