"""Layer-wise Optimal Brain Surgeon. Dong, Chen & Pan (2017).

Each layer is pruned for its own sake: what the whole network sends it stays as it was, and its units are to get what
they got before. On the house's scale, E = 1/(2P) sum_k (a_k' - a_k)^2 of each unit, the Hessian of all units of a layer
is Psi (layerwise.py), and so one inverse of a hundred or a thousand weights a side serves hundreds of units:

    L_q  =  w_q^2 / (2 [Psi^-1]_qq)            dw  =  -(w_q / [Psi^-1]_qq) Psi^-1 e_q                    eq. 6

The paper's E, eq. 3, has no 1/2 and its Hessian, eq. 9, no 2: there L_q is half of the rise. Targets are not needed.

Where several weights of a unit go from one look, G in their order, the paper applies eq. 6 with the same inverse again
and again, never without the rows and columns of what is gone. Each answer pushes those off zero, and they are zeroed in
the end: in all c solves the lower triangle of [Psi^-1]_GG c = w_G, dw = -Psi^-1_:G c, one sweep of Gauss & Seidel. The
whole system is what an inverse that shrinks comes to, in any order: it is the least squares of the weights that stay.
"""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from .. import checks
from ..layerwise import layer_hessian, psi_inverse
from .hassibi1993 import saliencies
from .method import Method


class Layerwise(Method):
    """Chooses the weights of a step by what they were worth at its look, and deletes them together."""

    def step(self, net, candidates, number):
        """Delete up to `number` candidates, those least salient at the look: their weights, and what each was worth."""
        if isinstance(candidates, np.ndarray):
            groups, worth = range(net.n), np.where(net.mask & candidates, self.saliency(net), np.inf)
        else:
            groups = [group[net.mask[group]] for group in candidates]
            worth = np.array([self.group_saliency(net, group) if len(group) else np.inf for group in groups])
        chosen = least(worth, number)
        deleted = list(dict.fromkeys(int(q) for i in chosen for q in np.atleast_1d(groups[i])))
        self._delete_together(net, np.array(deleted, dtype=int))
        return deleted, worth[chosen].tolist()

    def _delete_together(self, net, deleted):
        """Delete several weights, indices in their order; the others do not answer."""
        net.delete(deleted)


@contextmanager
def _sound():
    """checks.Diverged where a matrix that must have an inverse has none; what overflows is seen later."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            yield
    except np.linalg.LinAlgError as reason:
        raise checks.Diverged(_WANTED) from reason


_WANTED = "alpha: expected enough to be seen beside Psi; got too little"


def least(worth, number):
    """The indices of the `number` least worth, the least first; fewer where the others are infinite."""
    order = np.argsort(worth, kind="stable")[:number]
    return order[np.isfinite(worth[order])]


@dataclass
class LayerwiseDamage(Layerwise):
    """Deletes the weight of least w_q^2 Psi_qq / 2, what the error of its own unit rises by; the others do not answer.

    Optimal Brain Damage of each layer by itself, a baseline of Dong et al. (2017), table 1.
    """

    def look(self, net, cost):
        """Take the diagonal of each layer's Psi."""
        diagonals = [np.diag(layer_hessian(net, cost.X, layer)) for layer in range(len(net.sizes) - 1)]
        self._curvature = np.concatenate([np.tile(d, units) for d, units in zip(diagonals, net.sizes[1:], strict=True)])

    def saliency(self, net):
        """w_q^2 Psi_qq / 2 (n,)."""
        return net.weights**2 * self._curvature / 2


