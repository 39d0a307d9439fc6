// SPDX-License-Identifier: GPL-2.0-only
#include "ctid_conf.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using ve::Resource;
using vectl::Configuration;

using Sentences = std::vector<std::string>;

Configuration parsed(std::string_view text)
{
    return vectl::parse_configuration(text, 4096);
}

ve::Bound bound_of(std::string_view text, Resource resource)
{
    const auto conf = parsed(text);
    EXPECT_EQ(conf.problems, Sentences()) << text;
    const auto* found = conf.find(resource);
    return found ? *found : ve::Bound{resource, 12345, 54321};
}

TEST(CtidConf, OneNumberOrTwo)
{
    EXPECT_EQ(bound_of("NUMPROC=\"240\"\n", Resource::numproc),
              (ve::Bound{Resource::numproc, 240, 240}));
    EXPECT_EQ(bound_of("KMEMSIZE=\"14372700:14790164\"", Resource::kmemsize),
              (ve::Bound{Resource::kmemsize, 14372700, 14790164}));
    EXPECT_EQ(bound_of("PHYSPAGES=\"0:unlimited\"", Resource::physpages),
              (ve::Bound{Resource::physpages, 0, ve::unlimited}));
    EXPECT_EQ(bound_of("PRIVVMPAGES=1.5G:2G", Resource::privvmpages),
              (ve::Bound{Resource::privvmpages, 393216, 524288}));
}

TEST(CtidConf, EveryResourceByItsName)
{
    for (const auto& row : ve::resources()) {
        std::string name(row.name);
        for (auto& c : name)
            c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        EXPECT_EQ(bound_of(name + "=\"7:9\"", row.resource), (ve::Bound{row.resource, 7, 9}));
    }
}

TEST(CtidConf, QuotesCommentsAndSpace)
{
    for (const char* line :
         {"NUMPROC=5:6", "NUMPROC='5:6'", "  NUMPROC=\"5:6\"\t", "NUMPROC=\"5:6\" # few",
          "NUMPROC=5:6# few", "NUMPROC=5:6\r\n", "# NUMPROC=7\n\n  # x\nNUMPROC=5:6\n#"})
        EXPECT_EQ(bound_of(line, Resource::numproc), (ve::Bound{Resource::numproc, 5, 6})) << line;
}

TEST(CtidConf, OtherNamesArePassedOver)
{
    const auto conf = parsed("ONBOOT=\"yes\"\nVE_ROOT=\"/vz/root/$VEID\nDESCRIPTION=a b c\n"
                             "IP_ADDRESS=\"10.0.0.1\"\nCPUUNITS=\"\"\n");
    EXPECT_TRUE(conf.bounds.empty());
    EXPECT_EQ(conf.problems, Sentences());
    EXPECT_EQ(conf.remarks, Sentences());
}

TEST(CtidConf, ANameNearlyRightIsTold)
{
    const auto conf = parsed("\nNUMPROCS=\"5\"\n");
    EXPECT_EQ(conf.remarks, Sentences{"line 2: NUMPROCS is passed over (did you mean 'NUMPROC'?)"});
}

TEST(CtidConf, LinesAsVectlSetTakesThem)
{
    EXPECT_EQ(bound_of("numproc=80:100", Resource::numproc),
              (ve::Bound{Resource::numproc, 80, 100}));
    EXPECT_EQ(bound_of("numproc=80: # c", Resource::numproc),
              (ve::Bound{Resource::numproc, 80, {}}));
    EXPECT_EQ(bound_of("numproc=\":2K\"", Resource::numproc),
              (ve::Bound{Resource::numproc, {}, 2048}));
    // As there, K is a number and no amount of memory.
    EXPECT_EQ(bound_of("privvmpages=1K", Resource::privvmpages),
              (ve::Bound{Resource::privvmpages, 1024, 1024}));
    // What order they are in is for vectl check to say.
    EXPECT_EQ(bound_of("numproc=5:3", Resource::numproc), (ve::Bound{Resource::numproc, 5, 3}));
    EXPECT_EQ(bound_of("NUMPROC=5:3", Resource::numproc), (ve::Bound{Resource::numproc, 5, 3}));
}

TEST(CtidConf, OfTwoLinesTheLastCounts)
{
    const auto conf = parsed("NUMPROC=1\nnumfile=2\nnumproc=3:4\n");
    ASSERT_EQ(conf.bounds.size(), 2U);
    EXPECT_EQ(*conf.find(Resource::numproc), (ve::Bound{Resource::numproc, 3, 4}));
    EXPECT_EQ(conf.remarks, Sentences{"line 3: numproc takes the place of the one in line 1"});
}

TEST(CtidConf, WhatIsNoResource)
{
    const auto conf = parsed("AVNUMPROC=\"180:180\"\nDISKSPACE=\"1G:1.5G\"\nDISKINODES=200:220");
    EXPECT_EQ(conf.problems, Sentences());
    EXPECT_EQ(conf.avnumproc, 180U);
    ASSERT_TRUE(conf.diskspace && conf.diskinodes);
    EXPECT_EQ(conf.diskspace->barrier, 1048576U);
    EXPECT_EQ(conf.diskspace->limit, 1572864U);
    EXPECT_EQ(conf.diskinodes->limit, 220U);
}

