// SPDX-License-Identifier: GPL-2.0-only
//
// Files of bounds: vectl check, and --conf of create and set.
#include "harness.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cerrno>

namespace {

using namespace vectl;
using ve::Resource;
using vectl::test::environment;
using vectl::test::Harness;
using vectl::test::refusal;

using Bounds = std::vector<ve::Bound>;

ve::Error uncounted()
{
    return {EINVAL, "no such resource", "resource.id", {}};
}

ve::Error named_twice()
{
    return {EINVAL, "the resource is named twice", "resource", {}};
}

TEST(RunCheck, NothingFound)
{
    Harness vectl;
    vectl.in.str("NUMPROC=240\n");
    EXPECT_EQ(vectl.run({"check", "-"}), 0);
    EXPECT_EQ(vectl.out.str(), "nothing found\n");
    EXPECT_EQ(vectl.err.str(), "");
    EXPECT_TRUE(vectl.requests->calls().empty());
}

TEST(RunCheck, ErrorsFirst)
{
    Harness vectl;
    vectl.in.str("DGRAMRCVBUF=32768\nTCPSNDBUF=1000\nNUMPROC=80:100\n");
    EXPECT_EQ(vectl.run({"check", "-"}), 1);
    EXPECT_EQ(vectl.out.str(),
              "error: barrier and limit of numproc are equal\n"
              "  it is: numproc.barrier 80, numproc.limit 100\n"
              "  satisfied by: numproc.limit 80\n"
              "warning: the barrier of tcpsndbuf is at least 64 KB\n"
              "  it is: tcpsndbuf.barrier 1000\n"
              "  satisfied by: tcpsndbuf.barrier 65536, tcpsndbuf.limit 65536\n"
              "recommendation: the barrier of dgramrcvbuf is better 129 KB or more\n"
              "  it is: dgramrcvbuf.barrier 32768\n"
              "  satisfied by: dgramrcvbuf.barrier 132096, dgramrcvbuf.limit "
              "132096\n");
}

TEST(RunCheck, StatusIsOfTheWorst)
{
    const std::pair<const char*, int> files[] = {{"DGRAMRCVBUF=32768\n", 0},
                                                 {"TCPSNDBUF=1000\n", 1},
                                                 {"NUMPROC=5:6\n", 1},
                                                 {"NUMPROC=5K\n", 2},
                                                 {"", 0}};
    for (const auto& [text, status] : files) {
        Harness vectl;
        vectl.in.str(text);
        EXPECT_EQ(vectl.run({"check", "-", "--json"}), status) << text;
    }
}

TEST(RunCheck, JsonIsTheDocumentedShape)
{
    Harness vectl;
    vectl.in.str("numproc=80:\n");
    EXPECT_EQ(vectl.run({"check", "--json", "-"}), 1);
    EXPECT_EQ(nlohmann::ordered_json::parse(vectl.out.str()).dump(),
              R"([{"severity":"error","rule":"barrier and limit of numproc are equal",)"
              R"("numbers":{"numproc.barrier":80,"numproc.limit":null},)"
              R"("satisfied_by":{"numproc.limit":80}}])");

    Harness none;
    EXPECT_EQ(none.run({"check", "--json", "-"}), 0);
    EXPECT_EQ(none.out.str(), "[]\n");
}

TEST(RunCheck, AgainstTheHost)
{
    Harness vectl;
    vectl.in.str("VMGUARPAGES=20G:unlimited\n");
    EXPECT_EQ(vectl.run({"check", "-"}), 1);
    EXPECT_NE(vectl.out.str().find("host.ram 8589934592, host.swap 2147483648\n"
                                   "  satisfied by: vmguarpages.barrier 2621440\n"),
              std::string::npos)
        << vectl.out.str();

    Harness blind;
    blind.in.str("NUMPROC=5:6\n");
    blind.host = ve::err(EBADMSG, "it does not tell");
    EXPECT_EQ(blind.run({"check", "-"}), 2);
    EXPECT_NE(blind.out.str().find("numproc"), std::string::npos);
    EXPECT_NE(blind.err.str().find("the size of the host: it does not tell"), std::string::npos);
}

TEST(RunCheck, UnreadableFiles)
{
    const std::pair<const char*, const char*> files[] = {
        {"/nonexistent", "ENOENT"}, {"/", "EISDIR"}, {"/dev/zero", "EFBIG"}};
    for (const auto& [path, why] : files) {
        Harness vectl;
        EXPECT_EQ(vectl.run({"check", path}), 2);
        EXPECT_EQ(vectl.out.str(), "");
        EXPECT_NE(vectl.err.str().find(std::string("vectl: check: ") + path + ": "),
                  std::string::npos);
        EXPECT_NE(vectl.err.str().find(why), std::string::npos) << vectl.err.str();
    }
    Harness vectl;
    EXPECT_EQ(vectl.run({"check"}), 2);
    EXPECT_EQ(vectl.run({"check", "a", "b"}), 2);
}

TEST(RunCheck, ManyProblemsAreNoFlood)
{
    Harness vectl;
    std::string text;
    for (int i = 0; i < 50000; i++)
        text += "NUMPROC=\033\n";
    vectl.in.str(text);
    EXPECT_EQ(vectl.run({"check", "-"}), 2);
    const auto err = vectl.err.str();
    EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 21);
    EXPECT_NE(err.find("49980 more lines like these"), std::string::npos);
    EXPECT_EQ(err.find('\033'), std::string::npos);
}

