# SPDX-License-Identifier: GPL-2.0-only
"""
The symbols of a kernel image, out of the table that it has for its own messages.

Debian strips its images and ships an empty System.map, but a kernel with CONFIG_KALLSYMS prints
names, so it has them. Nothing says where: the parts (scripts/kallsyms.c writes them) are found by
what they look like, each by the one before, and each is checked against another.
"""

import struct
from bisect import bisect_right

from elf import BadImage

# Names are written in tokens, of which these stand for themselves in every kernel.
DIGITS = b"".join(b"%d\0" % n for n in range(10))


def align(number, to):
    """The next multiple."""
    return (number + to - 1) // to * to


def find_tokens(data):
    """The table of tokens: where it begins, where its index ends, what they are."""
    found = data.find(DIGITS)
    while found >= 0:
        start = found
        for _ in range(ord("0")):
            start = data.rfind(b"\0", 0, start - 1) + 1
        tokens = data[start:start + 16384].split(b"\0")[:256]
        offsets, at = [], 0
        for token in tokens:
            offsets.append(at & 0xffff)
            at += len(token) + 1
        index = data.find(struct.pack("<256H", *offsets), start + at, start + at + 512 + 8)
        if index >= 0:
            return start, index + 512, tokens
        found = data.find(DIGITS, found + 1)
    raise BadImage("no table of symbols in it: is CONFIG_KALLSYMS off?")


def find_markers(data, end):
    """Offsets of each 256th name, some way before the tokens: where they begin, and they."""
    end = end // 4 * 4
    start = max(0, end - 8 * 1024 * 1024)
    words = memoryview(data)[start:end].cast("I")

    def follows(i):
        """Is this a marker that can come after the one before? A name takes 2 to 128 bytes."""
        return i < len(words) and 512 <= words[i] - words[i - 1] <= 32768

    for first in range(len(words) - 32, -1, -1):
        if not words[first] and all(follows(i) for i in range(first + 1, first + 32)):
            last = first
            while follows(last + 1):
                last += 1
            return start + 4 * first, words[first:last + 1].tolist()
    raise BadImage("the markers of its table of symbols cannot be found")


def name_length(data, at):
    """How many tokens the name at an offset has, and where they begin."""
    length = data[at]
    if length & 0x80:
        return length & 0x7f | data[at + 1] << 7, at + 2
    return length, at + 1


def skip_names(data, at, count):
    """Where the name after so many begins."""
    for _ in range(count):
        length, first = name_length(data, at)
        at = first + length
    return at


def find_names(data, markers_at, markers):
    """The names, before the markers; their number is before them: where that is, where they are, it."""
    most = 256 * len(markers)
    last = markers_at - markers[-1]
    for start in range(last // 4 * 4, last - 65536, -4):
        for number_at in (start - 4, start - 8):
            number, = struct.unpack_from("<I", data, number_at)
            if not most - 256 < number <= most:
                continue
            if skip_names(data, start, 256) != start + markers[1]:
                continue
            end = skip_names(data, start + markers[-1], number - (most - 256))
            if end <= markers_at < end + 8:
                return number_at, start, number
    raise BadImage("the names of its table of symbols cannot be found")


def layouts(image, number_at, tokens_end, number):
    """The addresses, as each kernel so far has them; of these guesses only one can be right."""
    data = image.data

    def words(at):
        return struct.unpack_from(f"<{number}i", data, at)

    def based(at, base_at):
        base, = struct.unpack_from("<Q", data, base_at)
        yield [word if word >= 0 else base - 1 - word for word in words(at)]
        yield [base + (word & 0xffffffff) for word in words(at)]

    # Up to 6.3 before their number, with a base between.
    base_at = (number_at - 8) // 8 * 8
    yield from based((base_at - 4 * number) // 8 * 8, base_at)
    # Then at the end.
    at = align(tokens_end, 8)
    yield from based(at, align(at + 4 * number, 8))
    # From 7.0 on each is relative to where it is itself.
    at = align(tokens_end, 4)
    first = image.address_of(at)
    yield [first + 4 * i + word for i, word in enumerate(words(at))]


def read_addresses(image, number_at, tokens_end, number):
    """The addresses, in ascending order but for those of per-CPU variables."""
    text = min(section.address for section in image.code())
    for addresses in layouts(image, number_at, tokens_end, number):
        high = [address for address in addresses if address >= text]
        if len(high) > number // 2 and high[0] == text and high == sorted(high):
            return addresses
    raise BadImage("the addresses of its table of symbols cannot be found")


def read(image):
    """The symbols of an image: address, type, name."""
    data = image.data
    tokens_at, tokens_end, tokens = find_tokens(data)
    markers_at, markers = find_markers(data, tokens_at)
    number_at, at, number = find_names(data, markers_at, markers)
    symbols = []
    for address in read_addresses(image, number_at, tokens_end, number):
        length, first = name_length(data, at)
        at = first + length
        name = b"".join([tokens[token] for token in data[first:at]]).decode("ascii", "replace")
        symbols.append((address, name[0], name[1:]))
    return symbols


class Symbols:
    """What is at an address."""

    def __init__(self, symbols):
        self.functions = {}
        for address, kind, name in symbols:
            # __pfx_ is the room before a function.
            if kind in "tTwW" and not name.startswith("__pfx_"):
                self.functions.setdefault(address, []).append(name)
        ordered = sorted({address: name for address, _, name in symbols}.items())
        self.addresses = [address for address, _ in ordered]
        self.names = [name for _, name in ordered]

    def at(self, address):
        """The name of what an address is in."""
        i = bisect_right(self.addresses, address) - 1
        return self.names[i] if i >= 0 else "?"
