// SPDX-License-Identifier: GPL-2.0-only
//
// A VE that watches: its members see every process, and do nothing to those outside.
#include "fixture.hpp"
#include "program.hpp"
#include "question.hpp"

#include <fcntl.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

namespace behaviour {

namespace {

class Watching : public Host {
  protected:
    const Ve ve{client, {}, ve::Sight::all};
};

std::string in_proc(pid_t pid, const std::string& file)
{
    return "/proc/" + std::to_string(pid) + "/" + file;
}

bool lists(pid_t pid)
{
    return std::ranges::count(processes(), pid) != 0;
}

// What a member can try to do to a process, each with what it got: "0", or an errno.
std::string attempts(pid_t pid)
{
    std::string all;
    const auto tried = [&](const std::string& what, long result) {
        all += what + " " + (result < 0 ? answer(-1).substr(3) : "0") + "\n";
    };
    sched_param param{};
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    rlimit limit{};
    char attributes[64] = {48};
    unsigned long nodes = 1;
    void* page = nullptr;
    int node = 0;
    int status = 0;
    tried("kill 0", kill(pid, 0));
    tried("kill CONT", kill(pid, SIGCONT));
    tried("tgkill", syscall(SYS_tgkill, pid, pid, SIGCONT));
    siginfo_t info{};
    info.si_code = SI_QUEUE;
    tried("sigqueue", syscall(SYS_rt_sigqueueinfo, pid, SIGCONT, &info));
    const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    tried("pidfd_send_signal", syscall(SYS_pidfd_send_signal, pidfd.get(), SIGCONT, nullptr, 0));
    tried("pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd.get(), 0, 0));
    tried("ptrace", ptrace(PTRACE_SEIZE, pid, nullptr, nullptr));
    tried("nice", setpriority(PRIO_PROCESS, static_cast<id_t>(pid), 5));
    tried("io priority", syscall(SYS_ioprio_set, 1, pid, 2 << 13 | 6));
    tried("scheduler", sched_setscheduler(pid, SCHED_BATCH, &param));
    tried("sched_setattr", syscall(SYS_sched_setattr, pid, attributes, 0));
    tried("affinity", sched_setaffinity(pid, sizeof(set), &set));
    tried("prlimit", prlimit(pid, RLIMIT_CORE, &limit, nullptr));
    tried("migrate_pages", syscall(SYS_migrate_pages, pid, 8 * sizeof(nodes), &nodes, &nodes));
    tried("move_pages", syscall(SYS_move_pages, pid, 1ul, &page, &node, &status, MPOL_MF_MOVE));
    char byte = 0;
    const iovec here{&byte, 1};
    const iovec there{&byte, 1};
    tried("process_vm_writev", process_vm_writev(pid, &here, 1, &there, 1, 0));
    const Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    tried("owner", fcntl(fd.get(), F_SETOWN, pid));
    f_owner_ex owner{F_OWNER_PID, pid};
    tried("owner of any kind", fcntl(fd.get(), F_SETOWN_EX, &owner));
    for (const char* file :
         {"oom_score_adj", "comm", "coredump_filter", "autogroup", "mem", "clear_refs"}) {
        const Fd opened(open(in_proc(pid, file).c_str(), O_WRONLY | O_CLOEXEC));
        if (opened.get() >= 0 || errno != ENOENT)
            tried(std::string("write ") + file, opened.get());
    }
    for (const char* file : {"environ", "maps", "fd/0"}) {
        const Fd opened(open(in_proc(pid, file).c_str(), O_RDONLY | O_CLOEXEC));
        tried(std::string("read ") + file, opened.get());
    }
    std::filesystem::create_directory("/sys/fs/cgroup/ve-watching");
    const Fd group(open("/sys/fs/cgroup/ve-watching/cgroup.procs", O_WRONLY | O_CLOEXEC));
    const auto text = std::to_string(pid);
    tried("cgroup", write(group.get(), text.data(), text.size()));
    return all;
}

// Which of them went through.
std::string done_of(const std::string& all)
{
    std::string done;
    std::istringstream lines(all);
    for (std::string line; std::getline(lines, line);)
        if (line.ends_with(" 0"))
            done += line + "\n";
    return done;
}

void attempt(Link& link)
{
    for (;;)
        link.tell(attempts(static_cast<pid_t>(link.hear_number())));
}

std::string attempted(const Process& by, pid_t on)
{
    by.tell(std::to_string(on));
    return by.hear();
}

} // namespace

TEST_F(Watching, MembersSeeWhatTheHostSees)
{
    const auto outside = outsider([](Link&) {
        setsid();
        hang();
    });
    const Ve other(client);
    const auto inside_another = member(other);
    const auto watcher = member(ve, [&](Link& link) {
        link.tell(lists(1) && lists(outside.pid()) && lists(inside_another.pid()));
        link.tell(contents(in_proc(outside.pid(), "comm")) == "ve-behaviour\n" &&
                  contents(in_proc(inside_another.pid(), "status")).size() > 100);
        link.tell(getppid());
        link.tell(getsid(outside.pid()));
        link.tell(getpriority(PRIO_PROCESS, static_cast<id_t>(outside.pid())));
        hang();
    });
    EXPECT_EQ(watcher.hear_number(), 1);
    EXPECT_EQ(watcher.hear_number(), 1);
    EXPECT_EQ(watcher.hear_number(), getpid());
    EXPECT_EQ(watcher.hear_number(), outside.pid());
    EXPECT_EQ(watcher.hear_number(), 0);
}

TEST_F(Watching, MembersDoNothingToThoseOutside)
{
    const auto outside = outsider([](Link&) { exec_sleep(); });
    ASSERT_TRUE(eventually([&] { return contents(in_proc(outside.pid(), "comm")) == "sleep\n"; }));
    EXPECT_EQ(done_of(attempted(member(ve, attempt), outside.pid())), "");
    const Ve other(client);
    const auto settled = member(other, [](Link&) { exec_sleep(); });
    ASSERT_TRUE(eventually([&] { return !other.member(settled.pid())->entering; }));
    EXPECT_EQ(done_of(attempted(member(ve, attempt), settled.pid())), "");
    EXPECT_EQ(getpriority(PRIO_PROCESS, static_cast<id_t>(outside.pid())), 0);
}

TEST_F(Watching, MembersWriteNoFilesOfCgroupsAndOfTheMachine)
{
    const std::string group = "/sys/fs/cgroup/" + fresh_name();
    ASSERT_EQ(mkdir(group.c_str(), 0755), 0) << strerror(errno);
    {
        const auto outside = outsider([](Link&) { hang(); });
        std::ofstream(group + "/cgroup.procs") << outside.pid() << std::flush;
        const auto to_write = [](const std::string& path) {
            const Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
            return file.get() < 0 ? errno : 0;
        };
        const auto watcher = member(ve, [&](Link& link) {
            for (const auto* name : {"/cgroup.kill", "/cgroup.freeze", "/cgroup.max.depth"})
                link.tell(to_write(group + name));
            link.tell(to_write("/proc/sysrq-trigger"));
            link.tell(to_write("/proc/sys/kernel/pid_max"));
            link.tell(to_write("/proc/self/oom_score_adj"));
            link.tell(std::to_string(outside.pid()) + "\n" == contents(group + "/cgroup.procs"));
            hang();
        });
        for (int i = 0; i < 5; i++)
            EXPECT_EQ(watcher.hear_number(), EACCES) << i;
        EXPECT_EQ(watcher.hear_number(), 0) << "its own";
        EXPECT_EQ(watcher.hear_number(), 1) << "and reads";
        EXPECT_EQ(to_write(group + "/cgroup.kill"), 0) << "on the host";
    }
    EXPECT_TRUE(eventually([&] { return rmdir(group.c_str()) == 0; }));
}

TEST_F(Watching, MembersDoToEachOtherWhatTheHostDoes)
{
    const auto sleeper = [&] {
        auto process = member(ve, [](Link&) { exec_sleep(); });
        if (!eventually([&] { return !ve.member(process.pid())->entering; }))
            throw Broken("exec does not end entering");
        return process;
    };
    const auto one = sleeper();
    const auto from_inside = attempted(member(ve, attempt), one.pid());
    const auto outside = outsider([](Link&) { exec_sleep(); });
    ASSERT_TRUE(eventually([&] { return contents(in_proc(outside.pid(), "comm")) == "sleep\n"; }));
    const auto on_the_host = attempted(outsider(attempt), outside.pid());
    EXPECT_EQ(from_inside, on_the_host);
    EXPECT_GT(done_of(on_the_host).size(), 200u) << on_the_host;
}

TEST_F(Watching, SignalToAllReachesMembersOnly)
{
    const auto outside = outsider();
    const auto inside = member(ve);
    const auto sender = member(ve, [](Link& link) {
        link.tell(kill(-1, SIGKILL) < 0 ? errno : 0);
        hang();
    });
    EXPECT_EQ(sender.hear_number(), 0);
    inside.await_death();
    EXPECT_NE(state_of(outside.pid()), 'Z');
    EXPECT_NE(state_of(outside.pid()), 0);
}

TEST_F(Watching, IsAskedForAtCreateAndShown)
{
    EXPECT_EQ(client.get(ve.handle()).value().sight, ve::Sight::all);
    const Ve usual(client);
    EXPECT_EQ(client.get(usual.handle()).value().sight, ve::Sight::own);

    const auto name = fresh_name();
    ASSERT_EQ(vectl({"create", name, "--watching"}).status, 0);
    EXPECT_EQ(client.get(ve::Handle::parse(name).value()).value().sight, ve::Sight::all);
    EXPECT_NE(vectl({"show", name}).out.find("watching all processes"), std::string::npos);
    EXPECT_EQ(vectl({"show", name, "--json"}).json().at("watching"), true);
    EXPECT_EQ(vectl({"show", usual.name()}).out.find("watching"), std::string::npos);
    const auto listed = vectl({"exec", name, "--", "ps", "-p", "1", "-o", "pid="});
    EXPECT_EQ(std::stoi(listed.out), 1);
    ASSERT_EQ(vectl({"destroy", name, "--kill"}).status, 0);
}

} // namespace behaviour
