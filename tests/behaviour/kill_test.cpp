// SPDX-License-Identifier: GPL-2.0-only
//
// One request signals every member, and keeps at it.
#include "fixture.hpp"

#include <libve/transport.hpp>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <thread>

namespace behaviour {

namespace {

// Real-time signals queue: one that came twice is seen twice.
int a_signal()
{
    return SIGRTMIN + 3;
}

void block(int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    if (sigprocmask(SIG_BLOCK, &set, nullptr) < 0)
        broken("sigprocmask");
}

// Take what is pending of a blocked signal; how often it had come.
int take_all(int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    const timespec now = {};
    int count = 0;
    while (sigtimedwait(&set, nullptr, &now) == signal)
        count++;
    return count;
}

// A member that blocks the signal and, told "count", says how often it has come; told "fork", what
// it says is of a new child, asked at once; told "threads", of itself after having made some.
void count_signals(Link& link)
{
    block(a_signal());
    link.tell("ready");
    for (;;) {
        const auto word = link.hear();
        if (word == "fork") {
            const pid_t child = fork_child([] { return take_all(a_signal()); });
            if (child < 0)
                broken("fork");
            link.tell(WEXITSTATUS(behaviour::reap(child)));
            continue;
        }
        if (word == "threads")
            for (int i = 0; i < 3; i++)
                std::thread([] {}).join();
        link.tell(take_all(a_signal()));
    }
}

class Kill : public Behaviour {
  protected:
    ve::Result<> kill(int signal, std::optional<std::chrono::milliseconds> timeout = std::nullopt)
    {
        return client.kill(ve.handle(), signal, timeout);
    }

    Process counter()
    {
        auto process = member(ve, count_signals);
        (void)process.hear();
        return process;
    }

    static std::int64_t ask(const Process& process, const char* word)
    {
        process.tell(word);
        return process.hear_number();
    }

    void expect_killed(Process& process, int signal = SIGKILL)
    {
        const int status = process.reap();
        EXPECT_TRUE(WIFSIGNALED(status));
        EXPECT_EQ(WTERMSIG(status), signal);
    }

    const Ve ve{client};
};

OVER_BOTH_BACKENDS(Kill);

} // namespace

TEST_P(Kill, EndsEveryMember)
{
    std::vector<Process> processes;
    for (int i = 0; i < 5; i++)
        processes.push_back(member(ve));

    ASSERT_TRUE(ok(kill(SIGKILL)));
    for (auto& process : processes)
        expect_killed(process);
    EXPECT_EQ(ve.state(), ve::State::empty);
    EXPECT_EQ(ve.held(), 0u);
}

TEST_P(Kill, SparesOtherVesAndTheHost)
{
    const Ve other(client);
    const auto neighbour = member(other, count_signals);
    const auto host = outsider(count_signals);
    (void)neighbour.hear();
    (void)host.hear();
    const auto target = counter();

    ASSERT_TRUE(ok(kill(a_signal(), 0ms)));
    EXPECT_EQ(ask(target, "count"), 1);
    EXPECT_EQ(ask(neighbour, "count"), 0);
    EXPECT_EQ(ask(host, "count"), 0);
}

TEST_P(Kill, EndsAForkBombInOneRequest)
{
    // All over this bomb's VE; of what it holds nothing is left.
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(60)})));
    auto bomb = member(ve, [](Link& link) {
        link.tell("lit");
        for (;;)
            (void)fork();
    });
    (void)bomb.hear();
    ASSERT_TRUE(eventually([&] { return ve.numproc().failcnt > 20; }));

    ASSERT_TRUE(ok(kill(SIGKILL)));
    EXPECT_TRUE(ve.becomes(ve::State::empty));
    expect_killed(bomb);
    EXPECT_TRUE(ve.comes_to_hold(0));
}

TEST_P(Kill, EndsAForkBombThatNeverStandsStill)
{
    // Every process of it lives as long as it takes to fork two more.
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(40)})));
    auto bomb = member(ve, [](Link& link) {
        link.tell("lit");
        for (;;) {
            const bool is_parent = fork() > 0;
            const bool is_parent_again = fork() > 0;
            if (is_parent && is_parent_again)
                _exit(0);
        }
    });
    (void)bomb.hear();
    ASSERT_TRUE(eventually([&] { return ve.numproc().failcnt > 20; }));

    ASSERT_TRUE(ok(kill(SIGKILL)));
    EXPECT_TRUE(ve.becomes(ve::State::empty));
    bomb.reap();
    EXPECT_TRUE(ve.comes_to_hold(0));
}

