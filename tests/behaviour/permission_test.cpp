// SPDX-License-Identifier: GPL-2.0-only
//
// Who may do what, and who may see what.
#include "fixture.hpp"
#include "listener.hpp"
#include "privilege.hpp"

#include <libve/transport.hpp>

#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

namespace behaviour {

namespace {

// What a client may not, one line for each thing that was not refused as it has to be.
std::string unless_forbidden(const char* what, const ve::Error* error)
{
    if (!error)
        return std::string(what) + " was not refused\n";
    if (error->code != EPERM || error->sentence.empty())
        return std::string(what) + " was refused otherwise: " + error->what() + "\n";
    return {};
}

template <class T>
std::string unless_forbidden(const char* what, const ve::Result<T>& result)
{
    return unless_forbidden(what, result ? nullptr : &result.error());
}

// Empty if all that manages is refused.
std::string manages(ve::Client& client, const Ve& ve)
{
    const auto handle = ve.handle();
    const auto bounds = std::vector{numproc(77)};
    const pid_t child = fork_child([] {
        hang();
        return 0;
    });

    std::string text = unless_forbidden("create", client.create("by.somebody"));
    text += unless_forbidden("destroy", client.destroy(handle));
    text += unless_forbidden("set", client.set(handle, bounds));
    text += unless_forbidden("kill", client.kill(handle, SIGUSR2));
    text += unless_forbidden("attach of another", client.attach_pid(handle, child));
    text += unless_forbidden("attach", client.attach_self(handle));
    kill(child, SIGKILL);
    reap(child);
    return text;
}

// Empty if all that reads is refused.
std::string reads(ve::Client& client, const Ve& ve)
{
    return unless_forbidden("get", client.get(ve.handle())) +
           unless_forbidden("list", client.list()) +
           unless_forbidden("members", client.members(ve.handle()));
}

std::string subscribes(ve::Backend backend)
{
    const auto stream = ve::EventStream::open(backend);
    if (stream)
        return "subscribing was not refused\n";
    if (stream.error().code != EPERM)
        return "subscribing was refused otherwise: " + stream.error().what() + "\n";
    return {};
}

// Who looks takes memory for that.
ve::Environment but_for_its_size(ve::Environment environment)
{
    for (auto& counter : environment.resources)
        if (counter.resource != ve::Resource::numproc)
            counter.held = counter.maxheld = 0;
    return environment;
}

class Permission : public Behaviour {
  protected:
    // Run in a process of its own; it says "" (as ".") or what is wrong.
    static void expect_nothing_from(const Process& process) { EXPECT_EQ(process.hear(), "."); }

    static Process::Body say(const std::function<std::string()>& body)
    {
        return [body](Link& link) {
            const auto text = body();
            link.tell(text.empty() ? "." : text);
        };
    }

    ve::Client connect() { return ve::Client::open(GetParam()).value(); }

    const Ve ve{client, {numproc(50)}};

    // Nothing is changed by whoever may change nothing.
    void TearDown() override
    {
        EXPECT_EQ(ve.numproc().barrier, 50u);
        EXPECT_FALSE(client.get(ve::Handle::named("by.somebody")));
        Behaviour::TearDown();
    }
};

OVER_BOTH_BACKENDS(Permission);

} // namespace

TEST_P(Permission, RootOfTheHostMayAll)
{
    // The other tests show it; here for the record.
    EXPECT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(51)})));
    EXPECT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(50)})));
    EXPECT_TRUE(ok(client.get(ve.handle())));
    EXPECT_TRUE(ok(ve::EventStream::open(GetParam())));
}

TEST_P(Permission, AnyUserOfTheHostMayRead)
{
    const auto inside = member(ve);

    expect_nothing_from(outsider(say([&]() -> std::string {
        become_nobody();
        auto own = connect();
        if (own.get(ve.handle()).value().name != ve.name())
            return "get shows another VE";
        if (own.list().value().empty())
            return "list shows none";
        if (own.members(ve.handle()).value().size() != 1)
            return "members are not shown";
        return {};
    })));
}

