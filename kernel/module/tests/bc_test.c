// SPDX-License-Identifier: GPL-2.0-only
/* The engine and its KUnit tests as a module of their own, for stock kernels. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "../../ve/bc.c"
#include "../../ve/tests/bc_kunit.c"

MODULE_AUTHOR("The VE developers");