TEST(RunCreateConf, OneRequestIfAllIsCounted)
{
    Harness vectl;
    vectl.in.str("NUMPROC=80:100\nNUMFILE=50\n");
    vectl.requests->answer(environment(3, "web", 0, 0));
    EXPECT_EQ(vectl.run({"create", "web", "--conf", "-", "--set", "numproc=:120"}), 0);
    EXPECT_EQ(vectl.err.str(), "");
    ASSERT_EQ(vectl.requests->calls().size(), 1U);
    EXPECT_EQ(vectl.requests->calls()[0].parameters.bounds,
              (Bounds{{Resource::numproc, 80, 120}, {Resource::numfile, 50, 50}}));
}

TEST(RunCreateConf, NamesWhatTheKernelDoesNotCount)
{
    Harness vectl;
    vectl.in.str("NUMPROC=80\nNUMFILE=50\nNUMPTY=5\n");
    vectl.requests->refuse(uncounted());
    vectl.requests->refuse(named_twice()); // numproc
    vectl.requests->refuse(uncounted());   // numfile
    vectl.requests->refuse(uncounted());   // numpty
    vectl.requests->answer(environment(3, "web", 0, 0));
    EXPECT_EQ(vectl.run({"create", "web", "--conf", "-"}), 0);
    EXPECT_EQ(vectl.out.str(), "3\n");
    EXPECT_EQ(vectl.err.str(), "vectl: create web: not counted by this kernel: numfile, numpty\n");

    const auto& calls = vectl.requests->calls();
    ASSERT_EQ(calls.size(), 5U);
    // Whatever a probe is asked of, it makes nothing: a resource twice is refused.
    for (std::size_t i : {1, 2, 3}) {
        ASSERT_EQ(calls[i].parameters.bounds.size(), 2U);
        EXPECT_EQ(calls[i].parameters.bounds[0], calls[i].parameters.bounds[1]);
    }
    EXPECT_EQ(calls[4].parameters.bounds, (Bounds{{Resource::numproc, 80, 80}}));
}

TEST(RunCreateConf, WhatTheWordsNameIsNotLeftOut)
{
    Harness vectl;
    vectl.in.str("NUMFILE=50\n");
    vectl.requests->refuse(uncounted());
    EXPECT_EQ(vectl.run({"create", "web", "--conf", "-", "--set", "numfile=60"}), 1);
    EXPECT_NE(vectl.err.str().find("no such resource"), std::string::npos) << vectl.err.str();
    for (std::size_t i = 1; i < vectl.requests->calls().size(); i++)
        EXPECT_NE(vectl.requests->calls()[i].command, ve::Command::create)
            << "there is nothing less to ask for";
    EXPECT_EQ(vectl.requests->calls().at(0).parameters.bounds,
              (Bounds{{Resource::numfile, 60, 60}}));
}

TEST(RunCreateConf, WithoutAFileNothingIsLeftOut)
{
    Harness vectl;
    vectl.requests->refuse(uncounted());
    EXPECT_EQ(vectl.run({"create", "web", "--set", "numfile=60"}), 1);
    EXPECT_EQ(vectl.requests->calls().at(0).command, ve::Command::create);
    EXPECT_NE(vectl.err.str().find("no such resource"), std::string::npos);
}

TEST(RunConf, BadFilesAskNothing)
{
    for (const Words& words :
         {Words{"create", "web", "--conf", "-"}, Words{"set", "web", "--conf", "-"}}) {
        for (const char* text : {"NUMPROC=1K", "NUMPROC=5:3", "numproc=5:3", "nonsense"}) {
            Harness vectl;
            vectl.in.str(text);
            EXPECT_EQ(vectl.run(words), 2) << text;
            EXPECT_TRUE(vectl.requests->calls().empty()) << text;
            EXPECT_NE(vectl.err.str(), "");
        }
    }
}

TEST(RunSetConf, WordsOverrideSideBySide)
{
    Harness vectl;
    vectl.in.str("NUMPROC=80:100\nNUMFILE=50\n");
    vectl.requests->answer();
    EXPECT_EQ(vectl.run({"set", "web", "--conf", "-", "numproc=70:", "numpty=4"}), 0);
    EXPECT_EQ(vectl.requests->calls().at(0).parameters.bounds, (Bounds{{Resource::numproc, 70, 100},
                                                                       {Resource::numfile, 50, 50},
                                                                       {Resource::numpty, 4, 4}}));
}

TEST(RunSetConf, NamesWhatTheKernelDoesNotCount)
{
    Harness vectl;
    vectl.in.str("NUMFILE=50\nNUMPROC=80\n");
    vectl.requests->refuse(uncounted());
    vectl.requests->refuse(uncounted());
    vectl.requests->refuse(named_twice());
    vectl.requests->answer();
    EXPECT_EQ(vectl.run({"set", "web", "--conf", "-"}), 0);
    EXPECT_EQ(vectl.err.str(), "vectl: set web: not counted by this kernel: numfile\n");
    EXPECT_EQ(vectl.requests->calls().back().parameters.bounds,
              (Bounds{{Resource::numproc, 80, 80}}));
}

TEST(RunSetConf, AnotherRefusalIsTold)
{
    Harness vectl;
    vectl.in.str("NUMPROC=80\n");
    vectl.requests->refuse(refusal(EPERM, "only the host manages VEs"));
    EXPECT_EQ(vectl.run({"set", "web", "--conf", "-"}), 1);
    EXPECT_EQ(vectl.requests->calls().at(0).command, ve::Command::set);
    EXPECT_NE(vectl.err.str().find("only the host"), std::string::npos);
}

} // namespace
