// SPDX-License-Identifier: GPL-2.0-only

#include "codec.hpp"

#include <libve/test/fake_transport.hpp>

#include <algorithm>
#include <cerrno>

namespace ve::test {

void FakeTransport::answer()
{
    answers_.emplace_back(Answer{});
}

void FakeTransport::answer(const Environment& environment)
{
    answer_bytes(Command::get, codec::encode(environment));
}

void FakeTransport::answer(const std::vector<Environment>& environments, Consistency consistency)
{
    Answer answer{{}, consistency};

    for (const Environment& environment : environments)
        answer.messages.push_back({Command::get, codec::encode(environment)});
    answers_.emplace_back(std::move(answer));
}

void FakeTransport::answer(const std::vector<Member>& members, Consistency consistency)
{
    Answer answer{{}, consistency};

    for (const Member& member : members)
        answer.messages.push_back({Command::member_get, codec::encode(member)});
    answers_.emplace_back(std::move(answer));
}

void FakeTransport::answer(const std::vector<Refusal>& refusals)
{
    Answer answer;

    for (const Refusal& refusal : refusals)
        answer.messages.push_back({Command::refusal_get, codec::encode(refusal)});
    answers_.emplace_back(std::move(answer));
}

void FakeTransport::answer(const std::vector<Past>& history)
{
    Answer answer;

    for (const Past& past : history)
        answer.messages.push_back({Command::history_get, codec::encode(past)});
    answers_.emplace_back(std::move(answer));
}

void FakeTransport::answer_bytes(Command command, std::vector<std::byte> attributes,
                                 Consistency consistency)
{
    answers_.emplace_back(Answer{{{command, std::move(attributes)}}, consistency});
}

void FakeTransport::refuse(Error error)
{
    answers_.emplace_back(std::move(error));
}

void FakeTransport::event(const Event& event)
{
    if (auto encoded = codec::encode(event))
        events_.emplace_back(Stored{encoded->command, std::move(encoded->attributes)});
    else
        events_.emplace_back(Gap{});
}

void FakeTransport::event_bytes(Command command, std::vector<std::byte> attributes)
{
    events_.emplace_back(Stored{command, std::move(attributes)});
}

void FakeTransport::refuse_subscription(Error error)
{
    no_subscription_ = std::move(error);
}

Result<Consistency> FakeTransport::exchange(const Request& request, const Sink& sink)
{
    auto parameters = decode(request.attributes);

    if (!parameters)
        return err(std::move(parameters).error());
    calls_.push_back({request.command, request.dump, *std::move(parameters)});
    if (answers_.empty())
        return err(ENOSYS, "the test has prepared no answer to this request");

    const auto next = std::move(answers_.front());
    answers_.pop_front();
    if (const auto* error = std::get_if<Error>(&next))
        return err(*error);
    const auto& answer = std::get<Answer>(next);
    for (const Stored& message : answer.messages)
        sink({message.command, message.attributes});
    return answer.consistency;
}

Result<int> FakeTransport::subscribe(std::string_view)
{
    if (no_subscription_)
        return err(*no_subscription_);
    return -1;
}

Result<bool> FakeTransport::receive(const Sink& sink, std::optional<std::chrono::milliseconds>)
{
    // As the kernel does: a loss is told first, then what came before it, and what came after it
    // only to who has seen the end of that.
    const auto is_gap = [](const auto& one) { return std::holds_alternative<Gap>(one); };
    const auto gap = std::ranges::find_if(events_, is_gap);

    if (gap != events_.end() && !std::get<Gap>(*gap).told) {
        std::get<Gap>(*gap).told = true;
        return err(ENOBUFS);
    }
    if (events_.empty())
        return false;
    const auto next = std::move(events_.front());
    events_.pop_front();
    if (is_gap(next))
        return false;
    const auto& message = std::get<Stored>(next);
    sink({message.command, message.attributes});
    return true;
}

} // namespace ve::test
