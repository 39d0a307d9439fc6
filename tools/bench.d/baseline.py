# SPDX-License-Identifier: GPL-2.0-only
"""Figures kept in the repository, and what a run is worse in."""

import json

import names
from names import each, has

# Percent; more if a row does not repeat that well.
WORSE = 2.0
# Bytes that a measurement of memory may be off by, for each object: pages are shared.
MEMORY = 16.0
# Percent: one round of creating and destroying took 66,000 to 75,000 instructions, with or without threads that wake.
PAIR = 12.0
# Percent: a list of one process takes one of three figures, some 1,000 instructions apart.
LIST_OF_ONE = 10.0
# Ours, and what they are compared with. Of the other parts all that an instruction tells.
COLUMNS = ("absent", "loaded", "ve0", "ve", "bounded")
# A request with a thread that wakes in the middle or without, and programs that are read from the host's
# files, do not repeat that well.
LOOSE = ("make", "remove", "list", *names.BULK)


def kept(column, operation):
    if "@" not in column:
        return column in COLUMNS
    return not column.endswith("@processors") and operation not in LOOSE


def keep(data):
    """What of the figures is worth being kept."""
    return {
        "kernel": data["kernel"],
        "rounds": data["rounds"],
        "figures": {column: {operation: record["each"] for operation, record in row.items()
                             if kept(column, operation)}
                    for column, row in data["boots"][0].items()
                    if any(kept(column, operation) for operation in row)},
    }


def write(path, data):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(keep(data), file, indent=1)
        file.write("\n")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def base_of(column):
    """What this column is compared with on a kernel that is not the baseline's; None: with nothing."""
    if "@" not in column:
        return "absent"
    return "absent@0" if column.split("@")[0] in ("absent", "ve0", "ve") else None


def parts_of(columns):
    """What of the bench such columns are made by."""
    return {"scale" if "@" in column else "table" for column in columns}


def allowed_in(column, operation):
    """How many percent dearer it may be, for it does not repeat better."""
    if operation == "pair":
        return PAIR
    if column in ("ve", "bounded") and operation in names.LISTS_OF_ONE:
        return LIST_OF_ONE
    return max(WORSE, names.REPEATS.get(operation, 0) if "@" not in column else 0)


def compare(baseline, data):
    """(worse, better, lost): sentences. lost are rows of the baseline that the run should have."""
    figures = data["boots"][0]
    same = baseline["kernel"] == data["kernel"]
    worse, better, lost = [], [], []
    for column, row in baseline["figures"].items():
        for operation, before in row.items():
            what = f"{operation} in {column}"
            if not has(figures, column, operation):
                if parts_of([column]) <= parts_of(figures):
                    lost.append(f"{what}: in the baseline, and not measured")
                continue
            after = each(figures, column, operation)
            base = base_of(column)
            # Another kernel is dearer or cheaper by itself.
            scaled = not same and base is not None
            if scaled:
                before *= each(figures, base, operation) / baseline["figures"][base][operation]
            allowed = allowed_in(column, operation)
            slack = MEMORY if column.startswith("memory@") else 0
            off = names.percent(after, before)
            words = (f"{what}: {after:,.0f}, {off:+.1f} % over the baseline's {before:,.0f}"
                     f"{' (made comparable by no module)' if scaled else ''}")
            if off > allowed and after - before > slack:
                worse.append(f"{words}; allowed are {allowed:g} %")
            elif off < -allowed and before - after > slack:
                better.append(words)
    return worse, better, lost
