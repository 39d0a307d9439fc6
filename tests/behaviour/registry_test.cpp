// SPDX-License-Identifier: GPL-2.0-only
//
// VEs come, are found, and go.
#include "fixture.hpp"

#include <libve/transport.hpp>

#include <unistd.h>

#include <cerrno>
#include <map>

namespace behaviour {

namespace {

class Registry : public Behaviour {
  protected:
    // What Client has no words for: a request by id and name at once.
    ve::Result<> ask(ve::Command command, const ve::Parameters& parameters)
    {
        const auto attributes = ve::encode(parameters);
        auto done = ve::open_transport(GetParam())
                        .value()
                        ->exchange({command, false, attributes}, [](const ve::Message&) {});
        if (!done)
            return ve::err(done.error());
        return {};
    }
};

OVER_BOTH_BACKENDS(Registry);

// Every request that names a VE, complete but for the name.
const std::map<ve::Command, ve::Parameters>& requests()
{
    static const auto all = [] {
        std::map<ve::Command, ve::Parameters> requests;
        requests[ve::Command::get];
        requests[ve::Command::destroy];
        requests[ve::Command::set].bounds = {numproc(7)};
        requests[ve::Command::attach];
        requests[ve::Command::kill].signal = 9;
        return requests;
    }();
    return all;
}

} // namespace

TEST_P(Registry, NewVeIsEmptyAndUnlimitedAndPromisedNothing)
{
    const Ve ve(client);
    const auto now = ve.look();

    EXPECT_EQ(now.id, ve.id());
    EXPECT_EQ(now.name, ve.name());
    EXPECT_EQ(now.state, ve::State::empty);
    EXPECT_EQ(now.members, 0u);
    EXPECT_NE(now.find(ve::Resource::numproc), nullptr);
    for (const auto& counter : now.resources)
        EXPECT_EQ(counter, (ve::Counter{counter.resource, 0, 0, first_barrier(counter.resource),
                                        ve::unlimited, 0}));
    EXPECT_EQ(client.members(ve.handle()).value().size(), 0u);
}

TEST_P(Registry, CreateAnswersWithTheVe)
{
    const auto made = client.create(fresh_name(), std::nullopt, std::vector{numproc(3, 4)}).value();

    EXPECT_EQ(made, client.get(ve::Handle(made.id)).value());
    EXPECT_EQ(*made.find(ve::Resource::numproc),
              (ve::Counter{ve::Resource::numproc, 0, 0, 3, 4, 0}));
    EXPECT_TRUE(ok(client.destroy(ve::Handle(made))));
}

TEST_P(Registry, IdIsChosenByTheKernelUnlessGiven)
{
    const Ve first(client);
    const Ve second(client);

    EXPECT_GE(first.id(), 1u);
    EXPECT_LE(first.id(), ve::id_max);
    EXPECT_NE(first.id(), second.id());
}

TEST_P(Registry, GivenIdIsTaken)
{
    for (const ve::Id id : {ve::Id{1}, ve::Id{4711}, ve::id_max}) {
        const auto made = client.create(fresh_name(), id);
        ASSERT_TRUE(ok(made));
        EXPECT_EQ(made->id, id);
        EXPECT_EQ(client.get(ve::Handle(id)).value().name, made->name);
        EXPECT_TRUE(ok(client.destroy(ve::Handle(id))));
    }
}

TEST_P(Registry, ChosenIdsGoOnAfterTheLargest)
{
    const auto last = client.create(fresh_name(), ve::id_max).value();
    const Ve next(client);

    EXPECT_NE(next.id(), last.id);
    EXPECT_TRUE(ok(client.destroy(ve::Handle(last))));
}

TEST_P(Registry, IdOutOfRangeIsRefused)
{
    const auto before = picture(client);

    for (const ve::Id id : {ve::Id{0}, ve::id_max + 1, ve::Id{4294967295}}) {
        EXPECT_TRUE(refused(client.create(fresh_name(), id), ERANGE, "id")) << id;
        EXPECT_TRUE(refused(client.get(ve::Handle(id)), ERANGE, "id")) << id;
        EXPECT_TRUE(refused(client.destroy(ve::Handle(id)), ERANGE, "id")) << id;
    }
    EXPECT_EQ(picture(client), before);
}

TEST_P(Registry, IdOfAnotherVeIsRefused)
{
    const Ve ve(client);
    const auto before = picture(client);

    EXPECT_TRUE(refused(client.create(fresh_name(), ve.id()), EEXIST, "id"));
    EXPECT_EQ(picture(client), before);
}

TEST_P(Registry, NameOfAnotherVeIsRefused)
{
    const Ve ve(client);
    const auto before = picture(client);

    EXPECT_TRUE(refused(client.create(ve.name()), EEXIST, "name"));
    EXPECT_TRUE(refused(client.create(ve.name(), 4711), EEXIST, "name"));
    EXPECT_EQ(picture(client), before);
    // Nor has the refused request kept the id.
    ASSERT_TRUE(ok(client.create(fresh_name(), 4711)));
    EXPECT_TRUE(ok(client.destroy(ve::Handle(4711))));
}

TEST_P(Registry, NamesOfOneTo63BytesAreTaken)
{
    for (const std::string name : {"a", "Z", "_", "_1", "A.b:c@d-e_f9", "a..", "v-"}) {
        ASSERT_TRUE(ok(client.create(name))) << name;
        EXPECT_EQ(client.get(ve::Handle::named(name)).value().name, name);
        EXPECT_TRUE(ok(client.destroy(ve::Handle::named(name))));
    }
    const std::string longest(ve::name_max, 'x');
    ASSERT_TRUE(ok(client.create(longest)));
    EXPECT_EQ(client.get(ve::Handle::named(longest)).value().name, longest);
    EXPECT_TRUE(ok(client.destroy(ve::Handle::named(longest))));
}

TEST_P(Registry, BadNamesAreRefused)
{
    const auto before = picture(client);

    for (const std::string name :
         {"",          "1",   "42", "9lives", "-x",  ".x",  "..",    ":x",    "@x",
          "a b",       " a",  "a ", "a/b",    "a\n", "a\t", "a\x7f", "a\x01", "\xc3\xa4",
          "x\xc3\xa4", "a%s", "a*", "a\"",    "a'",  "a\\", "a,b",   "a=b",   "a+b"})
        EXPECT_TRUE(refused(client.create(name), EINVAL, "name")) << "'" << name << "'";
    EXPECT_EQ(picture(client), before);
}

TEST_P(Registry, NameOf64BytesIsRefused)
{
    const auto before = picture(client);

    for (const std::size_t size : {64, 65, 255, 4096}) {
        const std::string name(size, 'x');
        const auto made = client.create(name);
        ASSERT_FALSE(made) << size;
        EXPECT_TRUE(refused(made, made.error().code, "name"));
        EXPECT_TRUE(made.error().code == EINVAL || made.error().code == ERANGE)
            << made.error().what();
    }
    EXPECT_EQ(picture(client), before);
}

TEST_P(Registry, CaseOfNamesMatters)
{
    const auto lower = client.create("case").value();
    const auto upper = client.create("CASE").value();

    EXPECT_NE(lower.id, upper.id);
    EXPECT_EQ(client.get(ve::Handle::named("CASE")).value().id, upper.id);
    EXPECT_TRUE(ok(client.destroy(ve::Handle(lower))));
    EXPECT_TRUE(ok(client.destroy(ve::Handle(upper))));
}

TEST_P(Registry, NameThatBeginsAnotherIsNotTheOther)
{
    const Ve ve(client);

    EXPECT_TRUE(refused(client.get(ve::Handle::named(ve.name() + "x")), ENOENT, "name"));
    EXPECT_TRUE(
        refused(client.get(ve::Handle::named(ve.name().substr(0, ve.name().size() - 1) + "_")),
                ENOENT, "name"));
}

TEST_P(Registry, UnusedHandleIsNoSuchVe)
{
    const auto before = picture(client);

    for (const auto& [command, parameters] : requests()) {
        auto by_id = parameters;
        by_id.id = 999999;
        EXPECT_TRUE(refused(ask(command, by_id), ENOENT, "id")) << to_string(command);
        auto by_name = parameters;
        by_name.name = "nobody";
        EXPECT_TRUE(refused(ask(command, by_name), ENOENT, "name")) << to_string(command);
    }
    EXPECT_TRUE(refused(client.members(ve::Handle(999999)), ENOENT, "id"));
    EXPECT_TRUE(refused(client.members(ve::Handle::named("nobody")), ENOENT, "name"));
    EXPECT_EQ(picture(client), before);
}

TEST_P(Registry, IdAndNameTogetherMustBeOfOneVe)
{
    const Ve ve(client, {numproc(5)});
    const Ve other(client, {numproc(6)});
    const auto before = picture(client);

    for (const auto& [command, parameters] : requests()) {
        auto mixed = parameters;
        mixed.id = ve.id();
        mixed.name = other.name();
        EXPECT_TRUE(refused(ask(command, mixed), EINVAL, "name")) << to_string(command);
    }
    EXPECT_EQ(picture(client), before);
    ve::Parameters both;
    both.id = ve.id();
    both.name = ve.name();
    EXPECT_TRUE(ok(ask(ve::Command::get, both)));
}

TEST_P(Registry, RequestWithoutHandleIsRefused)
{
    const Ve ve(client);
    const auto before = picture(client);

    for (const auto& [command, parameters] : requests())
        EXPECT_TRUE(refused(ask(command, parameters), EINVAL, "id")) << to_string(command);
    EXPECT_EQ(picture(client), before);
}

TEST_P(Registry, DestroyedVeIsGone)
{
    Ve ve(client);
    ve.destroy();

    EXPECT_TRUE(refused(client.get(ve.handle()), ENOENT, "id"));
    EXPECT_TRUE(refused(client.get(ve::Handle::named(ve.name())), ENOENT, "name"));
    EXPECT_TRUE(refused(client.destroy(ve.handle()), ENOENT, "id"));
    for (const auto& environment : picture(client))
        EXPECT_NE(environment.name, ve.name());
}

TEST_P(Registry, IdAndNameCanBeUsedAgainAtOnce)
{
    const auto name = fresh_name();

    for (int i = 0; i < 20; i++) {
        const auto made = client.create(name, 4711, std::vector{numproc(i + 1u)});
        ASSERT_TRUE(ok(made));
        EXPECT_EQ(made->find(ve::Resource::numproc)->barrier, i + 1u)
            << "nothing is left of the VE before";
        ASSERT_TRUE(ok(client.destroy(ve::Handle::named(name))));
    }
}

TEST_P(Registry, CreateWithBadBoundsMakesNothing)
{
    const auto before = picture(client);
    const auto name = fresh_name();

    EXPECT_TRUE(refused(client.create(name, {}, std::vector{numproc(6, 5)}), EINVAL, "resource"));
    EXPECT_TRUE(
        refused(client.create(name, {}, std::vector{numproc(5), numproc(5)}), EINVAL, "resource"));
    EXPECT_TRUE(refused(client.create(name, {}, std::vector{ve::Bound{}}), EINVAL, "resource"));
    // The barrier of a new VE is unlimited: no limit but that fits. What it is promised is 0.
    EXPECT_TRUE(
        refused(client.create(name, {}, std::vector{ve::Bound{ve::Resource::numproc, {}, 5}}),
                EINVAL, "resource"));
    EXPECT_EQ(picture(client), before);
    ASSERT_TRUE(
        ok(client.create(name, {}, std::vector{ve::Bound{ve::Resource::vmguarpages, {}, 5}})));
    EXPECT_TRUE(ok(client.destroy(ve::Handle::named(name))));
}

TEST_P(Registry, OneOfTwoCreatesOfANameWins)
{
    constexpr int rounds = 40;
    const auto name = fresh_name();
    const auto race = [backend = GetParam(), &name](Link& link) {
        auto own = ve::Client::open(backend).value();
        for (int i = 0; i < rounds; i++) {
            (void)link.hear();
            const auto made = own.create(name);
            link.tell(made ? 0 : made.error().code);
        }
    };
    const Process one(race);
    const Process two(race);

    for (int i = 0; i < rounds; i++) {
        one.tell();
        two.tell();
        const auto first = one.hear_number();
        const auto second = two.hear_number();
        EXPECT_EQ(std::min(first, second), 0);
        EXPECT_EQ(std::max(first, second), EEXIST);
        ASSERT_TRUE(ok(client.destroy(ve::Handle::named(name))));
    }
}

TEST_P(Registry, ThreeThousandVesComeAreListedAndGo)
{
    constexpr unsigned count = 3000;
    const auto before = picture(client).size();
    std::map<ve::Id, std::string> made;

    for (unsigned i = 0; i < count; i++) {
        const auto one = client.create("many." + std::to_string(i));
        ASSERT_TRUE(ok(one));
        made[one->id] = one->name;
    }
    ASSERT_EQ(made.size(), count);

    std::map<ve::Id, std::string> listed;
    const auto all = client.list();
    ASSERT_TRUE(ok(all));
    EXPECT_EQ(all->size(), before + count);
    for (const auto& environment : *all)
        listed[environment.id] = environment.name;
    for (const auto& [id, name] : made)
        ASSERT_EQ(listed[id], name);

    for (const auto& [id, name] : made)
        ASSERT_TRUE(ok(client.destroy(ve::Handle(id))));
    EXPECT_EQ(picture(client).size(), before);
}

} // namespace behaviour
