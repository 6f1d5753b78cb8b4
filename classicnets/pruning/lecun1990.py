"""Optimal Brain Damage. Le Cun, Denker & Solla (1990)."""

import numpy as np

from .. import checks
from ..hessian import hessian_diagonal


class OptimalBrainDamage:
    """Deletes the weight of least saliency h_kk u_k^2 / 2; the others do not answer.

    `kind` says where the h_kk come from: "lecun1990" (the paper's sweep), "levenberg-marquardt" (the same without f'',
    never negative), "exact" or "gauss-newton" (the two for recurrent networks). A weight of negative curvature is not
    one that can be spared: the quadratic model fails there, and it is never chosen. Le Cun et al. (1990), section 2.
    """

    predicts = "cost"

    def __init__(self, kind="lecun1990"):
        checks.choose("kind", kind, {"lecun1990": 0, "levenberg-marquardt": 0, "exact": 0, "gauss-newton": 0})
        self.kind = kind

    def look(self, net, X, T, error="squared", weight_decay=0.0):
        """Take the second derivatives."""
        self._curvature = hessian_diagonal(net, X, T, self.kind, error, weight_decay)

    def saliency(self, net):
        """h_kk u_k^2 / 2 (n,), infinite for negative h_kk."""
        h, u = self._curvature, net.weights
        return np.where(h >= 0, h * u**2 / 2, np.inf)

    def delete(self, net, q):
        """Set weight q to zero."""
        net.delete(q)
