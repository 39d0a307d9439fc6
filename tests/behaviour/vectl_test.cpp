// SPDX-License-Identifier: GPL-2.0-only
//
// vectl as its users and their scripts see it.
#include "fixture.hpp"
#include "program.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <sstream>

namespace behaviour {

namespace {

using nlohmann::json;

class Vectl : public Host {
  protected:
    // It worked, and had nothing to complain about.
    static void expect_ok(const Outcome& outcome)
    {
        EXPECT_EQ(outcome.status, 0);
        EXPECT_EQ(outcome.err, "");
    }

    // It failed, said what on one line, and perhaps what to do about it on another.
    static void expect_failure(const Outcome& outcome, int status, const std::string& said,
                               const std::string& advice = {})
    {
        EXPECT_EQ(outcome.status, status);
        EXPECT_EQ(outcome.out, "");
        EXPECT_EQ(outcome.err.substr(0, 7), "vectl: ");
        EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
        EXPECT_NE(outcome.err.find(advice), std::string::npos) << outcome.err;
    }

    static std::string number(std::uint64_t value) { return std::to_string(value); }
};

std::vector<std::string> lines(const std::string& text)
{
    std::istringstream stream(text);
    std::vector<std::string> all;
    for (std::string line; std::getline(stream, line);)
        all.push_back(line);
    return all;
}

void become_nobody()
{
    if (setgroups(0, nullptr) < 0 || setresgid(65534, 65534, 65534) < 0 ||
        setresuid(65534, 65534, 65534) < 0)
        broken("become nobody");
}

// The set in /proc/PID/status that a command sees.
std::uint64_t capabilities(const std::string& status, const std::string& set)
{
    const auto place = status.find(set + ":\t");
    if (place == std::string::npos)
        throw Broken("no " + set + " in: " + status);
    return std::stoull(status.substr(place + set.size() + 2), nullptr, 16);
}

bool has(std::uint64_t set, int capability)
{
    return set >> capability & 1;
}

} // namespace

TEST_F(Vectl, CreatePrintsTheId)
{
    const auto name = fresh_name();
    const auto outcome = vectl({"create", name});

    expect_ok(outcome);
    EXPECT_EQ(outcome.out, number(client.get(ve::Handle::named(name)).value().id) + "\n");
    EXPECT_TRUE(ok(client.destroy(ve::Handle::named(name))));
}

TEST_F(Vectl, CreateTakesIdAndBounds)
{
    const auto name = fresh_name();

    expect_ok(vectl({"create", name, "--id", "4711", "--set", "numproc=5:10"}));
    const auto made = client.get(ve::Handle(4711)).value();
    EXPECT_EQ(made.name, name);
    EXPECT_EQ(*made.find(ve::Resource::numproc),
              (ve::Counter{ve::Resource::numproc, 0, 0, 5, 10, 0}));
    EXPECT_TRUE(ok(client.destroy(ve::Handle(4711))));
}

TEST_F(Vectl, CreateAndShowPrintOneShape)
{
    const auto name = fresh_name();
    const auto created = vectl({"create", name, "--id", "4711", "--set", "numproc=5:", "--json"});
    const auto shown = vectl({"show", name, "--json"});

    expect_ok(created);
    expect_ok(shown);
    EXPECT_EQ(created.json(), shown.json());
    const auto made = client.get(ve::Handle(4711)).value();
    json resources;
    for (const auto& counter : made.resources)
        resources[ve::to_string(counter.resource)] = {
            {"held", 0},
            {"maxheld", 0},
            {"barrier", first_barrier(counter.resource) == 0 ? json(0) : json(nullptr)},
            {"limit", nullptr},
            {"failcnt", 0}};
    resources["numproc"]["barrier"] = 5;
    EXPECT_EQ(shown.json(), json({{"id", 4711},
                                  {"name", name},
                                  {"state", "empty"},
                                  {"members", 0},
                                  {"watching", false},
                                  {"resources", resources}}));
    EXPECT_TRUE(ok(client.destroy(ve::Handle(4711))));
}

TEST_F(Vectl, CreateOfWhatExistsFails)
{
    const Ve ve(client);

    expect_failure(vectl({"create", ve.name()}), 1, "a VE with that name exists");
    expect_failure(vectl({"create", fresh_name(), "--id", number(ve.id())}), 1,
                   "a VE with that id exists");
}

TEST_F(Vectl, ShowsNumbers)
{
    const Ve ve(client, {numproc(5, 10)});
    const auto process = member(ve);
    const auto shown = vectl({"show", ve.name()});

    expect_ok(shown);
    const auto text = lines(shown.out);
    // The VE, an empty line, the titles, and a row a resource.
    ASSERT_EQ(text.size(), 3 + ve.look().resources.size()) << shown.out;
    EXPECT_EQ(text[0], ve.name() + " (id " + number(ve.id()) + "): running, 1 member");
    std::map<std::string, std::vector<std::string>> rows;
    for (const auto& line : text) {
        std::istringstream row(line);
        const std::vector<std::string> words{std::istream_iterator<std::string>(row), {}};
        if (!words.empty())
            rows[words[0]] = words;
    }
    EXPECT_EQ(rows["numproc"], (std::vector<std::string>{"numproc", "1", "1", "5", "10", "0"}));
    EXPECT_EQ(rows["numpty"],
              (std::vector<std::string>{"numpty", "0", "0", "unlimited", "unlimited", "0"}));
}

TEST_F(Vectl, ListsVesWithoutTheirResources)
{
    EXPECT_EQ(vectl({"list", "--json"}).json(), json::array());
    const Ve one(client);
    const Ve two(client);
    const auto process = member(two);

    const auto listed = vectl({"list", "--json"});
    expect_ok(listed);
    EXPECT_EQ(listed.json(), json::array({{{"id", one.id()},
                                           {"name", one.name()},
                                           {"state", "empty"},
                                           {"members", 0},
                                           {"watching", false}},
                                          {{"id", two.id()},
                                           {"name", two.name()},
                                           {"state", "running"},
                                           {"members", 1},
                                           {"watching", false}}}));
    EXPECT_EQ(vectl({"--json", "list"}).out, listed.out);
}

TEST_F(Vectl, TablesAlign)
{
    const Ve one(client);
    ASSERT_TRUE(ok(client.create("a.name.that.is.much.longer.than.the.others")));
    const auto listed = vectl({"list"});
    ASSERT_TRUE(
        ok(client.destroy(ve::Handle::named("a.name.that.is.much.longer.than.the.others"))));

    expect_ok(listed);
    const auto text = lines(listed.out);
    ASSERT_EQ(text.size(), 3u) << listed.out;
    for (const auto& line : {text[1], text[2]})
        EXPECT_EQ(line.find("empty"), text[0].find("STATE")) << listed.out;
    EXPECT_EQ(listed.out.find('\033'), std::string::npos) << "no colour but on a terminal";
}

TEST_F(Vectl, ColoursOnATerminalOnly)
{
    const Ve ve(client);
    const auto on_terminal = [](const char* no_color) {
        int master = -1;
        int slave = -1;
        if (openpty(&master, &slave, nullptr, nullptr, nullptr) < 0)
            broken("openpty");
        const Fd ours(master);
        Fd theirs(slave);
        Program program(
            {"vectl", "list"},
            [no_color] {
                setenv("TERM", "xterm", 1);
                if (no_color)
                    setenv("NO_COLOR", no_color, 1);
            },
            slave);
        EXPECT_EQ(program.finish().status, 0);
        theirs.close();
        std::string text(4096, '\0');
        const auto size = read(ours.get(), text.data(), text.size());
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    };

    EXPECT_NE(on_terminal(nullptr).find("\033["), std::string::npos);
    const auto plain = on_terminal("1");
    EXPECT_EQ(plain.find('\033'), std::string::npos);
    EXPECT_NE(plain.find(ve.name()), std::string::npos);
}

TEST_F(Vectl, SetsBounds)
{
    const Ve ve(client);
    const auto set = [&](const char* word) {
        expect_ok(vectl({"set", ve.name(), word}));
        const auto now = ve.numproc();
        return std::pair(now.barrier, now.limit);
    };

    EXPECT_EQ(set("numproc=5"), std::pair(std::uint64_t{5}, std::uint64_t{5}));
    EXPECT_EQ(set("numproc=5:10"), std::pair(std::uint64_t{5}, std::uint64_t{10}));
    EXPECT_EQ(set("numproc=7:"), std::pair(std::uint64_t{7}, std::uint64_t{10}));
    EXPECT_EQ(set("numproc=:8"), std::pair(std::uint64_t{7}, std::uint64_t{8}));
    EXPECT_EQ(set("numproc=2K:1M"), std::pair(std::uint64_t{2048}, std::uint64_t{1048576}));
    EXPECT_EQ(set("numproc=1:unlimited"), std::pair(std::uint64_t{1}, ve::unlimited));
    EXPECT_EQ(set("numproc=unlimited"), std::pair(ve::unlimited, ve::unlimited));
}

TEST_F(Vectl, SetOfBadBoundsChangesNothing)
{
    const Ve ve(client, {numproc(5, 10)});
    const auto before = ve.look();

    expect_failure(vectl({"set", ve.name(), "numproc=11:"}), 1,
                   "the barrier would be above the limit");
    expect_failure(vectl({"set", ve.name(), "numproc=8:7"}), 2, "barrier");
    expect_failure(vectl({"set", ve.name(), "numproc=1", "numproc=2"}), 2, "twice");
    expect_failure(vectl({"set", ve.name(), "numprocs=1"}), 2, "numproc");
    expect_failure(vectl({"set", ve.name(), "numproc=-1"}), 2, "-1");
    expect_failure(vectl({"set", ve.name()}), 2, "too few arguments");
    EXPECT_EQ(ve.look(), before);
}

TEST_F(Vectl, TakesAnIdForAName)
{
    Ve ve(client);
    const auto id = number(ve.id());
    const auto process = outsider();

    expect_ok(vectl({"set", id, "numproc=9"}));
    expect_ok(vectl({"attach", id, number(static_cast<std::uint64_t>(process.pid()))}));
    EXPECT_EQ(vectl({"show", id, "--json"}).json()["members"], 1);
    EXPECT_EQ(vectl({"ps", id, "--json"}).json().size(), 1u);
    EXPECT_EQ(vectl({"exec", id, "--", "true"}).status, 0);
    expect_ok(vectl({"kill", id, "--timeout", "0"}));
    process.await_death();
    expect_ok(vectl({"destroy", id}));
    ve.forget();
}

TEST_F(Vectl, NamesWhatIsNotThere)
{
    for (const auto& words :
         {Words{"show", "nobody"}, Words{"destroy", "nobody"}, Words{"destroy", "nobody", "--kill"},
          Words{"kill", "nobody"}, Words{"ps", "nobody"}, Words{"set", "nobody", "numproc=1"},
          Words{"attach", "nobody", "1"}, Words{"show", "999999"}})
        expect_failure(vectl(words), 1, "no such VE", "vectl list");
    expect_failure(vectl({"exec", "nobody", "--", "true"}), 125, "no such VE", "vectl list");
}

TEST_F(Vectl, TellsUsageErrorsApart)
{
    for (const auto& words :
         {Words{}, Words{"creat"}, Words{"create"}, Words{"create", "1web"}, Words{"create", "a b"},
          Words{"create", "web", "--id", "0"}, Words{"create", "web", "--idd", "7"},
          Words{"list", "web"}, Words{"kill", "web", "-s", "NOSUCH"},
          Words{"kill", "web", "--timeout", "-1"}, Words{"attach", "web"},
          Words{"attach", "web", "0"}, Words{"attach", "web", "x"}, Words{"show", "0"}})
        expect_failure(vectl(words), 2, "usage: vectl");
    expect_failure(vectl({"exec", "web"}), 125, "usage: vectl exec");
}

TEST_F(Vectl, ExecExitsAsTheCommandDoes)
{
    const Ve ve(client);
    const auto exec = [&](const Words& command) {
        Words words = {"exec", ve.name(), "--"};
        words.insert(words.end(), command.begin(), command.end());
        return vectl(words);
    };

    EXPECT_EQ(exec({"true"}).status, 0);
    EXPECT_EQ(exec({"sh", "-c", "exit 7"}).status, 7);
    EXPECT_EQ(exec({"sh", "-c", "kill -TERM $$"}).status, 128 + SIGTERM);
    const auto echo = exec({"printf", "%s|", "a b", "--json", "-s"});
    expect_ok(echo);
    EXPECT_EQ(echo.out, "a b|--json|-s|");
    EXPECT_EQ(vectl({"exec", ve.name(), "echo", "-n", "x"}).out, "x") << "-- may be left out";
}

TEST_F(Vectl, ExecTellsItsOwnFailuresApart)
{
    const Ve ve(client);
    const Ve full(client, {numproc(0)});

    expect_failure(vectl({"exec", ve.name(), "--", "no-such-program"}), 127, "no-such-program");
    expect_failure(vectl({"exec", ve.name(), "--", "/nonexistent/x"}), 127, "/nonexistent/x");
    expect_failure(vectl({"exec", ve.name(), "--", "/etc/passwd"}), 126, "/etc/passwd");
    expect_failure(vectl({"exec", ve.name(), "--", "/etc"}), 126, "/etc");
    expect_failure(vectl({"exec", full.name(), "--", "true"}), 125, "numproc", "vectl show");
    EXPECT_EQ(full.numproc().failcnt, 1u);
}

TEST_F(Vectl, ExecRunsAMember)
{
    const Ve ve(client, {numproc(20)});
    const auto seen = vectl({"exec", ve.name(), "--", "sh", "-c", "vectl show --json"});

    expect_ok(seen);
    EXPECT_EQ(seen.json()["name"], ve.name());
    EXPECT_EQ(seen.json()["state"], "running");
    EXPECT_GE(seen.json()["members"], 1);
    EXPECT_TRUE(ve.comes_to_hold(0));
}

TEST_F(Vectl, ExecedCommandIsNotEntering)
{
    const Ve ve(client);
    const Program program({"vectl", "exec", ve.name(), "--", "sleep", "infinity"});

    ASSERT_TRUE(eventually([&] {
        const auto found = ve.member(program.pid());
        return found && found->comm == "sleep" && !found->entering;
    }));
    const auto listed = vectl({"ps", ve.name(), "--json"}).json();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0]["entering"], false);
}

