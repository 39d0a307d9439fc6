// SPDX-License-Identifier: GPL-2.0-only
//
// Ways for a process to become less than root of the host.
#pragma once

#include "process.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace behaviour {

inline void become_nobody()
{
    constexpr uid_t nobody = 65534;
    if (setgroups(0, nullptr) < 0 || setresgid(nobody, nobody, nobody) < 0 ||
        setresuid(nobody, nobody, nobody) < 0)
        broken("become nobody");
}

inline void drop_capability(unsigned capability)
{
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    if (syscall(SYS_capget, &header, data) < 0)
        broken("capget");
    auto& word = data[CAP_TO_INDEX(capability)];
    for (auto* set : {&word.effective, &word.permitted, &word.inheritable})
        *set &= ~CAP_TO_MASK(capability);
    if (syscall(SYS_capset, &header, data) < 0)
        broken("capset");
}

inline void new_namespace(int flags)
{
    if (unshare(flags) < 0)
        broken("unshare");
}

} // namespace behaviour
