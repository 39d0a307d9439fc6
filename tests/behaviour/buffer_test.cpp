// SPDX-License-Identifier: GPL-2.0-only
//
// tcpsndbuf, tcprcvbuf, othersockbuf, dgramrcvbuf: what sockets have queued.
#include "descriptor.hpp"
#include "fixture.hpp"
#include "listener.hpp"
#include "maker.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

namespace behaviour {

namespace {

constexpr std::uint64_t kb = 1024;
// What one packet may take besides what is in it, and what a call may be above a bound.
constexpr std::uint64_t slack = 96 * kb;

class Buffer : public Host {};

sockaddr_in address_of(int socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) < 0)
        broken("getsockname");
    return address;
}

Fd bound_to_loopback(int type)
{
    Fd fd(socket(AF_INET, type, 0));
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(any)) < 0)
        broken("bind");
    return fd;
}

Fd connected(int type, std::uint16_t port)
{
    Fd fd(socket(AF_INET, type, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) < 0)
        broken("connect");
    return fd;
}

// One end of a pair of UNIX sockets; the other is handed over.
Fd end_of_pair(const Handover& handover)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        broken("socketpair");
    handover.send(pair[1]);
    close(pair[1]);
    return Fd(pair[0]);
}

// Sends pieces until one does not fit: how many bytes were sent. errno says why.
std::uint64_t fill(int fd, std::size_t piece, std::uint64_t most = 64 * kb * kb)
{
    const std::string bytes(piece, 'x');
    std::uint64_t sent = 0;
    while (sent < most) {
        const auto n = send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0)
            break;
        sent += static_cast<std::uint64_t>(n);
    }
    return sent;
}

// Reads what there is, and what comes soon after the last: how many bytes.
std::uint64_t drain(int fd)
{
    std::uint64_t got = 0;
    std::string room(64 * kb, '\0');
    pollfd waiting{fd, POLLIN, 0};
    while (poll(&waiting, 1, 400) == 1) {
        const auto n = recv(fd, room.data(), room.size(), MSG_DONTWAIT);
        if (n <= 0)
            break;
        got += static_cast<std::uint64_t>(n);
    }
    return got;
}

// A member with a socket, which sends and reads what it is told to.
class Peer {
  public:
    // await() comes before all else.
    Peer(const Ve& ve, const std::function<Fd()>& make)
        : process_(member(ve, [make](Link& link) { obey(link, make()); }))
    {
    }

    void await() const { (void)process_.hear(); }

    // Bytes that could be sent.
    [[nodiscard]] std::uint64_t fill() const { return order("fill"); }

    // Bytes that were there to be read.
    [[nodiscard]] std::uint64_t drain() const { return order("drain"); }

    // The errno of the last that could not be sent.
    [[nodiscard]] std::uint64_t code() const { return order("code"); }

    [[nodiscard]] bool writable() const { return order("poll") == 1; }

    // Send so much, however long it takes; heard() tells when it is done.
    void start_sending(std::uint64_t bytes) const
    {
        process_.tell("send " + std::to_string(bytes));
    }

    [[nodiscard]] std::uint64_t heard() const
    {
        return static_cast<std::uint64_t>(process_.hear_number());
    }

    [[nodiscard]] const Process& process() const { return process_; }

  private:
    static void obey(Link& link, Fd fd)
    {
        int code = 0;
        link.tell("ready");
        for (;;) {
            const auto word = link.hear();
            if (word == "fill") {
                const auto sent = behaviour::fill(fd.get(), 4 * kb);
                code = errno;
                link.tell(static_cast<std::int64_t>(sent));
            } else if (word == "drain") {
                link.tell(static_cast<std::int64_t>(behaviour::drain(fd.get())));
            } else if (word == "poll") {
                pollfd waiting{fd.get(), POLLOUT, 0};
                link.tell(poll(&waiting, 1, 0));
            } else if (word == "code") {
                link.tell(code);
            } else {
                const std::string all(std::stoul(word.substr(5)), 'x');
                link.tell(send(fd.get(), all.data(), all.size(), MSG_NOSIGNAL));
            }
        }
    }

    std::uint64_t order(const char* word) const
    {
        process_.tell(word);
        return heard();
    }

    Process process_;
};

