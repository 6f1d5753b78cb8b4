"""What pruning layer by layer costs: the error of each layer by itself, and what they come to at the outputs.

Dong et al. (2017), section 3. With E_l = 1/(2P) |Z^ - Z|_F^2 of a layer with pruned weights and the inputs of the whole
network, what the layer puts out is off by no more than what its units get, |f(Z^) - f(Z)|_F <= |Z^ - Z|_F (lemma 3.1),
for any f that is nowhere steeper than 1. Of the network pruned in all layers it follows, layer by layer, that

    e_l  <=  |W^_l| e_(l-1) + sqrt(2 E_l)        e_l  =  |Y~_l - Y_l|_F / sqrt(P)                       theorem 3.2

with the Frobenius norm as printed or the spectral one, which is enough and far smaller. The W^_l are without biases:
these are the same in both, and add nothing to e_(l-1). The paper's E has no 1/2; there is no 2 in its theorem.
"""

import numpy as np

from . import checks
from .activation import SCALE, SLOPE
from .layerwise import layer_inputs
from .mlp import MLP
from .network import check_alike

NORMS = {"frobenius": "fro", "spectral": 2}
STEEPEST = {"scaled tanh": SCALE * SLOPE}  # of all others no slope is above 1: softmax's neither


def layer_errors(net, smaller, X):
    """E_l = 1/(2P) |Z^_l - Z_l|_F^2 of each layer of `smaller` (layers,), its inputs those of `net`, on patterns X.

    Dong et al. (2017), eq. 3, with a half. ValueError or TypeError for networks or patterns that do not fit;
    checks.Diverged (a ValueError) where an error overflows.
    """
    _check_pair(net, smaller)
    pairs = enumerate(zip(net.matrices, smaller.matrices, strict=True))
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.array([_mean_square(layer_inputs(net, X, layer) @ (b - a).T) / 2 for layer, (a, b) in pairs])
    if not np.isfinite(errors).all():
        raise checks.Diverged("X: expected patterns for which the layers' errors are finite; got larger ones")
    return errors


def output_bound(net, smaller, X, norm="spectral"):
    """A bound on |O~ - O|_F / sqrt(P), how far the outputs of `smaller` are from those of `net` on patterns X.

    norm: "frobenius" as printed or "spectral". Dong et al. (2017), theorem 3.2. Raises what `layer_errors` does.
    """
    kind, errors, bound = checks.choose("norm", norm, NORMS), layer_errors(net, smaller, X), 0.0
    functions = [net.hidden] * (len(net.shapes) - 1) + [net.output]
    for matrix, error, f in zip(smaller.matrices, errors, functions, strict=True):
        bound = STEEPEST.get(f, 1.0) * (np.linalg.norm(matrix[:, :-1], kind) * bound + np.sqrt(2 * error))
    return float(bound)


def _mean_square(differences):
    """Of differences (P, units) the mean over the patterns of their squares' sums."""
    return np.vdot(differences, differences) / len(differences)


def _check_pair(net, smaller):
    check_alike("smaller", smaller, checks.instance("net", net, MLP, "an MLP"))
