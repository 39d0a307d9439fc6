# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Which kernel to boot, and the part of its initramfs that is the same for every run.
# Sourced by tools/vm.

# find_kernel VERSION|PATH: sets image, kernel_dir and release (empty if unknown).
find_kernel() {
	case $1 in
	6.1 | 6.12 | 7.3)
		kernel_dir=$("$ROOT/tools/kernel" "$1")
		image=$kernel_dir/vmlinux
		;;
	*)
		if [[ -d $1 ]]; then
			kernel_dir=$(cd "$1" && pwd)
			image=$kernel_dir/vmlinux
		else
			kernel_dir=$(cd "$(dirname "$1")" && pwd)
			image=$kernel_dir/${1##*/}
		fi
		[[ -r $image ]] || die "--kernel $1: neither 6.1, 6.12, 7.3 nor a kernel image"
		;;
	esac
	release=''
	if [[ -e $kernel_dir/release ]]; then
		release=$(<"$kernel_dir/release")
	elif [[ -e $kernel_dir/include/config/kernel.release ]]; then
		release=$(<"$kernel_dir/include/config/kernel.release")
	fi
}

# boot_modules: files to load before the host's are in sight, in order. A kernel
# without a module tree has to have all of it built in.
boot_modules() {
	local dir=$kernel_dir/lib/modules/$release name
	[[ -n $release && -e $dir/modules.dep.bin ]] || return 0
	for name in virtio_pci virtio_console 9pnet_virtio 9p overlay; do
		modprobe -d "$kernel_dir" -S "$release" --show-depends "$name"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

make_base_initrd() {
	local key
	key=$(printf '%s' "$kernel_dir" | sha256sum | cut -c 1-16)
	base_initrd=$BUILD/vm/cache/$key/initrd
	with_lock "$BUILD/vm/cache/lock" make_base_initrd_locked
}

make_base_initrd_locked() {
	local dir=${base_initrd%/*} init=$BUILD/vm/cache/init path name
	if [[ ! -e $init || -n $(find "$ROOT/tools/vm.d" -newer "$init" -name '*.[ch]') ]]; then
		gcc -std=gnu11 -Os -Wall -Wextra -Werror -static -s -o "$init.new" "$ROOT"/tools/vm.d/*.c
		mv "$init.new" "$init"
	fi
	[[ ! $base_initrd -nt $init || $kernel_dir/stamp -nt $base_initrd ]] || return 0
	rm -rf "$dir/tree"
	mkdir -p "$dir/tree/vm/m"
	cp "$init" "$dir/tree/init"
	: >"$dir/tree/vm/modules"
	while read -r path; do
		name=${path##*/}
		case $name in
		*.xz) xz -dc "$path" >"$dir/tree/vm/m/${name%.xz}"; name=${name%.xz} ;;
		*.zst) zstd -dcq "$path" >"$dir/tree/vm/m/${name%.zst}"; name=${name%.zst} ;;
		*) cp "$path" "$dir/tree/vm/m/$name" ;;
		esac
		echo "/vm/m/$name" >>"$dir/tree/vm/modules"
	done < <(boot_modules)
	(cd "$dir/tree" && find . -mindepth 1 | pack >"$dir/new")
	rm -rf "$dir/tree"
	mv "$dir/new" "$base_initrd"
}