// What two packets of 4 KB may take beside what is asked for.
constexpr std::uint64_t one_piece_each = 2 * 9 * kb;

// Two members, each with a pair of sockets of its own, send what goes and read it again.
void fill_and_drain_on_two_processors(const Ve& ve, std::array<Fd, 2> (*make)())
{
    const auto work = [make](Link& link) {
        const auto pair = make();
        std::string room(4 * kb, 'x');
        link.tell("ready");
        (void)link.hear();
        for (int i = 0; i < 400; i++) {
            fill(pair[0].get(), room.size(), 24 * room.size());
            while (recv(pair[1].get(), room.data(), room.size(), MSG_DONTWAIT) > 0)
                continue;
        }
        link.tell("done");
        hang();
    };
    const std::array both{member(ve, work), member(ve, work)};
    for (const auto& one : both)
        EXPECT_EQ(one.hear(), "ready");
    for (const auto& one : both)
        one.tell();
    for (const auto& one : both)
        EXPECT_EQ(one.hear(), "done");
}

// A TCP connection from a member to the host, or the other way round.
struct Connection {
    Fd listener = bound_to_loopback(SOCK_STREAM);
    Fd host;

    Connection()
    {
        if (listen(listener.get(), 1) < 0)
            broken("listen");
    }

    std::function<Fd()> member_end() const
    {
        return [port = ntohs(address_of(listener.get()).sin_port)] {
            return connected(SOCK_STREAM, port);
        };
    }

    // On the host's side, so that what is sent stays with the member.
    void take_little()
    {
        const int small = 32768;
        if (setsockopt(accepted(), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)) < 0)
            broken("SO_RCVBUF");
    }

    int accepted()
    {
        if (host.get() < 0)
            host = Fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        return host.get();
    }
};

std::uint64_t udp_drops()
{
    std::ifstream file("/proc/net/snmp");
    std::string line;
    std::vector<std::string> names;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string word;
        std::vector<std::string> row;
        while (words >> word)
            row.push_back(word);
        if (row.empty() || row[0] != "Udp:")
            continue;
        if (names.empty()) {
            names = row;
            continue;
        }
        for (std::size_t i = 0; i < row.size(); i++)
            if (names[i] == "RcvbufErrors")
                return std::stoull(row[i]);
    }
    return 0;
}

} // namespace

TEST_F(Buffer, OfAUnixSocketFillsUpToTheBarrier)
{
    constexpr auto resource = ve::Resource::othersockbuf;
    const Ve ve(client, {bound(resource, 64 * kb)});
    const Handover handover;
    const Peer peer(ve, [&] { return end_of_pair(handover); });
    const auto other = handover.receive();
    peer.await();
    Listener listener;

    const auto sent = peer.fill();
    EXPECT_EQ(peer.code(), std::uint64_t{EAGAIN});
    const auto full = ve.counter(resource);
    EXPECT_GE(full.held, sent);
    EXPECT_LE(full.held, 64 * kb + slack);
    EXPECT_GT(full.held, 48 * kb);
    EXPECT_EQ(full.failcnt, 1u);
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, resource);
    EXPECT_EQ(refused.pid, peer.process().pid());

    EXPECT_EQ(drain(other.get()), sent);
    EXPECT_EQ(ve.counter(resource).held, 0u);
    const auto again = peer.fill();
    EXPECT_EQ(again, sent) << "what has been read makes room";
    EXPECT_EQ(ve.counter(resource).failcnt, 2u);
    EXPECT_EQ(drain(other.get()), again);
}

TEST_F(Buffer, OfOneSocketMakesRoomForAnother)
{
    constexpr auto resource = ve::Resource::othersockbuf;
    const Ve ve(client, {bound(resource, 64 * kb)});
    const Handover handover;
    const auto make = [&] { return end_of_pair(handover); };
    const Peer one(ve, make);
    const auto end_of_one = handover.receive();
    one.await();
    const Peer two(ve, make);
    const auto end_of_two = handover.receive();
    two.await();

    EXPECT_GT(one.fill(), 32 * kb);
    EXPECT_EQ(two.fill(), 0u);
    drain(end_of_one.get());
    EXPECT_GT(two.fill(), 32 * kb) << "nothing told that the other has shrunk";
    drain(end_of_two.get());
}

