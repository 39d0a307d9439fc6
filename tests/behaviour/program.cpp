// SPDX-License-Identifier: GPL-2.0-only
#include "program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace behaviour {

namespace {

[[noreturn]] void become(const Words& words, const std::function<void()>& prepare)
{
    std::vector<char*> argv;
    for (const auto& word : words)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    try {
        if (prepare)
            prepare();
    } catch (const std::exception& error) {
        dprintf(STDERR_FILENO, "prepare: %s\n", error.what());
        _exit(119);
    }
    execvp(argv[0], argv.data());
    _exit(118);
}

// More of what comes through the pipe. False at its end.
bool take(const Fd& from, std::string& into)
{
    std::array<char, 4096> bytes;
    const ssize_t size = read(from.get(), bytes.data(), bytes.size());
    if (size > 0)
        into.append(bytes.data(), static_cast<std::size_t>(size));
    return size > 0 || (size < 0 && errno == EINTR);
}

} // namespace

Program::Program(const Words& words, const std::function<void()>& prepare, int terminal)
{
    std::array<int, 2> out;
    std::array<int, 2> err;
    if (pipe2(out.data(), O_CLOEXEC) < 0 || pipe2(err.data(), O_CLOEXEC) < 0)
        broken("pipe");
    out_ = Fd(out[0]);
    err_ = Fd(err[0]);
    const Fd out_in(out[1]);
    const Fd err_in(err[1]);
    const Fd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));

    pid_ = fork();
    if (pid_ < 0)
        broken("fork");
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(terminal < 0 ? nothing.get() : terminal, STDIN_FILENO);
        dup2(terminal < 0 ? out_in.get() : terminal, STDOUT_FILENO);
        dup2(terminal < 0 ? err_in.get() : terminal, STDERR_FILENO);
        become(words, prepare);
    }
}

Program::~Program()
{
    if (pid_ < 0)
        return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR)
        ;
}

bool Program::pump(std::chrono::milliseconds most)
{
    std::array<pollfd, 2> fds = {
        {{out_open_ ? out_.get() : -1, POLLIN, 0}, {err_open_ ? err_.get() : -1, POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), static_cast<int>(most.count())) <= 0)
        return false;
    if (fds[0].revents)
        out_open_ = take(out_, read_out_);
    if (fds[1].revents)
        err_open_ = take(err_, read_err_);
    return true;
}

std::optional<std::string> Program::line(std::chrono::milliseconds most)
{
    const auto deadline = std::chrono::steady_clock::now() + most;
    for (;;) {
        if (const auto end = read_out_.find('\n'); end != std::string::npos) {
            auto line = read_out_.substr(0, end);
            read_out_.erase(0, end + 1);
            return line;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (!out_open_ || left.count() <= 0 || !pump(left))
            return std::nullopt;
    }
}

std::optional<std::string> Program::line()
{
    auto found = line(patience);
    if (!found && out_open_)
        throw Broken("the program prints nothing");
    return found;
}

Outcome Program::finish()
{
    while (out_open_ || err_open_)
        if (!pump(patience))
            throw Broken("the program does not end; it printed: " + read_out_ + read_err_);
    const int status = reap(std::exchange(pid_, -1));
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), std::move(read_out_),
            std::move(read_err_)};
}

Outcome run(const Words& words, const std::function<void()>& prepare)
{
    return Program(words, prepare).finish();
}

Outcome vectl(const Words& words, const std::function<void()>& prepare)
{
    Words all = {"vectl"};
    all.insert(all.end(), words.begin(), words.end());
    return run(all, prepare);
}

} // namespace behaviour
