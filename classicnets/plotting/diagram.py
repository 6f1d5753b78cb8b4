"""The network as it is drawn on a blackboard, and the same losing its weights step by step."""

import re
from base64 import b64decode, b64encode
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from PIL import Image  # Matplotlib brings it

from .. import checks
from .style import BLACK, BLUE, FAINT, LARGE, SMALL, VERMILLION, axes, measured, names_for, series, slide

WIDEST, NARROWEST = 6.0, 0.4  # line widths in points
MOST_NAMES = 26  # more names of at least 12 points do not fit beside each other
MOST_FRAMES = 20


@slide
def draw_network(net, ax=None, input_names=None, output_names=None, largest=None):
    """Draw a network layer by layer, inputs on the left: one line for each weight that is not deleted.

    A line is as wide as its weight is large (but never too thin to see), blue and solid if positive, vermillion and
    dashed if negative; `largest` is the |weight| of the widest line, None for the largest one of the net. A bias is a
    short line from a small square below its unit. Units that are cut off from the inputs or from the outputs, and
    inputs that nothing uses, are faint.

    net: an MLP. input_names (n_in strings), output_names (n_out strings): None for x1, x2, ... and o1, o2, ...; beyond
    26 to a layer they are left out. Returns the Axes. ValueError for names or `largest` that do not fit.
    """
    names = (
        names_for("input_names", input_names, net.sizes[0], "x"),
        names_for("output_names", output_names, net.sizes[-1], "o"),
    )
    largest = float(np.abs(net.weights).max()) or 1.0 if largest is None else checks.positive("largest", largest)
    ax = axes(ax, 8, min(8, max(4.2, 0.33 * max(net.sizes))))
    places = _places(net.sizes)
    biases = _draw_weights(net, ax, places, largest)
    _draw_units(net, ax, places, biases, names)
    _write_titles(net.sizes, ax)
    ax.set(xlim=(-0.3, len(net.sizes) - 0.7), ylim=(-0.02, 1.1))
    ax.set_axis_off()
    ax.legend(handles=_signs(), title=f"line width ∝ |weight|, at most {largest:.2g}", loc="upper center",
              bbox_to_anchor=(0.5, 0.0), ncols=3, columnspacing=1.2)  # fmt: skip
    return ax


def _places(sizes):
    """Of each layer the points (units, 2) where its units are drawn: x the number of the layer, y from 1 down to 0."""
    return [np.column_stack([np.full(k, layer), 1 - (np.arange(k) + 0.5) / k]) for layer, k in enumerate(sizes)]


def _draw_weights(net, ax, places, largest):
    """Draw the active weights, and return the points (biases, 2) where those of biases begin."""
    begins, ends = [], []
    for below, above in zip(places, places[1:], strict=False):
        stub = np.array([0, min(0.17, 0.42 / len(above))])
        for unit in above:
            begins += [*below, unit - stub]
            ends += [unit] * (len(below) + 1)
    lines, active = np.stack([begins, ends], axis=1), np.flatnonzero(net.mask)
    # wide lines first, so that they do not hide the thin ones
    active = active[np.argsort(-np.abs(net.weights[active]), kind="stable")]
    w, widest = net.weights[active], max(1.2, WIDEST * min(1, np.sqrt(150 / net.n)))  # hundreds of lines need room
    widths = np.maximum(NARROWEST, widest * np.abs(w) / largest)
    styles = ["-" if w >= 0 else _dashes(width) for w, width in zip(w, widths, strict=True)]
    colours = np.where(w >= 0, BLUE, VERMILLION)
    ax.add_collection(LineCollection(lines[active], linewidths=widths, linestyles=styles, colors=colours, zorder=1))
    return lines[net.is_bias & net.mask, 0]


def _dashes(width):
    """Dashes that grow more slowly than the line widens: short lines still show some. (Matplotlib multiplies by it.)"""
    return 0, ((3.5 + 0.8 * width) / width, (2 + 0.6 * width) / width)


def _draw_units(net, ax, places, biases, names):
    height = 72 * ax.get_window_extent().height / ax.figure.dpi
    sizes = [min(22, 0.5 * height / k) for k in net.sizes]
    layers = list(zip(places, _used(net), sizes, strict=True))
    for points, used, size in layers:
        for shown, colour, label in [(used, BLACK, "units"), (~used, FAINT, "units cut off")]:
            ax.plot(*points[shown].T, "o", color=colour, markerfacecolor="white", markersize=size,
                    markeredgewidth=2, label=label, zorder=2)  # fmt: skip
    ax.plot(*biases.T, "s", color=BLACK, markersize=min(sizes[1:]) / 3.5, label="biases", zorder=2)
    _write_names(ax, names[0], *layers[0], side=-1)
    _write_names(ax, names[1], *layers[-1], side=1)


def _write_names(ax, names, points, used, size, side):
    """The names of a layer's units, to the left of them for side -1, to the right for 1."""
    place = dict(textcoords="offset points", va="center", ha="right" if side < 0 else "left", fontsize=SMALL)
    for name, point, black in zip(names, points, used, strict=True) if len(names) <= MOST_NAMES else ():
        ax.annotate(name, point, (side * (size / 2 + 5), 0), color=BLACK if black else "0.6", **place)


