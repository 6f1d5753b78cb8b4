"""Where the units of a network are drawn, in columns from left to right, and which of them are used."""

from functools import singledispatch
from typing import NamedTuple

import numpy as np

from ..recurrent import RecurrentNetwork

GAP = 0.8  # between inputs and memory, in rows of units
LANE = 0.5  # between the hidden units and the lines that run below them, in rows of units of the first column


class Units(NamedTuple):
    """Units below each other: their points (units, 2), how far they are apart, which of them are used (units,)."""

    points: np.ndarray
    spacing: float
    used: np.ndarray


class Layout(NamedTuple):
    """The Units of each layer; those of the memory, or None; of each matrix, the points (fan-in, 2) its columns see.

    x is the number of the column, y goes from 1 at the top down to 0.
    """

    layers: list
    memory: Units | None
    sources: list


@singledispatch
def layout(net):
    """The Layout of a network. Used are units that active weights join to inputs and outputs, and all outputs."""
    layers = [_units(column, used) for column, used in enumerate(_used(net))]
    return Layout(layers, None, [units.points for units in layers[:-1]])


@layout.register
def _(net: RecurrentNetwork):
    """One time step: the memory, what all units put out one step before, is below the inputs."""
    inputs, hidden, outputs = net.sizes
    rows = inputs + GAP + hidden + outputs
    used, lane = _used_over_time(net), (outputs + LANE) / rows
    bottoms = (1 - inputs / rows, lane, lane)
    layers = [_units(column, *layer) for column, layer in enumerate(zip(used[:3], bottoms, strict=True))]
    memory = _units(0, used[3], 0, (hidden + outputs) / rows)
    seen_by_outputs = [layers[1].points, memory.points[hidden:]]
    return Layout(layers, memory, [np.vstack([layers[0].points, memory.points]), np.vstack(seen_by_outputs)])


def _units(column, used, bottom=0.0, top=1.0):
    spacing = (top - bottom) / len(used)
    y = top - (np.arange(len(used)) + 0.5) * spacing
    return Units(np.column_stack([np.full(len(used), column), y]), spacing, used)


def _used(net):
    """Of each layer which units (units,) are joined by active weights to an input and to an output; outputs all."""
    masks = [mask[:, :-1] for mask in net.mask_matrices]
    from_inputs, to_outputs = [np.ones(net.sizes[0], dtype=bool)], [np.ones(net.sizes[-1], dtype=bool)]
    for mask in masks:
        from_inputs.append((mask & from_inputs[-1]).any(axis=1))
    for mask in masks[::-1]:
        to_outputs.insert(0, (mask.T & to_outputs[0]).any(axis=1))
    return [below & above for below, above in zip(from_inputs[:-1], to_outputs, strict=False)] + [to_outputs[-1]]


def _used_over_time(net):
    """Of inputs, hidden units, outputs and memory: what an input or a bias drives and an output hears, at any step."""
    (inputs, hidden, _), (into_hidden, into_outputs) = net.sizes, net.mask_matrices
    sees = net.from_states(net.mask_matrices)
    ways = np.eye(len(sees), dtype=bool) | sees  # row the unit that a way leads to, column the unit it begins at
    for _ in range(len(sees).bit_length()):
        ways = ways @ ways  # ways of at most twice as many steps
    begins = np.concatenate([into_hidden[:, :inputs].any(axis=1) | into_hidden[:, -1], into_outputs[:, -1]])
    driven, heard = (ways & begins).any(axis=1), ways[hidden:].any(axis=0)
    seen = into_hidden[heard[:hidden], :-1].any(axis=0)  # inputs, then memory
    seen[inputs + hidden :] |= into_outputs[:, hidden:-1].any(axis=0)
    return [seen[:inputs], (driven & heard)[:hidden], heard[hidden:], driven & seen[inputs:]]


def lines(placed):
    """Of each weight the points (k, 2) of its line, in a list; that of a bias begins at its square below the unit."""
    found = []
    for below, above in zip(placed.sources, placed.layers[1:], strict=True):
        stub = np.array([0, min(0.17, 0.5 * above.spacing)])
        for unit in above.points:
            found += [line(begin, unit) for begin in (*below, unit - stub)]
    return found


def titles(sizes):
    """What stands above each layer: "17 inputs", "3 hidden units", "1 output"."""
    words = ["input"] + ["hidden unit"] * (len(sizes) - 2) + ["output"]
    return [f"{number} {word}{'s' * (number > 1)}" for word, number in zip(words, sizes, strict=True)]


def unit_names(placed, input_names, output_names):
    """The names of the units of each layer, then of the memory where there is one: h1′, h1 one step before."""
    numbers, deep = [len(units.points) for units in placed.layers[1:-1]], len(placed.layers) > 3
    hidden = [[f"h{f'{i}_' if deep else ''}{j + 1}" for j in range(k)] for i, k in enumerate(numbers, 1)]
    memory = [[f"{name}′" for name in hidden[0] + output_names]] if placed.memory else []
    return [input_names, *hidden, output_names, *memory]


def line(begin, end):
    """The points (k, 2) of a line from unit to unit: straight to the next column, below the columns in between."""
    if end[0] - begin[0] <= 1:
        return np.stack([begin, end])
    t, turn = np.linspace(0, 1, 30)[:, None], np.array([end[0] - 0.85, begin[1]])
    bends = np.array([[end[0] - 0.4, begin[1]], [end[0] - 0.2, begin[1] + 0.4 * (end[1] - begin[1])]])
    curve = (1 - t) ** 3 * turn + 3 * (1 - t) ** 2 * t * bends[0] + 3 * (1 - t) * t**2 * bends[1] + t**3 * end
    return np.vstack([begin, curve])
