// SPDX-License-Identifier: GPL-2.0-only
//
// numsiginfo: queued signals, which are charged to who is to get them.
#include "fixture.hpp"
#include "listener.hpp"
#include "maker.hpp"
#include "shared.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>

namespace behaviour {

namespace {

constexpr auto resource = ve::Resource::numsiginfo;

class Siginfo : public Host {
  protected:
    static std::uint64_t held(const Ve& ve) { return ve.counter(resource).held; }

    static std::uint64_t failcnt(const Ve& ve) { return ve.counter(resource).failcnt; }
};

sigset_t only(int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    return set;
}

void block(int number)
{
    const auto set = only(number);
    sigprocmask(SIG_BLOCK, &set, nullptr);
}

// 0 or errno.
int send(pid_t pid, int number = SIGRTMIN)
{
    return sigqueue(pid, number, sigval{}) < 0 ? errno : 0;
}

// Take one; false if there is none.
bool take(int number = SIGRTMIN)
{
    const auto set = only(number);
    const timespec now{};
    return sigtimedwait(&set, nullptr, &now) == number;
}

// A member that queues what it is sent, and takes one when it is told to.
Process receiver(const Ve& ve)
{
    auto process = member(ve, [](Link& link) {
        block(SIGRTMIN);
        block(SIGUSR1);
        link.tell("ready");
        for (;;) {
            const auto word = link.hear();
            if (word == "exec")
                execl("/bin/sleep", "sleep", "1000", nullptr);
            link.tell(take(word == "take" ? SIGRTMIN : SIGUSR1));
        }
    });
    EXPECT_EQ(process.hear(), "ready");
    return process;
}

bool takes(const Process& process, const char* word = "take")
{
    process.tell(word);
    return process.hear_number() == 1;
}

} // namespace

TEST_F(Siginfo, FitsUpToTheBarrierAndNotAbove)
{
    const Ve ve(client, {bound(resource, 3)});
    const auto process = receiver(ve);
    Listener listener;

    for (int i = 0; i < 3; i++)
        EXPECT_EQ(send(process.pid()), 0);
    EXPECT_EQ(held(ve), 3u);
    EXPECT_EQ(failcnt(ve), 0u);
    EXPECT_EQ(send(process.pid()), EAGAIN);
    EXPECT_EQ(held(ve), 3u);
    EXPECT_EQ(failcnt(ve), 1u);
    EXPECT_EQ(ve.counter(resource).maxheld, 3u);
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, resource);

    EXPECT_TRUE(takes(process));
    EXPECT_EQ(send(process.pid()), 0) << "one taken makes room for one";
    EXPECT_EQ(send(process.pid()), EAGAIN);
    for (int i = 0; i < 3; i++)
        EXPECT_TRUE(takes(process));
    EXPECT_FALSE(takes(process));
    EXPECT_EQ(held(ve), 0u);
    EXPECT_EQ(failcnt(ve), 2u);
}

TEST_F(Siginfo, IsChargedToWhoGetsItAndNotToWhoSends)
{
    const Ve ve(client);
    const auto process = receiver(ve);
    const auto sender = outsider([&](Link& link) {
        link.tell(send(process.pid()));
        hang();
    });

    EXPECT_EQ(sender.hear_number(), 0);
    EXPECT_EQ(held(ve), 1u);
}

TEST_F(Siginfo, OfTheHostIsChargedToNobody)
{
    const Ve ve(client, {bound(resource, 0)});
    block(SIGRTMIN);
    EXPECT_EQ(send(getpid()), 0);
    EXPECT_TRUE(take());
    EXPECT_EQ(failcnt(ve), 0u);
}

TEST_F(Siginfo, OtherSignalsArriveWithoutWhatComesWithThem)
{
    const Ve ve(client, {bound(resource, 0)});
    const auto process = receiver(ve);

    EXPECT_EQ(send(process.pid()), EAGAIN);
    EXPECT_EQ(send(process.pid(), SIGUSR1), 0);
    EXPECT_TRUE(takes(process, "other")) << "it was not lost";
    EXPECT_EQ(held(ve), 0u);
    EXPECT_EQ(failcnt(ve), 2u);
    // The kernel takes kill(2) of these for its own.
    EXPECT_EQ(kill(process.pid(), SIGUSR1), 0);
    EXPECT_EQ(held(ve), 1u);
    EXPECT_TRUE(takes(process, "other"));
    EXPECT_EQ(failcnt(ve), 2u);
}

