"""Optimal Brain Damage. Le Cun, Denker & Solla (1990)."""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..diagonal import KINDS, SWEPT, hessian_diagonal
from .method import Method


@dataclass
class OptimalBrainDamage(Method):
    """Deletes the weight of least saliency h_kk u_k^2 / 2; the others do not answer.

    `kind` says where the h_kk come from: "lecun1990" (the paper's sweep), "levenberg-marquardt" (the same without f'',
    never negative), "exact" or "gauss-newton" (the two for recurrent networks). A weight of negative curvature is not
    one that can be spared: the quadratic model fails there, and it is never chosen. Le Cun et al. (1990), section 2.
    """

    kind: str = "lecun1990"
    predicts = "cost"

    def __post_init__(self):
        checks.choose("kind", self.kind, {**SWEPT, **KINDS})

    def look(self, net, cost):
        """Take the second derivatives."""
        self._curvature = hessian_diagonal(net, cost.X, cost.T, self.kind, **cost.options)

    def saliency(self, net):
        """h_kk u_k^2 / 2 (n,), infinite for negative h_kk."""
        h, u = self._curvature, net.weights
        return np.where(h >= 0, h * u**2 / 2, np.inf)
