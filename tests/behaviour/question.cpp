// SPDX-License-Identifier: GPL-2.0-only
#include "question.hpp"

#include "process.hpp"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/kcmp.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/taskstats.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>

namespace behaviour {

namespace {

std::string in_proc(pid_t number, const std::string& file)
{
    return "/proc/" + std::to_string(number) + file;
}

std::string open_answer(const std::string& path, int flags = O_RDONLY)
{
    const Fd fd(open(path.c_str(), flags | O_CLOEXEC));
    if (fd.get() < 0)
        return answer(-1);
    char byte = 0;
    return "open " + answer(read(fd.get(), &byte, 1));
}

std::string stat_answer(const std::string& path)
{
    struct stat found {};

    return answer(lstat(path.c_str(), &found));
}

// A signal that comes with something.
std::string queue_answer(long call, pid_t group, pid_t thread, int code)
{
    siginfo_t info{};
    info.si_signo = SIGCONT;
    info.si_code = code;
    info.si_pid = getpid();
    return answer(call == SYS_rt_sigqueueinfo
                      ? syscall(SYS_rt_sigqueueinfo, group, SIGCONT, &info)
                      : syscall(SYS_rt_tgsigqueueinfo, group, thread, SIGCONT, &info));
}

std::string clock_answer(clockid_t clock)
{
    timespec time{};
    const int read = clock_gettime(clock, &time);
    const auto answers = answer(read) + ", ";
    return answers + answer(clock_getres(clock, &time));
}

clockid_t clock_of(pid_t number, int kind)
{
    return static_cast<clockid_t>((~static_cast<unsigned>(number) << 3) |
                                  static_cast<unsigned>(kind));
}

std::string timer_answer(pid_t number)
{
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGCONT;
    event._sigev_un._tid = number;
    int timer = 0;
    std::string answers = answer(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
    event.sigev_notify = SIGEV_NONE;
    return answers + ", " + answer(syscall(SYS_timer_create, clock_of(number, 2), &event, &timer));
}

std::string owner_answer(pid_t number, int kind)
{
    const Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    f_owner_ex owner{static_cast<__pid_type>(kind), number};
    auto answers = answer(fcntl(fd.get(), F_SETOWN_EX, &owner));
    owner = {};
    fcntl(fd.get(), F_GETOWN_EX, &owner);
    return answers + ", is " + (owner.pid == number ? "that" : std::to_string(owner.pid));
}

std::string set_owner_answer(pid_t number)
{
    const Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    auto answers = answer(fcntl(fd.get(), F_SETOWN, number));
    answers += ", " + answer(fcntl(fd.get(), F_SETOWN, -number));
    answers += ", " + answer(ioctl(fd.get(), FIOSETOWN, &number));
    return answers;
}

std::string credentials_answer(pid_t number)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
        broken("socketpair");
    const Fd one(pair[0]);
    const Fd two(pair[1]);
    char byte = 0;
    iovec data{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    auto* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_CREDENTIALS;
    header->cmsg_len = CMSG_LEN(sizeof(ucred));
    const ucred credentials{number, getuid(), getgid()};
    std::memcpy(CMSG_DATA(header), &credentials, sizeof(credentials));
    return answer(sendmsg(one.get(), &message, 0));
}

std::string memory_answer(pid_t number)
{
    char byte = 0;
    const iovec here{&byte, 1};
    const iovec there{&byte, 1};
    return answer(process_vm_readv(number, &here, 1, &there, 1, 0)) + ", " +
           answer(process_vm_writev(number, &here, 1, &there, 1, 0));
}

std::string priority_answer(int which, pid_t number)
{
    errno = 0;
    const long priority =
        getpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(number));
    return answer(errno ? -1 : priority) + ", " +
           answer(
               setpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(number), 0));
}

std::string io_priority_answer(int which, pid_t number)
{
    return answer(syscall(SYS_ioprio_get, which, number)) + ", " +
           answer(syscall(SYS_ioprio_set, which, number, 2 << 13));
}

std::string scheduler_answer(pid_t number)
{
    sched_param param{};
    timespec interval{};
    cpu_set_t set;
    char attributes[64] = {48};
    auto answers = answer(sched_getscheduler(number)) + ", ";
    answers += answer(sched_getparam(number, &param)) + ", ";
    answers += answer(sched_setparam(number, &param)) + ", ";
    answers += answer(sched_setscheduler(number, SCHED_OTHER, &param)) + ", ";
    answers += answer(sched_rr_get_interval(number, &interval)) + ", ";
    answers += answer(syscall(SYS_sched_getattr, number, attributes, sizeof(attributes), 0)) + ", ";
    answers += answer(syscall(SYS_sched_setattr, number, attributes, 0)) + ", ";
    answers += answer(sched_getaffinity(number, sizeof(set), &set)) + ", ";
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    return answers + answer(sched_setaffinity(number, sizeof(set), &set));
}

std::string wait_answer(pid_t number)
{
    int status = 0;
    siginfo_t info{};
    auto answers = answer(waitpid(number, &status, WNOHANG | __WALL)) + ", ";
    answers += answer(waitpid(-number, &status, WNOHANG | __WALL)) + ", ";
    answers += answer(waitid(P_PID, static_cast<id_t>(number), &info, WNOHANG | WEXITED)) + ", ";
    return answers + answer(waitid(P_PGID, static_cast<id_t>(number), &info, WNOHANG | WEXITED));
}

std::string pidfd_answer(pid_t number, unsigned flags)
{
    const Fd fd(static_cast<int>(syscall(SYS_pidfd_open, number, flags)));
    return answer(fd.get() < 0 ? -1 : 0);
}

std::string limit_answer(pid_t number)
{
    rlimit limit{};
    auto answers = answer(prlimit(number, RLIMIT_CORE, nullptr, &limit)) + ", ";
    return answers + answer(prlimit(number, RLIMIT_CORE, &limit, nullptr));
}

std::string capability_answer(pid_t number)
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, number};
    __user_cap_data_struct data[2] = {};
    return answer(syscall(SYS_capget, &header, data));
}

