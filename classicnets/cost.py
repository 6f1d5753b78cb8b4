"""The cost that a network is trained and pruned for, said once: patterns, targets, an error, a weight decay."""

from dataclasses import dataclass

import numpy as np

from . import checks
from .backprop import network_error
from .error import check_patterns


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

    @property
    def options(self):
        """The error and the weight decay, by name."""
        return {"error": self.error, "weight_decay": self.weight_decay}

    def checked(self, net):
        """The same for this network, its arrays and numbers as they are used; ValueError where they do not fit it."""
        X, T, _ = check_patterns(net, self.X, self.T, self.error)
        return Cost(X, T, self.error, checks.not_negative("weight_decay", self.weight_decay))

    def value(self, net):
        """The cost of a network, a float."""
        return network_error(net, self.X, self.T, self.error, self.weight_decay)