TEST_F(Vectl, ExecDropsWhatReachesBeyondAVe)
{
    const Ve ve(client);
    const auto status = vectl({"exec", ve.name(), "--", "cat", "/proc/self/status"}).out;

    for (const char* set : {"CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"}) {
        const auto left = capabilities(status, set);
        for (const int dropped :
             {CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_MKNOD, CAP_SYS_BOOT, CAP_SYS_ADMIN, CAP_SYS_PTRACE,
              CAP_SYS_TIME, CAP_NET_ADMIN, CAP_SYSLOG, CAP_PERFMON, CAP_BPF, CAP_CHECKPOINT_RESTORE,
              CAP_DAC_READ_SEARCH, CAP_MAC_ADMIN, CAP_AUDIT_CONTROL, CAP_LINUX_IMMUTABLE})
            EXPECT_FALSE(has(left, dropped)) << set << " has capability " << dropped;
    }
    for (const char* set : {"CapBnd", "CapPrm", "CapEff"})
        for (const int kept : {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_KILL, CAP_SETUID, CAP_SETGID,
                               CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT})
            EXPECT_TRUE(has(capabilities(status, set), kept)) << set << " lacks " << kept;
}

TEST_F(Vectl, ExecPrivilegedDropsNothing)
{
    const Ve ve(client);
    const auto inside =
        vectl({"exec", "--privileged", ve.name(), "--", "cat", "/proc/self/status"}).out;
    const auto outside = run({"cat", "/proc/self/status"}).out;

    for (const char* set : {"CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"})
        EXPECT_EQ(capabilities(inside, set), capabilities(outside, set)) << set;
}

