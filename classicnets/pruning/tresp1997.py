"""Early Brain Damage: pruning a network that has not reached a minimum. Tresp, Neuneier & Zimmermann (1997).

Training was stopped early, so the slope g = dE/dw is not zero. With the curvature h = d2E/dw2, each weight by itself
and the error a parabola, three numbers say everything:

    A = h w^2 / 2      what deleting the weight costs where the slope is zero: Optimal Brain Damage
    B = -g w           what the slope adds to it: A + B = E(w = 0) - E(w)
    C = g^2 / (2 h)    how far E(w) lies above the weight's own optimum w - g / h: A + B + C = E(w = 0) - E(w - g / h)

At w = 0 C is what a deleted weight would gain if it came back.
"""

import numpy as np

from .. import checks
from ..backprop import gradient, network_error, pattern_gradients
from ..hessian import hessian_diagonal
from ..inverse import inverse_hessian, remove


class _Early:
    """g and h of every weight, deleted ones included, and what reviving those would gain.

    `curvature` says where h comes from: "sums", the diagonal of the Gauss-Newton Hessian; or "updates", from the mean
    and the variance of the pattern-by-pattern gradients, which online training has at hand. Sections 3.2 and 3.3.
    """

    def __init__(self, curvature="sums"):
        self._measure = checks.choose("curvature", curvature, {"sums": self._from_sums, "updates": self._from_updates})

    def look(self, net, X, T, error="squared", weight_decay=0.0):
        """Take g and h."""
        self._slope, self._curvature = self._measure(net, X, T, error)
        self._slope = self._slope + weight_decay * net.weights
        self._curvature = self._curvature + weight_decay

    @staticmethod
    def _from_sums(net, X, T, error):
        return gradient(net, X, T, error), hessian_diagonal(net, X, T, "gauss-newton", error)

    @staticmethod
    def _from_updates(net, X, T, error):
        """An update is -eta (o - t) do/dw: where residual and derivative go apart, its variance is eta^2 sigma^2 h.

        sigma^2 is the mean squared residual of an output; for the squared error only.
        """
        if error != "squared":
            raise ValueError(f"error: expected squared for curvatures from updates; got {error!r}")
        g = pattern_gradients(net, X, T)
        variance = 2 * network_error(net, X, T) / net.sizes[-1]
        return g.mean(axis=0), g.var(axis=0) / variance if variance > 0 else np.zeros(net.n)

    def parts(self, net):
        """A, B and C of every weight: (3, n). A weight of no curvature has no slope either, and no C."""
        g, h, w = self._slope, self._curvature, net.weights
        C = np.divide(g**2, 2 * h, out=np.zeros(net.n), where=h > 0)
        return np.array([h * w**2 / 2, -g * w, C])

    def gain(self, net):
        """What each deleted weight would lower the error by if it came back: C at zero, (n,)."""
        return self.parts(net)[2]

    def delete(self, net, q):
        """Set weight q to zero."""
        net.delete(q)


class ESP(_Early):
    """Deletes the weight of least A + B = E(w = 0) - E(w); the others do not answer. Section 2."""

    predicts = "cost"

    def saliency(self, net):
        """A + B (n,)."""
        A, B, _ = self.parts(net)
        return A + B


class EBD(_Early):
    """Early Brain Damage: deletes the weight of least A + B + C, OBD at the weight's own optimum. Section 3.1."""

    predicts = None

    def saliency(self, net):
        """A + B + C = h (w - g / h)^2 / 2 (n,)."""
        return self.parts(net).sum(axis=0)


class EBS(_Early):
    """Early Brain Surgeon: OBS at the optimum w - H^-1 g that the whole Hessian points to. Section 3.4.

    When the first weight goes, the network moves to that optimum and the others answer from there. `alpha` > 0 is added
    to the diagonal of H: the larger, the shorter the move.
    """

    predicts = None

    def __init__(self, alpha=1e-4):
        super().__init__()
        self.alpha = checks.positive("alpha", alpha)

    def look(self, net, X, T, error="squared", weight_decay=0.0):
        """Take g, h and H^-1, and the optimum."""
        super().look(net, X, T, error, weight_decay)
        self._inverse = inverse_hessian(net, X, T, self.alpha, "gauss-newton", error, weight_decay)
        self._optimum = net.weights - self._inverse @ self._slope

    def saliency(self, net):
        """w_q^2 / (2 [H^-1]_qq) at the optimum (n,), infinite for a weight that is deleted."""
        diagonal = np.diag(self._inverse)
        return np.divide(self._optimum**2, 2 * diagonal, out=np.full(net.n, np.inf), where=diagonal > 0)

    def delete(self, net, q):
        """Delete weight q, all others at the optimum without it."""
        B, w = self._inverse, self._optimum
        self._optimum = w - w[q] / B[q, q] * B[:, q]
        net.delete(q)
        net.weights = self._optimum
        self._optimum, self._inverse = net.weights.copy(), remove(B, q)
