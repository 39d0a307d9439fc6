// SPDX-License-Identifier: GPL-2.0-only
//
// The module, loaded and unloaded by a test. Not for kernels that have VEs built in.
#pragma once

#include "process.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace behaviour {

inline bool is_loaded()
{
    return access("/sys/module/ve/refcnt", F_OK) == 0;
}

/// 0 or errno.
inline int load(const std::string& parameters = "")
{
    const char* const path = getenv("VE_KO");
    if (!path)
        return system(("modprobe ve " + parameters).c_str()) == 0 ? 0 : EIO;
    const Fd file(open(path, O_RDONLY | O_CLOEXEC));
    return syscall(SYS_finit_module, file.get(), parameters.c_str(), 0) < 0 ? errno : 0;
}

/// 0 or errno.
inline int unload(const char* name = "ve")
{
    return syscall(SYS_delete_module, name, O_NONBLOCK) < 0 ? errno : 0;
}

} // namespace behaviour