TEST(CtidConf, TooLargeIsCappedAndTold)
{
    const auto conf = parsed("NUMPROC=99999999999999999999");
    EXPECT_EQ(conf.find(Resource::numproc)->limit, ve::unlimited);
    ASSERT_EQ(conf.remarks.size(), 1U);
    EXPECT_NE(conf.remarks[0].find("taken as unlimited"), std::string::npos);
}

TEST(CtidConf, EachProblemWithItsLine)
{
    const auto conf = parsed("NUMPROC=1K\nNUMFILE=5\nPRIVVMPAGES=99999999999999T:1\nnumfil=2\n"
                             "KMEMSIZE=\"5\nKMEMSIZE=5:\nnonsense\nSHMPAGES=\"1\" 2\n=5\n");
    const Sentences begins = {
        "line 1: NUMPROC: '1K' has a suffix",     "line 3: PRIVVMPAGES: '99999999999999T' overflow",
        "line 4: unknown resource 'numfil' (did", "line 5: the quotation has no end",
        "line 6: KMEMSIZE: '' is no amount",      "line 7: neither NAME=\"value\" nor RES",
        "line 8: something stands behind",        "line 9: neither",
    };
    ASSERT_EQ(conf.problems.size(), begins.size());
    for (std::size_t i = 0; i < begins.size(); i++)
        EXPECT_TRUE(conf.problems[i].starts_with(begins[i])) << conf.problems[i];
}

TEST(CtidConf, VswapBringsTheOthers)
{
    const auto conf = parsed("PHYSPAGES=\"0:256M\"\nSWAPPAGES=\"0:512M\"\nVM_OVERCOMMIT=\"1.5\"\n");
    EXPECT_TRUE(conf.vswap);
    EXPECT_EQ(*conf.find(Resource::lockedpages),
              (ve::Bound{Resource::lockedpages, 65536, ve::unlimited}));
    EXPECT_EQ(*conf.find(Resource::oomguarpages),
              (ve::Bound{Resource::oomguarpages, 65536, ve::unlimited}));
    EXPECT_EQ(*conf.find(Resource::vmguarpages),
              (ve::Bound{Resource::vmguarpages, 196608, ve::unlimited}));
    EXPECT_EQ(*conf.find(Resource::privvmpages),
              (ve::Bound{Resource::privvmpages, 294912, 294912}));
    EXPECT_EQ(conf.remarks.size(), 4U);
}

TEST(CtidConf, VswapLeavesWhatTheFileHas)
{
    const auto conf = parsed("PHYSPAGES=0:1G\nSWAPPAGES=0:unlimited\nLOCKEDPAGES=5\n");
    EXPECT_EQ(*conf.find(Resource::lockedpages), (ve::Bound{Resource::lockedpages, 5, 5}));
    EXPECT_EQ(conf.find(Resource::vmguarpages)->barrier, ve::unlimited);
    EXPECT_EQ(conf.find(Resource::privvmpages)->limit, ve::unlimited);
}

TEST(CtidConf, NoVswapWithoutBoth)
{
    for (const char* text :
         {"PHYSPAGES=0:1G\n", "SWAPPAGES=0:1G\n", "PHYSPAGES=0:unlimited\nSWAPPAGES=0:1G\n",
          "physpages=0:5\nswappages=0:5\n", "PHYSPAGES=0:1G\nSWAPPAGES=0:1G\nphyspages=5:\n"})
        EXPECT_FALSE(parsed(text).vswap) << text;
}

TEST(CtidConf, RefusesAFactorThatIsNone)
{
    for (const char* text : {"", "-1", "nan", "inf", "1e9", "1.5x", "99999999999999999999"})
        EXPECT_EQ(parsed(std::string("VM_OVERCOMMIT=") + text).problems.size(), 1U) << text;
}

TEST(CtidConf, SurvivesAnyBytes)
{
    std::mt19937 random(1);
    const std::string_view words[] = {"NUMPROC",
                                      "privvmpages",
                                      "PHYSPAGES",
                                      "SWAPPAGES",
                                      "=",
                                      "\"",
                                      ":",
                                      "1.5G",
                                      "unlimited",
                                      "#",
                                      "\n",
                                      "'",
                                      "999999999999999999999",
                                      " ",
                                      "\0",
                                      "\xff"};
    for (int round = 0; round < 20000; round++) {
        std::string text;
        for (auto left = random() % 24; left > 0; left--) {
            const auto which = random() % (std::size(words) + 1);
            if (which < std::size(words))
                text += words[which];
            else
                text += static_cast<char>(random());
        }
        const auto conf = parsed(text);
        for (const auto& bound : conf.bounds) {
            EXPECT_LE(bound.barrier.value_or(0), ve::unlimited);
            EXPECT_LE(bound.limit.value_or(0), ve::unlimited);
        }
    }
    EXPECT_EQ(parsed(std::string(1 << 20, '=')).problems.size(), 1U);
    EXPECT_EQ(parsed(std::string(1 << 20, '\n')).problems.size(), 0U);
    EXPECT_EQ(parsed(std::string(1 << 20, 'A') + "=5").problems.size(), 0U);
    EXPECT_EQ(parsed("").bounds.size(), 0U);
}

} // namespace
