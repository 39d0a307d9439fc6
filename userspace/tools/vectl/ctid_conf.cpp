// SPDX-License-Identifier: GPL-2.0-only
#include "ctid_conf.hpp"

#include "amount.hpp"
#include "bounds.hpp"
#include "nearest.hpp"
#include "usage_error.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

namespace vectl {

namespace {

constexpr char blanks[] = " \t\r\v\f";

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

bool is_name_byte(char c)
{
    return is_upper(c) || is_lower(c) || (c >= '0' && c <= '9') || c == '_';
}

std::string upper(std::string_view text)
{
    std::string copy(text);
    for (auto& c : copy)
        if (is_lower(c))
            c = static_cast<char>(c - 'a' + 'A');
    return copy;
}

// What stands behind "=", without quotes and without a comment behind it.
std::string_view value_of(std::string_view text)
{
    const bool is_quoted = !text.empty() && (text.front() == '"' || text.front() == '\'');
    const auto end = is_quoted ? text.find(text.front(), 1) : text.find_first_of(" \t#");
    if (is_quoted && end == std::string_view::npos)
        throw UsageError("the quotation has no end");

    const auto value = text.substr(is_quoted ? 1 : 0, is_quoted ? end - 1 : end);
    const auto rest =
        end == std::string_view::npos ? "" : trimmed(text.substr(end + (is_quoted ? 1 : 0)));
    if (!rest.empty() && rest.front() != '#')
        throw UsageError("something stands behind the value");
    return value;
}

class Reader {
  public:
    explicit Reader(std::uint64_t page_size) : page_size_(page_size) {}

    void line(std::string_view text)
    {
        number_++;
        text = trimmed(text);
        if (text.empty() || text.front() == '#')
            return;
        try {
            assignment(text);
        } catch (const UsageError& error) {
            conf_.problems.push_back(here() + error.what());
        }
    }

    Configuration finish()
    {
        if (conf_.problems.empty())
            derive();
        return std::move(conf_);
    }

  private:
    [[nodiscard]] std::string here() const { return "line " + std::to_string(number_) + ": "; }

    void remark(const std::string& text) { conf_.remarks.push_back(here() + text); }

    void assignment(std::string_view text)
    {
        const auto equals = text.find('=');
        const auto name = text.substr(0, equals);
        if (equals == std::string_view::npos || name.empty() ||
            !std::ranges::all_of(name, is_name_byte))
            throw UsageError("neither NAME=\"value\" nor RESOURCE=BARRIER[:LIMIT]");

        // OpenVZ's names have no small letters.
        if (std::ranges::any_of(name, is_lower))
            take(parse_sides(std::string(name) + "=" +
                             std::string(value_of(text.substr(equals + 1)))));
        else
            foreign(std::string(name), text.substr(equals + 1));
    }

    void foreign(const std::string& name, std::string_view text)
    {
        const auto& rows = ve::resources();
        const auto row = std::ranges::find_if(
            rows, [&](const ve::ResourceInfo& info) { return upper(info.name) == name; });
        if (row != rows.end()) {
            const auto [barrier, limit] =
                both(name, value_of(text), measure_of(row->unit, page_size_));
            take({row->resource, barrier, limit});
            memory_ = memory_ || row->resource == ve::Resource::physpages;
            swap_ = swap_ || row->resource == ve::Resource::swappages;
        } else if (name == "AVNUMPROC") {
            conf_.avnumproc =
                both(name, value_of(text), measure_of(ve::Unit::items, page_size_)).barrier;
        } else if (name == "DISKSPACE") {
            conf_.diskspace = both(name, value_of(text), {1024, page_size_});
        } else if (name == "DISKINODES") {
            conf_.diskinodes = both(name, value_of(text), {1, page_size_});
        } else if (name == "VM_OVERCOMMIT") {
            overcommit(value_of(text));
        } else {
            for (const auto& info : rows)
                if (edit_distance(name.substr(0, 32), upper(info.name)) == 1)
                    remark(name + " is passed over (did you mean '" + upper(info.name) + "'?)");
        }
    }

