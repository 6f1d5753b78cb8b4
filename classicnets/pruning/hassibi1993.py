"""Optimal Brain Surgeon. Hassibi & Stork (1993)."""

import numpy as np

from .. import checks
from ..inverse import inverse_hessian, remove


class OptimalBrainSurgeon:
    """Deletes the weight of least saliency w_q^2 / (2 [H^-1]_qq) and lets all others answer at once. Eq. 5.

    `alpha` > 0 starts the recursion for the inverse; `kind` "gauss-newton" is the paper's Hessian, "exact" the full one
    (a weight whose [H^-1]_qq is not positive is then never chosen). Several deletions in one step share one inverse,
    from which each deleted weight is removed.
    """

    predicts_error = True

    def __init__(self, alpha=1e-6, kind="gauss-newton"):
        self.alpha = checks.positive("alpha", alpha)
        checks.choose("kind", kind, {"gauss-newton": 0, "exact": 0})
        self.kind = kind

    def look(self, net, X, T, error="squared", weight_decay=0.0):
        """Compute H^-1."""
        self._inverse = inverse_hessian(net, X, T, self.alpha, self.kind, error, weight_decay)

    def saliency(self, net):
        """L_q = w_q^2 / (2 [H^-1]_qq) (n,), infinite where [H^-1]_qq is not positive."""
        diagonal = np.diag(self._inverse)
        L = np.full(net.n, np.inf)
        np.divide(net.weights**2, 2 * diagonal, out=L, where=diagonal > 0)
        return L

    def delete(self, net, q):
        """Delete weight q and add dw = -(w_q / [H^-1]_qq) H^-1 e_q to all others."""
        B, w = self._inverse, net.weights
        net.weights = w - w[q] / B[q, q] * B[:, q]
        net.delete(q)
        self._inverse = remove(B, q)
