"""A pattern on its way through a network of maps."""

import numpy as np

from .. import checks
from ..shared import SharedNetwork, rising
from .style import BLACK, BLUE, SMALL, axes, drawable, slide

GAP, NARROWEST = 0.15, 0.6  # between layers; of a layer, for its title
INK = "gray_r"
FRAME = dict(color="0.55", linewidth=0.8)


@slide
def draw_maps(net, x, ax=None):
    """A pattern on its way through a network of maps: the image, the maps of each layer, the outputs as bars.

    Each layer has its own scale of greys: white is the least that its units put out, black the most, and in between
    lies zero if these are as far from it. Units that share no weights, as in a dense layer, stand below each other;
    those of the last layer are bars from zero, the largest one blue. net: a SharedNetwork; x (n_in,).
    Returns the Axes. ValueError for an x that does not fit, and where an output is not finite.
    """
    checks.instance("net", net, SharedNetwork, "a network of shared weights")
    x = drawable("x", checks.finite_vector("x", x, net.sizes[0]))
    outputs, seen = drawable("net", net.forward(x[None])[0]), rising(net, x[None])[0]
    ax, left = axes(ax, 11, 2.8), 0.0
    for l, z in enumerate(seen):
        images = [z[units, 0] for units in maps_of(net, l - 1)]
        left = _draw_layer(ax, left, [_image(values) for values in images], f"H{l}" if l else "input") + GAP
    _draw_bars(ax, left, outputs)
    ax.set(xlim=(-0.05, left + 1.15), ylim=(-0.02, 1.2), aspect="equal")
    ax.set_axis_off()
    return ax


def maps_of(net, layer):
    """The units of each map of a layer, a list of arrays: those that share weights. Of the inputs (-1): all of them."""
    if layer < 0:
        return [np.arange(net.sizes[0])]
    of_layer, unit, _, weight = net.wires
    here, first = of_layer == layer, np.full(net.sizes[layer + 1], net.n)
    np.minimum.at(first, unit[here], weight[here])
    return [np.flatnonzero(first == each) for each in np.unique(first[first < net.n])]


def _image(values):
    """Square if there is a square of so many units, else one below the other."""
    side = round(len(values) ** 0.5)
    return values.reshape((side, side) if side**2 == len(values) else (-1, 1))


def _draw_layer(ax, left, images, name):
    """The images of a layer, in a grid from x = left on; returns where it ends."""
    what = f"{len(images)} of " * (len(images) > 1) + "{} × {}".format(*images[0].shape)
    if all(image.size == 1 for image in images):  # no maps: as a single column
        what, images = f"{len(images)} units", [np.concatenate(images)]
    rows = int(np.ceil(len(images) ** 0.5))
    columns, step = -(-len(images) // rows), 1 / rows
    size = 0.88 * step if rows > 1 else 0.75
    wide = size * images[0].shape[1] / images[0].shape[0]
    width = max(NARROWEST, (columns - 1) * step + wide)
    first = left + (width - (columns - 1) * step - wide) / 2
    low, high = min(map(np.min, images)), max(map(np.max, images))
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        x, y = first + column * step, 1 - row * step - (step - size) / 2
        _draw_image(ax, image, (x, x + wide, y - size, y), low, high if high > low else low + 1)
    ax.text(left + width / 2, 1.04, f"{name}\n{what}", ha="center", va="bottom", fontsize=SMALL)
    return left + width


def _draw_image(ax, image, ends, low, high):
    left, right, bottom, top = ends
    ax.imshow(image, cmap=INK, vmin=low, vmax=high, extent=ends, interpolation="nearest")
    ax.plot([left, right, right, left, left], [bottom, bottom, top, top, bottom], **FRAME)


def _draw_bars(ax, left, outputs):
    """The outputs as bars, the first on top, from a line at zero."""
    step, largest, zero = 1 / len(outputs), max(1.0, np.abs(outputs).max()), left + 0.6
    ax.plot([zero, zero], [0, 1], color=BLACK, linewidth=1)
    for number, value in enumerate(outputs):
        y = 1 - (number + 0.5) * step
        colour = BLUE if number == outputs.argmax() else "0.6"
        ax.barh(y, 0.5 * value / largest, 0.7 * step, zero, color=colour)
        ax.text(left, y, str(number), ha="center", va="center", fontsize=SMALL)
    ax.text(zero, 1.04, f"output\n{len(outputs)} units", ha="center", va="bottom", fontsize=SMALL)
