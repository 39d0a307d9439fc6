// SPDX-License-Identifier: GPL-2.0-only

#include "backends.hpp"
#include "codec.hpp"

#include <linux/ve.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <cerrno>
#include <memory>

namespace ve {

namespace {

using socket::Conversation;
using socket::failure;

template <auto free>
struct Free {
    template <class T>
    void operator()(T* object) const noexcept
    {
        free(object);
    }
};

using Socket = std::unique_ptr<nl_sock, Free<nl_socket_free>>;
using Callbacks = std::unique_ptr<nl_cb, Free<nl_cb_put>>;
using Packet = std::unique_ptr<nl_msg, Free<nlmsg_free>>;

// libnl has error numbers of its own, coarser than errno, which it leaves as the system set it.
// Called with errno cleared before the call that failed.
Unexpected libnl_failure(int code, const char* doing)
{
    if (errno != 0)
        return failure(doing);
    switch (-code) {
    case NLE_OBJ_NOTFOUND:
        return err(Error{ENOENT, {}, {}, {doing}});
    case NLE_PERM:
    case NLE_NOACCESS:
        return err(Error{EPERM, {}, {}, {doing}});
    case NLE_NOMEM:
        return err(Error{ENOMEM, {}, {}, {doing}});
    default:
        return err(Error{EBADMSG, nl_geterror(code), {}, {doing}});
    }
}

Bytes bytes_of(const nlmsghdr* header)
{
    return {reinterpret_cast<const std::byte*>(header), header->nlmsg_len};
}

std::optional<Message> message_of(nlmsghdr* header)
{
    if (!genlmsg_valid_hdr(header, 0))
        return std::nullopt;
    auto* genl = genlmsg_hdr(header);
    return Message{static_cast<Command>(genl->cmd),
                   {reinterpret_cast<const std::byte*>(genlmsg_attrdata(genl, 0)),
                    static_cast<std::size_t>(genlmsg_attrlen(genl, 0))}};
}

struct Awaited {
    Conversation& conversation;
    int family;
};

int on_sequence(nl_msg* message, void* data)
{
    // Another sequence number is an answer that was given up before.
    return nlmsg_hdr(message)->nlmsg_seq == static_cast<Awaited*>(data)->conversation.sequence
               ? NL_OK
               : NL_SKIP;
}

int on_data(nl_msg* message, void* data)
{
    auto& [conversation, family] = *static_cast<Awaited*>(data);

    if (nlmsg_hdr(message)->nlmsg_type != family)
        return NL_OK;
    if (const auto found = message_of(nlmsg_hdr(message)))
        conversation.delivery(*found);
    else
        conversation.verdict = codec::malformed("the kernel's message is too short");
    return NL_OK;
}

int on_end(nl_msg* message, void* data)
{
    static_cast<Awaited*>(data)->conversation.end(bytes_of(nlmsg_hdr(message)));
    return NL_STOP;
}

int on_refusal(sockaddr_nl*, nlmsgerr* refusal, void* data)
{
    // libnl shows the payload only. The header is in front of it, in libnl's copy of the message.
    const auto* header = reinterpret_cast<const nlmsghdr*>(
        reinterpret_cast<const std::byte*>(refusal) - NLMSG_HDRLEN);

    static_cast<Awaited*>(data)->conversation.end(bytes_of(header));
    return NL_SKIP;
}

int on_interruption(nl_msg*, void* data)
{
    static_cast<Awaited*>(data)->conversation.interrupted = true;
    return NL_OK;
}

struct Heard {
    socket::Delivery delivery;
    int family;
};

int on_event(nl_msg* message, void* data)
{
    auto& [delivery, family] = *static_cast<Heard*>(data);

    if (nlmsg_hdr(message)->nlmsg_type == family)
        if (const auto found = message_of(nlmsg_hdr(message)))
            delivery(*found);
    return NL_OK;
}

int always(nl_msg*, void*)
{
    return NL_OK;
}

class NlTransport final : public Transport {
  public:
    explicit NlTransport(const char* family) : name_(family) {}

    Result<> open();
    Result<Consistency> exchange(const Request& request, const Sink& sink) override;
    Result<int> subscribe(std::string_view group) override;
    Result<bool> receive(const Sink& sink,
                         std::optional<std::chrono::milliseconds> timeout) override;

  private:
    Result<> send(Conversation& conversation);

