#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What two processors do in the time of one, without VEs and in one. For tools/bench, in a
# virtual machine with two, as columns.sh is.
#
# Usage: processors.sh DIRECTORY ROUNDS [absent]
#
#   DIRECTORY has ve-bench; prints JSON lines. With "absent", of a kernel that has no VEs, only what
#   is measured without.

set -euo pipefail
# shellcheck source=tests/bench/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

OPERATIONS=(fork open socket)

# rates COLUMN COMMAND…
rates() {
	local column=$1
	shift
	say "$column"
	settle
	"$@" ./ve-bench -p -c "$column" -r "$rounds" "${OPERATIONS[@]}"
}

main() {
	local absent=${3:-}
	rounds=$2
	enter "$1" ve-bench
	if [[ -n $absent || -n ${VE_KO:-} ]]; then
		rates absent@processors
	fi
	[[ -z $absent ]] || return 0
	load
	vectl create bench >&2
	bound_all bench
	rates ve@processors vectl exec --privileged bench --
	settle
	vectl destroy bench
	unload
}

main "$@"
