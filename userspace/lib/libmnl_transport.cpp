// SPDX-License-Identifier: GPL-2.0-only

#include "backends.hpp"
#include "codec.hpp"

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/ve.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace ve {

namespace {

using socket::Conversation;
using socket::failure;

Bytes bytes_of(const nlmsghdr* header)
{
    return {reinterpret_cast<const std::byte*>(header), header->nlmsg_len};
}

// The message inside the buffer it was received in.
std::optional<Message> message_of(const nlmsghdr* header)
{
    if (mnl_nlmsg_get_payload_len(header) < GENL_HDRLEN)
        return std::nullopt;
    const auto* genl = static_cast<const genlmsghdr*>(mnl_nlmsg_get_payload(header));
    return Message{static_cast<Command>(genl->cmd),
                   bytes_of(header).subspan(NLMSG_HDRLEN + GENL_HDRLEN)};
}

// A conversation with the type that its data messages have.
struct Awaited {
    Conversation& conversation;
    std::uint16_t type;
};

int on_data(const nlmsghdr* header, void* data)
{
    auto& [conversation, type] = *static_cast<Awaited*>(data);

    // Another sequence number is an answer that was given up before.
    if (header->nlmsg_seq != conversation.sequence || header->nlmsg_type != type)
        return MNL_CB_OK;
    if (const auto message = message_of(header))
        conversation.delivery(*message);
    else
        conversation.verdict = codec::malformed("the kernel's message is too short");
    return MNL_CB_OK;
}

int on_end(const nlmsghdr* header, void* data)
{
    auto& conversation = static_cast<Awaited*>(data)->conversation;

    if (header->nlmsg_seq != conversation.sequence)
        return MNL_CB_OK;
    conversation.end(bytes_of(header));
    return MNL_CB_STOP;
}

int on_nothing(const nlmsghdr*, void*)
{
    return MNL_CB_OK;
}

// libmnl wants a writable array, and does not write to it.
std::array<mnl_cb_t, NLMSG_OVERRUN + 1> control{
    on_nothing, on_nothing, on_end, on_end, on_nothing,
};
static_assert(NLMSG_ERROR == 2 && NLMSG_DONE == 3);

// What receive() hands to its callback.
struct Heard {
    socket::Delivery delivery;
    std::uint16_t family;
};

int on_event(const nlmsghdr* header, void* data)
{
    auto& [delivery, family] = *static_cast<Heard*>(data);

    if (header->nlmsg_type == family)
        if (const auto message = message_of(header))
            delivery(*message);
    return MNL_CB_OK;
}

class MnlTransport final : public Transport {
  public:
    explicit MnlTransport(const char* family) : name_(family) {}

    Result<> open();
    Result<Consistency> exchange(const Request& request, const Sink& sink) override;
    Result<int> subscribe(std::string_view group) override;
    Result<bool> receive(const Sink& sink,
                         std::optional<std::chrono::milliseconds> timeout) override;

  private:
    struct Close {
        void operator()(mnl_socket* socket) const noexcept { mnl_socket_close(socket); }
    };

    struct Group {
        std::string name;
        std::uint32_t id = 0;
    };

    Result<> resolve();
    void note_family(Bytes attributes);
    void note_groups(const nlattr* list);
    Result<> send(std::uint16_t type, std::uint8_t version, Conversation& conversation);
    Result<std::size_t> read();
    Result<Consistency> converse(std::uint16_t type, std::uint8_t version, const Request& request,
                                 const Sink& sink);

    const char* name_;
    std::unique_ptr<mnl_socket, Close> socket_;
    std::vector<std::byte> buffer_ = std::vector<std::byte>(socket::buffer_size);
    std::uint16_t family_ = 0;
    std::vector<Group> groups_;
    std::uint32_t sequence_ = 0;
};

Result<> MnlTransport::open()
{
    socket_.reset(mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC));
    if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) != 0)
        return failure("open a netlink socket");
    if (auto set = socket::set_options(mnl_socket_get_fd(socket_.get())); !set)
        return set;
    return resolve();
}

Result<> MnlTransport::resolve()
{
    wire::Writer name;
    name.string(CTRL_ATTR_FAMILY_NAME, name_);
    const auto attributes = std::move(name).take();

    const Request request{static_cast<Command>(CTRL_CMD_GETFAMILY), false, attributes};
    const auto found = converse(GENL_ID_CTRL, 1, request, [this](const Message& message) {
        note_family(message.attributes);
    });
    if (!found)
        return err(Error(found.error()));
    if (family_ == 0)
        return codec::malformed("the kernel's description of the family lacks its id");
    return {};
}

void MnlTransport::note_family(Bytes attributes)
{
    const auto each = [](const nlattr* attribute, void* data) {
        auto& self = *static_cast<MnlTransport*>(data);
        const int type = mnl_attr_get_type(attribute);
        if (type == CTRL_ATTR_FAMILY_ID && mnl_attr_validate(attribute, MNL_TYPE_U16) == 0)
            self.family_ = mnl_attr_get_u16(attribute);
        else if (type == CTRL_ATTR_MCAST_GROUPS)
            self.note_groups(attribute);
        return MNL_CB_OK;
    };

    mnl_attr_parse_payload(attributes.data(), attributes.size(), each, this);
}