TEST_P(Permission, OtherUsersOfTheHostMayNotManage)
{
    expect_nothing_from(outsider(say([&] {
        become_nobody();
        auto own = connect();
        return manages(own, ve) + subscribes(GetParam());
    })));
}

TEST_P(Permission, RootWithoutTheCapabilityMayNotManage)
{
    expect_nothing_from(outsider(say([&] {
        drop_capability(CAP_SYS_ADMIN);
        auto own = connect();
        return manages(own, ve);
    })));
}

TEST_P(Permission, IsOfWhoSendsNotOfWhoOpenedTheSocket)
{
    expect_nothing_from(outsider(say([&] {
        auto own = connect();
        become_nobody();
        return manages(own, ve);
    })));
}

TEST_P(Permission, MembersMayNotManage)
{
    const Ve other(client, {numproc(50)});

    expect_nothing_from(member(ve, say([&] {
                                   auto own = connect();
                                   return manages(own, ve) + manages(own, other) +
                                          subscribes(GetParam());
                               })));
    EXPECT_EQ(other.numproc().barrier, 50u);
}

TEST_P(Permission, MembersMayNotManageByASocketFromBefore)
{
    expect_nothing_from(outsider(say([&] {
        auto own = connect();
        own.attach_self(ve.handle()).value();
        return manages(own, ve);
    })));
}

TEST_P(Permission, MembersMayNotSubscribeByASocketFromBefore)
{
    expect_nothing_from(outsider(say([&]() -> std::string {
        auto transport = ve::open_transport(GetParam()).value();
        join(ve.handle());
        const auto fd = transport->subscribe("events");
        if (fd)
            return "subscribing was not refused";
        return fd.error().code == EPERM ? "" : fd.error().what();
    })));
}

TEST_P(Permission, MembersReadTheirOwnVe)
{
    expect_nothing_from(member(ve, say([&]() -> std::string {
                                   auto own = connect();
                                   const auto now = but_for_its_size(own.own().value());
                                   if (now.id != ve.id() || now.name != ve.name())
                                       return "own() is another VE";
                                   if (now.find(ve::Resource::numproc)->held != 1 ||
                                       now.find(ve::Resource::numproc)->barrier != 50)
                                       return "own() shows other numbers";
                                   const auto named = ve::Handle::named(ve.name());
                                   if (but_for_its_size(own.get(ve.handle()).value()) != now ||
                                       but_for_its_size(own.get(named).value()) != now)
                                       return "get differs from own()";
                                   const auto all = own.list().value();
                                   if (all.size() != 1 || but_for_its_size(all[0]) != now)
                                       return "list differs from own()";
                                   const auto members = own.members(ve.handle()).value();
                                   if (members.size() != 1 || members[0].pid != getpid())
                                       return "members differ";
                                   return {};
                               })));
}

TEST_P(Permission, MembersReadTheirOwnVeWithoutPrivilege)
{
    expect_nothing_from(member(ve, say([&]() -> std::string {
                                   become_nobody();
                                   auto own = connect();
                                   if (own.own().value().id != ve.id() ||
                                       own.list().value().size() != 1)
                                       return "another VE is shown";
                                   return manages(own, ve) + subscribes(GetParam());
                               })));
}

TEST_P(Permission, MembersReadTheirOwnVeFromNamespaces)
{
    expect_nothing_from(member(ve, say([&]() -> std::string {
                                   new_namespace(CLONE_NEWUSER | CLONE_NEWNET);
                                   auto own = connect();
                                   if (own.own().value().id != ve.id() ||
                                       own.list().value().size() != 1)
                                       return "another VE is shown";
                                   return manages(own, ve);
                               })));
}

TEST_P(Permission, ToMembersOtherVesAreAsIfTheyWereNot)
{
    const Ve other(client);
    const auto inside = member(other);

    expect_nothing_from(
        member(ve, say([&]() -> std::string {
                   auto own = connect();
                   const auto same = [](ve::Error one, ve::Error two) {
                       one.context.clear();
                       two.context.clear();
                       return one.code == ENOENT && one == two;
                   };
                   const ve::Handle unused(999999);
                   const auto no_name = ve::Handle::named("nobody");
                   const auto its_name = ve::Handle::named(other.name());
                   std::string wrong;
                   if (!same(own.get(other.handle()).error(), own.get(unused).error()))
                       wrong += "get by id; ";
                   if (!same(own.get(its_name).error(), own.get(no_name).error()))
                       wrong += "get by name; ";
                   if (!same(own.members(other.handle()).error(), own.members(unused).error()))
                       wrong += "members by id; ";
                   if (!same(own.members(its_name).error(), own.members(no_name).error()))
                       wrong += "members by name; ";
                   return wrong;
               })));
}

