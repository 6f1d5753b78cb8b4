"""One layer at a time: the error that a change of its weights makes in what its units get, and that error's Hessian.

Let a layer see what the whole network sends it, z (fan-in, and a last one for the bias), and let each of its units keep
to what it got before, a = w^T z. With E = 1/(2P) sum_k (a_k' - a_k)^2 for each unit, that of Dong et al. (2017) and
their heirs on the house's scale, the Hessian of all units of a layer is one and the same:

    Psi  =  (1/P) sum_k z_k z_k^T                                                Dong et al. (2017), eq. 9
"""

import numpy as np

from . import checks, memory
from .inverse import LOST, symmetric_inverse
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
    return psi_inverse(ridged_psi(net, X, layer, alpha))


def ridged_psi(net, X, layer, alpha):
    """Psi + alpha I (fan-in + 1, fan-in + 1), alpha > 0. Raises what `layer_hessian` does."""
    psi = layer_hessian(net, X, layer)
    psi.flat[:: len(psi) + 1] += checks.positive("alpha", alpha)
    return psi


def damped_psi(net, X, layer, alpha):
    """Psi + alpha m I, m the mean of Psi's diagonal, alpha > 0. Frantar et al. (2023, GPTQ), section 4, step 3.

    Raises what `layer_hessian` does; checks.Diverged where alpha m is no longer finite.
    """
    alpha, psi = checks.positive("alpha", alpha), layer_hessian(net, X, layer)
    with np.errstate(over="ignore"):
        psi.flat[:: len(psi) + 1] += alpha * np.trace(psi) / len(psi)
    if not np.isfinite(psi).all():
        raise checks.Diverged(f"alpha: expected so little that Psi stays finite; got {alpha:g}")
    return psi


def psi_inverse(psi):
    """The inverse of a damped Psi (d, d), in whose memory it may end up.

    checks.Diverged where alpha is lost, or so large that it overflows.
    """
    with np.errstate(over="ignore"):
        trace = np.trace(psi)
    if not np.isfinite(trace):
        raise checks.Diverged("alpha: expected so little that Psi + alpha I has a finite trace; got more")
    try:
        B = symmetric_inverse(psi)
    except np.linalg.LinAlgError as reason:
        raise checks.Diverged(_WANTED) from reason
    diagonal = np.diag(B)
    if not trace * diagonal.max(initial=0.0) * np.finfo(float).eps < LOST or not diagonal.min(initial=1.0) > 0:
        raise checks.Diverged(_WANTED)
    return B


_WANTED = "alpha: expected enough to be seen beside Psi; got less"


def layer_by_layer(net, X, change, alpha):
    """A copy of an MLP whose layers have been changed, the lowest first, each for what those below now send it.

    `change` makes of a layer's weights (units, fan-in + 1), its mask and the damped Psi the new weights and mask.
    """
    net = checks.instance("net", net, MLP, "an MLP").copy()
    for layer in range(len(net.shapes)):
        psi, matrices, masks = damped_psi(net, X, layer, alpha), list(net.matrices), list(net.mask_matrices)
        matrices[layer], masks[layer] = change(np.array(matrices[layer]), np.array(masks[layer]), psi)
        net.mask = np.concatenate([mask.ravel() for mask in masks])
        net.matrices = matrices
    return net


def _layer(net, layer):
    layer, last = checks.count("layer", layer, 0), len(net.shapes) - 1
    if layer > last:
        raise ValueError(f"layer: expected one of the network's, 0 to {last}; got {layer}")
    return layer
