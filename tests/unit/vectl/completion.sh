#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What completion/vectl.bash offers, with a vectl that only lists.
#
# Usage: completion.sh FILE

set -u

here=$(mktemp -d)
trap 'rm -r "$here"' EXIT
cat >"$here/vectl" <<'END'
#!/bin/sh
[ "$1" = list ] && printf 'ID  NAME  STATE    MEMBERS\n 1  web   empty          0\n 2  a:b   running        3\n'
END
chmod +x "$here/vectl"
PATH=$here:$PATH
# shellcheck source=/dev/null
. "$1"

failures=0

# expect LINE WORD…: all the words offered, in any order
expect() {
	local line=$1 got want
	shift
	COMP_LINE=$line COMP_POINT=${#line}
	COMPREPLY=()
	_vectl 2>/dev/null
	got=$(printf '%s\n' "${COMPREPLY[@]}" | sort -u | xargs)
	want=$(printf '%s\n' "$@" | sort -u | xargs)
	[[ $got == "$want" ]] && return
	echo "'$line': got '$got', expected '$want'"
	failures=1
}

expect 'vectl cr' create
expect 'vectl --j' --json
expect 'vectl --json sh' show
expect 'vectl show ' web a:b
expect 'vectl show w' web
expect 'vectl show a:' b
expect 'vectl destroy web --' --kill --help
expect 'vectl create web --' --id --watching --conf --set --json --help
expect 'vectl create web --set nump' numproc= numpty=
expect "vectl create --conf $here/ve" "$here/vectl"
expect 'vectl create web --id '
expect 'vectl set web numi' numiptent=
expect "vectl set web --conf $here/ve" "$here/vectl"
expect 'vectl set web numproc='
expect 'vectl kill -s TERM ' web a:b
expect 'vectl kill web -s KIL' KILL
expect 'vectl events --count 3 ' web a:b
expect 'vectl why w' web
expect 'vectl history --count 3 ' web a:b
expect 'vectl history --' --count --json --help
expect 'vectl why --' --json --help
expect 'vectl exec --' --privileged --help
expect "vectl exec web -- ls $here/vec" "$here/vectl"
expect 'vectl help eve' events
expect 'vectl list '
expect 'vectl list --' --columns --sort --no-header --json --help
expect 'vectl list -o na' name
expect 'vectl list -o name,numproc.' name,numproc.m name,numproc.b name,numproc.l name,numproc.f
expect 'vectl list --sort me' members
expect 'vectl list --sort -numproc.' -numproc.m -numproc.b -numproc.l -numproc.f
expect 'vectl show --' --trouble --since-last --json --help
expect "vectl check $here/ve" "$here/vectl"
expect "vectl check $here/vectl $here/ve"
exit $failures
