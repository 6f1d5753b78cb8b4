"""Early Brain Damage: pruning a network that has not reached a minimum. Tresp, Neuneier & Zimmermann (1997).

Training was stopped early, so the slope g = dE/dw is not zero. With the curvature h = d2E/dw2, each weight by itself
and the error a parabola, three numbers say everything:

    A = h w^2 / 2      what deleting the weight costs where the slope is zero: Optimal Brain Damage
    B = -g w           what the slope adds to it: A + B = E(w = 0) - E(w)
    C = g^2 / (2 h)    how far E(w) lies above the weight's own optimum w - g / h: A + B + C = E(w = 0) - E(w - g / h)

At w = 0 C is what a deleted weight would gain if it came back.
"""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..backprop import gradient, network_error, pattern_gradients
from ..diagonal import hessian_diagonal
from ..inverse import active_inverse
from ..shrinking import ShrinkingInverse
from .method import Method


class _Early(Method):
    """g and h of every weight, deleted ones included, and what reviving those would gain.

    `curvature` says where h comes from: "sums", the diagonal of the Gauss-Newton Hessian; or "updates", from the mean
    and the variance of the pattern-by-pattern gradients, which online training has at hand. Sections 3.2 and 3.3.
    """

    curvature = "sums"

    def __post_init__(self):
        checks.choose("curvature", self.curvature, _MEASURES)

    def look(self, net, cost):
        """Take g and h, the weight decay in both."""
        g, h = _MEASURES[self.curvature](net, cost)
        self._slope, self._curvature = g + cost.weight_decay * net.weights, h + cost.weight_decay

    def parts(self, net):
        """A, B and C of every weight: (3, n). A weight of no curvature has no slope either, and no C."""
        g, h, w = self._slope, self._curvature, net.weights
        C = np.divide(g**2, 2 * h, out=np.zeros(net.n), where=h > 0)
        return np.array([h * w**2 / 2, -g * w, C])

    def gain(self, net):
        """What each deleted weight would lower the error by if it came back: C at zero, (n,)."""
        return self.parts(net)[2]


def _from_sums(net, cost):
    g = gradient(net, cost.X, cost.T, cost.error)
    return g, hessian_diagonal(net, cost.X, cost.T, "gauss-newton", cost.error)


def _from_updates(net, cost):
    """An update is -eta (o - t) do/dw: where residual and derivative go apart, its variance is eta^2 sigma^2 h.

    sigma^2 is the mean squared residual of an output; for the squared error only.
    """
    if cost.error != "squared":
        raise ValueError(f"error: expected squared for curvatures from updates; got {cost.error!r}")
    g = pattern_gradients(net, cost.X, cost.T)
    variance = 2 * network_error(net, cost.X, cost.T) / net.sizes[-1]
    return g.mean(axis=0), g.var(axis=0) / variance if variance > 0 else np.zeros(net.n)


_MEASURES = {"sums": _from_sums, "updates": _from_updates}


@dataclass
class ESP(_Early):
    """Deletes the weight of least A + B = E(w = 0) - E(w); the others do not answer. Section 2."""

    curvature: str = "sums"
    predicts = "cost"

    def saliency(self, net):
        """A + B (n,)."""
        A, B, _ = self.parts(net)
        return A + B


@dataclass
class EBD(_Early):
    """Early Brain Damage: deletes the weight of least A + B + C, OBD at the weight's own optimum. Section 3.1."""

    curvature: str = "sums"

    def saliency(self, net):
        """A + B + C = h (w - g / h)^2 / 2 (n,)."""
        return self.parts(net).sum(axis=0)


@dataclass
class EBS(_Early):
    """Early Brain Surgeon: OBS at the optimum w - H^-1 g that the whole Hessian points to. Section 3.4.

    When the first weight goes, the network moves to that optimum and the others answer from there. `alpha` > 0 is added
    to the diagonal of H: the larger, the shorter the move.
    """

    alpha: float = 1e-4

    def __post_init__(self):
        self.alpha = checks.positive("alpha", self.alpha)

    def look(self, net, cost):
        """Take g, h and H^-1, and the optimum."""
        super().look(net, cost)
        B = active_inverse(net, cost.X, cost.T, self.alpha, "gauss-newton", **cost.options)
        self._inverse, self._optimum = ShrinkingInverse(B, net.mask), net.weights.copy()
        self._optimum[net.mask] -= B @ self._slope[net.mask]

    def saliency(self, net):
        """w_q^2 / (2 [H^-1]_qq) at the optimum (n,), infinite for a weight that is deleted."""
        diagonal = self._inverse.diagonal
        return np.divide(self._optimum**2, 2 * diagonal, out=np.full(net.n, np.inf), where=diagonal > 0)

    def group_saliency(self, net, group):
        """The same of weights that go together."""
        return self._inverse.answer(self._optimum, group)[1]

    def delete(self, net, q):
        """Delete weight q, all others at the optimum without it."""
        column, w = self._inverse.column(q), self._optimum
        net.delete(q)
        net.weights = w - w[q] / column[q] * column
        self._optimum = net.weights.copy()
        self._inverse.remove(q)
