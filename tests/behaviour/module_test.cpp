// SPDX-License-Identifier: GPL-2.0-only
//
// Loading, unloading, and what is hooked when. Not for kernels that have VEs built in.
#include "descriptor.hpp"
#include "fixture.hpp"
#include "listener.hpp"
#include "loading.hpp"
#include "pages.hpp"
#include "program.hpp"
#include "shared.hpp"
#include "unlucky.hpp"
#include "wire.hpp"

#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace behaviour {

namespace {

constexpr auto ftrace_enabled = "/proc/sys/kernel/ftrace_enabled";

// While it lives, somebody else holds a function that the module has to hook.
class HeldFunction {
  public:
    HeldFunction()
    {
        // Built beside the module.
        const char* const ve = getenv("VE_KO");
        const std::string path = std::string(ve ? ve : "") + "/../ve_hold_test.ko";
        const Fd file(
            open(std::filesystem::path(path).lexically_normal().c_str(), O_RDONLY | O_CLOEXEC));
        EXPECT_EQ(syscall(SYS_finit_module, file.get(), "", 0), 0) << path;
    }

    HeldFunction(const HeldFunction&) = delete;
    HeldFunction& operator=(const HeldFunction&) = delete;

    ~HeldFunction() { EXPECT_EQ(unload("ve_hold_test"), 0); }
};

// What the kernel logs from now on.
class KernelLog {
  public:
    KernelLog() : records_(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC))
    {
        if (lseek(records_.get(), 0, SEEK_END) < 0)
            broken("/dev/kmsg");
    }

    // As far as it was not read yet.
    std::string read()
    {
        std::string log;
        std::array<char, 8192> record;
        for (;;) {
            const ssize_t size = ::read(records_.get(), record.data(), record.size());
            if (size > 0)
                log.append(record.data(), static_cast<std::size_t>(size));
            else if (size == 0 || errno != EPIPE) // EPIPE: some were overwritten meanwhile
                return log;
        }
    }

  private:
    Fd records_;
};

// The kernel's functions that call into the module.
int hooks()
{
    std::istringstream lines(contents("/sys/kernel/tracing/enabled_functions"));
    int count = 0;
    for (std::string line; std::getline(lines, line);)
        count += line.find("[ve]") != std::string::npos;
    return count;
}

// Allocations of more than 1 and at most 2 KiB.
long objects_of_2k()
{
    std::istringstream lines(contents("/proc/slabinfo"));
    long all = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        long active = 0;
        if (words >> name >> active && name.starts_with("kmalloc") && name.ends_with("-2k"))
            all += active;
    }
    return all;
}

// 0 or errno.
int switch_ftrace(bool on)
{
    const Fd file(open(ftrace_enabled, O_WRONLY | O_CLOEXEC));
    return write(file.get(), on ? "1" : "0", 1) < 0 ? errno : 0;
}

class Module : public testing::Test {
  protected:
    void SetUp() override
    {
        if (!is_loaded())
            GTEST_SKIP() << "VEs are built in";
        ASSERT_TRUE(connect().list().value().empty()) << "another test left VEs behind";
    }

    void TearDown() override
    {
        if (!is_loaded() && !IsSkipped()) {
            EXPECT_EQ(load(), 0);
        }
    }

    static ve::Client connect() { return ve::Client::open().value(); }

    // A file, one in memory, a pty and a listening socket with a connection that nobody has
    // accepted, and the VE that made them is gone.
    static std::vector<Fd> outliving_objects(ve::Client& client)
    {
        const Handover handover;
        Ve ve(client);
        auto process = member(ve, [&](Link&) {
            const Fd listener(socket(AF_INET, SOCK_STREAM, 0));
            if (listen(listener.get(), 1) < 0)
                broken("listen");
            const Fd file(open("/dev/null", O_RDONLY));
            const Fd pty(open("/dev/ptmx", O_RDWR | O_NOCTTY));
            const Fd memory(static_cast<int>(memfd_create("outlives", MFD_CLOEXEC)));
            if (write_pages(memory.get(), 3))
                broken("memfd");
            for (const auto* fd : {&file, &memory, &pty, &listener})
                handover.send(fd->get());
        });
        std::vector<Fd> passed;
        for (int i = 0; i < 4; i++)
            passed.push_back(handover.receive());
        process.await_death();
        process.reap();
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        getsockname(passed.back().get(), reinterpret_cast<sockaddr*>(&address), &size);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        passed.emplace_back(socket(AF_INET, SOCK_STREAM, 0));
        if (::connect(passed.back().get(), reinterpret_cast<const sockaddr*>(&address), size) < 0)
            broken("connect");
        EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numtcpsock, 2));
        ve.destroy();
        return passed;
    }
};

