// SPDX-License-Identifier: GPL-2.0-only

#include "samples.hpp"

#include <libve/client.hpp>
#include <libve/test/fake_transport.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;
using ve::Command;
using ve::Handle;
using Call = ve::test::FakeTransport::Call;

class Client : public testing::Test {
  protected:
    // What the only request was.
    Call call() const
    {
        EXPECT_EQ(fake->calls().size(), 1u);
        return fake->calls().at(0);
    }

    std::shared_ptr<ve::test::FakeTransport> fake = std::make_shared<ve::test::FakeTransport>();
    ve::Client client = ve::Client::over(fake);
};

TEST_F(Client, creates_with_id_and_bounds)
{
    const ve::Bound bounds[] = {{ve::Resource::numproc, 5, ve::unlimited}};
    fake->answer(samples::environment());

    const auto made = client.create("web", 7, bounds);
    ASSERT_TRUE(made);
    EXPECT_EQ(*made, samples::environment());
    EXPECT_EQ(call(), (Call{Command::create, false, {7, "web", {bounds[0]}, {}, {}, {}, {}}}));
}

TEST_F(Client, creates_with_a_name_only)
{
    fake->answer(samples::environment());

    ASSERT_TRUE(client.create("web"));
    EXPECT_EQ(call(), (Call{Command::create, false, {{}, "web", {}, {}, {}, {}, {}}}));
}

TEST_F(Client, creates_one_that_watches)
{
    auto watching = samples::environment();
    watching.sight = ve::Sight::all;
    fake->answer(watching);

    const auto made = client.create("web", std::nullopt, {}, ve::Sight::all);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->sight, ve::Sight::all);
    EXPECT_TRUE(call().parameters.watching);
}

TEST_F(Client, passes_bad_names_to_the_kernel_but_not_half_of_one)
{
    fake->refuse({EINVAL, "bad name", "name", {}});

    EXPECT_EQ(client.create("a/b").error().sentence, "bad name");
    EXPECT_EQ(call().parameters.name, "a/b");
    const auto refused = client.create(std::string_view("a\0b", 3));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EINVAL);
    EXPECT_EQ(client.destroy(Handle::named({"a\0b", 3})).error().attribute, "name");
    EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(Client, refuses_names_longer_than_any)
{
    const auto refused = client.create(std::string(ve::name_max + 1, 'x'));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EINVAL);
    EXPECT_EQ(refused.error().attribute, "name");
    EXPECT_TRUE(fake->calls().empty());
}

TEST_F(Client, asks_for_a_ve_by_name_or_id_or_for_its_own)
{
    for (int i = 0; i < 3; ++i)
        fake->answer(samples::environment());

    EXPECT_EQ(*client.get(Handle(7)), samples::environment());
    EXPECT_EQ(client.get(Handle::named("web"))->name, "web");
    EXPECT_EQ(client.own()->id, 7u);
    EXPECT_EQ(fake->calls().at(0), (Call{Command::get, false, {7, {}, {}, {}, {}, {}, {}}}));
    EXPECT_EQ(fake->calls().at(1), (Call{Command::get, false, {{}, "web", {}, {}, {}, {}, {}}}));
    EXPECT_EQ(fake->calls().at(2), (Call{Command::get, false, {}}));
}