TEST_P(Kill, EndsStoppedProcesses)
{
    auto process = member(ve);
    process.signal(SIGSTOP);
    ASSERT_TRUE(eventually([&] { return state_of(process.pid()) == 'T'; }));

    ASSERT_TRUE(ok(kill(SIGKILL)));
    expect_killed(process);
}

TEST_P(Kill, EndsTracedProcesses)
{
    auto process = member(ve);
    ASSERT_EQ(ptrace(PTRACE_SEIZE, process.pid(), nullptr, nullptr), 0);
    ASSERT_EQ(ptrace(PTRACE_INTERRUPT, process.pid(), nullptr, nullptr), 0);
    ASSERT_EQ(waitpid(process.pid(), nullptr, 0), process.pid());

    ASSERT_TRUE(ok(kill(SIGKILL)));
    expect_killed(process);
}

TEST_P(Kill, EndsProcessesOfManyThreads)
{
    auto process = member(ve, [](Link& link) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; i++)
            threads.emplace_back(hang);
        link.tell("made");
        hang();
    });
    (void)process.hear();

    ASSERT_TRUE(ok(kill(SIGKILL)));
    expect_killed(process);
    EXPECT_TRUE(ve.comes_to_hold(0));
}

TEST_P(Kill, EndsAProcessThatWaitsForItsVforkedChild)
{
    auto process = member(ve, [](Link& link) {
        link.tell("forking");
        if (vfork() == 0)
            hang();
    });
    (void)process.hear();
    ASSERT_TRUE(ve.comes_to_hold(2));

    ASSERT_TRUE(ok(kill(SIGKILL)));
    expect_killed(process);
    EXPECT_TRUE(ve.comes_to_hold(0));
}

TEST_P(Kill, EndsTheInitOfAPidNamespace)
{
    const auto process = member(ve, [](Link& link) {
        if (unshare(CLONE_NEWPID) < 0)
            broken("unshare");
        fork_child([&link] {
            fork_child([] {
                hang();
                return 0;
            });
            link.tell("made");
            hang();
            return 0;
        });
        hang();
    });
    (void)process.hear();

    ASSERT_TRUE(ok(kill(SIGKILL)));
    EXPECT_TRUE(ve.becomes(ve::State::empty));
}

TEST_P(Kill, SendsTheSignalAskedFor)
{
    auto process = member(ve);

    ASSERT_TRUE(ok(kill(SIGTERM)));
    expect_killed(process, SIGTERM);
}

TEST_P(Kill, TakesEverySignalThereIs)
{
    for (int signal = 1; signal <= 64; signal++)
        EXPECT_TRUE(ok(kill(signal, 0ms))) << signal;
}

TEST_P(Kill, WithASignalOutOfRangeIsRefused)
{
    auto process = counter();

    for (const int signal : {0, 65, 128, -1, -9})
        EXPECT_TRUE(refused(kill(signal), ERANGE, "signal")) << signal;
    EXPECT_EQ(ve.state(), ve::State::running);
}

TEST_P(Kill, WithoutASignalIsRefused)
{
    ve::Parameters parameters;
    parameters.id = ve.id();
    const auto attributes = ve::encode(parameters);
    const auto process = member(ve);

    EXPECT_TRUE(
        refused(ve::open_transport(GetParam())
                    .value()
                    ->exchange({ve::Command::kill, false, attributes}, [](const ve::Message&) {}),
                EINVAL, "signal"));
    EXPECT_EQ(ve.state(), ve::State::running);
}

TEST_P(Kill, SignalsEachProcessOnce)
{
    const auto process = member(ve, [](Link& link) {
        block(a_signal());
        std::thread one(hang);
        std::thread two(hang);
        count_signals(link);
    });
    (void)process.hear();

    ASSERT_TRUE(ok(kill(a_signal())));
    EXPECT_EQ(ask(process, "count"), 1);
    EXPECT_EQ(ask(process, "threads"), 0) << "a new thread is no new process";
}

