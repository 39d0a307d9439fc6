#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The shared object shows namespace ve and nothing of its insides. Usage: exports.sh libve.so

set -eu
symbols=$(nm -DC --defined-only "$1" | sed 's/^[0-9a-f]* *[A-Za-z] //')

for name in 've::Client::open(' 've::EventStream::next(' 've::Handle::parse('; do
	echo "$symbols" | grep -qF "$name" || { echo "not exported: $name" >&2; exit 1; }
done
if echo "$symbols" | grep -vE '^(LIBVE_|(typeinfo (name )?for |vtable for )?ve::|.* ve::)' |
	grep .; then
	echo "the above should not be exported" >&2
	exit 1
fi
if echo "$symbols" | grep -E 've::(codec|wire|socket)::|open_lib'; then
	echo "the above is private" >&2
	exit 1
fi
readelf -d "$1" | grep -q 'SONAME.*\[libve\.so\.0\]' || { echo "SONAME is not libve.so.0" >&2; exit 1; }
