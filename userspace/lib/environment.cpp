// SPDX-License-Identifier: GPL-2.0-only

#include <libve/environment.hpp>
#include <libve/event.hpp>
#include <libve/history.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace ve {

namespace {

constexpr std::array table{
    ResourceInfo{Resource::kmemsize, "kmemsize", Unit::bytes, "kernel memory"},
    ResourceInfo{Resource::lockedpages, "lockedpages", Unit::pages, "memory locked"},
    ResourceInfo{Resource::privvmpages, "privvmpages", Unit::pages, "private memory"},
    ResourceInfo{Resource::shmpages, "shmpages", Unit::pages, "shared memory"},
    ResourceInfo{Resource::numproc, "numproc", Unit::items, "processes and threads"},
    ResourceInfo{Resource::physpages, "physpages", Unit::pages, "memory in use", Role::accounted},
    ResourceInfo{Resource::vmguarpages, "vmguarpages", Unit::pages, "memory guaranteed",
                 Role::guaranteed},
    ResourceInfo{Resource::oomguarpages, "oomguarpages", Unit::pages,
                 "memory guaranteed when it runs out", Role::guaranteed},
    ResourceInfo{Resource::numtcpsock, "numtcpsock", Unit::items, "TCP sockets"},
    ResourceInfo{Resource::numflock, "numflock", Unit::items, "file locks"},
    ResourceInfo{Resource::numpty, "numpty", Unit::items, "pseudo-terminals"},
    ResourceInfo{Resource::numsiginfo, "numsiginfo", Unit::items, "queued signals"},
    ResourceInfo{Resource::tcpsndbuf, "tcpsndbuf", Unit::bytes, "send buffers of TCP sockets"},
    ResourceInfo{Resource::tcprcvbuf, "tcprcvbuf", Unit::bytes, "receive buffers of TCP sockets"},
    ResourceInfo{Resource::othersockbuf, "othersockbuf", Unit::bytes,
                 "send buffers of other sockets"},
    ResourceInfo{Resource::dgramrcvbuf, "dgramrcvbuf", Unit::bytes,
                 "receive buffers of datagram sockets"},
    ResourceInfo{Resource::numothersock, "numothersock", Unit::items, "other sockets"},
    ResourceInfo{Resource::dcachesize, "dcachesize", Unit::bytes, "dentries and inodes"},
    ResourceInfo{Resource::numfile, "numfile", Unit::items, "open files"},
    ResourceInfo{Resource::numiptent, "numiptent", Unit::items, "rules of packet filters"},
    ResourceInfo{Resource::swappages, "swappages", Unit::pages, "swap in use", Role::accounted},
};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Not isalpha(): names do not depend on the locale.
bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

const Counter* find_counter(const std::vector<Counter>& all, Resource resource)
{
    const auto counter = std::ranges::find(all, resource, &Counter::resource);

    return counter == all.end() ? nullptr : &*counter;
}

} // namespace

std::span<const ResourceInfo> resources() noexcept
{
    return table;
}

const ResourceInfo* find_resource(Resource resource) noexcept
{
    const auto row = std::ranges::find(table, resource, &ResourceInfo::resource);

    return row == table.end() ? nullptr : &*row;
}

Role role_of(Resource resource) noexcept
{
    const auto* row = find_resource(resource);

    return row ? row->role : Role::bounded;
}

Result<Resource> parse_resource(std::string_view name)
{
    const auto row = std::ranges::find(table, name, &ResourceInfo::name);

    if (row == table.end())
        return err(EINVAL, fmt::format("there is no resource \"{}\"", name), "resource.id");
    return row->resource;
}

std::string to_string(Resource resource)
{
    if (const auto* row = find_resource(resource))
        return std::string(row->name);
    return fmt::format("resource{}", static_cast<std::uint32_t>(resource));
}

std::string_view to_string(State state) noexcept
{
    switch (state) {
    case State::empty:
        return "empty";
    case State::running:
        return "running";
    case State::killing:
        return "killing";
    }
    return "unknown";
}

std::string_view to_string(Severity severity) noexcept
{
    switch (severity) {
    case Severity::barrier:
        return "barrier";
    case Severity::limit:
        return "limit";
    case Severity::force:
        return "force";
    }
    return "unknown";
}

std::string_view to_string(Unit unit) noexcept
{
    switch (unit) {
    case Unit::items:
        return "items";
    case Unit::bytes:
        return "bytes";
    case Unit::pages:
        return "pages";
    }
    return "unknown";
}

const Counter* Environment::find(Resource resource) const noexcept
{
    return find_counter(resources, resource);
}

const Counter* Past::find(Resource resource) const noexcept
{
    return find_counter(resources, resource);
}

Result<> check_name(std::string_view name)
{
    const auto allowed = [](char c) {
        return is_letter(c) || is_digit(c) ||
               std::string_view("_.:@-").find(c) != std::string_view::npos;
    };

    if (name.empty())
        return err(EINVAL, "a name has at least one character", "name");
    if (name.size() > name_max)
        return err(EINVAL, fmt::format("a name is at most {} bytes long", name_max), "name");
    if (!is_letter(name.front()) && name.front() != '_')
        return err(EINVAL, "a name begins with a letter or '_'", "name");
    if (!std::ranges::all_of(name, allowed))
        return err(EINVAL, "a name has only letters, digits and \"_.:@-\"", "name");
    return {};
}

Result<Handle> Handle::parse(std::string_view text)
{
    if (!text.empty() && std::ranges::all_of(text, is_digit)) {
        Id id = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (error != std::errc{} || id < 1 || id > id_max)
            return err(ERANGE, fmt::format("ids of VEs are 1 to {}", id_max), "id");
        return Handle(id);
    }
    if (auto good = check_name(text); !good)
        return err(std::move(good).error());
    return named(std::string(text));
}

std::optional<Id> Handle::id() const noexcept
{
    return id_;
}

const std::string* Handle::name() const noexcept
{
    return name_ ? &*name_ : nullptr;
}

std::string Handle::to_string() const
{
    return name_ ? *name_ : std::to_string(*id_);
}

std::string_view name_of(const Event& event) noexcept
{
    constexpr std::array<std::string_view, std::variant_size_v<Event>> names{
        "created", "changed", "destroyed", "empty", "attached", "refused", "lost",
    };

    return names.at(event.index());
}

} // namespace ve
