"""Pruning by generalization: gammaOBD and gammaOBS. Pedersen, Hansen & Larsen (1996).

Both rank a weight by what its loss does to the estimated test error (P + Neff) / (P - Neff) E of generalization.py:

    dEtest_l  =  dE_l - (2/P) (Neff - Neff_l) E

the rise of the training error, less what is gained because there is one weight less to be determined by the data.
"""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..backprop import network_error
from ..cost import scaled_decay
from ..diagonal import hessian_diagonal
from ..inverse import over_all
from ..shrinking import answer, remove
from .generalization import decayed_inverse, effective_from_inverse
from .method import Method
from .orphans import silenced


@dataclass
class GammaOBD(Method):
    """Optimal Brain Damage by estimated test error; the others do not answer. Needs a weight decay > 0.

    dE_l = (weight_decay + h_l / 2) u_l^2 and Neff - Neff_l = (h_l / (h_l + weight_decay))^2, h the diagonal of the
    Gauss-Newton Hessian. Pedersen et al. (1996), section 3.
    """

    def look(self, net, cost):
        """Take the second derivatives and the training error."""
        self._decay = checks.weight_decay(cost.weight_decay, net.n, some=True)
        self._curvature = hessian_diagonal(net, cost.X, cost.T, "gauss-newton", cost.error)
        self._gain = 2 / len(cost.T) * network_error(net, cost.X, cost.T, cost.error)

    def saliency(self, net):
        """dEtest_l of every weight (n,)."""
        h, decay, u = self._curvature, self._decay, net.weights
        determined = np.divide(h, h + decay, out=np.zeros(net.n), where=h > 0)
        return (decay + h / 2) * u**2 - self._gain * determined**2


@dataclass
class GammaOBS(Method):
    """Optimal Brain Surgeon by estimated test error; all others answer at once. Needs a weight decay > 0.

    A weight goes together with its nuisance weights, those that have no way to an output without it: they no longer
    count among the weights that the data determine. Pedersen et al. (1996), section 4.
    """

    def look(self, net, cost):
        """Compute J^-1 and the training error."""
        self._decay = cost.weight_decay
        self._inverse = over_all(net, decayed_inverse(net, cost.X, cost.T, self._decay, cost.error))
        self._gain = 2 / len(cost.T) * network_error(net, cost.X, cost.T, cost.error)

    def saliency(self, net):
        """dEtest_l of every weight (n,); infinite for one that is deleted."""
        L = np.full(net.n, np.inf)
        for q in np.flatnonzero(np.diag(self._inverse) > 0):
            L[q] = self._rise(net, [q])
        return L

    def group_saliency(self, net, group):
        """dEtest of weights that go together, their nuisance weights with them."""
        return self._rise(net, group)

    def _rise(self, net, group):
        gone = self._gone(net, group)
        move, at_cost = answer(self._inverse[gone], gone, net.weights)
        # The quadratic model of the training error has slope -weight_decay u, curvature J - weight_decay I.
        decay, share = scaled_decay(self._decay, net.n)
        rise = at_cost - decay * (net.weights @ (share * move) + move @ (share * move) / 2)
        less = self._determined(self._inverse) - self._determined(remove(self._inverse, gone))
        return rise - self._gain * less

    def delete(self, net, q):
        """Delete weight q, set its nuisance weights to zero, and let all others answer."""
        gone = self._gone(net, [q])
        weights = net.weights + answer(self._inverse[gone], gone, net.weights)[0]
        weights[gone] = 0.0
        net.weights = weights
        net.delete(q)
        self._inverse = remove(self._inverse, gone)  # the paper's (J_1)^-1

    def _gone(self, net, group):
        still = np.diag(self._inverse) > 0
        return np.array([*group, *(w for w in silenced(net, group) if still[w])])

    def _determined(self, B):
        return effective_from_inverse(B, np.count_nonzero(np.diag(B)), self._decay)