std::string perf_answer(pid_t number)
{
    perf_event_attr attributes{};
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.size = sizeof(attributes);
    attributes.config = PERF_COUNT_SW_DUMMY;
    const Fd fd(static_cast<int>(syscall(SYS_perf_event_open, &attributes, number, -1, -1, 0)));
    return answer(fd.get() < 0 ? -1 : 0);
}

std::string robust_answer(pid_t number)
{
    void* list = nullptr;
    std::size_t length = 0;
    return answer(syscall(SYS_get_robust_list, number, &list, &length));
}

std::string futex_answer(pid_t number)
{
    alignas(4) std::uint32_t word = static_cast<std::uint32_t>(number);
    return answer(
        syscall(SYS_futex, &word, FUTEX_TRYLOCK_PI | FUTEX_PRIVATE_FLAG, 0, nullptr, nullptr, 0));
}

std::string pages_answer(pid_t number)
{
    unsigned long nodes = 1;
    void* page = nullptr;
    int status = 0;
    return answer(syscall(SYS_migrate_pages, number, 8 * sizeof(nodes), &nodes, &nodes)) + ", " +
           answer(syscall(SYS_move_pages, number, 1ul, &page, nullptr, &status, 0));
}

std::string bpf_answer(pid_t number)
{
    bpf_attr attributes{};
    attributes.task_fd_query.pid = static_cast<std::uint32_t>(number);
    return answer(syscall(SYS_bpf, BPF_TASK_FD_QUERY, &attributes, sizeof(attributes)));
}

std::string terminal_answer(pid_t number)
{
    const Fd master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    return answer(ioctl(master.get(), TIOCSPGRP, &number));
}

// NS_GET_PID_FROM_PIDNS and its three kin, on kernels that have them.
std::string namespace_answer(pid_t number)
{
    const Fd own(open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC));
    std::string answers;
    for (const unsigned request : {0x8004b706u, 0x8004b707u, 0x8004b708u, 0x8004b709u})
        answers += answer(ioctl(own.get(), request, number)) + ", ";
    return answers;
}

