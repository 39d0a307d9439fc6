// SPDX-License-Identifier: GPL-2.0-only
//
// Private memory: each way in which it grows asks, and none asks for what is there already.
#include "space.hpp"

#include <fcntl.h>
#include <sys/syscall.h>

namespace behaviour {

namespace {

constexpr int writable = PROT_READ | PROT_WRITE;
constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

// Have the kernel write below a stack, which it lets grow for that.
std::int64_t write_below(std::int64_t where, std::int64_t pages, std::int64_t, std::int64_t)
{
    static const int zero = open("/dev/zero", O_RDONLY);
    return result_of(read(zero, reinterpret_cast<void*>(where - pages * page), 1));
}

class MemoryGrowth : public Memory {
  protected:
    // One page of a stack, and space below.
    [[nodiscard]] std::int64_t stack() const
    {
        const auto around = space.map(4096, PROT_NONE);
        EXPECT_EQ(space.unmap(around, 4096), 0);
        // Warm, so that nothing else grows.
        const auto where =
            space.map(1, writable, anonymous | MAP_GROWSDOWN | MAP_FIXED, around + 4000 * page);
        EXPECT_EQ(space.does(write_below, where, 1), 1);
        return where - page;
    }

    // Move the end of the heap. 0 or -ENOMEM.
    [[nodiscard]] std::int64_t brk(std::int64_t pages) const
    {
        return space.does(
            [](auto many, auto, auto, auto) -> std::int64_t {
                const auto now = syscall(SYS_brk, 0);
                return syscall(SYS_brk, now + many * page) == now + many * page ? 0 : -ENOMEM;
            },
            pages);
    }

    [[nodiscard]] std::int64_t remap(std::int64_t where, std::int64_t from, std::int64_t to) const
    {
        return space.does(
            [](auto at, auto old_pages, auto new_pages, auto) -> std::int64_t {
                return result_of(
                    syscall(SYS_mremap, at, old_pages * page, new_pages * page, MREMAP_MAYMOVE));
            },
            where, from, to);
    }
};

} // namespace

TEST_F(MemoryGrowth, InThePlaceOfOtherMemoryNeedsNoRoom)
{
    const auto where = space.map(10);
    leave(0);

    for (int i = 0; i < 5; i++)
        EXPECT_EQ(space.map(10, writable, anonymous | MAP_FIXED, where), where);
    EXPECT_EQ(space.map(4, writable, anonymous | MAP_FIXED, where + 3 * page), where + 3 * page);
    EXPECT_EQ(privvm().held, base);
    EXPECT_EQ(privvm().failcnt, 0u);

    EXPECT_EQ(space.map(11, writable, anonymous | MAP_FIXED, where), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 1u);
    EXPECT_EQ(privvm().held, base) << "what was there is there still";
}

TEST_F(MemoryGrowth, InThePlaceOfAReservationNeedsRoom)
{
    const auto where = space.map(10, PROT_NONE);
    leave(3);

    EXPECT_EQ(space.map(5, writable, anonymous | MAP_FIXED, where), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 1u);
    EXPECT_EQ(space.map(3, writable, anonymous | MAP_FIXED, where), where);
    EXPECT_EQ(privvm().held, base + 3);
    EXPECT_EQ(space.map(4, writable, anonymous | MAP_FIXED, where), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 2u);
}

TEST_F(MemoryGrowth, ByWritePermissionAsksTheLimit)
{
    const auto where = space.map(20, PROT_NONE);
    leave(3, 10);
    EXPECT_EQ(space.map(4), -ENOMEM) << "a new mapping asks the barrier";

    EXPECT_EQ(space.protect(where, 10, writable), 0);
    EXPECT_EQ(privvm().held, base + 10);
    EXPECT_EQ(space.protect(where + 10 * page, 1, writable), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 2u);
    EXPECT_EQ(privvm().held, base + 10);
    EXPECT_EQ(space.protect(where, 10, PROT_READ), 0);
    EXPECT_EQ(privvm().held, base);
}

TEST_F(MemoryGrowth, ByOtherPermissionsIsNone)
{
    const auto where = space.map(10);
    leave(0);

    EXPECT_EQ(space.protect(where, 10, writable | PROT_EXEC), 0);
    EXPECT_EQ(space.protect(where, 5, writable), 0);
    EXPECT_EQ(space.protect(where, 10, writable), 0) << "two parts, one of them as it was";
    EXPECT_EQ(privvm().held, base);
    EXPECT_EQ(privvm().failcnt, 0u);
}

TEST_F(MemoryGrowth, OfTheHeapAsksTheBarrier)
{
    leave(10, 20);

    EXPECT_EQ(brk(10), 0);
    EXPECT_EQ(privvm().held, base + 10);
    EXPECT_EQ(brk(1), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 1u);
    EXPECT_EQ(brk(-5), 0);
    EXPECT_EQ(brk(5), 0);
    EXPECT_EQ(privvm().failcnt, 1u);
}

TEST_F(MemoryGrowth, OfAMappingAsksTheBarrier)
{
    auto where = space.map(10);
    leave(10, 20);

    where = remap(where, 10, 20);
    ASSERT_GT(where, 0);
    EXPECT_EQ(privvm().held, base + 10);
    EXPECT_EQ(remap(where, 20, 21), -ENOMEM);
    EXPECT_EQ(privvm().failcnt, 1u);
    EXPECT_EQ(remap(where, 20, 5), where);
    EXPECT_EQ(privvm().held, base - 5);
}

TEST_F(MemoryGrowth, OfAStackAsksTheLimit)
{
    const auto where = stack();
    leave(0, 10);

    EXPECT_EQ(space.map(1), -ENOMEM);
    EXPECT_EQ(space.does(write_below, where, 10), 1);
    EXPECT_EQ(privvm().held, base + 10);
    EXPECT_EQ(space.does(write_below, where, 11), -EFAULT);
    EXPECT_EQ(privvm().held, base + 10);
    EXPECT_EQ(privvm().failcnt, 2u);
}

TEST_F(MemoryGrowth, IsNotHiddenBehindAMappingThatFails)
{
    const auto where = stack();
    const auto taken = space.map(1);
    leave(0);
    const auto fail = [&] {
        EXPECT_EQ(space.map(1, PROT_READ, anonymous | MAP_FIXED_NOREPLACE, taken), -EEXIST);
    };

    fail();
    EXPECT_EQ(brk(1), -ENOMEM);
    fail();
    EXPECT_EQ(space.does(write_below, where, 1), -EFAULT);
    fail();
    EXPECT_EQ(remap(taken, 1, 2), -ENOMEM);
    EXPECT_EQ(privvm().held, base);
    EXPECT_EQ(privvm().failcnt, 3u);
}

} // namespace behaviour
