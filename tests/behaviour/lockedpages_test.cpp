// SPDX-License-Identifier: GPL-2.0-only
//
// Memory that is locked: each way to lock it asks, with the errno that RLIMIT_MEMLOCK has there.
#include "listener.hpp"
#include "space.hpp"

#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/syscall.h>

namespace behaviour {

namespace {

constexpr int writable = PROT_READ | PROT_WRITE;
constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

class MemoryLocked : public Memory {
  protected:
    void allow(std::uint64_t barrier, std::uint64_t limit)
    {
        set({ve::Resource::lockedpages, barrier, limit});
    }

    void allow(std::uint64_t barrier) { allow(barrier, barrier); }

    [[nodiscard]] std::int64_t lock(std::int64_t where, std::int64_t pages) const
    {
        return space.does(
            [](auto at, auto many, auto, auto) -> std::int64_t {
                return result_of(
                    mlock(reinterpret_cast<void*>(at), static_cast<std::size_t>(many * page)));
            },
            where, pages);
    }

    [[nodiscard]] std::int64_t unlock(std::int64_t where, std::int64_t pages) const
    {
        return space.does(
            [](auto at, auto many, auto, auto) -> std::int64_t {
                return result_of(
                    munlock(reinterpret_cast<void*>(at), static_cast<std::size_t>(many * page)));
            },
            where, pages);
    }

    [[nodiscard]] std::int64_t lock_all(int flags) const
    {
        return space.does(
            [](auto how, auto, auto, auto) -> std::int64_t {
                return result_of(mlockall(static_cast<int>(how)));
            },
            flags);
    }

    [[nodiscard]] std::uint64_t locked_by_the_kernel() const
    {
        return pages_of(space.process().pid(), "VmLck");
    }
};

// A segment of shared memory of the test, whoever locks it.
class Segment {
  public:
    explicit Segment(std::int64_t pages)
        : id_(shmget(IPC_PRIVATE, static_cast<std::size_t>(pages * page), IPC_CREAT | 0600))
    {
        if (id_ < 0)
            broken("shmget");
    }

    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;

    ~Segment() { remove(); }

    [[nodiscard]] std::int64_t control(const Space& space, int command) const
    {
        return space.does(
            [](auto id, auto what, auto, auto) -> std::int64_t {
                return result_of(shmctl(static_cast<int>(id), static_cast<int>(what), nullptr));
            },
            id_, command);
    }

    [[nodiscard]] std::int64_t lock(const Space& space) const { return control(space, SHM_LOCK); }

    [[nodiscard]] std::int64_t unlock(const Space& space) const
    {
        return control(space, SHM_UNLOCK);
    }

    void remove()
    {
        if (id_ >= 0)
            shmctl(id_, IPC_RMID, nullptr);
        id_ = -1;
    }

  private:
    int id_;
};

} // namespace

TEST_F(MemoryLocked, FitsUpToTheBarrierAndNotAbove)
{
    const auto where = space.map(20);
    allow(10);
    Listener listener;

    EXPECT_EQ(lock(where, 10), 0);
    EXPECT_EQ(locked().held, 10u);
    EXPECT_EQ(lock(where + 10 * page, 1), -ENOMEM);
    EXPECT_EQ(locked().held, 10u);
    EXPECT_EQ(locked().maxheld, 10u);
    EXPECT_EQ(locked().failcnt, 1u);
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, ve::Resource::lockedpages);
    EXPECT_EQ(refused.pid, space.process().pid());

    EXPECT_EQ(unlock(where, 3), 0);
    EXPECT_EQ(lock(where + 10 * page, 3), 0);
    EXPECT_EQ(locked().held, 10u);
    EXPECT_EQ(locked().failcnt, 1u);
    EXPECT_EQ(space.unmap(where, 20), 0);
    EXPECT_EQ(locked().held, 0u);
}

TEST_F(MemoryLocked, ThatIsLockedAlreadyNeedsNoRoom)
{
    const auto where = space.map(20);
    allow(10);
    EXPECT_EQ(lock(where, 10), 0);

    EXPECT_EQ(lock(where, 10), 0);
    EXPECT_EQ(lock(where + page, 5), 0);
    EXPECT_EQ(space.map(10, writable, anonymous | MAP_LOCKED | MAP_FIXED, where), where);
    EXPECT_EQ(locked().held, 10u);
    EXPECT_EQ(locked().failcnt, 0u);
}

