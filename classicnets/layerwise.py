"""One layer at a time: the error that a change of its weights makes in what its units get, and that error's Hessian.

Let a layer see what the whole network sends it, z (fan-in, and a last one for the bias), and let each of its units keep
to what it got before, a = w^T z. With E = 1/(2P) sum_k (a_k' - a_k)^2 for each unit, that of Dong et al. (2017) and
their heirs on the house's scale, the Hessian of all units of a layer is one and the same:

    Psi  =  (1/P) sum_k z_k z_k^T                                                Dong et al. (2017), eq. 9
"""

import numpy as np

from . import checks, memory
from .inverse import symmetric_inverse
from .mlp import MLP


def layer_inputs(net, X, layer):
    """What the units of an MLP's layer, 0 the first, get from below (P, fan-in + 1), a last column of ones.

    ValueError for patterns that do not fit and for a layer that is not there; TypeError for a network of another kind.
    """
    X = checks.patterns(checks.instance("net", net, MLP, "an MLP"), X)
    return net.layers(X)[_layer(net, layer)]


def layer_hessian(net, X, layer):
    """Psi (fan-in + 1, fan-in + 1): the Hessian of the own error of each of the units of an MLP's layer, 0 the first.

    Raises what `layer_inputs` does; checks.Diverged (a ValueError) where the squares of the inputs overflow.
    """
    z = layer_inputs(net, X, layer)
    memory.check_room("layer", z.shape[1] ** 2)
    with np.errstate(over="ignore", invalid="ignore"):
        psi = z.T @ z / len(z)
    if not np.isfinite(psi).all():
        raise checks.Diverged("X: expected patterns whose squares are finite; got larger ones")
    return psi


def layer_inverse(net, X, layer, alpha):
    """(Psi + alpha I)^-1 (fan-in + 1, fan-in + 1), alpha > 0. Raises what `layer_hessian` does."""
    psi = layer_hessian(net, X, layer)
    psi.flat[:: len(psi) + 1] += checks.positive("alpha", alpha)
    try:
        return symmetric_inverse(psi)
    except np.linalg.LinAlgError as reason:
        raise checks.Diverged(f"alpha: expected enough to be seen beside Psi; got {alpha:g}") from reason


def _layer(net, layer):
    layer, last = checks.count("layer", layer, 0), len(net.shapes) - 1
    if layer > last:
        raise ValueError(f"layer: expected one of the network's, 0 to {last}; got {layer}")
    return layer
