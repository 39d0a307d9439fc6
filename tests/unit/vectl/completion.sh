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
expect 'vectl create web --' --id --set --json --help
expect 'vectl create web --set numpr' numproc=
expect 'vectl create web --id '
expect 'vectl set web numpr' numproc=
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
exit $failures