class SlowModule : public Module {};

} // namespace

TEST_F(Module, CannotBeUnloadedWhileThereIsAVe)
{
    auto client = connect();
    {
        const Ve ve(client);
        const int code = unload();
        EXPECT_TRUE(code == EAGAIN || code == EBUSY) << code;
        ASSERT_TRUE(is_loaded());
        EXPECT_TRUE(ok(client.get(ve.handle())));
    }
    EXPECT_EQ(unload(), 0) << "as soon as the last one is destroyed";
}

TEST_F(Module, LeavesNoFamilyBehind)
{
    auto client = connect();
    ASSERT_EQ(unload(), 0);

    for (const auto backend : {ve::Backend::libnl, ve::Backend::libmnl}) {
        const auto opened = ve::Client::open(backend);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, ENOENT);
        EXPECT_TRUE(opened.error().sentence.empty()) << opened.error().what();
    }
    const auto asked = client.create("late");
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().code, ENOENT) << asked.error().what();
    EXPECT_TRUE(asked.error().sentence.empty());
}

TEST_F(Module, CanBeLoadedOnce)
{
    EXPECT_EQ(load(), EEXIST);
}

TEST_F(Module, CanBeUnloadedWithListeners)
{
    Listener listener;
    auto client = connect();
    const auto name = fresh_name();
    ASSERT_TRUE(ok(client.create(name)));
    ASSERT_TRUE(ok(client.destroy(ve::Handle::named(name))));

    ASSERT_EQ(unload(), 0);
    // What happened before is told.
    (void)listener.next<ve::Created>(name);
    (void)listener.next<ve::Destroyed>(name);

    // What happens after the next loading is not.
    ASSERT_EQ(load(), 0);
    auto anew = connect();
    Listener other;
    Ve ve(anew);
    ve.destroy();
    (void)other.next<ve::Created>(ve.name());
    (void)other.next<ve::Destroyed>(ve.name());
    EXPECT_TRUE(listener.hears_nothing());
}

TEST_F(Module, CanBeUnloadedWithZombiesOfADestroyedVe)
{
    auto client = connect();
    Ve ve(client);
    auto process = member(ve);
    process.signal(SIGKILL);
    process.await_death();
    ve.destroy();

    ASSERT_EQ(unload(), 0);
    process.reap();
    ASSERT_EQ(load(), 0);
    EXPECT_TRUE(connect().list().value().empty());
}

TEST_F(Module, ShowsAHistoryThatBeginsWithTheLargestRecord)
{
    // It is larger than the buffer that the kernel has for the first message of a list.
    ASSERT_EQ(unload(), 0);
    ASSERT_EQ(load(), 0);
    auto client = connect();
    Ve ve(client, {numproc(2)});
    {
        Unlucky one(ve, "a name of 15 by");
        Unlucky two(ve, "a name of 15 by");
        for (int i = 0; i < 20; i++) {
            one.be_refused();
            two.be_refused();
        }
    }
    ASSERT_TRUE(ve.becomes(ve::State::empty));
    ve.destroy();

    for (const auto backend : {ve::Backend::libnl, ve::Backend::libmnl}) {
        const auto all = ve::Client::open(backend).value().history().value();
        ASSERT_EQ(all.size(), 1u);
        EXPECT_EQ(all[0].refusals.size(), 32u);
    }
}

