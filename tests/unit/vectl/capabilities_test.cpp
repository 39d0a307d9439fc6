// SPDX-License-Identifier: GPL-2.0-only
#include "capabilities.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

TEST(Capabilities, TableNamesEachOnceAsLibcapDoes)
{
    std::set<cap_value_t> seen;
    for (const auto& row : vectl::capabilities()) {
        EXPECT_TRUE(seen.insert(row.value).second) << row.name;
        cap_value_t value = -1;
        EXPECT_EQ(cap_from_name((std::string("cap_") + row.name).c_str(), &value), 0) << row.name;
        EXPECT_EQ(value, row.value) << row.name;
        EXPECT_NE(std::string(row.reason), "") << row.name;
    }
    for (cap_value_t value = 0; value <= CAP_LAST_CAP; value++)
        EXPECT_TRUE(seen.count(value)) << value;
}

TEST(Capabilities, WhatUndoesAVeIsDropped)
{
    for (const cap_value_t value :
         {CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_MKNOD, CAP_SYS_BOOT, CAP_SYS_PTRACE, CAP_SYS_ADMIN,
          CAP_BPF, CAP_PERFMON, CAP_SYSLOG, CAP_SYS_TIME, CAP_MAC_ADMIN, CAP_MAC_OVERRIDE,
          CAP_AUDIT_CONTROL, CAP_DAC_READ_SEARCH})
        EXPECT_FALSE(vectl::is_kept(value)) << value;
}

TEST(Capabilities, WhatOrdinaryServicesNeedIsKept)
{
    for (const cap_value_t value : {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_KILL, CAP_SETUID,
                                    CAP_SETGID, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT, CAP_SETFCAP})
        EXPECT_TRUE(vectl::is_kept(value)) << value;
}

TEST(Capabilities, UnknownOnesAreDropped)
{
    EXPECT_FALSE(vectl::is_kept(CAP_LAST_CAP + 1));
    EXPECT_FALSE(vectl::is_kept(63));
    EXPECT_FALSE(vectl::is_kept(-1));
}

} // namespace