std::string cgroup_answer(pid_t number)
{
    const std::string path = "/sys/fs/cgroup/ve-question";
    mkdir(path.c_str(), 0755);
    const Fd fd(open((path + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (fd.get() < 0)
        return "no cgroups: " + answer(-1);
    const auto text = std::to_string(number);
    return answer(write(fd.get(), text.data(), text.size()));
}

std::string statistics_answer(pid_t number, int attribute)
{
    const std::unique_ptr<nl_sock, decltype(&nl_socket_free)> sock(nl_socket_alloc(),
                                                                   nl_socket_free);
    if (genl_connect(sock.get()) < 0)
        return "no generic netlink";
    const int family = genl_ctrl_resolve(sock.get(), TASKSTATS_GENL_NAME);
    if (family < 0)
        return "no taskstats";
    const std::unique_ptr<nl_msg, decltype(&nlmsg_free)> message(nlmsg_alloc(), nlmsg_free);
    genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, 0, TASKSTATS_CMD_GET,
                TASKSTATS_GENL_VERSION);
    nla_put_u32(message.get(), attribute, static_cast<std::uint32_t>(number));
    nl_send_auto(sock.get(), message.get());
    return std::to_string(nl_recvmsgs_default(sock.get()));
}

// The list, from that number's place on: whether it is in it.
std::string list_answer(const std::string& directory, pid_t number)
{
    for (const auto& entry : std::filesystem::directory_iterator(directory))
        if (entry.path().filename() == std::to_string(number))
            return "listed";
    return "not listed";
}

std::string chdir_answer(pid_t number)
{
    const Fd here(open(".", O_PATH | O_CLOEXEC));
    const auto result = answer(chdir(in_proc(number, "").c_str()));
    if (fchdir(here.get()) < 0)
        broken("fchdir");
    return result;
}

std::string group_answer(pid_t number)
{
    // A child's, or this process would change.
    const auto child = fork_child([number] { return setpgid(0, number) < 0 ? errno : 0; });
    return child < 0 ? answer(-1) : std::to_string(reap(child));
}

std::string net_namespace_answer(pid_t number)
{
    // RTM_GETNSID of a process's network namespace.
    struct {
        nlmsghdr header;
        rtgenmsg family;
        char padding[3];
        nlattr attribute;
        std::uint32_t number;
    } request{};

    request.header.nlmsg_len = sizeof(request);
    request.header.nlmsg_type = 90;
    request.header.nlmsg_flags = NLM_F_REQUEST;
    request.attribute.nla_len = 8;
    request.attribute.nla_type = 2;
    request.number = static_cast<std::uint32_t>(number);
    const Fd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (send(fd.get(), &request, sizeof(request), 0) < 0)
        return answer(-1);
    alignas(nlmsghdr) char reply[512] = {};
    if (recv(fd.get(), reply, sizeof(reply), 0) < 0)
        return answer(-1);
    const auto* const header = reinterpret_cast<const nlmsghdr*>(reply);
    if (header->nlmsg_type != NLMSG_ERROR)
        return "an id";
    return std::to_string(reinterpret_cast<const nlmsgerr*>(NLMSG_DATA(header))->error);
}

std::vector<Question> all()
{
    std::vector<Question> list{
        {"kill 0", [](pid_t n) { return answer(kill(n, 0)); }},
        {"kill CONT", [](pid_t n) { return answer(kill(n, SIGCONT)); }},
        {"kill of no signal", [](pid_t n) { return answer(kill(n, 99)); }},
        {"kill group", [](pid_t n) { return answer(kill(-n, 0)); }},
        {"tkill", [](pid_t n) { return answer(syscall(SYS_tkill, n, 0)); }},
        {"tgkill", [](pid_t n) { return answer(syscall(SYS_tgkill, n, n, 0)); }},
        {"tgkill thread", [](pid_t n) { return answer(syscall(SYS_tgkill, getpid(), n, 0)); }},
        {"sigqueue", [](pid_t n) { return queue_answer(SYS_rt_sigqueueinfo, n, 0, SI_QUEUE); }},
        {"sigqueue as kernel",
         [](pid_t n) { return queue_answer(SYS_rt_sigqueueinfo, n, 0, SI_USER); }},
        {"tgsigqueue", [](pid_t n) { return queue_answer(SYS_rt_tgsigqueueinfo, n, n, SI_QUEUE); }},
        {"getpgid", [](pid_t n) { return answer(getpgid(n)); }},
        {"getsid", [](pid_t n) { return answer(getsid(n)); }},
        {"setpgid", [](pid_t n) { return answer(setpgid(n, 0)); }},
        {"setpgid to", group_answer},
        {"priority", [](pid_t n) { return priority_answer(PRIO_PROCESS, n); }},
        {"priority of group", [](pid_t n) { return priority_answer(PRIO_PGRP, n); }},
        {"io priority", [](pid_t n) { return io_priority_answer(1, n); }},
        {"io priority of group", [](pid_t n) { return io_priority_answer(2, n); }},
        {"scheduling", scheduler_answer},
        {"prlimit", limit_answer},
        {"capget", capability_answer},
        {"wait", wait_answer},
        {"pidfd_open", [](pid_t n) { return pidfd_answer(n, 0); }},
        {"pidfd_open thread", [](pid_t n) { return pidfd_answer(n, 0200); }},
        {"ptrace attach", [](pid_t n) { return answer(ptrace(PTRACE_ATTACH, n, 0, 0)); }},
        {"ptrace seize", [](pid_t n) { return answer(ptrace(PTRACE_SEIZE, n, 0, 0)); }},
        {"ptrace cont", [](pid_t n) { return answer(ptrace(PTRACE_CONT, n, 0, 0)); }},
        {"set ptracer",
         [](pid_t n) { return answer(prctl(0x59616d61, static_cast<unsigned long>(n), 0, 0, 0)); }},
        {"core scheduling",
         [](pid_t n) {
             return answer(prctl(62, 0, n, 0, 0)) + ", " + answer(prctl(62, 1, n, 0, 0));
         }},
        {"process_vm", memory_answer},
        {"kcmp",
         [](pid_t n) {
             return answer(syscall(SYS_kcmp, getpid(), n, KCMP_VM, 0, 0)) + ", " +
                    answer(syscall(SYS_kcmp, n, getpid(), KCMP_VM, 0, 0));
         }},
        {"perf_event_open", perf_answer},
        {"get_robust_list", robust_answer},
        {"futex of an owner", futex_answer},
        {"pages", pages_answer},
        {"bpf task fd", bpf_answer},
        {"clock of process", [](pid_t n) { return clock_answer(clock_of(n, 2)); }},
        {"clock of thread", [](pid_t n) { return clock_answer(clock_of(n, 6)); }},
        {"timer", timer_answer},
        {"owner process", [](pid_t n) { return owner_answer(n, F_OWNER_PID); }},
        {"owner thread", [](pid_t n) { return owner_answer(n, F_OWNER_TID); }},
        {"owner group", [](pid_t n) { return owner_answer(n, F_OWNER_PGRP); }},
        {"set owner", set_owner_answer},
        {"foreground group", terminal_answer},
        {"credentials", credentials_answer},
        {"network namespace", net_namespace_answer},
        {"pid namespace", namespace_answer},
        {"cgroup.procs", cgroup_answer},
        {"taskstats", [](pid_t n) { return statistics_answer(n, TASKSTATS_CMD_ATTR_PID); }},
        {"taskstats group", [](pid_t n) { return statistics_answer(n, TASKSTATS_CMD_ATTR_TGID); }},
        {"list of /proc", [](pid_t n) { return list_answer("/proc", n); }},
        {"directory", [](pid_t n) { return open_answer(in_proc(n, ""), O_DIRECTORY); }},
        {"chdir", chdir_answer},
        {"/proc/self/..",
         [](pid_t n) { return stat_answer("/proc/self/../" + std::to_string(n) + "/status"); }},
        {"own thread", [](pid_t n) { return stat_answer("/proc/self/task/" + std::to_string(n)); }},
        {"its thread",
         [](pid_t n) { return stat_answer(in_proc(n, "/task/" + std::to_string(n))); }},
        {"at",
         [](pid_t n) {
             const Fd proc(open("/proc", O_PATH | O_CLOEXEC));
             struct stat found {};
             return answer(fstatat(proc.get(), std::to_string(n).c_str(), &found, 0));
         }},
        {"proc of its own",
         [](pid_t n) {
             const auto child = fork_child([n] {
                 if (unshare(CLONE_NEWNS) < 0 ||
                     mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0 ||
                     mount("proc", "/proc", "proc", 0, nullptr) < 0)
                     return 200;
                 const auto text = list_answer("/proc", n) + stat_answer(in_proc(n, "/stat"));
                 return text == "not listed-1 ENOENT" ? 1 : 2;
             });
             return child < 0 ? answer(-1) : std::to_string(reap(child));
         }},
    };
    for (const char* file : {"stat",         "status",    "cmdline", "comm",
                             "environ",      "maps",      "mem",     "fd",
                             "fdinfo",       "exe",       "cwd",     "root",
                             "ns/mnt",       "task",      "wchan",   "stack",
                             "syscall",      "io",        "limits",  "oom_score_adj",
                             "cgroup",       "mountinfo", "net/dev", "sched",
                             "schedstat",    "smaps",     "pagemap", "timerslack_ns",
                             "attr/current", "loginuid",  "uid_map"})
        list.push_back({std::string("file ") + file, [file](pid_t n) {
                            const auto path = in_proc(n, std::string("/") + file);
                            return stat_answer(path) + ", " + open_answer(path) + ", " +
                                   open_answer(path, O_WRONLY);
                        }});
    return list;
}

} // namespace

pid_t nobodys_number()
{
    for (pid_t number = 30'000; number > 300; number--)
        if (kill(number, 0) < 0 && errno == ESRCH && kill(-number, 0) < 0 && errno == ESRCH)
            return number;
    throw Broken("every number is somebody's");
}

std::string answer(long result)
{
    if (result >= 0)
        return std::to_string(result);
    const char* const name = strerrorname_np(errno);
    return "-1 " + (name ? std::string(name) : std::to_string(errno));
}

const std::vector<Question>& questions()
{
    static const auto list = all();
    return list;
}

} // namespace behaviour
