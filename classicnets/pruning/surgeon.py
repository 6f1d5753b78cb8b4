"""What all surgeons share: the inverse Hessian, and the answer of the other weights when one is deleted."""

import numpy as np

from .. import checks
from ..inverse import ShrinkingInverse, inverse_hessian


class Surgeon:
    """Keeps H^-1, deletes a weight and lets all others answer at once; its kinds differ in H^-1 or in the saliency.

    `alpha` > 0 starts the recursion for the inverse; `kind` is "gauss-newton" or "exact" (a weight whose [H^-1]_qq is
    not positive is then never chosen). Several deletions in one step share one inverse, from which each deleted weight
    is removed.
    """

    def __init__(self, alpha=1e-6, kind="gauss-newton"):
        self.alpha = checks.positive("alpha", alpha)
        checks.choose("kind", kind, {"gauss-newton": 0, "exact": 0})
        self.kind = kind

    def look(self, net, X, T, error="squared", weight_decay=0.0):
        """Compute H^-1, the Hessian with the weight decay in it."""
        self._inverse = None  # before the next is made: one of 5546 weights takes 246 MB
        self._inverse = ShrinkingInverse(inverse_hessian(net, X, T, self.alpha, self.kind, error, weight_decay))
        self._weight_decay = weight_decay

    def saliency(self, net):
        """L_q = w_q^2 / (2 [H^-1]_qq) (n,), infinite where [H^-1]_qq is not positive. Hassibi & Stork (1993), eq. 5."""
        return saliencies(net.weights, self._inverse.diagonal)

    def delete(self, net, q):
        """Delete weight q and add dw = -(w_q / [H^-1]_qq) H^-1 e_q to all others. Hassibi & Stork (1993), eq. 5."""
        w, column = net.weights, self._inverse.column(q)
        net.weights = w - w[q] / column[q] * column
        net.delete(q)
        self._inverse.remove(q)


def saliencies(weights, diagonal):
    """w_q^2 / (2 [H^-1]_qq) (n,) from the diagonal of H^-1 (n,), infinite where it is not positive."""
    L = np.full(len(weights), np.inf)
    np.divide(weights**2, 2 * diagonal, out=L, where=diagonal > 0)
    return L
