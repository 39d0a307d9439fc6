# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of the bench share. Sourced, in a virtual machine of their own.

say() { echo "${0##*/}: $*" >&2; }

# enter DIRECTORY PROGRAM…: go to an empty directory with these programs
enter() {
	local dir program
	dir=$(mktemp -d)
	for program in "${@:2}"; do
		cp "$1/$program" "$dir"
	done
	cd "$dir" || exit
}

# Pids from N on: as many digits, and a table as deep, in each column.
pids_from() { echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid; }

# What systemd sets.
many_pids() { echo 4194304 >/proc/sys/kernel/pid_max; }

# settle: let what the last step left to be done later be done.
settle() { sleep 10; }

# A kernel may have VEs without a module.
load() { [[ -z ${VE_KO:-} ]] || modprobe ve; }
unload() { [[ -z ${VE_KO:-} ]] || modprobe -r ve; }

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
