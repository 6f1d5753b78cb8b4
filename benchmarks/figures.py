"""The figures: sizes for a slide, colours of Okabe & Ito (2008), and a marker of its own for every curve."""

import numpy as np

from . import growth, recurrent
from .hessian import BUSY, SAME
from .table import FIGURES

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666"
STYLE = {
    "font.size": 14, "axes.titlesize": 14, "axes.labelsize": 14, "legend.fontsize": 12, "xtick.labelsize": 12,
    "ytick.labelsize": 12, "axes.spines.top": False, "axes.spines.right": False, "lines.markersize": 8,
    "lines.linewidth": 2, "figure.dpi": 100,
}  # fmt: skip


def draw(part, rows):
    """Draw the figure of a part into benchmarks/figures, if it has one."""
    drawings = {
        "growth": _growth,
        "hessian": _hessian,
        "recursion": _recursion,
        "recurrent": _recurrent,
        "scale": _scale,
        "thresholds": _thresholds,
    }
    if part not in drawings:
        return
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    FIGURES.mkdir(exist_ok=True)
    with plt.rc_context(STYLE):
        figure = drawings[part](plt, rows)
        figure.savefig(FIGURES / f"{part}.png")
        plt.close(figure)


def _growth(plt, rows):
    curves = growth.series(rows)
    figure, axes = plt.subplots(1, 3, figsize=(15, 5), sharey=True, layout="constrained")
    by_n, by_patterns, inverse = curves.values()
    _curve(axes[0], *by_n, BLUE, "o", 2, f"exact Hessian, P = {growth.WIDTHS[0].patterns}", "weights n")
    _curve(axes[1], *by_patterns, ORANGE, "s", 1, f"exact Hessian, n = {growth.LENGTHS[0].n}", "patterns P")
    _curve(axes[2], *inverse, GREEN, "^", 3, "inverse from P = n vectors", "weights n = patterns P")
    axes[0].set_ylabel("time (ms), best")
    return figure


def _recurrent(plt, rows):
    by_units, by_weights, by_steps = recurrent.series(rows).values()
    figure, axes = plt.subplots(1, 3, figsize=(15, 5), sharey=True, layout="constrained")
    _curve(axes[0], *by_units, BLUE, "o", 4, "recurrent Hessian, 4 inputs, 209 steps", "hidden units")
    _curve(axes[1], *by_weights, ORANGE, "s", 2, "4 hidden units, 209 steps", "weights (more inputs)")
    _curve(axes[2], *by_steps, GREEN, "^", 1, "4-4-1", "steps")
    axes[0].set_ylabel("time (ms), best")
    return figure


def _curve(axes, values, milliseconds, colour, marker, slope, title, label):
    """A curve in a log-log plot and a dashed guide of the given slope through its last point."""
    values = np.array(values)
    guide = milliseconds[-1] * (values / values[-1]) ** slope
    axes.loglog(values, guide, "--", color=GREY, label=f"slope {slope}")
    axes.loglog(values, milliseconds, marker=marker, color=colour, label="measured")
    _over_sizes(axes, values, title=title, xlabel=label)


def _over_sizes(axes, sizes, **labels):
    """Finish a log-log plot over these sizes: they are its ticks."""
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axes.minorticks_off()
    axes.set(**labels)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="upper left")


def _hessian(plt, rows):
    looks = {
        "classicnets": (BLUE, "o"), SAME: (PURPLE, "D"), "jax": (ORANGE, "s"), "torch": (GREEN, "^"),
        "blas": (GREY, "x"),
    }  # fmt: skip
    names = {SAME: "same algorithm in JAX", "jax": "jax.hessian, jitted", "torch": "PyTorch", "blas": "products alone"}
    figure, axes = plt.subplots(1, 2, figsize=(15, 5.5), sharey=True, layout="constrained")
    for ax, beside, title in zip(axes, (False, True), ("quiet", "one core busy with something else"), strict=True):
        mine = [row for row in rows if row.case.endswith(BUSY) == beside]
        cases = list(dict.fromkeys(row.case for row in mine))
        for aside, (name, (colour, marker)) in enumerate(looks.items()):
            points = [(cases.index(row.case) + 0.12 * (aside - 2), row.median) for row in mine if row.quantity == name]
            if points:
                ax.semilogy(*zip(*points, strict=True), marker, color=colour, label=names.get(name, name), mew=2)
        ax.set_xticks(range(len(cases)), [case.removesuffix(BUSY).replace(", ", "\n") for case in cases])
        ax.tick_params("x", labelsize=10)
        ax.set(title=f"Exact Hessian, two cores: {title}", xlim=(-0.5, len(cases) - 0.5))
        ax.grid(axis="y", alpha=0.3)
    axes[0].set_ylabel("time (ms), median")
    axes[0].legend(frameon=False, loc="upper left")
    return figure