TEST_F(Siginfo, WhatTheKernelTellsIsNeverRefused)
{
    const Ve ve(client, {bound(resource, 0)});
    const auto process = member(ve, [](Link& link) {
        block(SIGCHLD);
        const pid_t child = fork_child([] { return 7; });
        const auto set = only(SIGCHLD);
        siginfo_t info{};
        const bool got = sigwaitinfo(&set, &info) == SIGCHLD;
        link.tell(got && info.si_pid == child && info.si_status == 7);
        waitpid(child, nullptr, 0);
        hang();
    });
    EXPECT_EQ(process.hear_number(), 1);
    EXPECT_EQ(failcnt(ve), 0u);
}

TEST_F(Siginfo, GoesWithWhoWasToGetIt)
{
    const Ve ve(client);
    auto process = receiver(ve);
    for (int i = 0; i < 100; i++)
        EXPECT_EQ(send(process.pid()), 0);
    EXPECT_EQ(held(ve), 100u);
    EXPECT_GE(ve.counter(ve::Resource::kmemsize).held, 100u * 80);

    process.signal(SIGKILL);
    process.reap();
    EXPECT_TRUE(ve.comes_to_hold(resource, 0));
}

TEST_F(Siginfo, StaysAcrossExec)
{
    const Ve ve(client);
    const auto process = receiver(ve);
    for (int i = 0; i < 5; i++)
        EXPECT_EQ(send(process.pid()), 0);
    process.tell("exec");
    EXPECT_TRUE(eventually([&] { return ve.member(process.pid())->comm == "sleep"; }));
    EXPECT_EQ(held(ve), 5u);
}

TEST_F(Siginfo, OfAThreadIsCountedToo)
{
    const Ve ve(client, {bound(resource, 3)});
    const auto process = member(ve, [](Link& link) {
        block(SIGRTMIN);
        std::atomic<pid_t> tid = 0;
        std::thread([&] {
            tid = static_cast<pid_t>(syscall(SYS_gettid));
            hang();
        }).detach();
        while (tid == 0)
            std::this_thread::yield();
        siginfo_t info{};
        info.si_code = SI_QUEUE;
        for (int i = 0; i < 4; i++)
            link.tell(syscall(SYS_rt_tgsigqueueinfo, getpid(), tid.load(), SIGRTMIN, &info) < 0
                          ? errno
                          : 0);
        (void)link.hear();
    });
    for (int i = 0; i < 3; i++)
        EXPECT_EQ(process.hear_number(), 0);
    EXPECT_EQ(process.hear_number(), EAGAIN);
    EXPECT_EQ(held(ve), 3u);
    process.tell();
    process.await_death();
    EXPECT_TRUE(ve.comes_to_hold(resource, 0));
}

TEST_F(Siginfo, BroughtAlongIsCounted)
{
    const Ve ve(client);
    const auto process = outsider([](Link& link) {
        block(SIGRTMIN);
        for (int i = 0; i < 4; i++)
            link.tell(send(getpid()));
        hang();
    });
    for (int i = 0; i < 4; i++)
        ASSERT_EQ(process.hear_number(), 0);
    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    EXPECT_EQ(held(ve), 4u);
}

TEST_F(Siginfo, IsExactOnTwoProcessors)
{
    constexpr int senders = 4;
    constexpr int tries = 2000;
    constexpr std::uint64_t barrier = 5;
    const Ve ve(client, {bound(resource, barrier)});
    const Shared<std::atomic<int>> sent;
    const Shared<std::atomic<bool>> stop;
    const auto process = member(ve, [&](Link& link) {
        block(SIGRTMIN);
        link.tell("ready");
        int taken = 0;
        while (!*stop || taken < *sent)
            taken += take();
        link.tell(taken);
        hang();
    });
    ASSERT_EQ(process.hear(), "ready");
    std::vector<Process> others;

    for (int i = 0; i < senders; i++)
        others.push_back(outsider([&](Link& link) {
            for (int n = 0; n < tries; n++) {
                const int code = send(process.pid());
                if (code && code != EAGAIN)
                    broken("sigqueue");
                *sent += !code;
            }
            link.tell("done");
            hang();
        }));
    for (const auto& other : others)
        EXPECT_EQ(other.hear(), "done");
    *stop = true;
    EXPECT_EQ(process.hear_number(), *sent) << "none is lost that was sent";
    EXPECT_TRUE(ve.comes_to_hold(resource, 0));
    EXPECT_LE(ve.counter(resource).maxheld, barrier);
    EXPECT_EQ(failcnt(ve) + static_cast<std::uint64_t>(*sent), std::uint64_t{senders} * tries);
}

} // namespace behaviour
