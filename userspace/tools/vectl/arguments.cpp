// SPDX-License-Identifier: GPL-2.0-only
#include "arguments.hpp"

#include "nearest.hpp"
#include "usage_error.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace po = boost::program_options;

namespace vectl {

namespace {

constexpr char operand[] = "operand";

// Without the guessing of shortened options: "--priv" in a script would change
// its meaning with the next option that begins so.
constexpr int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

std::vector<std::string> long_names(const po::options_description& options)
{
    std::vector<std::string> names;
    for (const auto& option : options.options())
        names.push_back("--" + option->long_name());
    return names;
}

} // namespace

Arguments::Arguments(const Words& words, const po::options_description& options,
                     const Operands& operands)
{
    po::options_description all;
    all.add(options).add_options()(operand, po::value<Words>());
    po::positional_options_description positions;
    positions.add(operand, -1);

    try {
        const auto parsed =
            po::command_line_parser(words).options(all).positional(positions).style(style).run();
        // What holds the operands is no option that a user may name.
        for (const auto& option : parsed.options)
            if (option.string_key == operand && option.position_key < 0)
                throw po::unknown_option(option.original_tokens.at(0));
        po::store(parsed, values_);
    } catch (const po::unknown_option& unknown) {
        const auto name = unknown.get_option_name();
        throw UsageError("unknown option '" + name + "'" + suggestion(name, long_names(options)));
    }

    operands_ = values(operand);
    if (operands_.size() < operands.least)
        throw UsageError("too few arguments: expected " + std::string(operands.usage));
    if (operands_.size() > operands.most)
        throw UsageError("unexpected argument '" + operands_[operands.most] + "'");
}

Words Arguments::values(const char* option) const
{
    return has(option) ? values_[option].as<Words>() : Words();
}

std::uint32_t parse_number(std::string_view text, const char* what, std::uint32_t least,
                           std::uint32_t most)
{
    std::uint32_t number = 0;
    const char* const stop = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), stop, number);
    if (text.empty() || end != stop || error != std::errc() || number < least || number > most)
        throw UsageError("'" + std::string(text) + "' is not " + what + " (" +
                         std::to_string(least) + " to " + std::to_string(most) + ")");
    return number;
}

ve::Handle parse_handle(std::string_view text)
{
    auto handle = ve::Handle::parse(text);
    if (!handle)
        throw UsageError("'" + std::string(text) + "' names no VE: " + handle.error().sentence);
    return *std::move(handle);
}

std::uint32_t parse_seconds(std::string_view text)
{
    constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    double seconds = 0;

    // chars_format::fixed takes no exponent; the first character rules out
    // signs, "inf" and "nan".
    const char* const stop = text.data() + text.size();
    const bool begins = !text.empty() && (text[0] == '.' || (text[0] >= '0' && text[0] <= '9'));
    const auto [end, error] =
        begins ? std::from_chars(text.data(), stop, seconds, std::chars_format::fixed)
               : std::from_chars_result{text.data(), std::errc::invalid_argument};
    if (error != std::errc() || end != stop)
        throw UsageError("'" + std::string(text) + "' is no number of seconds");

    const double milliseconds = std::ceil(seconds * 1000);
    if (milliseconds > most)
        throw UsageError("'" + std::string(text) + "' seconds are too many: at most " +
                         std::to_string(most / 1000));
    return static_cast<std::uint32_t>(milliseconds);
}

} // namespace vectl
