// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "samples.hpp"

#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

/// A kernel that says what a test wants it to say: while one lives, the system calls that send,
/// receive and poll are answered by it, whichever library makes them.
class ScriptedKernel {
  public:
    /// What one receiving call brings: bytes, made for the sequence number of the last request,
    /// or an errno.
    using Datagram = std::function<samples::Buffer(std::uint32_t sequence)>;
    using Step = std::variant<Datagram, int>;

    explicit ScriptedKernel(std::vector<Step> script);
    ScriptedKernel(const ScriptedKernel&) = delete;
    ScriptedKernel& operator=(const ScriptedKernel&) = delete;
    ~ScriptedKernel();

    /// The requests that were sent.
    [[nodiscard]] const std::vector<samples::Buffer>& sent() const { return sent_; }

    /// Steps nobody asked for.
    [[nodiscard]] std::size_t left() const { return script_.size() - at_; }

  private:
    friend struct Calls;

    std::vector<Step> script_;
    std::size_t at_ = 0;
    std::uint32_t sequence_ = 0;
    std::vector<samples::Buffer> sent_;
};
