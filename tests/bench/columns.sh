#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Run ve-bench in one column of the table after another. For tools/bench, in a
# virtual machine: it loads modules, kills processes, and takes the machine for
# its own.
#
# Usage: columns.sh DIRECTORY ROUNDS all|with|without COLUMN[,COLUMN…] OPERATION[,OPERATION…]
#
#   DIRECTORY has ve-bench and nothing; prints JSON lines. A kernel that has VEs built in measures
#   the columns with them (with), and the same kernel without the others; a stock kernel all. Of
#   those only the ones that are named.

set -euo pipefail
# shellcheck source=tests/bench/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

CROWDS=5 IN_A_CROWD=10
CGROUP=/sys/fs/cgroup
operations=() crowd=() many=()

# wanted COLUMN…: is one of them?
wanted() {
	local name
	for name; do
		[[ ,$columns, != *,"$name",* ]] || return 0
	done
	return 1
}

# A column has fifty processes besides its own, the members of VEs if there are any; and
# many more for the last operations.
column() {
	local name=$1
	shift
	wanted "$name" || return 0
	say "$name: ${operations[*]}"
	settle
	pids_from 30000
	"$@" ./ve-bench -c "$name" -r "$rounds" "${operations[@]}"
}

# The crowd is the same fifty processes everywhere; a member cannot leave its VE, though.
start_crowd() {
	local i
	pids_from 20000
	for ((i = 0; i < CROWDS; i++)); do
		crowd[i]=$(./ve-bench -s "$IN_A_CROWD" | xargs)
	done
}

stop_crowd() {
	# shellcheck disable=SC2068 # numbers
	kill ${crowd[@]}
	settle
}

create_ves() {
	local i
	for ((i = 0; i < CROWDS; i++)); do
		vectl create "crowd$i" --set numproc=100:200
		# shellcheck disable=SC2086 # numbers
		vectl attach "crowd$i" ${crowd[i]}
	done >&2
	vectl create bench --set numproc=500:1000 >&2
	vectl create bounded >&2
	bound_all bounded
}

destroy_ves() {
	local i
	vectl destroy bench
	vectl destroy bounded
	for ((i = 0; i < CROWDS; i++)); do
		vectl destroy "crowd$i"
	done
	# The hooks go about a second after the last VE.
	settle
}

# start_many N: so many processes more
start_many() {
	(($1)) || return 0
	pids_from 40000
	mapfile -t many < <(./ve-bench -s "$1")
}

stop_many() {
	((${#many[@]} == 0)) || printf "%s\n" "${many[@]}" | xargs kill
	many=()
}

in_pidns() {
	# Its pids have as many digits, too.
	# shellcheck disable=SC2016 # expanded by that shell
	unshare --pid --fork --mount-proc bash -c \
		'echo 29999 >/proc/sys/kernel/ns_last_pid && exec "$0" "$@"' "$@"
}

create_cgroup() {
	echo +pids +memory >$CGROUP/cgroup.subtree_control
	mkdir $CGROUP/bench
	echo 500 >$CGROUP/bench/pids.max
	echo 256M >$CGROUP/bench/memory.high
	echo 384M >$CGROUP/bench/memory.max
}

in_cgroup() {
	# shellcheck disable=SC2016 # expanded by that shell
	bash -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' $CGROUP/bench "$@"
}

# The columns of VEs; the crowd has gone afterwards.
with_ves() {
	if ! wanted loaded ve0 ve bounded; then
		stop_crowd
		return
	fi
	load
	column loaded

	create_ves
	column ve0
	column ve vectl exec --privileged bench --
	column bounded vectl exec --privileged bounded --
	stop_crowd
	destroy_ves
	unload
}

# pass N OPERATION…: all columns but the last, with N more processes
pass() {
	operations=("${@:2}")
	[[ ${#operations[@]} -gt 0 ]] || return 0
	start_many "$1"
	start_crowd
	[[ $form == with ]] || column absent
	[[ $form == without ]] || with_ves
	[[ $form != all ]] || start_crowd
	if [[ $form != with ]]; then
		column pidns in_pidns
		column again
		stop_crowd
	fi
	stop_many
}

# cgroup_pass N OPERATION…
cgroup_pass() {
	operations=("${@:2}")
	[[ ${#operations[@]} -gt 0 ]] || return 0
	start_many "$1"
	start_crowd
	column cgroup in_cgroup
	stop_crowd
	stop_many
}

# these PATTERN: the operations asked for that match, those that do not with -v
these() { tr , '\n' <<<"$asked" | grep -xE "$@" || :; }

main() {
	local few thousand ten
	rounds=$2 form=$3 columns=$4 asked=$5
	enter "$1" ve-bench nothing
	mapfile -t few < <(these -v 'readdir-10+')
	mapfile -t thousand < <(these readdir-1000)
	mapfile -t ten < <(these readdir-10000)
	many_pids

	pass 0 "${few[@]}"
	pass 950 "${thousand[@]}"
	pass 9950 "${ten[@]}"
	if [[ $form == with ]] || ! wanted cgroup; then
		return
	fi
	# Last, for controllers cannot be quite undone.
	create_cgroup
	cgroup_pass 0 "${few[@]}"
	cgroup_pass 950 "${thousand[@]}"
	cgroup_pass 9950 "${ten[@]}"
}

main "$@"
