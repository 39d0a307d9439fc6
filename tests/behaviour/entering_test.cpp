// SPDX-License-Identifier: GPL-2.0-only
//
// Who may look into whom: a process that was attached carries the host's files and memory until
// it execs, so until then no member may.
#include "fixture.hpp"
#include "program.hpp"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <thread>

namespace behaviour {

namespace {

// Is it refused for want of permission, or is nobody there at all? What cannot be done for other
// reasons is allowed.
bool denied()
{
    return errno == EPERM || errno == EACCES || errno == ESRCH || errno == ENOENT;
}

bool can_open(pid_t pid, const char* file)
{
    const Fd fd(open(("/proc/" + std::to_string(pid) + "/" + file).c_str(), O_RDONLY));
    return fd.get() >= 0 || !denied();
}

bool can_read_link(pid_t pid, const char* file)
{
    char target[256];
    return readlink(("/proc/" + std::to_string(pid) + "/" + file).c_str(), target,
                    sizeof(target)) >= 0 ||
           !denied();
}

bool can_trace(pid_t pid, decltype(PTRACE_ATTACH) request)
{
    if (ptrace(request, pid, nullptr, nullptr) < 0)
        return !denied();
    ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr);
    waitpid(pid, nullptr, __WALL);
    ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    return true;
}

// The ways into another process, each with whether this one has it.
std::map<std::string, bool> ways_into(pid_t pid)
{
    std::map<std::string, bool> ways;

    ways["PTRACE_ATTACH"] = can_trace(pid, PTRACE_ATTACH);
    ways["PTRACE_SEIZE"] = can_trace(pid, PTRACE_SEIZE);
    for (const char* file : {"mem", "environ", "maps", "pagemap", "auxv", "fdinfo/0", "fd/0"})
        ways[std::string("open ") + file] = can_open(pid, file);
    for (const char* file : {"fd/0", "fd/1", "exe", "cwd", "root", "ns/mnt"})
        ways[std::string("readlink ") + file] = can_read_link(pid, file);

    char byte = 0;
    iovec here = {&byte, 1};
    iovec there = {&byte, 1};
    ways["process_vm_readv"] = process_vm_readv(pid, &here, 1, &there, 1, 0) >= 0 || !denied();
    ways["process_vm_writev"] = process_vm_writev(pid, &here, 1, &there, 1, 0) >= 0 || !denied();
    ways["kcmp"] = syscall(SYS_kcmp, getpid(), pid, KCMP_VM, 0, 0) >= 0 || !denied();

    const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (pidfd.get() >= 0) {
        const Fd taken(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd.get(), 0, 0)));
        ways["pidfd_getfd"] = taken.get() >= 0 || !denied();
    }
    return ways;
}

std::string open_ones(const std::map<std::string, bool>& ways, bool open)
{
    std::string list;
    for (const auto& [way, is_open] : ways)
        if (is_open == open)
            list += (list.empty() ? "" : ", ") + way;
    return list.empty() ? "none" : list;
}

// One who looks into others: says which ways are open and which closed.
class Looker {
  public:
    explicit Looker(Process process) : process_(std::move(process)) {}

    static void look(Link& link)
    {
        for (;;) {
            const auto ways = ways_into(static_cast<pid_t>(link.hear_number()));
            link.tell(open_ones(ways, true));
            link.tell(open_ones(ways, false));
        }
    }

    void sees_nothing_of(pid_t pid) const
    {
        process_.tell(std::to_string(pid));
        EXPECT_EQ(process_.hear(), "none") << "are open";
        (void)process_.hear();
    }

    void sees_all_of(pid_t pid) const
    {
        process_.tell(std::to_string(pid));
        (void)process_.hear();
        EXPECT_EQ(process_.hear(), "none") << "are closed";
    }

  private:
    Process process_;
};

class Entering : public Behaviour {
  protected:
    Looker a_member(const Ve& of) { return Looker(member(of, Looker::look)); }

    Looker the_host() { return Looker(outsider(Looker::look)); }

    // A member past its exec.
    Process settled(const Ve& of)
    {
        auto process = member(of, [](Link&) { exec_sleep(); });
        if (!eventually([&] { return !of.member(process.pid())->entering; }))
            throw Broken("exec does not end entering");
        return process;
    }

    const Ve ve{client};
};

OVER_BOTH_BACKENDS(Entering);

} // namespace

TEST_P(Entering, ProcessIsClosedToMembers)
{
    const auto process = member(ve);

    a_member(ve).sees_nothing_of(process.pid());
}

TEST_P(Entering, EndsWithExec)
{
    const auto process = settled(ve);

    a_member(ve).sees_all_of(process.pid());
}

TEST_P(Entering, ProcessAttachedByPidIsClosedUntilItsExec)
{
    const Process process([](Link& link) {
        (void)link.hear();
        exec_sleep();
    });
    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    EXPECT_TRUE(ve.member(process.pid())->entering);
    const auto looker = a_member(ve);

    looker.sees_nothing_of(process.pid());
    process.tell();
    ASSERT_TRUE(eventually([&] { return !ve.member(process.pid())->entering; }));
    looker.sees_all_of(process.pid());
}

