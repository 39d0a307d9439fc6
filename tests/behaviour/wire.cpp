// SPDX-License-Identifier: GPL-2.0-only
#include "wire.hpp"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace behaviour::wire {

namespace {

constexpr std::size_t heads = NLMSG_HDRLEN + GENL_HDRLEN;

void append(Buffer& buffer, const void* data, std::size_t size)
{
    const auto* const bytes = static_cast<const std::byte*>(data);
    buffer.insert(buffer.end(), bytes, bytes + size);
}

template <class T>
T at(const std::byte* place)
{
    T value;
    std::memcpy(&value, place, sizeof(value));
    return value;
}

// Each attribute in the bytes: (type, payload).
template <class F>
void each(const std::byte* data, std::size_t size, F&& visit)
{
    while (size >= NLA_HDRLEN) {
        const auto head = at<nlattr>(data);
        if (head.nla_len < NLA_HDRLEN || head.nla_len > size)
            return;
        visit(head.nla_type & NLA_TYPE_MASK, data + NLA_HDRLEN,
              std::size_t{head.nla_len} - NLA_HDRLEN);
        const std::size_t step = std::min(size, std::size_t{NLA_ALIGN(head.nla_len)});
        data += step;
        size -= step;
    }
}

// The kernel's last word: how it ended, and why.
Answer verdict(const std::byte* message, const nlmsghdr& head)
{
    Answer answer;
    answer.code = -at<int>(message + NLMSG_HDRLEN);
    if (!(head.nlmsg_flags & NLM_F_ACK_TLVS))
        return answer;

    std::size_t end = NLMSG_HDRLEN + sizeof(int);
    if (head.nlmsg_type == NLMSG_ERROR) {
        const auto quoted = at<nlmsghdr>(message + end);
        end += head.nlmsg_flags & NLM_F_CAPPED ? std::size_t{NLMSG_HDRLEN}
                                               : std::size_t{NLMSG_ALIGN(quoted.nlmsg_len)};
    }
    each(message + end, head.nlmsg_len - end,
         [&](int type, const std::byte* payload, std::size_t size) {
             if (type == NLMSGERR_ATTR_MSG)
                 answer.sentence.assign(reinterpret_cast<const char*>(payload),
                                        strnlen(reinterpret_cast<const char*>(payload), size));
             else if (type == NLMSGERR_ATTR_OFFS && size == sizeof(std::uint32_t))
                 answer.offset = at<std::uint32_t>(payload);
         });
    return answer;
}

} // namespace

Buffer concat(std::initializer_list<Buffer> parts)
{
    Buffer all;
    for (const auto& part : parts)
        append(all, part.data(), part.size());
    return all;
}

Buffer raw(std::uint16_t type, std::string_view payload)
{
    Buffer attribute;
    const nlattr head = {static_cast<std::uint16_t>(NLA_HDRLEN + payload.size()), type};
    append(attribute, &head, sizeof(head));
    append(attribute, payload.data(), payload.size());
    attribute.resize(NLA_ALIGN(attribute.size()));
    return attribute;
}

Buffer u16(std::uint16_t type, std::uint16_t value)
{
    return raw(type, {reinterpret_cast<const char*>(&value), sizeof(value)});
}

Buffer u32(std::uint16_t type, std::uint32_t value)
{
    return raw(type, {reinterpret_cast<const char*>(&value), sizeof(value)});
}

Buffer u64(std::uint16_t type, std::uint64_t value)
{
    return raw(type, {reinterpret_cast<const char*>(&value), sizeof(value)});
}

Buffer text(std::uint16_t type, std::string_view value)
{
    return raw(type, std::string(value) + '\0');
}

Buffer nest(std::uint16_t type, std::initializer_list<Buffer> parts, std::uint16_t mark)
{
    const auto inside = concat(parts);
    return raw(static_cast<std::uint16_t>(type | mark),
               {reinterpret_cast<const char*>(inside.data()), inside.size()});
}

Buffer bounds(std::uint64_t barrier_value, std::uint64_t limit_value)
{
    return nest(resource,
                {u32(resource_id, numproc), u64(barrier, barrier_value), u64(limit, limit_value)});
}