TEST_F(Client, says_what_it_was_doing_when_refused)
{
    fake->refuse({ENOENT, "no such VE", "name", {}});

    const auto refused = client.get(Handle::named("web"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOENT);
    EXPECT_EQ(refused.error().what(), "VE web: no such VE (ENOENT, name)");
}

TEST_F(Client, an_empty_answer_is_malformed)
{
    fake->answer();
    fake->answer_bytes(Command::get, {});

    EXPECT_EQ(client.get(Handle(7)).error().code, EBADMSG);
    EXPECT_EQ(client.get(Handle(7)).error().code, EBADMSG);
}

TEST_F(Client, lists_by_id)
{
    ve::Environment first = samples::environment();
    first.id = 3;
    fake->answer({samples::environment(), first});

    const auto all = client.list();
    ASSERT_TRUE(all);
    EXPECT_EQ(*all, (std::vector{first, samples::environment()}));
    EXPECT_EQ(call(), (Call{Command::get, true, {}}));
}

TEST_F(Client, lists_nothing_when_there_is_nothing)
{
    fake->answer(std::vector<ve::Environment>());

    ASSERT_TRUE(client.list());
}

TEST_F(Client, lists_again_when_the_first_list_was_interrupted)
{
    fake->answer({samples::environment(), samples::environment()}, ve::Consistency::interrupted);
    fake->answer({samples::environment()});

    const auto all = client.list();
    ASSERT_TRUE(all);
    EXPECT_EQ(all->size(), 1u);
    EXPECT_EQ(fake->calls().size(), 2u);
}

TEST_F(Client, gives_up_a_list_that_is_interrupted_for_ever)
{
    for (int i = 0; i < 100; ++i)
        fake->answer({samples::environment()}, ve::Consistency::interrupted);

    EXPECT_EQ(client.list().error().code, EINTR);
    EXPECT_GT(fake->calls().size(), 2u);
    EXPECT_LT(fake->calls().size(), 50u);
}

TEST_F(Client, visits_each_once_and_tells_of_an_interruption)
{
    fake->answer({samples::environment(), samples::environment()}, ve::Consistency::interrupted);
    int seen = 0;

    const auto done = client.for_each([&](const ve::Environment& environment) {
        EXPECT_EQ(environment, samples::environment());
        ++seen;
    });
    ASSERT_TRUE(done);
    EXPECT_EQ(*done, ve::Consistency::interrupted);
    EXPECT_EQ(seen, 2);
    EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(Client, a_malformed_item_fails_the_list)
{
    fake->answer_bytes(Command::get, samples::number(7u));

    EXPECT_EQ(client.list().error().code, EBADMSG);
}

TEST_F(Client, lets_the_exceptions_of_a_visitor_through)
{
    fake->answer({samples::environment()});

    EXPECT_THROW(
        (void)client.for_each([](const ve::Environment&) { throw std::runtime_error("no"); }),
        std::runtime_error);
}

TEST_F(Client, lists_members)
{
    fake->answer({samples::member(), samples::member()});

    const auto members = client.members(Handle::named("web"));
    ASSERT_TRUE(members);
    EXPECT_EQ(*members, (std::vector{samples::member(), samples::member()}));
    EXPECT_EQ(fake->calls().at(0),
              (Call{Command::member_get, true, {{}, "web", {}, {}, {}, {}, {}}}));
}

TEST_F(Client, lists_refusals)
{
    fake->answer(std::vector{samples::refusal(), samples::refusal()});
    fake->answer(std::vector<ve::Refusal>{});

    EXPECT_EQ(*client.refusals(Handle::named("web")),
              (std::vector{samples::refusal(), samples::refusal()}));
    EXPECT_TRUE(client.own_refusals()->empty());
    EXPECT_EQ(fake->calls().at(0),
              (Call{Command::refusal_get, true, {{}, "web", {}, {}, {}, {}, {}}}));
    EXPECT_EQ(fake->calls().at(1), (Call{Command::refusal_get, true, {}}));
}

TEST_F(Client, lists_what_is_gone)
{
    fake->answer(std::vector{samples::past(), samples::past()});

    EXPECT_EQ(*client.history(), (std::vector{samples::past(), samples::past()}));
    EXPECT_EQ(call(), (Call{Command::history_get, true, {}}));
}

TEST_F(Client, tells_members_why_they_see_no_history)
{
    fake->refuse({EPERM, {}, {}, {}});
    fake->answer(samples::environment()); // a member may look
    EXPECT_EQ(client.history().error().sentence, "a member of a VE sees no other");

    fake->refuse({EPERM, {}, {}, {}});
    fake->refuse({EPERM, "not here", {}, {}});
    EXPECT_EQ(client.history().error().sentence, "not here");
}

TEST_F(Client, asks_for_the_reason_where_a_list_was_refused_without_one)
{
    fake->refuse({ENOENT, {}, {}, {}});
    fake->refuse({ENOENT, "no such VE", "id", {}});

    const auto refused = client.members(Handle(7));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().sentence, "no such VE");
    EXPECT_EQ(refused.error().attribute, "id");
    EXPECT_EQ(fake->calls().at(1), (Call{Command::get, false, {7, {}, {}, {}, {}, {}, {}}}));
}

TEST_F(Client, keeps_the_refusal_of_a_list_for_which_there_is_no_reason)
{
    fake->refuse({EPERM, {}, {}, {}});
    fake->answer(samples::environment());
    EXPECT_EQ(client.members(Handle(7)).error().code, EPERM);

    fake->refuse({ENOBUFS, {}, {}, {}});
    fake->refuse({ENOENT, "no such VE", "id", {}});
    EXPECT_EQ(client.members(Handle(7)).error().code, ENOBUFS);

    fake->refuse({EPERM, "no", {}, {}});
    EXPECT_EQ(client.members(Handle(7)).error().sentence, "no");
    EXPECT_EQ(fake->calls().size(), 5u);
}

TEST_F(Client, destroys_and_sets)
{
    const ve::Bound bounds[] = {{ve::Resource::numproc, std::nullopt, 9}};
    fake->answer();
    fake->answer();

    EXPECT_TRUE(client.destroy(Handle(7)));
    EXPECT_TRUE(client.set(Handle(7), bounds));
    EXPECT_EQ(fake->calls().at(0), (Call{Command::destroy, false, {7, {}, {}, {}, {}, {}, {}}}));
    EXPECT_EQ(fake->calls().at(1),
              (Call{Command::set, false, {7, {}, {bounds[0]}, {}, {}, {}, {}}}));
}

TEST_F(Client, attaches_by_each_way)
{
    for (int i = 0; i < 3; ++i)
        fake->answer();

    EXPECT_TRUE(client.attach_self(Handle(7)));
    EXPECT_TRUE(client.attach_pid(Handle(7), 4711));
    EXPECT_TRUE(client.attach_pidfd(Handle(7), 0));
    EXPECT_EQ(fake->calls().at(0), (Call{Command::attach, false, {7, {}, {}, {}, {}, {}, {}}}));
    EXPECT_EQ(fake->calls().at(1), (Call{Command::attach, false, {7, {}, {}, 4711, {}, {}, {}}}));
    EXPECT_EQ(fake->calls().at(2), (Call{Command::attach, false, {7, {}, {}, {}, 0, {}, {}}}));
}

TEST_F(Client, kills_until_empty_or_for_a_time)
{
    for (int i = 0; i < 3; ++i)
        fake->answer();

    EXPECT_TRUE(client.kill(Handle(7), 9));
    EXPECT_TRUE(client.kill(Handle(7), 15, 0ms));
    EXPECT_TRUE(client.kill(Handle(7), 15, 4294967295ms));
    EXPECT_EQ(fake->calls().at(0), (Call{Command::kill, false, {7, {}, {}, {}, {}, 9, {}}}));
    EXPECT_EQ(fake->calls().at(1), (Call{Command::kill, false, {7, {}, {}, {}, {}, 15, 0}}));
    EXPECT_EQ(fake->calls().at(2).parameters.timeout, 4294967295u);
}

TEST_F(Client, refuses_timeouts_the_kernel_cannot_be_told)
{
    EXPECT_EQ(client.kill(Handle(7), 9, -1ms).error().code, EINVAL);
    EXPECT_EQ(client.kill(Handle(7), 9, 4294967296ms).error().attribute, "timeout");
    EXPECT_TRUE(fake->calls().empty());
}

TEST_F(Client, a_request_without_an_answer_fails)
{
    EXPECT_EQ(client.destroy(Handle(7)).error().code, ENOSYS);
}

} // namespace
