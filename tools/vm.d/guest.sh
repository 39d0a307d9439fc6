# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the guest finds in its initramfs that is this run's: the command, its
# environment, its places; and, if sealed, all the files there are.
# Sourced by tools/vm, whose variables these are:
# shellcheck disable=SC2154

# What a sealed guest has besides the tree: enough for scripts.
SEALED_PACKAGES=(bash busybox-static coreutils dash debianutils diffutils findutils grep gzip
	hostname iproute2 kmod libc-bin libgcc-s1 libstdc++6 mawk mount passwd procps psmisc sed tar
	time util-linux util-linux-extra)

# What must stay in sight even where a tmpfs of the guest's own lies on top.
keep_in_sight() {
	local dir
	for dir in "$ROOT" "$PWD" "$kernel_dir"; do
		[[ ! $dir =~ ^/(tmp|run|dev/shm)/ ]] || echo "$dir"
	done | sort -u
}

guest_environment() {
	printf '%s\0' "PATH=$VECTL_DIR:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
		HOME=/root USER=root LOGNAME=root SHELL=/bin/sh TERM=dumb LANG=C.UTF-8 \
		"LD_LIBRARY_PATH=$LIBVE_DIR" VM_OUT=/run/vm/out "VM_RELEASE=$release" "VM_KERNEL=$version"
	[[ ! -e $BUILD/module/$version/ve.ko ]] || printf '%s\0' "VE_KO=$BUILD/module/$version/ve.ko"
}

# The module tree that becomes /lib/modules/RELEASE: the one with ve in it, if there is one.
module_tree() {
	local dir
	[[ -n $release ]] || return 0
	for dir in "$BUILD/module/$version" "$kernel_dir"; do
		if [[ -e $dir/lib/modules/$release/modules.dep.bin ]]; then
			printf '%s' "$dir/lib/modules/$release"
			return
		fi
	done
}

make_initrd() {
	local d=$run/cpio/vm
	mkdir -p "$d"
	printf '%s\0' "${command[@]}" >"$d/argv"
	printf '%s' "$PWD" >"$d/cwd"
	guest_environment >"$d/env"
	[[ -z $stdin ]] || cat >"$d/stdin"
	cp "$base_initrd" "$run/initrd"
	if [[ -n $sealed ]]; then
		: >"$d/sealed"
		with_lock "$BUILD/vm/cache/lock" make_sealed_base
		cat "$sealed_base" >>"$run/initrd"
		sealed_tree "$run/cpio"
	else
		keep_in_sight >"$d/keep"
		module_tree >"$d/moddir"
	fi
	# An archive tells when its files were made: those of this run, with every run.
	[[ -z $sealed ]] || find "$run/cpio" -exec touch -h -d @0 {} +
	(cd "$run/cpio" && find . -mindepth 1 | pack) >>"$run/initrd"
}

# pack: names on stdin, an archive on stdout, the same for the same files.
pack() { LC_ALL=C sort -u | cpio -o -H newc --quiet --reproducible -R 0:0; }

# libraries FILE…: what these programs need to be loaded, and what that is a link to. A script needs none.
libraries() {
	{ LD_LIBRARY_PATH=$LIBVE_DIR ldd "$@" 2>/dev/null || :; } |
		sed -nE 's!.*(=> |^[[:space:]]+)(/[^ ]+) \(0x.*!\2!p' | sort -u |
		while read -r file; do
			echo "$file"
			readlink -f "$file"
		done
}

# The host's own part of a sealed guest's files: cached until a package changes.
make_sealed_base() {
	local key dir=$BUILD/vm/cache
	key=$(dpkg-query -W -f '${Package} ${Version}\n' "${SEALED_PACKAGES[@]}" libc6 2>/dev/null | sha256sum | cut -c 1-16)
	sealed_base=$dir/sealed-$key
	[[ ! -e $sealed_base ]] || return 0
	say "packing the sealed guest's files"
	dpkg-query -L "${SEALED_PACKAGES[@]}" 2>/dev/null | sed -E 's!^/(bin|sbin|lib|lib64)/!/usr/\1/!' |
		grep -E '^/usr/(bin|sbin|lib|lib64)/' | grep -vE '/(doc|man|locale|gconv)/' >"$dir/sealed.list" || :
	{
		find /bin /sbin /lib /lib64 /etc/alternatives /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d \
			/etc/passwd /etc/group /etc/shadow /etc/nsswitch.conf /etc/hosts /etc/protocols \
			-maxdepth 1 2>/dev/null || :
		while read -r file; do [[ ! -f $file ]] || echo "$file"; done <"$dir/sealed.list"
		# shellcheck disable=SC2046 # no blanks in a package's file names
		libraries $(grep -E '/(bin|sbin)/' "$dir/sealed.list")
	} | sed -E 's!^/(bin|sbin|lib|lib64)/!/usr/\1/!' | with_parents >"$dir/sealed.names"
	(cd / && pack <"$dir/sealed.names") >"$sealed_base.new"
	rm -f "$dir"/sealed.* "$dir"/sealed-????????????????
	mv "$sealed_base.new" "$sealed_base"
}

# An archive makes no directory by itself: name each before what is in it.
with_parents() {
	awk '{ n = split($0, p, "/"); d = ""; for (i = 2; i <= n; i++) { d = d (i > 2 ? "/" : "") p[i]; if (!seen[d]++) print d } }'
}

# The tree's part: sources and scripts, programs and libraries that were built, ve.ko;
# and what --with names. Copied, so that the archive is of one moment.
sealed_tree() {
	local to=$1 file programs
	{
		find "$ROOT" \( -path "$BUILD" -o -path "$ROOT/.git" \) -prune -o \( -type f -o -type l \) -print
		[[ ! -d $BUILD/userspace ]] ||
			find "$BUILD/userspace" -name CMakeFiles -prune -o \( -type f -perm -u+x -o -name '*.so*' \) -print
		[[ ! -e $BUILD/module/$version/ve.ko ]] || echo "$BUILD/module/$version/ve.ko"
		for file in "${with[@]}"; do
			find "$(realpath -s "$file")" -type f -o -type l
		done
	} >"$run/sealed.list"
	mapfile -t programs < <(while read -r file; do [[ ! -x $file || -L $file ]] || echo "$file"; done <"$run/sealed.list")
	if [[ ${#programs[@]} -gt 0 ]]; then
		libraries "${programs[@]}" | sed -E 's!^/(lib|lib64)/!/usr/\1/!' >>"$run/sealed.list"
	fi
	(cd / && sed 's!^/!!' "$run/sealed.list" | LC_ALL=C sort -u | cpio -pdm --quiet "$to")
	mkdir -p "$to$PWD"
	if [[ -n $release && -e $BUILD/module/$version/ve.ko ]]; then
		mkdir -p "$to/usr/lib/modules/$release/updates"
		cp "$BUILD/module/$version/ve.ko" "$to/usr/lib/modules/$release/updates/"
		: >"$to/usr/lib/modules/$release/modules.order"
		cp "$kernel_dir/lib/modules/$release"/modules.builtin* "$to/usr/lib/modules/$release/"
		depmod -b "$to/usr" "$release" 2>/dev/null || depmod -b "$to" "$release"
	fi
}
