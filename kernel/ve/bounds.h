/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VE_BOUNDS_H
#define _VE_BOUNDS_H

#include "bc.h"

struct genl_info;
struct netlink_ext_ack;
struct nlattr;

/**
 * struct ve_bounds_request - the bounds of a request, and where they stand
 */
struct ve_bounds_request {
	/** @bounds: what was asked for */
	struct ve_bounds bounds;
	/** @attrs: the nest of each resource, by enum ve_resource */
	struct nlattr *attrs[VE_NR_RESOURCES];
};

int ve_bounds_parse(struct genl_info *info, struct ve_bounds_request *request);
int ve_bounds_check_new(const struct ve_bounds_request *request,
			struct netlink_ext_ack *extack);
int ve_bounds_inverted(struct netlink_ext_ack *extack,
		       const struct nlattr *attr);

#endif /* _VE_BOUNDS_H */
