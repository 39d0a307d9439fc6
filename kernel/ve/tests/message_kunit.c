// SPDX-License-Identifier: GPL-2.0-only
/* KUnit tests of what is read from requests, also from hostile ones. */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/skbuff.h>
#include <net/genetlink.h>

#include "../bounds.h"
#include "../netlink-gen.h"

/**
 * struct request - a message that is being written
 */
struct request {
	/** @skb: where it is */
	struct sk_buff *skb;
	/** @info: as a handler gets it */
	struct genl_info info;
	/** @extack: what is said of it */
	struct netlink_ext_ack extack;
	/** @bounds: what was read from it */
	struct ve_bounds_request bounds;
};

static void begin(struct kunit *test, struct request *request)
{
	memset(request, 0, sizeof(*request));
	request->skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, request->skb);
	KUNIT_ASSERT_NOT_NULL(test, genlmsg_put(request->skb, 0, 0,
						&ve_nl_family, 0, VE_CMD_SET));
}

static int parse(struct request *request)
{
	struct nlmsghdr *header = nlmsg_hdr(request->skb);

	header->nlmsg_len = request->skb->len;
	request->info.nlhdr = header;
	request->info.genlhdr = nlmsg_data(header);
	request->info.extack = &request->extack;
	return ve_bounds_parse(&request->info, &request->bounds);
}

/* Without padding, as programs do, which some processors have the kernel add. */
static void put_u64(struct request *request, int type, u64 value)
{
	nla_put(request->skb, type, sizeof(value), &value);
}

/* A bound is written if it is not negative. */
static void add(struct request *request, int resource, s64 barrier, s64 limit)
{
	struct nlattr *nest = nla_nest_start(request->skb, VE_A_RESOURCE);

	if (resource >= 0)
		nla_put_u32(request->skb, VE_A_RESOURCE_ID, resource);
	if (barrier >= 0)
		put_u64(request, VE_A_RESOURCE_BARRIER, barrier);
	if (limit >= 0)
		put_u64(request, VE_A_RESOURCE_LIMIT, limit);
	nla_nest_end(request->skb, nest);
}

static int parse_one(struct kunit *test, int resource, s64 barrier, s64 limit)
{
	struct request request;
	int ret;

	begin(test, &request);
	add(&request, resource, barrier, limit);
	ret = parse(&request);
	kfree_skb(request.skb);
	return ret;
}

static void bounds_of_several_resources_are_read(struct kunit *test)
{
	const struct ve_bounds *bounds;
	struct request request;

	begin(test, &request);
	add(&request, VE_RESOURCE_NUMPROC, 5, 7);
	add(&request, VE_RESOURCE_NUMFILE, -1, 9);
	KUNIT_EXPECT_EQ(test, parse(&request), 0);
	bounds = &request.bounds.bounds;
	KUNIT_EXPECT_EQ(test, bounds->has_barrier,
			(u32)BIT(VE_RESOURCE_NUMPROC));
	KUNIT_EXPECT_EQ(test, bounds->has_limit,
			(u32)(BIT(VE_RESOURCE_NUMPROC) |
			      BIT(VE_RESOURCE_NUMFILE)));
	KUNIT_EXPECT_EQ(test, bounds->barrier[VE_RESOURCE_NUMPROC], 5ULL);
	KUNIT_EXPECT_EQ(test, bounds->limit[VE_RESOURCE_NUMFILE], 9ULL);
	kfree_skb(request.skb);
}

static void no_bounds_are_none(struct kunit *test)
{
	struct request request;

	begin(test, &request);
	KUNIT_EXPECT_EQ(test, parse(&request), 0);
	KUNIT_EXPECT_EQ(test, request.bounds.bounds.has_barrier, 0U);
	KUNIT_EXPECT_EQ(test, request.bounds.bounds.has_limit, 0U);
	kfree_skb(request.skb);
}

static void what_makes_no_sense_is_refused(struct kunit *test)
{
	/* Which resource, no bound, a gap in the numbers, one that is none. */
	KUNIT_EXPECT_EQ(test, parse_one(test, -1, 5, 7), -EINVAL);
	KUNIT_EXPECT_EQ(test, parse_one(test, VE_RESOURCE_NUMPROC, -1, -1),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, parse_one(test, VE_RESOURCE_DUMMY4, 5, 7),
			-EINVAL);
	KUNIT_EXPECT_LT(test, parse_one(test, VE_RESOURCE_MAX + 1, 5, 7), 0);
	KUNIT_EXPECT_EQ(test, parse_one(test, VE_RESOURCE_NUMPROC, 0, 0), 0);
}

static void value_above_the_largest_is_refused(struct kunit *test)
{
	struct request request;
	struct nlattr *nest;

	begin(test, &request);
	nest = nla_nest_start(request.skb, VE_A_RESOURCE);
	nla_put_u32(request.skb, VE_A_RESOURCE_ID, VE_RESOURCE_NUMPROC);
	put_u64(&request, VE_A_RESOURCE_LIMIT, U64_MAX);
	nla_nest_end(request.skb, nest);
	KUNIT_EXPECT_LT(test, parse(&request), 0);
	kfree_skb(request.skb);
}