def _write_titles(sizes, ax):
    titles = ["input"] + ["hidden unit"] * (len(sizes) - 2) + ["output"]
    for layer, (title, number) in enumerate(zip(titles, sizes, strict=True)):
        ax.text(layer, 1.03, f"{number} {title}{'s' * (number > 1)}", ha="center", fontsize=LARGE)


def _used(net):
    """Of each layer which units (units,) are joined by active weights to an input and to an output; outputs all."""
    masks = [mask[:, :-1] for mask in net.mask_matrices]
    from_inputs, to_outputs = [np.ones(net.sizes[0], dtype=bool)], [np.ones(net.sizes[-1], dtype=bool)]
    for mask in masks:
        from_inputs.append((mask & from_inputs[-1]).any(axis=1))
    for mask in masks[::-1]:
        to_outputs.insert(0, (mask.T & to_outputs[0]).any(axis=1))
    return [below & above for below, above in zip(from_inputs[:-1], to_outputs, strict=False)] + [to_outputs[-1]]


def _signs():
    return [
        Line2D([], [], color=BLUE, linewidth=3.5, label="positive"),
        Line2D([], [], color=VERMILLION, linewidth=3.5, linestyle=_dashes(3.5), label="negative"),
        Line2D([], [], color=BLACK, marker="s", markersize=6, linestyle="", label="bias"),
    ]


@slide
def animate_pruning(path, every=None, input_names=None, quantity="test_accuracy"):
    """A network that loses its weights: on the left the network after each step, on the right where it is on the curve.

    path: a Path. every: one frame for so many steps, the last step always; None for at most 20 frames, evenly chosen.
    quantity: what the curve shows, as in `plot_paths`, beside the same measured on the training patterns.
    Returns a FuncAnimation: show it in a notebook with HTML(animation.to_jshtml()), or save it.
    ValueError for an empty path, names that do not fit, a quantity that is unknown or was not measured.
    """
    measured(path, quantity)
    input_names = names_for("input_names", input_names, path.network(0).sizes[0], "x")
    frames = _frames(len(path) - 1, every)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 5), dpi=60, layout="none", width_ratios=(1.2, 1))
    figure.set_layout_engine("none")  # a caller's own setting would move the axes from frame to frame
    figure.subplots_adjust(left=0.06, right=0.98, top=0.92, bottom=0.19, wspace=0.25)
    dots = _draw_curves(path, quantity, right)
    # one scale for all frames: a line that grows is a weight that grows
    largest = float(np.abs([path[i].weights for i in frames]).max()) or 1.0

    def show(index):
        left.clear()
        draw_network(path.network(index), left, input_names, largest=largest)
        for dot, values in dots:
            dot.set_data([path[index].n_active], [values[index]])
        right.set_title(f"{path[index].n_active} weights", fontsize=LARGE)

    show(frames[0])
    animation = _InFewColours(figure, show, frames=frames, interval=400)
    if "inline" in plt.get_backend():  # a notebook would show the still figure as well
        plt.close(figure)
    return animation


def _frames(last, every):
    """The indices of the steps that are shown: a list, the last one always in it."""
    if every is None:
        return np.unique(np.linspace(0, last, MOST_FRAMES).round().astype(int)).tolist()
    return [*range(0, last, checks.count("every", every)), last]


def _draw_curves(path, quantity, ax):
    """The curve of the quantity and that of the training patterns; returns the dots that move, with their values."""
    dots, n_active = [], path.curve("n_active")
    for i, name in enumerate(dict.fromkeys([quantity, "train_" + quantity.split("_")[1]])):
        values, label = measured(path, name)
        ax.plot(n_active, values, label=name.split("_")[0], **{**series(i), "marker": ""})
        dot = {**series(i), "linestyle": "", "markersize": 16 - 7 * i, "zorder": 3 + i}
        dots.append((ax.plot([], [], **dot)[0], values))
    ax.set(xlabel="remaining weights", ylabel=label.removeprefix("training ") if i else label)
    ax.xaxis.set_inverted(True)
    ax.legend()
    return dots


class _InFewColours(FuncAnimation):
    """An animation whose frames carry only the colours drawn here, in four tints each: a fifth of the bytes."""

    def to_jshtml(self, *args, **kwargs):
        return re.sub(r'(?<=data:image/png;base64,)[^"]+', self._recoded, super().to_jshtml(*args, **kwargs))

    @staticmethod
    def _recoded(frame):
        tints = [1 - t * (1 - np.array(to_rgb(c))) for c in (BLACK, BLUE, VERMILLION) for t in (0, 0.25, 0.5, 0.75, 1)]
        palette, recoded = Image.new("P", (1, 1)), BytesIO()
        palette.putpalette((255 * np.array(tints)).round().astype(int).ravel().tolist())
        image = Image.open(BytesIO(b64decode(frame[0]))).convert("RGB")
        image.quantize(palette=palette, dither=Image.Dither.NONE).save(recoded, "PNG", optimize=True)
        return b64encode(recoded.getvalue()).decode()