TEST_F(Buffer, OfUnixSocketsFilledOnTwoProcessorsStaysWithinTheBound)
{
    const Ve ve(client, {bound(ve::Resource::othersockbuf, 64 * kb)});
    fill_and_drain_on_two_processors(ve, [] {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
            broken("socketpair");
        return std::array{Fd(pair[0]), Fd(pair[1])};
    });
    const auto now = ve.counter(ve::Resource::othersockbuf);
    EXPECT_GT(now.failcnt, 0u);
    EXPECT_EQ(now.held, 0u);
    EXPECT_LE(now.maxheld, 64 * kb + one_piece_each);
}

TEST_F(Buffer, OfDatagramsThatComeOnTwoProcessorsStaysWithinTheBound)
{
    const Ve ve(client, {bound(ve::Resource::dgramrcvbuf, 64 * kb)});
    fill_and_drain_on_two_processors(ve, [] {
        Fd to = bound_to_loopback(SOCK_DGRAM);
        Fd from = connected(SOCK_DGRAM, ntohs(address_of(to.get()).sin_port));
        return std::array{std::move(from), std::move(to)};
    });
    const auto now = ve.counter(ve::Resource::dgramrcvbuf);
    EXPECT_GT(now.failcnt, 0u);
    EXPECT_EQ(now.held, 0u);
    EXPECT_LE(now.maxheld, 64 * kb + one_piece_each);
}

TEST_F(Buffer, WhoWaitsForItsReceiverAsksAgainAfterwards)
{
    constexpr auto resource = ve::Resource::othersockbuf;
    constexpr std::uint64_t room = 128 * kb;
    const Ve ve(client, {bound(resource, room)});
    const Handover handover;
    const Peer waits(ve, [&] {
        auto end = end_of_pair(handover);
        const int small = 16 * kb;
        if (setsockopt(end.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)) < 0)
            broken("SO_SNDBUF");
        return end;
    });
    const auto end_of_waits = handover.receive();
    waits.await();
    const Peer fills(ve, [&] { return end_of_pair(handover); });
    const auto end_of_fills = handover.receive();
    fills.await();

    const auto queued = waits.fill();
    EXPECT_EQ(waits.code(), std::uint64_t{EAGAIN});
    EXPECT_EQ(ve.counter(resource).failcnt, 0u) << "its own buffer is full, and the VE has room";
    const auto where = "/proc/" + std::to_string(waits.process().pid()) + "/wchan";
    waits.start_sending(16 * kb);
    ASSERT_TRUE(eventually([&] { return contents(where).starts_with("sock_"); }))
        << contents(where);

    // Nothing has come of what it asked for, so another gets the room, also what becomes free.
    EXPECT_GT(fills.fill(), room / 2);
    std::string piece(4 * kb, '\0');
    for (std::uint64_t got = 0; got < queued; got += piece.size()) {
        EXPECT_EQ(recv(end_of_waits.get(), piece.data(), piece.size(), MSG_WAITALL), 4 * kb);
        (void)fills.fill();
    }
    EXPECT_EQ(waits.heard(), ~std::uint64_t{0}) << "refused in the end";
    EXPECT_LE(ve.counter(resource).maxheld, room + slack);
    drain(end_of_fills.get());
}

namespace {

// What a piece of a kilobyte takes at most, with the packet it starts.
constexpr std::uint64_t one_small_piece = 4 * kb;

// In a network of its own, where the loopback device sends packets of that size.
void have_own_loopback(int mtu)
{
    if (unshare(CLONE_NEWNET) < 0)
        broken("unshare");
    const Fd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_mtu = mtu;
    if (ioctl(fd.get(), SIOCSIFMTU, &request) < 0)
        broken("SIOCSIFMTU");
    request.ifr_flags = IFF_UP;
    if (ioctl(fd.get(), SIOCSIFFLAGS, &request) < 0)
        broken("SIOCSIFFLAGS");
}

// A UDP socket that sends to itself.
Fd to_itself(int family)
{
    Fd fd(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    if (family == AF_INET)
        reinterpret_cast<sockaddr_in&>(address).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        reinterpret_cast<sockaddr_in6&>(address).sin6_addr = in6addr_loopback;
    address.ss_family = static_cast<sa_family_t>(family);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd.get(), any, size) < 0 || getsockname(fd.get(), any, &size) < 0 ||
        connect(fd.get(), any, size) < 0)
        broken("a socket to itself");
    return fd;
}

