# SPDX-License-Identifier: GPL-2.0-only
"""Building what measures, and running it in virtual machines."""

import json
import os
import subprocess
import sys
import time

import names

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build")
SOURCES = os.path.join(ROOT, "tests", "bench")

# Copying a page, or clearing one, must not count as 4,096 instructions: see "The clock" in
# performance.rst. The numbers are FZRM, FSRS and FSRC, which have no names.
APPEND = "clearcpuid=erms,fsrm,394,395,396"
COUNTS = ("--icount", "--append", APPEND)

# Script and options of the machine. If the kernel with VEs is not the one without, a word more says
# which of them it is.
PARTS = {
    "table": ("columns.sh", COUNTS),
    "scale": ("scale.sh", COUNTS),
    # Last, for it is the only one that minds what else this machine does.
    "processors": ("processors.sh", ("--smp", "2")),
}
# What goes before all else that this machine does, if we may: nothing else can measure that. It is two minutes.
FIRST = ("chrt", "--rr", "1")
URGENT = ("processors",)
# What its script is to measure.
WHAT = {"scale": [",".join(map(str, some)) for some in
                  (names.REQUESTS_AT, names.CALLS_AT, names.SCALE_CALLS, names.KINDS)]}
# What the name of a kernel with VEs in it ends with.
PATCHED = ", patched"
# It takes the best of many rounds, not the median of a few.
MORE_ROUNDS = {"processors": 8}


class Trouble(Exception):
    """There are no figures."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(*command):
    """Run a command of the tree that says by itself what is wrong; its output is not a result."""
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode:
        raise Trouble(f"{' '.join(command)} failed")


def ask(*command):
    result = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    if result.returncode:
        raise Trouble(f"{' '.join(command)} failed")
    return result.stdout.strip()


def release(kernel, form):
    return ask("tools/kernel", "--release", kernel) if form == "module" else f"{kernel}{PATCHED}"


def is_patched(kernel):
    """Is this the name of one that has VEs without a module?"""
    return kernel.endswith(PATCHED)


def build(kernel, form):
    """What runs in the machines. Returns where the programs are."""
    out = os.path.join(BUILD, "bench")
    os.makedirs(out, exist_ok=True)
    run("tools/deps", "build", "vm")
    if "VECTL_DIR" not in os.environ:
        run("make", "--no-print-directory", "-s", "userspace")
    if form == "module":
        run("tools/module", kernel)
    gcc = ("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror")
    run(*gcc, "-static", "-o", f"{out}/ve-bench", f"{SOURCES}/ve-bench.c")
    run(*gcc, "-I", f"{ROOT}/include/uapi", "-o", f"{out}/ve-scale", f"{SOURCES}/ve-scale.c", "-lmnl")
    run("gcc", "-static", "-nostdlib", "-o", f"{out}/nothing", f"{SOURCES}/nothing.S")
    return out


def first():
    """A command that runs what follows it before all others; nothing if there is none."""
    may = subprocess.run((*FIRST, "true"), stderr=subprocess.DEVNULL, check=False).returncode == 0
    if not may:
        say(f"{' '.join(FIRST)} is not allowed: what else this machine does will show")
    return FIRST if may else ()


def boot(kernel, part, words):
    """One run of a part's script: {column: {operation: record}}."""
    script, options = PARTS[part]
    figures = {}
    began = time.monotonic()
    command = (*(first() if part in URGENT else ()), "tools/vm", "--kernel", kernel, *options,
               "--memory", "4096", "--timeout", "3600", "--", f"tests/bench/{script}", *words)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as machine:
        try:
            for line in machine.stdout:
                record = json.loads(line)
                column, operation = record["column"], record["operation"]
                figures.setdefault(column, {})[operation] = record
                apart = f" ±{50 * record['spread'] / record['each']:.2f} %" if record["each"] > 0 else ""
                say(f"{time.monotonic() - began:4.0f} s  {column:<17} {operation:<14} "
                    f"{record['each']:>12,.2f}{apart}")
        except BaseException:
            machine.terminate()
            raise
    if machine.returncode:
        raise Trouble(f"the virtual machine ended with status {machine.returncode}")
    return figures


def measure_table(kernel, form, words, columns, operations):
    """The main table. Of a patched kernel it takes two boots."""
    rest = (",".join(columns), ",".join(operations))
    if form == "module":
        figures = boot(kernel, "table", (*words, "all", *rest))
    else:
        figures = boot(ask("tools/tree", "--without", kernel), "table", (*words, "without", *rest))
        figures |= boot(ask("tools/tree", kernel), "table", (*words, "with", *rest))
    for column in columns:
        for operation in operations:
            if not names.has(figures, column, operation):
                raise Trouble(f"no figure for {operation} in column {column}")
    return figures


def measure_other(part, kernel, form, words):
    if form == "module":
        return boot(kernel, part, words)
    patched = ask("tools/tree", kernel)
    if part == "scale":
        return boot(patched, part, words)
    return boot(ask("tools/tree", "--without", kernel), part, (*words, "absent")) | boot(patched, part, words)


def measure(args, figures):
    """All parts that are asked for, one after the other, into figures: what is there when one fails is kept."""
    programs = build(args.kernel, args.form)
    for part in PARTS:
        if part not in args.parts:
            continue
        words = (programs, str(args.rounds * MORE_ROUNDS.get(part, 1)), *WHAT.get(part, ()))
        if part == "table":
            figures |= measure_table(args.kernel, args.form, words, args.columns, args.operations)
        else:
            figures |= measure_other(part, args.kernel, args.form, words)
