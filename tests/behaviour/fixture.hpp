// SPDX-License-Identifier: GPL-2.0-only
//
// What every behaviour test stands on: a client, VEs that clean up after themselves, members, and
// words for what is expected.
#pragma once

#include "process.hpp"

#include <libve/client.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ve {

// How gtest shows what is not as expected.
void PrintTo(const Environment& environment, std::ostream* out);
void PrintTo(const Member& member, std::ostream* out);
void PrintTo(const Error& error, std::ostream* out);

} // namespace ve

namespace behaviour {

/// A test that talks to the kernel. Fails, too, if the kernel warned meanwhile.
class Host : public testing::Test {
  protected:
    explicit Host(std::optional<ve::Backend> backend = std::nullopt);
    void TearDown() override;

    ve::Client client;

  private:
    unsigned long tainted_;
};

/// The same once over each backend of libve.
class Behaviour : public Host, public testing::WithParamInterface<ve::Backend> {
  protected:
    Behaviour() : Host(GetParam()) {}
};

#define OVER_BOTH_BACKENDS(suite)                                                                  \
    INSTANTIATE_TEST_SUITE_P(                                                                      \
        , suite, testing::Values(ve::Backend::libnl, ve::Backend::libmnl),                         \
        [](const auto& tested) { return std::string(ve::to_string(tested.param)); })

/// Bounds of numproc; the limit is the barrier unless given.
ve::Bound numproc(std::uint64_t barrier, std::optional<std::uint64_t> limit = std::nullopt);

/// The barrier that a new VE has: what it is promised is nothing, what it is held to is no bound.
std::uint64_t first_barrier(ve::Resource resource);

/// A name that no VE has had in this run.
std::string fresh_name();

/// A VE for a test, with a name of its own. At the end its members are killed, nothing may be
/// held any more, and it is destroyed.
class Ve {
  public:
    explicit Ve(ve::Client& client, std::vector<ve::Bound> bounds = {},
                ve::Sight sight = ve::Sight::own);
    Ve(const Ve&) = delete;
    Ve& operator=(const Ve&) = delete;
    ~Ve();

    [[nodiscard]] ve::Id id() const noexcept { return id_; }

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    [[nodiscard]] ve::Handle handle() const noexcept { return ve::Handle(id_); }

    [[nodiscard]] ve::Environment look() const;
    [[nodiscard]] ve::Counter counter(ve::Resource resource) const;

    [[nodiscard]] ve::Counter numproc() const { return counter(ve::Resource::numproc); }

    [[nodiscard]] std::uint64_t held() const { return numproc().held; }

    [[nodiscard]] ve::State state() const { return look().state; }

    /// Pids, ascending.
    [[nodiscard]] std::vector<pid_t> members() const;
    [[nodiscard]] std::optional<ve::Member> member(pid_t pid) const;

    [[nodiscard]] bool has(pid_t pid) const { return member(pid).has_value(); }

    /// Does it hold so much, now or soon? (What has ended is uncharged a moment later.)
    [[nodiscard]] testing::AssertionResult comes_to_hold(ve::Resource resource,
                                                         std::uint64_t much) const;

    [[nodiscard]] testing::AssertionResult comes_to_hold(std::uint64_t tasks) const
    {
        return comes_to_hold(ve::Resource::numproc, tasks);
    }

    [[nodiscard]] testing::AssertionResult becomes(ve::State state) const;

    /// Remove it now.
    void destroy();

    /// It has been removed by other hands.
    void forget() noexcept { gone_ = true; }

  private:
    ve::Client& client_;
    ve::Id id_ = 0;
    std::string name_;
    bool gone_ = false;
};

/// In a process: become a member.
void join(const ve::Handle& handle);

/// A process that is a member before it runs its body.
Process member(
    const Ve& ve, const Process::Body& body = [](Link&) { hang(); });

/// A process of the host.
Process outsider(const Process::Body& body = [](Link&) { hang(); });

/// All that a request could have changed.
std::vector<ve::Environment> picture(ve::Client& client);

template <class T>
testing::AssertionResult ok(const ve::Result<T>& result)
{
    if (result)
        return testing::AssertionSuccess();
    return testing::AssertionFailure() << result.error().what();
}

testing::AssertionResult is_refusal(const ve::Error* error, int code, std::string_view attribute);

/// Refused with that errno, a sentence of the kernel, and the name of the attribute at fault (none
/// where none is).
template <class T>
testing::AssertionResult refused(const ve::Result<T>& result, int code,
                                 std::string_view attribute = {})
{
    return is_refusal(result ? nullptr : &result.error(), code, attribute);
}

} // namespace behaviour
