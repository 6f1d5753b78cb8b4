"""What the pictures share: one look, readable from the back of a room and told apart by a colour-blind eye; labels."""

from functools import wraps

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .. import checks
from ..pruning import Path

# The colours of Okabe & Ito (2008), "Color universal design", that stand out on white.
BLUE, VERMILLION, GREEN, PURPLE, ORANGE, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000"
FAINT = "0.8"

# One curve or arrow each, in this order: colour, line style and marker all differ.
SERIES = [
    dict(color=BLUE, linestyle="-", marker="o"),
    dict(color=VERMILLION, linestyle="--", marker="s"),
    dict(color=GREEN, linestyle="-.", marker="^"),
    dict(color=PURPLE, linestyle=(0, (5, 1.5, 1, 1.5, 1, 1.5)), marker="D"),
    dict(color=ORANGE, linestyle=(0, (8, 2)), marker="v"),
    dict(color=BLACK, linestyle=":", marker="X"),
]

LARGEST = 1e300  # of the numbers that are drawn: twice as much is still finite
SMALL, LARGE = 12, 14
STYLE = {
    "font.size": SMALL,
    "axes.labelsize": LARGE,
    "axes.titlesize": LARGE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 2.5,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}


def slide(draw):
    """A function that draws like `draw`, in this style whatever the caller's own settings are."""

    @wraps(draw)
    def styled(*args, **kwargs):
        # not rc_context: it would also take back what a notebook's backend sets when the first figure loads it
        before = {name: plt.rcParams[name] for name in STYLE}
        plt.rcParams.update(STYLE)
        try:
            return draw(*args, **kwargs)
        finally:
            plt.rcParams.update(before)

    return styled


def axes(ax, width=6.4, height=4.8):
    """`ax` with this style's fonts, or where it is None the Axes of a new figure of that size in inches."""
    if ax is None:
        return plt.subplots(figsize=(width, height))[1]
    checks.instance("ax", ax, Axes, "Axes of Matplotlib, or None for new ones")
    ax.tick_params(which="both", labelsize=SMALL)
    for text in (ax.xaxis.label, ax.yaxis.label, ax.title):
        text.set_fontsize(LARGE)
    return ax


def drawable(argument, array):
    """`array` if none of its numbers, gaps apart, is so large that Matplotlib's own arithmetic overflows."""
    largest = np.abs(array[np.isfinite(array)]).max(initial=0.0)
    if largest > LARGEST:
        raise ValueError(f"{argument}: expected numbers of at most {LARGEST:g} to draw; got {largest:g}")
    return array


def series(index):
    """Colour, line style and marker of the curve with this number; after the last they begin again."""
    return SERIES[index % len(SERIES)]


def names_for(argument, names, number, letter):
    """`names` as a list of strings, x1, x2, ... where it is None; ValueError unless there are `number` of them."""
    if names is None:
        return [f"{letter}{i}" for i in range(1, number + 1)]
    return checks.names(argument, names, number)


# What a Step measures, as a chart's label says it, and the factor from its own unit to the one shown.
QUANTITIES = {
    f"{data}_{measure}": (f"{label} {text}", factor)
    for data, label in [("train", "training"), ("validation", "validation"), ("test", "test")]
    for measure, text, factor in [("error", "error E per pattern", 1), ("accuracy", "patterns correct (%)", 100)]
}


def measured(path, quantity):
    """A quantity of all steps (steps,) in the unit shown, its label; ValueError if unknown or never measured."""
    label, factor = checks.choose("quantity", quantity, QUANTITIES)
    if not isinstance(path, Path) or not len(path):
        raise ValueError(f"path: expected a Path of at least one step; got {checks.shown(path)}")
    values = factor * path.curve(quantity)
    if np.isnan(values).all():
        raise ValueError(f"quantity: expected one that the path measured; got {quantity!r}, which is NaN at every step")
    return values, label


def scale_for(quantity, values, ax):
    """Make the y axis logarithmic where errors are shown that differ by more than a factor of 30."""
    values = np.ravel(values)
    values = values[np.isfinite(values)]
    if quantity.endswith("error") and values.size and 0 < 30 * values.min() < values.max():
        ax.set_yscale("log")
