// SPDX-License-Identifier: GPL-2.0-only
//
// vectl kill: the order, the wait, the end.
#include "harness.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>

namespace {

using namespace vectl;
using vectl::test::environment;
using vectl::test::Harness;
using vectl::test::refusal;

ve::Environment killing(ve::Id id, std::uint32_t members)
{
    auto made = environment(id, "web", members, members);
    made.state = ve::State::killing;
    return made;
}

TEST(RunKill, WaitsForTheEmptyEventOfThatVe)
{
    Harness vectl;
    vectl.requests->answer(environment(3, "web", 2, 2));
    vectl.requests->answer();               // kill
    vectl.requests->answer(killing(3, 2));  // not yet
    vectl.events->event(ve::Empty{4, "x"}); // of no concern
    vectl.events->event(ve::Empty{3, "web"});
    vectl.requests->answer(environment(3, "web", 0, 0)); // empty
    vectl.requests->answer(environment(3, "web", 0, 0)); // and reaped
    EXPECT_EQ(vectl.run({"kill", "web"}), 0) << vectl.err.str();
    EXPECT_EQ(vectl.err.str(), "");
    EXPECT_EQ(vectl.requests->unused(), 0U);

    const auto& order = vectl.requests->calls().at(1);
    EXPECT_EQ(order.command, ve::Command::kill);
    EXPECT_EQ(order.parameters.id, 3U);
    EXPECT_EQ(order.parameters.name, "web");
    EXPECT_EQ(order.parameters.signal, static_cast<std::uint32_t>(SIGKILL));
    EXPECT_EQ(order.parameters.timeout, std::nullopt);
}

TEST(RunKill, OldEmptyEventIsNotTheEnd)
{
    Harness vectl;
    vectl.requests->answer(environment(3, "web", 2, 2));
    vectl.requests->answer();
    vectl.requests->answer(killing(3, 2));
    vectl.events->event(ve::Empty{3, "web"}); // from before the order
    vectl.requests->answer(killing(3, 1));    // which is still in force
    vectl.requests->answer(environment(3, "web", 0, 0));
    vectl.requests->answer(environment(3, "web", 0, 0));
    EXPECT_EQ(vectl.run({"kill", "web"}), 0) << vectl.err.str();
    EXPECT_EQ(vectl.requests->unused(), 0U);
}

TEST(RunKill, NewMemberAfterTheEndIsNotWaitedFor)
{
    for (const Words& words : {Words{"kill", "web"}, Words{"kill", "web", "--timeout", "5"}}) {
        Harness vectl;
        vectl.requests->answer(environment(3, "web", 2, 2));
        vectl.requests->answer();
        vectl.requests->answer(killing(3, 1));
        vectl.events->event(ve::Empty{3, "web"});
        vectl.requests->answer(environment(3, "web", 1, 1)); // running: the order has ended
        vectl.requests->answer(environment(3, "web", 1, 1));
        EXPECT_EQ(vectl.run(words), 0) << vectl.err.str();
        EXPECT_EQ(vectl.requests->unused(), 0U);
    }
}

TEST(RunKill, RemovedMeanwhileIsEmpty)
{
    for (const auto& gone :
         {refusal(ENOENT, "no such VE"), refusal(EINVAL, "the VE with that id has another name")}) {
        Harness vectl;
        vectl.requests->answer(environment(3, "web", 2, 2));
        vectl.requests->answer();
        vectl.requests->refuse(gone);
        vectl.requests->refuse(gone);
        EXPECT_EQ(vectl.run({"kill", "web"}), 0) << vectl.err.str();
    }
}

// A VE whose members do not die.
class Stuck final : public ve::Transport {
  public:
    std::vector<ve::Member> listed = {{3, 102, 1, false, "b"}, {3, 101, 1, false, "a"}};

    ve::Result<ve::Consistency> exchange(const ve::Request& request, const Sink& sink) override
    {
        if (request.command == ve::Command::get)
            inner.answer(killing(3, 2));
        else if (request.command == ve::Command::member_get)
            inner.answer(listed);
        else
            inner.answer();
        return inner.exchange(request, sink);
    }

    ve::Result<int> subscribe(std::string_view group) override { return inner.subscribe(group); }

    ve::Result<bool> receive(const Sink& sink,
                             std::optional<std::chrono::milliseconds> timeout) override
    {
        return inner.receive(sink, timeout);
    }

    ve::test::FakeTransport inner;
};

TEST(RunKill, TimeoutNamesWhoIsLeft)
{
    Harness vectl;
    const auto stuck = std::make_shared<Stuck>();
    vectl.context.connect = [&stuck]() -> ve::Result<ve::Client> {
        return ve::Client::over(stuck);
    };
    EXPECT_EQ(vectl.run({"kill", "web", "-s", "TERM", "--timeout", "0.02"}), 124);
    EXPECT_EQ(vectl.err.str(), "vectl: kill web: 2 members are left after 0.02 s: 101, 102\n");

    const auto& order = stuck->inner.calls().at(1);
    EXPECT_EQ(order.command, ve::Command::kill);
    EXPECT_EQ(order.parameters.timeout, 20U);
    EXPECT_EQ(order.parameters.signal, static_cast<std::uint32_t>(SIGTERM));
}

// In a child pid namespace, where the kernel lists none of them.
TEST(RunKill, TimeoutIsNoSuccessThoughNobodyIsListed)
{
    Harness vectl;
    const auto stuck = std::make_shared<Stuck>();
    stuck->listed.clear();
    vectl.context.connect = [&stuck]() -> ve::Result<ve::Client> {
        return ve::Client::over(stuck);
    };
    EXPECT_EQ(vectl.run({"kill", "web", "--timeout", "0.02"}), 124);
    EXPECT_EQ(vectl.err.str(), "vectl: kill web: 2 members are left after 0.02 s\n");
}

TEST(RunKill, TimeoutZeroSendsOnceAndReturns)
{
    Harness vectl;
    vectl.events->refuse_subscription(refusal(EPERM, "not needed, not asked for"));
    vectl.requests->answer(environment(3, "web", 2, 2));
    vectl.requests->answer();
    EXPECT_EQ(vectl.run({"kill", "web", "--timeout", "0"}), 0) << vectl.err.str();
    EXPECT_EQ(vectl.requests->calls().size(), 2U);
    EXPECT_EQ(vectl.requests->calls().at(1).parameters.timeout, 0U);
}

TEST(RunKill, DeadTasksStillChargedAreMentioned)
{
    Harness vectl;
    vectl.requests->answer(environment(3, "web", 1, 1));
    vectl.requests->answer();
    for (int i = 0; i < 1000; i++)
        vectl.requests->answer(environment(3, "web", 0, 2));
    EXPECT_EQ(vectl.run({"kill", "web"}), 0);
    EXPECT_NE(vectl.err.str().find("2 dead tasks"), std::string::npos) << vectl.err.str();
}

TEST(RunKill, SubscribesBeforeItOrders)
{
    Harness vectl;
    vectl.events->refuse_subscription(refusal(EPERM, ""));
    vectl.requests->answer(environment(3, "web", 1, 1));
    EXPECT_EQ(vectl.run({"kill", "web"}), 1);
    for (const auto& call : vectl.requests->calls())
        EXPECT_NE(call.command, ve::Command::kill);
}

} // namespace