TEST_P(Entering, DoesNotEndWithAFailedExec)
{
    const auto process = member(ve, [](Link& link) {
        execl("/nonexistent", "nonexistent", nullptr);
        link.tell("failed");
        hang();
    });
    (void)process.hear();

    EXPECT_TRUE(ve.member(process.pid())->entering);
    a_member(ve).sees_nothing_of(process.pid());
}

TEST_P(Entering, IsInheritedByChildrenUntilTheirOwnExec)
{
    const auto process = member(ve, [](Link& link) {
        link.tell(fork_child([] {
            hang();
            return 0;
        }));
        link.tell(fork_child([] {
            exec_sleep();
            return 0;
        }));
        hang();
    });
    const auto child = static_cast<pid_t>(process.hear_number());
    const auto other = static_cast<pid_t>(process.hear_number());
    ASSERT_TRUE(eventually([&] { return !ve.member(other)->entering; }));
    const auto looker = a_member(ve);

    EXPECT_TRUE(ve.member(child)->entering);
    looker.sees_nothing_of(child);
    looker.sees_all_of(other);
    looker.sees_nothing_of(process.pid());
}

TEST_P(Entering, IsNotInheritedAfterExec)
{
    const auto process = member(ve, [](Link&) {
        execlp("sh", "sh", "-c", "sleep infinity & wait", nullptr);
        broken("exec");
    });

    ASSERT_TRUE(eventually([&] { return ve.members().size() == 2; }));
    for (const pid_t pid : ve.members())
        EXPECT_TRUE(eventually([&] { return !ve.member(pid)->entering; }));
}

TEST_P(Entering, ClosesEveryThread)
{
    const auto process = member(ve, [](Link& link) {
        std::thread before(hang);
        link.tell("made");
        hang();
    });
    (void)process.hear();
    const auto looker = a_member(ve);

    for (const pid_t task : tasks_of(process.pid()))
        looker.sees_nothing_of(task);
}

TEST_P(Entering, ProcessMayLookIntoItself)
{
    const auto process = member(ve, [](Link& link) {
        const bool open = can_open(getpid(), "mem") && can_open(getpid(), "environ") &&
                          can_read_link(getpid(), "fd/0");
        link.tell(open);
        hang();
    });

    EXPECT_EQ(process.hear_number(), 1);
}

TEST_P(Entering, ProcessIsOpenToTheHost)
{
    const auto process = member(ve);

    the_host().sees_all_of(process.pid());
}

TEST_P(Entering, HostIsClosedToMembers)
{
    const auto process = outsider();
    const auto after_exec = outsider([](Link&) { exec_sleep(); });
    ASSERT_TRUE(eventually([&] {
        return contents("/proc/" + std::to_string(after_exec.pid()) + "/comm") == "sleep\n";
    }));
    const auto looker = a_member(ve);

    looker.sees_nothing_of(process.pid());
    looker.sees_nothing_of(after_exec.pid());
    looker.sees_nothing_of(1);
}

TEST_P(Entering, OtherVesAreClosedToMembers)
{
    const Ve other(client);
    const auto process = settled(other);

    a_member(ve).sees_nothing_of(process.pid());
    a_member(other).sees_all_of(process.pid());
}

TEST_P(Entering, HostIsOpenToTheHostWhileThereAreVes)
{
    const auto process = outsider();

    the_host().sees_all_of(process.pid());
}

TEST_P(Entering, ChildLeftOutsideCannotGiveItselfToAMember)
{
    const auto parent = outsider([](Link& link) {
        Link* const line = &link;
        const pid_t child = fork_child([line] {
            (void)line->hear();
            line->tell(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0 ? errno : 0);
            return 0;
        });
        (void)reap(child);
        hang();
    });

    ASSERT_TRUE(eventually([&] {
        return contents("/proc/" + std::to_string(parent.pid()) + "/task/" +
                        std::to_string(parent.pid()) + "/children") != "";
    }));
    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), parent.pid())));
    parent.tell();
    EXPECT_EQ(parent.hear_number(), EPERM);
}

TEST_P(Entering, ChildOfASettledMemberGivesItselfToItsParent)
{
    const auto inherited = member(ve, [](Link& link) {
        const pid_t child = fork_child([&link] {
            link.tell(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0 ? errno : 0);
            return 0;
        });
        (void)reap(child);
        hang();
    });
    EXPECT_EQ(inherited.hear_number(), EPERM) << "it has the host's memory, as its parent has";

    const auto program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ve-traceme";
    const auto settled = run({program}, [&] { join(ve.handle()); });
    EXPECT_EQ(settled.status, 0) << settled.err;
    EXPECT_EQ(settled.out, "0\n");
}

} // namespace behaviour
