"""How the connections of a network share its weights, layer by layer: `dense` layers, and `maps` with kernels.

A connection goes from a source in the layer below to a unit, by one of the n free weights. Connections are kept as
runs, which step through all three evenly: a weight of a kernel goes along a row of a map with the weight standing
still, a unit of a dense layer goes through its sources with the unit standing still. `wired` joins layers to what a
SharedNetwork (shared.py) is called with. Le Cun et al. (1989; 1990).
"""

from itertools import product
from typing import NamedTuple

import numpy as np

from . import checks, memory

# What every layer sees after its sources: the bias's 1, and the background's -1 that lies around a map.
CONSTANTS = 1.0, -1.0
LARGEST = 2**30  # of a number in a run, either sign: the products of two stay whole numbers
COLUMNS = "layer", "unit", "source", "weight", "length", "unit step", "source step", "weight step"


class Layer(NamedTuple):
    """Connections between two layers: how many sources lie below (the bias not counted), units and weights; runs.

    Each of the runs (R, 7) is a unit, a source, a weight, a length, and the steps of these three from one connection to
    the next. Two sources more come after the last one: the bias, always 1, and the background, always -1.
    """

    sources: int
    units: int
    weights: int
    runs: np.ndarray


def dense(sources, units):
    """Every unit sees every source and has a bias, each connection with a weight of its own: a Layer."""
    sources, units = checks.size("sources", sources), checks.size("units", units)
    memory.check_room("units", len(COLUMNS) * units, sources)
    unit = np.arange(units)
    return Layer(sources, units, units * (sources + 1), _dense_runs(unit, unit * (sources + 1), sources))


def _dense_runs(unit, weight, sources):
    zero, one = np.zeros_like(unit), np.ones_like(unit)
    inputs = np.stack([unit, zero, weight, zero + sources, zero, one, one], axis=1)
    biases = np.stack([unit, zero + sources, weight + sources, one, zero, zero, zero], axis=1)
    return np.concatenate([inputs, biases])


def maps(side, kernel, seen, stride=1, border=0, averaging=False, own_biases=False):
    """Maps of units that look at square maps below through kernels, the same one at all places: a Layer.

    side: that of the maps below; kernel: that of a kernel; seen: for each map which of the maps below it sees, as in
    [(0,), (0, 1)]; stride: from a place to the next; border: so many rings of background, -1, lie around the maps
    below. averaging: one weight for all of a map's kernel. Each map has one bias; with `own_biases` each unit.
    ValueError for what does not fit.
    """
    side, kernel, stride = checks.size("side", side), checks.size("kernel", kernel), checks.size("stride", stride)
    border, averaging = checks.size("border", border, 0), checks.flag("averaging", averaging)
    checks.flag("own_biases", own_biases)
    if kernel > side + 2 * border:
        raise ValueError(f"kernel: expected at most {side + 2 * border}, the maps below and their border; got {kernel}")
    seen = _checked_maps(seen)
    places, sources = (side + 2 * border - kernel) // stride + 1, side**2 * (max(map(max, seen)) + 1)
    memory.check_room("side", len(seen) * places**2 * kernel**2)
    one = _of_a_kernel(kernel, np.arange(places) * stride - border, side, sources + 1, averaging)
    runs, weight, outside = [], 0, one[:, 1] > sources
    for unit, below in zip(range(0, len(seen) * places**2, places**2), seen, strict=True):
        for source in below:
            runs.append(one.copy())
            runs[-1][:, 0] += unit
            runs[-1][~outside, 1] += source * side**2
            runs[-1][:, 2] += weight
            weight += 0 if averaging else kernel**2
        weight += averaging
        runs.append([(unit, sources, weight, places**2, 1, 0, int(own_biases))])
        weight += places**2 if own_biases else 1
    return Layer(sources, len(seen) * places**2, weight, np.concatenate(runs))


def _checked_maps(seen):
    """For each map those that it sees, tuples; ValueError for anything else."""
    wanted = "for each map those that it sees, as in [(0,), (0, 1)]"
    if not isinstance(seen, list | tuple) or not seen:
        raise ValueError(f"seen: expected {wanted}; got {checks.shown(seen)}")
    seen = [checks.counts("seen", below, 0, "[(0,), (0, 1)]") for below in seen]
    if not all(seen) or any(len(set(below)) < len(below) for below in seen):
        raise ValueError(f"seen: expected {wanted}, each once; got {checks.shown(seen)}")
    return seen


