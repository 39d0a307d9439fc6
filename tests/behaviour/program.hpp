// SPDX-License-Identifier: GPL-2.0-only
//
// Programs that a test runs, vectl above all.
#pragma once

#include "process.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace behaviour {

using Words = std::vector<std::string>;

/// How a program ended.
struct Outcome {
    int status = -1; ///< as a shell sees it: 128 and the signal's number, if one ended it
    std::string out;
    std::string err;

    /// What it printed.
    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(out); }
};

/// A program under way, with its output at hand. Killed at the end.
class Program {
  public:
    /// @p prepare runs in its process first. Standard input is empty, or @p terminal is standard
    /// input, output and error.
    explicit Program(const Words& words, const std::function<void()>& prepare = {},
                     int terminal = -1);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// The next line of its standard output; none when it has ended. Throws Broken if there comes
    /// nothing at all.
    std::optional<std::string> line();
    /// The same, but does not wait longer than that.
    std::optional<std::string> line(std::chrono::milliseconds most);

    /// Wait for its end.
    Outcome finish();

  private:
    // Read what there is. False if the time is up.
    bool pump(std::chrono::milliseconds most);

    pid_t pid_ = -1;
    Fd out_;
    Fd err_;
    bool out_open_ = true;
    bool err_open_ = true;
    std::string read_out_;
    std::string read_err_;
};

/// Run a program to its end.
Outcome run(const Words& words, const std::function<void()>& prepare = {});

/// Run vectl with these words.
Outcome vectl(const Words& words, const std::function<void()>& prepare = {});

} // namespace behaviour
