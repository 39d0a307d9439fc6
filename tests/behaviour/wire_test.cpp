// SPDX-License-Identifier: GPL-2.0-only
//
// Messages that are not as they should be: each gets an error, and changes nothing.
#include "fixture.hpp"
#include "wire.hpp"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

namespace behaviour {

namespace {

constexpr std::size_t heads = NLMSG_HDRLEN + GENL_HDRLEN;

class Wire : public Host {
  protected:
    void SetUp() override
    {
        target = wire::u32(wire::id, ve.id());
        before = picture(client);
    }

    void TearDown() override
    {
        EXPECT_EQ(picture(client), before) << "nothing may have changed";
        // And the kernel goes on as if nothing had been.
        EXPECT_EQ(socket.ask(wire::get, target).code, 0);
        Host::TearDown();
    }

    // Refused, with a sentence; @p fault is the offset of the attribute at fault among all.
    void expect_refused(const wire::Answer& answer, int code,
                        std::optional<std::size_t> fault = std::nullopt)
    {
        EXPECT_EQ(answer.code, code) << strerror(answer.code) << ": " << answer.sentence;
        EXPECT_FALSE(answer.sentence.empty());
        if (fault) {
            ASSERT_TRUE(answer.offset) << answer.sentence;
            EXPECT_EQ(*answer.offset, heads + *fault) << answer.sentence;
        }
    }

    const Ve ve{client, {behaviour::numproc(5, 10)}};
    wire::Socket socket;
    wire::Buffer target;
    std::vector<ve::Environment> before;
};

constexpr wire::Command every_do[] = {wire::get, wire::create, wire::destroy,
                                      wire::set, wire::attach, wire::kill};

} // namespace

TEST_F(Wire, SpeaksTheLanguageItself)
{
    // Or the tests below would pass for the wrong reasons.
    EXPECT_EQ(socket.ask(wire::get, target).messages, 1);
    EXPECT_EQ(socket.ask(wire::get, {}, NLM_F_DUMP).messages, static_cast<int>(before.size()));
    EXPECT_EQ(socket.ask(wire::set, wire::concat({target, wire::bounds(7, 9)})).code, 0);
    EXPECT_EQ(ve.numproc().barrier, 7u);
    EXPECT_EQ(ve.numproc().limit, 9u);
    EXPECT_EQ(socket.ask(wire::set, wire::concat({target, wire::bounds(5, 10)})).code, 0);
    EXPECT_EQ(socket.ask(wire::kill, wire::concat({target, wire::u32(wire::signal, SIGUSR1)})).code,
              0);
    EXPECT_EQ(socket.ask(wire::member_get, target, NLM_F_DUMP).code, 0);
}

TEST_F(Wire, MessageShorterThanItsHeadIsRefused)
{
    for (std::size_t size = NLMSG_HDRLEN; size < heads; size++) {
        auto bytes = socket.message(wire::get, {});
        bytes.resize(size);
        auto length = static_cast<std::uint32_t>(size);
        std::memcpy(bytes.data(), &length, sizeof(length));
        socket.send(bytes);
        const auto answer = socket.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->code, EINVAL) << size;
    }
}

TEST_F(Wire, MessageThatClaimsToBeLongerThanItIsChangesNothing)
{
    auto bytes = socket.message(wire::destroy, target);
    for (const std::uint32_t length : {0u, 8u, 15u, 64u, 65536u, 0xffffffffu}) {
        std::memcpy(bytes.data(), &length, sizeof(length));
        socket.send(bytes);
    }
    // Netlink does not answer what it cannot take apart.
    EXPECT_EQ(socket.ask(wire::get, target).code, 0);
}

TEST_F(Wire, TruncatedAttributesAreRefused)
{
    const auto whole = wire::concat({target, wire::bounds(6, 7)});
    for (std::size_t size = target.size() + 1; size < whole.size(); size++) {
        const auto cut = wire::Buffer(whole.begin(), whole.begin() + static_cast<long>(size));
        EXPECT_EQ(socket.ask(wire::set, cut).code, EINVAL) << size;
    }
}