TEST_P(Kill, SignalsAProcessOnceThoughAThreadExecsMeanwhile)
{
    // The thread takes the leader's place, and the new image makes a thread.
    std::array<int, 2> pipe_ends;
    ASSERT_EQ(pipe2(pipe_ends.data(), O_CLOEXEC), 0);
    const Fd out(pipe_ends[0]);
    Fd in(pipe_ends[1]);
    auto process = member(ve, [&](Link& link) {
        block(a_signal());
        link.tell("ready");
        (void)link.hear();
        dup2(in.get(), STDOUT_FILENO);
        std::thread([] {
            const auto number = std::to_string(a_signal());
            const auto program =
                std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ve-signal-counter";
            execl(program.c_str(), "ve-signal-counter", number.c_str(), nullptr);
            _exit(127);
        }).join();
    });
    (void)process.hear();

    ASSERT_TRUE(ok(kill(a_signal())));
    process.tell();
    EXPECT_EQ(process.reap(), 0);
    in.close();
    char text[16] = {};
    ASSERT_GT(read(out.get(), text, sizeof(text) - 1), 0);
    EXPECT_STREQ(text, "1\n0\n");
}

TEST_P(Kill, SignalsProcessesBornMeanwhile)
{
    const auto process = counter();

    ASSERT_TRUE(ok(kill(a_signal())));
    EXPECT_EQ(ask(process, "count"), 1);
    for (int i = 0; i < 3; i++)
        EXPECT_EQ(ask(process, "fork"), 1) << "each child gets it at birth, once";
    EXPECT_EQ(ask(process, "count"), 0);
}

TEST_P(Kill, EndsChildrenForkedMeanwhileWithTerm)
{
    const auto process = member(ve, [](Link& link) {
        signal(SIGTERM, SIG_IGN);
        link.tell("ready");
        (void)link.hear();
        signal(SIGTERM, SIG_DFL);
        // Itself had the signal while it ignored it.
        for (int i = 0; i < 5; i++) {
            const pid_t child = fork_child([] {
                hang();
                return 0;
            });
            link.tell(WTERMSIG(behaviour::reap(child)));
        }
        hang();
    });
    (void)process.hear();

    ASSERT_TRUE(ok(kill(SIGTERM)));
    process.tell();
    for (int i = 0; i < 5; i++)
        EXPECT_EQ(process.hear_number(), SIGTERM);
    EXPECT_TRUE(ve.has(process.pid()));
}

TEST_P(Kill, StaysInForceUntilTheVeIsEmpty)
{
    auto process = counter();
    const auto late = outsider();

    ASSERT_TRUE(ok(kill(a_signal())));
    EXPECT_EQ(ve.state(), ve::State::killing);
    EXPECT_EQ(ve.look().members, 1u);
    process.signal(SIGKILL);
    process.reap();
    EXPECT_EQ(ve.state(), ve::State::empty);

    // The next members are not meant.
    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), late.pid())));
    EXPECT_EQ(ve.state(), ve::State::running);
    const auto next = counter();
    EXPECT_EQ(ask(next, "count"), 0);
    EXPECT_EQ(ask(next, "fork"), 0);
}

TEST_P(Kill, InForceForbidsAttaching)
{
    const auto process = counter();
    const auto late = outsider();
    const Process self([&](Link& link) {
        (void)link.hear();
        const auto done = ve::Client::open(GetParam()).value().attach_self(ve.handle());
        link.tell(done ? 0 : done.error().code);
    });

    ASSERT_TRUE(ok(kill(a_signal())));
    const auto by_pid = client.attach_pid(ve.handle(), late.pid());
    ASSERT_FALSE(by_pid);
    EXPECT_EQ(by_pid.error().code, EBUSY);
    EXPECT_FALSE(by_pid.error().sentence.empty());
    self.tell();
    EXPECT_EQ(self.hear_number(), EBUSY);
    EXPECT_EQ(ve.members(), std::vector{process.pid()});
    EXPECT_EQ(ve.held(), 1u);
    EXPECT_EQ(ve.numproc().failcnt, 0u);
}

TEST_P(Kill, EndsWithItsTimeout)
{
    const auto process = counter();
    const auto late = outsider();

    ASSERT_TRUE(ok(kill(a_signal(), 400ms)));
    EXPECT_EQ(ve.state(), ve::State::killing);
    EXPECT_EQ(ask(process, "count"), 1);
    EXPECT_TRUE(ve.becomes(ve::State::running));
    EXPECT_EQ(ask(process, "fork"), 0) << "born after the end of the request";
    EXPECT_EQ(ask(process, "count"), 0);
    EXPECT_TRUE(ok(client.attach_pid(ve.handle(), late.pid())));
}

