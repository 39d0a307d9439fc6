// SPDX-License-Identifier: GPL-2.0-only
#include "trouble.hpp"

#include <gtest/gtest.h>

namespace {

using ve::Resource;
using vectl::Mark;

Mark mark(std::uint64_t held, std::uint64_t barrier, Resource resource = Resource::numproc)
{
    return vectl::mark_of({resource, held, held, barrier, ve::unlimited, 0});
}

TEST(Mark, NearFromNinetyPercentOn)
{
    EXPECT_EQ(mark(89, 100), Mark::none);
    EXPECT_EQ(mark(90, 100), Mark::near);
    EXPECT_EQ(mark(100, 100), Mark::near);
    EXPECT_EQ(mark(101, 100), Mark::over);
    EXPECT_EQ(mark(8, 9), Mark::none); // 8.1 would be
    EXPECT_EQ(mark(9, 10), Mark::near);
    EXPECT_EQ(mark(1, 1), Mark::near);
}

TEST(Mark, OfNothingAndOfVeryMuch)
{
    EXPECT_EQ(mark(0, 0), Mark::none);
    EXPECT_EQ(mark(1, 0), Mark::over);
    EXPECT_EQ(mark(ve::unlimited - 1, ve::unlimited), Mark::none);
    EXPECT_EQ(mark(ve::unlimited - 1, ve::unlimited - 1), Mark::near);
    EXPECT_EQ(mark(8301034833169298227, ve::unlimited - 1), Mark::near);
    EXPECT_EQ(mark(8301034833169298225, ve::unlimited - 1), Mark::none);
    EXPECT_EQ(mark(UINT64_MAX, 5), Mark::over);
}

TEST(Mark, NotWhereTheBarrierRefusesNothing)
{
    for (const auto resource :
         {Resource::physpages, Resource::swappages, Resource::vmguarpages, Resource::oomguarpages})
        EXPECT_EQ(mark(100, 5, resource), Mark::none);
    EXPECT_EQ(mark(100, 5, Resource::privvmpages), Mark::over);
}

TEST(Trouble, MarkedOrRefused)
{
    EXPECT_FALSE(vectl::is_trouble({Resource::numproc, 1, 5, 5, 5, 0}));
    EXPECT_TRUE(vectl::is_trouble({Resource::numproc, 1, 5, 5, 5, 1}));
    EXPECT_TRUE(vectl::is_trouble({Resource::numproc, 5, 5, 5, 5, 0}));
    EXPECT_TRUE(vectl::is_trouble({Resource::physpages, 5, 5, 0, 5, 1}));
}

} // namespace