def _thresholds(plt, rows):
    """A panel for each threshold: the other path's time by that of the path taken, against the size of the problem."""
    names = {
        "LINE": "form of a pair of layers", "WORTH": "one thread or all",
        "PORTION": "patterns at a time", "ZEROS": "nonzeros alone or all inputs",
        "LARGE": "inverse by own kernels or by LAPACK",
    }  # fmt: skip
    figure, axes = plt.subplots(2, 3, figsize=(18, 9), layout="constrained")
    *axes, empty = axes.flat
    empty.axis("off")
    for ax, (name, title) in zip(axes, names.items(), strict=True):
        mine = [row for row in rows if row.quantity.startswith(f"{name}, ") and not row.target]
        by_patterns = name == "PORTION"
        sizes = [number(row.case, "patterns" if by_patterns else "n") for row in mine]
        wrong = [row.best < 1 / 1.2 for row in mine]
        for bad, colour, marker, label in (
            (False, BLUE, "o", "path taken is right"), (True, ORANGE, "X", "other path more than 1.2 times faster"),
        ):  # fmt: skip
            points = [(size, row.best) for size, row, each in zip(sizes, mine, wrong, strict=True) if each == bad]
            ax.plot(*np.array(points).reshape(-1, 2).T, marker, color=colour, alpha=0.6, mew=0, label=label)
        ax.axhline(1 / 1.2, color=GREY, ls="--", lw=1.5)
        ax.axhline(1, color=GREY, lw=1)
        ax.set(xscale="log", yscale="log", title=f"{title} ({sum(wrong)} of {len(mine)} wrong)")
        ax.set(xlabel="patterns P" if by_patterns else "weights n", ylabel="other path / path taken")
        ticks = [tick for tick in (0.25, 0.5, 1, 2, 5, 10) if min(row.best for row in mine) * 0.8 < tick]
        ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        if by_patterns:
            ax.set_xticks(sorted(set(sizes)), [f"{size}" for size in sorted(set(sizes))])
        ax.minorticks_off()
        ax.grid(alpha=0.3)
    empty.legend(*axes[0].get_legend_handles_labels(), frameon=False, loc="center")
    return figure


def number(case, name):
    """The n, or the patterns, of a case in words."""
    words = case.replace(",", "").split()
    return int(words[words.index(name) - 1] if name == "patterns" else words[words.index(name) + 2])


def _recursion(plt, rows):
    looks = {"by pattern": (ORANGE, "s"), "in blocks": (GREEN, "^"), "at once": (BLUE, "o"), "lapack": (GREY, "x")}
    names = {
        "by pattern": "recursion, pattern by pattern", "in blocks": "256 patterns at a time",
        "at once": "all patterns at once", "lapack": "LAPACK",
    }  # fmt: skip
    figure, axes = plt.subplots(figsize=(8, 5.5), layout="constrained")
    for name, (colour, marker) in looks.items():
        mine = [row for row in rows if row.quantity.startswith(name) and row.unit == "ms"]
        points = [(int(row.case.split()[-1]), row.median) for row in mine]
        axes.loglog(*zip(*points, strict=True), marker=marker, color=colour, label=names[name], mew=2)
    sizes = [size for size, _ in points]
    title, xlabel = "Inverse Hessian, P = n", "weights n = patterns P"
    _over_sizes(axes, sizes, title=title, xlabel=xlabel, ylabel="time (ms), median")
    return figure


def _scale(plt, rows):
    looks = [(BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (PURPLE, "D")]
    figure, axes = plt.subplots(1, 3, figsize=(16, 5.5), layout="constrained")
    for ax, what in zip(axes, ("hessian", "inverse"), strict=False):
        times = [row for row in rows if row.quantity.startswith(f"{what}, ") and row.unit == "ms"]
        names = list(dict.fromkeys(row.quantity.removeprefix(f"{what}, ") for row in times))
        for name, (colour, marker) in zip(names, looks, strict=False):
            points = [
                (int(row.case.split()[1]), row.median / 1e3) for row in times if row.quantity == f"{what}, {name}"
            ]
            ax.loglog(*zip(*points, strict=True), marker=marker, color=colour, label=name)
        sizes = [int(row.case.split()[1]) for row in times if row.quantity == f"{what}, {names[0]}"]
        title = f"{what.capitalize()} (NETtalk)"
        _over_sizes(ax, sizes, title=title, xlabel="weights n", ylabel="time (s), median")
    _deletions(axes[2], [row for row in rows if row.case.endswith("for each Hessian")])
    return figure


def _deletions(ax, rows):
    """Time against error, a point for each number of deletions from one Hessian, named above or below in turn."""
    for i, (took, error) in enumerate(zip(rows[::2], rows[1::2], strict=True)):
        ax.plot(took.median / 1e3, error.median, "o", color=BLUE)
        number = took.case.split()[0]
        place = took.median / 1e3, error.median
        ax.annotate(number, place, (0, (9, -20)[i % 2]), textcoords="offset points", ha="center", fontsize=12)
    ax.set_xscale("log")
    ax.margins(x=0.15, y=0.15)
    ax.set(title="Deletions from one Hessian", xlabel="time (s), 5546 to 1552 weights")
    ax.set_ylabel("training error (squared, a letter)")
    ax.grid(alpha=0.3)
