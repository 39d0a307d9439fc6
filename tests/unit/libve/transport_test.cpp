// SPDX-License-Identifier: GPL-2.0-only
//
// Both backends against a real kernel, without VEs: with the family "nlctrl", which every kernel
// has and which tells of the others. Names of attributes are those of "ve" all the same.

#include "backends.hpp"
#include "wire.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;
using ve::Backend;

constexpr auto get_family = static_cast<ve::Command>(CTRL_CMD_GETFAMILY);

auto open(Backend backend, const char* family)
{
    return backend == Backend::libnl ? ve::open_libnl(family) : ve::open_libmnl(family);
}

std::vector<std::byte> family_named(std::string_view name)
{
    ve::wire::Writer out;

    out.string(CTRL_ATTR_FAMILY_NAME, name);
    return std::move(out).take();
}

std::string name_in(const ve::Message& message)
{
    ve::wire::Reader reader(message.attributes);

    while (const auto attribute = reader.next())
        if (attribute->type == CTRL_ATTR_FAMILY_NAME)
            return std::string(attribute->string());
    return {};
}

int open_descriptors()
{
    int count = 0;

    for (int fd = 0; fd < 1024; ++fd)
        count += fcntl(fd, F_GETFD) != -1;
    return count;
}

class Transport : public testing::TestWithParam<Backend> {
  protected:
    void SetUp() override
    {
        auto opened = open(GetParam(), "nlctrl");
        ASSERT_TRUE(opened) << opened.error().what();
        transport = *opened;
    }

    ve::Result<ve::Consistency> ask(std::string_view family, const ve::Transport::Sink& sink)
    {
        const auto attributes = family_named(family);
        return transport->exchange({get_family, false, attributes}, sink);
    }

    std::shared_ptr<ve::Transport> transport;
};

TEST_P(Transport, brings_an_answer)
{
    std::vector<std::string> names;

    const auto done = ask("nlctrl", [&](const ve::Message& message) {
        EXPECT_EQ(static_cast<int>(message.command), CTRL_CMD_NEWFAMILY);
        names.push_back(name_in(message));
    });
    ASSERT_TRUE(done) << done.error().what();
    EXPECT_EQ(*done, ve::Consistency::consistent);
    EXPECT_EQ(names, std::vector<std::string>{"nlctrl"});
}

TEST_P(Transport, brings_all_of_a_dump)
{
    std::multiset<std::string> names;

    const auto done = transport->exchange({get_family, true, {}}, [&](const ve::Message& message) {
        names.insert(name_in(message));
    });
    ASSERT_TRUE(done) << done.error().what();
    EXPECT_EQ(names.count("nlctrl"), 1u);
}

TEST_P(Transport, brings_a_refusal)
{
    const auto done = ask("no-such-family", [](const ve::Message&) { FAIL(); });

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ENOENT);
}

TEST_P(Transport, brings_the_sentence_and_the_attribute)
{
    ve::wire::Writer out;
    out.string(CTRL_ATTR_FAMILY_NAME, std::string(100, 'x'));
    const auto attributes = std::move(out).take();

    const auto done =
        transport->exchange({get_family, false, attributes}, [](const ve::Message&) {});
    ASSERT_FALSE(done);
    EXPECT_FALSE(done.error().sentence.empty());
    EXPECT_EQ(done.error().attribute, "name"); // number 2 in both families
}

TEST_P(Transport, sends_just_the_bytes_it_is_given)
{
    // What is left over after the last attribute is refused, so it must arrive.
    for (std::size_t size = 1; size < 4; ++size) {
        const std::vector<std::byte> crumbs(size, std::byte{1});
        const auto done =
            transport->exchange({get_family, false, crumbs}, [](const ve::Message&) {});
        ASSERT_FALSE(done) << size;
        EXPECT_NE(done.error().sentence, "") << done.error().what();
    }
}

TEST_P(Transport, brings_a_refusal_of_a_dump)
{
    const auto unknown = static_cast<ve::Command>(200);

    const auto done = transport->exchange({unknown, true, {}}, [](const ve::Message&) { FAIL(); });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, EOPNOTSUPP);
}

TEST_P(Transport, goes_on_after_each_of_these)
{
    for (int i = 0; i < 100; ++i) {
        int seen = 0;
        EXPECT_FALSE(ask("no-such-family", [](const ve::Message&) {}));
        EXPECT_TRUE(ask("nlctrl", [&](const ve::Message&) { ++seen; }));
        EXPECT_EQ(seen, 1);
        EXPECT_TRUE(
            transport->exchange({get_family, true, {}}, [&](const ve::Message&) { ++seen; }));
        EXPECT_GT(seen, 1);
    }
}

TEST_P(Transport, passes_exceptions_on_and_stays_usable)
{
    const auto thrower = [](const ve::Message&) { throw std::runtime_error("no"); };
    int seen = 0;

    EXPECT_THROW((void)transport->exchange({get_family, true, {}}, thrower), std::runtime_error);
    EXPECT_THROW((void)ask("nlctrl", thrower), std::runtime_error);
    EXPECT_TRUE(ask("nlctrl", [&](const ve::Message&) { ++seen; }));
    EXPECT_EQ(seen, 1);
}

TEST_P(Transport, subscribes_and_waits)
{
    const auto fd = transport->subscribe("notify");
    ASSERT_TRUE(fd) << fd.error().what();
    EXPECT_GE(*fd, 0);

    const auto start = std::chrono::steady_clock::now();
    const auto came = transport->receive([](const ve::Message&) {}, 60ms);
    ASSERT_TRUE(came) << came.error().what();
    EXPECT_TRUE(*came || std::chrono::steady_clock::now() - start >= 60ms);
    EXPECT_TRUE(transport->receive([](const ve::Message&) {}, 0ms));
}

TEST_P(Transport, has_no_unknown_group)
{
    const auto fd = transport->subscribe("no-such-group");

    ASSERT_FALSE(fd);
    EXPECT_EQ(fd.error().code, ENOENT);
}

TEST_P(Transport, does_not_leak_into_programs_or_at_all)
{
    const auto fd = transport->subscribe("notify");
    ASSERT_TRUE(fd);
    EXPECT_TRUE(fcntl(*fd, F_GETFD) & FD_CLOEXEC);

    const int before = open_descriptors();
    for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(open(GetParam(), "nlctrl"));
        EXPECT_FALSE(open(GetParam(), "no-such-family"));
    }
    EXPECT_EQ(open_descriptors(), before);
}

TEST_P(Transport, of_a_family_that_is_not_there_does_not_open)
{
    const auto opened = open(GetParam(), "no-such-family");

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ENOENT);
}

INSTANTIATE_TEST_SUITE_P(Backends, Transport, testing::Values(Backend::libnl, Backend::libmnl),
                         [](const auto& test) { return std::string(ve::to_string(test.param)); });

} // namespace