// Adds twelve pieces of a kilobyte to each socket, until one does not fit.
std::uint64_t add_pieces(const std::vector<Fd>& sockets, const std::function<bool(int)>& add)
{
    std::uint64_t added = 0;
    for (const auto& fd : sockets)
        for (int i = 0; i < 12; i++, added += kb)
            if (!add(fd.get()))
                return added;
    return added;
}

class Datagrams : public Buffer, public testing::WithParamInterface<int> {};

} // namespace

TEST_P(Datagrams, ThatGrowAreAskedForPieceByPiece)
{
    constexpr auto resource = ve::Resource::othersockbuf;
    const Ve ve(client, {bound(resource, 64 * kb)});
    auto one = member(ve, [family = GetParam()](Link& link) {
        have_own_loopback(65536);
        std::vector<Fd> sockets;
        for (int i = 0; i < 8; i++)
            sockets.push_back(to_itself(family));
        const std::string piece(kb, 'x');
        for (const int flags : {int{MSG_MORE} | MSG_DONTWAIT, int{MSG_MORE}}) {
            link.tell(static_cast<std::int64_t>(add_pieces(sockets, [&](int fd) {
                return send(fd, piece.data(), piece.size(), flags) == kb;
            })));
            link.tell(errno);
            (void)link.hear();
            for (auto& fd : sockets)
                fd = to_itself(family);
        }
        hang();
    });
    for (const int code : {EAGAIN, ENOBUFS}) {
        const auto added = static_cast<std::uint64_t>(one.hear_number());
        EXPECT_EQ(one.hear_number(), code);
        EXPECT_GT(added, 32 * kb);
        EXPECT_LE(added, 64 * kb);
        EXPECT_LE(ve.counter(resource).maxheld, 64 * kb + one_small_piece);
        one.tell();
    }
    EXPECT_TRUE(ve.comes_to_hold(resource, 0));
}

TEST_P(Datagrams, OfManyFragmentsAreAskedForAtOnce)
{
    constexpr auto resource = ve::Resource::othersockbuf;
    const Ve ve(client, {bound(resource, 32 * kb)});
    auto one = member(ve, [family = GetParam()](Link& link) {
        have_own_loopback(1500);
        const auto fd = to_itself(family);
        const std::string bytes(60'000, 'x');
        for (const std::size_t size : {60'000, 10'000}) {
            const bool sent = send(fd.get(), bytes.data(), size, 0) == static_cast<ssize_t>(size);
            link.tell(sent ? 0 : errno);
        }
        hang();
    });
    EXPECT_EQ(one.hear_number(), ENOBUFS);
    EXPECT_EQ(one.hear_number(), 0);
    EXPECT_LE(ve.counter(resource).maxheld, 32 * kb);
    EXPECT_EQ(ve.counter(resource).failcnt, 1u);
}

INSTANTIATE_TEST_SUITE_P(, Datagrams, testing::Values(AF_INET, AF_INET6), [](const auto& tested) {
    return tested.param == AF_INET ? "OverIPv4" : "OverIPv6";
});

TEST_F(Buffer, IsAskedForPagesThatAreNotCopied)
{
    constexpr auto resource = ve::Resource::othersockbuf;
    const Ve ve(client, {bound(resource, 64 * kb)});
    for (const bool unix_sockets : {true, false}) {
        SCOPED_TRACE(unix_sockets ? "UNIX" : "UDP");
        auto one = member(ve, [unix_sockets](Link& link) {
            have_own_loopback(65536);
            const Fd file(memfd_create("pages", MFD_CLOEXEC));
            if (ftruncate(file.get(), kb) < 0)
                broken("ftruncate");
            std::vector<Fd> senders;
            std::vector<Fd> others;
            for (int i = 0; i < 8; i++) {
                int pair[2];
                if (!unix_sockets) {
                    const int cork = 1;
                    senders.push_back(to_itself(AF_INET));
                    if (setsockopt(senders.back().get(), SOL_UDP, UDP_CORK, &cork, sizeof(cork)) <
                        0)
                        broken("UDP_CORK");
                    continue;
                }
                if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
                    broken("socketpair");
                senders.emplace_back(pair[0]);
                others.emplace_back(pair[1]);
            }
            link.tell(static_cast<std::int64_t>(add_pieces(senders, [&](int fd) {
                off_t from = 0;
                return sendfile(fd, file.get(), &from, kb) == kb;
            })));
            link.tell(errno);
            hang();
        });
        EXPECT_LE(one.hear_number(), 64 * kb);
        EXPECT_EQ(one.hear_number(), ENOBUFS);
        EXPECT_LE(ve.counter(resource).maxheld, 64 * kb + one_small_piece);
        EXPECT_GT(ve.counter(resource).held, 32 * kb);
        one.signal(SIGKILL);
        one.reap();
        EXPECT_TRUE(ve.comes_to_hold(resource, 0));
    }
}

TEST_F(Buffer, OfMultipathTcpThereIsNone)
{
    const auto code = [] {
        const Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
        return fd.get() < 0 ? errno : 0;
    };
    EXPECT_EQ(code(), 0) << "on the host";
    const Ve ve(client);
    const auto inside = member(ve, [&](Link& link) {
        link.tell(code());
        hang();
    });
    EXPECT_EQ(inside.hear_number(), EPROTONOSUPPORT);
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numtcpsock, 0)) << "nor of what it is made of";
}

