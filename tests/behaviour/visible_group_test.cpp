// SPDX-License-Identifier: GPL-2.0-only
//
// Calls that mean a group, a user's processes, or all: none reaches out of a VE.
#include "fixture.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>

namespace behaviour {

namespace {

class VisibleGroup : public Host {
  protected:
    const Ve ve{client};
};

int niceness(pid_t pid)
{
    return getpriority(PRIO_PROCESS, static_cast<id_t>(pid));
}

// A leader outside, whose child, of its group, is a member that does what is asked.
Process straddling(const Ve& ve, const std::function<std::int64_t()>& act)
{
    return outsider([&ve, act](Link& link) {
        setpgid(0, 0);
        const pid_t child = fork_child([&] {
            signal(SIGUSR1, SIG_IGN);
            join(ve.handle());
            const pid_t inside = fork_child([] {
                hang();
                return 0;
            });
            link.tell(inside);
            (void)link.hear();
            link.tell(act());
            hang();
            return 0;
        });
        (void)reap(child);
        hang();
    });
}

} // namespace

TEST_F(VisibleGroup, SignalToAllReachesMembersOnly)
{
    const auto outside = outsider();
    const auto inside = member(ve);
    const auto sender = member(ve, [](Link& link) {
        link.tell(kill(-1, SIGKILL) < 0 ? errno : 0);
        link.tell(kill(-1, SIGKILL) < 0 ? errno : 0);
        hang();
    });
    EXPECT_EQ(sender.hear_number(), 0);
    inside.await_death();
    EXPECT_TRUE(eventually([&] { return state_of(inside.pid()) == 'Z'; }));
    EXPECT_NE(state_of(outside.pid()), 'Z');
    EXPECT_NE(state_of(outside.pid()), 0);
    (void)sender.hear_number();
}

TEST_F(VisibleGroup, SignalToAllFindsNobodyWhereNobodyIs)
{
    const auto sender = member(ve, [](Link& link) {
        link.tell(kill(-1, SIGUSR1) < 0 ? errno : 0);
        hang();
    });
    EXPECT_EQ(sender.hear_number(), ESRCH);
}

TEST_F(VisibleGroup, SignalToItsGroupStaysInside)
{
    const auto leader = straddling(ve, [] { return kill(0, SIGUSR1) < 0 ? errno : 0; });
    const auto inside = static_cast<pid_t>(leader.hear_number());
    leader.tell();
    EXPECT_EQ(leader.hear_number(), 0);
    // SIGUSR1 ends who does not ignore it, as the leader does not.
    std::this_thread::sleep_for(200ms);
    EXPECT_NE(state_of(leader.pid()), 'Z');
    EXPECT_NE(state_of(leader.pid()), 0);
    EXPECT_NE(state_of(inside), 0);
}

TEST_F(VisibleGroup, GroupAndSessionOfALeaderOutsideHaveNoNumber)
{
    const auto leader = straddling(ve, [] {
        const bool none = getpgrp() == 0 && getpgid(0) == 0 && getsid(0) == 0;
        setpgid(0, 0);
        return none && getpgrp() == getpid() ? 0 : 1;
    });
    (void)leader.hear_number();
    leader.tell();
    EXPECT_EQ(leader.hear_number(), 0);
}

TEST_F(VisibleGroup, PriorityOfAGroupIsThatOfItsMembersInside)
{
    const auto leader = straddling(ve, [] {
        const auto set = setpriority(PRIO_PGRP, 0, 7) < 0 ? errno : 0;
        return set ? -set : getpriority(PRIO_PROCESS, 0);
    });
    (void)leader.hear_number();
    leader.tell();
    EXPECT_EQ(leader.hear_number(), 7);
    EXPECT_EQ(niceness(leader.pid()), 0);
}

TEST_F(VisibleGroup, IoPriorityOfAGroupIsThatOfItsMembersInside)
{
    const auto leader = straddling(ve, [] {
        // The order of a group is not said: the leader is first or last.
        const auto set = syscall(SYS_ioprio_set, 2, 0, 2 << 13 | 5) < 0 ? errno : 0;
        return set ? -set : syscall(SYS_ioprio_get, 1, 0) - (2 << 13);
    });
    const auto inside = static_cast<pid_t>(leader.hear_number());
    leader.tell();
    EXPECT_EQ(leader.hear_number(), 5);
    EXPECT_EQ(syscall(SYS_ioprio_get, 1, inside), 2 << 13 | 5);
    EXPECT_NE(syscall(SYS_ioprio_get, 1, leader.pid()), 2 << 13 | 5);
}

TEST_F(VisibleGroup, PriorityOfAUserIsThatOfMembersOnly)
{
    const auto outside = outsider();
    const auto inside = member(ve);
    const auto asker = member(ve, [](Link& link) {
        link.tell(setpriority(PRIO_USER, 0, 5) < 0 ? errno : 0);
        link.tell(getpriority(PRIO_USER, 0));
        link.tell(syscall(SYS_ioprio_set, 3, 0, 2 << 13 | 6) < 0 ? errno : 0);
        hang();
    });
    EXPECT_EQ(asker.hear_number(), 0);
    EXPECT_EQ(asker.hear_number(), 5) << "the best of all that are there";
    EXPECT_EQ(asker.hear_number(), 0);
    EXPECT_EQ(niceness(inside.pid()), 5);
    EXPECT_EQ(niceness(outside.pid()), 0);
    EXPECT_EQ(syscall(SYS_ioprio_get, 1, inside.pid()), 2 << 13 | 6);
    EXPECT_NE(syscall(SYS_ioprio_get, 1, outside.pid()), 2 << 13 | 6);
}

TEST_F(VisibleGroup, ChildLeftOutsideHearsThatItsParentHasDied)
{
    const auto parent = outsider([this](Link& link) {
        const pid_t child = fork_child([] {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            hang();
            return 0;
        });
        std::this_thread::sleep_for(100ms);
        join(ve.handle());
        link.tell(child);
        hang();
    });
    const auto child = static_cast<pid_t>(parent.hear_number());
    ASSERT_TRUE(eventually([&] { return state_of(child) == 'S'; }));
    parent.signal(SIGKILL);
    EXPECT_TRUE(eventually([&] { return state_of(child) == 0 || state_of(child) == 'Z'; }));
}

TEST_F(VisibleGroup, SignalOfTheHostToAGroupReachesBothSides)
{
    const auto leader = straddling(ve, [] { return 0; });
    const auto inside = static_cast<pid_t>(leader.hear_number());
    EXPECT_EQ(kill(-leader.pid(), SIGKILL), 0);
    leader.await_death();
    EXPECT_TRUE(eventually([&] { return state_of(inside) == 0 || state_of(inside) == 'Z'; }));
}

} // namespace behaviour
