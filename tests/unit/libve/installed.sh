#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is installed is all that a program needs: it compiles, links and runs with what
# pkg-config says. Usage: installed.sh BUILD-DIRECTORY C++-COMPILER

set -euo pipefail
build=$1 compiler=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

DESTDIR=$root/tree cmake --install "$build" >/dev/null
find_one() { find "$root/tree" -path "*/$1" -print -quit | grep . || { echo "not installed: $1" >&2; exit 1; }; }
for file in sbin/vectl man8/vectl.8 man5/vectl-bounds.5 bash-completion/completions/vectl site-functions/_vectl \
	vendor_completions.d/vectl.fish include/libve/client.hpp libve.a libve.so; do
	find_one "$file" >/dev/null
done
pc=$(find_one pkgconfig/libve.pc)
libs=$(find_one libve.so)

cat >"$root/program.cpp" <<'END'
#include <libve/client.hpp>

#include <cstdio>

int main()
{
    const auto handle = ve::Handle::parse("web");
    std::puts(handle->to_string().c_str());
    (void)ve::Client::open(); // there need be no kernel with VEs
    return ve::check_name("1") ? 1 : 0;
}
END
# -I and -L below the tree, as for any root that is not "/".
flags=$(PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$root/tree pkg-config --cflags --libs libve)
# shellcheck disable=SC2086 # words of a command line
"$compiler" -std=c++20 -Wall -Wextra -Werror -o "$root/program" "$root/program.cpp" $flags
[[ $(LD_LIBRARY_PATH=${libs%/*} "$root/program") == web ]]
version=$(PKG_CONFIG_PATH=${pc%/*} pkg-config --modversion libve)
[[ $(LD_LIBRARY_PATH=${libs%/*} "$(find_one sbin/vectl)" --version) == "vectl $version" ]]
