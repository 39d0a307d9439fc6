// SPDX-License-Identifier: GPL-2.0-only
#include "harness.hpp"
#include "host.hpp"

#include <gtest/gtest.h>

namespace {

using vectl::check_host;
using vectl::Finding;
using vectl::Host;
using vectl::Number;
using vectl::parse_meminfo;
using vectl::Weight;

using Numbers = std::vector<Number>;

constexpr std::uint64_t mib = 1 << 20;
constexpr Host host{1000 * mib, 200 * mib, 4096};

std::vector<Finding> found(std::string_view text)
{
    const auto conf = vectl::parse_configuration(text, 4096);
    EXPECT_TRUE(conf.problems.empty()) << text;
    return check_host(conf, host);
}

TEST(Meminfo, ReadsTheTwo)
{
    const auto read =
        parse_meminfo("MemFree:  1 kB\nMemTotal:       16384 kB\nSwapTotal: 0 kB\n", 1);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->ram, 16 * mib);
    EXPECT_EQ(read->swap, 0U);
    EXPECT_EQ(read->page_size, 1U);
}

TEST(Meminfo, RefusesWhatDoesNotTell)
{
    for (const char* text :
         {"", "MemTotal: 5 kB\n", "SwapTotal: 5 kB", "MemTotal: 5\nSwapTotal: 5 kB\n",
          "MemTotal: x kB\nSwapTotal: 5 kB\n", "MemTotal:\nSwapTotal: 5 kB\n",
          "MemTotal: -5 kB\nSwapTotal: 5 kB\n", "MemTotal: 5 MB\nSwapTotal: 5 kB\n",
          "MemTotal: 99999999999999999999 kB\nSwapTotal: 5 kB\n",
          " MemTotal: 5 kB\nSwapTotal: 5 kB"})
        EXPECT_FALSE(parse_meminfo(text, 4096)) << text;
}

TEST(Meminfo, OfThisHost)
{
    const auto read = vectl::this_host();
    ASSERT_TRUE(read) << read.error().what();
    EXPECT_GT(read->ram, mib);
    EXPECT_GE(read->page_size, 4096U);
}

TEST(HostRules, NothingPromisedIsFine)
{
    EXPECT_TRUE(found("").empty());
    EXPECT_TRUE(found("NUMPROC=5000\nLOCKEDPAGES=unlimited").empty());
}

TEST(HostRules, KernelMemory)
{
    EXPECT_TRUE(found("KMEMSIZE=5:300M\nTCPSNDBUF=5:100M\n").empty());
    const auto all = found("KMEMSIZE=5:300M\nTCPSNDBUF=5:101M\n");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].weight, Weight::warning);
    EXPECT_EQ(all[0].numbers, (Numbers{{"kmemsize.limit", 300 * mib},
                                       {"tcpsndbuf.limit", 101 * mib},
                                       {"promised", 401 * mib},
                                       {"host.ram", 1000 * mib},
                                       {"host.swap", 200 * mib}}));
    EXPECT_EQ(all[0].satisfied_by, (Numbers{{"kmemsize.limit", 299 * mib}}));
}

TEST(HostRules, LimitsDoNotGoBelowTheirBarriers)
{
    const auto all = found("KMEMSIZE=401M");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].satisfied_by,
              (Numbers{{"kmemsize.barrier", 400 * mib}, {"kmemsize.limit", 400 * mib}}));
}

TEST(HostRules, EqualPartsIfTheLargestAloneIsNotEnough)
{
    const auto all = found("KMEMSIZE=5:500M\nTCPSNDBUF=5:450M\nTCPRCVBUF=5:1M\n");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].satisfied_by,
              (Numbers{{"kmemsize.limit", 400 * mib / 3}, {"tcpsndbuf.limit", 400 * mib / 3}}));
}

TEST(HostRules, Guarantees)
{
    for (const std::string name : {"vmguarpages", "oomguarpages"}) {
        EXPECT_TRUE(found(name + "=307200:unlimited").empty()); // 1200 MiB
        const auto all = found(name + "=307201:unlimited");
        ASSERT_EQ(all.size(), 1U) << name;
        EXPECT_EQ(all[0].weight, Weight::warning);
        EXPECT_EQ(all[0].satisfied_by, (Numbers{{name + ".barrier", 307200}}));
        ASSERT_EQ(found(name + "=307200:unlimited\nKMEMSIZE=4096").size(), 1U);
    }
}

TEST(HostRules, PrivateMemoryMayBePromisedTwice)
{
    const auto all = found("PRIVVMPAGES=5:307201");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].weight, Weight::recommendation);
    EXPECT_EQ(all[0].satisfied_by, (Numbers{{"privvmpages.limit", 307200}}));
}

TEST(HostRules, Vswap)
{
    EXPECT_TRUE(found("PHYSPAGES=0:800M\nSWAPPAGES=0:200M\nVM_OVERCOMMIT=1").empty());
    const auto all = found("PHYSPAGES=0:1001M\nSWAPPAGES=0:199.5M\nVM_OVERCOMMIT=0.9");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].satisfied_by, (Numbers{{"vmguarpages.barrier", 307200}}));
    EXPECT_EQ(all[1].satisfied_by, (Numbers{{"physpages.limit", 256000}}));
    EXPECT_EQ(found("PHYSPAGES=0:1M\nSWAPPAGES=0:201M\nVM_OVERCOMMIT=1").at(0).satisfied_by,
              (Numbers{{"swappages.limit", 51200}}));
}

TEST(HostRules, UnlimitedAndNothing)
{
    const auto all = found("KMEMSIZE=unlimited\nVMGUARPAGES=unlimited\n");
    ASSERT_EQ(all.size(), 2U);
    for (const auto& finding : all)
        EXPECT_FALSE(finding.satisfied_by.empty());

    const auto conf = vectl::parse_configuration("KMEMSIZE=5\nVMGUARPAGES=5:unlimited\n", 4096);
    EXPECT_EQ(check_host(conf, {0, 0, 4096}).size(), 2U);
}

} // namespace