static void resource_named_twice_is_refused(struct kunit *test)
{
	struct request request;

	begin(test, &request);
	add(&request, VE_RESOURCE_NUMPROC, 5, 7);
	add(&request, VE_RESOURCE_NUMPROC, -1, 8);
	KUNIT_EXPECT_EQ(test, parse(&request), -EINVAL);
	kfree_skb(request.skb);
}

static void what_is_counted_cannot_be_set(struct kunit *test)
{
	struct request request;
	struct nlattr *nest;

	begin(test, &request);
	nest = nla_nest_start(request.skb, VE_A_RESOURCE);
	nla_put_u32(request.skb, VE_A_RESOURCE_ID, VE_RESOURCE_NUMPROC);
	put_u64(&request, VE_A_RESOURCE_HELD, 1);
	put_u64(&request, VE_A_RESOURCE_LIMIT, 1);
	nla_nest_end(request.skb, nest);
	KUNIT_EXPECT_EQ(test, parse(&request), -EINVAL);
	kfree_skb(request.skb);
}

static void new_bounds_have_to_fit_each_other(struct kunit *test)
{
	struct ve_bounds_request request = {
		.bounds = {
			.barrier[VE_RESOURCE_NUMPROC] = 8,
			.limit[VE_RESOURCE_NUMPROC] = 7,
			.has_barrier = BIT(VE_RESOURCE_NUMPROC),
			.has_limit = BIT(VE_RESOURCE_NUMPROC),
		},
	};
	struct netlink_ext_ack extack = {};

	KUNIT_EXPECT_EQ(test, ve_bounds_check_new(&request, &extack), -EINVAL);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	/* A limit alone: the barrier is unlimited. */
	request.bounds.has_barrier = 0;
	KUNIT_EXPECT_EQ(test, ve_bounds_check_new(&request, &extack), -EINVAL);
	/* But a guarantee begins as none. */
	request.bounds.has_limit = BIT(VE_RESOURCE_OOMGUARPAGES);
	KUNIT_EXPECT_EQ(test, ve_bounds_check_new(&request, &extack), 0);
}

/* Attributes of random types and lengths, some of which claim too much. */
static void scribble(struct request *request, struct rnd_state *random)
{
	unsigned int left = 8 + prandom_u32_state(random) % 200;

	while (left >= NLA_HDRLEN && skb_tailroom(request->skb) >= 256) {
		unsigned int len = prandom_u32_state(random) % 40;
		struct nlattr *attr;

		attr = skb_put(request->skb, NLA_HDRLEN + NLA_ALIGN(len));
		prandom_bytes_state(random, attr, NLA_HDRLEN + NLA_ALIGN(len));
		attr->nla_len = NLA_HDRLEN + len;
		attr->nla_type = prandom_u32_state(random) & 1 ?
			VE_A_RESOURCE | NLA_F_NESTED :
			prandom_u32_state(random) % 16;
		if (prandom_u32_state(random) % 8 == 0)
			attr->nla_len = prandom_u32_state(random);
		if (len >= 2 * NLA_HDRLEN && prandom_u32_state(random) & 1) {
			struct nlattr *inner = nla_data(attr);

			inner->nla_len = NLA_HDRLEN + sizeof(u32);
			inner->nla_type = VE_A_RESOURCE_ID;
			*(u32 *)nla_data(inner) = prandom_u32_state(random) %
						  (VE_NR_RESOURCES + 2);
		}
		left -= min(left, NLA_HDRLEN + len);
	}
}

static void hostile_bytes_set_nothing_but_bounds(struct kunit *test)
{
	struct rnd_state random;
	unsigned int i, resource;

	prandom_seed_state(&random, 42);
	for (i = 0; i < 20000; i++) {
		const struct ve_bounds *bounds;
		struct request request;

		begin(test, &request);
		scribble(&request, &random);
		parse(&request);
		bounds = &request.bounds.bounds;
		for (resource = 0; resource < 32; resource++) {
			u32 bit = BIT(resource);

			if (!((bounds->has_barrier | bounds->has_limit) & bit))
				continue;
			KUNIT_EXPECT_TRUE(test, ve_bc_known(resource));
			if (bounds->has_barrier & bit)
				KUNIT_EXPECT_LE(test, bounds->barrier[resource],
						(u64)VE_UNLIMITED);
			if (bounds->has_limit & bit)
				KUNIT_EXPECT_LE(test, bounds->limit[resource],
						(u64)VE_UNLIMITED);
		}
		kfree_skb(request.skb);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bounds_of_several_resources_are_read),
	KUNIT_CASE(no_bounds_are_none),
	KUNIT_CASE(what_makes_no_sense_is_refused),
	KUNIT_CASE(value_above_the_largest_is_refused),
	KUNIT_CASE(resource_named_twice_is_refused),
	KUNIT_CASE(what_is_counted_cannot_be_set),
	KUNIT_CASE(new_bounds_have_to_fit_each_other),
	KUNIT_CASE(hostile_bytes_set_nothing_but_bounds),
	{}
};

static struct kunit_suite suite = {
	.name = "ve_message",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("Tests of what is read from requests to VEs");
MODULE_LICENSE("GPL");
