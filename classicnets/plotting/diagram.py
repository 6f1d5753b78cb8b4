"""The network as it is drawn on a blackboard."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .. import checks
from ..mlp import Layered
from .layout import layout, lines, titles, unit_names
from .style import BLACK, BLUE, FAINT, LARGE, SMALL, VERMILLION, axes, names_for, slide

WIDEST, NARROWEST = 6.0, 0.4  # line widths in points
ROOM, LETTER = 13, 10  # points that a name needs below another, that each of its letters needs within a unit
SIDES = {"left": (-1, "right"), "inside": (0, "center"), "right": (1, "left")}
BAND = "0.92"


@slide
def draw_network(net, ax=None, input_names=None, output_names=None, largest=None):
    """Draw a network layer by layer, inputs on the left: one line for each weight that is not deleted.

    A line is as wide as its weight is large (but never too thin to see), blue and solid if positive, vermillion and
    dashed if negative; `largest` is the |weight| of the widest line, None for the largest one of the net. A bias is a
    short line from a small square below its unit. Units that are cut off from the inputs or from the outputs, and
    inputs that nothing uses, are faint.

    Of a RecurrentNetwork one time step is drawn: below the inputs, in a grey band, its memory, which is what all units
    put out one step before, h1′ what h1 did. There the ways from inputs and to outputs may take more than one step.

    net: an MLP or a RecurrentNetwork. input_names (n_in strings), output_names (n_out strings): None for x1, x2, ...
    and o1, o2, ...; a layer whose names would overlap has none. Returns the Axes.
    ValueError for names or `largest` that do not fit.
    """
    checks.instance("net", net, Layered, "a network of layers, an MLP or a RecurrentNetwork")
    names = (
        names_for("input_names", input_names, net.sizes[0], "x"),
        names_for("output_names", output_names, net.sizes[-1], "o"),
    )
    largest = float(np.abs(net.weights).max()) or 1.0 if largest is None else checks.positive("largest", largest)
    placed = layout(net)
    row = min(units.spacing for units in placed.layers)
    ax = axes(ax, 8, min(8, max(4.2, (0.5 if placed.memory else 0.33) / row)))
    ax.set(xlim=(-0.3, len(net.sizes) - 0.7), ylim=(-0.02, 1.1))
    if placed.memory:
        _draw_band(ax, placed.memory)
    biases = _draw_weights(net, ax, placed, largest)
    sizes = _draw_units(ax, placed, biases)
    _write_names(ax, names, placed, sizes)
    _write_titles(net.sizes, ax)
    ax.set_axis_off()
    ax.legend(handles=_signs(), title=f"line width ∝ |weight|, at most {largest:.2g}", loc="upper center",
              bbox_to_anchor=(0.5, 0.0), ncols=3, columnspacing=1.2)  # fmt: skip
    return ax


def _draw_band(ax, memory):
    """The memory stands apart from the inputs: in a grey band, with what it is below it."""
    left, bottom, top = -0.38, memory.points[-1, 1] - memory.spacing / 2, memory.points[0, 1] + memory.spacing / 2
    ax.add_patch(Rectangle((left, bottom), 0.5, top - bottom, color=BAND, linewidth=0, zorder=0))
    ax.text(left + 0.25, bottom - 0.02, "one step before", ha="center", va="top", fontsize=LARGE)
    ax.set(xlim=(left - 0.04, ax.get_xlim()[1]), ylim=(bottom - 0.11, ax.get_ylim()[1]))


def _draw_weights(net, ax, placed, largest):
    """Draw the active weights, and return the points (biases, 2) where those of biases begin."""
    points, active = lines(placed), np.flatnonzero(net.mask)
    # wide lines first, so that they do not hide the thin ones
    active = active[np.argsort(-np.abs(net.weights[active]), kind="stable")]
    w, widest = net.weights[active], max(1.2, WIDEST * min(1, np.sqrt(150 / net.n)))  # hundreds of lines need room
    widths = np.maximum(NARROWEST, widest * np.abs(w) / largest)
    styles = ["-" if w >= 0 else _dashes(width) for w, width in zip(w, widths, strict=True)]
    look = dict(linewidths=widths, linestyles=styles, colors=np.where(w >= 0, BLUE, VERMILLION), zorder=1)
    ax.add_collection(LineCollection([points[q] for q in active], **look))
    return np.array([points[q][0] for q in np.flatnonzero(net.is_bias & net.mask)]).reshape(-1, 2)


def _dashes(width):
    """Dashes that grow more slowly than the line widens: short lines still show some. (Matplotlib multiplies by it.)"""
    return 0, ((3.5 + 0.8 * width) / width, (2 + 0.6 * width) / width)


def _draw_units(ax, placed, biases):
    """Draw units and biases; the sizes of the units in points, one for each layer, then the memory's."""
    groups = [*placed.layers, placed.memory] if placed.memory else placed.layers
    height = 72 * ax.get_window_extent().height / ax.figure.dpi
    sizes = [min(22, 0.5 * height * units.spacing) for units in groups]
    for (points, _, used), size in zip(groups, sizes, strict=True):
        for shown, colour, label in [(used, BLACK, "units"), (~used, FAINT, "units cut off")]:
            ax.plot(*points[shown].T, "o", color=colour, markerfacecolor="white", markersize=size,
                    markeredgewidth=2, label=label, zorder=2)  # fmt: skip
    ax.plot(*biases.T, "s", color=BLACK, markersize=min(sizes[1 : len(placed.layers)]) / 3.5, label="biases", zorder=2)
    return sizes


def _write_names(ax, names, placed, sizes):
    """The names of the inputs on their left, of the outputs on their right; with a memory, those of its units too."""
    (inputs, *_, outputs), memory = placed.layers, placed.memory
    named = [(names[0], inputs, sizes[0], "left"), (names[1], outputs, sizes[len(placed.layers) - 1], "right")]
    if memory:
        _, hidden, _, remembered = unit_names(placed, *names)
        named.append((remembered, memory, sizes[-1], "left"))
        if LETTER * max(map(len, hidden)) < sizes[1]:
            named.append((hidden, placed.layers[1], sizes[1], "inside"))
    height = 72 * np.ptp(ax.transData.transform([[0, 0], [0, 1]])[:, 1]) / ax.figure.dpi
    for texts, (points, spacing, used), size, side in named:
        side, align = SIDES[side]
        for text, point, black in zip(texts, points, used, strict=True) if height * spacing > ROOM else ():
            ax.annotate(text, point, (side * (size / 2 + 5), 0), color=BLACK if black else "0.6", fontsize=SMALL,
                        textcoords="offset points", ha=align, va="center_baseline")  # fmt: skip


def _write_titles(sizes, ax):
    for layer, title in enumerate(titles(sizes)):
        ax.text(layer, 1.03, title, ha="center", fontsize=LARGE)


def _signs():
    return [
        Line2D([], [], color=BLUE, linewidth=3.5, label="positive"),
        Line2D([], [], color=VERMILLION, linewidth=3.5, linestyle=_dashes(3.5), label="negative"),
        Line2D([], [], color=BLACK, marker="s", markersize=6, linestyle="", label="bias"),
    ]
