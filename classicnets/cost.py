"""The cost that a network is trained and pruned for, said once: patterns, targets, an error, a weight decay."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import checks
from .error import ERRORS, check_patterns, error_for, error_with_decay
from .sparse import by_pattern, is_sparse


@dataclass(frozen=True, eq=False)
class Cost:
    """Patterns X (P, n_in) and targets T (P, n_out), the name of the error and the weight decay, a number or (n,).

    The cost of a network is its error with weight decay. `options` are the last two by name, as the derivatives take
    them: hessian(net, cost.X, cost.T, **cost.options).
    """

    X: np.ndarray
    T: np.ndarray
    error: str = "squared"
    weight_decay: float | np.ndarray = 0.0

    def __post_init__(self):
        checks.choose("error", self.error, ERRORS)
        for name in ("X", "T"):
            object.__setattr__(self, name, checks.finite_matrix(name, getattr(self, name)))
        object.__setattr__(self, "weight_decay", checks.weight_decay(self.weight_decay))

    @property
    def options(self):
        """The error and the weight decay, by name."""
        return {"error": self.error, "weight_decay": self.weight_decay}

    @cached_property
    def nonzeros(self):
        """The inputs that are not zero, pattern by pattern, where they are few: see `sparse.by_pattern`; else None."""
        return by_pattern(self.X) if is_sparse(self.X) else None

    @classmethod
    def fitting(cls, net, X, T, error="squared", weight_decay=0.0):
        """The Cost of these for a network; ValueError where they do not fit it."""
        check_patterns(net, X, T, error)
        return cls(X, T, error, checks.weight_decay(weight_decay, net.n))

    def value(self, net):
        """The cost of a network that it fits, a float: `network_error`, infinite where the outputs are."""
        return error_with_decay(net, self.X, self.T, error_for(net, self.error), self.weight_decay)


def active_decay(net, weight_decay):
    """The weight decay of the weights that are not deleted: the number, or (n_active,) of a vector."""
    return weight_decay[net.mask] if np.ndim(weight_decay) else weight_decay


def scaled_decay(weight_decay, n):
    """A weight decay as a number times a vector (n,): of a number ones, of a vector itself times 1.

    With ones, formulas for a vector give to the last bit what those for a number give.
    """
    return (1.0, weight_decay) if np.ndim(weight_decay) else (weight_decay, np.ones(n))
