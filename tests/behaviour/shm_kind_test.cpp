// SPDX-License-Identifier: GPL-2.0-only
//
// All that shared memory is, and each way to get pages: how many fit.
#include "listener.hpp"
#include "shm.hpp"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <vector>

namespace behaviour {

namespace {

// Where files are made that have a name.
const std::string* directory;

// How to let go of an object, or why there is none: errno, or bus_error.
struct Made {
    std::function<void()> drop;
    int code = 0;
};

Made segment(std::size_t pages)
{
    const int id = shmget(IPC_PRIVATE, pages * page_size, 0600);
    return {[id] { shmctl(id, IPC_RMID, nullptr); }, id < 0 ? errno : 0};
}

Made anonymous(std::size_t pages, int flags)
{
    void* const place = mmap(nullptr, pages * page_size, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS | flags, -1, 0);
    return {[=] { munmap(place, pages * page_size); }, place == MAP_FAILED ? errno : 0};
}

Made unreserved(std::size_t pages)
{
    void* const place = mmap(nullptr, pages * page_size, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED)
        return {{}, errno};
    const auto drop = [=] { munmap(place, pages * page_size); };
    const int code = touch(place, pages);
    if (code)
        drop();
    return {drop, code};
}

// A memfd that gets its pages so.
Made memfd(const std::function<int(int)>& fill)
{
    const int fd = new_memfd();
    const int code = fill(fd);
    if (code)
        close(fd);
    return {[fd] { close(fd); }, code};
}

int send(int fd, std::size_t pages)
{
    const Fd program(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    for (std::size_t done = 0; done < pages * page_size;) {
        const ssize_t size = sendfile(fd, program.get(), nullptr, pages * page_size - done);
        if (size < 0)
            return errno;
        done += static_cast<std::size_t>(size);
    }
    return 0;
}

// As whoever serves the page faults of another does.
int serve(void* place, std::size_t pages)
{
    const Fd server(static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC)));
    uffdio_api api{};
    api.api = UFFD_API;
    uffdio_register all{};
    all.range = {reinterpret_cast<std::uintptr_t>(place), pages * page_size};
    all.mode = UFFDIO_REGISTER_MODE_MISSING;
    if (ioctl(server.get(), UFFDIO_API, &api) < 0 || ioctl(server.get(), UFFDIO_REGISTER, &all) < 0)
        broken("userfaultfd");
    static const std::array<char, page_size> content = {'x'};
    for (std::size_t i = 0; i < pages; i++) {
        uffdio_copy copy{};
        copy.dst = all.range.start + i * page_size;
        copy.src = reinterpret_cast<std::uintptr_t>(content.data());
        copy.len = page_size;
        if (ioctl(server.get(), UFFDIO_COPY, &copy) < 0)
            return errno;
    }
    return 0;
}

Made named(std::size_t pages)
{
    static int serial = 0;
    const auto path = *directory + std::to_string(getpid()) + "-" + std::to_string(++serial);
    const Fd fd(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
    if (fd.get() < 0)
        return {{}, errno};
    const int code = write_pages(fd.get(), pages);
    if (code)
        unlink(path.c_str());
    return {[path] { unlink(path.c_str()); }, code};
}

// Each takes one page.
Made links(std::size_t pages)
{
    static int serial = 0;
    std::vector<std::string> made;
    const auto drop = [](const std::vector<std::string>& paths) {
        for (const auto& path : paths)
            unlink(path.c_str());
    };
    for (std::size_t i = 0; i < pages; i++) {
        const auto path = *directory + std::to_string(getpid()) + "+" + std::to_string(++serial);
        if (symlink(std::string(200, 'x').c_str(), path.c_str()) < 0) {
            const int code = errno;
            drop(made);
            return {{}, code};
        }
        made.push_back(path);
    }
    return {[=] { drop(made); }, 0};
}

// A way to have pages.
struct Kind {
    const char* name;
    int refused; // errno or bus_error
    bool once;   // one attempt is refused once; else the kernel may try again
    std::function<Made(std::size_t pages)> make;
};

const std::array kinds = {
    Kind{"Segment", ENOSPC, true, segment},
    Kind{"AnonymousMapping", ENOSPC, true, [](auto pages) { return anonymous(pages, 0); }},
    Kind{"UnreservedMapping", bus_error, true, unreserved},
    Kind{"WrittenMemfd", ENOSPC, true,
         [](auto pages) { return memfd([=](int fd) { return write_pages(fd, pages); }); }},
    Kind{"TouchedMemfd", bus_error, true,
         [](auto pages) {
             return memfd([=](int fd) {
                 return mapped(fd, pages, [=](void* place) { return touch(place, pages); });
             });
         }},
    Kind{"AllocatedMemfd", ENOSPC, true,
         [](auto pages) { return memfd([=](int fd) { return allocate(fd, pages); }); }},
    Kind{"SentToMemfd", ENOSPC, false,
         [](auto pages) { return memfd([=](int fd) { return send(fd, pages); }); }},
    Kind{"ServedMemfd", ENOMEM, true,
         [](auto pages) {
             return memfd([=](int fd) {
                 return mapped(fd, pages, [=](void* place) { return serve(place, pages); });
             });
         }},
    Kind{"File", ENOSPC, true, named},
    Kind{"SymbolicLink", ENOSPC, true, links},
};

class ShmKind : public Mounted, public testing::WithParamInterface<Kind> {
  protected:
    ShmKind() { directory = &place_; }

    static const Kind& kind() { return GetParam(); }

  private:
    const std::string place_ = tmpfs.path("");
};

INSTANTIATE_TEST_SUITE_P(, ShmKind, testing::ValuesIn(kinds),
                         [](const auto& tested) { return std::string(tested.param.name); });

// A member that makes objects of so many pages, and drops its youngest when 0 are asked for.
class Maker {
  public:
    Maker(const Ve& ve, const Kind& kind)
        : process_(member(ve, [make = kind.make](Link& link) {
              std::vector<Made> made;
              for (;;) {
                  const auto pages = static_cast<std::size_t>(link.hear_number());
                  if (!pages) {
                      made.back().drop();
                      made.pop_back();
                      link.tell(0);
                      continue;
                  }
                  auto one = make(pages);
                  link.tell(one.code);
                  if (!one.code)
                      made.push_back(std::move(one));
              }
          }))
    {
    }

    int make(std::size_t pages) const
    {
        process_.tell(std::to_string(pages));
        return static_cast<int>(process_.hear_number());
    }

    void drop() const { (void)make(0); }

    const Process& process() const { return process_; }

  private:
    Process process_;
};

} // namespace

TEST_P(ShmKind, FitsUpToTheBarrierAndNotAbove)
{
    const Ve ve(client, {pages(3)});
    const Maker maker(ve, kind());
    Listener listener;

    EXPECT_EQ(maker.make(2), 0);
    EXPECT_EQ(maker.make(1), 0);
    EXPECT_EQ(held(ve), 3u);
    EXPECT_EQ(failcnt(ve), 0u);

    EXPECT_EQ(maker.make(1), kind().refused);
    EXPECT_TRUE(comes_to_hold(ve, 3)) << "what was refused is not charged";
    EXPECT_TRUE(failcnt(ve) == 1 || !kind().once);
    EXPECT_EQ(ve.counter(shmpages).maxheld, 3u);
    // What was told before may come late.
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, shmpages);
    EXPECT_EQ(refused.pid, maker.process().pid());
    maker.drop();
    maker.drop();
}

