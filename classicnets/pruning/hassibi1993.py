"""Optimal Brain Surgeon. Hassibi & Stork (1993).

Near a minimum of the cost E the weights w + dw cost dE = dw^T H dw / 2 more. Of all dw that take weight q to zero,
e_q^T dw + w_q = 0, the cheapest one and its price are

    dw  =  -(w_q / [H^-1]_qq) H^-1 e_q              L_q  =  w_q^2 / (2 [H^-1]_qq)                          eq. 5
"""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..cost import active_decay
from ..diagonal import hessian_diagonal
from ..error import check_patterns
from ..hessian import KINDS
from ..inverse import damped_inverse
from ..shrinking import ShrinkingInverse
from .method import Method


class Surgeon(Method):
    """Keeps H^-1, deletes the weight of least L_q and lets all others answer: eq. 5. Its kinds differ in H^-1.

    Several deletions in one step share one inverse, from which each deleted weight is removed.
    """

    predicts = "cost"

    def saliency(self, net):
        """L_q = w_q^2 / (2 [H^-1]_qq) (n,), infinite where [H^-1]_qq is not positive. Hassibi & Stork (1993), eq. 5."""
        return saliencies(net.weights, self._inverse.diagonal)

    def delete(self, net, q):
        """Delete weight q and add dw = -(w_q / [H^-1]_qq) H^-1 e_q to all others. Hassibi & Stork (1993), eq. 5."""
        w, column = net.weights, self._inverse.column(q)
        self._inverse.remove(q)
        net.weights = w - w[q] / column[q] * column
        net.delete(q)

    def group_saliency(self, net, group):
        """w_G^T [H^-1]_GG^-1 w_G / 2 of weights that go together: eq. 5 with as many constraints. Infinite below 0."""
        rise = self._inverse.answer(net.weights, group)[1]
        return rise if rise >= 0 else np.inf


@dataclass
class OptimalBrainSurgeon(Surgeon):
    """Deletes the weight of least saliency w_q^2 / (2 [H^-1]_qq) and lets all others answer at once. Eq. 5.

    The saliency is what E + 1/2 weight_decay |w|^2 is predicted to rise by. `kind` "gauss-newton" is the paper's
    Hessian, `alpha` > 0 the start of its recursion.

    `kind` "exact" has the (t - o) terms too. Away from a minimum it may have negative curvature: then eq. 5 leads to a
    saddle and means nothing, and a pruning ends there ("indefinite"). With `saddles` it goes on from there as the paper
    of 1994 must have done, without a prediction; weights whose [H^-1]_qq is not positive are never chosen.

    `scale` "absolute" takes alpha as it is; "own" times the H_qq of each weight itself, and then the path is the same
    in any units of the inputs; "mean" times the mean of all of them, and then it is the same for any scale of the
    error. These H_qq are those of Gauss-Newton, which are never negative.
    """

    alpha: float = 1e-6
    kind: str = "gauss-newton"
    saddles: bool = False
    scale: str = "absolute"

    def __post_init__(self):
        self.alpha, self.saddles = checks.positive("alpha", self.alpha), checks.flag("saddles", self.saddles)
        checks.choose("kind", self.kind, KINDS), checks.choose("scale", self.scale, SCALES)

    def look(self, net, cost):
        """Compute H^-1, the Hessian with the weight decay in it. checks.Indefinite where there is no minimum."""
        self._inverse = None  # before the next is made: one of 5546 weights takes 246 MB
        X, T, error = check_patterns(net, cost.X, cost.T, cost.error)
        start = SCALES[self.scale](self.alpha, net, cost) + active_decay(net, cost.weight_decay)
        try:
            B, self._minimum = damped_inverse(net, X, T, start, self.kind, error, minimum=True), True
        except checks.Indefinite:
            if not self.saddles:
                raise
            B, self._minimum = damped_inverse(net, X, T, start, self.kind, error), False
        self._inverse = ShrinkingInverse(B, net.mask)

    def predicted(self, worth):
        """What the saliencies add up to; NaN at a saddle."""
        return super().predicted(worth) if self._minimum else np.nan


def _own(alpha, net, cost):
    """alpha H_qq (n_active,); of a weight that no output depends on next to nothing, so that it goes first."""
    h = _diagonal(net, cost)
    return alpha * np.where(h > 0, h, 1e-30 * h[h > 0].min(initial=1.0))


def _mean(alpha, net, cost):
    """alpha times the mean of H_qq; alpha itself where no output depends on any weight, so that all may go."""
    return alpha * (_diagonal(net, cost).mean() or 1.0)


def _diagonal(net, cost):
    return hessian_diagonal(net, cost.X, cost.T, "gauss-newton", **cost.options)[net.mask]


SCALES = {"absolute": lambda alpha, net, cost: alpha, "own": _own, "mean": _mean}


def saliencies(weights, diagonal):
    """w_q^2 / (2 [H^-1]_qq) (n,) from the diagonal of H^-1 (n,), infinite where it is not positive."""
    L = np.full(len(weights), np.inf)
    np.divide(weights**2, 2 * diagonal, out=L, where=diagonal > 0)
    return L
