"""Optimal Brain Surgeon in an eigenspace, and the bounds it gives on the saliencies. Hassibi et al. (1994), section 3.

The weights that can go lie where the error hardly changes: in the noise space, spanned by the eigenvectors U_N of the
smallest eigenvalues S_N of the Hessian. The others answer a deletion within that space alone.

Other errors than the squared one, section 2, are the a_k of `hessian.root_rows`.
"""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..active import active_hessian
from ..cost import Cost, active_decay
from ..error import check_patterns
from ..shrinking import ShrinkingInverse
from .hassibi1993 import Surgeon, saliencies

REACHED = 1e-12  # of its first N_qq: less is left of a weight by rounding alone


@dataclass
class EigenspaceSurgeon(Surgeon):
    """Deletes the weight of least saliency w_q^2 / (2 N_qq), N = U_N S_N^-1 U_N^T; the others answer in that space.

    N, from the `dimension` smallest eigenvalues of H + alpha I, stands for H^-1, and everything else is as in Optimal
    Brain Surgeon: -w_q / N_qq N e_q is the cheapest move dw = U_N c, 1/2 c^T S_N c, that takes w_q to zero; and
    N - N_:q N_q: / N_qq answers for the moves of the noise space that leave the deleted weight where it is. These have
    one dimension fewer, so that at most `dimension` weights go in one step. With no more weights than `dimension` the
    space is the whole one, and the method OBS. Where more than `dimension` eigenvalues are the least, such as the
    zeros that come from inputs adding up to 1, it is chance which of their eigenvectors are taken.
    Hassibi et al. (1994), section 3.
    """

    dimension: int = 5
    alpha: float = 1e-6

    def __post_init__(self):
        self.dimension = checks.count("dimension", self.dimension)
        self.alpha = checks.positive("alpha", self.alpha)

    def look(self, net, cost):
        """Compute U_N S_N^-1 U_N^T, the Hessian with the weight decay in it."""
        S, U = _eigenspaces(net, cost, self.alpha)
        S, U = S[: self.dimension], U[:, : self.dimension]
        self._inverse, self._left = ShrinkingInverse((U / S) @ U.T, net.mask), len(S)
        self._rounding = REACHED * self._inverse.diagonal

    def saliency(self, net):
        """As in Optimal Brain Surgeon; infinite where the noise space does not reach: N_qq is rounding."""
        reached = np.where(self._inverse.diagonal > self._rounding, self._inverse.diagonal, 0.0)
        return saliencies(net.weights, reached)

    def group_saliency(self, net, group):
        """That of weights that go together; infinite where the noise space cannot take all of them to zero."""
        return super().group_saliency(net, group) if self._reaches(group) else np.inf

    def _reaches(self, group):
        """Whether N_GG is more than rounding in all its directions, each weight in the unit of its first N_qq."""
        units = np.sqrt(self._rounding[group] / REACHED)
        N = np.array([self._inverse.column(q)[group] for q in group])
        return (units > 0).all() and np.linalg.eigvalsh(N / units / units[:, None])[0] > REACHED

    def delete(self, net, q):
        """Delete weight q; all others answer within the noise space."""
        super().delete(net, q)
        self._left -= 1
        if not self._left:  # all that is left is rounding
            self._inverse = ShrinkingInverse(np.zeros((net.n_active, net.n_active)), net.mask)


def saliency_bounds(net, X, T, dimension=5, alpha=1e-6, error="squared", weight_decay=0.0):
    """Lower and upper bounds (n,) on the saliency of Optimal Brain Surgeon, infinite for deleted weights.

    With N the U_N S_N^-1 U_N^T of EigenspaceSurgeon and r_q = 1 - |U_N^T e_q|^2 what of weight q lies outside of the
    noise space, N_qq + r_q / s_max <= [H^-1]_qq <= N_qq + r_q / s, s the smallest eigenvalue left out: two eigenvalues
    beside the noise space are all they need. Equal where nothing is left out. Hassibi et al. (1994), section 3.
    """
    dimension, alpha = checks.count("dimension", dimension), checks.positive("alpha", alpha)
    S, U = _eigenspaces(net, Cost.fitting(net, X, T, error, weight_decay), alpha)
    inside = np.square(U[:, :dimension])
    N, r = np.zeros(net.n), np.zeros(net.n)
    N[net.mask], r[net.mask] = inside @ (1 / S[:dimension]), np.maximum(1 - inside.sum(axis=1), 0.0)
    least, largest = S[[dimension, -1]] if dimension < len(S) else (np.inf, np.inf)
    return saliencies(net.weights, N + r / least), saliencies(net.weights, N + r / largest)


def _eigenspaces(net, cost, alpha):
    """Eigenvalues (n_active,) of H + alpha I, smallest first, and eigenvectors (n_active, n_active)."""
    X, T, error = check_patterns(net, cost.X, cost.T, cost.error)
    with np.errstate(over="ignore", invalid="ignore"):
        H = active_hessian(net, X, T, error, "gauss-newton")
    if not np.isfinite(H).all():
        raise checks.Diverged("net: expected a Hessian that is finite; got one that is not")
    H.flat[:: len(H) + 1] += active_decay(net, cost.weight_decay)
    eigenvalues, eigenvectors = np.linalg.eigh(H)
    return np.maximum(eigenvalues, 0.0) + alpha, eigenvectors
