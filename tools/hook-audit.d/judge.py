# SPDX-License-Identifier: GPL-2.0-only
"""Is what is expected of each hook in the machine code?"""

import re

import elf
import graph

# The compiler's copies of a function are named after it.
COPY = re.compile(r"(.+?)\.(?:constprop|isra|part)\b.*")


def origin(name):
    """The function that this is, or is a copy of."""
    found = COPY.match(name) if "." in name else None
    return found[1] if found else name


class Functions:
    """A graph, in which functions are found with their copies."""

    def __init__(self, functions):
        self.nodes = functions
        self.families = {}
        for name in functions:
            self.families.setdefault(origin(name), []).append(name)

    def calls(self, callee, caller):
        """At how many places one calls the other."""
        return sum(count
                   for name in self.families.get(callee, ())
                   for node in self.nodes[name]
                   for found, count in node["callers"].items() if origin(found) == caller)

    def places(self, chain, name):
        """
        At how many places the first of a chain calls the function, itself or by way of those that follow
        it. Of these each may be in the machine code of the one before.
        """
        count = self.calls(name, chain[0])
        for i in range(1, len(chain)):
            there = self.calls(chain[i], chain[0])
            if there and self.places(chain[i:], name):
                count += there
        return count

    def copies(self, names):
        """Those that the compiler made of functions."""
        return [copy for name in names for copy in self.families.get(name, ()) if copy != name]


class Code:
    """A kernel, and those of its modules that are asked for."""

    def __init__(self, kernel, tree):
        self.tree = tree
        # What to say of a module that cannot be looked at.
        self.without = "there is no module" if tree else "not looked at (--modules), module"
        self.parts = {None: Functions(kernel)}

    def of(self, module):
        """Its functions, or None if there is no such module."""
        if module not in self.parts:
            path = self.tree and elf.module_file(self.tree, module)
            self.parts[module] = Functions(graph.of_module(path)) if path else None
        return self.parts[module]


class Finding:
    """What there is to say of a hook on one kernel."""

    def __init__(self, hook):
        self.name = hook.names[0]
        self.callers = {}
        self.pointers = []
        self.expected = 0
        self.known = 0
        self.lost = []
        self.notes = []

    def judge(self, hook, lists, code):
        """Everything."""
        functions = code.of(hook.module)
        for name in hook.names:
            if name not in lists:
                self.lost.append(f"no line says who calls {name}")
        if functions is None:
            self.notes.append(f"{code.without} {hook.module}")
            return
        defined = [name for name in hook.names if name in functions.nodes]
        if not defined:
            copies = functions.copies(hook.names)
            self.lost.append(f"absent: there is no {' and no '.join(hook.names)}"
                             + (f", but {', '.join(copies)}" if copies else ""))
            return
        self.name = defined[0]
        self.judge_function(functions)
        for caller in lists.get(self.name, []):
            self.judge_caller(caller, hook, code)

    def judge_function(self, functions):
        """The function itself, and its copies."""
        nodes = functions.nodes[self.name]
        if len(nodes) > 1:
            self.lost.append(f"there are {len(nodes)} functions of that name")
        self.callers = dict(sorted(nodes[0]["callers"].items()))
        self.pointers = nodes[0]["pointers"]
        if not nodes[0]["traced"]:
            self.lost.append("it does not begin with a call that ftrace patches")
        for copy in functions.copies([self.name]):
            for node in functions.nodes[copy]:
                others = [name for name in node["callers"] if origin(name) != self.name] + node["pointers"]
                if others:
                    self.lost.append(f"its copy {copy} is called by {', '.join(others)}, past the hook")

    def judge_caller(self, caller, hook, code):
        """One word of the list."""
        self.expected += 1
        missing = []
        for way in caller.ways:
            # Those of the hook's own module need not say so.
            functions = code.of(way.module or hook.module)
            if functions is None:
                # Of a tree that is there, the list should know what it has.
                (self.lost if code.tree else self.notes).append(f"{code.without} {way.module}")
                return
            if way.module not in (None, hook.module):
                # In the graph of the caller's module, it is one that it calls.
                self.add_callers(functions, way.module)
            if way.pointer:
                if way.chain[0] in map(origin, self.pointers):
                    break
                missing.append(f"its address is not in {way.chain[0]}")
            elif functions.places(way.chain, self.name) >= way.sites:
                break
            else:
                missing.append(self.why(functions, way))
        else:
            why = "; ".join(missing)
            if caller.known:
                self.known += 1
                self.notes.append(f"known to be lost: {why}")
            else:
                self.lost.append(why)
            return
        if caller.known:
            self.lost.append(f"{caller.text[1:]} calls it, which is said to be known as lost")

    def add_callers(self, functions, module):
        """Those in another module."""
        for node in functions.nodes.get(self.name, []):
            for caller, count in node["callers"].items():
                self.callers[f"{caller}[{module}]"] = count

    def why(self, functions, way):
        """What became of a call."""
        where = f"{way.chain[0]}[{way.module}]" if way.module else way.chain[0]
        count = functions.places(way.chain, self.name)
        if count:
            return f"called by {where} at {count} of {way.sites} places"
        if way.chain[0] not in functions.families:
            return f"not called by {where}, which is absent or inlined itself"
        through = "".join(f", nor through {name}" for name in way.chain[1:])
        return f"not called by {where}{through}: it is inlined there, or not called any more"


def judge(hooks, lists, code):
    """A finding for each hook, and one for each line without one."""
    findings = []
    for hook in hooks:
        if not hook.here:
            continue
        finding = Finding(hook)
        finding.judge(hook, lists, code)
        findings.append(finding)
    hooked = {name for hook in hooks for name in hook.names}
    strays = [f"{name} has a line, and no hook" for name in lists if name not in hooked]
    return findings, strays
