// SPDX-License-Identifier: GPL-2.0-only
//
// File locks: what a request makes depends on the locks there are, and so does the bound it asks.
#include "fixture.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace behaviour {

namespace {

constexpr auto numflock = ve::Resource::numflock;

ve::Bound locks(std::uint64_t barrier, std::uint64_t limit)
{
    return {numflock, barrier, limit};
}

// A member that asks for ranges of a file, and says what fcntl(2) did: 0 or errno.
class Locker {
  public:
    Locker(const Ve& ve, int file)
        : process_(member(ve, [file](Link& link) {
              for (;;) {
                  const auto type = link.hear();
                  struct flock range {};
                  range.l_type = type == "write" ? F_WRLCK : type == "read" ? F_RDLCK : F_UNLCK;
                  range.l_whence = SEEK_SET;
                  range.l_start = link.hear_number();
                  range.l_len = link.hear_number();
                  link.tell(fcntl(file, F_SETLK, &range) < 0 ? errno : 0);
              }
          }))
    {
    }

    int write(off_t start, off_t length) const { return order("write", start, length); }

    int read(off_t start, off_t length) const { return order("read", start, length); }

    int unlock(off_t start, off_t length) const { return order("unlock", start, length); }

    const Process& process() const { return process_; }

  private:
    int order(const char* what, off_t start, off_t length) const
    {
        process_.tell(what);
        process_.tell(std::to_string(start));
        process_.tell(std::to_string(length));
        return static_cast<int>(process_.hear_number());
    }

    Process process_;
};

class Lock : public Host {
  protected:
    std::uint64_t held() const { return ve.counter(numflock).held; }

    std::uint64_t failcnt() const { return ve.counter(numflock).failcnt; }

    void set(std::uint64_t barrier, std::uint64_t limit)
    {
        ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{locks(barrier, limit)})));
    }

    const Ve ve{client};
    const Fd file{static_cast<int>(memfd_create("locked", MFD_CLOEXEC))};
    const Locker locker{ve, file.get()};
};

} // namespace

TEST_F(Lock, OfEachRangeIsOne)
{
    set(3, 3);
    for (off_t i = 0; i < 3; i++)
        EXPECT_EQ(locker.write(i * 10, 5), 0);
    EXPECT_EQ(held(), 3u);

    EXPECT_EQ(locker.write(100, 5), ENOLCK);
    EXPECT_EQ(held(), 3u);
    EXPECT_EQ(failcnt(), 1u);
    EXPECT_EQ(locker.unlock(10, 5), 0);
    EXPECT_EQ(held(), 2u);
    EXPECT_EQ(locker.write(100, 5), 0);
    EXPECT_EQ(locker.unlock(0, 0), 0) << "all";
    EXPECT_EQ(held(), 0u);
}

TEST_F(Lock, ThatJoinsAnotherNeedsNoRoom)
{
    set(1, 1);
    EXPECT_EQ(locker.write(10, 10), 0);
    EXPECT_EQ(locker.write(10, 10), 0) << "the same again";
    EXPECT_EQ(locker.write(20, 10), 0) << "adjacent";
    EXPECT_EQ(locker.write(5, 10), 0) << "overlapping";
    EXPECT_EQ(locker.write(0, 0), 0) << "around it";

    const auto now = ve.counter(numflock);
    EXPECT_EQ(now.held, 1u);
    EXPECT_EQ(now.maxheld, 1u);
    EXPECT_EQ(now.failcnt, 0u);
}

TEST_F(Lock, OfAnotherTypeInItsPlaceIsNeverRefused)
{
    set(1, 1);
    EXPECT_EQ(locker.read(0, 10), 0);

    EXPECT_EQ(locker.write(0, 10), 0);
    EXPECT_EQ(held(), 1u);
    EXPECT_EQ(locker.read(0, 0), 0) << "larger";
    EXPECT_EQ(held(), 1u);
    EXPECT_EQ(failcnt(), 0u);
    // The two exist at once for a moment.
    EXPECT_EQ(ve.counter(numflock).maxheld, 2u);
}