TEST_F(Buffer, OfSocketsThatQueueElsewhereThereIsNone)
{
    // Of SMC, which not every kernel has: its bytes are in a connection of the kernel's own.
    const bool has_smc = system("modprobe -q smc") == 0;
    const auto code = [] {
        const Fd fd(socket(AF_SMC, SOCK_STREAM | SOCK_CLOEXEC, 0));
        return fd.get() < 0 ? errno : 0;
    };
    EXPECT_EQ(code(), has_smc ? 0 : EAFNOSUPPORT) << "on the host";
    const Ve ve(client);
    const auto inside = member(ve, [&](Link& link) {
        link.tell(code());
        hang();
    });
    EXPECT_EQ(inside.hear_number(), has_smc ? EPROTONOSUPPORT : EAFNOSUPPORT);
}

TEST_F(Buffer, OfDatagramsDropsWhatIsTooMuch)
{
    constexpr auto resource = ve::Resource::dgramrcvbuf;
    const Ve ve(client, {bound(resource, 32 * kb)});
    std::uint16_t port = 0;
    const Handover handover;
    const Peer peer(ve, [&] {
        auto fd = bound_to_loopback(SOCK_DGRAM);
        handover.send(fd.get());
        return fd;
    });
    {
        const auto passed = handover.receive();
        port = ntohs(address_of(passed.get()).sin_port);
    }
    peer.await();
    const auto sender = connected(SOCK_DGRAM, port);
    const auto dropped = udp_drops();
    Listener listener;

    EXPECT_EQ(fill(sender.get(), 1000, 100 * 1000), 100u * 1000) << "who sends is not told";
    const auto full = ve.counter(resource);
    EXPECT_LE(full.held, 32 * kb);
    EXPECT_GT(full.held, 16 * kb);
    EXPECT_GT(full.failcnt, 50u);
    EXPECT_EQ(udp_drops() - dropped, full.failcnt) << "each is counted";
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, resource);

    const auto got = peer.drain();
    EXPECT_EQ(got + full.failcnt * 1000, 100u * 1000);
    EXPECT_TRUE(ve.comes_to_hold(resource, 0));
    EXPECT_EQ(fill(sender.get(), 1000, 5000), 5000u);
    EXPECT_EQ(peer.drain(), 5000u);
    EXPECT_EQ(ve.counter(resource).failcnt, full.failcnt);
}

