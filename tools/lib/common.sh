# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What every script in tools/ shares: where the tree is, how to speak, how to stop.
# Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck disable=SC2034 # for the scripts that source this file
BUILD=$ROOT/build
TOOL=${0##*/}

# Standard output belongs to results (a path, a release): talk on stderr.
say() { printf '%s: %s\n' "$TOOL" "$*" >&2; }
die() { say "$*"; exit 1; }

# A command that fails unforeseen must not end a script in silence.
set -E
trap 'say "failed: $BASH_COMMAND (${BASH_SOURCE[0]##*/}:$LINENO)"' ERR

# usage FILE: the comment block at the head of a script is its help text.
usage() { sed -n '/^# Usage:/,/^$/{/^#/!q;s/^# \{0,1\}//p}' "$1"; }

# with_lock FILE CMD…: run CMD while holding FILE, so that two runs of a tool
# cannot build the same thing into the same place.
with_lock() {
	local file=$1 fd
	shift
	mkdir -p "$(dirname "$file")"
	exec {fd}>"$file"
	flock -n "$fd" || { say "waiting for another run (${file#"$ROOT"/})"; flock "$fd"; }
	# Close the descriptor in CMD's children: one that stays in the background must not keep the lock.
	"$@" {fd}>&-
	exec {fd}>&-
}
