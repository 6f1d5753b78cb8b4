"""Networks of maps: a pattern on its way through the layers, and the kernels that the maps look through."""

import numpy as np

from .. import checks
from ..shared import SharedNetwork, rising
from .style import BLACK, BLUE, LARGE, SMALL, axes, drawable, slide

GAP, NARROWEST = 0.15, 0.6  # between layers; of a layer, for its title
INK, SIGNED = "gray_r", "RdBu"
CELL = 0.13  # of a kernel, in inches
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
        images = [z[units, 0] for units in _maps(net, l - 1)]
        left = _draw_layer(ax, left, [_image(values) for values in images], f"H{l}" if l else "input") + GAP
    _draw_bars(ax, left, outputs)
    ax.set(xlim=(-0.05, left + 1.15), ylim=(-0.02, 1.2), aspect="equal")
    ax.set_axis_off()
    return ax


def _maps(net, layer):
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
    """The images of a layer, in columns from x = left on; returns where they end."""
    what = f"{len(images)} of " * (len(images) > 1) + "{} × {}".format(*images[0].shape)
    if all(image.size == 1 for image in images):  # no maps: as a single column
        what, images = f"{len(images)} units", [np.concatenate(images)]
    rows = int(np.ceil(len(images) ** 0.5))
    columns, step, low, high = -(-len(images) // rows), 1 / rows, min(map(np.min, images)), max(map(np.max, images))
    high = high if high > low else low + 1
    size = min(step * (0.88 if rows > 1 else 1), 0.75 if len(images) == 1 else 1)
    wide = size * images[0].shape[1] / images[0].shape[0]
    width = max(NARROWEST, (columns - 1) * step + wide)
    first = left + (width - (columns - 1) * step - wide) / 2
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        x, y = first + column * step, 1 - row * step - (step - size) / 2
        ends = x, x + wide, y - size, y
        ax.imshow(image, cmap=INK, vmin=low, vmax=high, extent=ends, interpolation="nearest")
        ax.plot(np.array(ends)[[0, 1, 1, 0, 0]], np.array(ends)[[2, 2, 3, 3, 2]], **FRAME)
    ax.text(left + width / 2, 1.04, f"{name}\n{what}", ha="center", va="bottom", fontsize=SMALL)
    return left + width


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


@slide
def show_kernels(net, layer=0, before=None, ax=None):
    """The kernels of a layer as images, blue above zero and red below: a column for each map, a row for each below.

    layer: the number of the layer, 0 the one at the inputs; where a map sees nothing of one below, there is nothing;
    biases are not shown. Deleted weights are crosses. before: the same network before it was pruned, shown above in the
    same colours. net: a SharedNetwork. Returns the Axes. ValueError for a layer that there is not or that has no square
    kernels, and for a network before that is wired in another way.
    """
    checks.instance("net", net, SharedNetwork, "a network of shared weights")
    if checks.count("layer", layer, 0) >= len(net.layers):
        raise ValueError(f"layer: expected 0 to {len(net.layers) - 1}; got {layer}")
    if before is not None:
        checks.instance("before", before, SharedNetwork, "a network of shared weights, or None")
        if before.sizes != net.sizes or not np.array_equal(before.runs, net.runs):
            raise ValueError(f"before: expected a network wired as net, {net}; got {before}")
    nets, weights = [net] if before is None else [before, net], _kernels(net, layer)
    rows, columns, k, _ = weights.shape
    tall = len(nets) * rows * (k + 1) + len(nets) - 1
    canvas, gone = np.full((tall, columns * (k + 1)), np.nan), []
    for number, each in enumerate(nets):
        for (row, column), kernel in [((r, c), weights[r, c]) for r in range(rows) for c in range(columns)]:
            top, left = (number * rows + row) * (k + 1) + number, column * (k + 1)
            if kernel[0, 0] >= 0:
                canvas[top : top + k, left : left + k] = each.weights[kernel]
                gone += [(left + j, top + i) for i, j in np.argwhere(~each.mask[kernel])]
    ax = axes(ax, max(6.4, min(12, CELL * canvas.shape[1] + 2)), max(2.4, min(9, CELL * tall + 1.4)))
    limit = np.nanmax(np.abs(drawable("net", canvas))) or 1.0
    image = ax.imshow(canvas, cmap=SIGNED, vmin=-limit, vmax=limit, interpolation="nearest")
    ax.plot(*np.array(gone).reshape(-1, 2).T, "x", color="0.45", markersize=3, markeredgewidth=0.8, label="deleted")
    ax.figure.colorbar(image, ax=ax, shrink=0.9).set_label("weight")
    below = [f"{m + 1}" for m in range(rows)] if layer else [""]
    names = [f"{when} {m}".strip() for when in (["before", "after"] if before is not None else [""]) for m in below]
    places = [(i * (k + 1)) + i // rows + (k - 1) / 2 for i in range(len(names))]
    last = layer == len(net.layers) - 1
    ax.set_yticks(places, names)
    ax.set_xticks(np.arange(columns) * (k + 1) + (k - 1) / 2, range(not last, columns + (not last)))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("output" if last else f"map of H{layer + 1}", fontsize=LARGE)
    ax.set_ylabel(f"map of H{layer}" if layer else "", fontsize=LARGE)
    return ax


def _kernels(net, layer):
    """Which weights (maps below, maps, k, k) a layer's maps see through, -1 where one does not see one below."""
    below, above, (of_layer, unit, source, weight) = _maps(net, layer - 1), _maps(net, layer), net.wires
    belongs = np.zeros(net.sizes[layer], dtype=int)
    for number, units in enumerate(below):
        belongs[units] = number
    inputs = (of_layer == layer) & (source < net.sizes[layer])
    fields = []
    for units in above:
        counted = np.bincount(unit[inputs], minlength=net.sizes[layer + 1])[units]
        of = np.flatnonzero(inputs & (unit == units[counted.argmax()]))  # the unit that sees least background
        fields.append(of[np.argsort(source[of], kind="stable")])
    sizes = {np.sum(belongs[source[of]] == m) for of in fields for m in range(len(below))} - {0}
    k = round(max(sizes) ** 0.5) if sizes else 0
    if sizes != {k**2}:
        raise ValueError(f"layer: expected one of square kernels, all of one size; got {layer}")
    found = np.full((len(below), len(above), k, k), -1)
    for column, of in enumerate(fields):
        for row in set(belongs[source[of]].tolist()):
            found[row, column] = weight[of][belongs[source[of]] == row].reshape(k, k)
    return found
