// SPDX-License-Identifier: GPL-2.0-only
//
// Shared memory and files in memory: what asks for room, who is charged, and for how long.
#include "descriptor.hpp"
#include "program.hpp"
#include "shm.hpp"

#include <fcntl.h>
#include <libdrm/drm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <sstream>
#include <thread>
#include <vector>

namespace behaviour {

using namespace std::chrono_literals;

namespace {

class Shm : public Mounted {};

// A member that does one thing after the other, when told to.
class Hand {
  public:
    Hand(const Ve& ve, const std::vector<std::function<int()>>& steps)
        : process_(member(ve, [&steps](Link& link) {
              for (const auto& step : steps) {
                  (void)link.hear();
                  link.tell(step());
              }
              hang();
          }))
    {
    }

    // What came of it: 0, errno, or bus_error.
    int next() const
    {
        process_.tell();
        return static_cast<int>(process_.hear_number());
    }

  private:
    Process process_;
};

int result(int ret)
{
    return ret < 0 ? errno : 0;
}

// KiB of swap in use.
std::uint64_t swapped()
{
    std::istringstream lines(contents("/proc/swaps"));
    std::string word;
    std::uint64_t size = 0;
    std::uint64_t used = 0;
    std::getline(lines, word);
    lines >> word >> word >> size >> used;
    return used;
}

// The file behind a shared anonymous mapping of so many pages.
int open_shared_anonymous(std::size_t pages)
{
    void* place =
        mmap(nullptr, pages * page_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const auto from = reinterpret_cast<std::uintptr_t>(place);
    std::ostringstream path;
    path << "/proc/self/map_files/" << std::hex << from << '-' << from + pages * page_size;
    return open(path.str().c_str(), O_RDWR | O_CLOEXEC);
}

int rewrite(int fd, std::size_t pages)
{
    if (lseek(fd, 0, SEEK_SET) < 0)
        broken("lseek");
    return write_pages(fd, pages);
}

} // namespace

TEST_F(Shm, WrittenAgainNeedsNoRoom)
{
    const Ve ve(client, {pages(3)});
    Fd made;
    const Hand hand(
        ve, {
                [&] {
                    made = Fd(new_memfd());
                    return rewrite(made.get(), 3);
                },
                [&] { return rewrite(made.get(), 3); },
                [&] { return allocate(made.get(), 3); },
                [&] { return mapped(made.get(), 3, [](void* place) { return touch(place, 3); }); },
                [&] { return rewrite(made.get(), 4); },
            });
    for (int i = 0; i < 4; i++) {
        EXPECT_EQ(hand.next(), 0) << i;
        EXPECT_EQ(held(ve), 3u) << i;
    }
    EXPECT_EQ(failcnt(ve), 0u);
    EXPECT_EQ(hand.next(), ENOSPC);
    EXPECT_EQ(failcnt(ve), 1u);
}

TEST_F(Shm, AllocationAsksForWhatIsMissing)
{
    const Ve ve(client, {pages(10)});
    Fd made;
    const Hand hand(ve, {
                            [&] {
                                made = Fd(new_memfd());
                                return rewrite(made.get(), 4);
                            },
                            [&] { return allocate(made.get(), 10); },
                            [&] { return allocate(made.get(), 11); },
                        });
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 4u);
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 10u);
    EXPECT_EQ(ve.counter(shmpages).maxheld, 10u);
    EXPECT_EQ(hand.next(), ENOSPC);
    EXPECT_EQ(failcnt(ve), 1u);
}

TEST_F(Shm, AskedForInVainMakesRoom)
{
    const Ve ve(client, {pages(10)});
    Fd sealed;
    const auto in_vain = [&] { return allocate(sealed.get(), 10); };
    const Hand hand(ve, {
                            [&] {
                                sealed = Fd(static_cast<int>(
                                    memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING)));
                                return result(fcntl(sealed.get(), F_ADD_SEALS, F_SEAL_GROW));
                            },
                            in_vain,
                            [&] {
                                const Fd other(new_memfd());
                                const int code = in_vain();
                                return code == EPERM ? allocate(other.get(), 10) : code;
                            },
                        });
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(hand.next(), EPERM);
    EXPECT_TRUE(comes_to_hold(ve, 0)) << "after a while";
    EXPECT_EQ(hand.next(), 0) << "at once, for who asked";
    EXPECT_EQ(failcnt(ve), 0u);
}

