// SPDX-License-Identifier: GPL-2.0-only
#include "harness.hpp"
#include "rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

using ve::Resource;
using vectl::Configuration;
using vectl::Finding;
using vectl::Number;
using vectl::Weight;

using Numbers = std::vector<Number>;

std::vector<Finding> found(std::string_view text)
{
    const auto conf = vectl::parse_configuration(text, 4096);
    EXPECT_TRUE(conf.problems.empty()) << text;
    return vectl::check_rules(conf);
}

// The one finding there should be.
Finding only(std::string_view text)
{
    const auto all = found(text);
    EXPECT_EQ(all.size(), 1U) << text;
    return all.empty() ? Finding{} : all[0];
}

void expect_none(std::string_view text)
{
    for (const auto& finding : found(text))
        ADD_FAILURE() << text << ": " << finding.rule;
}

constexpr char basic[] = R"(
KMEMSIZE="14372700:14790164"
LOCKEDPAGES="2048:2048"
PRIVVMPAGES="65536:69632"
SHMPAGES="21504"
NUMPROC="240"
PHYSPAGES="0:unlimited"
VMGUARPAGES="33792:unlimited"
OOMGUARPAGES="26112:unlimited"
NUMTCPSOCK="360"
NUMFLOCK="188:206"
NUMPTY="16"
NUMSIGINFO="256"
TCPSNDBUF="1720320:2703360"
TCPRCVBUF="1720320:2703360"
OTHERSOCKBUF="1126080:2097152"
DGRAMRCVBUF="262144"
NUMOTHERSOCK="360"
DCACHESIZE="3409920:3624960"
NUMFILE="9312"
AVNUMPROC="180"
NUMIPTENT="128"
)";

TEST(Rules, OpenvzsOwnSampleIsFine)
{
    expect_none(basic);
    expect_none("");
}

TEST(Rules, ItemsHaveEqualBounds)
{
    for (const char* name : {"numproc", "numtcpsock", "numothersock", "shmpages", "numfile",
                             "numpty", "numsiginfo", "numiptent"}) {
        const auto finding = only(std::string(name) + "=80:100");
        EXPECT_EQ(finding.weight, Weight::error) << name;
        EXPECT_EQ(finding.numbers, (Numbers{{std::string(name) + ".barrier", 80},
                                            {std::string(name) + ".limit", 100}}));
        EXPECT_EQ(finding.satisfied_by, (Numbers{{std::string(name) + ".limit", 80}}));
        expect_none(std::string(name) + "=80");
    }
    EXPECT_EQ(only("numproc=:50").satisfied_by, (Numbers{{"numproc.barrier", 50}}));
}

TEST(Rules, BarrierIsNotAboveItsLimit)
{
    for (const char* name : {"kmemsize", "privvmpages", "lockedpages", "numflock", "dcachesize",
                             "tcpsndbuf", "tcprcvbuf", "othersockbuf", "dgramrcvbuf"}) {
        const auto finding = only(std::string(name) + "=200001:200000");
        EXPECT_EQ(finding.weight, Weight::error) << name;
        EXPECT_EQ(finding.satisfied_by, (Numbers{{std::string(name) + ".barrier", 200000}}));
        expect_none(std::string(name) + "=200000:200001");
    }
    EXPECT_EQ(only("DISKSPACE=2G:1G").satisfied_by, (Numbers{{"diskspace.barrier", 1048576}}));
    EXPECT_EQ(only("DISKINODES=2:1").weight, Weight::error);
    expect_none("DISKSPACE=1G:2G\nDISKINODES=1:1");
}

TEST(Rules, GuaranteesHaveNoLimit)
{
    for (const char* name : {"vmguarpages", "oomguarpages"}) {
        const auto finding = only(std::string(name) + "=5:6");
        EXPECT_EQ(finding.weight, Weight::error);
        EXPECT_EQ(finding.satisfied_by, (Numbers{{std::string(name) + ".limit", ve::unlimited}}));
    }
}

TEST(Rules, PhyspagesIsAccountedOnly)
{
    const auto finding = only("PHYSPAGES=5:6");
    EXPECT_EQ(finding.weight, Weight::error);
    EXPECT_EQ(finding.satisfied_by,
              (Numbers{{"physpages.barrier", 0}, {"physpages.limit", ve::unlimited}}));
    EXPECT_EQ(only("SWAPPAGES=0:6").weight, Weight::warning);
}

TEST(Rules, VswapBoundsMemoryByLimitsThatRefuseNothingHere)
{
    const auto all = found("PHYSPAGES=0:1G\nSWAPPAGES=1M:1G\n");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].weight, Weight::error);
    EXPECT_EQ(all[0].satisfied_by, (Numbers{{"swappages.barrier", 0}}));
    EXPECT_EQ(all[1].satisfied_by, (Numbers{{"physpages.limit", ve::unlimited}}));
    EXPECT_EQ(all[2].satisfied_by, (Numbers{{"swappages.limit", ve::unlimited}}));
    EXPECT_EQ(all[2].weight, Weight::warning);
}

