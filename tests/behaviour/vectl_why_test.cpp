// SPDX-License-Identifier: GPL-2.0-only
//
// What vectl tells of refusals, and of VEs that are gone.
#include "fixture.hpp"
#include "program.hpp"
#include "unlucky.hpp"

namespace behaviour {

namespace {

class VectlWhy : public Host {
  protected:
    static std::string number(std::int64_t value) { return std::to_string(value); }
};

class VectlHistory : public Host {};

} // namespace

TEST_F(VectlWhy, ExplainsAProcessThatHasDiedOfIt)
{
    const Ve ve(client, {numproc(1)});
    // A shell that may not fork, and gives up.
    Program program({"vectl", "exec", ve.name(), "--", "sh", "-c", "true | true"});
    const auto pid = program.pid();
    EXPECT_NE(program.finish().status, 0);

    const auto told = vectl({"why", number(pid)});
    EXPECT_EQ(told.status, 0) << told.err;
    for (const auto& word : {ve.name(), std::string("numproc"), std::string("barrier 1"),
                             number(pid), std::string("sh")})
        EXPECT_NE(told.out.find(word), std::string::npos) << word << " is not in: " << told.out;

    const auto rows = vectl({"why", number(pid), "--json"}).json();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0]["ve"], ve.name());
    EXPECT_EQ(rows[0]["veid"], ve.id());
    EXPECT_EQ(rows[0]["resource"], "numproc");
    EXPECT_EQ(rows[0]["severity"], "barrier");
    EXPECT_EQ(rows[0]["barrier"], 1);
    EXPECT_EQ(rows[0]["held"], 1);
    EXPECT_EQ(rows[0]["pid"], pid);
    EXPECT_EQ(rows[0]["comm"], "sh");
}

TEST_F(VectlWhy, TellsALiveProcessFromOthersOfItsVe)
{
    const Ve ve(client, {numproc(2)});
    Unlucky one(ve, "one");
    Unlucky two(ve, "two");
    one.be_refused(3);
    two.be_refused();

    const auto rows = vectl({"why", number(one.pid()), "--json"}).json();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0]["comm"], "one");
    EXPECT_EQ(rows[0]["times"], 3);
    EXPECT_EQ(vectl({"why", ve.name(), "--json"}).json().size(), 2u);
}

TEST_F(VectlWhy, ListsTheNewestLast)
{
    const Ve ve(client, {numproc(2)});
    Unlucky one(ve, "one");
    Unlucky two(ve, "two");
    two.be_refused();
    one.be_refused();

    const auto told = vectl({"why", ve.name()});
    EXPECT_EQ(told.status, 0);
    EXPECT_LT(told.out.find("two"), told.out.find("one")) << told.out;
}

TEST_F(VectlWhy, SaysSoIfNothingWasRefused)
{
    const Ve ve(client, {numproc(1)});
    const auto process = member(ve);

    for (const auto& whom : {ve.name(), number(process.pid()), std::string("1")}) {
        const auto told = vectl({"why", whom});
        EXPECT_EQ(told.status, 1);
        EXPECT_NE(told.out.find("nothing is known to have been refused"), std::string::npos)
            << told.out;
        EXPECT_EQ(told.err, "");
        EXPECT_EQ(vectl({"why", whom, "--json"}).out, "[]\n");
    }
}

TEST_F(VectlWhy, AsksInsideAVeAboutThatVe)
{
    const Ve ve(client, {numproc(1)});
    Unlucky unlucky(ve);
    unlucky.be_refused();
    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(2)})));

    const auto told = vectl({"why", "--json"}, [&] { join(ve.handle()); });
    EXPECT_EQ(told.status, 0) << told.err;
    ASSERT_EQ(told.json().size(), 1u);
    EXPECT_EQ(told.json()[0]["pid"], unlucky.pid());
}

TEST_F(VectlWhy, ExplainsWhatIsGone)
{
    Ve ve(client, {numproc(1)});
    Unlucky unlucky(ve, "unlucky");
    unlucky.be_refused(7);
    unlucky.end();
    ve.destroy();

    for (const auto& whom : {ve.name(), number(unlucky.pid())}) {
        const auto told = vectl({"why", whom});
        EXPECT_EQ(told.status, 0) << told.err;
        EXPECT_NE(told.out.find(ve.name() + " (gone)"), std::string::npos) << told.out;
        const auto rows = vectl({"why", whom, "--json"}).json();
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0]["gone"], true);
        EXPECT_EQ(rows[0]["veid"], ve.id());
        EXPECT_EQ(rows[0]["times"], 7);
        EXPECT_EQ(rows[0]["comm"], "unlucky");
    }
}

TEST_F(VectlWhy, IsOfALiveVeBeforeOneThatIsGone)
{
    const auto name = fresh_name();
    ASSERT_TRUE(ok(client.create(name, std::nullopt, std::vector{numproc(0)})));
    EXPECT_FALSE(client.attach_self(ve::Handle::named(name)));
    ASSERT_TRUE(ok(client.destroy(ve::Handle::named(name))));
    EXPECT_EQ(vectl({"why", name}).status, 0);

    ASSERT_TRUE(ok(client.create(name)));
    EXPECT_EQ(vectl({"why", name}).status, 1) << "nothing was refused to this one";
    ASSERT_TRUE(ok(client.destroy(ve::Handle::named(name))));
    EXPECT_EQ(vectl({"why", name}).status, 1) << "the last of that name counts";
}

TEST_F(VectlWhy, DoesWithoutAHistoryInsideAVe)
{
    const Ve ve(client);

    const auto told = vectl({"why", "1"}, [&] { join(ve.handle()); });
    EXPECT_EQ(told.status, 1);
    EXPECT_EQ(told.err, "");
}

TEST_F(VectlHistory, ShowsWhatWasAndWhatFailed)
{
    Ve ve(client, {numproc(1)});
    Unlucky unlucky(ve);
    unlucky.be_refused(7);
    unlucky.end();
    ve.destroy();

    const auto told = vectl({"history", ve.name()});
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_NE(told.out.find("  numproc 7\n"), std::string::npos) << told.out;

    const auto rows = vectl({"history", "--count", "1", "--json"}).json();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0]["name"], ve.name());
    EXPECT_EQ(rows[0]["id"], ve.id());
    EXPECT_GT(rows[0]["lifetime_ns"], 0);
    EXPECT_GT(rows[0]["cpu_ns"], 0);
    EXPECT_EQ(rows[0]["resources"]["numproc"],
              nlohmann::json(
                  {{"held", 0}, {"maxheld", 1}, {"barrier", 1}, {"limit", 1}, {"failcnt", 7}}));
    EXPECT_EQ(rows[0]["refusals"].size(), 1u);
}

TEST_F(VectlHistory, IsNotForMembers)
{
    const Ve ve(client);

    const auto told = vectl({"history"}, [&] { join(ve.handle()); });
    EXPECT_EQ(told.status, 1);
    EXPECT_EQ(told.out, "");
    EXPECT_NE(told.err.find("a member of a VE sees no other"), std::string::npos) << told.err;
}

TEST_F(VectlWhy, FailsForNoSuchVe)
{
    const auto told = vectl({"why", "nobody"});
    EXPECT_EQ(told.status, 1);
    EXPECT_EQ(told.out, "");
    EXPECT_NE(told.err.find("why nobody: no such VE"), std::string::npos) << told.err;
}

} // namespace behaviour
