// SPDX-License-Identifier: GPL-2.0-only
//
// Files, sockets and ptys: how many fit, who is charged, and for how long.
#include "descriptor.hpp"
#include "fixture.hpp"
#include "listener.hpp"
#include "maker.hpp"
#include "shared.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <functional>

namespace behaviour {

namespace {

class Object : public Host, public testing::WithParamInterface<Kind> {
  protected:
    static const Kind& kind() { return GetParam(); }

    // A closed socket or pty is freed a moment later.
    static testing::AssertionResult comes_to_hold(const Ve& ve, std::uint64_t much)
    {
        return ve.comes_to_hold(kind().resource, much);
    }

    static ve::Counter counter(const Ve& ve) { return ve.counter(kind().resource); }
};

INSTANTIATE_TEST_SUITE_P(, Object, testing::ValuesIn(all_kinds().begin(), all_kinds().end()),
                         [](const auto& tested) { return std::string(tested.param.name); });

class Owner : public Host {};

sockaddr_in loopback(int socket)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (socket >= 0 && getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) < 0)
        broken("getsockname");
    return address;
}

Fd tcp_listener()
{
    Fd fd(socket(AF_INET, SOCK_STREAM, 0));
    const auto any = loopback(-1);
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(any)) < 0 ||
        listen(fd.get(), 16) < 0)
        broken("listen");
    return fd;
}

Fd tcp_connect(int listener)
{
    Fd fd(socket(AF_INET, SOCK_STREAM, 0));
    const auto address = loopback(listener);
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0)
        broken("connect");
    return fd;
}

} // namespace

TEST_P(Object, FitsUpToTheBarrierAndNotAbove)
{
    const Ve ve(client, {bound(kind().resource, 3)});
    const Maker maker(ve, kind());
    Listener listener;

    for (int i = 0; i < 3; i++)
        EXPECT_EQ(maker.make(), 0) << i;
    EXPECT_EQ(counter(ve).held, 3u);
    EXPECT_EQ(counter(ve).failcnt, 0u);

    EXPECT_EQ(maker.make(), kind().refused);
    EXPECT_TRUE(comes_to_hold(ve, 3)) << "what was refused is not charged";
    EXPECT_EQ(counter(ve).failcnt, 1u);
    EXPECT_EQ(counter(ve).maxheld, 3u);
    const auto refused = listener.first<ve::Refused>(ve.name());
    EXPECT_EQ(refused.counter.resource, kind().resource);
    EXPECT_EQ(refused.pid, maker.process().pid());
}

TEST_P(Object, ClosedMakesRoomForOne)
{
    const Ve ve(client, {bound(kind().resource, 2)});
    const Maker maker(ve, kind());
    EXPECT_EQ(maker.make(), 0);
    EXPECT_EQ(maker.make(), 0);

    for (int i = 0; i < 5; i++) {
        EXPECT_EQ(maker.make(), kind().refused);
        maker.close();
        EXPECT_TRUE(comes_to_hold(ve, 1));
        EXPECT_EQ(maker.make(), 0);
        EXPECT_EQ(counter(ve).held, 2u);
    }
    EXPECT_EQ(counter(ve).failcnt, 5u);
}

TEST_P(Object, IsExactOnTwoProcessors)
{
    constexpr int makers = 4;
    constexpr std::uint64_t barrier = 3;
    const Ve ve(client, {bound(kind().resource, barrier)});
    const Shared<std::atomic<int>> open;
    const Shared<std::atomic<bool>> too_many;
    std::vector<Process> processes;

    for (int i = 0; i < makers; i++)
        processes.push_back(member(ve, [&](Link& link) {
            (void)link.hear();
            int made = 0;
            for (int tries = 0; tries < 3000; tries++) {
                const int fd = kind().make();
                if (fd < 0) {
                    if (errno != kind().refused)
                        broken("make");
                    continue;
                }
                made++;
                if (++*open > static_cast<int>(barrier))
                    *too_many = true;
                --*open;
                close(fd);
            }
            link.tell(made);
            hang();
        }));
    for (const auto& process : processes)
        process.tell();
    std::int64_t made = 0;
    for (const auto& process : processes)
        made += process.hear_number();

    EXPECT_FALSE(*too_many);
    EXPECT_TRUE(comes_to_hold(ve, 0));
    const auto now = counter(ve);
    EXPECT_LE(now.maxheld, barrier);
    EXPECT_EQ(static_cast<std::uint64_t>(made) + now.failcnt, makers * 3000u);
    EXPECT_GT(made, 0);
}

TEST_P(Object, MadeBeforeAttachIsNotCharged)
{
    const Ve ve(client);
    const auto process = outsider([](Link& link) {
        Fd made(kind().make());
        link.tell(made.get() >= 0 ? 0 : errno);
        (void)link.hear();
        made.close();
        link.tell("closed");
        hang();
    });
    ASSERT_EQ(process.hear_number(), 0);

    ASSERT_TRUE(ok(client.attach_pid(ve.handle(), process.pid())));
    EXPECT_EQ(counter(ve).held, 0u);
    process.tell();
    EXPECT_EQ(process.hear(), "closed");
    EXPECT_EQ(counter(ve).held, 0u);
}

