"""Optimal Brain Surgeon. Hassibi & Stork (1993)."""

import numpy as np

from .surgeon import Surgeon


class OptimalBrainSurgeon(Surgeon):
    """Deletes the weight of least saliency w_q^2 / (2 [H^-1]_qq) and lets all others answer at once. Eq. 5.

    The saliency is what E + 1/2 weight_decay |w|^2 is predicted to rise by. `kind` "gauss-newton" is the paper's
    Hessian, `alpha` the start of its recursion.
    """

    predicts = "cost"

    def saliency(self, net):
        """L_q = w_q^2 / (2 [H^-1]_qq) (n,), infinite where [H^-1]_qq is not positive."""
        diagonal = self._inverse.diagonal
        L = np.full(net.n, np.inf)
        np.divide(net.weights**2, 2 * diagonal, out=L, where=diagonal > 0)
        return L
