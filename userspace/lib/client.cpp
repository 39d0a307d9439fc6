// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"

#include <libve/client.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace ve {

namespace {

// How often a list is read anew before it is given up.
constexpr int dump_attempts = 10;

Parameters naming(const Handle& handle)
{
    Parameters parameters;

    parameters.id = handle.id();
    if (handle.name())
        parameters.name = *handle.name();
    return parameters;
}

// Names are the kernel's to judge, but for two it could not do well: a NUL would end one in the
// middle, and something else would be named; of one that is too long it says only that it is bad.
Result<> check_sendable(const Parameters& parameters)
{
    if (parameters.name && parameters.name->find('\0') != std::string::npos)
        return err(EINVAL, "a name has no NUL bytes", "name");
    if (parameters.name && parameters.name->size() > name_max)
        return err(EINVAL, fmt::format("a name is at most {} bytes long", name_max), "name");
    return {};
}

template <class T>
Result<T> in_context(Result<T>&& result, const std::string& doing)
{
    if (!result)
        return err(std::move(result).error().with(doing));
    return std::move(result);
}

} // namespace

struct __attribute__((visibility("hidden"))) Client::Impl {
    std::shared_ptr<Transport> requests;
    std::shared_ptr<Transport> dumps; // opened when it is needed first

    // A request that is answered with a word.
    Result<> order(Command command, const Parameters& parameters);
    // One that is answered with a VE.
    Result<Environment> ask(Command command, const Parameters& parameters);
    // One that is answered with many of something.
    template <class Item>
    Result<Consistency> dump(Command command, const Parameters& parameters,
                             const std::function<void(const Item&)>& visit);
    // The refusal of a dump with the kernel's reason, which old kernels (6.1) do not give with dumps.
    Error explained(Error refusal, Bytes attributes);
    Result<std::vector<Environment>> collect();
    Result<std::vector<Refusal>> refusals(const Parameters& parameters);
};

Result<> Client::Impl::order(Command command, const Parameters& parameters)
{
    if (auto good = check_sendable(parameters); !good)
        return good;
    const auto attributes = encode(parameters);
    auto done = requests->exchange({command, false, attributes}, [](const Message&) {});
    if (!done)
        return err(std::move(done).error());
    return {};
}

Result<Environment> Client::Impl::ask(Command command, const Parameters& parameters)
{
    Environment environment;
    Result<> decoded = codec::malformed("the kernel's answer is empty");

    if (auto good = check_sendable(parameters); !good)
        return err(std::move(good).error());
    const auto attributes = encode(parameters);
    auto done = requests->exchange({command, false, attributes}, [&](const Message& message) {
        decoded = codec::decode(message.attributes, environment);
    });
    if (!done)
        return err(std::move(done).error());
    if (!decoded)
        return err(std::move(decoded).error());
    return environment;
}

template <class Item>
Result<Consistency> Client::Impl::dump(Command command, const Parameters& parameters,
                                       const std::function<void(const Item&)>& visit)
{
    Item item;
    Result<> decoded;

    if (auto good = check_sendable(parameters); !good)
        return err(std::move(good).error());
    if (!dumps) {
        auto opened = open_transport(Backend::libmnl);
        if (!opened)
            return err(std::move(opened).error());
        dumps = *std::move(opened);
    }
    const auto attributes = encode(parameters);
    auto done = dumps->exchange({command, true, attributes}, [&](const Message& message) {
        if (decoded && (decoded = codec::decode(message.attributes, item)))
            visit(item);
    });
    if (!done)
        return err(explained(std::move(done).error(), attributes));
    if (!decoded)
        return err(std::move(decoded).error());
    return done;
}

Error Client::Impl::explained(Error refusal, Bytes attributes)
{
    if (!refusal.sentence.empty())
        return refusal;
    // Who may not list may not look either, for the same reason.
    auto looked = requests->exchange({Command::get, false, attributes}, [](const Message&) {});
    return !looked && looked.error().code == refusal.code ? std::move(looked).error() : refusal;
}

Result<std::vector<Environment>> Client::Impl::collect()
{
    std::vector<Environment> all;

    for (int attempt = 0; attempt < dump_attempts; ++attempt) {
        all.clear();
        auto done = dump<Environment>(Command::get, {},
                                      [&](const Environment& one) { all.push_back(one); });
        if (!done)
            return err(std::move(done).error());
        if (*done == Consistency::consistent)
            return all;
    }
    return err(EINTR, fmt::format("what was to be listed changed during each of {} attempts",
                                  dump_attempts));
}

Result<std::vector<Refusal>> Client::Impl::refusals(const Parameters& parameters)
{
    std::vector<Refusal> all;
    auto done = dump<Refusal>(Command::refusal_get, parameters,
                              [&](const Refusal& refusal) { all.push_back(refusal); });

    if (!done)
        return err(std::move(done).error());
    return all;
}

