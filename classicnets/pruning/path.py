"""The record of a pruning: a path from the full network to a small one, with enough to rebuild each network on it."""

import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path as File

import numpy as np


@dataclass(frozen=True)
class Step:
    """One step of a path: what was deleted, what that was predicted to cost and did cost, and the network after it.

    `deleted` are the indices of the weights, the chosen ones first, then orphans; `revived` those that came back, at
    zero, after the deletions. `predicted` is the sum of saliencies of the chosen ones, NaN for methods that predict no
    error; `actual` the change of what is predicted, or else of the cost, before any retraining. The cost is the error
    with weight decay; the errors are without. What was not measured is NaN. `weights` and `mask` (n,) rebuild the
    network.
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


INDICES, ARRAYS = ("deleted", "revived"), ("weights", "mask")
NUMBERS = tuple(name for name in Step.__dataclass_fields__ if name not in INDICES + ARRAYS)


class Path(list):
    """The steps of a pruning, the unpruned network first.

    `ended_by` says why there are no more: "size" (as small as it was to become), "stop" (a step that was refused),
    "divergence" (of a network, its derivatives or its Hessian), "saliency" (none finite), "interrupt" (Ctrl-C).
    `rejected` is the last step where it was undone, by "stop" or "divergence", or None. `made_by` is a fingerprint
    of its method, data and options.
    """

    def __init__(self, net):
        super().__init__()
        self._net, self.rejected, self.ended_by, self.made_by = net.copy(), None, "size", ""

    def network(self, index=-1):
        """The network as it was after a step, -1 the last: a new copy."""
        net, step = self._net.copy(), self[index]
        net.mask = step.mask
        net.weights = step.weights
        return net

    def curve(self, name):
        """One quantity of all steps, such as "train_error" or "n_active", as an array (steps,)."""
        if name not in NUMBERS:
            raise ValueError(f"name: expected a number that a Step records; got {name!r}")
        return np.array([getattr(step, name) for step in self])

    def smallest(self, acceptable):
        """The index of the smallest network whose step is `acceptable` (a function of the step), or None."""
        indices = [i for i, step in enumerate(self) if acceptable(step)]
        return min(indices, key=lambda i: (self[i].n_active, -i)) if indices else None

    def best(self, quantity="validation_error"):
        """The index of the step where a quantity is least; of several the one with the fewest weights."""
        values = self.curve(quantity)
        return self.smallest(lambda step: getattr(step, quantity) == np.nanmin(values))

    def save(self, file):
        """Write the steps to one `.npz` file; an earlier one is replaced at once: one of them is always whole."""
        columns = {name: np.array([getattr(step, name) for step in self]) for name in NUMBERS + ARRAYS}
        columns["made_by"] = np.array(self.made_by)
        for name in INDICES:
            columns[name] = np.array([index for step in self for index in getattr(step, name)], dtype=int)
            columns[f"{name}_in_step"] = np.array([len(getattr(step, name)) for step in self])
        new = File(f"{file}.new")
        with new.open("wb") as stream:
            np.savez(stream, **columns)
        os.replace(new, file)

    @classmethod
    def load(cls, file, net):
        """Read the steps that `save` wrote of a pruning of `net`; ValueError for any other file or network."""
        path = cls(net)
        try:
            with np.load(file) as columns:
                arrays = [columns[name].tolist() for name in NUMBERS] + [columns[name] for name in ARRAYS]
                indices = [_split(columns[name], columns[f"{name}_in_step"]) for name in INDICES]
                path.made_by = str(columns["made_by"])
            for values in zip(*arrays, *indices, strict=True):
                path.append(Step(**dict(zip(NUMBERS + ARRAYS + INDICES, values, strict=True))))
        except (ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as reason:
            raise ValueError(f"file: expected a path written by save; got {file} ({reason})") from reason
        first = path[0]
        if not (np.array_equal(first.weights, net.weights) and np.array_equal(first.mask, net.mask)):
            raise ValueError(f"file: expected the pruning of the network given; got another network's in {file}")
        return path


def _split(indices, numbers):
    """Indices of all steps as one tuple a step, of these numbers."""
    ends = np.cumsum(numbers)
    return [tuple(indices[end - number : end].tolist()) for end, number in zip(ends, numbers, strict=True)]
