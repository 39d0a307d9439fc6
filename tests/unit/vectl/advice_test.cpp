// SPDX-License-Identifier: GPL-2.0-only
#include "advice.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace {

using vectl::advise;
using vectl::Caller;
using vectl::describe;

ve::Error error(int code, std::string sentence = "")
{
    ve::Error made;
    made.code = code;
    made.sentence = std::move(sentence);
    return made;
}

const Caller root{true, false, {}};
const Caller user{false, false, {}};
const Caller contained{true, true, {}};
const Caller member{true, false, "web"};

TEST(Describe, SaysWhatFailedAndWhy)
{
    EXPECT_EQ(describe("create web", error(EEXIST, "a VE with that name exists")),
              "create web: a VE with that name exists (EEXIST)");
}

TEST(Describe, PutsItsOwnWordsInPlaceOfTheLibrarys)
{
    auto from_library = error(ENOENT, "no such VE");
    from_library.context = {"VE web", "netlink"};
    EXPECT_EQ(describe("show web", from_library), "show web: no such VE (ENOENT)");
}

TEST(Describe, KernelWithoutVes)
{
    EXPECT_EQ(describe("list", error(ENOENT)),
              "list: this kernel has no virtual environments (ENOENT)");
}

TEST(Advice, NotLoaded)
{
    EXPECT_EQ(advise(error(ENOENT), root), "is the ve module loaded? try: modprobe ve");
    EXPECT_EQ(advise(error(ENOENT), user), "is the ve module loaded? try: modprobe ve");
}

TEST(Advice, NotRoot)
{
    EXPECT_EQ(advise(error(EPERM, "not allowed"), user),
              "needs root (CAP_SYS_ADMIN in the initial user namespace)");
}

TEST(Advice, RootOfAnotherUserNamespace)
{
    EXPECT_EQ(advise(error(EPERM, "not allowed"), contained),
              "this process is in another user namespace than the host's initial one");
}

TEST(Advice, InsideAVe)
{
    EXPECT_EQ(advise(error(EPERM, "not allowed"), member),
              "this process is a member of VE 'web'; only the host manages VEs");
    EXPECT_EQ(advise(error(ENOENT, "no such VE"), member),
              "this process is a member of VE 'web' and sees no other");
}

TEST(Advice, NoSuchVe)
{
    EXPECT_EQ(advise(error(ENOENT, "no such VE"), root), "vectl list shows the VEs there are");
}

TEST(Advice, HintsOfTheCommand)
{
    EXPECT_EQ(advise(error(EBUSY, "has members"), root, {{EAGAIN, "no"}, {EBUSY, "yes"}}), "yes");
    EXPECT_EQ(advise(error(EEXIST, "taken"), root, {{EBUSY, "no"}}), "");
}

} // namespace