TEST_P(Permission, HostHasNoOwnVe)
{
    EXPECT_TRUE(refused(client.own(), EINVAL, "id"));
}

TEST_P(Permission, RootOfAnotherUserNamespaceMayNothing)
{
    expect_nothing_from(outsider(say([&] {
        new_namespace(CLONE_NEWUSER);
        auto own = connect();
        return manages(own, ve) + reads(own, ve) + subscribes(GetParam());
    })));
}

TEST_P(Permission, RootOfAnotherUserAndNetworkNamespaceMayNothing)
{
    expect_nothing_from(outsider(say([&] {
        new_namespace(CLONE_NEWUSER | CLONE_NEWNET);
        auto own = connect();
        return manages(own, ve) + reads(own, ve);
    })));
}

TEST_P(Permission, RootOfAnotherUserAndNetworkNamespaceHearsNothing)
{
    const auto process = outsider([backend = GetParam()](Link& link) {
        new_namespace(CLONE_NEWUSER | CLONE_NEWNET);
        // It owns the network namespace: the kernel may let it listen, but nothing comes.
        auto stream = ve::EventStream::open(backend);
        if (!stream && stream.error().code != EPERM)
            throw Broken(stream.error().what());
        link.tell("listening");
        (void)link.hear();
        link.tell(!stream || !stream->next(0ms).value() ? "." : "an event was heard");
    });
    (void)process.hear();
    Listener listener(GetParam());
    Ve told(client);
    told.destroy();
    (void)listener.next<ve::Created>(told.name());
    (void)listener.next<ve::Destroyed>(told.name());

    process.tell();
    expect_nothing_from(process);
}

TEST_P(Permission, RootInAnotherNetworkNamespaceMayAll)
{
    expect_nothing_from(outsider(say([&]() -> std::string {
        new_namespace(CLONE_NEWNET);
        auto own = connect();
        const auto made = own.create(fresh_name()).value();
        own.set(ve::Handle(made), std::vector{numproc(5)}).value();
        if (own.get(ve::Handle(made)).value().find(ve::Resource::numproc)->barrier != 5)
            return "set did nothing";
        own.attach_pid(ve::Handle(made), fork_child([] {
                           hang();
                           return 0;
                       }))
            .value();
        if (own.members(ve::Handle(made)).value().size() != 1)
            return "attach did nothing";
        own.kill(ve::Handle(made), SIGKILL).value();
        if (!eventually([&] { return own.destroy(ve::Handle(made)).has_value(); }))
            return "kill did nothing";
        return own.get(ve.handle()).value().name == ve.name() ? "" : "get shows another VE";
    })));
}

TEST_P(Permission, PidsAreThoseOfTheAskersNamespace)
{
    const auto process = outsider([&](Link& link) {
        new_namespace(CLONE_NEWPID);
        fork_child([&] {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            auto own = connect();
            const pid_t child = fork_child([] {
                hang();
                return 0;
            });
            own.attach_pid(ve.handle(), child).value();
            const auto members = own.members(ve.handle()).value();
            link.tell(members.size() == 1 && members[0].pid == child && child < 10
                          ? "."
                          : "the member has another pid inside");
            hang();
            return 0;
        });
        hang();
    });

    expect_nothing_from(process);
    ASSERT_EQ(ve.members().size(), 1u);
    EXPECT_NE(ve.members()[0], 2);
    const auto status = contents("/proc/" + std::to_string(ve.members()[0]) + "/status");
    EXPECT_NE(status.find("NSpid:\t" + std::to_string(ve.members()[0]) + "\t2"), std::string::npos);
}

} // namespace behaviour