TEST_F(MemoryLocked, FromTheStartIsRefusedWithAnotherErrno)
{
    allow(10);

    EXPECT_EQ(space.map(11, writable, anonymous | MAP_LOCKED), -EAGAIN);
    EXPECT_EQ(locked().failcnt, 1u);
    EXPECT_GT(space.map(10, writable, anonymous | MAP_LOCKED), 0);
    EXPECT_EQ(locked().held, 10u);
    EXPECT_EQ(privvm().held, private_pages(space.process().pid()));
}

TEST_F(MemoryLocked, AsAWholeIsAllOrNothing)
{
    allow(100);
    EXPECT_EQ(lock_all(MCL_CURRENT), -ENOMEM);
    EXPECT_EQ(locked().failcnt, 1u);
    EXPECT_EQ(locked().held, 0u);
    EXPECT_EQ(locked_by_the_kernel(), 0u);

    allow(100000);
    EXPECT_EQ(lock_all(MCL_CURRENT), 0);
    EXPECT_GT(locked().held, 100u);
    EXPECT_EQ(locked().held, locked_by_the_kernel());
    EXPECT_EQ(lock_all(MCL_CURRENT), 0) << "again";
    EXPECT_EQ(locked().failcnt, 1u);
    EXPECT_EQ(space.does([](auto, auto, auto, auto) -> std::int64_t { return munlockall(); }), 0);
    EXPECT_EQ(locked().held, 0u);
}

TEST_F(MemoryLocked, InTheFutureAsksWhereverMemoryGrows)
{
    allow(5, 10);
    EXPECT_EQ(lock_all(MCL_FUTURE), 0);
    EXPECT_EQ(locked().held, 0u);

    const auto where = space.map(5, PROT_READ);
    EXPECT_GT(where, 0);
    EXPECT_EQ(locked().held, 5u);
    EXPECT_EQ(space.map(1, PROT_READ), -EAGAIN);
    EXPECT_EQ(space.does(
                  [](auto at, auto, auto, auto) -> std::int64_t {
                      return result_of(syscall(SYS_mremap, at, 5 * page, 6 * page, MREMAP_MAYMOVE));
                  },
                  where),
              -ENOMEM);
    EXPECT_EQ(space.does([](auto, auto, auto, auto) -> std::int64_t {
        const auto now = syscall(SYS_brk, 0);
        return syscall(SYS_brk, now + page) == now;
    }),
              1);
    EXPECT_EQ(locked().held, 5u);
    EXPECT_EQ(locked().failcnt, 3u);
}

TEST_F(MemoryLocked, IsNotInheritedByFork)
{
    const auto where = space.map(10);
    allow(10);
    EXPECT_EQ(lock(where, 10), 0);

    EXPECT_GT(space.does([](auto, auto, auto, auto) -> std::int64_t {
        return result_of(fork_child([] {
            pause();
            return 0;
        }));
    }),
              0);
    EXPECT_EQ(locked().held, 10u);
}

TEST_F(MemoryLocked, SegmentIsChargedToWhoLocksIt)
{
    const Segment segment(10);
    const Segment other(1);
    allow(10);

    EXPECT_EQ(segment.lock(space), 0);
    EXPECT_EQ(locked().held, 10u);
    EXPECT_EQ(segment.lock(space), 0) << "again";
    EXPECT_EQ(locked().held, 10u);
    EXPECT_EQ(other.lock(space), -ENOMEM);
    EXPECT_EQ(locked().failcnt, 1u);
    EXPECT_EQ(segment.unlock(space), 0);
    EXPECT_EQ(locked().held, 0u);
    EXPECT_EQ(other.lock(space), 0);
    EXPECT_EQ(locked().held, 1u);
}

TEST_F(MemoryLocked, SegmentStaysChargedUntilItGoes)
{
    Segment segment(10);
    {
        const Space locker(ve);
        EXPECT_EQ(segment.lock(locker), 0);
    }
    EXPECT_EQ(locked().held, 10u) << "who locked it has gone";
    segment.remove();
    EXPECT_EQ(locked().held, 0u);
}

TEST_F(MemoryLocked, SegmentOfTheHostIsNotCharged)
{
    const Segment segment(10);
    const Space host;
    EXPECT_EQ(segment.lock(host), 0);

    allow(0);
    EXPECT_EQ(segment.lock(space), 0) << "it is locked already";
    EXPECT_EQ(locked().held, 0u);
    EXPECT_EQ(segment.unlock(host), 0);
    EXPECT_EQ(segment.lock(space), -ENOMEM);
}

} // namespace behaviour