    Quota both(const std::string& name, std::string_view text, const Measure& measure)
    {
        const auto colon = text.find(':');
        const auto side = [&](std::string_view one) {
            try {
                const auto amount = parse_amount(one, measure);
                if (amount.capped)
                    remark(name + " is more than the largest number, and is taken as unlimited");
                return amount.value;
            } catch (const UsageError& error) {
                throw UsageError(name + ": " + error.what());
            }
        };

        if (colon == std::string_view::npos) {
            const auto value = side(text);
            return {value, value};
        }
        return {side(text.substr(0, colon)), side(text.substr(colon + 1))};
    }

    void overcommit(std::string_view text)
    {
        const char* const stop = text.data() + text.size();
        double factor = 0;
        const auto [end, error] =
            std::from_chars(text.data(), stop, factor, std::chars_format::fixed);
        if (error != std::errc() || end != stop || !(factor >= 0) ||
            factor > std::numeric_limits<std::uint32_t>::max())
            throw UsageError("VM_OVERCOMMIT: no factor");
        overcommit_ = factor;
    }

    void take(const ve::Bound& bound)
    {
        const auto [first, fresh] = lines_.emplace(bound.resource, number_);
        if (fresh) {
            conf_.bounds.push_back(bound);
            return;
        }
        remark(ve::to_string(bound.resource) + " takes the place of the one in line " +
               std::to_string(first->second));
        first->second = number_;
        *std::ranges::find(conf_.bounds, bound.resource, &ve::Bound::resource) = bound;
    }

    // What vzctl makes of a file that bounds memory by PHYSPAGES and SWAPPAGES.
    void derive()
    {
        const auto* memory = conf_.find(ve::Resource::physpages);
        const auto* swap = conf_.find(ve::Resource::swappages);
        if (!memory_ || !swap_)
            return;
        // A later line of vectl's may have left out one.
        const auto ram = memory->limit.value_or(ve::unlimited);
        const auto more = swap->limit.value_or(ve::unlimited);
        if (ram == ve::unlimited)
            return;
        conf_.vswap = true;

        const auto all = more > ve::unlimited - ram ? ve::unlimited : ram + more;
        const auto factor = static_cast<long double>(overcommit_.value_or(0));
        const auto wanted = static_cast<long double>(all) * factor;
        const auto most = static_cast<long double>(ve::unlimited);
        const auto private_pages = factor > 0 && all < ve::unlimited && wanted < most
                                       ? static_cast<std::uint64_t>(wanted)
                                       : ve::unlimited;

        const auto add = [&](ve::Resource resource, std::uint64_t barrier, std::uint64_t limit) {
            if (lines_.contains(resource))
                return;
            conf_.bounds.push_back({resource, barrier, limit});
            conf_.remarks.push_back(ve::to_string(resource) + "=" + bound_text(barrier) + ":" +
                                    bound_text(limit) + " follows from PHYSPAGES and SWAPPAGES");
        };
        add(ve::Resource::lockedpages, ram, ve::unlimited);
        add(ve::Resource::oomguarpages, ram, ve::unlimited);
        add(ve::Resource::vmguarpages, all, ve::unlimited);
        add(ve::Resource::privvmpages, private_pages, private_pages);
    }

    std::uint64_t page_size_;
    std::size_t number_ = 0;
    Configuration conf_;
    std::map<ve::Resource, std::size_t> lines_;
    bool memory_ = false;
    bool swap_ = false;
    std::optional<double> overcommit_;
};

} // namespace

const ve::Bound* Configuration::find(ve::Resource resource) const noexcept
{
    const auto found = std::ranges::find(bounds, resource, &ve::Bound::resource);
    return found == bounds.end() ? nullptr : &*found;
}

Configuration parse_configuration(std::string_view text, std::uint64_t page_size)
{
    Reader reader(page_size);

    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        reader.line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return reader.finish();
}

} // namespace vectl