TEST_F(Shm, AskedForIsNotGivenToOthersMeanwhile)
{
    constexpr std::size_t most = 2000;
    const Ve ve(client, {pages(most)});
    const auto large = member(ve, [](Link& link) {
        (void)link.hear();
        const Fd file(new_memfd());
        for (int made = 0; made < 30;) {
            made += allocate(file.get(), most) == 0;
            if (ftruncate(file.get(), 0) < 0)
                broken("ftruncate");
        }
        link.tell("done");
        hang();
    });
    const auto small = member(ve, [](Link& link) {
        (void)link.hear();
        const Fd file(new_memfd());
        for (;;) {
            (void)allocate(file.get(), 1);
            if (ftruncate(file.get(), 0) < 0)
                broken("ftruncate");
        }
    });
    large.tell();
    small.tell();

    EXPECT_EQ(large.hear(), "done");
    EXPECT_GT(failcnt(ve), 0u) << "they never met";
    EXPECT_LE(ve.counter(shmpages).maxheld, most);
}

TEST_F(Shm, AskedForIsNotGivenToOthersHoweverLongItTakes)
{
    // Some tenths of a second, with the file locked.
    constexpr std::size_t most = 60000;
    const Ve ve(client, {pages(most)});
    const Handover handover;
    const auto large = member(ve, [&](Link& link) {
        const Fd file(new_memfd());
        handover.send(file.get());
        (void)link.hear();
        link.tell(allocate(file.get(), most));
        hang();
    });
    const Fd file = handover.receive();
    // Makes holes where nothing is, which waits for its turn.
    const auto holes = member(ve, [&](Link& link) {
        link.tell("ready");
        for (;;)
            (void)fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                            (most + 1) * page_size, page_size);
    });
    EXPECT_EQ(holes.hear(), "ready");
    const auto other = member(ve, [&](Link& link) {
        const Fd mine(new_memfd());
        (void)link.hear();
        link.tell(allocate(mine.get(), most / 2));
        hang();
    });
    large.tell();
    ASSERT_TRUE(comes_to_hold(ve, most));
    std::this_thread::sleep_for(150ms);
    other.tell();

    EXPECT_EQ(other.hear_number(), ENOSPC);
    EXPECT_EQ(large.hear_number(), 0);
    EXPECT_EQ(ve.counter(shmpages).maxheld, most);
}

TEST_F(Shm, SharedAnonymousMemoryMadeLargerThroughItsFileIsAskedFor)
{
    const Ve ve(client, {pages(4)});
    Fd file;
    const Hand hand(ve, {
                            [&] {
                                file = Fd(open_shared_anonymous(2));
                                return result(file.get());
                            },
                            [&] { return result(ftruncate(file.get(), 5 * page_size)); },
                            [&] { return result(ftruncate(file.get(), 4 * page_size)); },
                            [&] { return result(ftruncate(file.get(), page_size)); },
                        });
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 2u);
    EXPECT_EQ(hand.next(), ENOMEM);
    EXPECT_EQ(held(ve), 2u);
    EXPECT_EQ(failcnt(ve), 1u);
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 4u);
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 1u);
}

TEST_F(Shm, SharedAnonymousMemoryWrittenPastItsEndIsAskedFor)
{
    const Ve ve(client, {pages(4)});
    const std::string one_page(page_size, 'x');
    Fd file;
    const auto write_page = [&](off_t number) {
        return result(static_cast<int>(pwrite(file.get(), one_page.data(), page_size,
                                              number * static_cast<off_t>(page_size))));
    };
    const Hand hand(
        ve,
        {
            [&] {
                file = Fd(open_shared_anonymous(2));
                return result(file.get());
            },
            [&] { return write_page(1); },
            [&] { return write_page(2); },
            [&] { return write_page(4); },
            [&] { return allocate(file.get(), 5); },
            [&] { return allocate(file.get(), 4); },
            [&] { return result(fallocate(file.get(), FALLOC_FL_KEEP_SIZE, 0, 5 * page_size)); },
        });
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 2u);
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 3u);
    EXPECT_EQ(hand.next(), ENOSPC);
    EXPECT_EQ(hand.next(), ENOSPC);
    EXPECT_EQ(held(ve), 3u);
    EXPECT_EQ(failcnt(ve), 2u);
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 4u);
    EXPECT_EQ(hand.next(), ENOSPC);
    EXPECT_EQ(held(ve), 4u);
}

