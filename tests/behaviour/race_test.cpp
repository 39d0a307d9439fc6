// SPDX-License-Identifier: GPL-2.0-only
//
// Requests, forks and exits at the same time. Worth most on two processors.
#include "fixture.hpp"
#include "listener.hpp"
#include "shared.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <random>
#include <thread>

namespace behaviour {

namespace {

class Race : public Host {};

// Refused, if at all, for one of these reasons, and with a sentence. Was it done?
template <class T>
bool expect_one_of(const ve::Result<T>& result, std::initializer_list<int> codes)
{
    if (result)
        return true;
    if (std::ranges::find(codes, result.error().code) == codes.end())
        throw Broken("an answer that cannot be: " + result.error().what());
    if (result.error().sentence.empty())
        throw Broken("no sentence: " + result.error().what());
    return false;
}

// What a part in the play has to work with.
struct Part {
    ve::Client client = ve::Client::open().value();
    std::mt19937 random{static_cast<unsigned>(getpid())};

    unsigned pick(unsigned size)
    {
        return std::uniform_int_distribution<unsigned>(0, size - 1)(random);
    }
};

using Stop = Shared<std::atomic<bool>>;

// A process that plays its part again and again. A step says whether something came of it; the
// process tells how often when it is over.
Process part(const Stop& stop, const std::function<bool(Part&)>& step)
{
    return outsider([&](Link& link) {
        Part own;
        int count = 0;
        while (!*stop)
            count += step(own);
        link.tell(count);
    });
}

// A process of the host that forks, and makes threads, until it is killed.
void live(int shape)
{
    for (int i = 0;; i++) {
        if (shape == 0 && i % 3 == 0) {
            std::thread([] {}).detach();
            continue;
        }
        const pid_t child = fork();
        if (child == 0 && shape == 1 && i % 2 == 0)
            execlp("true", "true", nullptr);
        if (child == 0)
            _exit(0);
        if (child > 0)
            waitpid(child, nullptr, 0);
        else
            sched_yield();
    }
}

} // namespace

TEST_F(Race, OfForksAttachesKillsSetsAndDumpsLeavesNothingBehind)
{
    constexpr std::uint64_t barrier = 12;
    const std::array<Ve, 3> ves = {Ve(client, {numproc(barrier)}), Ve(client, {numproc(barrier)}),
                                   Ve(client, {numproc(barrier)})};
    const Stop stop;
    std::map<std::string, Process> parts;
    const auto any = [&](Part& own) -> const Ve& { return ves[own.pick(ves.size())]; };

    for (const char* name : {"attacher", "another attacher"})
        parts.emplace(name, part(stop, [&](Part& own) {
                          const int shape = static_cast<int>(own.pick(3));
                          const pid_t pid = fork_child([shape] {
                              live(shape);
                              return 0;
                          });
                          for (unsigned i = own.pick(20); i > 0; i--)
                              sched_yield();
                          const auto done = own.client.attach_pid(any(own).handle(), pid);
                          expect_one_of(done, {EAGAIN, EBUSY, ESRCH});
                          // It stays for others to kill, unless the VE is full or nobody else does.
                          if (!done || own.pick(2))
                              kill(pid, SIGKILL);
                          if (!done)
                              behaviour::reap(pid);
                          while (waitpid(-1, nullptr, WNOHANG) > 0)
                              ;
                          return done.has_value();
                      }));
    parts.emplace("killer", part(stop, [&](Part& own) {
                      const std::array<std::optional<std::chrono::milliseconds>, 3> timeouts = {
                          std::nullopt, 0ms, 30ms};
                      const auto& ve = any(own);
                      const bool has_members = own.client.get(ve.handle()).value().members > 0;
                      const bool done = expect_one_of(
                          own.client.kill(ve.handle(), own.pick(4) ? SIGKILL : SIGCONT,
                                          timeouts[own.pick(timeouts.size())]),
                          {});
                      std::this_thread::sleep_for(20ms);
                      return done && has_members;
                  }));
    parts.emplace("setter", part(stop, [&](Part& own) {
                      const bool done = expect_one_of(
                          own.client.set(any(own).handle(),
                                         std::vector{numproc(own.pick(barrier + 1), barrier)}),
                          {});
                      std::this_thread::sleep_for(5ms);
                      return done;
                  }));
    parts.emplace("dumper", part(stop, [&](Part& own) {
                      int seen = 0;
                      (void)own.client
                          .for_each([&](const ve::Environment& one) {
                              const auto* found = std::ranges::find(ves, one.id, &Ve::id);
                              seen += found != ves.end();
                              if (found != ves.end() &&
                                  one.find(ve::Resource::numproc)->held > barrier * 2)
                                  throw Broken("more is held than fits");
                          })
                          .value();
                      if (seen != static_cast<int>(ves.size()))
                          throw Broken("a list of " + std::to_string(seen));
                      const auto members = own.client.members(any(own).handle());
                      expect_one_of(members, {});
                      std::this_thread::sleep_for(2ms);
                      return members && !members->empty();
                  }));
    parts.emplace(
        "creator", part(stop, [&](Part& own) {
            const auto name = "other." + std::to_string(own.pick(3));
            const auto handle = ve::Handle::named(name);
            const bool made = expect_one_of(
                own.client.create(name, own.pick(2) ? std::optional<ve::Id>(4711) : std::nullopt),
                {EEXIST});
            expect_one_of(own.client.destroy(handle), {});
            return made;
        }));
    parts.emplace("listener", part(stop, [&](Part&) {
                      static auto stream = ve::EventStream::open().value();
                      return stream.next(50ms).value().has_value();
                  }));

    std::this_thread::sleep_for(8s);
    *stop = true;
    for (const auto& [name, process] : parts)
        EXPECT_GT(process.hear_number(), 0) << name;
    // Children that the attachers left are reaped by init, or were killed. The rest is said by
    // each VE at its end: it becomes empty, holds nothing, and can be destroyed.
}

TEST_F(Race, OfTheLastExitWithDestroyEndsInOrder)
{
    for (int i = 0; i < 40; i++) {
        Ve ve(client);
        const auto process = member(ve, [](Link&) {});
        int refusals = 0;
        for (;; refusals++) {
            const auto done = client.destroy(ve.handle());
            if (done)
                break;
            ASSERT_EQ(done.error().code, EBUSY) << done.error().what();
            sched_yield();
        }
        ve.forget();
    }
}

TEST_F(Race, OfAttachWithDestroyHasOneWinner)
{
    const auto destroyer = outsider([](Link& link) {
        auto own = ve::Client::open().value();
        for (;;) {
            const auto id = static_cast<ve::Id>(link.hear_number());
            const auto done = own.destroy(ve::Handle(id));
            link.tell(done ? 0 : done.error().code);
        }
    });

    for (int i = 0; i < 40; i++) {
        Ve ve(client);
        const auto process = outsider();
        destroyer.tell(std::to_string(ve.id()));
        for (int j = 0; j < i % 4; j++)
            sched_yield();
        const auto attached = client.attach_pid(ve.handle(), process.pid());
        const auto destroyed = destroyer.hear_number();
        if (attached) {
            EXPECT_EQ(destroyed, EBUSY);
            EXPECT_TRUE(ve.has(process.pid()));
        } else {
            EXPECT_EQ(attached.error().code, ENOENT) << attached.error().what();
            EXPECT_EQ(destroyed, 0);
            ve.forget();
            EXPECT_NE(state_of(process.pid()), 'Z');
        }
    }
}

TEST_F(Race, OfAttachWithKillLeavesNoSurvivor)
{
    const auto attacher = outsider([](Link& link) {
        auto own = ve::Client::open().value();
        for (;;) {
            const auto id = static_cast<ve::Id>(link.hear_number());
            const auto pid = static_cast<pid_t>(link.hear_number());
            const auto done = own.attach_pid(ve::Handle(id), pid);
            link.tell(done ? 0 : done.error().code);
        }
    });

    for (int i = 0; i < 30; i++) {
        const Ve ve(client);
        const auto first = member(ve);
        auto late = outsider([](Link& link) {
            std::thread one(hang);
            std::thread two([] {
                for (;;) {
                    const pid_t child = fork();
                    if (child == 0)
                        _exit(0);
                    waitpid(child, nullptr, 0);
                }
            });
            link.tell("made");
            hang();
        });
        (void)late.hear();
        attacher.tell(std::to_string(ve.id()));
        attacher.tell(std::to_string(late.pid()));
        for (int j = 0; j < i % 4; j++)
            sched_yield();
        ASSERT_TRUE(ok(client.kill(ve.handle(), SIGKILL)));
        const auto code = attacher.hear_number();
        ASSERT_TRUE(code == 0 || code == EBUSY) << strerror(static_cast<int>(code));
        first.await_death();
        if (code == EBUSY) {
            EXPECT_FALSE(ve.has(late.pid()));
            EXPECT_NE(state_of(late.pid()), 'Z') << "refused, and left alone";
        } else {
            // Attached before the request, it is killed by it; attached when the VE was empty
            // again, it lives. It is never half of it.
            EXPECT_TRUE(eventually([&] { return ve.state() != ve::State::killing; }));
            EXPECT_EQ(ve.state() == ve::State::empty, !ve.has(late.pid()));
        }
        late.signal(SIGKILL);
        late.reap();
    }
}

TEST_F(Race, OfTwoKillsLeavesNobody)
{
    const auto killer = [](Link& link) {
        auto own = ve::Client::open().value();
        for (;;) {
            own.kill(ve::Handle(static_cast<ve::Id>(link.hear_number())), SIGKILL).value();
            link.tell("killed");
        }
    };
    const auto one = outsider(killer);
    const auto two = outsider(killer);

    for (int i = 0; i < 5; i++) {
        const Ve ve(client, {numproc(20)});
        const auto bomb = member(ve, [](Link& link) {
            link.tell("lit");
            for (;;)
                (void)!fork();
        });
        (void)bomb.hear();
        one.tell(std::to_string(ve.id()));
        two.tell(std::to_string(ve.id()));
        EXPECT_TRUE(ve.becomes(ve::State::empty));
        // The VE has to be there for the slower one too.
        EXPECT_EQ(one.hear(), "killed");
        EXPECT_EQ(two.hear(), "killed");
    }
}

TEST_F(Race, OfLookingUpWithGoingNeverShowsAnotherVe)
{
    const auto name = fresh_name();
    const Stop stop;
    const auto churn = part(stop, [&](Part& own) {
        (void)own.client.create(name, 4711).value();
        own.client.destroy(ve::Handle(4711)).value();
        return true;
    });

    for (int i = 0; i < 1500; i++) {
        const auto found =
            i % 2 ? client.get(ve::Handle(4711)) : client.get(ve::Handle::named(name));
        if (found) {
            ASSERT_EQ(found->name, name);
            ASSERT_EQ(found->id, 4711u);
        } else {
            ASSERT_EQ(found.error().code, ENOENT) << found.error().what();
        }
    }
    *stop = true;
    EXPECT_GT(churn.hear_number(), 0);
}

TEST_F(Race, OfManyExitsAtOnceIsCountedOut)
{
    // Sixty processes, some with threads, end at the same moment.
    const Ve ve(client);
    auto parent = member(ve, [](Link& link) {
        for (int i = 0; i < 60; i++)
            if (fork_child([i] {
                    std::vector<std::thread> threads;
                    for (int j = 0; j < i % 3; j++)
                        threads.emplace_back(hang);
                    hang();
                    return 0;
                }) < 0)
                broken("fork");
        link.tell("made");
        hang();
    });
    (void)parent.hear();
    ASSERT_TRUE(ve.comes_to_hold(121));
    EXPECT_EQ(ve.look().members, 61u);

    ASSERT_TRUE(ok(client.kill(ve.handle(), SIGKILL)));
    EXPECT_TRUE(ve.becomes(ve::State::empty));
    parent.reap();
    EXPECT_TRUE(ve.comes_to_hold(0));
    EXPECT_EQ(ve.numproc().maxheld, 121u);
}

} // namespace behaviour
