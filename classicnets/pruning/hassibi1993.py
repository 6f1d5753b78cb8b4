"""Optimal Brain Surgeon. Hassibi & Stork (1993)."""

from .surgeon import Surgeon


class OptimalBrainSurgeon(Surgeon):
    """Deletes the weight of least saliency w_q^2 / (2 [H^-1]_qq) and lets all others answer at once. Eq. 5.

    The saliency is what E + 1/2 weight_decay |w|^2 is predicted to rise by. `kind` "gauss-newton" is the paper's
    Hessian, `alpha` the start of its recursion.
    """

    predicts = "cost"
