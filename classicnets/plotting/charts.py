"""Hessians, slices of the error surface, predicted against actual changes of the error, shares of a whole."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.patheffects import withStroke

from .. import checks
from ..backprop import network_error
from .style import BLACK, axes, names_for, series, slide

MOST_NAMES = 40  # weights whose names fit along an axis
GRID = 81  # points along each side of a slice
LINEAR = 1e-4  # where axes symmetric about zero begin to be logarithmic, as a part of the largest number
PLATEAU = 1e3  # times the lower quartile of the errors of a slice: what is more is not told apart
DIAGONAL = "as predicted"
HATCHES = ("", "//", "..", "xx", "--", "oo")  # with the colours, so that a grey copy tells the parts apart
WHITE_EDGE = [withStroke(linewidth=5, foreground="white")]
# light enough for the arrows of every colour to stand out
VALLEY = LinearSegmentedColormap.from_list("valley", ["white", "0.5"])


@slide
def show_hessian(H, names=None, ax=None):
    """The Hessian as an image, blue above zero and red below, white at zero. Hassibi & Stork (1993), fig. 4.

    H (n, n), error per weight squared; names (n strings), such as net.weight_names(), label rows and columns where n is
    at most 40. Returns the Axes. ValueError for another shape, NaN or infinity, or a wrong number of names.
    """
    n = len(H) if np.ndim(H) else 0
    if not n or np.shape(H) != (n, n):
        raise ValueError(f"H: expected shape (n, n); got {np.shape(H)}")
    H, named = checks.finite_matrix("H", H, n), names is not None and n <= MOST_NAMES
    names = names_for("names", names, n, "w")
    side, label = (max(4.8, 0.21 * n + 1.5), "weight") if named else (4.8, "index of weight")
    ax, limit = axes(ax, side * 1.2, side), np.abs(H).max() or 1.0
    image = ax.imshow(H, cmap="RdBu", vmin=-limit, vmax=limit)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.9)
    bar.set_label(r"$\partial^2 E\,/\,\partial w_i\,\partial w_j$")
    ax.spines[:].set_visible(True)
    ax.set(xlabel=label, ylabel=label)
    if named:
        ax.set_xticks(range(n), names, rotation=90)
        ax.set_yticks(range(n), names)
    return ax


@slide
def show_error_surface(
    net, X, T, first, second, ax=None, width=None, error="squared", weight_decay=0.0, moves=None,
):  # fmt: skip
    """Contours of the error over two weights, all others as they are. After Hassibi & Stork (1993), fig. 5.

    first, second: indices of the two weights. moves: a dict from a method's name to the weights (n,) that it leads to,
    each an arrow in the plane; the legend gives the error where it ends, which is not that of the contour below it if
    other weights moved too. width: how far the slice reaches to each side of the net's own point, None for far enough
    to see zero and all moves, in each direction its own. Returns the Axes.
    ValueError for an index out of range or deleted, moves of another shape, and what `network_error` refuses.
    """
    first, second = _index("first", first, net), _index("second", second, net)
    if first == second:
        raise ValueError(f"second: expected another weight than first; got {second} for both")
    moves = {name: _moved(net, name, weights) for name, weights in (moves or {}).items()}
    centre, pair = net.weights[[first, second]], [first, second]
    reach = np.abs([[0.8, 0.8], centre, *(moved.weights[pair] - centre for moved in moves.values())]).max(axis=0)
    reach = 1.25 * reach if width is None else np.full(2, checks.positive("width", width))
    x, y = np.linspace(centre - reach, centre + reach, GRID).T

    def value(changed):
        return network_error(changed, X, T, error, weight_decay)

    E, names, ax = _slice(net, pair, x, y, value), net.weight_names(), axes(ax, 7.2, 5.4)
    _draw_contours(ax, x, y, E)
    ax.plot(*centre, "*", color=BLACK, markersize=14, label=f"trained, E = {value(net):.2g}", zorder=5)
    for number, (name, moved) in enumerate(moves.items()):
        _draw_move(ax, centre, moved.weights[pair], number, f"{name}, E = {value(moved):.2g}")
    ax.set(xlabel=f"weight {names[first]}", ylabel=f"weight {names[second]}", xlim=x[[0, -1]], ylim=y[[0, -1]])
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, columnspacing=1.2)
    return ax


def _index(argument, index, net):
    index = checks.count(argument, index, 0)
    if index >= net.n or not net.mask[index]:
        raise ValueError(f"{argument}: expected the index of a weight not deleted, 0 to {net.n - 1}; got {index}")
    return index


def _moved(net, name, weights):
    moved = net.copy()
    try:
        moved.weights = weights
    except (TypeError, ValueError) as reason:
        raise ValueError(f"moves: for {name!r}, {reason}") from reason
    return moved


def _slice(net, pair, x, y, value):
    """value(net) with the pair of weights at every point of a grid: (len(y), len(x))."""
    changed, weights, E = net.copy(), net.weights.copy(), np.empty((len(y), len(x)))
    for place in np.ndindex(E.shape):
        weights[pair] = x[place[1]], y[place[0]]
        changed.weights = weights
        E[place] = value(changed)
    return E


def _draw_contours(ax, x, y, E):
    finite = E[np.isfinite(E)]
    if not finite.size:
        raise ValueError("net: expected a finite error somewhere on the slice; it is infinite at every point")
    # a zero error has no logarithm: below a millionth of the largest everything is valley;
    # where a recurrent network diverges everything is plateau
    high = min(finite.max(), PLATEAU * np.quantile(finite, 0.25)) or 1.0
    levels = np.geomspace(max(finite.min(), 1e-6 * high), high * 1.001, 16)
    E, beyond = np.clip(E, levels[0], 2 * levels[-1]), "max" if E.max() > levels[-1] else "neither"
    filled = ax.contourf(x, y, E, levels, cmap=VALLEY, norm=LogNorm(), extend=beyond)
    ax.contour(x, y, E, levels, colors="0.35", linewidths=0.7)
    bar = ax.figure.colorbar(filled, ax=ax, ticks=levels[::3], format="%.2g")
    bar.set_label("error E per pattern")


def _draw_move(ax, begin, end, number, label):
    # the later the smaller: methods that make the same move stay visible, one inside the other
    look, size = series(number), max(7, 16 - 3 * number)
    arrow = dict(arrowstyle="-|>,head_width=0.4,head_length=0.8", linewidth=max(1.5, 5 - 1.3 * number), shrinkA=0)
    arrow |= dict(color=look["color"], path_effects=WHITE_EDGE[: number == 0], shrinkB=size / 2)
    if np.abs((end - begin) / np.ptp([ax.get_xlim(), ax.get_ylim()], axis=1)).max() > 0.06:  # else the marker hides it
        ax.annotate("", end, begin, arrowprops=arrow, zorder=3)
    ax.plot(*end, look["marker"], color=look["color"], markersize=size, markeredgecolor="white", label=label, zorder=4)


@slide
def plot_predictions(predicted, actual, ax=None, name=None):
    """Predicted against actual change of the error, a point a step, and the diagonal where they agree.

    predicted, actual (steps,): such as path.curve("predicted") and path.curve("actual"), per pattern; steps where one
    is NaN are left out. Logarithmic axes, symmetric about zero if some change is not positive. `name` goes into the
    legend; call it again with the same `ax` for another method. Returns the Axes.
    ValueError for shapes that differ and where nothing is left to draw. After Le Cun et al. (1990), fig. 1b.
    """
    changes = _pairs(predicted, actual)
    ax = axes(ax, 6.4, 5.4)
    diagonal = next((line for line in ax.lines if line.get_label() == DIAGONAL), None)
    diagonal = diagonal or ax.plot([], [], color="0.5", linewidth=1.5, label=DIAGONAL, zorder=1)[0]
    look = series(len(ax.collections))
    ax.scatter(
        *changes, 60, look["color"], marker=look["marker"], label=name, edgecolors="white", linewidths=0.5, zorder=3
    )
    shown = np.concatenate([np.asarray(points.get_offsets()) for points in ax.collections])
    xlim, ylim = _set_scales(ax, shown)
    # one scale for both axes keeps the diagonal straight
    ends = min(xlim[0], ylim[0]), max(xlim[1], ylim[1])
    diagonal.set_data(ends, ends)
    ax.set(xlim=xlim, ylim=ylim, xlabel="predicted change of error E", ylabel="actual change of error E")
    ax.legend()
    return ax


def _pairs(predicted, actual):
    """Both as finite numbers (2, steps)."""
    try:
        changes = np.array([predicted, actual], dtype=np.float64)
    except (TypeError, ValueError):
        changes = np.empty(0)
    if changes.ndim != 2:
        shapes = f"{np.shape(predicted)} and {np.shape(actual)}"
        raise ValueError(f"actual: expected numbers of one shape (steps,), predicted and actual; got {shapes}")
    changes = changes[:, np.isfinite(changes).all(axis=0)]
    if not changes.size:
        raise ValueError("predicted: expected a step with a finite predicted and actual change; got none")
    return changes


def _set_scales(ax, changes):
    """Give both axes one scale: logarithmic, on both sides of zero if some change is not positive. Limits (2, 2)."""
    low, high = changes.min(axis=0), 2 * changes.max(axis=0)
    if (low > 0).all():
        ax.set_xscale("log"), ax.set_yscale("log")
        return np.column_stack([low / 2, high])
    linear = 10 ** np.floor(np.log10(LINEAR * (np.abs(changes).max() or 1.0)))
    ax.set_xscale("symlog", linthresh=linear), ax.set_yscale("symlog", linthresh=linear)
    return np.column_stack([np.where(low < 0, 2 * low, 0) - linear / 3, np.maximum(high, linear)])


@slide
def stacked_bars(names, shares, label, ax=None):
    """A horizontal bar for each of `names`, divided into `shares`: a dict from a part's name to its size in each bar.

    `label` names the quantity and its unit. Returns the Axes. ValueError where a part has another number of sizes.
    """
    ax, left = axes(ax, 9, 0.5 * len(names) + 1.6), np.zeros(len(names))
    for i, (part, sizes) in enumerate(shares.items()):
        if np.shape(sizes) != (len(names),):
            raise ValueError(f"shares: expected {len(names)} sizes for {part!r}; got shape {np.shape(sizes)}")
        ax.barh(names, sizes, left=left, color=series(i)["color"], edgecolor="white", hatch=HATCHES[i], label=part)
        left += sizes
    ax.yaxis.set_inverted(True)
    ax.set(xlabel=label)
    ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return ax
