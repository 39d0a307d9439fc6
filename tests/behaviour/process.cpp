// SPDX-License-Identifier: GPL-2.0-only
#include "process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

namespace behaviour {

namespace {

constexpr char gave_up = '!';
constexpr int status_gave_up = 120;
constexpr std::size_t longest_message = 64 * 1024;

using Clock = std::chrono::steady_clock;

// Poll, come what may, until the deadline. How many are ready.
int poll_until(pollfd* fds, nfds_t count, Clock::time_point deadline)
{
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        const int ready = poll(fds, count, left > 0 ? static_cast<int>(left) : 0);
        if (ready >= 0 || errno != EINTR)
            return ready;
    }
}

[[noreturn]] void play(const Process::Body& body, Link& link)
{
    try {
        body(link);
        _exit(0);
    } catch (const std::exception& error) {
        try {
            link.tell(gave_up + std::string(error.what()));
        } catch (const Broken&) {
            // Nobody is there to hear it.
        }
    }
    _exit(status_gave_up);
}

} // namespace

void broken(const std::string& what)
{
    throw Broken(what + ": " + strerror(errno));
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds most)
{
    const auto deadline = Clock::now() + most;
    std::chrono::milliseconds step = 1ms;

    while (!condition()) {
        if (Clock::now() >= deadline)
            return false;
        std::this_thread::sleep_for(step);
        step = std::min(step * 2, std::chrono::milliseconds(50));
    }
    return true;
}

Fd::Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Fd& Fd::operator=(Fd&& other) noexcept
{
    std::swap(fd_, other.fd_);
    return *this;
}

Fd::~Fd()
{
    close();
}

void Fd::close() noexcept
{
    if (fd_ >= 0)
        ::close(fd_);
    fd_ = -1;
}

void Link::tell(std::string_view text) const
{
    while (send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            broken("tell '" + std::string(text) + "'");
}

std::string Link::hear(int dead) const
{
    std::array<pollfd, 2> fds = {{{fd_.get(), POLLIN, 0}, {dead, POLLIN, 0}}};
    if (poll_until(fds.data(), fds.size(), Clock::now() + patience) <= 0)
        throw Broken("nothing was heard from the other process");

    std::string text(longest_message, '\0');
    const ssize_t size = recv(fd_.get(), text.data(), text.size(), MSG_DONTWAIT);
    if (size <= 0)
        throw Broken("the other process has gone without a word");
    text.resize(static_cast<std::size_t>(size));
    if (text[0] == gave_up)
        throw Broken("the other process gave up: " + text.substr(1));
    return text;
}

std::int64_t Link::hear_number(int dead) const
{
    return std::stoll(hear(dead));
}

Process::Process(const Body& body)
{
    std::array<int, 2> ends;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0)
        broken("socketpair");
    Fd ours(ends[0]);
    Fd theirs(ends[1]);
    const pid_t parent = getpid();

    pid_ = fork();
    if (pid_ < 0)
        broken("fork");
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        // A member by now has no parent outside.
        if (const pid_t now = getppid(); now != parent && now != 0)
            _exit(status_gave_up);
        ours.close();
        Link link(std::move(theirs));
        play(body, link);
    }
    link_ = Link(std::move(ours));
    pidfd_ = open_pidfd(pid_);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      link_(std::move(other.link_))
{
}

Process::~Process()
{
    if (pid_ < 0)
        return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, __WALL) < 0 && errno == EINTR)
        ;
}

void Process::signal(int number) const
{
    if (kill(pid_, number) < 0)
        broken("signal " + std::to_string(pid_));
}

void Process::await_death() const
{
    pollfd fd = {pidfd_.get(), POLLIN, 0};
    if (poll_until(&fd, 1, Clock::now() + patience) <= 0)
        throw Broken("process " + std::to_string(pid_) + " does not end");
}

int Process::reap()
{
    await_death();
    return behaviour::reap(std::exchange(pid_, -1));
}

Fd open_pidfd(pid_t pid)
{
    Fd fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (fd.get() < 0)
        broken("pidfd_open " + std::to_string(pid));
    return fd;
}

void hang()
{
    for (;;)
        pause();
}

void end_thread()
{
    for (;;)
        syscall(SYS_exit, 0);
}

pid_t fork_child(const std::function<int()>& body)
{
    const pid_t pid = fork();
    if (pid != 0)
        return pid;
    try {
        _exit(body());
    } catch (const std::exception&) {
        _exit(status_gave_up);
    }
}

int reap(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, __WALL) < 0)
        if (errno != EINTR)
            broken("wait for " + std::to_string(pid));
    return status;
}

void exec_sleep()
{
    execlp("sleep", "sleep", "infinity", nullptr);
    broken("exec sleep");
}

char state_of(pid_t pid)
{
    const auto text = contents("/proc/" + std::to_string(pid) + "/stat");
    const auto end = text.rfind(") ");
    return end == std::string::npos ? '\0' : text[end + 2];
}

std::vector<pid_t> tasks_of(pid_t pid)
{
    std::vector<pid_t> tasks;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", error))
        tasks.push_back(std::stoi(entry.path().filename()));
    return tasks;
}

std::string contents(const std::string& path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::vector<pid_t> processes()
{
    std::vector<pid_t> pids;
    for (const auto& entry : std::filesystem::directory_iterator("/proc"))
        if (isdigit(static_cast<unsigned char>(entry.path().filename().c_str()[0])))
            pids.push_back(std::stoi(entry.path().filename()));
    return pids;
}

} // namespace behaviour