TEST_F(Lock, AmidOneOfAnotherTypeMakesThree)
{
    set(2, 5);
    EXPECT_EQ(locker.read(0, 100), 0);

    EXPECT_EQ(locker.write(40, 10), ENOLCK) << "three are more than two";
    EXPECT_EQ(held(), 1u);
    EXPECT_EQ(failcnt(), 1u);
    set(3, 5);
    EXPECT_EQ(locker.write(40, 10), 0);
    EXPECT_EQ(held(), 3u);
}

TEST_F(Lock, SplitByUnlockingAsksTheLimit)
{
    set(1, 2);
    EXPECT_EQ(locker.write(0, 100), 0);
    EXPECT_EQ(locker.write(200, 1), ENOLCK) << "a new one asks the barrier";

    EXPECT_EQ(locker.unlock(10, 10), 0);
    EXPECT_EQ(held(), 2u) << "above the barrier";
    EXPECT_EQ(locker.unlock(50, 10), ENOLCK);
    EXPECT_EQ(held(), 2u);
    EXPECT_EQ(failcnt(), 2u);
    EXPECT_EQ(locker.unlock(0, 5), 0) << "cut at an end";
    EXPECT_EQ(locker.unlock(0, 10), 0);
    EXPECT_EQ(held(), 1u);
}

TEST_F(Lock, ThatOthersHoldIsNotCharged)
{
    struct flock range {};

    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    range.l_len = 10;
    ASSERT_EQ(fcntl(file.get(), F_SETLK, &range), 0);
    EXPECT_EQ(held(), 0u) << "the host's";

    EXPECT_EQ(locker.write(5, 10), EAGAIN);
    EXPECT_EQ(held(), 0u);
    EXPECT_EQ(locker.write(10, 10), 0);
    EXPECT_EQ(held(), 1u);
    EXPECT_EQ(failcnt(), 0u);
}

TEST_F(Lock, ThatIsWaitedForIsChargedWhenItComes)
{
    EXPECT_EQ(locker.write(0, 10), 0);
    const auto waiter = member(ve, [fd = file.get()](Link& link) {
        struct flock range {};
        range.l_type = F_WRLCK;
        range.l_whence = SEEK_SET;
        range.l_start = 5;
        range.l_len = 10;
        link.tell("waits");
        link.tell(fcntl(fd, F_SETLKW, &range) < 0 ? errno : 0);
        hang();
    });
    ASSERT_EQ(waiter.hear(), "waits");
    ASSERT_TRUE(eventually([&] { return state_of(waiter.pid()) == 'S'; }));

    EXPECT_EQ(held(), 1u);
    EXPECT_EQ(locker.unlock(0, 7), 0);
    EXPECT_EQ(held(), 1u);
    EXPECT_EQ(locker.unlock(7, 3), 0);
    EXPECT_EQ(waiter.hear_number(), 0);
    EXPECT_EQ(held(), 1u);
}

TEST_F(Lock, GoesWithItsProcess)
{
    for (off_t i = 0; i < 5; i++)
        EXPECT_EQ(locker.write(i * 10, 5), 0);
    EXPECT_EQ(held(), 5u);
    locker.process().signal(SIGKILL);
    locker.process().await_death();

    EXPECT_TRUE(ve.comes_to_hold(numflock, 0));
}

TEST_F(Lock, OfAWholeFileOfAnotherTypeIsNeverRefused)
{
    set(1, 1);
    const auto process = member(ve, [](Link& link) {
        const Fd whole(static_cast<int>(memfd_create("whole", 0)));
        for (const int operation : {LOCK_SH, LOCK_SH, LOCK_EX, LOCK_SH, LOCK_UN, LOCK_EX})
            link.tell(flock(whole.get(), operation) < 0 ? errno : 0);
        hang();
    });

    for (int i = 0; i < 6; i++)
        EXPECT_EQ(process.hear_number(), 0) << i;
    EXPECT_EQ(held(), 1u);
    EXPECT_EQ(failcnt(), 0u);
}

} // namespace behaviour
