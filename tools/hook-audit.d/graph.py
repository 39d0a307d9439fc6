# SPDX-License-Identifier: GPL-2.0-only
"""
Who calls whom in machine code, and where the addresses of functions are.

A graph has for each name the functions that bear it: static ones of several files may. Each is
{"traced": it begins with the call that ftrace patches, "callers": {name: number of places that call
it}, "pointers": [names of what its address is in]}.
"""

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from array import array

import elf
import kallsyms

# A graph that was kept has this number; another makes those from before a change unknown.
FORMAT = 2

# Lists that have each function in them, or each of a kind; nobody calls from there.
LISTS = re.compile(r"__(start|stop)_(mcount_loc|kprobe_blacklist)|_kbl_addr_.*|__addressable_.*")

MNEMONIC = r":\t(?:(?:bnd|notrack|data16|cs|ds|rex\.W) )*(call|j[a-z]+) +"
JUMP = re.compile(r" *([0-9a-f]+)" + MNEMONIC + r"(?:0x)?([0-9a-f]+)\b")
POINTER = re.compile(r" *([0-9a-f]+):.*(?:\$|# )0x(f{8}[0-9a-f]{8})\b")

# In a module there are names.
HEAD = re.compile(r"[0-9a-f]+ <(.+)>:$")
NAMED_JUMP = re.compile(r".*" + MNEMONIC + r"[0-9a-f]+ <([^+>]+)(\+0x[0-9a-f]+)?>$")
RELOCATION = re.compile(r"\t+[0-9a-f]+: R_X86_64_(\w+)\t([^-+\s]+)")


def say(text):
    """What takes long says so; standard output is for what is found."""
    print(f"hook-audit: {text}", file=sys.stderr, flush=True)


def function_of(name):
    """The function whose unlikely part this may be: the compiler moves that out of it."""
    return re.sub(r"\.cold(\.\d+)?$", "", name)


class Graph:
    """A graph in the making."""

    def __init__(self):
        self.functions = {}

    def add(self, name):
        """A function; there may be one of that name already."""
        node = {"traced": False, "callers": {}, "pointers": set()}
        self.functions.setdefault(name, []).append(node)
        return node

    @staticmethod
    def call(node, caller):
        """One more place that calls it."""
        node["callers"][caller] = node["callers"].get(caller, 0) + 1

    def done(self):
        """What can be written down."""
        for nodes in self.functions.values():
            for node in nodes:
                node["pointers"] = sorted(node["pointers"])
        return self.functions


def disassemble(data, sections, *options):
    """The lines that objdump prints of an ELF file in memory."""
    command = ["objdump", "-d", "--no-show-raw-insn", *options]
    for section in sections:
        command += ["-j", section.name]
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        with subprocess.Popen([*command, file.name], stdout=subprocess.PIPE,
                              encoding="ascii", errors="replace") as process:
            yield from process.stdout
    if process.returncode:
        raise elf.BadImage("objdump cannot read it")


def read_code(lines, symbols, nodes, graph):
    """Calls, jumps, and addresses in instructions."""
    fentry = {address for address, names in symbols.functions.items() if "__fentry__" in names}
    for line in lines:
        jump = JUMP.match(line) if "\tcall" in line or "\tj" in line or " j" in line else None
        found = jump or ("0xffffffff" in line and POINTER.match(line))
        if not found:
            continue
        here, there = int(found[1], 16), int(found[found.lastindex], 16)
        if there not in nodes:
            continue
        if there in fentry:
            # An ENDBR may be before it.
            for node in nodes.get(here) or nodes.get(here - 4) or ():
                node["traced"] = True
            continue
        name = function_of(symbols.at(here))
        for node in nodes[there]:
            if not jump:
                node["pointers"].add(name)
            # A jump to its own beginning is a loop.
            elif jump[2] == "call" or name not in symbols.functions[there]:
                graph.call(node, name)


def read_data(image, section, symbols, nodes):
    """Addresses in data: tables of operations have them, whole and aligned."""
    skip = -section.address % 8
    size = (section.size - skip) // 8 * 8
    if size <= 0:
        return
    words = array("Q", image.data[section.offset + skip:section.offset + skip + size])
    for i, word in enumerate(words):
        if word not in nodes:
            continue
        name = symbols.at(section.address + skip + 8 * i)
        if not LISTS.fullmatch(name):
            for node in nodes[word]:
                node["pointers"].add(name)


def of_kernel(image):
    """The graph of a kernel image."""
    symbols = kallsyms.Symbols(kallsyms.read(image))
    graph = Graph()
    # Some have several names, and are one function for all that.
    nodes = {address: [graph.add(name) for name in names] for address, names in symbols.functions.items()}
    code = image.code()
    read_code(disassemble(image.data, code), symbols, nodes, graph)
    for section in image.stored():
        if section not in code:
            read_data(image, section, symbols, nodes)
    return graph.done()


def of_module(path):
    """The graph of a module: what it calls, in itself and elsewhere. What its data points to is not looked at."""
    with open(path, "rb") as file:
        image = elf.Elf(elf.unpack(file.read(), path), path)
    graph = Graph()
    name, node, jump, lines_since = "?", None, None, 0
    edges = []
    for line in disassemble(image.data, image.code(), "-r"):
        lines_since += 1
        head = HEAD.match(line)
        relocation = RELOCATION.match(line)
        if head:
            name, jump, lines_since = function_of(head[1]), None, 0
            node = graph.add(name) if name == head[1] and not name.startswith("__pfx_") else None
        elif relocation:
            # What the instruction itself names is not so yet.
            if relocation[2] == "__fentry__":
                if node and lines_since <= 3:
                    node["traced"] = True
            elif relocation[2] != name:
                edges.append((relocation[2], "callers" if jump else "pointers", name))
            jump = None
        else:
            add_local(edges, jump, name)
            jump = NAMED_JUMP.match(line)
    add_local(edges, jump, name)
    for callee, kind, caller in edges:
        for node in graph.functions.get(callee) or [graph.add(callee)]:
            if kind == "callers":
                graph.call(node, caller)
            else:
                node["pointers"].add(caller)
    return graph.done()


def add_local(edges, jump, name):
    """A jump that no relocation follows stays in its section, and goes where it says."""
    if jump and not jump[3] and (jump[1] == "call" or jump[2] != name):
        edges.append((jump[2], "callers", name))


def cached(path, cache):
    """What the image in a file says it is, and its graph, which is kept below the directory `cache`."""
    with open(path, "rb") as file:
        data = file.read()
    key = hashlib.sha256(b"%d\0" % FORMAT + data).hexdigest()[:24]
    kept = os.path.join(cache, f"calls-{key}.json.gz")
    if os.path.exists(kept):
        with gzip.open(kept, "rt") as file:
            return json.load(file)
    say(f"disassembling {path}: some ten seconds, once")
    image = elf.Elf(elf.unpack_kernel(data, path), path)
    answer = [elf.release_of(image.data, path), of_kernel(image)]
    os.makedirs(cache, exist_ok=True)
    # Whole or not at all, whoever else does the same.
    with tempfile.NamedTemporaryFile(dir=cache, delete=False) as file:
        file.write(gzip.compress(json.dumps(answer).encode(), 5))
    os.chmod(file.name, 0o644)
    os.replace(file.name, kept)
    return answer
