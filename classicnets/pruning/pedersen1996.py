"""Pruning by generalization: gammaOBD and gammaOBS. Pedersen, Hansen & Larsen (1996).

Both rank a weight by what its loss does to the estimated test error (P + Neff) / (P - Neff) E of generalization.py:

    dEtest_l  =  dE_l - (2/P) (Neff - Neff_l) E

the rise of the training error, less what is gained because there is one weight less to be determined by the data.
"""

import numpy as np

from .. import checks
from ..backprop import network_error
from ..hessian import hessian_diagonal
from ..inverse import inverse_hessian
from .generalization import effective_from_inverse
from .orphans import silenced


class GammaOBD:
    """Optimal Brain Damage by estimated test error; the others do not answer. Needs a weight decay > 0.

    dE_l = (weight_decay + h_l / 2) u_l^2 and Neff - Neff_l = (h_l / (h_l + weight_decay))^2, h the diagonal of the
    Gauss-Newton Hessian. Pedersen et al. (1996), section 3.
    """

    predicts = None

    def look(self, net, X, T, error="squared", weight_decay=0.0):
        """Take the second derivatives and the training error."""
        self._decay = checks.positive("weight_decay", weight_decay)
        self._curvature = hessian_diagonal(net, X, T, "gauss-newton", error)
        self._gain = 2 / len(T) * network_error(net, X, T, error)

    def saliency(self, net):
        """dEtest_l of every weight (n,)."""
        h, decay, u = self._curvature, self._decay, net.weights
        return (decay + h / 2) * u**2 - self._gain * (h / (h + decay)) ** 2

    def delete(self, net, q):
        """Set weight q to zero."""
        net.delete(q)


class GammaOBS:
    """Optimal Brain Surgeon by estimated test error; all others answer at once. Needs a weight decay > 0.

    A weight goes together with its nuisance weights, those that have no way to an output without it: they no longer
    count among the weights that the data determine. Pedersen et al. (1996), section 4.
    """

    predicts = None

    def look(self, net, X, T, error="squared", weight_decay=0.0):
        """Compute J^-1 and the training error."""
        self._decay = checks.positive("weight_decay", weight_decay)
        self._inverse = inverse_hessian(net, X, T, self._decay, "gauss-newton", error)
        self._gain = 2 / len(T) * network_error(net, X, T, error)

    def saliency(self, net):
        """dEtest_l of every weight (n,); infinite for one that is deleted."""
        L = np.full(net.n, np.inf)
        for q in np.flatnonzero(np.diag(self._inverse) > 0):
            gone = self._gone(net, q)
            less = self._determined(net, self._inverse) - self._determined(net, self._without(gone))
            L[q] = self._rise(net, gone) - self._gain * less
        return L

    def delete(self, net, q):
        """Delete weight q, set its nuisance weights to zero, and let all others answer."""
        gone = self._gone(net, q)
        net.weights = net.weights + self._answer(net, gone)
        net.weights[gone] = 0.0
        net.delete(q)
        self._inverse = self._without(gone)

    def _gone(self, net, q):
        still = np.diag(self._inverse) > 0
        return np.array([q, *(w for w in silenced(net, q) if still[w])])

    def _without(self, gone):
        """J^-1 without the rows and columns of these weights: (n, n), zero there. The paper's (J_1)^-1."""
        B = self._inverse
        smaller = B - B[:, gone] @ np.linalg.solve(B[np.ix_(gone, gone)], B[gone])
        smaller[gone], smaller[:, gone] = 0.0, 0.0
        return smaller

    def _answer(self, net, gone):
        """The change of all weights (n,) that takes these to zero at least cost."""
        B = self._inverse
        return -B[:, gone] @ np.linalg.solve(B[np.ix_(gone, gone)], net.weights[gone])

    def _rise(self, net, gone):
        """What the quadratic model says of the training error: slope -weight_decay u, curvature J - weight_decay I."""
        move = self._answer(net, gone)
        at_cost = net.weights[gone] @ np.linalg.solve(self._inverse[np.ix_(gone, gone)], net.weights[gone]) / 2
        return at_cost - self._decay * (net.weights @ move + move @ move / 2)

    def _determined(self, net, B):
        return effective_from_inverse(B, np.count_nonzero(np.diag(B)), self._decay)
