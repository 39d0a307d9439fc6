// SPDX-License-Identifier: GPL-2.0-only
//
// Each command's words to its request.
#include "commands.hpp"
#include "usage_error.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace po = boost::program_options;

namespace {

using namespace vectl;
using std::chrono::milliseconds;

TEST(ParseCreate, NameIdAndBounds)
{
    const auto request = parse_create({"web", "--id", "5", "--set", "numproc=10:20"});
    EXPECT_EQ(request.name, "web");
    EXPECT_EQ(request.id, 5U);
    EXPECT_EQ(request.bounds, (std::vector<ve::Bound>{{ve::Resource::numproc, 10, 20}}));

    EXPECT_EQ(parse_create({"web"}).id, std::nullopt);
    EXPECT_EQ(parse_create({"web"}).sight, ve::Sight::own);
    EXPECT_EQ(parse_create({"web", "--watching"}).sight, ve::Sight::all);
    EXPECT_TRUE(parse_create({"web"}).bounds.empty());
}

TEST(ParseCreate, Refuses)
{
    EXPECT_THROW(parse_create({}), UsageError);
    EXPECT_THROW(parse_create({"a", "b"}), UsageError);
    EXPECT_THROW(parse_create({"12"}), UsageError); // that would be an id
    EXPECT_THROW(parse_create({""}), UsageError);
    EXPECT_THROW(parse_create({std::string(64, 'a')}), UsageError);
    EXPECT_THROW(parse_create({"web", "--id", "0"}), UsageError);
    EXPECT_THROW(parse_create({"web", "--id", "2147483648"}), UsageError);
    EXPECT_THROW(parse_create({"web", "--id", "-1"}), UsageError);
    EXPECT_THROW(parse_create({"web", "--id"}), po::error);
    EXPECT_THROW(parse_create({"web", "--id", "1", "--id", "2"}), po::error);
    EXPECT_THROW(parse_create({"web", "--set", "numproc=2:1"}), UsageError);
    EXPECT_THROW(parse_create({"web", "--set", "numproc=1", "--set", "numproc=1"}), UsageError);
    EXPECT_THROW(parse_create({"web", "numproc=1"}), UsageError);
    EXPECT_THROW(parse_create({"web", "--conf"}), po::error);
    EXPECT_THROW(parse_create({"web", "--conf", "a", "--conf", "b"}), po::error);
}

TEST(ParseCreate, File)
{
    EXPECT_EQ(parse_create({"web"}).conf, std::nullopt);
    EXPECT_EQ(parse_create({"web", "--conf", "-"}).conf, "-");
    EXPECT_EQ(parse_create({"--conf=101.conf", "web"}).conf, "101.conf");
}

TEST(ParseDestroy, NameOrId)
{
    EXPECT_EQ(parse_destroy({"web"}).handle, ve::Handle::named("web"));
    EXPECT_EQ(parse_destroy({"7"}).handle, ve::Handle(7));
    EXPECT_FALSE(parse_destroy({"web"}).kill);
    EXPECT_TRUE(parse_destroy({"web", "--kill"}).kill);
    EXPECT_TRUE(parse_destroy({"--kill", "web"}).kill);
    EXPECT_THROW(parse_destroy({}), UsageError);
    EXPECT_THROW(parse_destroy({"--kil", "web"}), UsageError);
}

TEST(ParseExec, CommandKeepsItsOwnOptions)
{
    const auto request = parse_exec({"--privileged", "web", "--", "ls", "--", "-l", "--help"});
    EXPECT_TRUE(request.privileged);
    EXPECT_EQ(request.handle, ve::Handle::named("web"));
    EXPECT_EQ(request.command, (Words{"ls", "--", "-l", "--help"}));
}

TEST(ParseExec, DashesMayBeLeftOut)
{
    EXPECT_EQ(parse_exec({"web", "ls", "-l"}).command, (Words{"ls", "-l"}));
    EXPECT_EQ(parse_exec({"--", "web", "ls"}).command, (Words{"ls"}));
    EXPECT_EQ(parse_exec({"--privileged", "--", "web", "--", "ls"}).command, (Words{"ls"}));
    EXPECT_EQ(parse_exec({"web", "--", "--", "x"}).command, (Words{"--", "x"}));
    // An option behind NAME belongs to nobody but the command.
    EXPECT_EQ(parse_exec({"web", "--privileged"}).command, (Words{"--privileged"}));
}

TEST(ParseExec, Refuses)
{
    EXPECT_THROW(parse_exec({}), UsageError);
    EXPECT_THROW(parse_exec({"web"}), UsageError);
    EXPECT_THROW(parse_exec({"web", "--"}), UsageError);
    EXPECT_THROW(parse_exec({"--", "web"}), UsageError);
    EXPECT_THROW(parse_exec({"--priv", "web", "ls"}), UsageError);
    EXPECT_THROW(parse_exec({"a b", "ls"}), UsageError);
}

TEST(ParseAttach, NameAndPids)
{
    const auto request = parse_attach({"web", "1", "4194304"});
    EXPECT_EQ(request.handle, ve::Handle::named("web"));
    EXPECT_EQ(request.pids, (std::vector<pid_t>{1, 4194304}));
    EXPECT_THROW(parse_attach({"web"}), UsageError);
    EXPECT_THROW(parse_attach({"web", "0"}), UsageError);
    EXPECT_THROW(parse_attach({"web", "sh"}), UsageError);
    EXPECT_THROW(parse_attach({"web", "2147483648"}), UsageError);
    EXPECT_THROW(parse_attach({"web", "-1"}), po::error);
}

TEST(ParseKill, SignalAndTimeout)
{
    EXPECT_EQ(parse_kill({"web"}).signal, SIGKILL);
    EXPECT_EQ(parse_kill({"web"}).timeout, std::nullopt);
    EXPECT_EQ(parse_kill({"web", "-s", "TERM"}).signal, SIGTERM);
    EXPECT_EQ(parse_kill({"-sHUP", "web"}).signal, SIGHUP);
    EXPECT_EQ(parse_kill({"web", "--signal=9"}).signal, 9);
    EXPECT_EQ(parse_kill({"web", "--timeout", "2.5"}).timeout, milliseconds(2500));
    EXPECT_EQ(parse_kill({"web", "--timeout", "0"}).timeout, milliseconds(0));
    EXPECT_THROW(parse_kill({}), UsageError);
    EXPECT_THROW(parse_kill({"web", "-s", "0"}), UsageError);
    EXPECT_THROW(parse_kill({"web", "--timeout", "soon"}), UsageError);
    EXPECT_THROW(parse_kill({"web", "-9"}), po::error);
}

TEST(ParseList, ColumnsAndOrder)
{
    EXPECT_TRUE(parse_list({}).columns.empty());
    EXPECT_FALSE(parse_list({}).order);
    EXPECT_TRUE(parse_list({}).titled);
    EXPECT_THROW(parse_list({"web"}), UsageError);

    const auto request = parse_list({"-o", "id,numproc.f", "--sort", "-othersockbuf", "-H"});
    EXPECT_EQ(request.columns.size(), 2U);
    ASSERT_TRUE(request.order);
    EXPECT_EQ(request.order->column.name(), "othersockbuf");
    EXPECT_TRUE(request.order->descending);
    EXPECT_FALSE(request.titled);
    EXPECT_FALSE(parse_list({"--sort=name"}).order->descending);

    EXPECT_THROW(parse_list({"-o"}), po::error);
    EXPECT_THROW(parse_list({"-o", ""}), po::error);
    EXPECT_THROW(parse_list({"-o", "id", "-o", "name"}), po::error);
    EXPECT_THROW(parse_list({"--sort", "-H"}), po::error);
}

TEST(ParseCheck, File)
{
    EXPECT_EQ(parse_check({"-"}).file, "-");
    EXPECT_EQ(parse_check({"101.conf"}).file, "101.conf");
    EXPECT_THROW(parse_check({}), UsageError);
}

TEST(ParseShowAndPs, NameMayBeLeftOut)
{
    EXPECT_EQ(parse_show({}).handle, std::nullopt);
    EXPECT_EQ(parse_show({"3"}).handle, ve::Handle(3));
    EXPECT_THROW(parse_show({"a", "b"}), UsageError);
    EXPECT_THROW(parse_show({"0"}), UsageError);
    EXPECT_FALSE(parse_show({"3"}).trouble);
    EXPECT_TRUE(parse_show({"--trouble"}).trouble);
    EXPECT_TRUE(parse_show({"web", "--since-last"}).since_last);
    EXPECT_EQ(parse_ps({}).handle, std::nullopt);
    EXPECT_EQ(parse_ps({"web"}).handle, ve::Handle::named("web"));
    EXPECT_THROW(parse_ps({"a", "b"}), UsageError);
}

TEST(ParseSet, NeedsBounds)
{
    const auto request = parse_set({"web", "numproc=1K:unlimited"});
    EXPECT_EQ(request.bounds,
              (std::vector<ve::Bound>{{ve::Resource::numproc, 1024, ve::unlimited}}));
    EXPECT_THROW(parse_set({"web"}), UsageError);
    EXPECT_THROW(parse_set({"numproc=1"}), UsageError);
    EXPECT_THROW(parse_set({"web", "numproc=1", "numproc=2"}), UsageError);
    EXPECT_THROW(parse_set({"web", "numproc"}), UsageError);
    EXPECT_TRUE(parse_set({"web", "--conf", "-"}).bounds.empty());
    EXPECT_EQ(parse_set({"web", "--conf", "-", "numproc=1"}).conf, "-");
    EXPECT_THROW(parse_set({"--conf", "-"}), UsageError);
}

TEST(ParseWhy, DigitsAreAProcess)
{
    EXPECT_EQ(parse_why({"4711"}).pid, 4711U);
    EXPECT_EQ(parse_why({"4711"}).handle, std::nullopt);
    EXPECT_EQ(parse_why({"web"}).pid, std::nullopt);
    EXPECT_EQ(parse_why({"web"}).handle, ve::Handle::named("web"));
    EXPECT_EQ(parse_why({}).pid, std::nullopt);
    EXPECT_EQ(parse_why({}).handle, std::nullopt);
    EXPECT_THROW(parse_why({"0"}), UsageError);
    EXPECT_THROW(parse_why({"2147483648"}), UsageError);
    EXPECT_THROW(parse_why({""}), UsageError);
    EXPECT_THROW(parse_why({"-1"}), po::error);
    EXPECT_THROW(parse_why({"a", "b"}), UsageError);
}

TEST(ParseHistory, NameAndCount)
{
    EXPECT_EQ(parse_history({}).handle, std::nullopt);
    EXPECT_EQ(parse_history({}).count, std::nullopt);
    EXPECT_EQ(parse_history({"web", "--count", "3"}).handle, ve::Handle::named("web"));
    EXPECT_EQ(parse_history({"web", "--count", "3"}).count, 3U);
    EXPECT_EQ(parse_history({"7"}).handle, ve::Handle(7));
    EXPECT_THROW(parse_history({"--count", "0"}), UsageError);
    EXPECT_THROW(parse_history({"a", "b"}), UsageError);
}

TEST(ParseEvents, CountAndTimeout)
{
    const auto all = parse_events({});
    EXPECT_EQ(all.handle, std::nullopt);
    EXPECT_EQ(all.count, std::nullopt);
    EXPECT_EQ(all.timeout, std::nullopt);

    const auto some = parse_events({"web", "--count", "3", "--timeout", ".5"});
    EXPECT_EQ(some.handle, ve::Handle::named("web"));
    EXPECT_EQ(some.count, 3U);
    EXPECT_EQ(some.timeout, milliseconds(500));

    EXPECT_THROW(parse_events({"--count", "0"}), UsageError);
    EXPECT_THROW(parse_events({"--count", "x"}), UsageError);
    EXPECT_THROW(parse_events({"--timeout", "-1"}), UsageError);
}

} // namespace
