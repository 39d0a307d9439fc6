// SPDX-License-Identifier: GPL-2.0-only
//
// vectl, killed at each moment that matters: what it was asked to do is done, or it is not.
#include "fixture.hpp"
#include "program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace behaviour {

namespace {

class Killed : public Host {
  protected:
    // Run vectl up to its n-th stop at a call that sends to the kernel, which answers at once (each
    // is one stop before and one after), and kill it there. False if it came to its end before.
    static bool at_stop(int n, const Words& words)
    {
        const pid_t pid = start(words);
        int stops = 0;
        for (;;) {
            int status = 0;
            ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr);
            if (waitpid(pid, &status, __WALL) < 0)
                broken("wait for vectl");
            if (WIFEXITED(status) || WIFSIGNALED(status))
                return false;
            if (WSTOPSIG(status) != (SIGTRAP | 0x80) || !sends(pid) || ++stops < n)
                continue;
            kill(pid, SIGKILL);
            reap(pid);
            return true;
        }
    }

  private:
    static pid_t start(const Words& words)
    {
        const pid_t pid = fork();
        if (pid == 0) {
            const Fd nothing(open("/dev/null", O_RDWR));
            for (const int fd : {0, 1, 2})
                dup2(nothing.get(), fd);
            std::vector<char*> argv = {const_cast<char*>("vectl")};
            for (const auto& word : words)
                argv.push_back(const_cast<char*>(word.c_str()));
            argv.push_back(nullptr);
            ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
            raise(SIGSTOP);
            execvp("vectl", argv.data());
            _exit(127);
        }
        waitpid(pid, nullptr, __WALL);
        ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
        return pid;
    }

    static bool sends(pid_t pid)
    {
        __ptrace_syscall_info info = {};
        static std::uint64_t last = 0;
        if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
            broken("PTRACE_GET_SYSCALL_INFO");
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
            last = info.entry.nr;
        return last == SYS_sendto || last == SYS_sendmsg;
    }
};

} // namespace

TEST_F(Killed, CreateLeavesAWholeVeOrNone)
{
    const auto name = fresh_name();
    int made = 0;
    int stops = 0;

    while (at_stop(stops + 1, {"create", name, "--set", "numproc=5:10"})) {
        stops++;
        const auto found = client.get(ve::Handle::named(name));
        if (!found)
            continue;
        made++;
        EXPECT_EQ(found->find(ve::Resource::numproc)->barrier, 5u) << "after stop " << stops;
        EXPECT_EQ(found->find(ve::Resource::numproc)->limit, 10u);
        ASSERT_TRUE(ok(client.destroy(ve::Handle::named(name))));
    }
    ASSERT_TRUE(ok(client.destroy(ve::Handle::named(name)))) << "left alone, it makes one";
    EXPECT_GT(made, 0);
    EXPECT_GT(stops, made);
    EXPECT_TRUE(picture(client).empty());
}

TEST_F(Killed, SetSetsBothBoundsOrNone)
{
    const Ve ve(client, {numproc(1, 2)});

    for (int n = 1; at_stop(n, {"set", ve.name(), "numproc=5:10"}); n++) {
        const auto now = ve.numproc();
        EXPECT_TRUE((now.barrier == 1 && now.limit == 2) || (now.barrier == 5 && now.limit == 10))
            << now.barrier << ":" << now.limit << " after stop " << n;
        ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(1, 2)})));
    }
    EXPECT_EQ(ve.numproc().barrier, 5u);
}

TEST_F(Killed, ExecLeavesNoMember)
{
    const Ve ve(client);

    for (int n = 1; at_stop(n, {"exec", ve.name(), "--", "true"}); n++) {
        EXPECT_TRUE(ve.comes_to_hold(0)) << "after stop " << n;
        EXPECT_EQ(ve.state(), ve::State::empty);
    }
    EXPECT_EQ(ve.numproc().maxheld, 1u);
}

TEST_F(Killed, DestroyWithKillLeavesAVeThatCanBeDestroyed)
{
    int gone = 0;

    for (int n = 1, killed = true; killed; n++) {
        Ve ve(client);
        const auto process = member(ve);
        killed = at_stop(n, {"destroy", ve.name(), "--kill"});
        if (!client.get(ve.handle())) {
            gone++;
            ve.forget();
            process.await_death();
        }
    }
    EXPECT_GT(gone, 0);
    EXPECT_TRUE(picture(client).empty());
}

} // namespace behaviour
