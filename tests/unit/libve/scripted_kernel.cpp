// SPDX-License-Identifier: GPL-2.0-only

#include "scripted_kernel.hpp"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace {

ScriptedKernel* current = nullptr;

} // namespace

struct Calls {
    static ssize_t send(const void* data, std::size_t size)
    {
        const auto* bytes = static_cast<const std::byte*>(data);
        nlmsghdr header;

        std::memcpy(&header, bytes, sizeof(header));
        current->sequence_ = header.nlmsg_seq;
        current->sent_.emplace_back(bytes, bytes + size);
        return static_cast<ssize_t>(size);
    }

    static ssize_t receive(msghdr* message)
    {
        // Who reads on has not seen the end of the script, and would wait for ever.
        const ScriptedKernel::Step over = EPIPE;
        const auto& step = current->left() ? current->script_[current->at_++] : over;

        if (const int* code = std::get_if<int>(&step)) {
            errno = *code;
            return -1;
        }
        const auto bytes = std::get<ScriptedKernel::Datagram>(step)(current->sequence_);
        const std::size_t size = std::min(bytes.size(), message->msg_iov->iov_len);
        const sockaddr_nl from{AF_NETLINK, 0, 0, 0};
        std::copy_n(bytes.begin(), size, static_cast<std::byte*>(message->msg_iov->iov_base));
        std::memcpy(message->msg_name, &from, sizeof(from));
        message->msg_namelen = sizeof(from);
        message->msg_controllen = 0;
        message->msg_flags = size < bytes.size() ? MSG_TRUNC : 0;
        return static_cast<ssize_t>(size);
    }

    static bool anything_left() { return current->left() > 0; }
};

ScriptedKernel::ScriptedKernel(std::vector<Step> script) : script_(std::move(script))
{
    current = this;
}

ScriptedKernel::~ScriptedKernel()
{
    current = nullptr;
}

// The C library's functions, as far as this program and the libraries it is linked with see them.
extern "C" {

ssize_t sendmsg(int fd, const msghdr* message, int flags)
{
    if (current)
        return Calls::send(message->msg_iov->iov_base, message->msg_iov->iov_len);
    return syscall(SYS_sendmsg, fd, message, flags);
}

ssize_t sendto(int fd, const void* data, size_t size, int flags, const sockaddr* to,
               socklen_t length)
{
    if (current)
        return Calls::send(data, size);
    return syscall(SYS_sendto, fd, data, size, flags, to, length);
}

ssize_t recvmsg(int fd, msghdr* message, int flags)
{
    if (current)
        return Calls::receive(message);
    return syscall(SYS_recvmsg, fd, message, flags);
}

int poll(pollfd* fds, nfds_t count, int timeout)
{
    if (!current)
        return static_cast<int>(syscall(SYS_poll, fds, count, timeout));
    fds->revents = POLLIN;
    return Calls::anything_left() ? 1 : 0;
}
}