TEST_F(Module, KeepsNoMemoryWhenUnloaded)
{
    // What a VE is remembered by is the largest thing that is allocated for it.
    const auto before = objects_of_2k();
    for (int i = 0; i < 5; i++) {
        auto client = connect();
        for (int j = 0; j < 70; j++) {
            Ve ve(client);
            ve.destroy();
        }
        ASSERT_EQ(unload(), 0);
        ASSERT_EQ(load(), 0);
    }
    // The kernel frees what has waited for a grace period in batches, seconds later.
    EXPECT_TRUE(eventually([&] { return objects_of_2k() < before + 150; }))
        << objects_of_2k() - before << " of 350";
}

TEST_F(Module, CanBeUnloadedWhileTheHostForks)
{
    const Shared<std::atomic<bool>> stop;
    const auto busy = outsider([&](Link& link) {
        while (!*stop)
            behaviour::reap(fork_child([] { return 0; }));
        link.tell("stopped");
    });

    for (int i = 0; i < 5; i++) {
        {
            auto client = connect();
            const Ve ve(client);
            const auto inside = member(ve);
        }
        ASSERT_EQ(unload(), 0);
        ASSERT_EQ(load(), 0);
    }
    *stop = true;
    EXPECT_EQ(busy.hear(), "stopped");
}

TEST_F(Module, HooksNothingWithoutAVe)
{
    EXPECT_TRUE(eventually([] { return hooks() == 0; }, 3s));
    auto client = connect();
    EXPECT_TRUE(client.list().value().empty());
    EXPECT_FALSE(client.get(ve::Handle(1)));
    EXPECT_EQ(hooks(), 0) << "asking needs no hook";

    {
        const Ve first(client);
        const int all = hooks();
        EXPECT_GT(all, 0);
        {
            const Ve second(client);
            EXPECT_EQ(hooks(), all);
        }
        EXPECT_FALSE(eventually([&] { return hooks() != all; }, 2s)) << "one VE is left";
    }
    EXPECT_TRUE(eventually([] { return hooks() == 0; }, 3s)) << "3 s after the last VE";
}

TEST_F(Module, HooksUntilTheLastObjectOfAVeHasGone)
{
    auto client = connect();
    auto passed = outliving_objects(client);

    EXPECT_FALSE(eventually([] { return hooks() == 0; }, 2s)) << "their end would be missed";
    passed.clear();
    EXPECT_TRUE(eventually([] { return hooks() == 0; }, 3s));
}

TEST_F(Module, CanBeUnloadedWithObjectsOfADestroyedVe)
{
    auto client = connect();
    auto passed = outliving_objects(client);

    ASSERT_EQ(unload(), 0);
    ASSERT_EQ(load(), 0);
    auto anew = connect();
    const Ve ve(anew);
    // Closed now, they are nobody's any more.
    passed.clear();
    const auto now = ve.look();
    for (const auto& counter : now.resources)
        EXPECT_EQ(counter.held, 0u);
}

TEST_F(Module, HooksNothingForAListThatNobodyReads)
{
    auto client = connect();
    wire::Socket socket;
    {
        // More processes than one message of the list has room for.
        const Ve ve(client);
        const auto crowd = member(ve, [](Link& link) {
            for (int i = 0; i < 800; i++)
                if (fork_child([] {
                        hang();
                        return 0;
                    }) < 0)
                    broken("fork");
            link.tell("all there");
            hang();
        });
        EXPECT_EQ(crowd.hear(), "all there");
        socket.send(socket.message(wire::member_get, wire::u32(wire::id, ve.id()), NLM_F_DUMP));
    }
    EXPECT_TRUE(eventually([] { return hooks() == 0; }, 3s)) << "3 s after the last VE";
}

TEST_F(Module, HooksNothingAfterARefusedCreate)
{
    ASSERT_TRUE(eventually([] { return hooks() == 0; }, 3s));
    EXPECT_FALSE(connect().create("1"));
    EXPECT_TRUE(eventually([] { return hooks() == 0; }, 3s));
}