TEST_F(Vectl, ExecedCommandIsHeldToTheBarrier)
{
    const Ve ve(client, {numproc(1)});
    // The shell tries for a while before it gives up.
    const auto outcome =
        vectl({"exec", ve.name(), "--", "sh", "-c", "/bin/true; echo not reached"});

    EXPECT_NE(outcome.status, 0);
    EXPECT_EQ(outcome.out, "");
    EXPECT_GE(ve.numproc().failcnt, 1u);
    EXPECT_EQ(ve.numproc().maxheld, 1u);
}

TEST_F(Vectl, AttachesSeveral)
{
    const Ve ve(client);
    const auto one = outsider();
    const auto two = outsider();
    const auto pid = [](const Process& process) { return std::to_string(process.pid()); };

    expect_ok(vectl({"attach", ve.name(), pid(one), pid(two)}));
    EXPECT_EQ(ve.members().size(), 2u);
}

TEST_F(Vectl, AttachGoesOnAfterAFailureAndTellsIt)
{
    const Ve ve(client);
    const auto good = outsider();
    const auto outcome =
        vectl({"attach", ve.name(), "1", "4194304", "2", std::to_string(good.pid())});

    expect_failure(outcome, 1, "attach " + ve.name() + ": 1: init cannot be a member");
    EXPECT_NE(outcome.err.find("4194304"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("a kernel thread cannot be a member"), std::string::npos)
        << outcome.err;
    EXPECT_EQ(ve.members(), std::vector{good.pid()});
}

TEST_F(Vectl, PsListsProcesses)
{
    const Ve ve(client);
    const auto process = member(ve);
    const auto listed = vectl({"ps", "--json"});

    expect_ok(listed);
    ASSERT_EQ(listed.json().size(), 1u);
    const auto row = listed.json()[0];
    EXPECT_EQ(row["ve"], ve.name());
    EXPECT_EQ(row["veid"], ve.id());
    EXPECT_EQ(row["pid"], process.pid());
    EXPECT_EQ(row["ppid"], getpid());
    EXPECT_EQ(row["threads"], 1);
    EXPECT_EQ(row["entering"], true);
    EXPECT_EQ(row["comm"], "ve-behaviour");
    const auto text = vectl({"ps", ve.name()}).out;
    EXPECT_NE(text.find(std::to_string(process.pid())), std::string::npos) << text;
    EXPECT_NE(text.find("(entering)"), std::string::npos) << text;
}

TEST_F(Vectl, KillReturnsWhenEmpty)
{
    const Ve ve(client);
    auto one = member(ve);
    auto two = member(ve, [](Link& link) {
        for (;;)
            if (fork() < 0)
                link.tell("full");
    });

    ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{numproc(10)})));
    (void)two.hear();
    const auto outcome = vectl({"kill", ve.name()});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(ve.state(), ve::State::empty);
    // Ours, which nobody has waited for.
    EXPECT_NE(outcome.err.find("still charged"), std::string::npos) << outcome.err;
    one.reap();
    two.reap();
    EXPECT_TRUE(ve.comes_to_hold(0));
}

