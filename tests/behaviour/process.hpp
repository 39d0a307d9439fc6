// SPDX-License-Identifier: GPL-2.0-only
//
// Processes that play a part in a test, how they talk to it, and how it waits for them.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace behaviour {

using namespace std::chrono_literals;

/// The longest wait for what has to happen. An emulated machine may be slow; who waits that long
/// has failed. VE_PATIENCE is in seconds: a kernel that watches its locks is slower still.
inline const std::chrono::milliseconds patience = [] {
    const char* const wanted = std::getenv("VE_PATIENCE");
    return std::chrono::seconds(wanted ? std::stoi(wanted) : 60);
}();

/// What a test needs, and is not about, went wrong.
class Broken : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Broken, with errno's words.
[[noreturn]] void broken(const std::string& what);

/// Is it so, now or soon? Asks again and again.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds most = patience);

/// A file descriptor, closed at the end.
class Fd {
  public:
    Fd() = default;

    explicit Fd(int fd) : fd_(fd) {}

    Fd(Fd&& other) noexcept;
    Fd& operator=(Fd&& other) noexcept;
    ~Fd();

    [[nodiscard]] int get() const noexcept { return fd_; }

    void close() noexcept;

    /// It is the caller's to close.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

  private:
    int fd_ = -1;
};

/// One end of the line between a process and who made it: messages, whole and in order.
class Link {
  public:
    explicit Link(Fd fd) : fd_(std::move(fd)) {}

    void tell(std::string_view text) const;

    void tell(std::int64_t number) const { tell(std::to_string(number)); }

    /// The next message. Throws Broken if the other side gave up, has gone, or says nothing.
    /// @p dead is a pidfd of the other side, if it can go without closing its end.
    [[nodiscard]] std::string hear(int dead = -1) const;
    [[nodiscard]] std::int64_t hear_number(int dead = -1) const;

  private:
    Fd fd_;
};

/// A child of the test. Killed and reaped at the end, if it is still there; killed with the test.
class Process {
  public:
    /// What it does; then it exits with 0. What it throws, the test hears.
    using Body = std::function<void(Link&)>;

    explicit Process(const Body& body);
    Process(Process&& other) noexcept;
    Process& operator=(Process&&) = delete;
    ~Process();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    [[nodiscard]] int pidfd() const noexcept { return pidfd_.get(); }

    void tell(std::string_view text = "go") const { link_.tell(text); }

    [[nodiscard]] std::string hear() const { return link_.hear(pidfd_.get()); }

    [[nodiscard]] std::int64_t hear_number() const { return link_.hear_number(pidfd_.get()); }

    void signal(int number) const;
    /// Wait until it is a zombie (or gone), and leave it so.
    void await_death() const;
    /// Wait for its end and reap it. Its status as of wait(2).
    int reap();

  private:
    pid_t pid_ = -1;
    Fd pidfd_;
    Link link_{Fd()};
};

/// Open a pidfd.
Fd open_pidfd(pid_t pid);

/// For processes that have nothing more to do.
[[noreturn]] void hang();

/// End this thread and no other, even if it is the first.
[[noreturn]] void end_thread();

/// Fork; the child runs @p body and exits with what it returns. -1 and errno if that was refused.
pid_t fork_child(const std::function<int()>& body);

/// Wait for a child and reap it. Its status as of wait(2).
int reap(pid_t pid);

/// Become "sleep" for ever; does not return. Without it there is no exec to test.
[[noreturn]] void exec_sleep();

/// The letter in /proc/PID/stat; 0 if there is no such process.
char state_of(pid_t pid);

/// The tasks in /proc/PID/task.
std::vector<pid_t> tasks_of(pid_t pid);

/// A whole small file; empty if it cannot be read.
std::string contents(const std::string& path);

/// The processes that /proc lists for the caller, in its order.
std::vector<pid_t> processes();

} // namespace behaviour
