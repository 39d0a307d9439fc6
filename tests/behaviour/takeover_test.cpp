// SPDX-License-Identifier: GPL-2.0-only
//
// A member that does nothing but try to get hold of whoever enters their VE, before it calls exec.
#include "fixture.hpp"
#include "program.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <string>

namespace behaviour {

namespace {

// What attackers have done, in memory that they share with the test.
struct Score {
    std::atomic<bool> stop;
    std::atomic<std::uint64_t> seen;    // processes met that were still vectl
    std::atomic<std::uint64_t> reached; // processes got hold of, past their exec
    std::atomic<std::uint64_t> broken;  // of those before
    char how[64];
};

class Attacker {
  public:
    Attacker(Score& score, pid_t target) : score_(score), target_(target) {}

    void attack()
    {
        score_.seen += is_vectl();
        look();
        take_descriptors();
        map();
        trace();
    }

  private:
    [[nodiscard]] std::string path(const std::string& file) const
    {
        return "/proc/" + std::to_string(target_) + "/" + file;
    }

    [[nodiscard]] bool is_vectl() const { return contents(path("comm")) == "vectl\n"; }

    void got(bool before_exec, const char* how)
    {
        if (!before_exec) {
            score_.reached++;
            return;
        }
        if (score_.broken++ == 0)
            std::snprintf(score_.how, sizeof(score_.how), "%s", how);
    }

    // What its links show is of vectl.
    void look()
    {
        char target[256] = {};
        if (readlink(path("exe").c_str(), target, sizeof(target) - 1) > 0)
            got(std::string(target).ends_with("/vectl"), "exe");
        // vectl's socket, which is closed by exec.
        for (int number = 3; number < 8; number++) {
            const auto size =
                readlink(path("fd/" + std::to_string(number)).c_str(), target, sizeof(target) - 1);
            if (size > 0)
                got(std::string(target).starts_with("socket:"), "fd");
        }
    }

    void take_descriptors()
    {
        const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, target_, 0)));
        if (pidfd.get() < 0)
            return;
        for (int number = 3; number < 8; number++) {
            const Fd taken(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd.get(), number, 0)));
            int family = 0;
            socklen_t size = sizeof(family);
            if (taken.get() >= 0)
                got(getsockopt(taken.get(), SOL_SOCKET, SO_DOMAIN, &family, &size) == 0,
                    "pidfd_getfd");
        }
    }

    // A file that stands for the memory it had when the file was opened.
    void map()
    {
        const Fd maps(open(path("maps").c_str(), O_RDONLY | O_CLOEXEC));
        if (maps.get() < 0)
            return;
        std::string text(64 * 1024, '\0');
        const auto size = read(maps.get(), text.data(), text.size());
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        got(text.find("/vectl") != std::string::npos, "maps");
        // The memory itself, where vectl would be.
        const Fd memory(open(path("mem").c_str(), O_RDWR | O_CLOEXEC));
        if (memory.get() >= 0)
            got(is_vectl(), "mem");
    }

    void trace()
    {
        if (ptrace(PTRACE_SEIZE, target_, nullptr, nullptr) < 0)
            return;
        // It cannot have changed since, if it still is vectl.
        got(is_vectl(), "ptrace");
        ptrace(PTRACE_INTERRUPT, target_, nullptr, nullptr);
        waitpid(target_, nullptr, __WALL);
        ptrace(PTRACE_DETACH, target_, nullptr, nullptr);
    }

    Score& score_;
    pid_t target_;
};

// Attack whoever is there.
void attack_all(Link& link, Score& score)
{
    link.tell("ready");
    while (!score.stop) {
        DIR* const proc = opendir("/proc");
        while (const dirent* const entry = readdir(proc)) {
            const auto target = static_cast<pid_t>(std::atoi(entry->d_name));
            if (target > 0 && target != getpid())
                Attacker(score, target).attack();
        }
        closedir(proc);
    }
    link.tell("done");
    hang();
}

class Takeover : public Host {};

} // namespace

TEST_F(Takeover, OfWhoeverVectlExecBringsInFails)
{
    // VE_TAKEOVERS=1000 for a longer one.
    const char* const wanted = std::getenv("VE_TAKEOVERS");
    const int times = wanted ? std::atoi(wanted) : 20;
    auto* const score = static_cast<Score*>(
        mmap(nullptr, sizeof(Score), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(score, MAP_FAILED);
    const Ve ve(client);
    const auto attacker = member(ve, [=](Link& link) { attack_all(link, *score); });
    EXPECT_EQ(attacker.hear(), "ready");

    for (int i = 0; i < times; i++) {
        const auto outcome = vectl({"exec", ve.name(), "--", "sleep", "0.02"});
        // Who is traced may be interrupted, and no more.
        EXPECT_EQ(outcome.status, 0) << outcome.err;
    }
    score->stop = true;
    EXPECT_EQ(attacker.hear(), "done");
    EXPECT_EQ(score->broken, 0u) << "first by " << score->how;
    // They were there in time, and could have.
    EXPECT_GT(score->seen, static_cast<std::uint64_t>(times / 4));
    EXPECT_GT(score->reached, static_cast<std::uint64_t>(times));
    munmap(score, sizeof(Score));
}

} // namespace behaviour
