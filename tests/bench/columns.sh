#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Run ve-bench in one column of the table after another. For tools/bench, in a
# virtual machine: it loads modules, kills processes, and takes the machine for
# its own.
#
# Usage: columns.sh DIRECTORY ROUNDS [with|without]
#
#   DIRECTORY has ve-bench and nothing; prints JSON lines. A kernel that has VEs built in measures
#   the columns with them, and the same kernel without the others; a stock kernel all.

set -euo pipefail

CROWDS=5 IN_A_CROWD=10
CGROUP=/sys/fs/cgroup
operations=() crowd=() many=()

say() { echo "columns: $*" >&2; }

# Pids from N on: as many digits, and a table as deep, in each column.
pids_from() { echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid; }

# settle: let what the last step left to be done later be done.
settle() { sleep 10; }

# A column has fifty processes besides its own, the members of VEs if there are any; and
# many more for the last operations.
column() {
	local name=$1
	shift
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

# Each at half of what would be unlimited, whatever its unit: no bound is in the way, and none is
# left out of what has to be compared.
bound_all() {
	local resources bounds
	mapfile -t resources < <(vectl show "$1" | awk 'NF >= 6 && $2 ~ /^[0-9]+$/ { print $1 }')
	bounds=("${resources[@]/%/=$((1 << 62))}")
	[ ${#bounds[@]} -gt 6 ]
	# It says which of them refuse nothing.
	vectl set "$1" "${bounds[@]}" 2>/dev/null
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
	[[ $form != all ]] || modprobe ve
	column loaded

	create_ves
	column ve0
	column ve vectl exec --privileged bench --
	column bounded vectl exec --privileged bounded --
	stop_crowd
	destroy_ves
	[[ $form != all ]] || modprobe -r ve
}

# pass N OPERATION…: all columns but the last, with N more processes
pass() {
	operations=("${@:2}")
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
	start_many "$1"
	start_crowd
	column cgroup in_cgroup
	stop_crowd
	stop_many
}

main() {
	local dir few
	rounds=$2 form=${3:-all}
	dir=$(mktemp -d)
	cp "$1/ve-bench" "$1/nothing" "$dir"
	cd "$dir"
	mapfile -t few < <(./ve-bench -l | grep -vxE 'readdir-10+')
	# What systemd sets.
	echo 4194304 >/proc/sys/kernel/pid_max

	pass 0 "${few[@]}"
	pass 950 readdir-1000
	pass 9950 readdir-10000
	[[ $form != with ]] || return 0
	# Last, for controllers cannot be quite undone.
	create_cgroup
	cgroup_pass 0 "${few[@]}"
	cgroup_pass 950 readdir-1000
	cgroup_pass 9950 readdir-10000
}

main "$@"