@dataclass
class LayerwiseSurgeon(Layerwise):
    """Deletes the weight of least w_q^2 / (2 [Psi^-1]_qq), Psi that of its own layer; the others of its unit answer.

    `alpha` > 0 stands on the diagonal of Psi: the paper's start of the inverse is 1 / alpha. With `shrinking` the
    inverse of a unit is that of the weights it has left; without it is the paper's, one a layer, whatever is gone.
    Dong et al. (2017), eq. 6.
    """

    alpha: float = 1e-6
    shrinking: bool = True

    def __post_init__(self):
        self.alpha, self.shrinking = checks.positive("alpha", self.alpha), checks.flag("shrinking", self.shrinking)

    def look(self, net, cost):
        """Take each layer's Psi + alpha I and, where it is not to shrink, its inverse."""
        self._hessians = [self._hessian(net, cost.X, layer) for layer in range(len(net.sizes) - 1)]
        self._inverses = [] if self.shrinking else [psi_inverse(H.copy()) for H in self._hessians]

    def _hessian(self, net, X, layer):
        H = layer_hessian(net, X, layer)
        H.flat[:: len(H) + 1] += self.alpha
        return H

    def saliency(self, net):
        """w_q^2 / (2 [Psi^-1]_qq) (n,), infinite for deleted weights. Dong et al. (2017), eq. 6."""
        if self.shrinking:
            of_units = [_diagonals(H, mask) for H, mask in zip(self._hessians, net.mask_matrices, strict=True)]
        else:
            of_units = [np.tile(np.diag(B), (units, 1)) for B, units in zip(self._inverses, net.sizes[1:], strict=True)]
        return saliencies(net.weights, np.where(net.mask, np.concatenate([d.ravel() for d in of_units]), 0.0))

    def group_saliency(self, net, group):
        """By how much the errors of all layers rise, dw^T Psi dw / 2, where these go and the others have answered."""
        smaller = net.copy()
        self._delete_together(smaller, group)
        moves = [after - before for after, before in zip(smaller.matrices, net.matrices, strict=True)]
        return float(sum((dw @ H * dw).sum() for dw, H in zip(moves, self._hessians, strict=True)) / 2)

    def delete(self, net, q):
        """Delete weight q and add its answer to the others of its unit. Dong et al. (2017), eq. 6."""
        self._delete_together(net, np.array([q]))

    def _delete_together(self, net, deleted):
        """Delete several weights, indices in their order, of any units; the others of each unit answer."""
        turn, weights = np.full(net.n, net.n), net.weights.copy()
        turn[deleted] = np.arange(len(deleted))
        layers = zip(net.views(weights), net.views(turn), net.mask_matrices, strict=True)
        for layer, of_units in enumerate(layers):
            for w, own_turn, mask in zip(*of_units, strict=True):
                gone = np.argsort(own_turn)[: np.count_nonzero(own_turn < net.n)]
                if len(gone):
                    w[:] = self._answered(layer, w, gone, mask & (own_turn == net.n))
        if not np.isfinite(weights).all():
            raise checks.Diverged(_WANTED)
        net.weights = weights
        net.delete(deleted)

    def _answered(self, layer, w, gone, left):
        """The weights (fan-in + 1,) of a unit without those that are `gone`, indices in their order."""
        if self.shrinking:
            return _least_squares(self._hessians[layer], w, gone, left)
        B, w = self._inverses[layer], w.copy()
        with _sound():
            for q in gone:
                w -= w[q] / B[q, q] * B[q]
        return np.where(left, w, 0.0)


def _least_squares(H, w, gone, left):
    """The weights `left` (fan-in + 1,), booleans, that make up best for those `gone`: dw = H_ll^-1 H_lg w_g."""
    answered = np.where(left, w, 0.0)
    with _sound():
        answered[left] += np.linalg.solve(H[np.ix_(left, left)], H[np.ix_(left, gone)] @ w[gone])
    return answered


def _diagonals(H, mask):
    """Of each unit the diagonal of the inverse of H over its weights left (units, fan-in + 1), zero elsewhere."""
    masks, unit = np.unique(mask, axis=0, return_inverse=True)  # units of one mask share it
    diagonals = np.zeros(masks.shape)
    for diagonal, left in zip(diagonals, masks, strict=True):
        diagonal[left] = np.diag(psi_inverse(H[np.ix_(left, left)]))
    return diagonals[unit.ravel()]
