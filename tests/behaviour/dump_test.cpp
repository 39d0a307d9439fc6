// SPDX-License-Identifier: GPL-2.0-only
//
// Lists while VEs and members come and go.
#include "fixture.hpp"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

namespace behaviour {

namespace {

// Enough for an answer of several messages, between which things can change.
constexpr unsigned many = 600;

class Dump : public Behaviour {
  protected:
    void SetUp() override
    {
        for (unsigned i = 0; i < many; i++)
            stable.push_back(client.create(fresh_name()).value().id);
    }

    void TearDown() override
    {
        for (const auto id : stable)
            EXPECT_TRUE(ok(client.destroy(ve::Handle(id))));
        Behaviour::TearDown();
    }

    // The VEs that stay, each once; whatever else is seen.
    void expect_each_once(const std::map<ve::Id, int>& seen)
    {
        for (const auto id : stable) {
            const auto found = seen.find(id);
            ASSERT_NE(found, seen.end()) << id << " is missing";
            ASSERT_EQ(found->second, 1) << id;
        }
    }

    std::vector<ve::Id> stable;
    ve::Client other = ve::Client::open(GetParam()).value();
};

OVER_BOTH_BACKENDS(Dump);

} // namespace

TEST_P(Dump, WithoutChangesIsConsistent)
{
    std::map<ve::Id, int> seen;

    const auto done = client.for_each([&](const ve::Environment& one) { seen[one.id]++; });
    ASSERT_TRUE(ok(done));
    EXPECT_EQ(*done, ve::Consistency::consistent);
    EXPECT_EQ(seen.size(), many);
    expect_each_once(seen);
}

TEST_P(Dump, TellsThatAVeCameMeanwhile)
{
    std::map<ve::Id, int> seen;
    std::unique_ptr<Ve> newcomer;

    const auto done = client.for_each([&](const ve::Environment& one) {
        if (!newcomer)
            newcomer = std::make_unique<Ve>(other);
        seen[one.id]++;
    });
    ASSERT_TRUE(ok(done));
    EXPECT_EQ(*done, ve::Consistency::interrupted);
    expect_each_once(seen);
}

TEST_P(Dump, TellsThatAVeWentMeanwhile)
{
    std::map<ve::Id, int> seen;
    Ve leaver(other);

    const auto done = client.for_each([&](const ve::Environment& one) {
        if (seen.empty())
            leaver.destroy();
        seen[one.id]++;
    });
    ASSERT_TRUE(ok(done));
    EXPECT_EQ(*done, ve::Consistency::interrupted);
    expect_each_once(seen);
}

TEST_P(Dump, GoesOnBehindAVeThatIsRemovedWhenItWasShown)
{
    std::map<ve::Id, int> seen;
    std::map<ve::Id, bool> gone;

    const auto done = client.for_each([&](const ve::Environment& one) {
        seen[one.id]++;
        if (one.id % 2 == 0)
            gone[one.id] = other.destroy(ve::Handle(one.id)).has_value();
    });
    ASSERT_TRUE(ok(done));
    expect_each_once(seen);
    std::erase_if(stable, [&](ve::Id id) { return gone.contains(id) && gone[id]; });
    EXPECT_EQ(stable.size(), many / 2);
}

TEST_P(Dump, ListIsOfOneMoment)
{
    // Its last VE is left to this test.
    const auto name = fresh_name();
    std::optional<Process> churn(std::in_place, [&name](Link&) {
        auto own = ve::Client::open().value();
        for (;;) {
            (void)own.create(name).value();
            own.destroy(ve::Handle::named(name)).value();
        }
    });

    for (int i = 0; i < 8; i++) {
        std::map<ve::Id, int> seen;
        const auto all = client.list();
        if (!all) {
            EXPECT_EQ(all.error().code, EINTR) << all.error().what();
            EXPECT_FALSE(all.error().sentence.empty());
            continue;
        }
        for (const auto& one : *all)
            seen[one.id]++;
        EXPECT_LE(seen.size(), many + 1u);
        expect_each_once(seen);
    }
    for (int i = 0; i < 15; i++) {
        std::map<ve::Id, int> seen;
        ASSERT_TRUE(ok(client.for_each([&](const ve::Environment& one) { seen[one.id]++; })));
        expect_each_once(seen);
    }
    churn.reset();
    (void)client.destroy(ve::Handle::named(name));
}

TEST_P(Dump, ThatNobodyReadsToItsEndHoldsNothingUp)
{
    // The kernel keeps a dump under way as long as its socket is open.
    const Process reader([backend = GetParam(), id = stable.front()](Link& link) {
        const auto give_up = [&] {
            link.tell("half way");
            hang();
        };
        auto own = ve::Client::open(backend).value();
        (void)own.for_each([&](const ve::Environment& one) {
            if (one.id >= id)
                give_up();
        });
    });

    EXPECT_EQ(reader.hear(), "half way");
    Ve ve(client);
    ve.destroy();
    EXPECT_EQ(picture(client).size(), many);
}

class Members : public Behaviour {};

OVER_BOTH_BACKENDS(Members);

TEST_P(Members, AreListedWithPidThreadsAndName)
{
    const Ve ve(client);
    const auto process = member(ve);
    const auto found = ve.member(process.pid());

    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, ve.id());
    EXPECT_EQ(found->threads, 1u);
    EXPECT_TRUE(found->entering);
    EXPECT_EQ(found->comm + "\n", contents("/proc/" + std::to_string(process.pid()) + "/comm"));
    EXPECT_EQ(client.members(ve::Handle::named(ve.name())).value(),
              client.members(ve.handle()).value());
}

TEST_P(Members, OfAnotherVeAreNotListed)
{
    const Ve ve(client);
    const Ve other(client);
    const auto process = member(ve);

    EXPECT_EQ(ve.members(), std::vector{process.pid()});
    EXPECT_TRUE(other.members().empty());
}

TEST_P(Members, OfAFullVeAreListedOnceEach)
{
    // More than one message of the answer has room for.
    constexpr int count = 150;
    const Ve ve(client);
    const auto parent = member(ve, [](Link& link) {
        for (int i = 0; i < count; i++)
            if (fork_child([] {
                    hang();
                    return 0;
                }) < 0)
                broken("fork");
        link.tell("full");
        hang();
    });
    ASSERT_EQ(parent.hear(), "full");

    const auto pids = ve.members();
    EXPECT_EQ(pids.size(), count + 1u);
    EXPECT_EQ(std::ranges::adjacent_find(pids), pids.end());
    EXPECT_EQ(ve.look().members, count + 1u);
    EXPECT_EQ(ve.held(), count + 1u);
}

TEST_P(Members, AreCountedAsLongAsTheVeIsNotEmpty)
{
    // The way from the last live thread to a zombie is long: there is much to free on it.
    for (int i = 0; i < 5; i++) {
        Ve ve(client);
        auto process = member(ve, [](Link& link) {
            const std::vector<char> much(16 << 20, 'x');
            link.tell(std::to_string(much.size()));
            hang();
        });
        (void)process.hear();
        process.signal(SIGKILL);
        ASSERT_TRUE(eventually([&] {
            const auto now = ve.look();
            EXPECT_EQ(now.members == 0, now.state == ve::State::empty)
                << testing::PrintToString(now);
            return now.members == 0;
        }));
        ASSERT_TRUE(ok(client.destroy(ve.handle()))) << "a VE without members can be destroyed";
        ve.forget();
        process.reap();
    }
}

} // namespace behaviour