TEST_F(Vectl, KillSendsTheSignalAskedFor)
{
    const Ve ve(client);
    for (const char* signal : {"TERM", "SIGTERM", "15"}) {
        auto process = member(ve);
        Program program({"vectl", "kill", ve.name(), "-s", signal});
        EXPECT_EQ(WTERMSIG(process.reap()), SIGTERM) << signal;
        // What it says depends on how long the test took to reap.
        EXPECT_EQ(program.finish().status, 0) << signal;
    }
}

TEST_F(Vectl, KillGivesUpWhenTheTimeIsOver)
{
    const Ve ve(client);
    const auto stubborn = member(ve, [](Link& link) {
        signal(SIGTERM, SIG_IGN);
        link.tell("ready");
        hang();
    });
    (void)stubborn.hear();

    const auto outcome = vectl({"kill", ve.name(), "-s", "TERM", "--timeout", "0.3"});
    expect_failure(outcome, 124, "1 member is left after 0.3 s: " + std::to_string(stubborn.pid()));
    EXPECT_TRUE(ve.becomes(ve::State::running));
    expect_ok(vectl({"kill", ve.name(), "-s", "TERM", "--timeout", "0"}));
    EXPECT_EQ(ve.state(), ve::State::running);
}

// The kernel does not list who has no number there; that is no sign of an end.
TEST_F(Vectl, InAChildPidNamespaceGivesUpWhenTheTimeIsOverToo)
{
    const Ve ve(client);
    const auto stubborn = member(ve, [](Link& link) {
        signal(SIGTERM, SIG_IGN);
        link.tell("ready");
        hang();
    });
    (void)stubborn.hear();
    const auto below = [](const Words& words) {
        Words all = {"unshare", "--pid", "--fork", "vectl"};
        all.insert(all.end(), words.begin(), words.end());
        return run(all);
    };

    const auto listed = below({"ps", ve.name(), "--json"});
    expect_ok(listed);
    EXPECT_EQ(listed.json(), json::array());
    const auto given_up = below({"kill", ve.name(), "-s", "TERM", "--timeout", "0.3"});
    EXPECT_EQ(given_up.status, 124);
    EXPECT_EQ(given_up.err, "vectl: kill " + ve.name() + ": 1 member is left after 0.3 s\n");
    EXPECT_TRUE(ve.has(stubborn.pid()));
    EXPECT_EQ(below({"kill", ve.name()}).status, 0);
    EXPECT_EQ(ve.state(), ve::State::empty);
}

