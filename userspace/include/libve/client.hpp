// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/environment.hpp>
#include <libve/event.hpp>
#include <libve/history.hpp>
#include <libve/result.hpp>
#include <libve/transport.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ve {

/// Requests to the kernel about VEs.
///
/// Who may: create, destroy, set, attach and kill need a task of VE0 with CAP_SYS_ADMIN in the
/// initial user namespace; otherwise EPERM. A task of VE0 in that namespace may read everything, a
/// member its own VE only: to it, all others do not exist (ENOENT).
///
/// Errors of every call: ENOENT if there is no such VE, and (without a sentence) if the module was
/// unloaded meanwhile; EINVAL for what is not well-formed; ERANGE for a number out of range; EBADMSG
/// for an answer that cannot be read; ETIMEDOUT if none came; those of the socket. The
/// kernel's sentence is in the error, and the attribute it objects to.
///
/// The kernel looks at the process that sends a request as well as at the one that opened the
/// socket: both have to have the privilege.
///
/// Thread safety: none; one object, one thread at a time. After fork(2) only one of the two
/// processes may go on using it. Sockets are close-on-exec.
class Client {
  public:
    /// Connect. By default requests go through libnl and dumps through libmnl; @p backend is for
    /// both. Needs no privilege.
    /// Errors: ENOENT if the kernel has no VEs (the module is not loaded), those of socket(2).
    static Result<Client> open(std::optional<Backend> backend = std::nullopt);

    /// Over a transport of one's own, for requests and dumps.
    [[nodiscard]] static Client over(std::shared_ptr<Transport> transport);

    Client(const Client&) = delete;
    Client(Client&&) noexcept;
    Client& operator=(const Client&) = delete;
    Client& operator=(Client&&) noexcept;
    ~Client();

    /// Make a VE. Without @p id the kernel chooses one; without @p bounds all is unlimited. With
    /// Sight::all its members see the processes outside, and can do nothing to them.
    /// Errors: EEXIST if the name or id is taken; EINVAL for a bad name, a barrier above its limit
    /// or a resource named twice; ERANGE for an id out of range.
    Result<Environment> create(std::string_view name, std::optional<Id> id = std::nullopt,
                               std::span<const Bound> bounds = {}, Sight sight = Sight::own);

    /// One VE.
    Result<Environment> get(const Handle& handle);

    /// The VE of the calling process. Errors: EINVAL in VE0.
    Result<Environment> own();

    /// All that the caller may see, by ascending id. Reads again, a bounded number of times, when
    /// VEs came or went meanwhile. Errors: EINTR if they kept coming and going; for_each() takes
    /// them as they are.
    Result<std::vector<Environment>> list();

    /// The same, each handed over as it is read, once only and without a vector of all. Tells
    /// whether VEs came or went meanwhile. The object passed is reused: copy what is to be kept.
    Result<Consistency> for_each(const std::function<void(const Environment&)>& visit);

    /// The processes of a VE: those there were when the kernel began to list them, without those
    /// that ended before it came to them, and without those that have no number in the pid
    /// namespace of the caller. Environment::members counts all.
    Result<std::vector<Member>> members(const Handle& handle);

    /// The same, each handed over as it is read, without a vector of all.
    Result<> for_each_member(const Handle& handle, const std::function<void(const Member&)>& visit);

    /// The last refusals of a VE, the oldest first. The kernel keeps a bounded number of them, those
    /// of processes that have ended included.
    Result<std::vector<Refusal>> refusals(const Handle& handle);

    /// Those of the VE of the calling process. Errors: EINVAL in VE0.
    Result<std::vector<Refusal>> own_refusals();

    /// The last VEs that were removed, the oldest first. The kernel keeps a bounded number of them.
    /// Errors: EPERM for members.
    Result<std::vector<Past>> history();

    /// Remove a VE. Errors: EBUSY while it has live members.
    Result<> destroy(const Handle& handle);

    /// Set bounds of one or several resources, all or none of them.
    /// Errors: EINVAL for a barrier above its limit or a resource named twice.
    Result<> set(const Handle& handle, std::span<const Bound> bounds);

    /// Make the calling process, with all its threads, a member. There is no way back. It may
    /// have to exec before members can look at it (see Member::entering).
    /// Errors: EBUSY if it is a member already, or the VE is being killed; EAGAIN if the barrier
    /// of numproc forbids.
    Result<> attach_self(const Handle& handle);

    /// Make the process of that pid a member, with all its threads.
    /// Errors: as attach_self(); ESRCH if there is none; EINVAL for kernel threads and init.
    Result<> attach_pid(const Handle& handle, pid_t pid);

    /// The same by a pidfd of the calling process. Errors: as attach_pid(); EBADF if it is none.
    Result<> attach_pidfd(const Handle& handle, int pidfd);

    /// Send a signal to every member, once to each. Does not wait: Empty tells the end.
    /// The order stays in force for @p timeout and reaches each process born meanwhile; without a
    /// timeout until the VE is empty; with 0 it reaches the present members only. Nothing
    /// can be attached while it is in force.
    /// Errors: EINVAL for a negative timeout or one of 2^32 ms and above.
    Result<> kill(const Handle& handle, int signal,
                  std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  private:
    struct Impl;
    explicit Client(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

/// What happens to VEs, as it happens. Needs a task of VE0 with CAP_SYS_ADMIN in the initial user
/// namespace. Thread safety: as Client.
class EventStream {
  public:
    /// Connect and subscribe: events from this moment on are seen.
    /// Errors: ENOENT if the module is not loaded; EPERM; those of socket(2).
    static Result<EventStream> open(Backend backend = Backend::libmnl);

    /// Over a transport of one's own. Errors: those of its subscribe().
    static Result<EventStream> over(std::shared_ptr<Transport> transport);

    EventStream(const EventStream&) = delete;
    EventStream(EventStream&&) noexcept;
    EventStream& operator=(const EventStream&) = delete;
    EventStream& operator=(EventStream&&) noexcept;
    ~EventStream();

    /// To poll for reading. Events may also be waiting inside: ask next() with timeout 0 until it
    /// gives none before polling.
    [[nodiscard]] int fd() const noexcept;

    /// The next event; none if nothing came within @p timeout. No timeout is for ever, 0 does not
    /// wait. Signals do not end the wait: who has to react to them polls fd(). Kinds of events
    /// that this library does not know are passed over. A Lost stands where events were dropped.
    /// When the module is unloaded, the kernel ends the subscription without a word: none comes any
    /// more, even if it is loaded again.
    /// Errors: EBADMSG for one that cannot be read (the next call goes on after it); those of the
    /// socket.
    Result<std::optional<Event>>
    next(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  private:
    struct Impl;
    explicit EventStream(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

} // namespace ve
