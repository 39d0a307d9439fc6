// SPDX-License-Identifier: GPL-2.0-only
//
// Rules of packet filters: how many fit into a table, who is charged, and for how long.

#include "fixture.hpp"
#include "program.hpp"

#include <fcntl.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

namespace behaviour {

namespace {

constexpr auto numiptent = ve::Resource::numiptent;

// What differs between the two, and what does not: their messages are alike but for the entries.
struct Family {
    const char* name;
    const char* module;
    int domain;
    int level;
    std::uint16_t head; // size of an entry, without its target
};

const std::array families = {
    Family{"Ipv4", "iptable_filter", AF_INET, IPPROTO_IP, sizeof(ipt_entry)},
    Family{"Ipv6", "ip6table_filter", AF_INET6, IPPROTO_IPV6, sizeof(ip6t_entry)},
};

using Bytes = std::vector<char>;

// A rule that accepts all.
Bytes rule(const Family& family)
{
    Bytes bytes(family.head + sizeof(xt_standard_target));
    const auto size = static_cast<std::uint16_t>(bytes.size());
    const bool old = family.domain == AF_INET;
    std::memcpy(
        &bytes[old ? offsetof(ipt_entry, target_offset) : offsetof(ip6t_entry, target_offset)],
        &family.head, sizeof(family.head));
    std::memcpy(&bytes[old ? offsetof(ipt_entry, next_offset) : offsetof(ip6t_entry, next_offset)],
                &size, sizeof(size));
    xt_standard_target target{};
    target.target.u.user.target_size = sizeof(target);
    target.verdict = -NF_ACCEPT - 1;
    std::memcpy(&bytes[family.head], &target, sizeof(target));
    return bytes;
}

// The table "filter" of this process' network namespace.
class Table {
  public:
    explicit Table(const Family& family)
        : family_(family),
          socket_(socket(family.domain, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW)),
          first_(info())
    {
        Bytes answer(sizeof(ipt_get_entries) + first_.size);
        ipt_get_entries asked{};
        std::strcpy(asked.name, first_.name);
        asked.size = first_.size;
        std::memcpy(answer.data(), &asked, sizeof(asked));
        auto size = static_cast<socklen_t>(answer.size());
        if (getsockopt(socket_.get(), family_.level, IPT_SO_GET_ENTRIES, answer.data(), &size) < 0)
            broken("IPT_SO_GET_ENTRIES");
        entries_.assign(answer.begin() + sizeof(ipt_get_entries), answer.end());
    }

    // Rules that it always has.
    unsigned own() const { return first_.num_entries; }

    // Have so many rules beside these, or be wrong about how many there are now. 0 or errno.
    int set(unsigned rules, unsigned error = 0) const
    {
        const Bytes one = rule(family_);
        const auto more = static_cast<unsigned>(rules * one.size());
        const unsigned place = first_.hook_entry[NF_INET_LOCAL_IN];
        std::vector<xt_counters> counters(info().num_entries);

        ipt_replace head{};
        std::strcpy(head.name, first_.name);
        head.valid_hooks = first_.valid_hooks;
        head.num_entries = first_.num_entries + rules;
        head.size = first_.size + more;
        head.num_counters = static_cast<unsigned>(counters.size()) + error;
        counters.resize(head.num_counters);
        head.counters = counters.data();
        for (int i = 0; i < NF_INET_NUMHOOKS; i++) {
            head.hook_entry[i] = first_.hook_entry[i] + (first_.hook_entry[i] > place ? more : 0);
            head.underflow[i] = first_.underflow[i] + (first_.underflow[i] >= place ? more : 0);
        }
        Bytes request(sizeof(head));
        std::memcpy(request.data(), &head, sizeof(head));
        request.insert(request.end(), entries_.begin(), entries_.begin() + place);
        for (unsigned i = 0; i < rules; i++)
            request.insert(request.end(), one.begin(), one.end());
        request.insert(request.end(), entries_.begin() + place, entries_.end());
        return setsockopt(socket_.get(), family_.level, IPT_SO_SET_REPLACE, request.data(),
                          static_cast<socklen_t>(request.size())) < 0
                   ? errno
                   : 0;
    }

  private:
    ipt_getinfo info() const
    {
        ipt_getinfo info{};
        std::strcpy(info.name, "filter");
        socklen_t size = sizeof(info);
        if (getsockopt(socket_.get(), family_.level, IPT_SO_GET_INFO, &info, &size) < 0)
            broken("IPT_SO_GET_INFO");
        return info;
    }

    const Family& family_;
    Fd socket_;
    ipt_getinfo first_;
    Bytes entries_;
};

void own_network()
{
    if (unshare(CLONE_NEWNET) < 0)
        broken("unshare");
}

ve::Bound limit(std::uint64_t limit)
{
    return {numiptent, 0, limit};
}

class Rules : public Host, public testing::WithParamInterface<Family> {
  protected:
    void SetUp() override { ASSERT_EQ(run({"modprobe", GetParam().module}).status, 0); }

    // A process that sets as many rules as it is told, in a network namespace of its own; first it
    // says how many there always are.
    static Process::Body setter()
    {
        return [](Link& link) {
            own_network();
            const Table table(GetParam());
            link.tell(table.own());
            for (;;)
                link.tell(table.set(static_cast<unsigned>(link.hear_number())));
        };
    }