Socket::Socket() : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC))
{
    const sockaddr_nl address = {AF_NETLINK, 0, 0, 0};
    const int on = 1;
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0 ||
        setsockopt(fd_.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) < 0 ||
        setsockopt(fd_.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) < 0)
        broken("netlink socket");
    resolve();
}

void Socket::resolve()
{
    family_ = GENL_ID_CTRL;
    send(message(CTRL_CMD_GETFAMILY, text(CTRL_ATTR_FAMILY_NAME, "ve")));
    family_ = 0;

    Buffer buffer(32768);
    const auto size = recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (size < static_cast<ssize_t>(heads))
        broken("resolve");
    const auto on_group = [this](int type, const std::byte* payload, std::size_t) {
        if (type == CTRL_ATTR_MCAST_GRP_ID)
            group_ = at<std::uint32_t>(payload);
    };
    each(buffer.data() + heads, at<nlmsghdr>(buffer.data()).nlmsg_len - heads,
         [&](int type, const std::byte* payload, std::size_t length) {
             if (type == CTRL_ATTR_FAMILY_ID)
                 family_ = at<std::uint16_t>(payload);
             else if (type == CTRL_ATTR_MCAST_GROUPS)
                 each(payload, length, [&](int, const std::byte* group, std::size_t group_size) {
                     each(group, group_size, on_group);
                 });
         });
    (void)answer();
    if (family_ == 0)
        throw Broken("there is no family 've'");
}

Buffer Socket::message(std::uint8_t command, const Buffer& attributes, std::uint16_t flags)
{
    nlmsghdr head = {};
    head.nlmsg_len = static_cast<std::uint32_t>(heads + attributes.size());
    head.nlmsg_type = family_;
    head.nlmsg_flags = static_cast<std::uint16_t>(
        NLM_F_REQUEST | ((flags & NLM_F_DUMP) == NLM_F_DUMP ? 0 : NLM_F_ACK) | flags);
    head.nlmsg_seq = ++sequence_;
    const genlmsghdr genl = {command, 1, 0};

    Buffer bytes;
    append(bytes, &head, sizeof(head));
    append(bytes, &genl, sizeof(genl));
    append(bytes, attributes.data(), attributes.size());
    return bytes;
}

void Socket::send(const Buffer& bytes) const
{
    const sockaddr_nl kernel = {AF_NETLINK, 0, 0, 0};
    if (sendto(fd_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
               sizeof(kernel)) < 0)
        broken("send");
}

void Socket::write(const Buffer& bytes) const
{
    if (::write(fd_.get(), bytes.data(), bytes.size()) < 0)
        broken("write");
}

std::optional<Answer> Socket::answer(std::chrono::milliseconds most) const
{
    Buffer buffer(65536);
    Buffer last;
    int messages = 0;

    for (;;) {
        pollfd ready = {fd_.get(), POLLIN, 0};
        if (poll(&ready, 1, static_cast<int>(most.count())) <= 0)
            return std::nullopt;
        const auto size = recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (size < 0)
            broken("receive");
        const std::byte* place = buffer.data();
        std::size_t left = static_cast<std::size_t>(size);
        while (left >= NLMSG_HDRLEN) {
            const auto head = at<nlmsghdr>(place);
            if (head.nlmsg_len < NLMSG_HDRLEN || head.nlmsg_len > left)
                break;
            if (head.nlmsg_seq == sequence_ || head.nlmsg_seq == 0) {
                if (head.nlmsg_type == NLMSG_ERROR || head.nlmsg_type == NLMSG_DONE) {
                    auto end = verdict(place, head);
                    end.messages = messages;
                    end.last = std::move(last);
                    return end;
                }
                messages++;
                if (head.nlmsg_len > heads)
                    last.assign(place + heads, place + head.nlmsg_len);
            }
            const std::size_t step = std::min(left, std::size_t{NLMSG_ALIGN(head.nlmsg_len)});
            place += step;
            left -= step;
        }
    }
}

Answer Socket::ask(Command command, const Buffer& attributes, std::uint16_t flags)
{
    send(message(command, attributes, flags));
    const auto end = answer();
    if (!end)
        throw Broken("the kernel does not answer");
    return *end;
}

} // namespace behaviour::wire
