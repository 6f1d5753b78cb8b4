"""Networks whose connections share weights: many connections, few free weights. Le Cun et al. (1989; 1990).

How they are wired is in wiring.py. Inside, all arrays have the patterns last.
"""

from functools import cached_property

import numpy as np

from .activation import activation
from .kernels import shared as kernels
from .network import Network
from .wiring import CONSTANTS, checked_runs

PORTION = 32  # patterns at a time, so that a layer's numbers stay in the nearest cache


class SharedNetwork(Network):
    """A feedforward network of shared weights, layer above layer; a free weight belongs to one layer.

    Parameters: `sizes` (inputs, units of each layer ...) and `runs` (R, 8), as `wired` makes them; `hidden` "scaled
    tanh", "tanh", "logistic", "relu" or "linear", `output` the same or "softmax"; `seed` of the initial weights.
    ValueError for what does not fit.
    """

    SETTINGS = ("sizes", "runs", "hidden", "output")

    def __init__(self, sizes, runs, hidden="scaled tanh", output="scaled tanh", seed=None):
        super().__init__(sizes, runs, hidden, output, seed=seed)

    def _settle(self, sizes, runs, hidden, output):
        super()._settle(sizes, hidden, output)
        self.runs = checked_runs(runs, self.sizes)

    def _wire(self):
        layer, _, _, weight, length, *_, step = self.runs.T
        edges = np.searchsorted(layer, np.arange(len(self.sizes)))
        self.layers = [np.ascontiguousarray(self.runs[a:b, 1:]) for a, b in zip(edges, edges[1:], strict=False)]
        return int((weight + step * (length - 1)).max()) + 1

    @cached_property
    def wires(self):
        """Every connection: its layer, unit, source and weight, four arrays (connections,).

        Of a layer's sources the two after the last unit below are the bias, and then the background.
        """
        run = np.repeat(np.arange(len(self.runs)), self.runs[:, 4])
        along = np.arange(len(run)) - np.repeat(np.cumsum(self.runs[:, 4]) - self.runs[:, 4], self.runs[:, 4])
        layer, unit, source, weight, _, unit_step, source_step, weight_step = self.runs[run].T
        return layer, unit + along * unit_step, source + along * source_step, weight + along * weight_step

    @cached_property
    def connections(self):
        """How many connections each weight controls (n,)."""
        return np.bincount(self.wires[3], minlength=self.n)

    @cached_property
    def is_bias(self):
        """A boolean vector (n,): which of the weights are biases."""
        layer, _, source, weight = self.wires
        is_bias = np.zeros(self.n, dtype=bool)
        is_bias[weight] = source == np.array(self.sizes)[layer]
        return is_bias

    @cached_property
    def fan_in(self):
        """Of each weight (n,) how many connections, the bias apart, lead to the units that it leads to; at least 1."""
        layer, unit, _, weight = self.wires
        begins, fan_in = np.cumsum([0, *self.sizes[1:]]), np.zeros(self.n, dtype=int)
        unit = unit + begins[layer]
        fan_in[weight] = np.bincount(unit[~self.is_bias[weight]], minlength=begins[-1])[unit]
        return np.maximum(fan_in, 1)

    def pre_activations(self, X):
        """What the output units get, a (P, n_out), for patterns X that are known to be good."""
        return np.concatenate([rising(self, X[now])[1][-1].T for now in portions(self, X)])

    def weight_names(self):
        """A name of each weight, 1-based: its layer, and its number in that layer, as in w3_17."""
        layer = np.zeros(self.n, dtype=int)
        layer[self.wires[3]] = self.wires[0]
        first = np.searchsorted(layer, np.arange(len(self.sizes)))
        return [f"w{l + 1}_{q - first[l] + 1}" for q, l in enumerate(layer)]

    def __repr__(self):
        what = f"{self.connections.sum()} connections, {self.n_active} of {self.n} weights"
        return f"SharedNetwork {'-'.join(map(str, self.sizes))}, {self.hidden} hidden, {self.output} output, {what}"


def portions(net, X, portion=PORTION):
    """The patterns, some at a time: slices."""
    return [slice(begin, begin + portion) for begin in range(0, len(X), portion)]


def rising(net, X):
    """What each layer sees, [z], the two constants last, and gets, [a]: lists of (sources + 2, P) and (units, P)."""
    f, seen, got = activation(net.hidden), [with_constants(X.T)], []
    for runs, units in zip(net.layers, net.sizes[1:], strict=True):
        got.append(rise(runs, net._weights, seen[-1], units))
        if len(got) < len(net.layers):
            seen.append(with_constants(f.value(got[-1])))
    return seen, got


def with_constants(z, constants=CONSTANTS):
    """z (units, P) with two rows more: what the biases see, and the background."""
    seen = np.empty((len(z) + 2, z.shape[1]))
    seen[:-2], seen[-2], seen[-1] = z, *constants
    return seen


def rise(runs, weights, z, units):
    """What the units get from the sources z through these weights: (units, P)."""
    a = np.zeros((units, z.shape[1]))
    kernels.carry(runs, weights, z, a, False)
    return a


def fall(runs, weights, delta, sources):
    """What the sources, the constants left out, get from the units' delta through these weights: (sources, P)."""
    below = np.zeros((sources + 2, delta.shape[1]))
    kernels.carry(runs, weights, delta, below, True)
    return below[:-2]
