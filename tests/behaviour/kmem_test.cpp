// SPDX-License-Identifier: GPL-2.0-only
//
// kmemsize and dcachesize: what objects take of the kernel's memory.
#include "fixture.hpp"
#include "listener.hpp"
#include "maker.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <variant>

namespace behaviour {

namespace {

class KernelMemory : public Host, public testing::WithParamInterface<Kind> {
  protected:
    static const Kind& kind() { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(, KernelMemory, testing::ValuesIn(all_kinds().begin(), all_kinds().end()),
                         [](const auto& tested) { return std::string(tested.param.name); });

class DentryCache : public Host {};

} // namespace

TEST_P(KernelMemory, IsChargedWithTheObjectAndUnchargedWithIt)
{
    const Ve ve(client);
    const Maker maker(ve, kind());
    const auto before = ve.counter(ve::Resource::kmemsize).held;

    ASSERT_EQ(maker.make(), 0);
    const auto one = ve.counter(ve::Resource::kmemsize).held - before;
    EXPECT_GE(one, 200u) << "nothing that has a descriptor is smaller";
    EXPECT_LE(one, 16384u);
    ASSERT_EQ(maker.make(), 0);
    EXPECT_EQ(ve.counter(ve::Resource::kmemsize).held, before + 2 * one);

    maker.close();
    maker.close();
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::kmemsize, before));
}

TEST_P(KernelMemory, RefusesWhatFitsOtherwise)
{
    const Ve ve(client);
    const Maker maker(ve, kind());
    ASSERT_EQ(maker.make(), 0);
    const auto held = ve.counter(kind().resource).held;
    const auto kmem = ve.counter(ve::Resource::kmemsize).held;
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{bound(ve::Resource::kmemsize, kmem)})));
    Listener listener;

    EXPECT_EQ(maker.make(), ENOMEM);
    EXPECT_TRUE(ve.comes_to_hold(kind().resource, held));
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::kmemsize, kmem));
    EXPECT_EQ(ve.counter(kind().resource).failcnt, 0u);
    EXPECT_EQ(ve.counter(ve::Resource::kmemsize).failcnt, 1u);
    auto event = listener.next(ve.name());
    while (!std::holds_alternative<ve::Refused>(event))
        event = listener.next(ve.name());
    EXPECT_EQ(std::get<ve::Refused>(event).counter.resource, ve::Resource::kmemsize);

    maker.close();
    EXPECT_TRUE(ve.comes_to_hold(kind().resource, held - 1));
    EXPECT_EQ(maker.make(), 0) << "one gone makes room for one";
}

TEST_F(DentryCache, IsHeldByOpenFiles)
{
    const Ve ve(client);
    const Maker maker(ve, all_kinds().front());

    ASSERT_EQ(maker.make(), 0);
    const auto one = ve.counter(ve::Resource::dcachesize).held;
    EXPECT_GE(one, 384u) << "what a file was taken to pin in 2006";
    ASSERT_EQ(maker.make(), 0);
    EXPECT_EQ(ve.counter(ve::Resource::dcachesize).held, 2 * one);
    EXPECT_GE(ve.counter(ve::Resource::kmemsize).held, 2 * one) << "it is kernel memory too";
    maker.close();
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::dcachesize, one));
}

TEST_F(DentryCache, FitsUpToTheBarrierAndNotAbove)
{
    const Ve ve(client);
    const Maker maker(ve, all_kinds().front());
    ASSERT_EQ(maker.make(), 0);
    const auto one = ve.counter(ve::Resource::dcachesize).held;
    const auto kmem = ve.counter(ve::Resource::kmemsize).held;

    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{bound(ve::Resource::dcachesize, 3 * one)})));
    EXPECT_EQ(maker.make(), 0);
    EXPECT_EQ(maker.make(), 0);
    EXPECT_EQ(maker.make(), ENOMEM);
    EXPECT_EQ(ve.counter(ve::Resource::dcachesize).failcnt, 1u);
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numfile, 3));

    for (int i = 0; i < 3; i++)
        maker.close();
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::dcachesize, 0));
    EXPECT_LT(ve.counter(ve::Resource::kmemsize).held, kmem);
}

} // namespace behaviour
