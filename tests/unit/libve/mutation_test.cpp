// SPDX-License-Identifier: GPL-2.0-only
//
// Good messages, spoilt at random: whatever becomes of them, reading them ends in a value or in
// EBADMSG, and a value can be written and read again. The seeds are fixed, so a failure repeats.

#include "codec.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <random>

namespace {

using samples::Buffer;

class Spoiler {
  public:
    explicit Spoiler(unsigned seed) : random_(seed) {}

    Buffer operator()(Buffer bytes)
    {
        for (auto rounds = below(4) + 1; rounds > 0; --rounds)
            once(bytes);
        // Of just the right size: an address sanitizer sees every step beyond it.
        return Buffer(bytes.begin(), bytes.end());
    }

  private:
    std::size_t below(std::size_t end)
    {
        return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
    }

    std::byte byte() { return static_cast<std::byte>(below(256)); }

    auto somewhere(Buffer& bytes)
    {
        return bytes.begin() + static_cast<long>(below(bytes.size() + 1));
    }

    void once(Buffer& bytes)
    {
        if (bytes.empty()) {
            bytes.assign(below(64), byte());
            return;
        }
        switch (below(6)) {
        case 0: // another byte
            bytes[below(bytes.size())] = byte();
            break;
        case 1: // another bit
            bytes[below(bytes.size())] ^= static_cast<std::byte>(1 << below(8));
            break;
        case 2: // the end is gone
            bytes.erase(somewhere(bytes), bytes.end());
            break;
        case 3: // something in between
            bytes.insert(somewhere(bytes), below(12), byte());
            break;
        case 4: { // a length or type, as they lie on multiples of 4
            const std::size_t at = below((bytes.size() + 3) / 4) * 4;
            bytes[at] = static_cast<std::byte>(below(24));
            break;
        }
        case 5: { // a piece twice
            const std::size_t at = below(bytes.size());
            const Buffer piece(bytes.begin() + static_cast<long>(at),
                               bytes.begin() + static_cast<long>(at + below(bytes.size() - at)));
            bytes.insert(somewhere(bytes), piece.begin(), piece.end());
            break;
        }
        }
    }

    std::mt19937 random_;
};

constexpr int rounds = 4000;

class Mutation : public testing::TestWithParam<unsigned> {
  protected:
    Spoiler spoil{GetParam()};
};

template <class T>
void read_and_repeat(const Buffer& bytes, int& good)
{
    T value;

    if (auto done = ve::codec::decode(bytes, value); !done) {
        ASSERT_EQ(done.error().code, EBADMSG);
        return;
    }
    ++good;
    T again;
    ASSERT_TRUE(ve::codec::decode(ve::codec::encode(value), again));
    ASSERT_EQ(value, again);
}

TEST_P(Mutation, of_environments)
{
    const Buffer bytes = ve::codec::encode(samples::environment());
    int good = 0;

    for (int i = 0; i < rounds; ++i)
        ASSERT_NO_FATAL_FAILURE(read_and_repeat<ve::Environment>(spoil(bytes), good)) << i;
    // Else the spoiling is too coarse to get past the first check.
    EXPECT_GT(good, rounds / 20);
    EXPECT_LT(good, rounds);
}

TEST_P(Mutation, of_members)
{
    const Buffer bytes = ve::codec::encode(samples::member());
    int good = 0;

    for (int i = 0; i < rounds; ++i)
        ASSERT_NO_FATAL_FAILURE(read_and_repeat<ve::Member>(spoil(bytes), good)) << i;
    EXPECT_GT(good, rounds / 20);
    EXPECT_LT(good, rounds);
}

TEST_P(Mutation, of_refusals)
{
    const Buffer bytes = ve::codec::encode(samples::refusal());
    int good = 0;

    for (int i = 0; i < rounds; ++i)
        ASSERT_NO_FATAL_FAILURE(read_and_repeat<ve::Refusal>(spoil(bytes), good)) << i;
    EXPECT_GT(good, rounds / 20);
    EXPECT_LT(good, rounds);
}

TEST_P(Mutation, of_what_is_gone)
{
    const Buffer bytes = ve::codec::encode(samples::past());
    int good = 0;

    for (int i = 0; i < rounds; ++i)
        ASSERT_NO_FATAL_FAILURE(read_and_repeat<ve::Past>(spoil(bytes), good)) << i;
    EXPECT_GT(good, rounds / 20);
    EXPECT_LT(good, rounds);
}

TEST_P(Mutation, of_events)
{
    for (const ve::Event& event : samples::events()) {
        const auto [command, bytes] = *ve::codec::encode(event);
        for (int i = 0; i < rounds / 4; ++i) {
            const Buffer spoilt = spoil(bytes);
            const auto read = ve::codec::decode_event({command, spoilt});
            if (!read) {
                ASSERT_EQ(read.error().code, EBADMSG);
                continue;
            }
            const auto encoded = ve::codec::encode(**read);
            const auto again = ve::codec::decode_event({encoded->command, encoded->attributes});
            ASSERT_TRUE(again) << i;
            ASSERT_EQ(*read, *again) << i;
        }
    }
}

TEST_P(Mutation, of_parameters)
{
    const Buffer bytes = ve::encode(samples::parameters());

    for (int i = 0; i < rounds; ++i) {
        const auto read = ve::decode(spoil(bytes));
        if (!read) {
            ASSERT_EQ(read.error().code, EBADMSG);
            continue;
        }
        const auto again = ve::decode(ve::encode(*read));
        ASSERT_TRUE(again) << i;
        ASSERT_EQ(*read, *again) << i;
    }
}

TEST_P(Mutation, of_verdicts)
{
    using samples::operator+;
    const Buffer request = ve::encode(samples::parameters());
    const Buffer explanation = samples::attribute(1, samples::text("no")) +
                               samples::attribute(2, samples::number(48u)) +
                               samples::attribute(5, samples::number(2u));

    for (const bool capped : {false, true}) {
        const Buffer bytes =
            samples::Ending{
                .code = -EPERM, .capped = capped, .quoted = request, .explanation = explanation}
                .bytes();
        for (int i = 0; i < rounds; ++i) {
            const Buffer spoilt = spoil(bytes);
            const auto said = ve::codec::verdict(spoilt, i % 2 ? request : spoil(request));
            if (!said) {
                ASSERT_GT(said.error().code, 0);
                ASSERT_LT(said.error().code, 4096);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Mutation, testing::Values(1u, 2u, 3u, 2006u, 31337u));

} // namespace
