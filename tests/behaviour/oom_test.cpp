// SPDX-License-Identifier: GPL-2.0-only
//
// When the machine runs out of memory: who is killed, and who was promised otherwise.
#include "listener.hpp"
#include "space.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <utility>
#include <vector>

namespace behaviour {

namespace {

// Even the smallest is larger than anything else in the machine.
constexpr std::int64_t large = 20000;
constexpr std::int64_t medium = 16000;
constexpr std::int64_t small = 12000;

std::int64_t write_to(const char* path, const std::string& text)
{
    const Fd file(open(path, O_WRONLY));
    return result_of(write(file.get(), text.data(), text.size()));
}

// Take memory, and use it.
std::int64_t eat(std::int64_t pages, std::int64_t adj, std::int64_t, std::int64_t)
{
    write_to("/proc/self/oom_score_adj", std::to_string(adj));
    const auto where =
        map_pages(pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, 0);
    return where < 0 ? where : 0;
}

ve::Bound promise(std::int64_t pages)
{
    return {ve::Resource::oomguarpages, static_cast<std::uint64_t>(pages), ve::unlimited};
}

bool is_dead(const Space& space)
{
    const char state = state_of(space.process().pid());
    return state == 'Z' || state == 'X' || state == 0;
}

class Oom : public Host {
  protected:
    // Nobody is to be killed but those who eat, nor compared with them: who is looked at first
    // must be one of them.
    void SetUp() override
    {
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const auto path = entry.path() / "oom_score_adj";
            const auto before = contents(path);
            if (!before.empty() && write_to(path.c_str(), "-1000") > 0)
                before_.emplace_back(path, before);
        }
    }

    void TearDown() override
    {
        for (const auto& [path, adj] : before_)
            write_to(path.c_str(), adj);
        Host::TearDown();
    }

    static ve::Counter counter(const Ve& ve) { return ve.counter(ve::Resource::oomguarpages); }

    static void feed(const Space& space, std::int64_t pages, std::int64_t adj = 0)
    {
        ASSERT_EQ(space.does(eat, pages, adj), 0);
    }

    // As if the whole machine had none left: the worst process is killed.
    static void run_out() { ASSERT_GT(write_to("/proc/sysrq-trigger", "f"), 0); }

    // Of these, the first is killed, and nobody else.
    template <class... Others>
    static void expect_killed(const Space& victim, const Others&... others)
    {
        run_out();
        EXPECT_TRUE(eventually([&] { return is_dead(victim); }, 10s));
        EXPECT_FALSE((is_dead(others) || ...));
    }

  private:
    std::vector<std::pair<std::string, std::string>> before_;
};

// With a VE that may use as much as anybody here, and one that was promised nothing.
class OomPromise : public Oom {
  protected:
    const Ve kept{client, {promise(2 * large)}};
    const Ve loose{client};
};

} // namespace

TEST_F(Oom, WithoutAPromiseTheLargestIsKilled)
{
    const Ve one(client);
    const Ve two(client);
    const Space big(one);
    const Space little(two);
    feed(big, large);
    feed(little, small);

    expect_killed(big, little);
}

TEST_F(OomPromise, WhoUsesNoMoreThanPromisedIsSpared)
{
    const Space big(kept);
    const Space little(loose);
    feed(big, large);
    feed(little, small);

    expect_killed(little, big);
    EXPECT_EQ(counter(kept).failcnt, 0u);
    EXPECT_EQ(counter(loose).failcnt, 1u);
}

TEST_F(Oom, WhoUsesNoMoreThanPromisedIsSparedThoughItComesLast)
{
    const Ve kept(client, {promise(2 * large)});
    const Ve loose(client, {promise(small / 2)});
    const Space little(loose);
    const Space big(kept);
    feed(big, large);
    feed(little, small);

    expect_killed(little, big);
}

TEST_F(Oom, WhoUsesMoreThanPromisedIsNoBetterOff)
{
    const Ve over(client, {promise(large / 2)});
    const Ve loose(client);
    const Space big(over);
    const Space little(loose);
    feed(big, large);
    feed(little, small);

    expect_killed(big, little);
    EXPECT_EQ(counter(over).failcnt, 1u);
}

TEST_F(Oom, WhereAllUseNoMoreThanPromisedTheLargestIsKilled)
{
    const Ve one(client, {promise(2 * large)});
    const Ve two(client, {promise(2 * large)});
    const Space little(two);
    const Space big(one);
    feed(little, small);
    feed(big, large);

    expect_killed(big, little);
}

TEST_F(OomPromise, WhoCannotBeKilledIsNoReasonToSpareAnother)
{
    const Space big(kept);
    const Space little(loose);
    const Space host;
    feed(big, large);
    feed(little, small, -1000);
    feed(host, small);

    expect_killed(big, little, host);
}

TEST_F(OomPromise, TheHostIsLargerThanWhoUsesMoreThanPromised)
{
    const Space host;
    const Space big(kept);
    const Space little(loose);
    feed(host, medium);
    feed(big, large);
    feed(little, small);

    expect_killed(host, little, big);
}

TEST_F(OomPromise, TheHostIsSmallerThanWhoUsesMoreThanPromised)
{
    const Space big(kept);
    const Space little(loose);
    const Space host;
    feed(big, large);
    feed(little, medium);
    feed(host, small);

    expect_killed(little, big, host);
}

TEST_F(Oom, IsToldAsARefusalOfWhoIsKilled)
{
    const Ve ve(client);
    const Space big(ve);
    feed(big, large);
    const auto held = counter(ve).held;
    EXPECT_EQ(held,
              ve.counter(ve::Resource::physpages).held + ve.counter(ve::Resource::swappages).held);
    EXPECT_GT(held, static_cast<std::uint64_t>(large) - 300);
    Listener listener;

    expect_killed(big);
    EXPECT_EQ(counter(ve).failcnt, 1u);
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, ve::Resource::oomguarpages);
    EXPECT_EQ(refused.pid, big.process().pid());
    EXPECT_GT(refused.asked, static_cast<std::uint64_t>(large) - 300);
}

TEST_F(OomPromise, ScoreThatTheKernelShowsIsAsBefore)
{
    const Space big(kept);
    const Space little(loose);
    feed(big, large);
    feed(little, small);
    expect_killed(little, big);

    EXPECT_GT(std::stoi(contents("/proc/" + std::to_string(big.process().pid()) + "/oom_score")),
              0);
}

} // namespace behaviour
