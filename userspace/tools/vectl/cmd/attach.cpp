// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../commands.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace po = boost::program_options;

namespace vectl {

namespace {

// What a pid means may change at any time; what an open pidfd means cannot.
class PidFd {
  public:
    explicit PidFd(pid_t pid) : pid_(pid), fd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)))
    {
        if (fd_ < 0)
            code_ = errno;
    }

    PidFd(PidFd&& other) noexcept : pid_(other.pid_), fd_(other.fd_), code_(other.code_)
    {
        other.fd_ = -1;
    }

    PidFd(const PidFd&) = delete;
    PidFd& operator=(const PidFd&) = delete;
    PidFd& operator=(PidFd&&) = delete;

    ~PidFd()
    {
        if (fd_ >= 0)
            close(fd_);
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

    [[nodiscard]] int fd() const { return fd_; }

    [[nodiscard]] ve::Error error() const
    {
        ve::Error error;
        error.code = code_;
        if (code_ == ESRCH) {
            error.sentence = "there is no such process";
        } else if (code_ == EINVAL || code_ == ENOENT) { // the latter since 6.9
            error.code = EINVAL;
            error.sentence = "this is a thread, not a process";
        } else {
            error.sentence = strerror(code_);
        }
        return error;
    }

  private:
    pid_t pid_;
    int fd_;
    int code_ = 0;
};

// Each process takes a descriptor, and shells allow 1024 unless asked.
void allow_many_descriptors()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

po::options_description options()
{
    return {};
}

int run(const Words& words, Context& context)
{
    const auto request = parse_attach(words);
    const auto name = request.handle.to_string();

    auto client = context.connect();
    if (!client)
        return fail(context, "attach " + name, client.error());

    // The same VE for all, though its name may pass to another meanwhile.
    const auto found = client->get(request.handle);
    if (!found)
        return fail(context, "attach " + name, found.error());
    const ve::Handle target(*found);

    // Open all before attaching the first: the later ones have the less time
    // to die and be replaced.
    allow_many_descriptors();
    std::vector<PidFd> processes;
    processes.reserve(request.pids.size());
    for (const auto pid : request.pids)
        processes.emplace_back(pid);

    int status = status_ok;
    for (const auto& process : processes) {
        const auto doing = "attach " + name + ": " + std::to_string(process.pid());
        if (process.fd() < 0) {
            status = fail(context, doing, process.error());
            continue;
        }
        const auto attached = client->attach_pidfd(target, process.fd());
        if (!attached)
            status = fail(context, doing, attached.error(),
                          {{EAGAIN, "the VE is full: see vectl show " + name}});
    }
    return status;
}

} // namespace

AttachRequest parse_attach(const Words& words)
{
    const Arguments arguments(words, options(), {"NAME PID...", 2, any_number});
    const auto& operands = arguments.operands();
    AttachRequest request{parse_handle(operands[0]), {}};

    for (std::size_t i = 1; i < operands.size(); i++)
        request.pids.push_back(
            static_cast<pid_t>(parse_number(operands[i], "a process id", 1, 0x7fffffff)));
    return request;
}

const Command attach_command = {
    .name = "attach",
    .summary = "make running processes members",
    .usage = "NAME PID...",
    .description = "Makes each process, with all its threads, a member. There is no way back.\n"
                   "Goes on after a failure; the exit status tells that there was one.",
    .options = options,
    .run = run,
};

} // namespace vectl