    static int set(const Process& process, unsigned rules)
    {
        process.tell(std::to_string(rules));
        return static_cast<int>(process.hear_number());
    }

    void bound(const Ve& ve, std::uint64_t most)
    {
        ASSERT_TRUE(ok(client.set(ve.handle(), std::vector{limit(most)})));
    }

    static std::uint64_t held(const Ve& ve) { return ve.counter(numiptent).held; }
};

INSTANTIATE_TEST_SUITE_P(, Rules, testing::ValuesIn(families),
                         [](const auto& tested) { return std::string(tested.param.name); });

} // namespace

TEST_P(Rules, FitUpToTheLimitAndNotAbove)
{
    const Ve ve(client);
    const auto process = member(ve, setter());
    const auto own = static_cast<std::uint64_t>(process.hear_number());
    EXPECT_EQ(held(ve), 0u) << "nobody has changed them";
    bound(ve, own + 3);

    EXPECT_EQ(set(process, 2), 0);
    EXPECT_EQ(held(ve), own + 2);
    EXPECT_EQ(set(process, 3), 0);
    EXPECT_EQ(set(process, 4), ENOMEM);
    EXPECT_EQ(held(ve), own + 3);
    EXPECT_EQ(ve.counter(numiptent).failcnt, 1u);
    EXPECT_EQ(ve.counter(numiptent).maxheld, own + 3);

    EXPECT_EQ(set(process, 0), 0);
    EXPECT_EQ(held(ve), own);
    EXPECT_EQ(set(process, 3), 0);
    EXPECT_EQ(ve.counter(numiptent).failcnt, 1u);
}

TEST_P(Rules, GoWithTheirNetworkNamespace)
{
    const Ve ve(client);
    {
        const auto process = member(ve, setter());
        (void)process.hear_number();
        EXPECT_EQ(set(process, 5), 0);
        EXPECT_GT(held(ve), 5u);
    }
    EXPECT_TRUE(ve.comes_to_hold(numiptent, 0));
}

TEST_P(Rules, OfTheHostAreChargedToNobody)
{
    const Ve ve(client, {limit(0)});
    const auto process = outsider(setter());
    (void)process.hear_number();
    EXPECT_EQ(set(process, 5), 0);
    EXPECT_EQ(held(ve), 0u);
}

TEST_P(Rules, ThatTheHostChangesStayTheVes)
{
    const Ve ve(client);
    const auto process = member(ve, setter());
    const auto own = static_cast<std::uint64_t>(process.hear_number());
    bound(ve, own + 2);
    EXPECT_EQ(set(process, 2), 0);

    const auto host = outsider([pid = process.pid()](Link& link) {
        const Fd network(open(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), O_RDONLY));
        if (setns(network.get(), CLONE_NEWNET) < 0)
            broken("setns");
        Table table(GetParam());
        // Of those the table has two more by now.
        link.tell(table.set(7));
        hang();
    });
    EXPECT_EQ(host.hear_number(), 0);
    EXPECT_EQ(held(ve), own + 2 + 7);
    EXPECT_EQ(ve.counter(numiptent).failcnt, 0u);
    EXPECT_EQ(set(process, 1), 0) << "fewer";
    EXPECT_EQ(held(ve), own + 1);
}

TEST_P(Rules, OfARequestThatFailsAreNotCharged)
{
    const Ve ve(client);
    const auto process = member(ve, [](Link& link) {
        own_network();
        const Table table(GetParam());
        link.tell(table.own());
        link.tell(table.set(1));
        (void)link.hear();
        link.tell(table.set(5, 1));
        hang();
    });
    const auto own = static_cast<std::uint64_t>(process.hear_number());
    EXPECT_EQ(process.hear_number(), 0);
    EXPECT_EQ(held(ve), own + 1);
    process.tell();
    EXPECT_EQ(process.hear_number(), EAGAIN);
    EXPECT_EQ(held(ve), own + 1);
}

TEST_P(Rules, AreExactOnTwoProcessors)
{
    constexpr unsigned tries = 200;
    const Ve ve(client);
    std::vector<Process> processes;
    for (int i = 0; i < 2; i++)
        processes.push_back(member(ve, [](Link& link) {
            own_network();
            const Table table(GetParam());
            link.tell(table.own());
            (void)link.hear();
            for (unsigned n = 0; n < tries; n++) {
                const int code = table.set(n % 7);
                if (code && code != ENOMEM)
                    throw Broken("set with " + std::to_string(code));
            }
            link.tell("done");
            hang();
        }));
    std::uint64_t own = 0;
    for (const auto& process : processes)
        own += static_cast<std::uint64_t>(process.hear_number());
    bound(ve, own + 8);
    for (const auto& process : processes)
        process.tell();
    for (const auto& process : processes)
        EXPECT_EQ(process.hear(), "done");

    EXPECT_LE(ve.counter(numiptent).maxheld, own + 8);
    processes.clear();
    EXPECT_TRUE(ve.comes_to_hold(numiptent, 0));
}

} // namespace behaviour
