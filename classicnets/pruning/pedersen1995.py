"""Optimal Brain Surgeon where the weight decay is not part of what counts. Pedersen & Hansen (1995), section 3."""

from dataclasses import dataclass

import numpy as np

from ..cost import scaled_decay
from .hassibi1993 import OptimalBrainSurgeon


@dataclass
class OptimalBrainSurgeonWithDecay(OptimalBrainSurgeon):
    """Deletes the weight whose loss raises the training error least, the weight decay left out of the error.

    A network is trained, and answers a deletion, with the decay; but what a weight is worth is the error alone. At a
    minimum of E + 1/2 weight_decay |w|^2 the slope of E is not zero but -weight_decay w. With J = H + weight_decay I
    the others answer as in Optimal Brain Surgeon, and the saliency is the change of E that follows.
    Hansen & Pedersen (1994); printed in Pedersen et al. (1996).
    """

    predicts = "train_error"

    def look(self, net, cost):
        """Compute J^-1."""
        super().look(net, cost)
        self._decay = scaled_decay(cost.weight_decay, net.n)

    def saliency(self, net):
        """u^2 / (2 [J^-1]_ll) + weight_decay (u (J^-1 u)_l / [J^-1]_ll - u^2 [J^-2]_ll / (2 [J^-1]_ll^2)): (n,)."""
        B, index = self._inverse.matrix(), self._inverse.index
        u, L, good, (decay, share) = net.weights[index], np.full(net.n, np.inf), np.diag(B) > 0, self._decay
        ratio = u[good] / np.diag(B)[good]  # u_l / [J^-1]_ll: the others move by -ratio J^-1 e_l
        slope, size = (B @ (share[index] * u))[good], (share[index, None] * np.square(B)).sum(axis=0)[good]
        L[index[good]] = ratio * u[good] / 2 + decay * (ratio * slope - ratio**2 * size / 2)
        return L

    def group_saliency(self, net, group):
        """The same of weights that go together: what they cost, less what the smaller weights save of the decay."""
        move, cost = self._inverse.answer(net.weights, group)
        decay, share = self._decay
        return cost - decay * (net.weights @ (share * move) + move @ (share * move) / 2)