TEST_F(Shm, AllocatedAndGivenBackMakesRoomForWritesAtOnce)
{
    const Ve ve(client, {pages(10)});
    Fd made;
    const Hand hand(
        ve, {[&] {
                 made = Fd(static_cast<int>(memfd_create("made", MFD_CLOEXEC | MFD_ALLOW_SEALING)));
                 return allocate(made.get(), 10);
             },
             // Nobody looks between these.
             [&] { return result(ftruncate(made.get(), 0)) + rewrite(made.get(), 10); },
             [&] {
                 return result(ftruncate(made.get(), page_size)) +
                        result(fcntl(made.get(), F_ADD_SEALS, F_SEAL_GROW));
             },
             [&] {
                 // Refused by the seal, after it was asked for.
                 const int sealed = allocate(made.get(), 10);
                 const Fd other(new_memfd());
                 return sealed == EPERM ? rewrite(other.get(), 9) : sealed;
             }});
    for (int i = 0; i < 4; i++)
        EXPECT_EQ(hand.next(), 0) << i;
    EXPECT_EQ(failcnt(ve), 0u);
}

TEST_F(Shm, PagesThatADriverTakesAreAskedFor)
{
    ASSERT_EQ(system("modprobe vgem"), 0);
    ASSERT_TRUE(eventually([] { return access("/dev/dri/card0", F_OK) == 0; }));
    const Ve ve(client, {pages(8)});
    // The driver has all pages of a buffer when it is mapped.
    const auto taken = [](std::uint32_t pages) {
        const Fd driver(open("/dev/dri/card0", O_RDWR | O_CLOEXEC));
        drm_mode_create_dumb buffer{};
        buffer.width = 1024;
        buffer.height = pages;
        buffer.bpp = 32;
        if (ioctl(driver.get(), DRM_IOCTL_MODE_CREATE_DUMB, &buffer) < 0)
            broken("a buffer");
        drm_mode_map_dumb map{};
        map.handle = buffer.handle;
        if (ioctl(driver.get(), DRM_IOCTL_MODE_MAP_DUMB, &map) < 0)
            broken("a place of the buffer");
        void* place = mmap(nullptr, buffer.size, PROT_READ | PROT_WRITE, MAP_SHARED, driver.get(),
                           static_cast<off_t>(map.offset));
        if (place == MAP_FAILED)
            return errno;
        munmap(place, buffer.size);
        return 0;
    };
    const Hand hand(ve, {
                            [&] { return taken(8); },
                            [&] { return taken(9); },
                            [&] { return taken(8); },
                        });
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(ve.counter(shmpages).maxheld, 8u);
    EXPECT_TRUE(comes_to_hold(ve, 0));
    EXPECT_EQ(hand.next(), ENOSPC);
    EXPECT_EQ(ve.counter(shmpages).maxheld, 8u);
    EXPECT_TRUE(comes_to_hold(ve, 0));
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(failcnt(ve), 1u);
}

