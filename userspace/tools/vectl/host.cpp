// SPDX-License-Identifier: GPL-2.0-only
#include "host.hpp"

#include "bounds.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

namespace vectl {

namespace {

using ve::Resource;

// Of memory, what is left to the kernel's own objects.
constexpr std::uint64_t kernel_percent = 40;

constexpr Resource kernel_memory[] = {
    Resource::kmemsize,     Resource::tcpsndbuf,   Resource::tcprcvbuf,
    Resource::othersockbuf, Resource::dgramrcvbuf,
};

// The bytes behind "MemTotal:"; nothing if there is no such line.
std::optional<std::uint64_t> meminfo_bytes(std::string_view text, std::string_view name)
{
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!line.starts_with(name))
            continue;
        line.remove_prefix(name.size());
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));

        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
        const std::string_view unit(end, static_cast<std::size_t>(line.data() + line.size() - end));
        if (error != std::errc() || unit != " kB")
            return std::nullopt;
        return times(number, 1024);
    }
    return std::nullopt;
}

// Something promised, of so many units of so many bytes.
struct Promise {
    Resource resource;
    bool is_limit;
    std::uint64_t amount;
    std::uint64_t unit;

    [[nodiscard]] std::uint64_t bytes() const { return times(amount, unit); }

    [[nodiscard]] Number number() const
    {
        return {is_limit ? limit_of(resource) : barrier_of(resource), amount};
    }
};

class Ledger {
  public:
    explicit Ledger(const Configuration& conf) : conf_(conf) {}

    void add(Resource resource, bool is_limit, std::uint64_t unit)
    {
        const auto* bound = conf_.find(resource);
        if (bound)
            promises_.push_back({resource, is_limit,
                                 (is_limit ? bound->limit : bound->barrier).value_or(ve::unlimited),
                                 unit});
    }

    [[nodiscard]] bool exceeds(std::uint64_t capacity) const { return total(nullptr) > capacity; }

    [[nodiscard]] std::vector<Number> numbers() const
    {
        std::vector<Number> all;
        for (const auto& promise : promises_)
            all.push_back(promise.number());
        all.push_back({"promised", total(nullptr)});
        return all;
    }

    // The largest gives way; if that is not enough, all take equal parts.
    [[nodiscard]] std::vector<Number> fitted(std::uint64_t capacity) const
    {
        const auto& largest = *std::ranges::max_element(promises_, {}, &Promise::bytes);
        const auto rest = total(&largest);
        std::vector<Number> all;

        if (rest < capacity) {
            lower(all, largest, capacity - rest);
            return all;
        }
        for (const auto& promise : promises_)
            if (promise.bytes() > capacity / promises_.size())
                lower(all, promise, capacity / promises_.size());
        return all;
    }

  private:
    [[nodiscard]] std::uint64_t total(const Promise* without) const
    {
        std::uint64_t sum = 0;
        for (const auto& promise : promises_)
            if (&promise != without)
                sum = plus(sum, promise.bytes());
        return sum;
    }

    // A limit does not go below its barrier.
    void lower(std::vector<Number>& all, const Promise& promise, std::uint64_t bytes) const
    {
        const auto amount = bytes / promise.unit;
        const auto barrier = conf_.find(promise.resource)->barrier.value_or(ve::unlimited);
        if (promise.is_limit && barrier > amount)
            all.push_back({barrier_of(promise.resource), amount});
        all.push_back({promise.number().name, amount});
    }

    const Configuration& conf_;
    std::vector<Promise> promises_;
};

} // namespace

std::uint64_t host_page_size()
{
    const auto size = sysconf(_SC_PAGESIZE);
    return size > 0 ? static_cast<std::uint64_t>(size) : 4096;
}

ve::Result<Host> parse_meminfo(std::string_view text, std::uint64_t page_size)
{
    const auto ram = meminfo_bytes(text, "MemTotal:");
    const auto swap = meminfo_bytes(text, "SwapTotal:");
    if (!ram || !swap)
        return ve::err(EBADMSG, "/proc/meminfo does not tell MemTotal and SwapTotal");
    return Host{*ram, *swap, page_size};
}

ve::Result<Host> this_host()
{
    std::ifstream file("/proc/meminfo");
    std::ostringstream text;
    text << file.rdbuf();
    return parse_meminfo(text.str(), host_page_size());
}

std::vector<Finding> check_host(const Configuration& conf, const Host& host)
{
    const auto everything = plus(host.ram, host.swap);
    std::vector<Finding> findings;

    const auto hold = [&](Weight weight, const Ledger& ledger, std::uint64_t capacity,
                          std::string rule) {
        if (!ledger.exceeds(capacity))
            return;
        auto numbers = ledger.numbers();
        numbers.push_back({"host.ram", host.ram});
        numbers.push_back({"host.swap", host.swap});
        findings.push_back({weight, std::move(rule), std::move(numbers), ledger.fitted(capacity)});
    };

    Ledger kernel(conf);
    for (const auto resource : kernel_memory)
        kernel.add(resource, true, 1);
    hold(Weight::warning, kernel, host.ram / 100 * kernel_percent,
         "limits of kernel memory and socket buffers are no more than 40 % of the host's memory");

    const auto with_kernel = [&](Resource resource, bool is_limit) {
        auto ledger = kernel;
        ledger.add(resource, is_limit, host.page_size);
        return ledger;
    };
    if (conf.find(Resource::oomguarpages))
        hold(Weight::warning, with_kernel(Resource::oomguarpages, false), everything,
             "what oomguarpages guarantees, with the kernel's, is there: memory and swap");
    if (conf.find(Resource::vmguarpages))
        hold(Weight::warning, with_kernel(Resource::vmguarpages, false), everything,
             "what vmguarpages guarantees, with the kernel's, is there: memory and swap");
    if (conf.find(Resource::privvmpages))
        hold(Weight::recommendation, with_kernel(Resource::privvmpages, true), everything,
             "what privvmpages allows, with the kernel's, is better no more than memory and swap");

    if (conf.vswap) {
        Ledger memory(conf);
        memory.add(Resource::physpages, true, host.page_size);
        hold(Weight::warning, memory, host.ram, "the limit of physpages is there: memory");
        Ledger swap(conf);
        swap.add(Resource::swappages, true, host.page_size);
        hold(Weight::warning, swap, host.swap, "the limit of swappages is there: swap");
    }
    return findings;
}

} // namespace vectl