TEST_P(Object, OfTheHostIsNotCharged)
{
    const Ve ve(client, {bound(kind().resource, 0)});

    const Fd made(kind().make());
    EXPECT_GE(made.get(), 0);
    EXPECT_EQ(counter(ve), (ve::Counter{kind().resource, 0, 0, 0, 0, 0}));
}

TEST_P(Object, PassedToTheHostStaysChargedToItsMaker)
{
    Ve ve(client);
    const Handover handover;
    auto process = member(ve, [&](Link&) { handover.send(Fd(kind().make()).get()); });
    auto passed = handover.receive();
    process.await_death();
    process.reap();

    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numproc, 0));
    EXPECT_EQ(counter(ve).held, 1u);
    passed.close();
    EXPECT_TRUE(comes_to_hold(ve, 0));
}

TEST_P(Object, PassedToAnotherVeStaysChargedToItsMaker)
{
    const Ve ve(client);
    const Ve other(client);
    const Handover handover;
    const auto receiver = member(other, [&](Link& link) {
        auto passed = handover.receive();
        link.tell("received");
        (void)link.hear();
        passed.close();
        link.tell("closed");
        hang();
    });
    const auto base = counter(other).held;
    const auto maker = member(ve, [&](Link&) {
        handover.send(Fd(kind().make()).get());
        hang();
    });

    EXPECT_EQ(receiver.hear(), "received");
    EXPECT_TRUE(comes_to_hold(ve, 1));
    EXPECT_EQ(counter(other).held, base);
    receiver.tell();
    EXPECT_EQ(receiver.hear(), "closed");
    EXPECT_TRUE(comes_to_hold(ve, 0));
    EXPECT_EQ(counter(other).held, base);
}

TEST_P(Object, OutlivesItsVeWithoutATrace)
{
    const Handover handover;
    Ve ve(client);
    auto process = member(ve, [&](Link&) { handover.send(Fd(kind().make()).get()); });
    auto passed = handover.receive();
    process.await_death();
    process.reap();
    ve.destroy();

    // Its id and name are free for another, which has nothing to do with it.
    ASSERT_TRUE(ok(client.create(ve.name(), ve.id())));
    EXPECT_EQ(client.get(ve.handle()).value().find(kind().resource)->held, 0u);
    passed.close();
    EXPECT_EQ(client.get(ve.handle()).value().find(kind().resource)->held, 0u);
    ASSERT_TRUE(ok(client.destroy(ve.handle())));
}

TEST_P(Object, SharedByForkIsChargedOnce)
{
    const Ve ve(client);
    const auto process = member(ve, [](Link& link) {
        Fd made(kind().make());
        link.tell("made");
        (void)link.hear();
        const pid_t child = fork_child([] {
            hang();
            return 0;
        });
        made.close();
        link.tell("closed");
        (void)link.hear();
        kill(child, SIGKILL);
        reap(child);
        link.tell("reaped");
        hang();
    });

    EXPECT_EQ(process.hear(), "made");
    EXPECT_EQ(counter(ve).held, 1u);
    process.tell();
    EXPECT_EQ(process.hear(), "closed");
    EXPECT_EQ(counter(ve).held, 1u) << "the child has it";
    process.tell();
    EXPECT_EQ(process.hear(), "reaped");
    EXPECT_TRUE(comes_to_hold(ve, 0));
}

TEST_F(Owner, OfAMappedFileIsChargedUntilItIsUnmapped)
{
    const Ve ve(client);
    const auto process = member(ve, [](Link& link) {
        Fd file(open("/proc/self/exe", O_RDONLY));
        void* const place = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, file.get(), 0);
        file.close();
        link.tell(place == MAP_FAILED ? errno : 0);
        (void)link.hear();
        munmap(place, 4096);
        link.tell("unmapped");
        hang();
    });

    EXPECT_EQ(process.hear_number(), 0);
    EXPECT_EQ(ve.counter(ve::Resource::numfile).held, 1u);
    process.tell();
    EXPECT_EQ(process.hear(), "unmapped");
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numfile, 0));
}

TEST_F(Owner, OfAPairOfSocketsIsChargedForTwoOrNone)
{
    const Ve ve(client, {bound(ve::Resource::numothersock, 3)});
    const auto process = member(ve, [](Link& link) {
        for (int i = 0; i < 2; i++) {
            std::array<int, 2> ends{};
            link.tell(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) < 0 ? errno : 0);
        }
        hang();
    });

    EXPECT_EQ(process.hear_number(), 0);
    EXPECT_EQ(process.hear_number(), ENOBUFS);
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numothersock, 2));
    EXPECT_EQ(ve.counter(ve::Resource::numothersock).failcnt, 1u);
}

