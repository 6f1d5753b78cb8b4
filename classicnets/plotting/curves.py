"""Curves: a quantity along pruning paths, and any other over one number, such as a year, a weight or a step."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from .. import checks
from ..pruning import Path
from .style import BLACK, QUANTITIES, axes, measured, scale_for, series, slide

HUGE = 1e300  # stands for an infinite error where quartiles are taken
REFERENCE = dict(color=BLACK, linestyle="-", marker="o", markersize=4, linewidth=1.2)
MARKS = (":", "-.", "--")


@slide
def plot_paths(paths, quantity, ax=None):
    """A quantity along each method's pruning path, against the number of remaining weights, from many to few.

    paths: a Path; or a dict from a method's name to a Path, or to a list of Paths, of which the median is drawn in a
    band from the first to the third quartile, as far as half of them go; with k weights a path counts as its largest
    network of at most k. quantity: "train_", "validation_" or "test_", with "error" (per pattern) or "accuracy" (drawn
    in percent). An infinite error, of a recurrent network that diverges, is a gap. Returns the Axes.
    ValueError for another quantity, one not measured, and anything that is not a Path.
    """
    if isinstance(paths, Path):
        paths = {None: paths}  # a curve without a name, and so without a legend
    if not isinstance(paths, dict) or not paths:
        raise ValueError(f"paths: expected a Path, or a dict from names to Paths, not empty; got {paths!r:.60}")
    curves = {name: _curves(name, runs, quantity) for name, runs in paths.items()}
    ax = axes(ax)
    for i, (name, (numbers, quartiles)) in enumerate(curves.items()):
        band = None if isinstance(paths[name], Path) else quartiles[::2]
        _draw_curve(ax, series(i), name, numbers, quartiles[1], band)
    scale_for(quantity, np.concatenate([quartiles[1] for _, quartiles in curves.values()]), ax)
    ax.set(xlabel="remaining weights", ylabel=QUANTITIES[quantity][0])
    ax.xaxis.set_inverted(True)
    if None not in paths:
        ax.legend()
    return ax


def _curves(name, runs, quantity):
    """Numbers of weights (steps,) and quartiles of the quantity (3, steps), NaN where fewer than half the paths go."""
    if isinstance(runs, Path):
        return runs.curve("n_active"), np.tile(measured(runs, quantity)[0], (3, 1))
    if not isinstance(runs, list | tuple) or not runs or not all(isinstance(path, Path) for path in runs):
        raise ValueError(f"paths: expected a Path or a list of Paths for {name!r}; got {runs!r:.60}")
    curves = [(path.curve("n_active"), measured(path, quantity)[0]) for path in runs]
    numbers = np.arange(max(n.max() for n, _ in curves), min(n.min() for n, _ in curves) - 1, -1)
    values = np.array([held(numbers, *curve) for curve in curves])
    enough = 2 * np.sum(~np.isnan(values), axis=0) >= len(runs)
    quartiles = np.full((3, len(numbers)), np.nan)
    # NumPy's quantiles take inf * 0 even where no infinite value counts; with HUGE for inf they are at least HUGE / 4
    quartiles[:, enough] = np.nanquantile(np.minimum(values[:, enough], HUGE), [0.25, 0.5, 0.75], axis=0)
    return numbers, np.where(quartiles < HUGE / 8, quartiles, np.nan)


def held(numbers, n_active, values):
    """Of a path's values the one at its first step with at most so many weights; NaN before it begins and after it.

    numbers (k,): of weights, in any order; n_active, values (steps,): of the path, as arrays. Returns (k,).
    """
    step = np.searchsorted(-n_active, -numbers)
    known = (numbers <= n_active[0]) & (step < len(values))
    return np.where(known, values[np.minimum(step, len(values) - 1)], np.nan)


@slide
def plot_curves(
    x, curves, xlabel, ylabel, ax=None, *, reference=None, bands=None, marks=None, stems=False, log=False,
):  # fmt: skip
    """Curves over one number: a series and its predictions, the cost along a weight, an FPE, an impulse response.

    x (n,); curves: a dict from a name to values (n,), with a gap where one is NaN or infinite. Where x falls from first
    to last, such as the remaining weights along a path, so does the axis. xlabel, ylabel: what is shown, with its unit.

    reference: the name of the curve that the others are compared with, such as a measured series: black, a dot a value.
    bands: a dict from names of curves to (low, high), two arrays (n,), such as quartiles. marks: a dict from names to
    the x of a vertical line each. stems: for a few values that nothing joins, each a dot on a line from zero.
    log: a logarithmic y axis. Returns the Axes. ValueError for shapes that differ, and for names of no curve.
    """
    x, curves, bands, marks = _checked(x, curves, bands, marks)
    if reference is not None:
        checks.choose("reference", reference, curves)
    if stems and bands:
        raise ValueError(f"bands: expected none for stems; got {', '.join(bands)}")
    ax, others = axes(ax), [name for name in curves if name != reference]
    if log:
        ax.set_yscale("log")
    for i, (name, values) in enumerate(curves.items()):
        look = REFERENCE if name == reference else series(others.index(name))
        if stems:
            _draw_stems(ax, look, name, _beside(x, i, len(curves)), values)
        else:
            _draw_curve(ax, look, name, x, values, bands.get(name))
    for i, (name, place) in enumerate(marks.items()):
        ax.axvline(place, color="0.4", linestyle=MARKS[i % len(MARKS)], linewidth=2, label=name, zorder=1)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if ax.get_xscale() == "linear" and not (x % 1).any():  # no tick at half a year
        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    ax.xaxis.set_inverted(bool(x[-1] < x[0]))
    ax.legend()
    return ax


def _checked(x, curves, bands, marks):
    """x as an array, and the three dicts of arrays that fit it, empty where they are None."""
    x = checks.finite_vector("x", x, np.size(x))
    if not x.size or not curves:
        raise ValueError(f"{'curves' if x.size else 'x'}: expected at least one; got none")
    shapes = [("curves", curves, x.shape), ("bands", bands, (2, *x.shape)), ("marks", marks, ())]
    curves, bands, marks = [_arrays(argument, given, shape) for argument, given, shape in shapes]
    for name in bands:
        checks.choose("bands", name, curves)
    return x, curves, bands, marks


def _arrays(argument, given, shape):
    """A dict from names to arrays of that shape, with NaN for infinity."""
    if not isinstance(given, dict | None):
        raise ValueError(f"{argument}: expected a dict from names to numbers; got {given!r:.60}")
    arrays = {}
    for name, values in (given or {}).items():
        try:
            array = np.array(values, dtype=np.float64)
        except (TypeError, ValueError):
            array = None
        if array is None or array.shape != shape:
            raise ValueError(f"{argument}: expected numbers of shape {shape} for {name!r}; got {values!r:.60}")
        arrays[name] = np.where(np.isfinite(array), array, np.nan)
    return arrays


def _draw_curve(ax, look, name, x, values, band):
    """A curve, and its band from band[0] to band[1] if that is not None."""
    ax.plot(x, values, label=name, **(look if look is REFERENCE else {**look, "marker": ""}))
    if band is not None:
        ax.fill_between(x, *band, color=look["color"], alpha=0.2, linewidth=0)


def _beside(x, number, of):
    """x moved a little, so that the stems of several curves stand beside each other."""
    return x + (number - (of - 1) / 2) * 0.3 * np.abs(np.diff(x, append=x[-1] + 1)).min()


def _draw_stems(ax, look, name, x, values):
    ax.vlines(x, 0, values, look["color"], look["linestyle"], linewidth=2)
    ax.plot(x, values, look["marker"], color=look["color"], markersize=8, label=name)
    ax.axhline(0, color=BLACK, linewidth=0.8, zorder=1)
