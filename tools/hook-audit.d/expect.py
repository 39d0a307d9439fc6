# SPDX-License-Identifier: GPL-2.0-only
"""What is hooked, by the module's table, and who has to call it, by the list beside it."""

import re
from collections import namedtuple

# names: newest first. module: which one it is in, or None. lost: what is lost without it.
# here: this kernel is not older than the function.
Hook = namedtuple("Hook", "names module lost here")

# chain: from the outermost function to that which calls. sites: at so many places at least.
# module: which one they are in, or None. pointer: it is not called there, but its address is in it.
Way = namedtuple("Way", "chain sites module pointer")

# text: as written. ways: any of them will do. known: it is lost, and that is known.
Caller = namedtuple("Caller", "text ways known")

CONDITION = re.compile(r"@(<|>=|)([0-9]+)\.([0-9]+)")
WAY = re.compile(r"(\*?)([\w.]+(?:>[\w.]+)*)(?:\(([0-9]+)\))?(?:\[(\w+)\])?")


class BadText(Exception):
    """A file that cannot be understood."""


def read_table(path, version):
    """The rows of kernel/module/table.c."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    table = re.search(r"struct ve_hook ve_hook_table\[\] = \{(.*?)\n\};", text, re.S)
    if not table:
        raise BadText(f"{path} has no ve_hook_table")
    hooks = []
    for row in re.findall(r"^\t\{\n(.*?)^\t\},", table[1], re.S | re.M):
        names = re.search(r"\.names\s*= \{(.*?)\}", row, re.S)
        if not names:
            raise BadText(f"{path}: a row of ve_hook_table has no names")
        module = re.search(r'\.module\s*= "(\w+)"', row)
        since = re.search(r"\.since\s*= KERNEL_VERSION\(([0-9]+), ([0-9]+), [0-9]+\)", row)
        here = not since or holds(">=", (int(since[1]), int(since[2])), version)
        lost = re.search(r'\.lost\s*= "(.*?)"', row)
        hooks.append(Hook(re.findall(r'"(\w+)"', names[1]), module and module[1], lost[1] if lost else "", here))
    if not hooks:
        raise BadText(f"{path}: no row of ve_hook_table can be read")
    return hooks


def version_of(release):
    """6.12.117+deb12-amd64 is 6.12."""
    return tuple(int(number) for number in re.match(r"([0-9]+)\.([0-9]+)", release).groups())


def holds(relation, wanted, version):
    """Is a kernel one that a condition is for?"""
    if relation == "<":
        return version < wanted
    if relation == ">=":
        return version >= wanted
    return version == wanted


def read_caller(word, version):
    """A word of the list; None if it is not for this kernel."""
    text = CONDITION.sub("", word)
    known = text.startswith("~")
    ways = []
    for way in text.lstrip("~").split("|"):
        found = WAY.fullmatch(way)
        if not found:
            raise BadText(f"'{word}' is not understood")
        ways.append(Way(found[2].split(">"), int(found[3] or 1), found[4], bool(found[1])))
    if not all(holds(relation, (int(major), int(minor)), version)
               for relation, major, minor in CONDITION.findall(word)):
        return None
    return Caller(text, ways, known)


def read_callers(path, version):
    """For each function of the list its callers on this kernel."""
    functions = {}
    name = None
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if not line[0].isspace():
            if not words[0].endswith(":"):
                raise BadText(f"{path}:{number}: '{words[0]}' should be 'function:'")
            name = words.pop(0)[:-1]
            if name in functions:
                raise BadText(f"{path}:{number}: {name} has a line already")
            functions[name] = []
        elif not name:
            raise BadText(f"{path}:{number}: whose callers are these?")
        try:
            functions[name] += filter(None, [read_caller(word, version) for word in words])
        except BadText as error:
            raise BadText(f"{path}:{number}: {error}") from error
    return functions