TEST_F(Vectl, DestroyLeavesAVeWithMembersAlone)
{
    const Ve ve(client);
    const auto process = member(ve);

    expect_failure(vectl({"destroy", ve.name()}), 1, "the VE has members",
                   "vectl destroy --kill " + ve.name());
    EXPECT_TRUE(ve.has(process.pid()));
}

TEST_F(Vectl, DestroyWithKillTakesTheMembersToo)
{
    for (int i = 0; i < 3; i++) {
        Ve ve(client, {numproc(6)});
        auto bomb = member(ve, [](Link& link) {
            link.tell("lit");
            for (;;)
                (void)!fork();
        });
        (void)bomb.hear();

        const auto outcome = vectl({"destroy", ve.name(), "--kill"});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_FALSE(client.get(ve.handle()));
        if (outcome.status == 0)
            ve.forget();
        bomb.reap();
    }
}

TEST_F(Vectl, EventsPrintOneObjectALine)
{
    Program events({"vectl", "events", "--json"});
    // It listens when it has told of something.
    ASSERT_TRUE(eventually([&] {
        Ve once(client);
        once.destroy();
        return events.line(100ms).has_value();
    }));
    const auto name = fresh_name();
    ASSERT_EQ(vectl({"create", name, "--id", "4711", "--set", "numproc=1"}).status, 0);
    ASSERT_EQ(vectl({"set", name, "numproc=1:2"}).status, 0);
    (void)vectl({"exec", name, "--", "sh", "-c", "/bin/true; :"});
    ASSERT_TRUE(eventually([&] { return vectl({"destroy", name}).status == 0; }));

    std::vector<json> told;
    while (told.empty() || told.back()["event"] != "destroyed") {
        auto event = json::parse(events.line().value());
        if (event["name"] == name)
            told.push_back(std::move(event));
    }
    ASSERT_GE(told.size(), 6u);
    for (const auto& event : told) {
        EXPECT_EQ(event["id"], 4711);
        EXPECT_EQ(event["time"].get<std::string>().back(), 'Z');
    }
    EXPECT_EQ(told[0]["event"], "created");
    EXPECT_EQ(told[1]["event"], "changed");
    EXPECT_EQ(told[1]["resources"]["numproc"]["limit"], 2);
    EXPECT_EQ(told[2]["event"], "attached");
    EXPECT_EQ(told[2]["comm"], "vectl");
    EXPECT_EQ(told[3]["event"], "refused");
    EXPECT_EQ(told[3]["resource"], "numproc");
    EXPECT_EQ(told[3]["severity"], "barrier");
    EXPECT_EQ(told[3]["asked"], 1);
    EXPECT_EQ(told[3]["held"], 1);
    EXPECT_EQ(told[3]["barrier"], 1);
    EXPECT_EQ(told[3]["limit"], 2);
    EXPECT_EQ(told[3]["pid"], told[2]["pid"]);
    EXPECT_EQ(told[3]["comm"], "sh");
    EXPECT_EQ(told[told.size() - 2]["event"], "empty");
}

