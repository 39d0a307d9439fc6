// SPDX-License-Identifier: GPL-2.0-only
#include "capabilities.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>

namespace vectl {

namespace {

constexpr bool keep = true;
constexpr bool drop = false;

using CapPtr = std::unique_ptr<std::remove_pointer_t<cap_t>, int (*)(void*)>;

CapPtr current()
{
    return {cap_get_proc(), cap_free};
}

} // namespace

// clang-format off
const std::vector<Capability>& capabilities()
{
    static const std::vector<Capability> table = {
        {CAP_CHOWN, "chown", keep, "ordinary file ownership"},
        {CAP_DAC_OVERRIDE, "dac_override", keep, "root's ordinary access to files"},
        {CAP_DAC_READ_SEARCH, "dac_read_search", drop,
         "open_by_handle_at(2) opens any file of a filesystem, from inside any root directory"},
        {CAP_FOWNER, "fowner", keep, "ordinary file ownership"},
        {CAP_FSETID, "fsetid", keep, "set-id bits on files, as installing packages needs"},
        {CAP_KILL, "kill", keep, "stopping services that run as other users"},
        {CAP_SETGID, "setgid", keep, "logins and services that change their group"},
        {CAP_SETUID, "setuid", keep, "logins and services that change their user"},
        {CAP_SETPCAP, "setpcap", keep, "services that give up more; nothing can be gained with it"},
        {CAP_LINUX_IMMUTABLE, "linux_immutable", drop,
         "lifts the immutable and append-only marks that protect the host's files from root"},
        {CAP_NET_BIND_SERVICE, "net_bind_service", keep, "servers on ports below 1024"},
        {CAP_NET_BROADCAST, "net_broadcast", keep, "unused by the kernel"},
        {CAP_NET_ADMIN, "net_admin", drop,
         "configures the host's network, and listens to the start and end of all its processes"},
        {CAP_NET_RAW, "net_raw", keep, "ping and its like; it also hears and forges what passes the host's network"},
        {CAP_IPC_LOCK, "ipc_lock", keep, "locked memory, as databases use it"},
        {CAP_IPC_OWNER, "ipc_owner", keep, "root's ordinary access to System V objects"},
        {CAP_SYS_MODULE, "sys_module", drop, "loads code into the kernel, and unloads the module"},
        {CAP_SYS_RAWIO, "sys_rawio", drop, "reaches memory, ports and devices directly"},
        {CAP_SYS_CHROOT, "sys_chroot", keep, "services that lock themselves into a directory"},
        {CAP_SYS_PTRACE, "sys_ptrace", drop, "takes over and reads processes outside of the VE"},
        {CAP_SYS_PACCT, "sys_pacct", drop, "switches the host's process accounting"},
        {CAP_SYS_ADMIN, "sys_admin", drop, "mounts, namespaces, and much of the host's settings"},
        {CAP_SYS_BOOT, "sys_boot", drop, "restarts the host by reboot(2), and starts another kernel"},
        {CAP_SYS_NICE, "sys_nice", drop,
         "starves the host by real-time priority, and schedules processes outside of the VE"},
        {CAP_SYS_RESOURCE, "sys_resource", drop,
         "goes past the host's other limits: disk space reserved for root, file tables, the "
         "OOM killer's choice"},
        {CAP_SYS_TIME, "sys_time", drop, "sets the host's clock"},
        {CAP_SYS_TTY_CONFIG, "sys_tty_config", drop, "hangs up and changes the host's terminals"},
        {CAP_MKNOD, "mknod", drop, "makes nodes of devices, those included that /dev does not have"},
        {CAP_LEASE, "lease", keep, "file servers"},
        {CAP_AUDIT_WRITE, "audit_write", keep, "logins, which write audit records"},
        {CAP_AUDIT_CONTROL, "audit_control", drop, "switches the host's audit, and changes its rules"},
        {CAP_SETFCAP, "setfcap", keep, "installing packages; nothing can be gained with it"},
        {CAP_MAC_OVERRIDE, "mac_override", drop, "goes past the host's security policy"},
        {CAP_MAC_ADMIN, "mac_admin", drop, "changes the host's security policy"},
        {CAP_SYSLOG, "syslog", drop, "reads and clears the kernel's log, and reads kernel addresses"},
        {CAP_WAKE_ALARM, "wake_alarm", drop, "wakes the host from sleep"},
        {CAP_BLOCK_SUSPEND, "block_suspend", drop, "keeps the host from sleep"},
        {CAP_AUDIT_READ, "audit_read", drop, "reads the host's audit log"},
        {CAP_PERFMON, "perfmon", drop, "watches the kernel and all processes of the host"},
        {CAP_BPF, "bpf", drop, "runs programs inside the kernel"},
        {CAP_CHECKPOINT_RESTORE, "checkpoint_restore", drop,
         "chooses process numbers, and so can pass for a process that has gone"},
    };
    return table;
}

// clang-format on

bool is_kept(cap_value_t value)
{
    const auto& table = capabilities();
    const auto row = std::find_if(table.begin(), table.end(), [value](const Capability& known) {
        return known.value == value;
    });
    return row != table.end() && row->kept;
}

int drop_capabilities(std::string& failed)
{
    // ORDER: bounding before permitted: dropping from the bounding set needs
    // CAP_SETPCAP, which is kept, but a user may run us with few of them.
    for (cap_value_t value = 0; value < cap_max_bits(); value++) {
        if (is_kept(value))
            continue;
        const int in_set = cap_get_bound(value);
        if (in_set < 0)
            break; // the running kernel's last one is behind us
        if (in_set && cap_drop_bound(value) < 0) {
            failed = "drop from the bounding set";
            return errno;
        }
    }

    auto state = current();
    if (!state) {
        failed = "read the capabilities";
        return errno;
    }
    for (cap_value_t value = 0; value < cap_max_bits(); value++) {
        if (is_kept(value))
            continue;
        for (const auto set : {CAP_EFFECTIVE, CAP_PERMITTED, CAP_INHERITABLE})
            if (cap_set_flag(state.get(), set, 1, &value, CAP_CLEAR) < 0)
                break; // no such capability on this kernel
    }
    // What leaves the inheritable set leaves the ambient set with it.
    if (cap_set_proc(state.get()) < 0) {
        failed = "drop capabilities";
        return errno;
    }
    return 0;
}

bool has_capability(cap_value_t value)
{
    const auto state = current();
    cap_flag_value_t flag = CAP_CLEAR;
    return state && cap_get_flag(state.get(), value, CAP_EFFECTIVE, &flag) == 0 && flag == CAP_SET;
}

} // namespace vectl