TEST_P(Kill, WithTimeoutZeroSignalsOnceAndLeavesNothingInForce)
{
    const auto process = counter();
    const auto late = outsider();

    ASSERT_TRUE(ok(kill(a_signal(), 0ms)));
    EXPECT_EQ(ve.state(), ve::State::running);
    EXPECT_EQ(ask(process, "count"), 1);
    EXPECT_EQ(ask(process, "fork"), 0);
    EXPECT_TRUE(ok(client.attach_pid(ve.handle(), late.pid())));
}

TEST_P(Kill, WithTheLongestTimeoutIsInForce)
{
    const auto process = counter();

    ASSERT_TRUE(ok(kill(a_signal(), 4294967295ms)));
    EXPECT_EQ(ve.state(), ve::State::killing);
    EXPECT_EQ(ask(process, "fork"), 1);
}

TEST_P(Kill, IsReplacedByALaterRequest)
{
    const auto process = counter();
    const auto late = outsider();

    ASSERT_TRUE(ok(kill(a_signal())));
    ASSERT_TRUE(ok(kill(a_signal())));
    EXPECT_EQ(ask(process, "count"), 2) << "each request signals";
    EXPECT_EQ(ask(process, "fork"), 1) << "one request is in force";
    ASSERT_TRUE(ok(kill(SIGCONT, 0ms)));
    EXPECT_EQ(ve.state(), ve::State::running);
    EXPECT_EQ(ask(process, "fork"), 0);
    EXPECT_TRUE(ok(client.attach_pid(ve.handle(), late.pid())));
}

TEST_P(Kill, OfAnEmptyVeLeavesNothingInForce)
{
    const auto late = outsider();

    ASSERT_TRUE(ok(kill(SIGKILL)));
    EXPECT_EQ(ve.state(), ve::State::empty);
    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), late.pid())));
    EXPECT_EQ(ve.state(), ve::State::running);
}

TEST_P(Kill, StopsAndContinuesAVe)
{
    const auto one = member(ve);
    const auto two = member(ve);

    ASSERT_TRUE(ok(kill(SIGSTOP, 0ms)));
    EXPECT_TRUE(eventually([&] { return state_of(one.pid()) == 'T'; }));
    EXPECT_TRUE(eventually([&] { return state_of(two.pid()) == 'T'; }));
    ASSERT_TRUE(ok(kill(SIGCONT, 0ms)));
    EXPECT_TRUE(eventually([&] { return state_of(one.pid()) == 'S'; }));
    EXPECT_TRUE(eventually([&] { return state_of(two.pid()) == 'S'; }));
}

TEST_P(Kill, LeavesZombiesToTheirParentOutside)
{
    auto one = member(ve);
    auto two = member(ve);

    ASSERT_TRUE(ok(kill(SIGKILL)));
    EXPECT_TRUE(ve.becomes(ve::State::empty)) << "zombies are no members";
    one.await_death();
    two.await_death();
    EXPECT_EQ(ve.held(), 2u) << "and stay charged";
    one.reap();
    EXPECT_EQ(ve.held(), 1u);
    two.reap();
    EXPECT_EQ(ve.held(), 0u);
}

class Destroy : public Behaviour {};

OVER_BOTH_BACKENDS(Destroy);

TEST_P(Destroy, OfAVeWithMembersIsRefused)
{
    const Ve ve(client);
    auto process = member(ve);
    // It uses no more from now on.
    ASSERT_TRUE(eventually([&] { return state_of(process.pid()) == 'S'; }));
    const auto before = picture(client);

    EXPECT_TRUE(refused(client.destroy(ve.handle()), EBUSY, "id"));
    EXPECT_EQ(picture(client), before);
    EXPECT_NE(state_of(process.pid()), 'Z') << "nobody is killed by it";
}

TEST_P(Destroy, OfAVeThatIsBeingKilledIsRefusedUntilItIsEmpty)
{
    Ve ve(client);
    auto process = member(ve, [](Link& link) {
        block(SIGTERM);
        link.tell("ready");
        hang();
    });
    (void)process.hear();

    ASSERT_TRUE(ok(client.kill(ve.handle(), SIGTERM)));
    EXPECT_TRUE(refused(client.destroy(ve.handle()), EBUSY, "id"));
    process.signal(SIGKILL);
    process.await_death();
    ve.destroy();
}

TEST_P(Destroy, IsPossibleAgainAfterTheLastMember)
{
    Ve ve(client);
    auto process = member(ve);
    process.signal(SIGKILL);
    process.reap();

    ve.destroy();
}

} // namespace behaviour
