"""What every network here is: n free weights, and what it offers. How they are wired is its own affair (mlp.py, ...).

A kind of network is a class, and a version of its own of the functions under `singledispatch` in backprop.py,
hessian.py and pruning/orphans.py; what it has no version of, and no general form stands in for, is a TypeError.
"""

import numpy as np

from . import checks, memory
from .activation import activation
from .files import load_arrays, save_arrays


class Network:
    """One flat vector of n weights, and a mask of those that are not deleted; biases are weights like any other.

    `weights` is a float64 vector (n,), `mask` a boolean one: a weight whose mask is False is deleted; it is zero and
    stays zero. Both are shown read-only: assign all of them at once, or use `delete` and `revive`.

    A kind says in `SETTINGS` what its class is called with, beside the seed, and takes it in `_settle`; in `_wire` how
    many weights that makes, in `pre_activations` what its output units get, and of each weight (n,) whether it
    `is_bias`, the `fan_in` of the unit that it leads to, and in `weight_names` what it is called. A setting more is a
    number, a text, an array or a nested tuple that makes one: `save` writes it as one, `load` settles its `tolist()`.
    """

    SETTINGS = ("sizes", "hidden", "output")
    remembers = False  # whether the outputs depend on earlier patterns: then X is a series and T may be shorter

    def __init__(self, *settings, seed):
        self._settle(*settings)
        n = self._wire()
        memory.check_room("sizes", n)
        self._own(np.zeros(n), np.ones(n, dtype=bool))
        self.initialize(seed)

    def _settle(self, sizes, hidden, output):
        """Take the settings, in the order of SETTINGS: ValueError for what is none."""
        self.sizes = checks.counts("sizes", sizes)
        activation(hidden, "hidden"), activation(output, "output")
        self.hidden, self.output = str(hidden), str(output)

    def _own(self, weights, mask):
        self._weights, self._mask = weights, mask
        self._shown = read_only(weights), read_only(mask)

    def __getstate__(self):
        return {**self.settings, "weights": self._weights, "mask": self._mask}

    def __setstate__(self, state):
        self._settle(*(state[name] for name in self.SETTINGS))
        self._wire()
        self._own(state["weights"], state["mask"])

    @property
    def settings(self):
        """What the class was called with, by name, but for the seed."""
        return {name: getattr(self, name) for name in self.SETTINGS}

    @property
    def n(self):
        """The number of weights, deleted ones included."""
        return len(self._weights)

    @property
    def n_active(self):
        """The number of weights that are not deleted."""
        return int(np.count_nonzero(self._mask))

    @property
    def weights(self):
        """The flat float64 vector of all n weights; assigning to it copies, and keeps deleted weights at zero."""
        return self._shown[0]

    @weights.setter
    def weights(self, values):
        values = checks.finite_vector("weights", values, self.n)
        self._weights[:] = np.where(self._mask, values, 0.0)

    @property
    def mask(self):
        """The boolean vector of the n weights that are not deleted; assigning to it copies, and zeroes the deleted."""
        return self._shown[1]

    @mask.setter
    def mask(self, values):
        self._mask[:] = checks.booleans("mask", values, (self.n,))
        self._weights[~self._mask] = 0.0

    def initialize(self, seed=None, spread=None):
        """Draw the active weights uniformly from +-spread; where `spread` is None from +-1/sqrt(fan-in), biases too."""
        width = 1 / np.sqrt(self.fan_in) if spread is None else checks.positive("spread", spread)
        weights = checks.generator("seed", seed).uniform(-width, width, self.n)
        self._weights[:] = np.where(self._mask, weights, 0.0)
        return self

    def forward(self, X):
        """The outputs (P, n_out) for the patterns X (P, n_in). ValueError for a wrong shape, NaN or infinity.

        checks.Diverged, a ValueError too, where an output grows beyond all bounds.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            O = self.outputs(checks.patterns(self, X))
        if not np.isfinite(O).all():
            raise checks.Diverged("net: expected finite outputs; got some that grow beyond all bounds")
        return O

    def outputs(self, X):
        """The outputs (P, n_out) for patterns X that are known to be good."""
        return activation(self.output, "output").value(self.pre_activations(X))

    def delete(self, indices):
        """Delete weights: zero from now on, and frozen. Indices, a slice or n booleans; ValueError for others."""
        gone = checks.indices("indices", indices, self.n)
        self._mask[gone] = False
        self._weights[gone] = 0.0

    def revive(self, indices):
        """Bring deleted weights back, at zero and free to be trained; those that are there stay as they are."""
        self._mask[checks.indices("indices", indices, self.n)] = True

    def copy(self):
        """An independent copy: same weights, same mask."""
        twin = type(self).__new__(type(self))
        twin.__setstate__({**self.__getstate__(), "weights": self._weights.copy(), "mask": self._mask.copy()})
        return twin

    def save(self, path):
        """Write the network to one `.npz` file (the suffix is added); an earlier one is replaced at once."""
        save_arrays(path, {"kind": np.array(type(self).__name__), **self.__getstate__()})

    @classmethod
    def load(cls, path):
        """Read a network of this kind that `save` wrote; ValueError for any other file."""
        wanted = "a network written by save"
        arrays, net = load_arrays(path, wanted), cls.__new__(cls)
        try:
            if str(arrays.get("kind", cls.__name__)) != cls.__name__:
                raise ValueError(f"it is a {arrays['kind']}, not a {cls.__name__}")
            net._settle(*(arrays[name].tolist() for name in cls.SETTINGS))
            n = net._wire()
            if arrays["weights"].shape != (n,):  # before so many are made
                raise ValueError(f"weights of shape {arrays['weights'].shape} for {net.settings}")
            net._own(np.zeros(n), np.ones(n, dtype=bool))
            net.mask = arrays["mask"]
            net.weights = arrays["weights"]
        except (KeyError, TypeError, ValueError) as reason:
            raise ValueError(f"path: expected {wanted}; got {path} ({reason})") from reason
        return net

    def __repr__(self):
        sizes = "-".join(map(str, self.sizes))
        kind = f"{type(self).__name__} {sizes}, {self.hidden} hidden, {self.output} output"
        return f"{kind}, {self.n_active} of {self.n} weights"


def check_network(net):
    """`net` if it is a network, else TypeError."""
    return checks.instance("net", net, Network, "a network, such as MLP((2, 2, 1))")


def check_alike(argument, other, net):
    """`other` if it is a network of the kind and the settings of `net`: TypeError or ValueError for any other.

    So many weights alone make no twin: 2-2-1 and 8-1 have nine each, and those of other units mean something else.
    """
    if type(checks.instance(argument, other, Network, f"a network like {net!r}")) is not type(net):
        raise TypeError(f"{argument}: expected a network like {net!r}; got {checks.shown(other)}")
    if not all(np.array_equal(net.settings[name], own) for name, own in other.settings.items()):  # some are arrays
        raise ValueError(f"{argument}: expected a network like {net!r}; got {checks.shown(other)}")
    return other


def unknown(net, what):
    """The TypeError for a network of a kind that has no version of a function."""
    return TypeError(f"net: expected a kind of network with {what}; got {checks.shown(net)}")


class _Shown(np.ndarray):
    """An array of a network's that can be looked at; whoever writes into it is told how it is done."""

    def __setitem__(self, index, value):
        if not self.flags.writeable:
            raise ValueError(
                f"index: expected no writing into what a network only shows; got [{checks.shown(index)}]. Assign all at"
                " once, as in net.weights = values or net.matrices = [...], or use net.delete and net.revive"
            )
        super().__setitem__(index, value)

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return array[()] if return_scalar else np.asarray(array)  # what is computed from it is an array like any other

    def _instead(operation):  # w += 1 makes a new array, so that net.weights += 1 assigns it; of a copy it does not
        in_place, new = getattr(np.ndarray, f"__i{operation}__"), getattr(np.ndarray, f"__{operation}__")
        return lambda self, other: in_place(self, other) if self.flags.writeable else new(np.asarray(self), other)

    __iadd__, __isub__ = _instead("add"), _instead("sub")
    __imul__, __itruediv__ = _instead("mul"), _instead("truediv")
    del _instead


def read_only(array):
    """A read-only view of an array."""
    view = array.view(_Shown)
    view.flags.writeable = False
    return view