Client::Client(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::open(std::optional<Backend> backend)
{
    auto transport = open_transport(backend.value_or(Backend::libnl));

    if (!transport)
        return err(std::move(transport).error());
    return Client(std::make_unique<Impl>(Impl{*transport, backend ? *transport : nullptr}));
}

Client Client::over(std::shared_ptr<Transport> transport)
{
    return Client(std::make_unique<Impl>(Impl{transport, std::move(transport)}));
}

Result<Environment> Client::create(std::string_view name, std::optional<Id> id,
                                   std::span<const Bound> bounds, Sight sight)
{
    Parameters parameters;

    parameters.id = id;
    parameters.name = name;
    parameters.bounds.assign(bounds.begin(), bounds.end());
    parameters.watching = sight == Sight::all;
    return in_context(impl_->ask(Command::create, parameters), fmt::format("create VE {}", name));
}

Result<Environment> Client::get(const Handle& handle)
{
    return in_context(impl_->ask(Command::get, naming(handle)), "VE " + handle.to_string());
}

Result<Environment> Client::own()
{
    return in_context(impl_->ask(Command::get, {}), "own VE");
}

Result<std::vector<Environment>> Client::list()
{
    auto all = impl_->collect();

    if (all)
        std::ranges::sort(*all, {}, &Environment::id);
    return in_context(std::move(all), "list VEs");
}

Result<Consistency> Client::for_each(const std::function<void(const Environment&)>& visit)
{
    return in_context(impl_->dump<Environment>(Command::get, {}, visit), "list VEs");
}

Result<std::vector<Member>> Client::members(const Handle& handle)
{
    std::vector<Member> all;

    if (auto done = for_each_member(handle, [&](const Member& member) { all.push_back(member); });
        !done)
        return err(std::move(done).error());
    return all;
}

Result<> Client::for_each_member(const Handle& handle,
                                 const std::function<void(const Member&)>& visit)
{
    auto done = impl_->dump<Member>(Command::member_get, naming(handle), visit);

    if (!done)
        return err(std::move(done).error().with("list members of VE " + handle.to_string()));
    return {};
}

Result<std::vector<Refusal>> Client::refusals(const Handle& handle)
{
    return in_context(impl_->refusals(naming(handle)), "list refusals of VE " + handle.to_string());
}

Result<std::vector<Refusal>> Client::own_refusals()
{
    return in_context(impl_->refusals({}), "list refusals of own VE");
}

Result<std::vector<Past>> Client::history()
{
    std::vector<Past> all;
    auto done =
        impl_->dump<Past>(Command::history_get, {}, [&](const Past& past) { all.push_back(past); });

    if (done)
        return all;
    Error refusal = std::move(done).error();
    // Who may look and has no sentence from an old kernel is a member.
    if (refusal.code == EPERM && refusal.sentence.empty())
        refusal.sentence = "a member of a VE sees no other";
    return err(std::move(refusal).with("list VEs that are gone"));
}

Result<> Client::destroy(const Handle& handle)
{
    return in_context(impl_->order(Command::destroy, naming(handle)),
                      "destroy VE " + handle.to_string());
}

Result<> Client::set(const Handle& handle, std::span<const Bound> bounds)
{
    Parameters parameters = naming(handle);

    parameters.bounds.assign(bounds.begin(), bounds.end());
    return in_context(impl_->order(Command::set, parameters),
                      "set bounds of VE " + handle.to_string());
}

Result<> Client::attach_self(const Handle& handle)
{
    return in_context(impl_->order(Command::attach, naming(handle)),
                      "attach to VE " + handle.to_string());
}

Result<> Client::attach_pid(const Handle& handle, pid_t pid)
{
    Parameters parameters = naming(handle);

    parameters.pid = static_cast<std::uint32_t>(pid);
    return in_context(impl_->order(Command::attach, parameters),
                      fmt::format("attach process {} to VE {}", pid, handle.to_string()));
}

Result<> Client::attach_pidfd(const Handle& handle, int pidfd)
{
    Parameters parameters = naming(handle);

    parameters.pidfd = static_cast<std::uint32_t>(pidfd);
    return in_context(impl_->order(Command::attach, parameters),
                      fmt::format("attach pidfd {} to VE {}", pidfd, handle.to_string()));
}

Result<> Client::kill(const Handle& handle, int signal,
                      std::optional<std::chrono::milliseconds> timeout)
{
    const std::string doing = "kill VE " + handle.to_string();
    Parameters parameters = naming(handle);

    parameters.signal = static_cast<std::uint32_t>(signal);
    if (timeout) {
        if (timeout->count() < 0 || timeout->count() > std::numeric_limits<std::uint32_t>::max())
            return err(
                Error{EINVAL, "a timeout is 0 to 2^32 - 1 milliseconds", "timeout", {doing}});
        parameters.timeout = static_cast<std::uint32_t>(timeout->count());
    }
    return in_context(impl_->order(Command::kill, parameters), doing);
}

} // namespace ve
