// SPDX-License-Identifier: GPL-2.0-only
#include "advice.hpp"

#include "capabilities.hpp"
#include "output.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <ostream>

namespace vectl {

namespace {

// The number the kernel gives to it on every boot (PROC_USER_INIT_INO).
constexpr ino_t initial_user_namespace = 0xEFFFFFFD;

// The kernel explains each refusal; without a sentence the whole family was
// not there.
bool is_not_loaded(const ve::Error& error)
{
    return error.code == ENOENT && error.sentence.empty();
}

Caller look_at_caller(Context& context)
{
    Caller caller;
    caller.has_admin = has_capability(CAP_SYS_ADMIN);
    struct stat found = {};

    if (stat("/proc/self/ns/user", &found) == 0)
        caller.in_own_namespace = found.st_ino != initial_user_namespace;
    if (auto client = context.connect())
        if (auto own = client->own())
            caller.own = own->name;
    return caller;
}

} // namespace

std::string advise(const ve::Error& error, const Caller& caller, std::initializer_list<Hint> hints)
{
    if (is_not_loaded(error))
        return "is the ve module loaded? try: modprobe ve";

    if (caller.own && error.code == EPERM)
        return "this process is a member of VE '" + *caller.own + "'; only the host manages VEs";
    if (caller.own && error.code == ENOENT)
        return "this process is a member of VE '" + *caller.own + "' and sees no other";

    if (error.code == EPERM && caller.in_own_namespace)
        return "this process is in another user namespace than the host's initial one";
    if (error.code == EPERM && !caller.has_admin)
        return "needs root (CAP_SYS_ADMIN in the initial user namespace)";

    for (const auto& hint : hints)
        if (hint.code == error.code)
            return hint.text;
    if (error.code == ENOENT)
        return "vectl list shows the VEs there are";
    return {};
}

std::string describe(const std::string& doing, ve::Error error)
{
    error.context.clear();
    if (is_not_loaded(error))
        error.sentence = "this kernel has no virtual environments";
    return std::move(error).with(doing).what();
}

void tell(Context& context, const std::string& what)
{
    context.err << "vectl: " << printable(what) << '\n';
}

int fail(Context& context, const std::string& doing, const ve::Error& error,
         std::initializer_list<Hint> hints, int status)
{
    const auto advice = advise(error, look_at_caller(context), hints);

    tell(context, describe(doing, error));
    if (!advice.empty())
        tell(context, advice);
    return status;
}

} // namespace vectl