TEST_F(Shm, TruncatedMakesRoomAtOnceAndForOthers)
{
    const Ve ve(client, {pages(3)});
    const Handover handover;
    Fd made;
    const Hand first(ve,
                     {[&] {
                          made = Fd(new_memfd());
                          handover.send(made.get());
                          return rewrite(made.get(), 3);
                      },
                      [&] { return result(ftruncate(made.get(), 0)) + rewrite(made.get(), 3); }});
    Fd received;
    const Hand second(
        ve,
        {
            [&] {
                received = handover.receive();
                return rewrite(received.get(), 4);
            },
            [&] { return result(ftruncate(received.get(), 0)) + rewrite(received.get(), 3); },
            [&] {
                return result(fallocate(received.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                        0, 2 * page_size)) +
                       rewrite(received.get(), 3);
            },
            [&] { return result(ftruncate(received.get(), page_size)); },
        });
    EXPECT_EQ(first.next(), 0);
    EXPECT_EQ(second.next(), ENOSPC);
    EXPECT_EQ(first.next(), 0);
    EXPECT_EQ(second.next(), 0);
    EXPECT_EQ(second.next(), 0);
    EXPECT_EQ(held(ve), 3u);
    EXPECT_EQ(second.next(), 0);
    EXPECT_EQ(held(ve), 1u) << "whoever looks sees it";
    EXPECT_EQ(failcnt(ve), 1u);
}

TEST_F(Shm, MadeIntoALargePageNeedsRoomForAllOfIt)
{
    constexpr std::size_t large = std::size_t{2} << 20;
    const Ve ve(client, {pages(100)});
    const auto collapse = [] {
        const Fd file(new_memfd());
        if (ftruncate(file.get(), large) < 0)
            broken("ftruncate");
        void* const room = mmap(nullptr, 2 * large, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        const auto at = (reinterpret_cast<std::uintptr_t>(room) + large - 1) & ~(large - 1);
        void* const place = mmap(reinterpret_cast<void*>(at), large, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_FIXED, file.get(), 0);
        const int code = touch(place, 1);
        // MADV_COLLAPSE, which older headers lack.
        const int done = code ? code : result(madvise(place, large, 25));
        munmap(room, 2 * large);
        return done;
    };
    const Hand hand(ve, {collapse, collapse});

    EXPECT_NE(hand.next(), 0);
    EXPECT_GE(failcnt(ve), 1u);
    EXPECT_LE(ve.counter(shmpages).maxheld, 100u);
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{pages(1000)})));
    EXPECT_EQ(hand.next(), 0) << "it is room that was missing";
    EXPECT_GE(ve.counter(shmpages).maxheld, 512u);
}

TEST_F(Shm, SwappedOutStaysChargedAndIsNotAskedForAgain)
{
    ASSERT_EQ(run({"modprobe", "zram"}).status, 0);
    const auto prepared =
        run({"sh", "-c",
             "echo 32M > /sys/block/zram0/disksize && mkswap /dev/zram0 && swapon /dev/zram0"});
    ASSERT_EQ(prepared.status, 0) << prepared.err;
    {
        const Ve ve(client, {pages(64)});
        Fd made;
        const auto out = [&] {
            return mapped(made.get(), 64, [](void* place) {
                const int code = touch(place, 64);
                return code ? code : result(madvise(place, 64 * page_size, MADV_PAGEOUT));
            });
        };
        const Hand hand(ve, {
                                [&] {
                                    made = Fd(new_memfd());
                                    return rewrite(made.get(), 64);
                                },
                                [&] {
                                    return mapped(made.get(), 64,
                                                  [](void* place) { return touch(place, 64); });
                                },
                                out,
                                [&] { return allocate(made.get(), 64); },
                                out,
                                [&] { return rewrite(made.get(), 64); },
                            });
        for (int i = 0; i < 6; i++) {
            EXPECT_EQ(hand.next(), 0) << i;
            EXPECT_EQ(held(ve), 64u) << i;
            EXPECT_TRUE((i != 2 && i != 4) || swapped() > 0) << i;
        }
        EXPECT_EQ(failcnt(ve), 0u);
    }
    EXPECT_EQ(run({"swapoff", "/dev/zram0"}).status, 0);
    EXPECT_EQ(run({"rmmod", "zram"}).status, 0);
}

TEST_F(Shm, HolesThatAreReadAreNotCharged)
{
    const Ve ve(client, {pages(0)});
    Fd made;
    const Hand hand(ve, {
                            [&] {
                                made = Fd(new_memfd());
                                return result(ftruncate(made.get(), 100 * page_size));
                            },
                            [&] {
                                std::array<char, page_size> bytes;
                                return result(static_cast<int>(
                                    pread(made.get(), bytes.data(), bytes.size(), 0)));
                            },
                        });
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(hand.next(), 0);
    EXPECT_EQ(held(ve), 0u);
}