TEST_F(Wire, AttributeLengthsThatLieAreRefused)
{
    for (const auto length : std::initializer_list<std::uint16_t>{0, 1, 3, 9, 64, 0xffff}) {
        auto attribute = target;
        std::memcpy(attribute.data(), &length, sizeof(length));
        for (const auto command : every_do)
            EXPECT_NE(socket.ask(command, attribute).code, 0) << length;
    }
}

TEST_F(Wire, BytesAfterTheLastAttributeAreRefused)
{
    expect_refused(socket.ask(wire::get, wire::concat({target, wire::Buffer(3)})), EINVAL);
}

TEST_F(Wire, UnknownAttributesAreRefused)
{
    for (const auto type : std::initializer_list<std::uint16_t>{17, 18, 63, 0x3fff})
        for (const auto command : every_do)
            expect_refused(socket.ask(command, wire::concat({target, wire::u32(type, 1)})), EINVAL,
                           target.size());
    for (const auto type : std::initializer_list<std::uint16_t>{8, 63})
        expect_refused(
            socket.ask(wire::set, wire::concat({target, wire::nest(wire::resource,
                                                                   {wire::u32(wire::resource_id, 5),
                                                                    wire::u64(wire::barrier, 6),
                                                                    wire::u32(type, 1)})})),
            EINVAL);
}

TEST_F(Wire, AttributesThatACommandDoesNotTakeAreRefused)
{
    const auto refuse = [&](wire::Command command, const wire::Buffer& extra) {
        expect_refused(socket.ask(command, wire::concat({target, extra})), EINVAL, target.size());
    };

    refuse(wire::get, wire::u32(wire::pid, 1));
    refuse(wire::get, wire::bounds(6, 7));
    refuse(wire::destroy, wire::u32(wire::signal, 9));
    refuse(wire::set, wire::u32(wire::state, 1));
    refuse(wire::set, wire::u32(wire::pid, 1));
    refuse(wire::create, wire::u32(wire::members, 1));
    refuse(wire::attach, wire::bounds(6, 7));
    refuse(wire::attach, wire::u32(wire::signal, 9));
    refuse(wire::kill, wire::u32(wire::pid, 1));
    refuse(wire::kill, wire::raw(wire::entering, ""));
    refuse(wire::get, wire::raw(wire::pad, ""));
}

TEST_F(Wire, NumbersOfAnotherSizeAreRefused)
{
    for (const auto* payload : {"", "1", "12", "123", "12345", "12345678"})
        for (const auto command : every_do) {
            const auto code = socket.ask(command, wire::raw(wire::id, payload)).code;
            EXPECT_TRUE(code == EINVAL || code == ERANGE) << payload << ": " << strerror(code);
        }
    for (const auto* payload : {"", "1", "1234", "1234567", "123456789"}) {
        const auto code =
            socket
                .ask(wire::set,
                     wire::concat(
                         {target, wire::nest(wire::resource, {wire::u32(wire::resource_id, 5),
                                                              wire::raw(wire::barrier, payload)})}))
                .code;
        EXPECT_TRUE(code == EINVAL || code == ERANGE) << payload << ": " << strerror(code);
    }
}

TEST_F(Wire, NamesWithoutAnEndAreRefused)
{
    expect_refused(socket.ask(wire::create, wire::raw(wire::name, "endless")), EINVAL, 0);
    expect_refused(socket.ask(wire::create, wire::raw(wire::name, "")), EINVAL, 0);
    expect_refused(socket.ask(wire::get, wire::raw(wire::name, std::string(64, 'x'))), EINVAL, 0);
}

TEST_F(Wire, CreateWithoutANameIsRefused)
{
    expect_refused(socket.ask(wire::create, {}), EINVAL);
    expect_refused(socket.ask(wire::create, wire::bounds(6, 7)), EINVAL);
}

