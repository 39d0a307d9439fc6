// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

namespace ve {

/// Why something failed: a number for programs, sentences for people.
struct Error {
    /// An errno, positive. What each call gives is written where it is declared.
    int code = 0;

    /// The kernel's explanation of its refusal, or the library's own where it refused by itself;
    /// empty if there is none. Meant to be shown as it is.
    std::string sentence;

    /// The attribute at fault, by its name in the netlink specification ("name",
    /// "resource.barrier"); empty if none is or the kernel did not say.
    std::string attribute;

    /// What was being done, innermost first.
    std::vector<std::string> context;

    /// All of it in one line: context from the outside in, the sentence (or errno's own text) and,
    /// in brackets, errno's name and the attribute.
    [[nodiscard]] std::string what() const;

    /// Add an outer layer of context; for errors on their way up.
    [[nodiscard]] Error&& with(std::string outer) &&;

    bool operator==(const Error&) const = default;
};

} // namespace ve
