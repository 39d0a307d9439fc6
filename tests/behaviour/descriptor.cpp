// SPDX-License-Identifier: GPL-2.0-only
#include "descriptor.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

namespace behaviour {

Handover::Handover()
{
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0)
        broken("socketpair");
    in_ = Fd(ends[0]);
    out_ = Fd(ends[1]);
}

void Handover::send(int fd) const
{
    char byte = 0;
    iovec text = {&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(fd))> control{};
    msghdr message{};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(fd));
    std::memcpy(CMSG_DATA(head), &fd, sizeof(fd));
    if (sendmsg(in_.get(), &message, 0) != 1)
        broken("sendmsg");
}

Fd Handover::receive() const
{
    pollfd ready = {out_.get(), POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(patience.count())) != 1)
        throw Broken("no descriptor comes");
    char byte = 0;
    iovec text = {&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(out_.get(), &message, MSG_CMSG_CLOEXEC) != 1)
        broken("recvmsg");
    const cmsghdr* const head = CMSG_FIRSTHDR(&message);
    if (!head || head->cmsg_type != SCM_RIGHTS)
        throw Broken("a message without a descriptor");
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(head), sizeof(fd));
    return Fd(fd);
}

} // namespace behaviour
