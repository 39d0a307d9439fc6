# SPDX-License-Identifier: GPL-2.0-only
"""What is to be reached, and whether the figures reach it."""

from typing import NamedTuple

import names
from names import each, has, have, over

# The clock's: less than that is no cost.
CLOCK = 1.0
# Rates of two processors repeat no better than that, on a machine that does other things too.
RATES_REPEAT = 0.03


class Verdict(NamedTuple):
    """One row of one goal."""
    goal: str
    row: str
    value: float
    allowed: float
    unit: str = "%"
    # "most", "least", or "within": as far off at most, up or down.
    way: str = "most"

    @property
    def reached(self):
        if self.way == "least":
            return self.value >= self.allowed
        value = abs(self.value) if self.way == "within" else self.value
        return value <= self.allowed

    def words(self):
        """value, allowed, reached"""
        if self.unit == "%":
            value, sign = f"{self.value:+.1f} %", {"most": "<= {:+.1f} %", "within": "±{:.1f} %"}[self.way]
            allowed = sign.format(self.allowed)
        elif self.unit == "times":
            value, allowed = f"{self.value:.2f} times", f">= {self.allowed:.2f} times"
        else:
            value, allowed = f"{self.value:,.0f} {self.unit}", f"<= {self.allowed:,.0f} {self.unit}"
        return value, allowed, "reached" if self.reached else "MISSED"


def no_ve(figures):
    for operation in have(figures, "absent", "loaded"):
        yield Verdict("no VE exists", names.OPERATIONS[operation],
                      over(figures, "loaded", operation), names.REPEATS[operation], way="within")


def host(figures):
    columns = [("absent", "ve0", "five VEs")]
    columns += [("absent@0", f"ve0@{number}", f"{number:,} VE{'s' * (number > 1)}") for number in names.CALLS_AT]
    for base, column, where in columns:
        for operation in have(figures, base, column, names.SCALE_CALLS):
            yield Verdict(f"VE0, {where}", names.OPERATIONS[operation],
                          over(figures, column, operation, base), 5.0 if operation == "kill" else 2.0)


def inside(figures):
    for operation in have(figures, "absent", "bounded"):
        if not has(figures, "cgroup", operation):
            continue
        theirs = over(figures, "cgroup", operation)
        yield Verdict("inside a VE", names.OPERATIONS[operation], over(figures, "bounded", operation),
                      theirs / 2 if theirs > CLOCK else 5.0)


def lists(figures):
    for operation in have(figures, "pidns", "bounded", names.LISTS):
        yield Verdict("/proc inside", names.OPERATIONS[operation], each(figures, "bounded", operation),
                      each(figures, "pidns", operation), "instructions")


def scale(figures):
    few, *more = names.REQUESTS_AT
    for number in more:
        base, column = f"request@{few}", f"request@{number}"
        if has(figures, base, "pair") and has(figures, column, "pair"):
            yield Verdict("cost of a VE is flat", f"create and destroy, {number:,}: {few}",
                          over(figures, column, "pair", base), 10.0, way="within")
    for number in names.REQUESTS_AT:
        if has(figures, f"request@{number}", "dump"):
            yield Verdict("dump of all", f"{names.REQUESTS['dump']}, {number:,}",
                          each(figures, f"request@{number}", "dump"), 10000, "instructions")
    for number in names.CALLS_AT[1:]:
        if has(figures, "ve@1", "fork") and has(figures, f"ve@{number}", "fork"):
            yield Verdict("fork inside is unchanged", f"{names.OPERATIONS['fork']}, {number:,}: 1",
                          over(figures, f"ve@{number}", "fork", "ve@1"), 1.0, way="within")


def memory(figures):
    if has(figures, "memory@request", "ve"):
        yield Verdict("memory", "a VE", each(figures, "memory@request", "ve"), 4096, "bytes")
    for kind, (name, _) in names.KINDS.items():
        if has(figures, "memory@ve", kind) and has(figures, "memory@ve0", kind):
            yield Verdict("memory", name, names.bytes_more(figures, kind), 128, "bytes")


def processors(figures):
    for operation, name in names.RATES.items():
        if has(figures, "absent@processors", operation) and has(figures, "ve@processors", operation):
            theirs = each(figures, "absent@processors", operation)
            yield Verdict("two processors", name, each(figures, "ve@processors", operation),
                          min(1.8, theirs - RATES_REPEAT), "times", "least")


GOALS = {
    "no VE exists": no_ve,
    "VE0 while VEs exist": host,
    "inside a VE": inside,
    "/proc listed inside": lists,
    "10,000 VEs": scale,
    "memory": memory,
    "two processors": processors,
}


def verdicts(figures):
    """All that can be judged; and the goals of which there are no figures."""
    rows, silent = [], []
    for goal, judge in GOALS.items():
        found = list(judge(figures))
        rows += found
        if not found:
            silent.append(goal)
    return rows, silent
