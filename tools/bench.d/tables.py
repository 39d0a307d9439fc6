# SPDX-License-Identifier: GPL-2.0-only
"""The figures as tables."""

import re

import names
from names import each, has, over, percent


def cell(figures, column, operation, base="absent"):
    if not has(figures, column, operation):
        return ""
    value = each(figures, column, operation)
    if column == base or not has(figures, base, operation):
        return f"{value:,.0f}"
    return f"{value:,.0f} {over(figures, column, operation, base):+7.1f} %"


def main_rows(figures):
    columns = [column for column in names.COLUMNS if column in figures]
    yield ["", *(names.COLUMNS[column] for column in columns)]
    for operation, name in names.OPERATIONS.items():
        if any(has(figures, column, operation) for column in columns):
            yield [name, *(cell(figures, column, operation) for column in columns)]


def request_rows(figures):
    yield ["VEs that exist", *(f"{number:,}" for number in names.REQUESTS_AT)]
    base = f"request@{names.REQUESTS_AT[0]}"
    for operation, name in names.REQUESTS.items():
        yield [name, *(cell(figures, f"request@{number}", operation, base) for number in names.REQUESTS_AT)]
    for operation, name in names.BULK.items():
        yield [name, *(cell(figures, f"request@{number}", operation, f"request@{number}")
                       for number in names.REQUESTS_AT)]


def call_rows(figures):
    columns = ["absent@0", *(f"ve0@{number}" for number in names.CALLS_AT)]
    yield ["VE0", "no module", *(f"{number:,} VE{'s' * (number > 1)}" for number in names.CALLS_AT)]
    for operation in names.SCALE_CALLS:
        yield [names.OPERATIONS[operation], *(cell(figures, column, operation, "absent@0") for column in columns)]
    yield [f"{names.OPERATIONS['fork']}, inside", "",
           *(cell(figures, f"ve@{number}", "fork", "ve@1") for number in names.CALLS_AT)]


def memory_rows(figures):
    yield ["bytes", "VE0", "inside a VE", "for each object", "as missing"]

    def missing(column, operation):
        return figures[column][operation]["missing"]

    if has(figures, "memory@request", "ve"):
        yield ["a VE", "", "", f"{each(figures, 'memory@request', 've'):,.0f}",
               f"{missing('memory@request', 've'):,.0f}"]
    for kind, (name, objects) in names.KINDS.items():
        if has(figures, "memory@ve", kind) and has(figures, "memory@ve0", kind):
            yield [name, f"{each(figures, 'memory@ve0', kind):,.0f}", f"{each(figures, 'memory@ve', kind):,.0f}",
                   f"{names.bytes_more(figures, kind):,.0f}",
                   f"{(missing('memory@ve', kind) - missing('memory@ve0', kind)) / objects:,.0f}"]


def processor_rows(figures):
    yield ["a second", "no module: one", "two", "times", "inside a VE: one", "two", "times"]
    for operation, name in names.RATES.items():
        row = [name]
        for column in ("absent@processors", "ve@processors"):
            if has(figures, column, operation):
                record = figures[column][operation]
                row += [f"{record['one']:,.0f}", f"{record['two']:,.0f}", f"{record['each']:.2f}"]
            else:
                row += ["", "", ""]
        yield row


def goal_rows(rows, silent):
    """What goals.verdicts() says."""
    yield ["goal", "row", "measured", "allowed", ""]
    for verdict in rows:
        yield [verdict.goal, verdict.row, *verdict.words()]
    for goal in silent:
        yield [goal, "", "not measured", "", ""]


def of_parts(figures):
    """(title, rows) of each table there are figures for, the main one first."""
    if "absent" in figures:
        yield "", list(main_rows(figures))
    if "request@10" in figures:
        yield ("Requests, in instructions for one VE, and what that is compared with ten VEs",
               list(request_rows(figures)))
    if "absent@0" in figures:
        yield "Calls while there are VEs, each with a member", list(call_rows(figures))
    if "memory@request" in figures:
        yield "Memory; the last column is what is missing of free memory", list(memory_rows(figures))
    if "ve@processors" in figures:
        yield "One processor and two at once, by the wall clock", list(processor_rows(figures))


def as_text(table, left=1):
    """The first columns flush left, the others right."""
    widths = [max(map(len, column)) for column in zip(*table)]
    for row in table:
        yield "  ".join(text.ljust(width) if i < left else text.rjust(width)
                        for i, (text, width) in enumerate(zip(row, widths))).rstrip()


def as_rst(table):
    yield ".. list-table::"
    yield "   :header-rows: 1"
    yield ""
    for row in table:
        for i, text in enumerate(row):
            yield f"   {'*' if i == 0 else ' '} - {re.sub(' +', ' ', text)}".rstrip()


def deviations(boots):
    """(percent, allowed, words) for whatever was measured twice."""
    first = boots[0]
    for operation, name in names.OPERATIONS.items():
        if has(first, "absent", operation) and has(first, names.AGAIN, operation):
            yield (abs(over(first, names.AGAIN, operation)), names.REPEATS[operation],
                   f"{name}, no module, within one boot")
    for other in boots[1:]:
        for column, title in names.COLUMNS.items():
            for operation, name in names.OPERATIONS.items():
                if has(other, column, operation) and has(first, column, operation):
                    off = percent(each(other, column, operation), each(first, column, operation))
                    yield abs(off), names.REPEATS[operation], f"{name}, {title}, between two boots"