TEST_F(Shm, OfAVeIsBoundedWhoeverGrowsIt)
{
    const Ve ve(client, {pages(2)});
    const Handover handover;
    const auto maker = member(ve, [&](Link&) {
        handover.send(Fd(new_memfd()).get());
        hang();
    });
    const auto file = handover.receive();

    EXPECT_EQ(write_pages(file.get(), 2), 0);
    EXPECT_EQ(held(ve), 2u);
    EXPECT_EQ(write_pages(file.get(), 1), ENOSPC);
    EXPECT_EQ(failcnt(ve), 1u);
    // What the host makes itself is its own.
    EXPECT_EQ(write_pages(Fd(new_memfd()).get(), 3), 0);
}

TEST_F(Shm, SegmentThatTheHostUsesStaysTheVes)
{
    Ve ve(client);
    auto process =
        member(ve, [](Link& link) { link.tell(shmget(IPC_PRIVATE, 5 * page_size - 1, 0600)); });
    const int id = static_cast<int>(process.hear_number());
    ASSERT_GE(id, 0);
    process.reap();
    EXPECT_EQ(held(ve), 5u) << "touched or not";

    void* const place = shmat(id, nullptr, 0);
    EXPECT_EQ(touch(place, 5), 0);
    EXPECT_EQ(held(ve), 5u);
    shmctl(id, IPC_RMID, nullptr);
    EXPECT_EQ(held(ve), 5u) << "still attached";
    shmdt(place);
    EXPECT_TRUE(comes_to_hold(ve, 0));
}

TEST_F(Shm, OutlivesItsVeAndIsUnchargedWhenItGoes)
{
    const auto path = tmpfs.path("outlives");
    Ve ve(client);
    auto process = member(ve, [&](Link&) {
        const Fd fd(open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
        if (write_pages(fd.get(), 7))
            broken("write");
    });
    process.reap();
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numproc, 0));
    EXPECT_EQ(held(ve), 7u);
    ve.destroy();
    const auto past = [&] {
        const auto all = client.history().value();
        for (const auto& one : all)
            if (one.name == ve.name())
                return one.find(shmpages)->held;
        throw Broken("forgotten");
    };

    EXPECT_EQ(past(), 7u);
    EXPECT_EQ(truncate(path.c_str(), page_size), 0);
    EXPECT_EQ(past(), 1u);
    unlink(path.c_str());
    EXPECT_TRUE(eventually([&] { return past() == 0; }));
}

TEST_F(Shm, UnmountedIsUncharged)
{
    Ve ve(client);
    {
        const Tmpfs other;
        auto process = member(ve, [&](Link&) {
            const Fd fd(open(other.path("x").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
            if (write_pages(fd.get(), 3))
                broken("write");
        });
        process.reap();
        EXPECT_EQ(held(ve), 3u);
    }
    EXPECT_TRUE(comes_to_hold(ve, 0));
}

TEST_F(Shm, OfManyFilesThatComeAndGoNothingIsLeft)
{
    const Ve ve(client, {pages(20)});
    std::vector<Process> processes;

    for (int i = 0; i < 3; i++)
        processes.push_back(member(ve, [i, this](Link& link) {
            (void)link.hear();
            const auto path = tmpfs.path(std::to_string(i));
            for (int n = 0; n < 500; n++) {
                const Fd fd(open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600));
                (void)write_pages(fd.get(), static_cast<std::size_t>(n % 9));
                if (n % 3)
                    unlink(path.c_str());
                else
                    (void)mapped(fd.get(), 5, [](void* place) { return touch(place, 5); });
            }
            unlink(path.c_str());
            link.tell("done");
        }));
    for (const auto& process : processes)
        process.tell();
    for (const auto& process : processes)
        EXPECT_EQ(process.hear(), "done");
    EXPECT_TRUE(comes_to_hold(ve, 0));
    EXPECT_LE(ve.counter(shmpages).maxheld, 20u);
}

} // namespace behaviour