TEST_F(Owner, OfAConnectionIsWhoListens)
{
    const Ve ve(client);
    const Handover handover;
    const auto server = member(ve, [&](Link& link) {
        auto listener = tcp_listener();
        handover.send(listener.get());
        (void)link.hear();
        Fd accepted(accept(listener.get(), nullptr, nullptr));
        link.tell(accepted.get() >= 0 ? "accepted" : "nothing");
        (void)link.hear();
        accepted.close();
        link.tell("closed");
        hang();
    });
    const auto listener = handover.receive();
    EXPECT_EQ(ve.counter(ve::Resource::numtcpsock).held, 1u);

    // The host connects; nobody has accepted yet.
    const auto connection = tcp_connect(listener.get());
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numtcpsock, 2));
    server.tell();
    EXPECT_EQ(server.hear(), "accepted");
    EXPECT_EQ(ve.counter(ve::Resource::numtcpsock).held, 2u);

    // The side that closes first is in TIME_WAIT then: that is no socket any more.
    server.tell();
    EXPECT_EQ(server.hear(), "closed");
    char byte = 0;
    EXPECT_EQ(read(connection.get(), &byte, 1), 0);
    shutdown(connection.get(), SHUT_RDWR);
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numtcpsock, 1));
}

TEST_F(Owner, OfConnectionsIsBounded)
{
    const Ve ve(client, {bound(ve::Resource::numtcpsock, 3)});
    const Handover handover;
    const auto server = member(ve, [&](Link& link) {
        const auto listener = tcp_listener();
        handover.send(listener.get());
        for (;;) {
            (void)link.hear();
            const Fd accepted(accept(listener.get(), nullptr, nullptr));
            link.tell(accepted.get() >= 0 ? 0 : errno);
        }
    });
    const auto listener = handover.receive();
    std::vector<Fd> connections;
    for (int i = 0; i < 3; i++)
        connections.push_back(tcp_connect(listener.get()));

    // To who connects the third looks established; the server has no socket for it.
    EXPECT_TRUE(eventually([&] { return ve.counter(ve::Resource::numtcpsock).failcnt >= 1; }));
    EXPECT_EQ(ve.counter(ve::Resource::numtcpsock).held, 3u);
    EXPECT_EQ(ve.counter(ve::Resource::numtcpsock).maxheld, 3u);

    // One accepted and closed makes room: the handshake's last packet comes again.
    server.tell();
    EXPECT_EQ(server.hear_number(), 0);
    connections.front().close();
    EXPECT_EQ(write(connections.back().get(), "x", 1), 1);
    server.tell();
    EXPECT_EQ(server.hear_number(), 0);
    server.tell();
    EXPECT_EQ(server.hear_number(), 0) << "the third";
}

TEST_F(Owner, OfConnectionsWithoutListenerIsNobody)
{
    const Ve ve(client);
    const Handover handover;
    auto server = member(ve, [&](Link&) {
        const auto listener = tcp_listener();
        handover.send(listener.get());
    });
    auto listener = handover.receive();
    const auto first = tcp_connect(listener.get());
    const auto second = tcp_connect(listener.get());
    server.await_death();
    server.reap();

    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numtcpsock, 3));
    listener.close();
    EXPECT_TRUE(ve.comes_to_hold(ve::Resource::numtcpsock, 0)) << "none was accepted";
}

TEST_F(Owner, OfAUnixConnectionIsWhoConnects)
{
    const Ve ve(client, {bound(ve::Resource::numothersock, 2)});
    const Fd listener(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = "\0ve" + fresh_name();
    name.copy(address.sun_path, sizeof(address.sun_path));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    ASSERT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    ASSERT_EQ(listen(listener.get(), 8), 0);
    const auto caller = member(ve, [&](Link& link) {
        std::vector<Fd> sockets;
        for (int i = 0; i < 2; i++) {
            sockets.emplace_back(socket(AF_UNIX, SOCK_STREAM, 0));
            link.tell(sockets.back().get() >= 0 &&
                              connect(sockets.back().get(),
                                      reinterpret_cast<const sockaddr*>(&address), size) == 0
                          ? 0
                          : errno);
        }
        hang();
    });

    EXPECT_EQ(caller.hear_number(), 0);
    EXPECT_EQ(ve.counter(ve::Resource::numothersock).held, 2u) << "its own, and the other end";
    EXPECT_EQ(caller.hear_number(), ENOBUFS);
}

TEST_F(Owner, IsNoLongerBoundByWhatHeSetsBelowHeld)
{
    const Ve ve(client);
    const Maker maker(ve, all_kinds().front());
    for (int i = 0; i < 3; i++)
        EXPECT_EQ(maker.make(), 0);

    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{bound(ve::Resource::numfile, 1)})));
    EXPECT_EQ(ve.counter(ve::Resource::numfile).held, 3u) << "nothing is taken away";
    EXPECT_EQ(maker.make(), ENFILE);
    maker.close();
    maker.close();
    EXPECT_EQ(maker.make(), ENFILE) << "held is equal to the barrier";
    maker.close();
    EXPECT_EQ(maker.make(), 0);
}

} // namespace behaviour
