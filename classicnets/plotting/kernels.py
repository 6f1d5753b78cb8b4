"""The kernels that the maps of a network look through."""

import numpy as np

from .. import checks
from ..shared import SharedNetwork
from .maps import maps_of
from .style import LARGE, axes, drawable, slide

CELL = 0.13  # of a kernel, in inches
CROSS = dict(marker="x", linestyle="", color="0.45", markersize=3, markeredgewidth=0.8, label="deleted")


@slide
def show_kernels(net, layer=0, before=None, ax=None):
    """The kernels of a layer as images, blue above zero and red below: a column for each map, a row for each below.

    layer: the number of the layer, 0 the one at the inputs. Where a map sees nothing of one below there is nothing;
    biases are not shown. Deleted weights are crosses. before: the same network before it was pruned, shown above in the
    same colours. net: a SharedNetwork. Returns the Axes. ValueError for a layer that there is not or that has no square
    kernels, and for a network before that is wired in another way.
    """
    checks.instance("net", net, SharedNetwork, "a network of shared weights")
    if checks.count("layer", layer, 0) >= len(net.layers):
        raise ValueError(f"layer: expected 0 to {len(net.layers) - 1}; got {layer}")
    nets, kernels = [net] if before is None else [_checked(before, net), net], _kernels(net, layer)
    weights, gone = _canvas(nets, kernels)
    height, width = weights.shape
    ax = axes(ax, np.clip(CELL * width + 2, 6.4, 12), np.clip(CELL * height + 1.4, 2.4, 9))
    limit = np.nanmax(np.abs(drawable("net", weights))) or 1.0
    image = ax.imshow(weights, cmap="RdBu", vmin=-limit, vmax=limit, interpolation="nearest")
    ax.plot(*gone[:, ::-1].T, **CROSS)
    ax.figure.colorbar(image, ax=ax, shrink=0.9).set_label("weight")
    _write_names(ax, kernels.shape, before is not None, layer, layer == len(net.layers) - 1)
    return ax


def _checked(before, net):
    checks.instance("before", before, SharedNetwork, "a network of shared weights, or None")
    if before.sizes != net.sizes or not np.array_equal(before.runs, net.runs):
        raise ValueError(f"before: expected a network wired as net, {net}; got {before}")
    return before


def _kernels(net, layer):
    """Which weights (maps below, maps, k, k) a layer's maps see through, -1 where one does not see one below."""
    below, fields = maps_of(net, layer - 1), [_field(net, layer, units) for units in maps_of(net, layer)]
    belongs = np.zeros(net.sizes[layer], dtype=int)
    for number, units in enumerate(below):
        belongs[units] = number
    seen = {
        (row, column): weight[belongs[source] == row]
        for column, (source, weight) in enumerate(fields)
        for row in set(belongs[source].tolist())
    }
    sizes = {len(weight) for weight in seen.values()}
    k = round(max(sizes, default=0) ** 0.5)
    if sizes != {k**2}:
        raise ValueError(f"layer: expected one of square kernels, all of one size; got {layer}")
    kernels = np.full((len(below), len(fields), k, k), -1)
    for place, weight in seen.items():
        kernels[place] = weight.reshape(k, k)
    return kernels


def _field(net, layer, units):
    """Sources and weights of the one of these units that sees least of the background, in the sources' order."""
    of_layer, unit, source, weight = net.wires
    inputs = (of_layer == layer) & (source < net.sizes[layer])
    seen = np.bincount(unit[inputs], minlength=net.sizes[layer + 1])[units]
    here = np.flatnonzero(inputs & (unit == units[seen.argmax()]))
    here = here[np.argsort(source[here], kind="stable")]
    return source[here], weight[here]


def _canvas(nets, kernels):
    """One image with a line between the kernels, NaN where there is none; where weights are deleted (d, 2)."""
    rows, columns, k, _ = kernels.shape
    canvas, gone = np.full((len(nets) * (rows * (k + 1) + 1) - 1, columns * (k + 1)), np.nan), []
    for number, row, column in np.ndindex(len(nets), rows, columns):
        kernel, top, left = kernels[row, column], number + (number * rows + row) * (k + 1), column * (k + 1)
        if kernel[0, 0] >= 0:
            canvas[top : top + k, left : left + k] = nets[number].weights[kernel]
            gone.append(np.argwhere(~nets[number].mask[kernel]) + (top, left))
    return canvas, np.concatenate(gone)


def _write_names(ax, shape, both, layer, last):
    rows, columns, k, _ = shape
    below = [f"{row + 1}" for row in range(rows)] if layer else [""]
    names = [f"{when} {name}".strip() for when in (("before", "after") if both else ("",)) for name in below]
    middle, first = (k - 1) / 2, int(not last)
    ax.set_yticks([i * (k + 1) + i // rows + middle for i in range(len(names))], names)
    ax.set_xticks(np.arange(columns) * (k + 1) + middle, range(first, columns + first))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("output" if last else f"map of H{layer + 1}", fontsize=LARGE)
    ax.set_ylabel(f"map of H{layer}" if layer else "", fontsize=LARGE)
