// SPDX-License-Identifier: GPL-2.0-only
#include "signals.hpp"
#include "usage_error.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace {

using vectl::parse_signal;
using vectl::UsageError;

TEST(Signal, ByName)
{
    EXPECT_EQ(parse_signal("KILL"), SIGKILL);
    EXPECT_EQ(parse_signal("SIGKILL"), SIGKILL);
    EXPECT_EQ(parse_signal("sigterm"), SIGTERM);
    EXPECT_EQ(parse_signal("Hup"), SIGHUP);
    EXPECT_EQ(parse_signal("CLD"), SIGCHLD);
    EXPECT_EQ(parse_signal("IOT"), SIGABRT);
    EXPECT_EQ(parse_signal("IO"), SIGIO);
}

TEST(Signal, EveryListedNameIsTaken)
{
    for (const auto& name : vectl::signal_names()) {
        const int signal = parse_signal(name);
        EXPECT_GE(signal, 1) << name;
        EXPECT_LE(signal, 64) << name;
        EXPECT_EQ(parse_signal("SIG" + name), signal);
    }
    EXPECT_GE(vectl::signal_names().size(), 31U);
}

TEST(Signal, ByNumber)
{
    EXPECT_EQ(parse_signal("9"), 9);
    EXPECT_EQ(parse_signal("1"), 1);
    EXPECT_EQ(parse_signal("64"), 64);
}

TEST(Signal, RealTime)
{
    EXPECT_EQ(parse_signal("RTMIN"), SIGRTMIN);
    EXPECT_EQ(parse_signal("SIGRTMIN+2"), SIGRTMIN + 2);
    EXPECT_EQ(parse_signal("RTMAX-1"), SIGRTMAX - 1);
}

TEST(Signal, RefusesWhatIsNone)
{
    for (const char* text : {"", "0", "65", "-9", "99999999999", "9x", "SIG", "SIGSIGKILL", "FOO",
                             "RTMIN+99", "RTMIN-1", "RTMAX+1", "RTMIN+", "RTMIN+-1", "KILL "})
        EXPECT_THROW(parse_signal(text), UsageError) << text;
}

TEST(Signal, SuggestsTheNearest)
{
    try {
        parse_signal("KLIL");
        FAIL();
    } catch (const UsageError& error) {
        EXPECT_NE(std::string(error.what()).find("'KILL'"), std::string::npos) << error.what();
    }
}

} // namespace
