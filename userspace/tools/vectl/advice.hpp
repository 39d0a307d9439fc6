// SPDX-License-Identifier: GPL-2.0-only
//
// What to tell about a failure: what was being done, the kernel's sentence,
// and one line of advice for the usual causes.
#pragma once

#include "command.hpp"

#include <libve/error.hpp>

#include <initializer_list>
#include <optional>
#include <string>

namespace vectl {

// Who asked, as far as it explains a refusal.
struct Caller {
    bool has_admin = false;         // CAP_SYS_ADMIN, of whatever user namespace
    bool in_own_namespace = false;  // of users, not the initial one
    std::optional<std::string> own; // name of the VE it is a member of
};

// A command's own advice about one of its errors.
struct Hint {
    int code;
    std::string text;
};

// One line, or nothing. What concerns the caller goes before the hints.
std::string advise(const ve::Error& error, const Caller& caller,
                   std::initializer_list<Hint> hints = {});

// "create web: a VE with that name exists (EEXIST)". `doing` is put in the
// place of the library's own words about it.
std::string describe(const std::string& doing, ve::Error error);

// One line on context.err, fit for a terminal.
void tell(Context& context, const std::string& what);

// Prints both, each line fit for a terminal, and returns the status.
int fail(Context& context, const std::string& doing, const ve::Error& error,
         std::initializer_list<Hint> hints = {}, int status = status_failed);

} // namespace vectl
