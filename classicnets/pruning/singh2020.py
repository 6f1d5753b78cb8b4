"""WoodFisher: the Surgeon with the empirical Fisher matrix. Singh & Alistarh (2020).

The recursion of Hassibi & Stork (1993), eq. 17, fed with another vector of each pattern: not the derivatives of its
outputs but its gradient g, one for all outputs,

    F  =  alpha I + (1/P) sum_k g_k g_k^T                                        Singh & Alistarh (2020), section 3

Where errors are -log likelihoods, and targets drawn from what the network says, F is on average the Hessian H itself.
But targets are what they are: of a network that fits them all, all g are zero.
"""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..backprop import pattern_gradients
from ..cost import active_decay
from ..inverse import blocked_recursion
from ..shrinking import ShrinkingInverse
from .hassibi1993 import Surgeon


@dataclass
class WoodFisher(Surgeon):
    """Deletes the weight of least w_q^2 / (2 [F^-1]_qq); all others answer with F^-1 in place of H^-1.

    `alpha` > 0, times the mean of F's diagonal, is added to it: so the path is the same for any scale of the gradients.
    departs: the paper adds a small number as it is; prunes all weights of a step by the first inverse, where here it
    shrinks; and splits F into blocks where a network is too large for the whole of it.
    """

    alpha: float = 1e-2

    def __post_init__(self):
        self.alpha = checks.positive("alpha", self.alpha)

    def look(self, net, cost):
        """Compute F^-1, the weight decay, whose Hessian is known, in F."""
        rows = pattern_gradients(net, cost.X, cost.T, cost.error)[:, net.mask]
        self._inverse = ShrinkingInverse(
            inverse_fisher(rows, self.alpha, active_decay(net, cost.weight_decay)), net.mask
        )


def inverse_fisher(rows, alpha, decay):
    """(F + alpha m I + decay I)^-1 (n, n) for gradients (P, n), F = (1/P) sum g g^T, m the mean of its diagonal.

    By `blocked_recursion`, in units of each weight in which what is added to the diagonal is 1.
    """
    mean = np.square(rows).mean() if rows.size else 0.0
    if not np.isfinite(mean):
        raise checks.Diverged("net: expected gradients whose squares are finite; got larger ones")
    units = 1 / np.sqrt(alpha * (mean if mean > 0 else 1.0) + decay * np.ones(rows.shape[1]))
    return blocked_recursion(rows * units, 1.0, len(rows)) * units * units[:, None]