TEST_F(Wire, NestsThatAreNotMarkedAreRefused)
{
    expect_refused(
        socket.ask(wire::set, wire::concat({target, wire::nest(wire::resource,
                                                               {wire::u32(wire::resource_id, 5),
                                                                wire::u64(wire::barrier, 6)},
                                                               0)})),
        EINVAL, target.size());
}

TEST_F(Wire, NestsOfGarbageAreRefused)
{
    const auto refuse = [&](std::initializer_list<wire::Buffer> parts) {
        expect_refused(
            socket.ask(wire::set, wire::concat({target, wire::nest(wire::resource, parts)})),
            EINVAL);
    };

    refuse({});
    refuse({wire::Buffer(4, std::byte{0xff})});
    refuse({wire::Buffer(64, std::byte{0xff})});
    refuse({wire::u64(wire::barrier, 6)});
    refuse({wire::u32(wire::resource_id, 5)});
    refuse({wire::u32(wire::resource_id, 5), wire::u64(wire::held, 0)});
    refuse(
        {wire::u32(wire::resource_id, 5), wire::u64(wire::barrier, 6), wire::u64(wire::held, 0)});
    refuse({wire::u32(wire::resource_id, 5), wire::u64(wire::barrier, 6),
            wire::u64(wire::maxheld, 0)});
    refuse({wire::u32(wire::resource_id, 5), wire::u64(wire::barrier, 6),
            wire::u64(wire::failcnt, 0)});
    refuse({wire::u32(wire::resource_id, 5), wire::u64(wire::barrier, 6), wire::Buffer(3)});
    expect_refused(
        socket.ask(wire::set,
                   wire::concat({target, wire::raw(wire::resource | wire::nested, "x")})),
        ERANGE, target.size());
}

TEST_F(Wire, NumbersThatAreOutOfRangeAreRefused)
{
    const auto refuse = [&](wire::Command command, const wire::Buffer& extra) {
        expect_refused(socket.ask(command, wire::concat({target, extra})), ERANGE, target.size());
    };

    refuse(wire::attach, wire::u32(wire::pid, 0));
    refuse(wire::attach, wire::u32(wire::pid, 0x80000000));
    refuse(wire::attach, wire::u32(wire::pidfd, 0x80000000));
    refuse(wire::kill, wire::u32(wire::signal, 0));
    refuse(wire::kill, wire::u32(wire::signal, 65));
    expect_refused(socket.ask(wire::get, wire::u32(wire::id, 0)), ERANGE, 0);
    expect_refused(socket.ask(wire::get, wire::u32(wire::id, 0x80000000)), ERANGE, 0);
}

TEST_F(Wire, ManyBoundsAreRefusedWithoutTheirSum)
{
    // The second is named twice, however many follow.
    wire::Buffer many = target;
    for (int i = 0; i < 500; i++)
        many = wire::concat({many, wire::bounds(6, 7)});
    expect_refused(socket.ask(wire::set, many), EINVAL, target.size() + wire::bounds(6, 7).size());
}

TEST_F(Wire, UnknownCommandsAreRefused)
{
    for (const auto command : std::initializer_list<std::uint8_t>{0, 8, 13, 16, 100, 255}) {
        socket.send(socket.message(command, target));
        const auto answer = socket.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->code, EOPNOTSUPP) << int{command};
    }
}

TEST_F(Wire, ListsOfWhatHasNoneAreRefused)
{
    for (const auto command : {wire::create, wire::destroy, wire::set, wire::attach, wire::kill})
        EXPECT_EQ(socket.ask(command, target, NLM_F_DUMP).code, EOPNOTSUPP) << int{command};
    EXPECT_EQ(socket.ask(wire::member_get, target).code, EOPNOTSUPP);
    EXPECT_EQ(socket.ask(wire::refusal_get, target).code, EOPNOTSUPP);
    EXPECT_EQ(socket.ask(wire::history_get, {}).code, EOPNOTSUPP);
}

