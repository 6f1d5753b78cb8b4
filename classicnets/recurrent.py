"""The layered recurrent network of Pedersen & Hansen (1995): an MLP with one hidden layer, and a memory of one step.

At each step the hidden units see the inputs x, what all units put out one step before, and a threshold; the output
units see the hidden units of this step, what the outputs were one step before, and a threshold. With the recurrent
weights at zero it is the feedforward MLP. The states s are the outputs of all units, hidden ones first; before the
first step they are zero.
"""

from functools import cached_property

import numpy as np

from . import checks
from .activation import ACTIVATIONS
from .kernels.backprop import CODES
from .kernels.recurrent import look, run
from .mlp import Layered
from .network import Network

HUGE = 1e100  # an output beyond this has left for infinity; its square is still finite


class RecurrentNetwork(Layered):
    """A layered recurrent network: X is a series of patterns in the order of time, the steps.

    The two `matrices` are those of the hidden units, columns (inputs, hidden units and outputs one step before, bias),
    and of the output units, columns (hidden units of this step, outputs one step before, bias). 4-4-1 has 46 weights.

    Where a function takes targets T, they may be fewer than the patterns of X: they are those of the last steps, and
    the steps before are a run-up that fills the memory.

    Parameters: `sizes` (inputs, hidden units, outputs); `hidden` and `output` "tanh", "logistic", "relu",
    "linear" or "scaled tanh"; `seed` of the initial weights. Raises ValueError for anything else. Pedersen & Hansen
    (1995), section 1.
    """

    remembers = True

    def __init__(self, sizes, hidden="tanh", output="linear", seed=None):
        super().__init__(sizes, hidden, output, seed=seed)

    def _settle(self, sizes, hidden, output):
        checks.choose("output", output, ACTIVATIONS)
        super()._settle(sizes, hidden, output)
        if len(self.sizes) != 3:
            raise ValueError(f"sizes: expected inputs, hidden units and outputs, as in (4, 4, 1); got {sizes!r}")

    @cached_property
    def places(self):
        """Where each of the `recurrent` weights stands among all: indices (S, S)."""
        return self.from_states(self.views(np.arange(self.n)))

    def _shapes(self):
        inputs, hidden, outputs = self.sizes
        states = hidden + outputs
        return [(hidden, inputs + states + 1), (outputs, states + 1)]

    @property
    def recurrent(self):
        """The weights from states to units (S, S), row the unit, column the state it sees: a copy."""
        return self.from_states(self._matrices)

    def from_states(self, matrices):
        """Of two matrices known to be shaped like `matrices` the columns of states, all units together: (S, S)."""
        hidden, output = matrices
        return np.concatenate([hidden[:, self.sizes[0] : -1], output[:, :-1]])

    def outputs(self, X):
        """The outputs (P, n_out) for patterns X that are known to be good, infinite where the network diverges."""
        return self._run(X)[0][:, self.sizes[1] :]

    def pre_activations(self, X):
        """What the output units get, a (P, n_out), for X that is known to be good; infinite where it diverges."""
        s = self._run(X)[0]
        with np.errstate(invalid="ignore"):
            a = self.unit_inputs(X, s)[1] @ self._matrices[1].T
        return np.where(np.isfinite(s[:, self.sizes[1] :]), a, np.inf)

    def forward(self, X):
        """The outputs (P, n_out) at the steps X (P, n_in). ValueError for a wrong shape, NaN, infinity, divergence."""
        return self.trajectory(checks.patterns(self, X))[0][:, self.sizes[1] :]

    def trajectory(self, X):
        """What each unit puts out at each step, hidden units first, and its f' and f'' there: three times (P, S).

        X is known to be good. checks.Diverged, a ValueError, where the states grow beyond all bounds.
        """
        s, first, second = self._run(X)
        if not np.isfinite(s[-1]).all():
            step = int(np.argmin(np.isfinite(s).all(axis=1)))
            raise checks.Diverged(f"net: expected outputs that stay below {HUGE:g}; they grow beyond it at step {step}")
        return s, first, second

    def _run(self, X):
        hidden, output = self._matrices
        drive = np.empty((len(X), len(hidden) + len(output)))
        drive[:, : len(hidden)] = X @ hidden[:, : self.sizes[0]].T + hidden[:, -1]
        drive[:, len(hidden) :] = output[:, -1]
        states = np.empty_like(drive), np.zeros_like(drive), np.zeros_like(drive)
        run(self.recurrent, drive, len(hidden), CODES[self.hidden], CODES[self.output], HUGE, *states)
        return states

    def unit_inputs(self, X, s):
        """What the hidden units see (P, n_in + S + 1) and the output units (P, S + 1), ones last; X, s known to fit."""
        seen = tuple(np.empty((len(X), columns)) for _, columns in self._shapes())
        look(X, s, self.sizes[1], *seen)
        return seen

    def hidden_units(self):
        """Of each hidden unit the weights into and out of it, a list of indices (k,): as groups they go together."""
        into = self.views(np.arange(self.n))[0]
        return [np.union1d(row, self.places[:, unit]) for unit, row in enumerate(into)]

    def weight_names(self):
        """A name of each weight, into a unit from a source: h1<x2, h1<h3, h1<o1, h1<bias, ..., o1<h1, o1<bias."""
        x, h, o = ([f"{letter}{i + 1}" for i in range(k)] for letter, k in zip("xho", self.sizes, strict=True))
        into_hidden = [f"{unit}<{source}" for unit in h for source in [*x, *h, *o, "bias"]]
        return into_hidden + [f"{unit}<{source}" for unit in o for source in [*h, *o, "bias"]]


def impulse_response(net, steps, size=1.0, settle=200):
    """What an impulse in the series adds to the output: (steps,), the first value for the step after the impulse.

    The inputs of `net` are the lags 1, 2, ... of one series, which is zero but for one value of `size`; the network
    first runs `settle` steps on zeros. Pedersen & Hansen (1995), fig. 4.
    """
    steps, settle = checks.size("steps", steps), checks.size("settle", settle, 0)
    checks.instance("net", net, Network, "a network, such as RecurrentNetwork((4, 4, 1))")
    size = checks.number("size", size)
    X = np.zeros((settle + steps, net.sizes[0]))
    at_rest = net.forward(X)
    for lag in range(min(net.sizes[0], steps)):
        X[settle + lag, lag] = size
    return (net.forward(X) - at_rest)[settle:, 0]
