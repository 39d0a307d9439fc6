// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <libve/client.hpp>
#include <libve/event.hpp>
#include <libve/transport.hpp>

#include <deque>
#include <variant>
#include <vector>

namespace ve::test {

/// A Transport without a kernel, for tests of what is built on Client and EventStream: give it
/// answers in the order in which they will be needed, let the code run, look at calls().
///
///     auto fake = std::make_shared<ve::test::FakeTransport>();
///     fake->answer(Environment{.id = 1, .name = "web"});
///     auto client = ve::Client::over(fake);
///     auto made = client.create("web");
///     EXPECT_EQ(fake->calls().at(0).parameters.name, "web");
///
/// Answers are encoded and decoded as the kernel's are. A request without an answer prepared for
/// it fails with ENOSYS.
class FakeTransport final : public Transport {
  public:
    /// A request that was made.
    struct Call {
        Command command;
        bool dump;
        Parameters parameters;

        bool operator==(const Call&) const = default;
    };

    /// The next request succeeds and says nothing.
    void answer();
    /// The next request (get, create) is answered with a VE.
    void answer(const Environment& environment);
    /// The next dump of VEs gives these.
    void answer(const std::vector<Environment>& environments,
                Consistency consistency = Consistency::consistent);
    /// The next dump of members gives these.
    void answer(const std::vector<Member>& members,
                Consistency consistency = Consistency::consistent);
    /// The next dump of refusals gives these.
    void answer(const std::vector<Refusal>& refusals);
    /// The next dump of the history gives these.
    void answer(const std::vector<Past>& history);
    /// The next request is refused.
    void refuse(Error error);
    /// The next request is answered with one message of exactly these bytes.
    void answer_bytes(Command command, std::vector<std::byte> attributes,
                      Consistency consistency = Consistency::consistent);

    /// Events to be delivered, one for each receive(). Lost is told as the kernel does it: by an
    /// error, and before the events that precede it.
    void event(const Event& event);
    /// The same, of exactly these bytes.
    void event_bytes(Command command, std::vector<std::byte> attributes);
    /// Let subscribe() fail.
    void refuse_subscription(Error error);

    /// All requests so far.
    [[nodiscard]] const std::vector<Call>& calls() const noexcept { return calls_; }

    /// Answers that were prepared and not asked for.
    [[nodiscard]] std::size_t unused() const noexcept { return answers_.size(); }

    Result<Consistency> exchange(const Request& request, const Sink& sink) override;
    Result<int> subscribe(std::string_view group) override;
    Result<bool> receive(const Sink& sink,
                         std::optional<std::chrono::milliseconds> timeout) override;

  private:
    struct Stored {
        Command command;
        std::vector<std::byte> attributes;
    };

    struct Answer {
        std::vector<Stored> messages;
        Consistency consistency = Consistency::consistent;
    };

    // Where events were lost.
    struct Gap {
        bool told = false;
    };

    std::vector<Call> calls_;
    std::deque<std::variant<Answer, Error>> answers_;
    std::deque<std::variant<Stored, Gap>> events_;
    std::optional<Error> no_subscription_;
};

} // namespace ve::test
