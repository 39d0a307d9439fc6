#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What it costs that there are many VEs, and what memory they take. For tools/bench, in
# a virtual machine, as columns.sh is.
#
# Usage: scale.sh DIRECTORY ROUNDS [absent]
#
#   DIRECTORY has ve-bench, ve-scale and nothing; prints JSON lines. With "absent", of a kernel
#   that has no VEs, the column only that the others are compared with.

set -euo pipefail
# shellcheck source=tests/bench/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

MOST=10000
# How many VEs there are when requests are measured, and when other calls are.
REQUESTS=(10 100 1000 10000) CALLS=(1 100 10000)
# The first is the one that is measured in a VE too: what a program has done before is copied with it.
OPERATIONS=(fork vfork exec open socket mmap kill)
KINDS=(file socket lock signal process)

# calls COLUMN OPERATION… [-- COMMAND…]: COMMAND leads to where they are made
calls() {
	local column=$1 operations=()
	shift
	while [[ $# -gt 0 && $1 != -- ]]; do
		operations+=("$1")
		shift
	done
	say "$column"
	settle
	pids_from 50000
	"${@:2}" ./ve-bench -c "$column" -r "$rounds" "${operations[@]}"
}

# one_of NUMBER NUMBER…
one_of() { [[ " ${*:2} " == *" $1 "* ]]; }

# VEs and objects, while there is little else.
memory() {
	say "memory"
	vectl create kept >&2
	bound_all kept
	# Twice: what is made once stays.
	./ve-scale memory "$MOST" >&2
	settle
	./ve-scale memory "$MOST"
	settle
	./ve-scale -c memory@ve0 hold "$MOST" "${KINDS[@]}"
	vectl exec --privileged kept -- ./ve-scale -c memory@ve hold "$MOST" "${KINDS[@]}"
	settle
	vectl destroy kept
}

# Each VE has a member: one process of those that are there in any case.
grow() {
	local level before=0
	for level in $(printf '%s\n' "${REQUESTS[@]}" "${CALLS[@]}" | sort -nu); do
		say "$level VEs"
		./ve-scale make $((before + 1)) "$level"
		((before)) || bound_all scale1
		sed -n "$((before + 1)),${level}p" pids | ./ve-scale attach $((before + 1)) "$level"
		before=$level
		settle
		! one_of "$level" "${REQUESTS[@]}" || ./ve-scale -r "$rounds" request "$level"
		if one_of "$level" "${CALLS[@]}"; then
			calls "ve0@$level" "${OPERATIONS[@]}"
			calls "ve@$level" fork -- vectl exec --privileged scale1 --
		fi
	done
	./ve-scale -r "$rounds" list "$MOST"
}

main() {
	local absent=${3:-}
	rounds=$2
	enter "$1" ve-bench ve-scale nothing
	many_pids
	if [[ -z $absent ]]; then
		load
		memory
		unload
		settle
	fi
	pids_from 20000
	./ve-bench -s "$MOST" >pids
	if [[ -n $absent || -n ${VE_KO:-} ]]; then
		calls absent@0 "${OPERATIONS[@]}"
	fi
	[[ -z $absent ]] || return 0
	load
	grow
	xargs kill <pids
	settle
	./ve-scale remove 1 "$MOST"
}

main "$@"
