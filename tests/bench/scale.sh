#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What it costs that there are many VEs, and what memory they take. For tools/bench, in
# a virtual machine, as columns.sh is.
#
# Usage: scale.sh DIRECTORY ROUNDS REQUESTS CALLS OPERATIONS KINDS
#
#   DIRECTORY has ve-bench, ve-scale and nothing; prints JSON lines. REQUESTS: how many VEs there
#   are when requests are measured, and CALLS when other calls are, which are OPERATIONS; KINDS are
#   of objects; commas between them. What calls are compared with is the same boot before there are
#   VEs, for tables of another boot are filled otherwise: a patched kernel is compared with itself.

set -euo pipefail
# shellcheck source=tests/bench/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"


# calls COLUMN OPERATION… [-- COMMAND…]: COMMAND leads to where they are made
calls() {
	local column=$1 made=()
	shift
	while [[ $# -gt 0 && $1 != -- ]]; do
		made+=("$1")
		shift
	done
	say "$column"
	settle
	pids_from 50000
	"${@:2}" ./ve-bench -c "$column" -r "$rounds" "${made[@]}"
}

# one_of NUMBER NUMBER…
one_of() { [[ " ${*:2} " == *" $1 "* ]]; }

# VEs and objects, while there is little else.
memory() {
	say "memory"
	vectl create kept >&2
	bound_all kept
	# Twice: what is made once stays.
	./ve-scale memory "$most" >&2
	settle
	./ve-scale memory "$most"
	settle
	./ve-scale -c memory@ve0 hold "$most" "${kinds[@]}"
	vectl exec --privileged kept -- ./ve-scale -c memory@ve hold "$most" "${kinds[@]}"
	settle
	vectl destroy kept
}

# Each VE has a member: one process of those that are there in any case.
grow() {
	local level before=0
	for level in $(printf '%s\n' "${requests[@]}" "${calls[@]}" | sort -nu); do
		say "$level VEs"
		./ve-scale make $((before + 1)) "$level"
		((before)) || bound_all scale1
		sed -n "$((before + 1)),${level}p" pids | ./ve-scale attach $((before + 1)) "$level"
		before=$level
		settle
		! one_of "$level" "${requests[@]}" || ./ve-scale -r "$rounds" request "$level"
		if one_of "$level" "${calls[@]}"; then
			calls "ve0@$level" "${operations[@]}"
			calls "ve@$level" fork -- vectl exec --privileged scale1 --
		fi
	done
	./ve-scale -r "$rounds" list "$most"
}

main() {
	rounds=$2
	IFS=, read -ra requests <<<"$3"
	IFS=, read -ra calls <<<"$4"
	IFS=, read -ra operations <<<"$5"
	IFS=, read -ra kinds <<<"$6"
	most=$(printf '%s\n' "${requests[@]}" "${calls[@]}" | sort -n | tail -n 1)
	enter "$1" ve-bench ve-scale nothing
	many_pids
	load
	memory
	unload
	settle
	pids_from 20000
	./ve-bench -s "$most" >pids
	calls absent@0 "${operations[@]}"
	load
	grow
	xargs kill <pids
	settle
	./ve-scale remove 1 "$most"
}

main "$@"
