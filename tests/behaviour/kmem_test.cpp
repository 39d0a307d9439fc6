// SPDX-License-Identifier: GPL-2.0-only
//
// kmemsize and dcachesize: what objects take of the kernel's memory.
#include "fixture.hpp"
#include "listener.hpp"
#include "maker.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <thread>

namespace behaviour {

namespace {

class KernelMemory : public Host, public testing::WithParamInterface<Kind> {
  protected:
    static const Kind& kind() { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(, KernelMemory, testing::ValuesIn(all_kinds().begin(), all_kinds().end()),
                         [](const auto& tested) { return std::string(tested.param.name); });

class DentryCache : public Host {};

class KernelMemoryOf : public Host {
  protected:
    static std::uint64_t held(const Ve& ve) { return ve.counter(ve::Resource::kmemsize).held; }
};

} // namespace

TEST_P(KernelMemory, IsChargedWithTheObjectAndUnchargedWithIt)
{
    const Ve ve(client);
    const Maker maker(ve, kind());
    // The process needs all of its page tables first.
    ASSERT_EQ(maker.make(), 0);
    maker.close();
    EXPECT_TRUE(ve.comes_to_hold(kind().resource, 0));
    const auto before = ve.counter(ve::Resource::kmemsize).held;
    const auto pinned_before = ve.counter(ve::Resource::dcachesize).held;

    ASSERT_EQ(maker.make(), 0);
    const auto pinned = ve.counter(ve::Resource::dcachesize).held - pinned_before;
    const auto one = ve.counter(ve::Resource::kmemsize).held - before;
    EXPECT_GE(one, pinned + 150) << "nothing that has a descriptor is smaller";
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

    EXPECT_EQ(maker.make(), kind().no_memory);
    EXPECT_TRUE(ve.comes_to_hold(kind().resource, held));
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::kmemsize, kmem));
    EXPECT_EQ(ve.counter(kind().resource).failcnt, 0u);
    EXPECT_EQ(ve.counter(ve::Resource::kmemsize).failcnt, 1u);
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, ve::Resource::kmemsize);

    maker.close();
    EXPECT_TRUE(ve.comes_to_hold(kind().resource, held - 1));
    EXPECT_EQ(maker.make(), 0) << "one gone makes room for one";
}

TEST_F(KernelMemoryOf, AProcessIsItsTaskItsStackAndItsTables)
{
    const Ve ve(client);
    const auto first = member(ve);
    const auto one = held(ve);
    EXPECT_GT(one, 16384u + 4096u) << "a stack of 16 KB, and more";

    const auto second = member(ve);
    EXPECT_GT(held(ve), one + 16384);
}

TEST_F(KernelMemoryOf, AThreadIsItsTaskAndItsStack)
{
    const Ve ve(client);
    const auto process = member(ve, [](Link& link) {
        std::thread(hang).detach();
        link.tell("one");
        (void)link.hear();
        std::thread(hang).detach();
        link.tell("two");
        hang();
    });
    EXPECT_EQ(process.hear(), "one");
    const auto before = held(ve);
    process.tell();
    EXPECT_EQ(process.hear(), "two");
    EXPECT_GT(held(ve), before + 16384);
}

TEST_F(KernelMemoryOf, TablesGrowWithWhatIsTouchedAndGoWithIt)
{
    const Ve ve(client);
    constexpr std::size_t size = std::size_t{64} << 20;
    const auto process = member(ve, [](Link& link) {
        char* const at = static_cast<char*>(
            mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        madvise(at, size, MADV_NOHUGEPAGE);
        for (std::size_t i = 0; i < size; i += std::size_t{2} << 20)
            at[i] = 1;
        link.tell("touched");
        (void)link.hear();
        munmap(at, size);
        link.tell("unmapped");
        hang();
    });
    EXPECT_EQ(process.hear(), "touched");
    const auto touched = held(ve);
    process.tell();
    EXPECT_EQ(process.hear(), "unmapped");
    EXPECT_LE(held(ve) + 32 * 4096, touched) << "a table for every 2 MB";
}

TEST_F(KernelMemoryOf, AChildIsRefusedAtTheBarrier)
{
    const Ve ve(client);
    const auto process = member(ve, [](Link& link) {
        (void)link.hear();
        const pid_t child = fork_child([] { return 0; });
        link.tell(child < 0 ? errno : 0);
        hang();
    });
    ASSERT_TRUE(
        ok(client.set(ve.handle(), std::vector{bound(ve::Resource::kmemsize, held(ve) + 4096)})));
    process.tell();
    EXPECT_EQ(process.hear_number(), ENOMEM);
    EXPECT_EQ(ve.counter(ve::Resource::kmemsize).failcnt, 1u);
    EXPECT_TRUE(ve.comes_to_hold(1)) << "of numproc";
}

TEST_F(KernelMemoryOf, APipeIsMoreThanItsTwoFiles)
{
    const Ve ve(client);
    const auto process = member(ve, [](Link& link) {
        const Fd first(open("/dev/null", O_RDONLY));
        const Fd second(open("/dev/null", O_RDONLY));
        link.tell("files");
        (void)link.hear();
        int ends[2];
        link.tell(pipe(ends) < 0 ? errno : 0);
        (void)link.hear();
        close(ends[0]);
        close(ends[1]);
        link.tell("closed");
        hang();
    });
    const auto kmem = [&] { return ve.counter(ve::Resource::kmemsize).held; };
    EXPECT_EQ(process.hear(), "files");
    const auto before = kmem();
    process.tell();
    ASSERT_EQ(process.hear_number(), 0);
    const auto with = kmem();
    // Sixteen buffers of forty bytes.
    EXPECT_GT(with - before, ve.counter(ve::Resource::dcachesize).held / 2 + 640);
    process.tell();
    EXPECT_EQ(process.hear(), "closed");
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numfile, 2));
    EXPECT_LE(kmem() + 640, with);
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
