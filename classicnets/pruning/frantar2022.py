"""Optimal Brain Compression: the Surgeon's eq. 5 for each unit by itself, exactly. Frantar, Singh & Alistarh (2022).

By a layer's own error (layerwise.py) every unit is a small problem by itself, and all of a layer have the Hessian Psi.
So each weight can go by the Surgeon's eq. 5 with an inverse that is right for it, B = Psi^-1 over those weights of its
unit that are still free. It need not go to zero: of all dw that take weight q to a value v, the cheapest one and its
price are

    dw  =  -((w_q - v) / B_qq) B e_q              L_q  =  (w_q - v)^2 / (2 B_qq)

with v = 0 to prune (their section 4), and v the nearest level of a grid to quantize (section 5).
"""

from dataclasses import dataclass

import numpy as np

from .. import checks, memory
from ..layerwise import damped_psi, layer_by_layer, psi_inverse
from ..mlp import MLP
from ..quantization import unit_grid
from ..shrinking import ShrinkingInverse
from .method import Method


@dataclass
class OptimalBrainCompression(Method):
    """Deletes the weight of least L_q, what its own layer's error rises by; the others of its unit answer.

    `alpha` > 0 times the mean of Psi's diagonal is added to it. For MLPs. Of the targets it knows nothing, and L_q is a
    layer's: it predicts nothing of the network's error, and says which of two weights of a layer is worth more.
    """

    alpha: float = 1e-2

    def __post_init__(self):
        self.alpha = checks.positive("alpha", self.alpha)

    def look(self, net, cost):
        """Take Psi of each layer, and from it the inverse of each unit."""
        checks.instance("net", net, MLP, "an MLP")
        memory.check_room("net", sum(units * inputs**2 for units, inputs in net.shapes))
        self._units, self._unit_of, self._diagonal = [], np.empty(net.n, dtype=int), np.zeros(net.n)
        for layer, numbers in enumerate(net.views(np.arange(net.n))):
            psi = damped_psi(net, cost.X, layer, self.alpha)
            for own, inverse in zip(numbers, _inverses(psi, net.mask[numbers]), strict=True):
                self._unit_of[own], self._diagonal[own] = len(self._units), inverse.diagonal
                self._units.append((own, inverse))

    def saliency(self, net):
        """L_q (n,), infinite for a weight that is deleted."""
        return _rises(net.weights, self._diagonal)

    def group_saliency(self, net, group):
        """The same of weights that go together: the sum over their units of w_G^T [B]_GG^-1 w_G / 2."""
        total = 0.0
        for unit in np.unique(self._unit_of[group]):
            own, inverse = self._units[unit]
            total += inverse.answer(net.weights[own], np.flatnonzero(np.isin(own, group)))[1]
        return total

    def delete(self, net, q):
        """Delete weight q and let the others of its unit answer."""
        own, inverse = self._units[self._unit_of[q]]
        weights = net.weights.copy()
        weights[own] = _sent(weights[own], inverse, q - own[0], 0.0)
        self._diagonal[own] = inverse.diagonal
        net.weights = weights
        net.delete(q)


def prune_by_traces(net, X, left, alpha=1e-2):
    """A copy of an MLP that has a share `left` of each layer's weights, pruned for the layer's own error.

    Trace and choose: each unit deletes its weights down to the last and notes what each costs; the layer takes from
    these traces whichever next one is cheapest; and each unit answers for its own at once, which is the same as one by
    one. `alpha` as in OptimalBrainCompression. Algorithms 1 and 2. ValueError for what does not fit.
    departs: a layer sees what the pruned ones below send, where the paper takes what the whole ones did.
    """
    left = checks.share("left", left)
    return layer_by_layer(net, X, lambda *layer: _pruned(*layer, left), alpha)


def quantize_greedily(net, X, bits, alpha=1e-2):
    """A copy of an MLP with each weight on a level of its unit's grid of 2^bits: the cheapest goes there first.

    Those that answer may leave the grid; who is more than half a step from its nearest level goes at once. The grids
    are those of `round_to_bits`. Algorithm 3. ValueError for what does not fit. departs: as `prune_by_traces`.
    """

    def change(matrix, mask, psi):
        grid, settled = unit_grid(matrix, bits), np.empty_like(matrix)
        for unit, (w, inverse) in enumerate(zip(matrix, _inverses(psi, mask), strict=True)):
            own = grid.of(unit)
            settled[unit] = _settled(w, inverse, own.nearest, 0.5 * own.step)[0]
        return settled, mask

    return layer_by_layer(net, X, change, alpha)


def _pruned(matrix, mask, psi, left):
    """What `prune_by_traces` makes of one layer."""
    traces = [_settled(w, inverse, np.zeros_like)[1:] for w, inverse in zip(matrix, _inverses(psi, mask), strict=True)]
    numbers = cheapest([rises for _, rises in traces], mask.sum() - int(np.ceil(left * mask.sum())))
    each = zip(matrix, mask, _inverses(psi, mask.copy()), traces, numbers, strict=True)
    for w, there, inverse, (order, _), number in each:
        gone = order[:number]
        if number:
            w += inverse.answer(w, gone)[0]
        there[gone], w[gone] = False, 0.0
    return matrix, mask


def cheapest(traces, number):
    """How many to take of the beginning of each sequence, so that always the cheapest next one is taken: (units,).

    A dear one bars the way to cheaper ones behind it: what counts is the dearest so far.
    """
    dearest = np.concatenate([np.maximum.accumulate(rises) for rises in traces])
    units = np.repeat(np.arange(len(traces)), [len(rises) for rises in traces])
    return np.bincount(units[np.argsort(dearest, kind="stable")[:number]], minlength=len(traces))


def _settled(w, inverse, values, reach=np.inf):
    """A unit's weights after all that are free went to their `values(w)`, in which order, and what each cost.

    The cheapest first, but before it any that is farther away than `reach`.
    """
    order, rises = [], []
    for _ in range(np.count_nonzero(inverse.diagonal)):
        goals = values(w)
        rise = _rises(w - goals, inverse.diagonal)
        far = (inverse.diagonal > 0) & (np.abs(w - goals) > reach * (1 + 1e-9))
        q = int(np.argmin(np.where(far, rise, np.inf) if far.any() else rise))
        order.append(q), rises.append(rise[q])
        w = _sent(w, inverse, q, goals[q])
    return w, np.array(order, dtype=int), np.array(rises)


def _sent(w, inverse, q, value):
    """The weights of a unit after q went to this value and the others answered; q leaves the inverse."""
    column = inverse.column(q)
    inverse.remove(q)
    w = w - (w[q] - value) / column[q] * column
    w[q] = value
    return w


def _rises(away, diagonal):
    """away_q^2 / (2 B_qq), infinite for what is no longer free."""
    return np.divide(away**2, 2 * diagonal, out=np.full(len(away), np.inf), where=diagonal > 0)


def _inverses(psi, masks):
    """Of each unit the inverse of Psi over the weights that it has left, its own to shrink.

    Units that follow each other with the same mask, as all do at first, share the inversion.
    """
    last = None
    for there in masks:
        if last is None or not np.array_equal(there, last):
            B, last = psi_inverse(psi[np.ix_(there, there)]), there.copy()
        yield ShrinkingInverse(B.copy(), there)
