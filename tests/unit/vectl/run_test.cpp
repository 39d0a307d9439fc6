// SPDX-License-Identifier: GPL-2.0-only
//
// What the commands ask of the kernel, and what they print.
#include "harness.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

namespace {

using namespace vectl;
using vectl::test::environment;
using vectl::test::Harness;
using vectl::test::refusal;

TEST(RunCreate, OneRequestPrintsTheId)
{
    Harness vectl;
    vectl.requests->answer(environment(3, "web", 0, 0));
    EXPECT_EQ(vectl.run({"create", "web", "--set", "numproc=5:"}), 0);
    EXPECT_EQ(vectl.out.str(), "3\n");
    EXPECT_EQ(vectl.err.str(), "");
    ASSERT_EQ(vectl.requests->calls().size(), 1U);
    const auto& call = vectl.requests->calls()[0];
    EXPECT_EQ(call.command, ve::Command::create);
    EXPECT_EQ(call.parameters.name, "web");
    EXPECT_EQ(call.parameters.id, std::nullopt);
    EXPECT_EQ(call.parameters.bounds, (std::vector<ve::Bound>{{ve::Resource::numproc, 5, {}}}));
}

TEST(RunCreate, JsonIsTheShowObject)
{
    Harness vectl;
    vectl.requests->answer(environment(3, "web", 0, 0));
    EXPECT_EQ(vectl.run({"create", "web", "--json"}), 0);
    const auto object = nlohmann::json::parse(vectl.out.str());
    EXPECT_EQ(object["id"], 3);
    EXPECT_TRUE(object["resources"]["numproc"]["limit"].is_null());
}

TEST(RunCreate, RefusalIsTold)
{
    Harness vectl;
    vectl.requests->refuse(refusal(EEXIST, "a VE with that name exists"));
    EXPECT_EQ(vectl.run({"create", "web"}), 1);
    EXPECT_EQ(vectl.out.str(), "");
    EXPECT_EQ(vectl.err.str(), "vectl: create web: a VE with that name exists (EEXIST)\n");
}

TEST(RunAny, NotLoaded)
{
    for (const Words& words : {Words{"list"}, Words{"show", "web"}, Words{"kill", "web"},
                               Words{"attach", "web", "1"}, Words{"ps"}}) {
        Harness vectl;
        vectl.loaded = false;
        EXPECT_EQ(vectl.run(words), 1);
        EXPECT_NE(vectl.err.str().find("modprobe ve"), std::string::npos) << words[0];
    }
}

TEST(RunAny, InsideAVe)
{
    Harness vectl;
    vectl.requests->refuse(refusal(EPERM, "only the host manages VEs"));
    vectl.requests->answer(environment(3, "web", 1, 1)); // to own()
    EXPECT_EQ(vectl.run({"set", "web", "numproc=1"}), 1);
    EXPECT_NE(vectl.err.str().find("member of VE 'web'"), std::string::npos) << vectl.err.str();
}

TEST(RunList, Table)
{
    Harness vectl;
    vectl.requests->answer(
        std::vector<ve::Environment>{environment(1, "web", 0, 0), environment(12, "db", 3, 4)});
    EXPECT_EQ(vectl.run({"list"}), 0);
    EXPECT_EQ(vectl.out.str(), "ID  NAME  STATE    MEMBERS\n"
                               " 1  web   empty          0\n"
                               "12  db    running        3\n");
}

TEST(RunList, JsonOfNone)
{
    Harness vectl;
    vectl.requests->answer(std::vector<ve::Environment>{});
    EXPECT_EQ(vectl.run({"--json", "list"}), 0);
    EXPECT_EQ(nlohmann::json::parse(vectl.out.str()), nlohmann::json::array());
}

TEST(RunShow, Table)
{
    Harness vectl;
    vectl.requests->answer(environment(12, "db", 1, 4));
    EXPECT_EQ(vectl.run({"show", "12"}), 0);
    EXPECT_EQ(vectl.out.str(), "db (id 12): running, 1 member\n"
                               "\n"
                               "RESOURCE  HELD  MAXHELD  BARRIER      LIMIT  FAILCNT\n"
                               "numproc      4        4        5  unlimited        2\n");
    EXPECT_EQ(vectl.requests->calls().at(0).parameters.id, 12U);
}

TEST(RunShow, OwnWithoutName)
{
    Harness vectl;
    vectl.requests->refuse(refusal(EINVAL, "neither id nor name given"));
    vectl.requests->refuse(refusal(EINVAL, "neither id nor name given"));
    EXPECT_EQ(vectl.run({"show"}), 1);
    EXPECT_NE(vectl.err.str().find("in no VE"), std::string::npos) << vectl.err.str();
    EXPECT_EQ(vectl.requests->calls().at(0).parameters, ve::Parameters());
}

TEST(RunSet, AsksOnce)
{
    Harness vectl;
    vectl.requests->answer();
    EXPECT_EQ(vectl.run({"set", "web", "numproc=:7"}), 0);
    ASSERT_EQ(vectl.requests->calls().size(), 1U);
    EXPECT_EQ(vectl.requests->calls()[0].parameters.bounds,
              (std::vector<ve::Bound>{{ve::Resource::numproc, {}, 7}}));
    EXPECT_EQ(vectl.out.str() + vectl.err.str(), "");
}

TEST(RunDestroy, BusyIsExplained)
{
    Harness vectl;
    vectl.requests->refuse(refusal(EBUSY, "the VE has members"));
    EXPECT_EQ(vectl.run({"destroy", "web"}), 1);
    EXPECT_NE(vectl.err.str().find("destroy --kill web"), std::string::npos) << vectl.err.str();
}

TEST(RunDestroy, KillsFirstAndKeepsToTheId)
{
    Harness vectl;
    vectl.requests->answer(environment(3, "web", 2, 2)); // whom do we mean?
    vectl.requests->answer();                            // kill
    vectl.requests->answer(environment(3, "web", 0, 0)); // is it empty?
    vectl.requests->answer();                            // destroy
    EXPECT_EQ(vectl.run({"destroy", "--kill", "web"}), 0);
    const auto& calls = vectl.requests->calls();
    ASSERT_EQ(calls.size(), 4U);
    EXPECT_EQ(calls[1].command, ve::Command::kill);
    EXPECT_EQ(calls[1].parameters.id, 3U);
    EXPECT_EQ(calls[1].parameters.timeout, std::nullopt);
    EXPECT_EQ(calls[3].command, ve::Command::destroy);
    EXPECT_EQ(calls[3].parameters.id, 3U);
}

TEST(RunDestroy, KillsWhoWasAttachedMeanwhile)
{
    Harness vectl;
    for (int round = 0; round < 2; round++) {
        vectl.requests->answer(environment(3, "web", 1, 1));
        vectl.requests->answer();                            // kill
        vectl.requests->answer(environment(3, "web", 0, 0)); // empty
        if (round == 0)
            vectl.requests->refuse(refusal(EBUSY, "the VE has members")); // in between
    }
    vectl.requests->answer(); // destroy
    EXPECT_EQ(vectl.run({"destroy", "--kill", "web"}), 0) << vectl.err.str();
    EXPECT_EQ(vectl.requests->unused(), 0U);
}

TEST(RunAttach, GoesOnAndNamesEachFailure)
{
    Harness vectl;
    const auto self = std::to_string(getpid());
    vectl.requests->answer(environment(3, "web", 0, 0));
    vectl.requests->refuse(refusal(EBUSY, "the process is a member already"));
    vectl.requests->answer(environment(1, "x", 0, 0)); // to own()
    vectl.requests->answer();
    EXPECT_EQ(vectl.run({"attach", "web", self, self}), 1);
    EXPECT_NE(vectl.err.str().find("attach web: " + self + ": the process is a member already"),
              std::string::npos)
        << vectl.err.str();
    for (const auto& call : vectl.requests->calls())
        EXPECT_EQ(call.parameters.pid, std::nullopt); // always by pidfd
    EXPECT_TRUE(vectl.requests->calls().back().parameters.pidfd);
}

TEST(RunAttach, AllToOneVeThoughItsNameMayPassToAnother)
{
    Harness vectl;
    const auto self = std::to_string(getpid());
    vectl.requests->answer(environment(3, "web", 0, 0));
    vectl.requests->answer();
    vectl.requests->answer();
    EXPECT_EQ(vectl.run({"attach", "web", self, self}), 0) << vectl.err.str();
    ASSERT_EQ(vectl.requests->calls().size(), 3U);
    for (std::size_t i : {1, 2}) {
        const auto& call = vectl.requests->calls()[i];
        EXPECT_EQ(call.command, ve::Command::attach);
        EXPECT_EQ(call.parameters.id, 3U);
        EXPECT_EQ(call.parameters.name, "web");
    }
}

TEST(RunAttach, MoreThanTheSoftLimitOfDescriptors)
{
    constexpr int many = 200;
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_GT(before.rlim_max, many + 50U);
    const rlimit few = {50, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);

    Harness vectl;
    Words words = {"attach", "web"};
    vectl.requests->answer(environment(3, "web", 0, 0));
    for (int i = 0; i < many; i++) {
        vectl.requests->answer();
        words.push_back(std::to_string(getpid()));
    }
    EXPECT_EQ(vectl.run(words), 0) << vectl.err.str().substr(0, 200);
    EXPECT_EQ(vectl.requests->unused(), 0U);
    setrlimit(RLIMIT_NOFILE, &before);
}

TEST(RunAttach, DeadPidAsksNothing)
{
    Harness vectl;
    vectl.requests->answer(environment(3, "web", 0, 0));
    EXPECT_EQ(vectl.run({"attach", "web", "2147483647"}), 1);
    EXPECT_NE(vectl.err.str().find("2147483647: there is no such process (ESRCH)"),
              std::string::npos)
        << vectl.err.str();
    for (const auto& call : vectl.requests->calls())
        EXPECT_NE(call.command, ve::Command::attach);
}

TEST(RunPs, LeavesOutWhoIsGoneAndMarksWhoEnters)
{
    Harness vectl;
    const auto self = getpid();
    vectl.requests->answer(environment(3, "web", 2, 2));
    vectl.requests->answer(
        std::vector<ve::Member>{{3, self, 2, true, "me"}, {3, 2147483647, 1, false, "ghost"}});
    EXPECT_EQ(vectl.run({"ps", "web", "--json"}), 0) << vectl.err.str();
    const auto array = nlohmann::json::parse(vectl.out.str());
    ASSERT_EQ(array.size(), 1U);
    EXPECT_EQ(array[0]["pid"], self);
    EXPECT_EQ(array[0]["ve"], "web");
    EXPECT_EQ(array[0]["threads"], 2);
    EXPECT_EQ(array[0]["entering"], true);
    EXPECT_EQ(array[0]["ppid"], getppid());
}

TEST(RunPs, AllOfThemThoughOneWasRemovedMeanwhile)
{
    Harness vectl;
    vectl.requests->answer(std::vector<ve::Environment>{environment(1, "gone", 0, 0),
                                                        environment(2, "replaced", 0, 0),
                                                        environment(3, "web", 1, 1)});
    vectl.requests->refuse(refusal(ENOENT, "there is no such VE"));
    vectl.requests->refuse(refusal(EINVAL, "the VE with that id has another name"));
    vectl.requests->answer(std::vector<ve::Member>{{3, getpid(), 1, false, "me"}});
    EXPECT_EQ(vectl.run({"ps"}), 0) << vectl.err.str();
    EXPECT_NE(vectl.out.str().find("web"), std::string::npos);
    EXPECT_NE(vectl.out.str().find(std::to_string(getpid())), std::string::npos);
}

TEST(RunVersion, TextAndJson)
{
    Harness text;
    Harness json;
    EXPECT_EQ(text.run({"version"}), 0);
    EXPECT_EQ(json.run({"version", "--json"}), 0);
    const auto object = nlohmann::json::parse(json.out.str());
    EXPECT_EQ(object.size(), 1U);
    EXPECT_EQ("vectl " + object["version"].get<std::string>() + "\n", text.out.str());
}

TEST(RunHelp, IsForPeople)
{
    for (const Words& words : {Words{"help", "--json"}, Words{"--json", "help", "list"},
                               Words{"--help", "--json"}, Words{"list", "--help", "--json"}}) {
        Harness vectl;
        EXPECT_EQ(vectl.run(words), 2);
        EXPECT_EQ(vectl.out.str(), "");
        EXPECT_NE(vectl.err.str().find("help is not JSON"), std::string::npos) << vectl.err.str();
    }
}

TEST(RunExec, RefusedAttachStartsNothing)
{
    Harness vectl;
    vectl.requests->refuse(refusal(EAGAIN, "the barrier of numproc forbids"));
    EXPECT_EQ(vectl.run({"exec", "web", "--", "/bin/true"}), 125);
    EXPECT_NE(vectl.err.str().find("EAGAIN"), std::string::npos);
}

TEST(RunExec, CommandNotFoundAndNotExecutable)
{
    for (const auto& [path, status] :
         {std::pair<const char*, int>{"/no/such/command", 127}, {"/etc/passwd", 126}, {"/", 126}}) {
        Harness vectl;
        vectl.requests->answer();
        EXPECT_EQ(vectl.run({"exec", "--privileged", "web", "--", path}), status) << path;
        EXPECT_NE(vectl.err.str().find(path), std::string::npos);
    }
}

TEST(RunEvents, OneJsonObjectALine)
{
    Harness vectl;
    vectl.events->event(ve::Created{3, "web"});
    vectl.events->event(ve::Lost{});
    vectl.events->event(ve::Empty{3, "web"});
    vectl.events->event(ve::Destroyed{3, "web"});
    EXPECT_EQ(vectl.run({"events", "--json", "--count", "2"}), 0);

    std::istringstream lines(vectl.out.str());
    std::vector<std::string> kinds;
    for (std::string line; std::getline(lines, line);)
        kinds.push_back(nlohmann::json::parse(line)["event"]);
    EXPECT_EQ(kinds, (std::vector<std::string>{"created", "lost", "empty"}));
}

TEST(RunEvents, OfOneVeOnly)
{
    for (const char* name : {"web", "3"}) {
        Harness vectl;
        vectl.events->event(ve::Created{2, "db"});
        vectl.events->event(ve::Created{3, "web"});
        EXPECT_EQ(vectl.run({"events", name, "--timeout", "0"}), 0);
        EXPECT_EQ(vectl.out.str().find("db"), std::string::npos);
        EXPECT_NE(vectl.out.str().find("web (3)"), std::string::npos);
    }
}

TEST(RunEvents, TimeIsUpBeforeTheCount)
{
    Harness vectl;
    vectl.events->event(ve::Created{2, "db"});
    EXPECT_EQ(vectl.run({"events", "--count", "2", "--timeout", "0"}), 124);
    EXPECT_NE(vectl.out.str().find("db"), std::string::npos);
}

TEST(RunEvents, UnreadableEventIsPassedOver)
{
    Harness vectl;
    vectl.events->event_bytes(ve::Command::created_ntf, {std::byte{1}});
    vectl.events->event(ve::Created{2, "db"});
    EXPECT_EQ(vectl.run({"events", "--count", "1"}), 0);
    EXPECT_NE(vectl.out.str().find("db"), std::string::npos);
}

TEST(RunEvents, NeedsPermission)
{
    Harness vectl;
    vectl.events->refuse_subscription(refusal(EPERM, ""));
    EXPECT_EQ(vectl.run({"events"}), 1);
    EXPECT_NE(vectl.err.str().find("EPERM"), std::string::npos);
}

} // namespace