void MnlTransport::note_groups(const nlattr* list)
{
    static constexpr auto part = [](const nlattr* attribute, void* data) {
        auto& group = *static_cast<Group*>(data);
        const int type = mnl_attr_get_type(attribute);
        if (type == CTRL_ATTR_MCAST_GRP_NAME &&
            mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) == 0)
            group.name = mnl_attr_get_str(attribute);
        else if (type == CTRL_ATTR_MCAST_GRP_ID && mnl_attr_validate(attribute, MNL_TYPE_U32) == 0)
            group.id = mnl_attr_get_u32(attribute);
        return MNL_CB_OK;
    };
    const auto each = [](const nlattr* group, void* data) {
        auto& groups = *static_cast<std::vector<Group>*>(data);
        return mnl_attr_parse_nested(group, part, &groups.emplace_back());
    };

    mnl_attr_parse_nested(list, each, &groups_);
}

Result<> MnlTransport::send(std::uint16_t type, std::uint8_t version, Conversation& conversation)
{
    const Request& request = conversation.request;
    std::vector<std::byte> out(NLMSG_HDRLEN + GENL_HDRLEN + request.attributes.size());

    nlmsghdr* header = mnl_nlmsg_put_header(out.data());
    header->nlmsg_type = type;
    header->nlmsg_flags =
        static_cast<std::uint16_t>(NLM_F_REQUEST | (request.dump ? NLM_F_DUMP : NLM_F_ACK));
    header->nlmsg_seq = conversation.sequence = ++sequence_;

    auto* genl = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(header, sizeof(genlmsghdr)));
    genl->cmd = static_cast<std::uint8_t>(request.command);
    genl->version = version;

    if (!request.attributes.empty())
        std::memcpy(mnl_nlmsg_get_payload_tail(header), request.attributes.data(),
                    request.attributes.size());
    header->nlmsg_len += static_cast<std::uint32_t>(request.attributes.size());

    while (mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) < 0)
        if (errno != EINTR)
            return failure("send a request");
    return {};
}

Result<std::size_t> MnlTransport::read()
{
    for (;;) {
        const ssize_t size = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
        if (size >= 0)
            return static_cast<std::size_t>(size);
        if (errno == ENOSPC) // libmnl's word for a message larger than the buffer
            return codec::malformed("the kernel's message is too long");
        if (errno != EINTR)
            return failure("receive an answer");
    }
}

// libmnl ends a dump at its first inconsistent message. It has to be read to its end all the same,
// so the mark is taken off, and remembered.
bool take_interruption(std::byte* buffer, std::size_t size, std::uint32_t sequence)
{
    bool interrupted = false;
    int left = static_cast<int>(size);
    auto* header = reinterpret_cast<nlmsghdr*>(buffer);

    while (mnl_nlmsg_ok(header, left)) {
        if (header->nlmsg_seq == sequence && (header->nlmsg_flags & NLM_F_DUMP_INTR))
            interrupted = true;
        header->nlmsg_flags &= static_cast<std::uint16_t>(~NLM_F_DUMP_INTR);
        header = mnl_nlmsg_next(header, &left);
    }
    return interrupted;
}

Result<Consistency> MnlTransport::converse(std::uint16_t type, std::uint8_t version,
                                           const Request& request, const Sink& sink)
{
    Conversation conversation{request, socket::Delivery(sink)};
    Awaited awaited{conversation, type};

    if (auto sent = send(type, version, conversation); !sent)
        return err(std::move(sent).error());
    while (!conversation.done) {
        auto size = read();
        if (!size)
            return err(std::move(size).error());
        conversation.interrupted |= take_interruption(buffer_.data(), *size, conversation.sequence);
        // Sequence numbers are looked at by the callbacks, which let old answers pass.
        if (mnl_cb_run2(buffer_.data(), *size, 0, 0, on_data, &awaited, control.data(),
                        control.size()) < 0)
            return failure("read an answer");
    }
    return std::move(conversation).outcome();
}

Result<Consistency> MnlTransport::exchange(const Request& request, const Sink& sink)
{
    return converse(family_, VE_FAMILY_VERSION, request, sink);
}

Result<int> MnlTransport::subscribe(std::string_view group)
{
    const int fd = mnl_socket_get_fd(socket_.get());

    for (Group& known : groups_) {
        if (known.name != group)
            continue;
        socket::enlarge_backlog(fd);
        if (mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &known.id,
                                  sizeof(known.id)) != 0)
            return failure("subscribe to events");
        return fd;
    }
    return err(ENOENT, "the kernel's family has no such multicast group");
}

Result<bool> MnlTransport::receive(const Sink& sink,
                                   std::optional<std::chrono::milliseconds> timeout)
{
    Heard heard{socket::Delivery(sink), family_};

    auto ready = socket::wait(mnl_socket_get_fd(socket_.get()), timeout);
    if (!ready || !*ready)
        return ready;
    auto size = read();
    if (!size)
        return err(std::move(size).error());
    if (mnl_cb_run(buffer_.data(), *size, 0, 0, on_event, &heard) < 0)
        return failure("read an event");
    heard.delivery.rethrow();
    return true;
}

} // namespace

Result<std::shared_ptr<Transport>> open_libmnl(const char* family)
{
    auto transport = std::make_shared<MnlTransport>(family);

    if (auto opened = transport->open(); !opened)
        return err(std::move(opened).error());
    return std::shared_ptr<Transport>(std::move(transport));
}

} // namespace ve