    const char* name_;
    Socket socket_;
    int family_ = 0;
};

Result<> NlTransport::open()
{
    socket_.reset(nl_socket_alloc());
    if (!socket_)
        return err(Error{ENOMEM, {}, {}, {"open a netlink socket"}});

    errno = 0;
    if (const int code = genl_connect(socket_.get()); code < 0)
        return libnl_failure(code, "open a netlink socket");
    if (auto set = socket::set_options(nl_socket_get_fd(socket_.get())); !set)
        return set;

    // One buffer that everything fits into, rather than looking at each message twice.
    nl_socket_set_msg_buf_size(socket_.get(), socket::buffer_size);
    nl_socket_disable_msg_peek(socket_.get());

    errno = 0;
    family_ = genl_ctrl_resolve(socket_.get(), name_);
    if (family_ < 0)
        return libnl_failure(family_, "look the family up");
    // From here on acknowledgements are asked for where they are needed: not with dumps.
    nl_socket_disable_auto_ack(socket_.get());
    return {};
}

Result<> NlTransport::send(Conversation& conversation)
{
    const Request& request = conversation.request;
    const Packet message(nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + request.attributes.size()));

    if (!message || !genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, family_, 0,
                                 request.dump ? NLM_F_DUMP : NLM_F_ACK,
                                 static_cast<std::uint8_t>(request.command), VE_FAMILY_VERSION))
        return err(Error{ENOMEM, {}, {}, {"compose a request"}});
    // libnl does not write through this pointer, it only forgot to say so.
    auto* attributes = const_cast<std::byte*>(request.attributes.data());
    if (!request.attributes.empty() &&
        nlmsg_append(message.get(), attributes, request.attributes.size(), 0) < 0)
        return err(Error{ENOMEM, {}, {}, {"compose a request"}});

    nl_complete_msg(socket_.get(), message.get());
    conversation.sequence = nlmsg_hdr(message.get())->nlmsg_seq;
    int code = 0;
    do {
        errno = 0;
        code = nl_send(socket_.get(), message.get());
    } while (code < 0 && errno == EINTR);
    if (code < 0)
        return libnl_failure(code, "send a request");
    return {};
}

Result<Consistency> NlTransport::exchange(const Request& request, const Sink& sink)
{
    Conversation conversation{request, socket::Delivery(sink)};
    Awaited awaited{conversation, family_};
    const Callbacks callbacks(nl_cb_alloc(NL_CB_DEFAULT));

    if (!callbacks)
        return err(Error{ENOMEM, {}, {}, {"prepare for an answer"}});
    nl_cb_set(callbacks.get(), NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, &awaited);
    nl_cb_set(callbacks.get(), NL_CB_VALID, NL_CB_CUSTOM, on_data, &awaited);
    nl_cb_set(callbacks.get(), NL_CB_ACK, NL_CB_CUSTOM, on_end, &awaited);
    nl_cb_set(callbacks.get(), NL_CB_FINISH, NL_CB_CUSTOM, on_end, &awaited);
    nl_cb_set(callbacks.get(), NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interruption, &awaited);
    nl_cb_err(callbacks.get(), NL_CB_CUSTOM, on_refusal, &awaited);

    if (auto sent = send(conversation); !sent)
        return err(std::move(sent).error());
    while (!conversation.done) {
        errno = 0;
        if (const int code = nl_recvmsgs(socket_.get(), callbacks.get()); code < 0)
            return libnl_failure(code, "receive an answer");
    }
    return std::move(conversation).outcome();
}

Result<int> NlTransport::subscribe(std::string_view group)
{
    errno = 0;
    const int id = genl_ctrl_resolve_grp(socket_.get(), name_, std::string(group).c_str());
    if (id < 0)
        return libnl_failure(id, "look the multicast group up");

    socket::enlarge_backlog(nl_socket_get_fd(socket_.get()));
    errno = 0;
    if (const int code = nl_socket_add_membership(socket_.get(), id); code < 0)
        return libnl_failure(code, "subscribe to events");
    return nl_socket_get_fd(socket_.get());
}

Result<bool> NlTransport::receive(const Sink& sink,
                                  std::optional<std::chrono::milliseconds> timeout)
{
    Heard heard{socket::Delivery(sink), family_};
    const Callbacks callbacks(nl_cb_alloc(NL_CB_DEFAULT));

    if (!callbacks)
        return err(Error{ENOMEM, {}, {}, {"prepare for events"}});
    nl_cb_set(callbacks.get(), NL_CB_SEQ_CHECK, NL_CB_CUSTOM, always, nullptr);
    nl_cb_set(callbacks.get(), NL_CB_VALID, NL_CB_CUSTOM, on_event, &heard);

    auto ready = socket::wait(nl_socket_get_fd(socket_.get()), timeout);
    if (!ready || !*ready)
        return ready;
    errno = 0;
    if (const int code = nl_recvmsgs(socket_.get(), callbacks.get()); code < 0)
        return libnl_failure(code, "receive events");
    heard.delivery.rethrow();
    return true;
}

} // namespace

Result<std::shared_ptr<Transport>> open_libnl(const char* family)
{
    auto transport = std::make_shared<NlTransport>(family);

    if (auto opened = transport->open(); !opened)
        return err(std::move(opened).error());
    return std::shared_ptr<Transport>(std::move(transport));
}

} // namespace ve
