// SPDX-License-Identifier: GPL-2.0-only
#include "rules.hpp"

#include "bounds.hpp"

#include <algorithm>

namespace vectl {

namespace {

using ve::Resource;

constexpr std::uint64_t kb = 1024;
constexpr std::uint64_t kmem_of_process = 40 * kb;
constexpr std::uint64_t buffer_of_socket = 5 * kb / 2;
constexpr std::uint64_t least_tcp_buffer = 64 * kb;
constexpr std::uint64_t least_buffer = 32 * kb;
constexpr std::uint64_t good_buffer = 129 * kb;
constexpr std::uint64_t files_of_process = 32;
constexpr std::uint64_t dcache_of_file = 384;

constexpr Resource items_without_reserve[] = {
    Resource::numproc, Resource::numtcpsock, Resource::numothersock, Resource::shmpages,
    Resource::numfile, Resource::numpty,     Resource::numsiginfo,   Resource::numiptent,
};
constexpr Resource with_reserve[] = {
    Resource::kmemsize,     Resource::tcpsndbuf,   Resource::tcprcvbuf,
    Resource::othersockbuf, Resource::dgramrcvbuf, Resource::privvmpages,
    Resource::lockedpages,  Resource::numflock,    Resource::dcachesize,
};

class Judge {
  public:
    explicit Judge(const Configuration& conf) : conf_(conf) {}

    std::vector<Finding> all()
    {
        order();
        memory();
        kernel_memory();
        sockets();
        files();
        return std::move(findings_);
    }

  private:
    [[nodiscard]] bool bounds(Resource resource) const { return conf_.find(resource) != nullptr; }

    // A side that the file leaves out is unlimited in a new VE.
    [[nodiscard]] std::uint64_t barrier(Resource resource) const
    {
        return conf_.find(resource)->barrier.value_or(ve::unlimited);
    }

    [[nodiscard]] std::uint64_t limit(Resource resource) const
    {
        return conf_.find(resource)->limit.value_or(ve::unlimited);
    }

    [[nodiscard]] Number barrier_number(Resource resource) const
    {
        return {barrier_of(resource), barrier(resource)};
    }

    [[nodiscard]] Number limit_number(Resource resource) const
    {
        return {limit_of(resource), limit(resource)};
    }

    // How many there can be.
    [[nodiscard]] std::uint64_t most(Resource resource) const
    {
        return bounds(resource) ? std::min(barrier(resource), limit(resource)) : 0;
    }

    void find(Weight weight, std::string rule, std::vector<Number> numbers,
              std::vector<Number> satisfied_by)
    {
        findings_.push_back({weight, std::move(rule), std::move(numbers), std::move(satisfied_by)});
    }

    // The barrier has to be at least `least`, for the reason that the other
    // numbers give.
    void need_barrier(Weight weight, Resource resource, std::uint64_t least, std::string rule,
                      std::vector<Number> others = {})
    {
        if (!bounds(resource) || barrier(resource) >= least)
            return;
        others.insert(others.begin(), barrier_number(resource));
        std::vector<Number> remedy = {{barrier_of(resource), least}};
        if (limit(resource) < least)
            remedy.push_back({limit_of(resource), least});
        find(weight, std::move(rule), std::move(others), std::move(remedy));
    }

    void expect(Weight weight, Resource resource, std::uint64_t wanted_barrier,
                std::uint64_t wanted_limit, std::string rule)
    {
        if (barrier(resource) == wanted_barrier && limit(resource) == wanted_limit)
            return;
        std::vector<Number> remedy;
        if (barrier(resource) != wanted_barrier)
            remedy.push_back({barrier_of(resource), wanted_barrier});
        if (limit(resource) != wanted_limit)
            remedy.push_back({limit_of(resource), wanted_limit});
        find(weight, std::move(rule), {barrier_number(resource), limit_number(resource)},
             std::move(remedy));
    }

    void order()
    {
        for (const auto resource : items_without_reserve)
            if (bounds(resource))
                expect(Weight::error, resource, most(resource), most(resource),
                       "barrier and limit of " + ve::to_string(resource) + " are equal");
        for (const auto resource : with_reserve)
            if (bounds(resource) && barrier(resource) > limit(resource))
                find(Weight::error,
                     "the barrier of " + ve::to_string(resource) + " is not above its limit",
                     {barrier_number(resource), limit_number(resource)},
                     {{barrier_of(resource), limit(resource)}});
        quota("diskspace", conf_.diskspace);
        quota("diskinodes", conf_.diskinodes);
    }

    void quota(const std::string& name, const std::optional<Quota>& sides)
    {
        if (sides && sides->barrier > sides->limit)
            find(Weight::error, "the barrier of " + name + " is not above its limit",
                 {{name + ".barrier", sides->barrier}, {name + ".limit", sides->limit}},
                 {{name + ".barrier", sides->limit}});
    }