TEST_P(ShmKind, LargerThanTheBarrierIsRefusedAndUndone)
{
    const Ve ve(client, {pages(3)});
    const Maker maker(ve, kind());

    EXPECT_EQ(maker.make(5), kind().refused);
    EXPECT_GE(failcnt(ve), 1u);
    EXPECT_TRUE(failcnt(ve) == 1 || !kind().once);
    EXPECT_TRUE(comes_to_hold(ve, 0));
}

TEST_P(ShmKind, GivenUpMakesRoom)
{
    const Ve ve(client, {pages(3)});
    const Maker maker(ve, kind());

    for (int i = 0; i < 5; i++) {
        EXPECT_EQ(maker.make(3), 0);
        EXPECT_EQ(maker.make(1), kind().refused);
        maker.drop();
    }
    EXPECT_TRUE(comes_to_hold(ve, 0));
    EXPECT_GE(failcnt(ve), 5u);
    EXPECT_TRUE(failcnt(ve) == 5 || !kind().once);
}

TEST_P(ShmKind, OfTheHostIsChargedToNobody)
{
    const Ve ve(client, {pages(0)});

    const auto made = kind().make(3);
    EXPECT_EQ(made.code, 0);
    EXPECT_EQ(ve.counter(shmpages), (ve::Counter{shmpages, 0, 0, 0, 0, 0}));
    made.drop();
}

TEST_P(ShmKind, IsExactOnTwoProcessors)
{
    constexpr std::uint64_t barrier = 5;
    constexpr int tries = 300;
    const Ve ve(client, {pages(barrier)});
    std::vector<Process> processes;

    for (int i = 0; i < 3; i++)
        processes.push_back(member(ve, [](Link& link) {
            (void)link.hear();
            int made = 0;
            for (int n = 0; n < tries; n++) {
                const auto one = kind().make(2);
                if (one.code && one.code != kind().refused)
                    throw Broken("made with " + std::to_string(one.code));
                made += !one.code;
                if (!one.code)
                    one.drop();
            }
            link.tell(made);
            hang();
        }));
    for (const auto& process : processes)
        process.tell();
    std::int64_t made = 0;
    for (const auto& process : processes)
        made += process.hear_number();

    EXPECT_TRUE(comes_to_hold(ve, 0));
    const auto now = ve.counter(shmpages);
    EXPECT_LE(now.maxheld, barrier);
    const auto refused = 3u * tries - static_cast<std::uint64_t>(made);
    EXPECT_GE(now.failcnt, refused);
    EXPECT_TRUE(now.failcnt == refused || !kind().once);
    EXPECT_GT(made, 0);
}

TEST_P(ShmKind, OfADeadProcessIsNotCharged)
{
    const Ve ve(client);
    auto process = member(ve, [](Link& link) {
        const auto made = kind().make(3);
        link.tell(made.code);
        (void)link.hear();
        made.drop();
    });
    EXPECT_EQ(process.hear_number(), 0);
    EXPECT_EQ(held(ve), 3u);
    process.tell();
    process.reap();
    EXPECT_TRUE(comes_to_hold(ve, 0));
}

} // namespace behaviour
