"""The cost that a network is trained and pruned for, said once: patterns, targets, an error, a weight decay."""

from dataclasses import dataclass

import numpy as np

from . import checks
from .error import ERRORS, check_patterns, error_for, error_with_decay


@dataclass(frozen=True, eq=False)
class Cost:
    """Patterns X (P, n_in) and targets T (P, n_out), the name of the error and the weight decay.

    The cost of a network is its error with weight decay. `options` are the last two by name, as the derivatives take
    them: hessian(net, cost.X, cost.T, **cost.options).
    """

    X: np.ndarray
    T: np.ndarray
    error: str = "squared"
    weight_decay: float = 0.0

    def __post_init__(self):
        checks.choose("error", self.error, ERRORS)
        for name in ("X", "T"):
            object.__setattr__(self, name, checks.finite_matrix(name, getattr(self, name)))
        object.__setattr__(self, "weight_decay", checks.not_negative("weight_decay", self.weight_decay))

    @property
    def options(self):
        """The error and the weight decay, by name."""
        return {"error": self.error, "weight_decay": self.weight_decay}

    @classmethod
    def fitting(cls, net, X, T, error="squared", weight_decay=0.0):
        """The Cost of these for a network; ValueError where they do not fit it."""
        check_patterns(net, X, T, error)
        return cls(X, T, error, weight_decay)

    def value(self, net):
        """The cost of a network that it fits, a float: `network_error`, infinite where the outputs are."""
        return error_with_decay(net, self.X, self.T, error_for(net, self.error), self.weight_decay)
