# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A private apt: own list of sources, own lists, own cache under build/apt, so that
# the host's sources are neither changed nor relied upon. Only packages that are
# installed for good (tools/deps) touch the host, through its dpkg.
#
# Sourced after common.sh.

APT_MIRROR=${VE_APT_MIRROR:-http://deb.debian.org/debian}
APT_SECURITY=${VE_APT_SECURITY:-http://deb.debian.org/debian-security}
APT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_sources CODENAME: bookworm is the host; trixie is where 7.3 lives. Never mixed
# in one list, or apt would offer packages of one to the other.
apt_sources() {
	local name=$1 opt="[signed-by=$APT_KEYRING]"
	printf 'deb %s %s %s main\n' \
		"$opt" "$APT_MIRROR" "$name" \
		"$opt" "$APT_MIRROR" "$name-updates" \
		"$opt" "$APT_MIRROR" "$name-backports" \
		"$opt" "$APT_SECURITY" "$name-security"
}

# apt_options CODENAME: fills APT_OPTIONS.
apt_options() {
	local dir=$BUILD/apt/$1
	APT_OPTIONS=(
		-o "Dir::Etc::sourcelist=$dir/sources.list"
		-o Dir::Etc::sourceparts=/nonexistent
		-o Dir::Etc::preferences=/dev/null
		-o "Dir::Etc::preferencesparts=$dir/none"
		-o "Dir::State::lists=$dir/lists"
		-o "Dir::Cache=$dir"
		-o Dir::Cache::pkgcache=pkgcache.bin
		-o Dir::Cache::srcpkgcache=srcpkgcache.bin
		-o Acquire::Languages=none
		-o Acquire::Retries=3
		# Everything here is in a tree root may not own; the _apt user could not write to it.
		-o APT::Sandbox::User=root
		-o DPkg::Lock::Timeout=600
		-o APT::Get::Assume-Yes=true
		-o Dpkg::Use-Pty=0
		-q
	)
}

# apt_refresh CODENAME: fetch the lists, at most once in six hours.
apt_refresh() {
	with_lock "$BUILD/apt/$1/refresh.lock" apt_refresh_locked "$1"
}

apt_refresh_locked() {
	local name=$1 dir=$BUILD/apt/$1 log
	[[ -z $(find "$dir/fresh" -mmin -360 2>/dev/null) ]] || return 0
	[[ $(id -u) -eq 0 ]] || die "apt needs root: run this once as root"
	[[ -r $APT_KEYRING ]] || die "$APT_KEYRING is missing: apt-get install debian-archive-keyring"
	mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$dir/none"
	apt_sources "$name" >"$dir/sources.list"
	apt_options "$name"
	log=$dir/update.log
	say "fetching the package lists of Debian $name"
	# An update that could not reach a source only warns: look for the word as well.
	if ! apt-get "${APT_OPTIONS[@]}" update >"$log" 2>&1 || grep -qE '^(W|Err|E):' "$log"; then
		cat "$log" >&2
		if grep -q NO_PUBKEY "$log"; then
			die "the archive's key is not in $APT_KEYRING: apt-get install --only-upgrade debian-archive-keyring"
		fi
		die "the package lists of Debian $name could not be fetched: is $APT_MIRROR reachable? (VE_APT_MIRROR names another)"
	fi
	touch "$dir/fresh"
}

# apt_depends CODENAME PACKAGE REGEX: the packages PACKAGE directly depends on whose name matches.
apt_depends() {
	apt_options "$1"
	apt-cache "${APT_OPTIONS[@]}" show --no-all-versions "$2" |
		sed -n 's/^Depends: //p' | tr ',|' '\n' | sed 's/^ *//; s/[ (].*//' |
		grep -xE -- "$3"
}

# apt_fetch CODENAME DIR PACKAGE[=VERSION]…: download .deb files into DIR.
apt_fetch() {
	local name=$1 dir=$2
	shift 2
	apt_options "$name"
	(cd "$dir" && apt-get "${APT_OPTIONS[@]}" download "$@") >&2
}