TEST_F(Wire, ListsOfNoSuchVeAreRefused)
{
    // Old kernels have no way to send a sentence with it; libve gets one for its users.
    for (const auto command : {wire::member_get, wire::refusal_get}) {
        EXPECT_EQ(socket.ask(command, {}, NLM_F_DUMP).code, EINVAL);
        EXPECT_EQ(socket.ask(command, wire::u32(wire::id, 999999), NLM_F_DUMP).code, ENOENT);
        EXPECT_EQ(socket.ask(command, wire::u32(wire::pid, 1), NLM_F_DUMP).code, EINVAL);
    }
}

TEST_F(Wire, RequestByWriteIsOfWhoOpenedTheSocketToo)
{
    // A privileged program that is made to write to a socket it was given sends nothing.
    const auto process = outsider([&](Link& link) {
        if (seteuid(65534) < 0)
            broken("seteuid");
        wire::Socket own;
        if (seteuid(0) < 0)
            broken("seteuid");
        own.write(own.message(wire::set, wire::concat({target, wire::bounds(6, 7)})));
        link.tell(own.answer()->code);
        own.write(own.message(wire::get, target));
        link.tell(own.answer()->code);
    });

    EXPECT_EQ(process.hear_number(), EPERM);
    EXPECT_EQ(process.hear_number(), 0);
}

TEST_F(Wire, MemberCannotSubscribeByBind)
{
    // The first 32 groups can be joined without setsockopt(2).
    if (socket.group() > 32)
        GTEST_SKIP() << "the group's number is " << socket.group();
    const auto bind_to_group = [group = socket.group()] {
        const Fd own(::socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC));
        sockaddr_nl address = {AF_NETLINK, 0, 0, 1U << (group - 1)};
        return bind(own.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0
                   ? errno
                   : 0;
    };
    {
        const auto inside = member(ve, [&](Link& link) { link.tell(bind_to_group()); });
        EXPECT_EQ(inside.hear_number(), EPERM);
    }
    EXPECT_EQ(bind_to_group(), 0) << "or the test proves nothing";
    before = picture(client);
}

TEST_F(Wire, MutatedMessagesChangeNothingButWhatTheySay)
{
    // Whatever they do, they do to VEs: no process is a member, and attach is not among them.
    std::mt19937 random(4711);
    const auto pick = [&random](std::size_t size) {
        return std::uniform_int_distribution<std::size_t>(0, size - 1)(random);
    };
    const std::pair<wire::Command, wire::Buffer> originals[] = {
        {wire::get, target},
        {wire::create, wire::concat({wire::text(wire::name, "mutant"), wire::bounds(6, 7)})},
        {wire::set, wire::concat({target, wire::bounds(5, 10)})},
        {wire::destroy, wire::u32(wire::id, 0x7ffffff0)},
        {wire::kill,
         wire::concat({target, wire::u32(wire::signal, SIGCONT), wire::u32(wire::timeout, 0)})},
        {wire::member_get, target},
        {wire::refusal_get, target},
    };

    for (int i = 0; i < 3000; i++) {
        auto [command, attributes] = originals[pick(std::size(originals))];
        for (std::size_t changes = 1 + pick(3); changes > 0; changes--)
            attributes[pick(attributes.size())] = static_cast<std::byte>(pick(256));
        if (pick(4) == 0)
            attributes.resize(pick(attributes.size()) + 1);
        const std::uint16_t flags = command >= wire::member_get ? NLM_F_DUMP : 0;
        ASSERT_NO_THROW((void)socket.ask(command, attributes, flags)) << i;
    }

    // What was made or set by chance is put back.
    for (const auto& environment : picture(client)) {
        if (environment.id == ve.id())
            continue;
        EXPECT_TRUE(ok(client.destroy(ve::Handle(environment))));
    }
    std::vector<ve::Bound> bounds;
    for (const auto& counter : before.at(0).resources)
        bounds.push_back({counter.resource, counter.barrier, counter.limit});
    EXPECT_TRUE(ok(client.set(ve.handle(), bounds)));
}

} // namespace behaviour
