"""What is left of a network of 1989: layers, kernels and maps, and which digits change class."""

import numpy as np

from classicnets import digit_recogniser

LAYERS = {"H1": (0, 104), "H2": (104, 112), "H3": (112, 624), "H4": (624, 648), "output": (648, 2578)}
MAPS = (4, 4, 12, 12)  # of H1 to H4


def shares(mask):
    """The share in % of each layer's weights that are left, from the mask of a network of 1989."""
    return {name: 100 * float(np.mean(mask[begin:end])) for name, (begin, end) in LAYERS.items()}


def flips(net, other, X, labels):
    """For each class its patterns in % that two networks do not put into the same class: a list."""
    changed = net.forward(X).argmax(axis=1) != other.forward(X).argmax(axis=1)
    return [100 * float(changed[labels == each].mean()) for each in np.unique(labels)]


def kernels(layer):
    """The kernels of H1 (0) or H3 (2), the indices of the weights of each: a list."""
    below, own = (_map_of(l) for l in (layer - 1, layer))
    of_layer, unit, source, weight = _wires()
    here = (of_layer == layer) & (source < len(below))
    pairs = own[unit[here]] * 16 + below[source[here]]
    return [np.unique(weight[here][pairs == pair]) for pair in np.unique(pairs)]


def whole_maps(layer):
    """The maps of H1 (0) or H3 (2) with their averages and all weights from these on: indices, for each a list."""
    of_layer, unit, source, weight = _wires()
    found = []
    for each in range(MAPS[layer]):
        touches = np.zeros(len(weight), dtype=bool)
        for l in (layer, layer + 1):
            units = np.append(_map_of(l) == each, [False, False])  # neither the bias nor the background
            into, out = of_layer == l, of_layer == l + 1
            touches[into] |= units[unit[into]]
            touches[out] |= units[source[out]]
        found.append(np.unique(weight[touches]))
    return found


def _wires():
    return digit_recogniser(0).wires


def _map_of(layer):
    """The number of the map of each unit of a layer; of the inputs (-1) zero."""
    sizes = digit_recogniser(0).sizes
    maps = MAPS[layer] if layer >= 0 else 1
    return np.repeat(np.arange(maps), sizes[layer + 1] // maps)
