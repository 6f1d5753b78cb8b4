"""What the test error will be, guessed from the training error: for choosing among the networks of a path.

On the scale of `network_error`, without weight decay. Both guesses count the weights that the data have determined
against the P targets that did it.
"""

import numpy as np

from .. import checks
from ..backprop import network_error
from ..inverse import active_inverse


def final_prediction_error(net, X, T, error="squared"):
    """Akaike's FPE, (P + N) / (P - N) E with the N weights not deleted; infinite for N >= P.

    Akaike (1969); Pedersen & Hansen (1995), section 3, whose E is a sum over squares: their FPE is twice this one.
    """
    return _extrapolated(network_error(net, X, T, error), net.n_active, len(T))


def effective_weights(net, X, T, weight_decay, error="squared"):
    """Neff = tr(H J^-1 H J^-1), J = H + weight_decay I: how many of the weights the data determine, not the decay.

    Of the weights not deleted, with the Gauss-Newton Hessian. ValueError for weight_decay <= 0.
    Moody (1992); Pedersen et al. (1996), section 2.
    """
    decay = checks.positive("weight_decay", weight_decay)
    return effective_from_inverse(active_inverse(net, X, T, decay, "gauss-newton", error), net.n_active, decay)


def estimated_test_error(net, X, T, weight_decay, error="squared"):
    """(P + Neff) / (P - Neff) E. Pedersen et al. (1996), section 2."""
    effective = effective_weights(net, X, T, weight_decay, error)
    return _extrapolated(network_error(net, X, T, error), effective, len(T))


def effective_from_inverse(B, n_active, weight_decay):
    """Neff from B = J^-1: H J^-1 = I - weight_decay B, so it is n - 2 weight_decay tr B + weight_decay^2 tr B^2."""
    return float(n_active - 2 * weight_decay * np.trace(B) + weight_decay**2 * np.sum(B * B))


def _extrapolated(train_error, weights, patterns):
    return (patterns + weights) / (patterns - weights) * train_error if weights < patterns else float("inf")