    void memory()
    {
        for (const auto resource : {Resource::vmguarpages, Resource::oomguarpages})
            if (bounds(resource))
                expect(Weight::error, resource, barrier(resource), ve::unlimited,
                       ve::to_string(resource) +
                           " is a guarantee, which is its barrier: the limit is unlimited");

        if (conf_.vswap)
            for (const auto resource : {Resource::physpages, Resource::swappages})
                expect(Weight::error, resource, 0, limit(resource),
                       "the barrier of " + ve::to_string(resource) + " is 0: the limit bounds it");
        else if (bounds(Resource::physpages))
            expect(Weight::error, Resource::physpages, 0, ve::unlimited,
                   "physpages is accounted only: its barrier is 0, its limit unlimited");

        for (const auto resource : {Resource::physpages, Resource::swappages})
            if (bounds(resource) && limit(resource) != ve::unlimited &&
                (conf_.vswap || resource == Resource::swappages))
                find(Weight::warning,
                     ve::to_string(resource) + " is accounted only: its limit refuses nothing here",
                     {limit_number(resource)}, {{limit_of(resource), ve::unlimited}});

        if (bounds(Resource::vmguarpages))
            need_barrier(Weight::warning, Resource::privvmpages, barrier(Resource::vmguarpages),
                         "the barrier of privvmpages lets the VE have what vmguarpages guarantees",
                         {barrier_number(Resource::vmguarpages)});
    }

    // Processes to be expected; half of those there can be unless the file says.
    [[nodiscard]] std::uint64_t expected_processes() const
    {
        if (conf_.avnumproc)
            return *conf_.avnumproc;
        const auto processes = most(Resource::numproc);
        return processes == ve::unlimited ? processes : processes / 2;
    }

    void kernel_memory()
    {
        const auto processes = expected_processes();
        std::vector<Number> others = {{"avnumproc", processes}};
        auto least = times(kmem_of_process, processes);
        if (bounds(Resource::dcachesize)) {
            least = plus(least, limit(Resource::dcachesize));
            others.push_back(limit_number(Resource::dcachesize));
        }
        need_barrier(Weight::error, Resource::kmemsize, least,
                     "the barrier of kmemsize is at least 40 KB for each of avnumproc processes, "
                     "and the limit of dcachesize",
                     std::move(others));
    }

    // Above the barrier, each socket still gets its part.
    void reserve(Weight weight, Resource buffers, Resource sockets)
    {
        if (!bounds(buffers) || !bounds(sockets) || limit(buffers) == ve::unlimited ||
            barrier(buffers) > limit(buffers))
            return;
        const auto least = times(buffer_of_socket, most(sockets));
        if (limit(buffers) - barrier(buffers) >= least)
            return;
        find(weight,
             "the limit of " + ve::to_string(buffers) +
                 " is above its barrier by at least 2.5 KB for each of " + ve::to_string(sockets),
             {barrier_number(buffers),
              limit_number(buffers),
              {ve::to_string(sockets), most(sockets)}},
             {{limit_of(buffers), plus(barrier(buffers), least)}});
    }

    void sockets()
    {
        reserve(Weight::error, Resource::tcpsndbuf, Resource::numtcpsock);
        reserve(Weight::error, Resource::othersockbuf, Resource::numothersock);
        reserve(Weight::warning, Resource::tcprcvbuf, Resource::numtcpsock);

        for (const auto resource : {Resource::tcpsndbuf, Resource::tcprcvbuf})
            need_barrier(Weight::warning, resource, least_tcp_buffer,
                         "the barrier of " + ve::to_string(resource) + " is at least 64 KB");
        for (const auto resource : {Resource::dgramrcvbuf, Resource::othersockbuf}) {
            const bool small = bounds(resource) && barrier(resource) < least_buffer;
            need_barrier(small ? Weight::warning : Weight::recommendation, resource,
                         small ? least_buffer : good_buffer,
                         "the barrier of " + ve::to_string(resource) +
                             (small ? " is at least 32 KB" : " is better 129 KB or more"));
        }
    }

    void files()
    {
        const auto by_processes = times(files_of_process, expected_processes());
        const auto by_sockets = plus(plus(most(Resource::numtcpsock), most(Resource::numothersock)),
                                     most(Resource::numpty));
        if (by_processes >= by_sockets) {
            need_barrier(Weight::warning, Resource::numfile, by_processes,
                         "numfile is at least 32 for each of avnumproc processes",
                         {{"avnumproc", expected_processes()}});
        } else {
            std::vector<Number> others;
            for (const auto resource :
                 {Resource::numtcpsock, Resource::numothersock, Resource::numpty})
                if (bounds(resource))
                    others.push_back({ve::to_string(resource), most(resource)});
            need_barrier(Weight::warning, Resource::numfile, by_sockets,
                         "numfile is at least numtcpsock, numothersock and numpty together",
                         std::move(others));
        }

        const auto least = times(dcache_of_file, most(Resource::numfile));
        if (bounds(Resource::dcachesize) && limit(Resource::dcachesize) < least)
            find(Weight::warning,
                 "the limit of dcachesize is at least 384 bytes for each of numfile",
                 {limit_number(Resource::dcachesize), {"numfile", most(Resource::numfile)}},
                 {{limit_of(Resource::dcachesize), least}});
    }

    const Configuration& conf_;
    std::vector<Finding> findings_;
};

} // namespace

std::vector<Finding> check_rules(const Configuration& conf)
{
    return Judge(conf).all();
}

} // namespace vectl