TEST_F(Vectl, EventsEndWithTheirTime)
{
    EXPECT_EQ(vectl({"events", "--timeout", "0"}).status, 0);
    EXPECT_EQ(vectl({"events", "nobody", "--count", "1", "--timeout", "0.1"}).status, 124);
}

TEST_F(Vectl, TellsOthersThanRootWhatTheyLack)
{
    const Ve ve(client);

    for (const auto& words :
         {Words{"create", "web"}, Words{"destroy", ve.name()}, Words{"set", ve.name(), "numproc=1"},
          Words{"kill", ve.name()}, Words{"events"}})
        expect_failure(vectl(words, become_nobody), 1, "EPERM", "needs root");
    expect_failure(vectl({"exec", ve.name(), "--", "true"}, become_nobody), 125, "EPERM",
                   "needs root");
    expect_ok(vectl({"list"}, become_nobody));
    expect_ok(vectl({"show", ve.name()}, become_nobody));
}

TEST_F(Vectl, TellsMembersThatTheyAreInside)
{
    const Ve ve(client);
    const Ve other(client);
    const auto enter = [&] { join(ve.handle()); };
    const auto advice = "this process is a member of VE '" + ve.name() + "'";

    for (const auto& words :
         {Words{"create", "web"}, Words{"destroy", ve.name()}, Words{"set", ve.name(), "numproc=1"},
          Words{"kill", ve.name(), "--timeout", "0"}, Words{"events"}})
        expect_failure(vectl(words, enter), 1, "EPERM", advice);
    expect_failure(vectl({"exec", other.name(), "--", "true"}, enter), 125, "EPERM", advice);
    expect_failure(vectl({"show", other.name()}, enter), 1, "no such VE", advice);
    EXPECT_EQ(vectl({"list", "--json"}, enter).json().size(), 1u);
    EXPECT_EQ(vectl({"show", "--json"}, enter).json()["name"], ve.name());
    expect_failure(vectl({"show"}), 1, "EINVAL", "this process is in no VE");
}

} // namespace behaviour
