// SPDX-License-Identifier: GPL-2.0-only

#include "samples.hpp"

#include <libve/client.hpp>
#include <libve/test/fake_transport.hpp>

#include <gtest/gtest.h>

#include <cerrno>

namespace {

using namespace std::chrono_literals;

class EventStream : public testing::Test {
  protected:
    std::shared_ptr<ve::test::FakeTransport> fake = std::make_shared<ve::test::FakeTransport>();
    ve::EventStream stream = *ve::EventStream::over(fake);
};

TEST_F(EventStream, gives_events_in_order)
{
    for (const ve::Event& event : samples::events())
        fake->event(event);

    for (const ve::Event& event : samples::events()) {
        const auto next = stream.next(1s);
        ASSERT_TRUE(next);
        ASSERT_TRUE(*next);
        EXPECT_EQ(**next, event);
    }
    ASSERT_TRUE(stream.next());
    EXPECT_FALSE(*stream.next(0ms));
}

// What the kernel queued before a loss comes after the news of it.
TEST_F(EventStream, tells_where_events_were_lost_and_goes_on)
{
    fake->event(ve::Created{1, "a"});
    fake->event(ve::Created{2, "b"});
    fake->event(ve::Lost{});
    fake->event(ve::Destroyed{1, "a"});
    fake->event(ve::Lost{});
    fake->event(ve::Lost{});
    fake->event(ve::Destroyed{2, "b"});

    EXPECT_EQ(**stream.next(), ve::Event(ve::Created{1, "a"}));
    EXPECT_EQ(**stream.next(), ve::Event(ve::Created{2, "b"}));
    EXPECT_EQ(**stream.next(), ve::Event(ve::Lost{}));
    EXPECT_EQ(**stream.next(), ve::Event(ve::Destroyed{1, "a"}));
    EXPECT_EQ(**stream.next(), ve::Event(ve::Lost{}));
    EXPECT_EQ(**stream.next(), ve::Event(ve::Lost{}));
    EXPECT_EQ(**stream.next(), ve::Event(ve::Destroyed{2, "b"}));
    EXPECT_FALSE(*stream.next(0ms));
}

// Nothing but losses: they are told, and end.
class Leaking final : public ve::Transport {
  public:
    ve::Result<ve::Consistency> exchange(const ve::Request&, const Sink&) override
    {
        return ve::err(ENOSYS);
    }

    ve::Result<int> subscribe(std::string_view) override { return -1; }

    ve::Result<bool> receive(const Sink&, std::optional<std::chrono::milliseconds>) override
    {
        return ve::err(ENOBUFS);
    }
};

TEST_F(EventStream, tells_of_losses_that_have_no_end)
{
    auto leaking = *ve::EventStream::over(std::make_shared<Leaking>());

    EXPECT_EQ(**leaking.next(0ms), ve::Event(ve::Lost{}));
}

TEST_F(EventStream, passes_over_what_it_does_not_know)
{
    fake->event_bytes(static_cast<ve::Command>(99), samples::number(0u));
    fake->event_bytes(ve::Command::get, {});
    fake->event(ve::Empty{1, "a"});

    EXPECT_EQ(**stream.next(), ve::Event(ve::Empty{1, "a"}));
}

TEST_F(EventStream, goes_on_after_one_that_cannot_be_read)
{
    fake->event_bytes(ve::Command::created_ntf, {});
    fake->event(ve::Empty{1, "a"});

    const auto broken = stream.next();
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, EBADMSG);
    EXPECT_NE(broken.error().what().find("created-ntf"), std::string::npos);
    EXPECT_EQ(**stream.next(), ve::Event(ve::Empty{1, "a"}));
}

TEST_F(EventStream, does_not_open_when_refused)
{
    fake->refuse_subscription({EPERM, {}, {}, {}});

    const auto refused = ve::EventStream::over(fake);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EPERM);
}

} // namespace
