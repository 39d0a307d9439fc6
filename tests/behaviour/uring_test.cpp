// SPDX-License-Identifier: GPL-2.0-only
//
// io_uring: what a ring does for a member, at once or by a worker, it does as that member.
#include "fixture.hpp"
#include "maker.hpp"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace behaviour {

namespace {

// A ring for one request at a time.
class Ring {
  public:
    Ring()
    {
        io_uring_params params{};
        fd_ = Fd(static_cast<int>(syscall(SYS_io_uring_setup, 4, &params)));
        if (fd_.get() < 0)
            broken("io_uring_setup");
        submissions_ =
            map(params.sq_off.array + params.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
        completions_ =
            map(params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
        entries_ = static_cast<io_uring_sqe*>(
            static_cast<void*>(map(params.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES)));
        params_ = params;
    }

    // A descriptor, or a negative errno.
    int open(const char* path, std::uint8_t flags)
    {
        auto& tail = at(submissions_, params_.sq_off.tail);
        const unsigned index = tail & at(submissions_, params_.sq_off.ring_mask);
        io_uring_sqe request{};
        request.opcode = IORING_OP_OPENAT;
        request.flags = flags;
        request.fd = AT_FDCWD;
        request.addr = reinterpret_cast<std::uintptr_t>(path);
        request.open_flags = O_RDONLY;
        entries_[index] = request;
        (&at(submissions_, params_.sq_off.array))[index] = index;
        std::atomic_ref(tail).store(tail + 1, std::memory_order_release);
        if (syscall(SYS_io_uring_enter, fd_.get(), 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0) != 1)
            broken("io_uring_enter");

        auto& head = at(completions_, params_.cq_off.head);
        const unsigned done = head & at(completions_, params_.cq_off.ring_mask);
        io_uring_cqe answer{};
        std::memcpy(&answer, completions_ + params_.cq_off.cqes + done * sizeof(answer),
                    sizeof(answer));
        std::atomic_ref(head).store(head + 1, std::memory_order_release);
        return answer.res;
    }

  private:
    static unsigned& at(char* ring, std::uint32_t offset)
    {
        return *static_cast<unsigned*>(static_cast<void*>(ring + offset));
    }

    char* map(std::size_t size, off_t what) const
    {
        void* const at =
            mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_.get(), what);
        if (at == MAP_FAILED)
            broken("mapping a ring");
        return static_cast<char*>(at);
    }

    Fd fd_;
    io_uring_params params_{};
    char* submissions_ = nullptr;
    char* completions_ = nullptr;
    io_uring_sqe* entries_ = nullptr;
};

class Uring : public Host, public testing::WithParamInterface<std::uint8_t> {
  protected:
    Uring()
    {
        // Some kernels have it switched off.
        std::ofstream("/proc/sys/kernel/io_uring_disabled") << 0;
    }

    // A member that opens a file through its ring each time it is told to.
    static Process opener(const Ve& ve)
    {
        return member(ve, [flags = GetParam()](Link& link) {
            Ring ring;
            link.tell("ready");
            for (;;) {
                (void)link.hear();
                link.tell(ring.open("/dev/null", flags));
            }
        });
    }

    static std::int64_t opens(const Process& process)
    {
        process.tell();
        return process.hear_number();
    }
};

INSTANTIATE_TEST_SUITE_P(, Uring, testing::Values(0, IOSQE_ASYNC), [](const auto& tested) {
    return std::string(tested.param ? "ByAWorker" : "AtOnce");
});

} // namespace

TEST_P(Uring, FilesItOpensAreTheMembers)
{
    const Ve ve(client);
    auto process = opener(ve);
    ASSERT_EQ(process.hear(), "ready");
    const auto before = ve.counter(ve::Resource::numfile).held;
    EXPECT_GE(before, 1u) << "the ring is one";

    for (std::uint64_t i = 1; i <= 3; i++) {
        EXPECT_GE(opens(process), 0);
        EXPECT_EQ(ve.counter(ve::Resource::numfile).held, before + i);
    }
    process.signal(SIGKILL);
    process.reap();
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numfile, 0));
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numproc, 0)) << "workers are gone too";
}

TEST_P(Uring, FilesItOpensAreRefusedAtTheBarrier)
{
    const Ve ve(client);
    const auto process = opener(ve);
    ASSERT_EQ(process.hear(), "ready");
    const auto held = ve.counter(ve::Resource::numfile).held;
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{bound(ve::Resource::numfile, held + 3)})));

    // A worker takes over what could not be done at once, and the file of that may be there still.
    std::uint64_t open = 0;
    std::int64_t result = 0;
    while ((result = opens(process)) >= 0)
        open++;
    EXPECT_EQ(result, -ENFILE);
    EXPECT_GE(open, 2u);
    EXPECT_LE(open, 3u);
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numfile, held + open));
    EXPECT_GE(ve.counter(ve::Resource::numfile).failcnt, 1u);
    EXPECT_LE(ve.counter(ve::Resource::numfile).maxheld, held + 3);
}

TEST_P(Uring, WorkersAreTasksOfTheVe)
{
    const Ve ve(client);
    const auto process = opener(ve);
    ASSERT_EQ(process.hear(), "ready");
    EXPECT_GE(opens(process), 0);
    // A worker stays for some seconds.
    EXPECT_GE(ve.held(), GetParam() ? 2u : 1u);
}

} // namespace behaviour