def _of_a_kernel(kernel, along, side, background, averaging):
    """The runs (R, 7) of the first map's kernel on the first map below: all others are these, moved."""
    runs = []
    for weight, (i, j) in enumerate(product(range(kernel), repeat=2)):
        runs += _of_a_weight(0 if averaging else weight, (along + i, along + j), side, background)
    return np.array(runs)


def _of_a_weight(weight, seen, side, background):
    """The runs of a kernel's weight at all places of a map, which sees rows and columns `seen` of a map below."""
    rows, columns = ((0 <= line) & (line < side) for line in seen)
    outside = np.flatnonzero(~np.outer(rows, columns))
    for stretch in np.split(outside, np.flatnonzero(np.diff(outside) > 1) + 1):
        if len(stretch):
            yield stretch[0], background, weight, len(stretch), 1, 0, 0
    inside = np.flatnonzero(columns)
    for row in np.flatnonzero(rows) if len(inside) else ():
        first = seen[0][row] * side + seen[1][inside[0]]
        step = seen[1][1] - seen[1][0] if len(columns) > 1 else 1
        yield row * len(columns) + inside[0], first, weight, len(inside), 1, step, 0


def wired(layers):
    """The `sizes` and `runs` of a SharedNetwork, by name, from a list of its Layers, the one at the inputs first."""
    if not isinstance(layers, list | tuple) or not layers or not all(isinstance(each, Layer) for each in layers):
        raise ValueError(f"layers: expected a list of Layers, as in [dense(3, 2)]; got {checks.shown(layers)}")
    for number, (below, above) in enumerate(zip(layers, layers[1:], strict=False), 2):
        if above.sources != below.units:
            wanted = f"layer {number} to have the {below.units} units of the layer below as its sources"
            raise ValueError(f"layers: expected {wanted}; got {above.sources}")
    weights = np.cumsum([0, *(layer.weights for layer in layers)])
    runs = np.concatenate([np.insert(layer.runs, 0, number, axis=1) for number, layer in enumerate(layers)])
    runs[:, 3] += weights[runs[:, 0]]
    return {"sizes": (layers[0].sources, *(layer.units for layer in layers)), "runs": runs}


def checked_runs(runs, sizes):
    """Runs as an array (R, 8) of whole numbers that stay within layers of these sizes; ValueError for others."""
    wanted = f"whole numbers (R, 8), a {', '.join(COLUMNS)} in each row, layer after layer"
    if isinstance(runs, np.ndarray) and runs.dtype == np.int64 and type(runs) is np.ndarray:
        array = runs  # of a network already made
    else:
        array = checks.finite_matrix("runs", runs)
    whole = np.asarray(runs).dtype.kind in "iu"
    if array.ndim != 2 or array.shape[1] != len(COLUMNS) or not whole or (np.abs(array) > LARGEST).any():
        raise ValueError(f"runs: expected {wanted}; got {checks.shown(runs)}")
    runs = array.astype(np.int64, copy=False)
    layer, *begin, length, unit_step, source_step, weight_step = runs.T
    steps = np.stack([unit_step, source_step, weight_step])
    ends = np.stack(begin) + steps * (length - 1)
    lowest, highest = np.minimum(begin, ends), np.maximum(begin, ends)
    layers = len(sizes) - 1
    if (np.diff(layer) < 0).any() or set(layer.tolist()) != set(range(layers)) or (length < 1).any():
        raise ValueError(f"runs: expected {wanted}, for {layers} layers; got others")
    most = np.stack([np.array(sizes)[layer + 1] - 1, np.array(sizes)[layer] + 1])  # the two constants are sources too
    if (lowest < 0).any() or (highest[:2] > most).any():
        raise ValueError(f"runs: expected units and sources within the sizes {tuple(sizes)}; got some beyond")
    _check_weights(layer, lowest[2], highest[2])
    return runs


def _check_weights(layer, lowest, highest):
    """Each layer's weights follow those of the layer below, and none is left without a connection."""
    used = np.zeros(highest.max() + 2, dtype=int)
    np.add.at(used, lowest, 1), np.add.at(used, highest + 1, -1)
    ranges = [(lowest[layer == l].min(), highest[layer == l].max()) for l in range(layer.max() + 1)]
    if (np.cumsum(used)[:-1] < 1).any() or any(a[1] >= b[0] for a, b in zip(ranges, ranges[1:], strict=False)):
        raise ValueError("runs: expected weights numbered from 0, layer after layer, none left out; got others")
