# SPDX-License-Identifier: GPL-2.0-only
"""As much of ELF and bzImage as is needed to find things in a kernel image and a module."""

import lzma
import os
import re
import struct
import subprocess
import zlib
from collections import namedtuple

Section = namedtuple("Section", "name kind flags address offset size link info")

NOBITS = 8
EXECINSTR = 4
ALLOC = 2


class BadImage(Exception):
    """What was to be looked at is not what it should be."""


def unpack(data, name):
    """The bytes of a file that may be compressed, as modules are."""
    if data.startswith(b"\xfd7zXZ"):
        # Of a bzImage's payload the end is not that of the stream: take what there is.
        return lzma.LZMADecompressor().decompress(data)
    if data.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(31).decompress(data)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        return subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE, check=True).stdout
    if data.startswith(b"\x7fELF"):
        return data
    raise BadImage(f"{name}: neither an ELF file nor of a compression that is known")


def unpack_kernel(data, name):
    """The ELF image out of a bzImage, whose setup header says where it is; or the ELF image itself."""
    if data[0x202:0x206] != b"HdrS":
        return unpack(data, name)
    start = ((data[0x1f1] or 4) + 1) * 512 + struct.unpack_from("<I", data, 0x248)[0]
    length = struct.unpack_from("<I", data, 0x24c)[0]
    # The last four bytes are the size, and no part of the stream.
    return unpack(data[start:start + length - 4], name)


class Elf:
    """A file in memory, and where its sections are."""

    def __init__(self, data, name):
        self.data = data
        self.name = name
        if data[:6] != b"\x7fELF\x02\x01":
            raise BadImage(f"{name} is not a 64-bit little-endian ELF file")
        table, = struct.unpack_from("<Q", data, 0x28)
        size, count, names = struct.unpack_from("<HHH", data, 0x3a)
        heads = [struct.unpack_from("<IIQQQQIIQQ", data, table + i * size) for i in range(count)]
        self.sections = [
            Section(self.text(heads[names][4] + head[0]), *head[1:8])
            for head in heads
        ]

    def text(self, offset):
        """The string that ends with a NUL."""
        return self.data[offset:self.data.index(b"\0", offset)].decode("ascii", "replace")

    def code(self):
        """Sections of functions: not each that can be run, for 7.3 has such data."""
        return [s for s in self.sections if s.flags & EXECINSTR and "text" in s.name]

    def stored(self):
        """Sections that are in memory, and in the file."""
        return [s for s in self.sections if s.flags & ALLOC and s.kind != NOBITS and s.size]

    def address_of(self, offset):
        """Where in memory a byte of the file is."""
        for section in self.stored():
            if section.offset <= offset < section.offset + section.size:
                return section.address + offset - section.offset
        raise BadImage(f"{self.name}: nothing is loaded from offset {offset:#x}")


def release_of(data, name):
    """What a kernel image says it is, such as 6.12.117+deb12-amd64."""
    found = re.search(rb"Linux version ([0-9]+\.[0-9][^ \0%]*) ", data)
    if not found:
        raise BadImage(f"{name} does not say which version of Linux it is")
    return found[1].decode()


def module_file(directory, name):
    """The path of a module in a tree of modules, or None; '-' and '_' are the same."""
    wanted = re.compile(re.escape(name).replace("_", "[-_]") + r"\.ko(\.xz|\.gz|\.zst)?")
    for where, _, files in os.walk(directory):
        for file in files:
            if wanted.fullmatch(file):
                return os.path.join(where, file)
    return None
