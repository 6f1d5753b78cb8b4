"""The multilayer perceptron: layers of units, each fully connected to the one below, every unit with a bias."""

import numpy as np

from . import checks
from .activation import activation
from .network import Network, read_only


class Layered(Network):
    """A network whose weights are a few matrices: matrix by matrix, unit by unit, each unit's bias last.

    `matrices` and `mask_matrices` show the weights and the mask as matrices of the `shapes` (units, fan-in + 1), which
    a kind says in `_shapes`.
    """

    def _wire(self):
        self.shapes = self._shapes()
        return sum(rows * columns for rows, columns in self.shapes)

    def _own(self, weights, mask):
        super()._own(weights, mask)
        self._matrices = self.views(weights)
        self._shown_matrices = tuple(map(read_only, self._matrices)), tuple(map(read_only, self.views(mask)))

    def views(self, vector):
        """A vector known to be (n,), one number a weight, as matrices (units, fan-in + 1): views, not copies."""
        ends = np.cumsum([rows * columns for rows, columns in self.shapes])[:-1]
        return [part.reshape(shape) for part, shape in zip(np.split(vector, ends), self.shapes, strict=True)]

    @property
    def matrices(self):
        """The weights as matrices, read-only; assigning matrices (units, fan-in + 1), a layer each, copies them in."""
        return self._shown_matrices[0]

    @matrices.setter
    def matrices(self, values):
        if not isinstance(values, list | tuple) or len(values) != len(self.shapes):
            raise ValueError(f"matrices: expected one of each of the shapes {self.shapes}; got {checks.shown(values)}")
        values = [
            checks.finite_matrix("matrices", matrix, shape[1])
            for matrix, shape in zip(values, self.shapes, strict=True)
        ]
        if [matrix.shape for matrix in values] != self.shapes:
            raise ValueError(f"matrices: expected shapes {self.shapes}; got {[matrix.shape for matrix in values]}")
        self.weights = np.concatenate([matrix.ravel() for matrix in values])

    @property
    def mask_matrices(self):
        """The mask as matrices, read-only."""
        return self._shown_matrices[1]

    @property
    def is_bias(self):
        """A boolean vector (n,): which of the weights are biases."""
        return np.concatenate([np.tile(np.arange(columns) == columns - 1, rows) for rows, columns in self.shapes])

    @property
    def fan_in(self):
        """Of each weight (n,) how many others, the bias apart, lead to the unit that it leads to."""
        return np.concatenate([np.full(rows * columns, columns - 1) for rows, columns in self.shapes])

    def input_units(self):
        """Of each input the weights out of it, a list of indices (k,): as groups an input goes as a whole."""
        into = self.views(np.arange(self.n))[0]
        return list(into[:, : self.sizes[0]].T.copy())


class MLP(Layered):
    """A fully connected feedforward network with a bias on every unit: a matrix of weights for each layer.

    Parameters: `sizes` (inputs, hidden units of each layer ..., outputs); `hidden` "tanh", "logistic", "relu",
    "linear" or "scaled tanh"; `output` the same or "softmax"; `seed` of the initial weights. Raises ValueError for
    anything else.
    """

    def __init__(self, sizes, hidden="tanh", output="logistic", seed=None):
        super().__init__(sizes, hidden, output, seed=seed)

    def _settle(self, sizes, hidden, output):
        super()._settle(sizes, hidden, output)
        if len(self.sizes) < 2:
            raise ValueError(f"sizes: expected at least inputs and outputs, as in (2, 2, 1); got {sizes!r}")

    def _shapes(self):
        return [(units, fan_in + 1) for fan_in, units in zip(self.sizes, self.sizes[1:], strict=False)]

    def pre_activations(self, X):
        """What the output units get, a (P, n_out), for patterns X that are known to be good: the outputs are f(a)."""
        return self._below(X)[-1] @ self._matrices[-1].T

    def layers(self, X):
        """What each layer puts out, from the patterns themselves, known to be good, to the outputs.

        All but the last have a column of ones after their units, so that a layer is z = f(matrix @ previous z).
        """
        z = self._below(X)
        return [*z, activation(self.output, "output").value(z[-1] @ self._matrices[-1].T)]

    def hidden_units(self):
        """Of each hidden unit the weights into and out of it, a list of indices (k,): as groups they go together."""
        numbers = self.views(np.arange(self.n))
        pairs = zip(numbers, numbers[1:], strict=False)
        return [np.concatenate([row, above[:, unit]]) for below, above in pairs for unit, row in enumerate(below)]

    def _below(self, X):
        """What all layers but the outputs put out, their columns of ones last."""
        z, f = [with_ones(X)], activation(self.hidden)
        for matrix in self._matrices[:-1]:
            z.append(with_ones(f.value(z[-1] @ matrix.T)))
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
