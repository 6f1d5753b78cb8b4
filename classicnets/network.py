"""The multilayer perceptron: sizes, activation functions, one flat vector of weights, a mask of those not deleted."""

import zipfile

import numpy as np

from . import checks
from .activation import activation


class MLP:
    """A fully connected feedforward network with a bias on every unit.

    `weights` is one float64 vector of length n: layer by layer, unit by unit, each unit's bias last. The matrices of
    the layers are views of it. `mask` is a boolean vector of length n: a weight whose mask is False is deleted; it is
    zero and stays zero. Biases are weights like any other.

    Parameters: `sizes` (inputs, hidden units of each layer ..., outputs); `hidden` "tanh", "logistic" or "linear";
    `output` the same or "softmax"; `seed` of the initial weights. Raises ValueError for anything else.
    """

    def __init__(self, sizes, hidden="tanh", output="logistic", seed=None):
        self.sizes = tuple(checks.count("sizes", size) for size in sizes)
        if len(self.sizes) < 2:
            raise ValueError(f"sizes: expected at least inputs and outputs, as in (2, 2, 1); got {self.sizes}")
        activation(hidden, "hidden"), activation(output, "output")
        self.hidden, self.output = hidden, output
        self._weights = np.zeros(sum(rows * columns for rows, columns in self.shapes))
        self.mask = np.ones(self.n, dtype=bool)
        self.initialize(seed)

    @property
    def shapes(self):
        """Of each layer's matrix: (units, fan-in + 1), the last column the biases."""
        return [(units, fan_in + 1) for fan_in, units in zip(self.sizes, self.sizes[1:], strict=False)]

    @property
    def offsets(self):
        """Where each layer's weights begin in the flat vector, and at the end n."""
        return np.cumsum([0] + [rows * columns for rows, columns in self.shapes])

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
        values = np.asarray(values, dtype=np.float64)
        if values.shape != self._weights.shape:
            raise ValueError(f"weights: expected shape ({self.n},); got {values.shape}")
        if not np.isfinite(values).all():
            raise ValueError("weights: expected finite numbers; got NaN or infinity")
        self._weights[:] = np.where(self.mask, values, 0.0)

    @property
    def matrices(self):
        """The layers' weight matrices (units, fan-in + 1), bias last: views of `weights`."""
        matrices, start = [], 0
        for rows, columns in self.shapes:
            matrices.append(self._weights[start : start + rows * columns].reshape(rows, columns))
            start += rows * columns
        return matrices

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
        return self.layers(checks.patterns(self, X))[-1]

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

    def delete(self, indices):
        """Delete weights: zero from now on, and frozen."""
        self.mask[indices] = False
        self._weights[indices] = 0.0

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

    def copy(self):
        """An independent copy: same weights, same mask."""
        twin = MLP.__new__(MLP)
        twin.sizes, twin.hidden, twin.output = self.sizes, self.hidden, self.output
        twin._weights, twin.mask = self._weights.copy(), self.mask.copy()
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
                net.mask[:] = file["mask"]
                net.weights = file["weights"]
        except (ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as reason:
            raise ValueError(f"path: expected a network written by save; got {path} ({reason})") from reason
        return net

    def __repr__(self):
        sizes = "-".join(map(str, self.sizes))
        return f"MLP {sizes}, {self.hidden} hidden, {self.output} output, {self.n_active} of {self.n} weights"


def with_ones(z):
    """z (P, units) with a last column of ones: the input that every bias sees."""
    extended = np.ones((z.shape[0], z.shape[1] + 1))
    extended[:, :-1] = z
    return extended
