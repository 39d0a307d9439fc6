# SPDX-License-Identifier: GPL-2.0-only
"""What is measured: the rows and columns of the tables, as the programs call them and as we do."""

OPERATIONS = {
    "vfork": "vfork + wait",
    "fork": "fork + wait",
    "thread": "thread + join",
    "exec": "vfork + exec + wait",
    "open": "open + close",
    "socket": "socket + close",
    "mmap": "mmap + munmap",
    "mmap+touch": "mmap + touch + munmap",
    "kill": "kill(self, 0)",
    "pipe": "pipe + close",
    "socketpair": "socketpair + close",
    "lock": "file lock + unlock",
    "sigqueue": "sigqueue + wait",
    "pty": "pty + close",
    "mlock": "mlock + munlock",
    "udp": "UDP send + receive",
    "tcp": "TCP send + receive",
    "readdir-50": "readdir /proc, 50",
    "readdir-1000": "readdir /proc, 1,000",
    "readdir-10000": "readdir /proc, 10,000",
    "readdir-own": "the same, 50 inside",
}
# Of the host's processes, inside of one.
LISTS_OF_ONE = ("readdir-50", "readdir-1000", "readdir-10000")
LISTS = (*LISTS_OF_ONE, "readdir-own")
COLUMNS = {
    "absent": "no module",
    "loaded": "loaded, no VE",
    "ve0": "VE0, VEs exist",
    "ve": "inside a VE",
    "bounded": "all bounded",
    "cgroup": "cgroup v2",
    "pidns": "pid namespace",
}
# "absent" once more, late in the same boot.
AGAIN = "again"
LEGEND = """\
Instructions for one operation, and what that is compared with no module.
no module       fifty sleeping processes, the same in every column
loaded, no VE   ve.ko loaded
VE0, VEs exist  the fifty are members of five VEs; measured outside of any
inside a VE     measured in a sixth; numproc bounded
all bounded     measured in a seventh; every resource bounded that the kernel counts
cgroup v2       no module; measured in a cgroup with pids.max, memory.high, memory.max
pid namespace   no module; measured as the first process of one, with its own /proc
readdir /proc   the whole list, with 50 to 10,000 processes outside the VE, cgroup, namespace and
                one inside; or with 50 outside and 50 inside"""

# Two measurements of one thing should not be further apart, in percent. Kernel threads come and go,
# and a short list is longer by one; they end ptys. exec was seen to be off by 1.02.
REPEATS = dict.fromkeys(OPERATIONS, 1.0) | {"readdir-50": 3.0, "readdir-own": 3.0, "exec": 2.0, "pty": 2.0}

# The other parts name their columns WHAT@WHERE; absent@0 is the part's own "no module".
# The first is measured in a VE too: what a program has done before is copied with it.
SCALE_CALLS = ("fork", "vfork", "exec", "open", "socket", "mmap", "kill")
# How many VEs there are then, and when requests are measured.
CALLS_AT = (1, 100, 10000)
REQUESTS = {
    "make": "create a VE",
    "remove": "destroy it",
    "pair": "both, all in all",
    "dump": "all counters",
    "list": "vectl list --json",
}
REQUESTS_AT = (10, 100, 1000, 10000)
BULK = {
    "make-all": "create up to so many, each",
    "attach-all": "attach a process to each",
    "remove-all": "destroy all of them, each",
}
# What is held, and how many tracked objects each of them is.
KINDS = {
    "file": ("open file", 1),
    "socket": ("UDP socket, a file", 2),
    "lock": ("file lock", 1),
    "signal": ("queued signal", 1),
    "process": ("process, its memory", 2),
}
RATES = {
    "fork": "fork + wait",
    "open": "open + close",
    "socket": "socket + close",
}


def percent(value, base):
    return 100 * (value - base) / base


def each(figures, column, operation):
    return figures[column][operation]["each"]


def has(figures, column, operation):
    return operation in figures.get(column, {})


def over(figures, column, operation, base="absent"):
    """How many percent dearer than in column base."""
    return percent(each(figures, column, operation), each(figures, base, operation))


def have(figures, base, column, operations=tuple(OPERATIONS)):
    """Those of the operations that were measured in both columns."""
    return [operation for operation in operations
            if has(figures, base, operation) and has(figures, column, operation)]


def bytes_more(figures, kind):
    """What it takes inside a VE, more than outside, for each tracked object."""
    return (each(figures, "memory@ve", kind) - each(figures, "memory@ve0", kind)) / KINDS[kind][1]
