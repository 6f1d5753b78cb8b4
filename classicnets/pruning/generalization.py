"""What the test error will be, guessed from the training error: for choosing among the networks of a path.

On the scale of `network_error`, without weight decay. Both guesses count the weights that the data have determined
against the P targets that did it.
"""

import numpy as np

from .. import checks
from ..backprop import network_error
from ..cost import active_decay, scaled_decay
from ..error import check_patterns
from ..inverse import damped_inverse


def final_prediction_error(net, X, T, error="squared"):
    """Akaike's FPE, (P + N) / (P - N) E with the N weights not deleted; infinite for N >= P.

    Akaike (1969); Pedersen & Hansen (1995), section 3, whose E is a sum over squares: their FPE is twice this one.
    """
    return _extrapolated(network_error(net, X, T, error), net.n_active, len(T))


def effective_weights(net, X, T, weight_decay, error="squared"):
    """Neff = tr(H J^-1 H J^-1), J = H + weight_decay I: how many of the weights the data determine, not the decay.

    Of the weights not deleted, with the Gauss-Newton Hessian. Of a weight decay (n,), in place of its multiple of I,
    some may be zero. ValueError where none is above zero, checks.Diverged (a ValueError too) where J has no inverse.
    Moody (1992); Pedersen et al. (1996), section 2.
    """
    B = decayed_inverse(net, X, T, weight_decay, error)
    return effective_from_inverse(B, net.n_active, active_decay(net, checks.weight_decay(weight_decay)))


def estimated_test_error(net, X, T, weight_decay, error="squared"):
    """(P + Neff) / (P - Neff) E. Pedersen et al. (1996), section 2."""
    effective = effective_weights(net, X, T, weight_decay, error)
    return _extrapolated(network_error(net, X, T, error), effective, len(T))


def decayed_inverse(net, X, T, weight_decay, error):
    """J^-1 over the active weights (n_active, n_active), the weight decay all that is added to H."""
    X, T, kind = check_patterns(net, X, T, error)
    decay = active_decay(net, checks.weight_decay(weight_decay, net.n, some=True))
    try:
        return damped_inverse(net, X, T, decay, "gauss-newton", kind)
    except checks.Diverged as reason:
        if not str(reason).startswith("alpha: "):  # but of the network
            raise
        wanted = "expected enough for H + weight_decay I to have an inverse that rounding leaves intact"
        raise checks.Diverged(f"weight_decay: {wanted}; got {checks.shown(weight_decay)}") from reason


def effective_from_inverse(B, n_active, weight_decay):
    """Neff from B = J^-1: H J^-1 = I - weight_decay B, so it is n - 2 weight_decay tr B + weight_decay^2 tr B^2.

    Of a weight decay for each row of B, in D, it is n - 2 tr D B + tr D B D B.
    """
    scale, share = scaled_decay(weight_decay, len(B))
    DB, BD = share[:, None] * B, B * share
    return float(n_active - 2 * scale * np.trace(DB) + scale**2 * np.sum(DB * BD))


def _extrapolated(train_error, weights, patterns):
    return (patterns + weights) / (patterns - weights) * train_error if weights < patterns else float("inf")
