"""The record of a pruning: a path from the full network to a small one, with enough to rebuild each network on it."""

import numbers
from dataclasses import dataclass, field

import numpy as np

from .. import checks
from ..files import load_arrays, save_arrays
from ..network import check_network


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a path: what was deleted, what that was predicted to cost and did cost, and the network after it.

    `deleted` are the indices of the weights, the chosen ones first, then orphans; `revived` those that came back, at
    zero, after the deletions. `predicted` is the sum of saliencies of the chosen ones, NaN for methods that predict no
    error; `actual` the change of what is predicted, or else of the cost, before any retraining. The cost is the error
    with weight decay; the errors are without. What was not measured is NaN. `weights` and `mask` (n,), read-only,
    rebuild the network.
    """

    deleted: tuple
    predicted: float
    actual: float
    n_active: int
    train_error: float
    train_accuracy: float
    validation_error: float
    validation_accuracy: float
    test_error: float
    test_accuracy: float
    weights: np.ndarray = field(repr=False)
    mask: np.ndarray = field(repr=False)
    revived: tuple = ()

    def __post_init__(self):
        for name in ARRAYS:
            array = np.array(getattr(self, name))
            array.flags.writeable = False
            object.__setattr__(self, name, array)


INDICES, ARRAYS = ("deleted", "revived"), ("weights", "mask")
NUMBERS = tuple(name for name in Step.__dataclass_fields__ if name not in INDICES + ARRAYS)


class Path(list):
    """The steps of a pruning, the unpruned network first: path[i] is what was measured, path.network(i) the network.

    `smallest` and `best` choose among them, and say where: they return an index i, for either.

    `ended_by` says why there are no more: "size" (as small as it was to become), "stop" (a step that was refused),
    "divergence" (of a network, its derivatives or its Hessian), "indefinite" (a Hessian that is not that of a
    minimum), "saliency" (none finite), "interrupt" (Ctrl-C); "" of a path that was loaded, or is on its way.
    `rejected` is the last step where it was undone, by "stop" or "divergence", or None. `made_by` is a fingerprint of
    its method, data and options.
    """

    def __init__(self, net):
        super().__init__()
        check_network(net)
        self._net, self.rejected, self.ended_by, self.made_by = net.copy(), None, "", ""

    def __getitem__(self, index):
        if isinstance(index, slice):
            return super().__getitem__(index)
        if not isinstance(index, numbers.Integral) or isinstance(index, bool) or not -len(self) <= index < len(self):
            steps = f"a step of this path, 0 to {len(self) - 1}" if self else "a step, but this path has none"
            raise IndexError(f"index: expected {steps}; got {checks.shown(index)}")
        return super().__getitem__(index)

    def __repr__(self):
        if not self:
            return "Path without a step"
        errors = f"train_error {self[0].train_error:.3g} to {self[-1].train_error:.3g}"
        left = f"{self[0].n_active} to {self[-1].n_active} of {self._net.n} weights"
        end = f", ended by {self.ended_by}" if self.ended_by else ""
        return f"Path of {len(self) - 1} steps, {left}, {errors}{end}"

    def network(self, index=-1):
        """The network as it was after a step, -1 the last: a new copy. IndexError where there is no such step."""
        net, step = self._net.copy(), self[index]
        net.mask = step.mask
        net.weights = step.weights
        return net

    def curve(self, name):
        """One quantity of all steps, such as "train_error" or "n_active", as an array (steps,)."""
        return self._curve("name", name)

    def _curve(self, argument, name):
        if not isinstance(name, str) or name not in NUMBERS:
            raise ValueError(f"{argument}: expected a number that a Step records; got {checks.shown(name)}")
        return np.array([getattr(step, name) for step in self])

    def smallest(self, acceptable):
        """The index i of the smallest network whose step is `acceptable`, a function of the step.

        path[i] is that step, path.network(i) the network itself. ValueError where no step is.
        """
        if not callable(acceptable):
            raise TypeError(f"acceptable: expected a function of a Step; got {checks.shown(acceptable)}")
        indices = [i for i, step in enumerate(self) if acceptable(step)]
        if not indices:
            hint = "" if np.isfinite(self[0].train_accuracy) else ". Accuracies are NaN: its one output says no class"
            raise ValueError(
                f"acceptable: expected to hold for a step of the path; it holds for none of {len(self)}{hint}"
            )
        return min(indices, key=lambda i: (self[i].n_active, -i))

    def best(self, quantity="validation_error"):
        """The index i of the step where a quantity is least; of several the one with the fewest weights.

        path[i] is that step, path.network(i) the network itself. ValueError where the quantity was not measured.
        """
        values = self._curve("quantity", quantity)
        if np.isnan(values).all():
            raise ValueError(f"quantity: expected one that was measured along this path; {quantity} was not")
        return self.smallest(lambda step: getattr(step, quantity) == np.nanmin(values))

    def save(self, path):
        """Write the steps to one `.npz` file (the suffix is added); an earlier one is replaced at once."""
        columns = {name: np.array([getattr(step, name) for step in self]) for name in NUMBERS + ARRAYS}
        columns |= {name: np.array(getattr(self, name)) for name in ("made_by", "ended_by")}
        for name in INDICES:
            columns[name] = np.array([index for step in self for index in getattr(step, name)], dtype=int)
            columns[f"{name}_in_step"] = np.array([len(getattr(step, name)) for step in self], dtype=int)
        save_arrays(path, columns)

    @classmethod
    def load(cls, path, net):
        """Read the steps that `save` wrote of a pruning of `net`; ValueError for any other file or network."""
        steps, wanted = cls(net), "a path written by save"
        columns = load_arrays(path, wanted)
        try:
            arrays = [columns[name].tolist() for name in NUMBERS] + [columns[name] for name in ARRAYS]
            indices = [_split(columns[name], columns[f"{name}_in_step"]) for name in INDICES]
            steps.made_by, steps.ended_by = str(columns["made_by"]), str(columns["ended_by"])
            for values in zip(*arrays, *indices, strict=True):
                steps.append(Step(**dict(zip(NUMBERS + ARRAYS + INDICES, values, strict=True))))
        except (ValueError, KeyError, TypeError) as reason:
            raise ValueError(f"path: expected {wanted}; got {path} ({reason})") from reason
        if steps and not all(np.array_equal(getattr(steps[0], name), getattr(net, name)) for name in ARRAYS):
            raise ValueError(f"path: expected the pruning of the network given; got another network's in {path}")
        return steps


def _split(indices, numbers):
    """Indices of all steps as one tuple a step, of these numbers."""
    ends = np.cumsum(numbers)
    return [tuple(indices[end - number : end].tolist()) for end, number in zip(ends, numbers, strict=True)]
