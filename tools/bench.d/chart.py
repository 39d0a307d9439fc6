# SPDX-License-Identifier: GPL-2.0-only
"""The table as a chart."""

import names
from names import has, over

BARS = (
    ("ve0", "VE0, VEs exist", "#9aa5b1"),
    ("bounded", "inside a VE, all bounded", "#1f6feb"),
    ("cgroup", "cgroup v2: pids and memory", "#e0883a"),
)
HEIGHT = 0.27


def panel(axes, figures, operations):
    for i, (column, label, colour) in enumerate(BARS):
        rows = [row for row, operation in enumerate(operations) if has(figures, column, operation)]
        values = [over(figures, column, operations[row]) for row in rows]
        bars = axes.barh([row + (i - 1) * HEIGHT for row in rows], values, HEIGHT, label=label, color=colour)
        axes.bar_label(bars, [f"{value:+.1f}" for value in values], padding=2, fontsize=6.5)
    axes.set_yticks(range(len(operations)), [names.OPERATIONS[operation] for operation in operations])
    axes.invert_yaxis()
    axes.margins(x=0.12, y=0.01)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.xaxis.grid(True, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def draw(path, data):
    """An SVG; the same figures make the same file."""
    # Not needed to measure, or to compare.
    import matplotlib
    matplotlib.use("svg")
    from matplotlib import pyplot

    figures = data["boots"][0]
    operations = [operation for operation in names.OPERATIONS
                  if has(figures, "absent", operation) and any(has(figures, bar[0], operation) for bar in BARS)]
    # Lists of /proc are some hundred times cheaper, on another scale.
    panels = [part for part in ([op for op in operations if op not in names.LISTS],
                                [op for op in operations if op in names.LISTS]) if part]
    with matplotlib.rc_context({"svg.hashsalt": "ve", "svg.fonttype": "none", "font.size": 8}):
        figure, axes = pyplot.subplots(len(panels), 1, figsize=(8.5, 0.9 + 0.5 * len(operations)), squeeze=False,
                                       height_ratios=[len(part) + 0.5 for part in panels], layout="constrained")
        for one, part in zip(axes[:, 0], panels):
            panel(one, figures, part)
        axes[0, 0].set_title(f"Linux {data['kernel']}: instructions, in % over no module")
        axes[0, 0].legend(loc="lower right", frameon=True)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