TEST(Rules, KernelMemoryOfProcesses)
{
    const auto finding = only("KMEMSIZE=4096000:5000000\nNUMPROC=202\n");
    EXPECT_EQ(finding.weight, Weight::error);
    EXPECT_EQ(finding.numbers, (Numbers{{"kmemsize.barrier", 4096000}, {"avnumproc", 101}}));
    EXPECT_EQ(finding.satisfied_by, (Numbers{{"kmemsize.barrier", 4136960}}));
    expect_none("KMEMSIZE=4096000:5000000\nNUMPROC=201\n");
    expect_none("KMEMSIZE=4096000:5000000\nNUMPROC=1000\nAVNUMPROC=100\n");
    EXPECT_EQ(only("KMEMSIZE=4096000\nAVNUMPROC=100\nDCACHESIZE=1\n").satisfied_by,
              (Numbers{{"kmemsize.barrier", 4096001}, {"kmemsize.limit", 4096001}}));
    EXPECT_EQ(only("KMEMSIZE=4096000:unlimited\nNUMPROC=unlimited\n").satisfied_by,
              (Numbers{{"kmemsize.barrier", ve::unlimited}}));
}

TEST(Rules, PrivateMemoryThatIsGuaranteed)
{
    const auto finding = only("PRIVVMPAGES=99:120\nVMGUARPAGES=100:unlimited\n");
    EXPECT_EQ(finding.weight, Weight::warning);
    EXPECT_EQ(finding.satisfied_by, (Numbers{{"privvmpages.barrier", 100}}));
    expect_none("PRIVVMPAGES=100:120\nVMGUARPAGES=100:unlimited\n");
}

TEST(Rules, BuffersKeepAPartForEachSocket)
{
    const struct {
        const char* buffers;
        const char* sockets;
        Weight weight;
    } rules[] = {{"tcpsndbuf", "numtcpsock", Weight::error},
                 {"othersockbuf", "numothersock", Weight::error},
                 {"tcprcvbuf", "numtcpsock", Weight::warning}};

    for (const auto& rule : rules) {
        const std::string sockets = std::string(rule.sockets) + "=10\n";
        const auto finding = only(std::string(rule.buffers) + "=200000:225599\n" + sockets);
        EXPECT_EQ(finding.weight, rule.weight) << rule.buffers;
        EXPECT_EQ(finding.satisfied_by, (Numbers{{std::string(rule.buffers) + ".limit", 225600}}));
        expect_none(std::string(rule.buffers) + "=200000:225600\n" + sockets);
        expect_none(std::string(rule.buffers) + "=unlimited\n" + sockets);
    }
}

TEST(Rules, LeastBuffers)
{
    EXPECT_EQ(only("tcpsndbuf=65535").weight, Weight::warning);
    EXPECT_EQ(only("tcprcvbuf=65535").satisfied_by,
              (Numbers{{"tcprcvbuf.barrier", 65536}, {"tcprcvbuf.limit", 65536}}));
    for (const std::string name : {"dgramrcvbuf", "othersockbuf"}) {
        EXPECT_EQ(only(name + "=32767").weight, Weight::warning);
        EXPECT_EQ(only(name + "=32767:200000").satisfied_by, (Numbers{{name + ".barrier", 32768}}));
        EXPECT_EQ(only(name + "=32768").weight, Weight::recommendation);
        EXPECT_EQ(only(name + "=132095:132096").satisfied_by,
                  (Numbers{{name + ".barrier", 132096}}));
        expect_none(name + "=132096");
    }
}

TEST(Rules, FilesOfProcessesAndSockets)
{
    EXPECT_EQ(only("numfile=3199\nAVNUMPROC=100\n").satisfied_by,
              (Numbers{{"numfile.barrier", 3200}, {"numfile.limit", 3200}}));
    const auto finding = only("numfile=29\nnumtcpsock=10\nnumothersock=15\nnumpty=5\n");
    EXPECT_EQ(finding.weight, Weight::warning);
    EXPECT_EQ(
        finding.numbers,
        (Numbers{
            {"numfile.barrier", 29}, {"numtcpsock", 10}, {"numothersock", 15}, {"numpty", 5}}));
    expect_none("numfile=30\nnumtcpsock=10\nnumothersock=15\nnumpty=5\n");

    EXPECT_EQ(only("numfile=10\ndcachesize=3839").satisfied_by,
              (Numbers{{"dcachesize.limit", 3840}}));
    expect_none("numfile=10\ndcachesize=3840");
}

// Bounds as the findings want them.
void obey(Configuration& conf, const Finding& finding)
{
    for (const auto& number : finding.satisfied_by) {
        const auto dot = number.name.find('.');
        const auto resource = ve::parse_resource(number.name.substr(0, dot));
        if (!resource)
            continue;
        const auto bound = std::ranges::find(conf.bounds, *resource, &ve::Bound::resource);
        ASSERT_NE(bound, conf.bounds.end()) << number.name;
        (number.name.ends_with(".limit") ? bound->limit : bound->barrier) = number.value;
    }
}

TEST(Rules, EachFindingSatisfiedByWhatItSaysAndAllInTheEnd)
{
    std::mt19937_64 random(7);
    const auto any = [&] {
        const auto most = std::uint64_t{1} << (random() % 63);
        return random() % 16 == 0 ? ve::unlimited : random() % most;
    };

    for (int round = 0; round < 2000; round++) {
        Configuration conf;
        for (const auto& row : ve::resources())
            if (random() % 4)
                conf.bounds.push_back({row.resource, any(), any()});
        conf.vswap =
            conf.find(Resource::physpages) && conf.find(Resource::swappages) && random() % 2;

        auto findings = vectl::check_rules(conf);
        for (int rounds = 0; !findings.empty(); rounds++) {
            ASSERT_LT(rounds, 40) << findings[0].rule;
            const auto rule = findings[0].rule;
            obey(conf, findings[0]);
            for (const auto& left : vectl::check_rules(conf))
                EXPECT_NE(left.rule, rule);
            findings = vectl::check_rules(conf);
        }
    }
}

} // namespace
