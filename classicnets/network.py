"""The multilayer perceptron: sizes, activation functions, one flat vector of weights, a mask of those not deleted."""

import zipfile

import numpy as np

from . import checks
from .activation import activation


class Network:
    """What every network here has: one flat vector of weights, and a mask of those that are not deleted.

    `weights` is one float64 vector of length n: matrix by matrix, unit by unit, each unit's bias last. `mask` is a
    boolean vector of length n: a weight whose mask is False is deleted; it is zero and stays zero. Biases are weights
    like any other. `matrices` and `mask_matrices` are views of both, matrices of the `shapes` (units, fan-in + 1).

    A kind of network says in `_shapes` what its matrices are, in `outputs` what it computes and in `weight_names` what
    its weights are called; gradient, output_derivatives, hessian and remove_orphans have a version for each kind.
    """

    remembers = False  # whether the outputs depend on earlier patterns: then X is a series and T may be shorter

    def __init__(self, sizes, hidden, output, seed):
        self.sizes = tuple(checks.count("sizes", size) for size in sizes)
        activation(hidden, "hidden"), activation(output, "output")
        self.hidden, self.output, self.shapes = hidden, output, self._shapes()
        n = sum(rows * columns for rows, columns in self.shapes)
        self._own(np.zeros(n), np.ones(n, dtype=bool))
        self.initialize(seed)

    def _own(self, weights, mask):
        self._weights, self._mask = weights, mask
        self.matrices, self.mask_matrices = self.views(weights), self.views(mask)

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if not name.endswith("matrices")}

    def __setstate__(self, state):
        vars(self).update(state)
        self._own(self._weights, self._mask)  # copied or unpickled, the matrices are views again

    def views(self, vector):
        """A vector (n,), one number a weight, as the matrices (units, fan-in + 1): views, not copies."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])[:-1]
        return [part.reshape(shape) for part, shape in zip(np.split(vector, ends), self.shapes, strict=True)]

    @property
    def n(self):
        """The number of weights, deleted ones included."""
        return len(self._weights)

    @property
    def n_active(self):
        """The number of weights that are not deleted."""
        return int(np.count_nonzero(self.mask))

    @property
    def weights(self):
        """The flat float64 vector of all n weights; assigning to it copies, and keeps deleted weights at zero."""
        return self._weights

    @weights.setter
    def weights(self, values):
        values = checks.finite_vector("weights", values, self.n)
        self._weights[:] = np.where(self.mask, values, 0.0)

    @property
    def mask(self):
        """The boolean vector of the n weights that are not deleted; assigning to it copies, and zeroes the deleted."""
        return self._mask

    @mask.setter
    def mask(self, values):
        values = np.asarray(values)
        if values.shape != self._mask.shape or values.dtype != bool:
            raise ValueError(f"mask: expected {self.n} booleans; got shape {values.shape} of {values.dtype}")
        self._mask[:] = values
        self._weights[~values] = 0.0

    @property
    def is_bias(self):
        """A boolean vector (n,): which of the weights are biases."""
        return np.concatenate([np.tile(np.arange(columns) == columns - 1, rows) for rows, columns in self.shapes])

    def initialize(self, seed=None, spread=None):
        """Draw the active weights uniformly from +-spread; where `spread` is None from +-1/sqrt(fan-in), biases too."""
        rng = np.random.default_rng(seed)
        for matrix in self.matrices:
            width = 1 / np.sqrt(matrix.shape[1] - 1) if spread is None else checks.positive("spread", spread)
            matrix[:] = rng.uniform(-width, width, matrix.shape)
        self._weights[~self.mask] = 0.0
        return self

    def forward(self, X):
        """The outputs (P, n_out) for the patterns X (P, n_in). ValueError for a wrong shape, NaN or infinity."""
        return self.outputs(checks.patterns(self, X))

    def delete(self, indices):
        """Delete weights: zero from now on, and frozen."""
        self.mask[indices] = False
        self._weights[indices] = 0.0

    def revive(self, indices):
        """Bring deleted weights back, at zero and free to be trained; those that are there stay as they are."""
        self.mask[indices] = True

    def copy(self):
        """An independent copy: same weights, same mask."""
        twin = type(self).__new__(type(self))
        twin.__setstate__({**self.__getstate__(), "_weights": self._weights.copy(), "_mask": self._mask.copy()})
        return twin

    def save(self, path):
        """Write the network to one `.npz` file."""
        np.savez(path, sizes=self.sizes, hidden=self.hidden, output=self.output, weights=self.weights, mask=self.mask)

    @classmethod
    def load(cls, path):
        """Read a network that `save` wrote; ValueError for any other file."""
        try:
            with np.load(path) as file:
                net = cls(file["sizes"].tolist(), str(file["hidden"]), str(file["output"]))
                net.mask = file["mask"]
                net.weights = file["weights"]
        except (ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as reason:
            raise ValueError(f"path: expected a network written by save; got {path} ({reason})") from reason
        return net

    def __repr__(self):
        sizes = "-".join(map(str, self.sizes))
        kind = f"{type(self).__name__} {sizes}, {self.hidden} hidden, {self.output} output"
        return f"{kind}, {self.n_active} of {self.n} weights"


class MLP(Network):
    """A fully connected feedforward network with a bias on every unit: a matrix of weights for each layer.

    Parameters: `sizes` (inputs, hidden units of each layer ..., outputs); `hidden` "tanh", "logistic" or "linear";
    `output` the same or "softmax"; `seed` of the initial weights. Raises ValueError for anything else.
    """

    def __init__(self, sizes, hidden="tanh", output="logistic", seed=None):
        if not np.iterable(sizes) or len(sizes) < 2:
            raise ValueError(f"sizes: expected at least inputs and outputs, as in (2, 2, 1); got {sizes!r}")
        super().__init__(sizes, hidden, output, seed)

    def _shapes(self):
        return [(units, fan_in + 1) for fan_in, units in zip(self.sizes, self.sizes[1:], strict=False)]

    def outputs(self, X):
        """The outputs (P, n_out) for patterns X that are known to be good."""
        return self.layers(X)[-1]

    def layers(self, X):
        """What each layer puts out, from the patterns themselves to the outputs.

        All but the last have a column of ones after their units, so that a layer is z = f(matrix @ previous z).
        """
        names = [self.hidden] * (len(self.sizes) - 2) + [self.output]
        z = [with_ones(X)]
        for matrix, name in zip(self.matrices, names, strict=True):
            output = activation(name, "output").value(z[-1] @ matrix.T)
            z.append(with_ones(output) if len(z) < len(names) else output)
        return z

    def weight_names(self):
        """A short name of each weight, 1-based like the papers': u_ij into hidden unit i, v_j into the output.

        A bias is the last index j = fan-in + 1; with more layers or outputs the name carries the layer: w2_13.
        """
        simple = len(self.sizes) == 3 and self.sizes[-1] == 1
        names = []
        for layer, (rows, columns) in enumerate(self.shapes, 1):
            comma = "," if max(rows, columns) > 9 else ""
            for i in range(1, rows + 1):
                prefix = ("u" if layer == 1 else "v") if simple else f"w{layer}_"
                unit = "" if simple and layer == 2 else f"{i}{comma}"
                names += [f"{prefix}{unit}{j}" for j in range(1, columns + 1)]
        return names


def with_ones(z):
    """z (P, units) with a last column of ones: the input that every bias sees."""
    extended = np.empty((z.shape[0], z.shape[1] + 1))
    extended[:, :-1], extended[:, -1] = z, 1.0
    return extended