TEST_F(Module, EnforcementCannotBeSwitchedOff)
{
    auto client = connect();
    const Ve ve(client, {numproc(1)});
    const auto process = member(ve, [](Link& link) {
        for (;;) {
            (void)link.hear();
            link.tell(fork_child([] { return 0; }) < 0 ? errno : 0);
        }
    });

    // 7.3 has no such switch any more.
    const int code = switch_ftrace(false);
    EXPECT_TRUE(code == EBUSY || code == EOPNOTSUPP) << code;
    EXPECT_EQ(contents(ftrace_enabled), "1\n");
    process.tell();
    EXPECT_EQ(process.hear_number(), EAGAIN);
}

TEST_F(Module, NoVeIsMadeWhileHooksCannotBePlaced)
{
    ASSERT_TRUE(eventually([] { return hooks() == 0; }, 3s));
    auto client = connect();
    {
        const HeldFunction held;
        const auto made = client.create(fresh_name());
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, EBUSY);
        EXPECT_FALSE(made.error().sentence.empty());
    }
    EXPECT_TRUE(client.list().value().empty());
    const Ve ve(client);
    EXPECT_GT(hooks(), 0);
}

TEST_F(Module, NoVeIsMadeWhileTheHostHasFtraceOff)
{
    ASSERT_TRUE(eventually([] { return hooks() == 0; }, 3s));
    auto client = connect();
    const int code = switch_ftrace(false);
    if (code == EOPNOTSUPP)
        return; // 7.3 has no such switch any more.
    ASSERT_EQ(code, 0);
    for (int i = 0; i < 3; i++) {
        const auto made = client.create(fresh_name());
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, EBUSY);
    }
    ASSERT_EQ(switch_ftrace(true), 0);
    EXPECT_TRUE(client.list().value().empty());
    const Ve ve(client);
    EXPECT_GT(hooks(), 0);
}

TEST_F(Module, IsNotLoadedWhileHooksCannotBePlaced)
{
    ASSERT_EQ(unload(), 0);
    const HeldFunction held;
    KernelLog log;

    EXPECT_EQ(load(), EBUSY);
    EXPECT_FALSE(is_loaded());
    const auto logged = log.read();
    EXPECT_NE(logged.find("cannot hook security_task_alloc (-16)"), std::string::npos) << logged;
}

TEST_F(Module, ThatIsNotLoadedIsWhatVectlAdvisesAbout)
{
    ASSERT_EQ(unload(), 0);

    for (const auto& words : {Words{"list"}, Words{"create", "web"}, Words{"show", "web"},
                              Words{"events"}, Words{"kill", "web"}}) {
        const auto outcome = vectl(words);
        EXPECT_EQ(outcome.status, 1) << words[0];
        EXPECT_NE(outcome.err.find("modprobe ve"), std::string::npos) << outcome.err;
        EXPECT_EQ(outcome.out, "");
    }
    EXPECT_EQ(vectl({"exec", "web", "--", "true"}).status, 125);
}

TEST_F(SlowModule, IsLoadedAndUnloadedOverAndOverWithVesComingAndGoing)
{
    const Shared<std::atomic<bool>> stop;
    const auto busy = outsider([&](Link& link) {
        while (!*stop)
            behaviour::reap(fork_child([] { return 0; }));
        link.tell("stopped");
    });

    // VE_LOADS=100 for a longer one.
    const char* const wanted = std::getenv("VE_LOADS");
    const int times = wanted ? std::atoi(wanted) : 25;
    for (int i = 0; i < times; i++) {
        {
            auto client = connect();
            Listener listener;
            const Ve empty(client);
            const Ve bomb(client, {numproc(8)});
            const auto lit = member(bomb, [](Link& link) {
                link.tell("lit");
                for (;;)
                    if (fork() < 0)
                        sched_yield();
            });
            EXPECT_EQ(lit.hear(), "lit");
            EXPECT_NE(unload(), 0);
            Ve ghost(client);
            const auto zombie = member(ghost, [](Link&) {});
            zombie.await_death();
            ghost.destroy();
        }
        ASSERT_EQ(unload(), 0) << "round " << i;
        ASSERT_EQ(load(), 0) << "round " << i;
    }
    *stop = true;
    EXPECT_EQ(busy.hear(), "stopped");
}

} // namespace behaviour