TEST_F(Buffer, OfTcpMakesWhoSendsWait)
{
    constexpr auto resource = ve::Resource::tcpsndbuf;
    const Ve ve(client, {bound(resource, 128 * kb)});
    Connection connection;
    const Peer peer(ve, connection.member_end());
    ASSERT_GE(connection.accepted(), 0);
    peer.await();
    connection.take_little();

    const auto sent = peer.fill();
    EXPECT_EQ(peer.code(), std::uint64_t{EAGAIN});
    const auto full = ve.counter(resource);
    EXPECT_GT(full.held, 64 * kb);
    EXPECT_LE(full.held, 128 * kb + slack);
    EXPECT_GE(full.failcnt, 1u);
    EXPECT_FALSE(peer.writable());
    EXPECT_EQ(drain(connection.accepted()), sent);
    EXPECT_TRUE(ve.comes_to_hold(resource, 0));
    EXPECT_TRUE(peer.writable());

    constexpr std::uint64_t much = 384 * kb;
    peer.start_sending(much);
    EXPECT_EQ(drain(connection.accepted()), much) << "it waits, and goes on";
    EXPECT_EQ(peer.heard(), much);
}

TEST_F(Buffer, OfTcpGoesToTheLimitForASocketWithinItsShare)
{
    constexpr auto resource = ve::Resource::tcpsndbuf;
    const Ve ve(client, {ve::Bound{resource, 16 * kb, 256 * kb}});
    Connection connection;
    const Peer peer(ve, connection.member_end());
    ASSERT_GE(connection.accepted(), 0);
    peer.await();
    connection.take_little();

    const auto sent = peer.fill();
    EXPECT_GT(ve.counter(resource).held, 16 * kb + slack) << "one socket has all of the share";
    EXPECT_LE(ve.counter(resource).held, 256 * kb);
    EXPECT_EQ(drain(connection.accepted()), sent);
}

TEST_F(Buffer, OfTcpDropsWhatIsTooMuchAndLosesNothing)
{
    constexpr auto resource = ve::Resource::tcprcvbuf;
    const Ve ve(client, {bound(resource, 32 * kb)});
    Connection connection;
    const Peer peer(ve, connection.member_end());
    ASSERT_GE(connection.accepted(), 0);
    peer.await();

    const auto sent = fill(connection.accepted(), 16 * kb, 8 * kb * kb);
    EXPECT_GT(sent, 128 * kb);
    EXPECT_TRUE(eventually([&] { return ve.counter(resource).failcnt > 0; }, 20s));
    EXPECT_LE(ve.counter(resource).held, 32 * kb + slack);
    EXPECT_GT(ve.counter(resource).held, 0u);

    std::uint64_t got = 0;
    EXPECT_TRUE(eventually([&] { return (got += peer.drain()) == sent; })) << got << " of " << sent;
    EXPECT_TRUE(ve.comes_to_hold(resource, 0));
}

TEST_F(Buffer, OfAnAcceptedConnectionIsTheListenersOwner)
{
    const Ve ve(client);
    const Handover handover;
    const Peer peer(ve, [&] {
        const auto listener = bound_to_loopback(SOCK_STREAM);
        if (listen(listener.get(), 1) < 0)
            broken("listen");
        handover.send(listener.get());
        return Fd(accept(listener.get(), nullptr, nullptr));
    });
    const auto listener = handover.receive();
    const auto host = connected(SOCK_STREAM, ntohs(address_of(listener.get()).sin_port));
    peer.await();

    EXPECT_EQ(fill(host.get(), 4 * kb, 64 * kb), 64 * kb);
    EXPECT_TRUE(eventually([&] { return ve.counter(ve::Resource::tcprcvbuf).held >= 64 * kb; }));
    EXPECT_EQ(peer.drain(), 64 * kb);
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::tcprcvbuf, 0));
}

TEST_F(Buffer, PassedToTheHostStaysChargedToItsMaker)
{
    constexpr auto resource = ve::Resource::othersockbuf;
    const Ve ve(client);
    const Handover handover;
    auto maker = member(ve, [&](Link&) { handover.send(end_of_pair(handover).get()); });
    auto two = handover.receive();
    auto one = handover.receive();
    maker.await_death();
    maker.reap();

    EXPECT_EQ(fill(one.get(), 4 * kb, 16 * kb), 16 * kb) << "now by a process of the host";
    EXPECT_GE(ve.counter(resource).held, 16 * kb);
    EXPECT_EQ(drain(two.get()), 16 * kb);
    EXPECT_EQ(ve.counter(resource).held, 0u);
    one.close();
    two.close();
}

} // namespace behaviour
