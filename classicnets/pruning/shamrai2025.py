"""How far a pruned controller can steer from what it did before: a bound known before it is pruned. Shamrai (2025).

A policy is an MLP of L layers with a linear output; its hidden units' f never changes by more than its argument. Of the
paper only the abstract was at hand; the constants are those that any reader can derive. With h_0 = s, the state, and
h_l = f(W_l h_l-1 + b_l), a change dW_k of the weights of layer k alone moves the output by at most C_k(s) |dW_k|,

    (a)   C_k(s)  =  |W_L| ... |W_k+1|  |h_k-1(s)|                            from one forward pass
    (b)   the same with |h_k-1| replaced by eta_k-1:  eta_0 = |s|,  eta_l = |W_l| eta_l-1 + |b_l|,   where f(0) = 0

and changes of several layers, W^_l = W_l + dW_l and b^_l = b_l + db_l, by at most e_L, where e_0 = 0 and

    (c)   e_l  =  |W^_l| e_l-1  +  |dW_l| |h_l-1|  +  |db_l|

the recursion of Dong et al. (2017), theorem 3.2, state by state. |W| of a matrix is its largest singular value.
"""

import numpy as np

from .. import checks
from ..layerwise import layer_inputs
from ..mlp import MLP
from ..network import check_alike

LIPSCHITZ = ("relu", "tanh", "linear", "logistic")
THROUGH_ZERO = ("relu", "tanh", "linear")


def forward_constants(net, X, layer):
    """C_k (P,) of form (a) for states X (P, n_in) and the weights, the biases apart, of a layer, 0 the first.

    TypeError for a network that is no MLP; ValueError for states, layers and units that do not fit; checks.Diverged (a
    ValueError too) where a norm overflows.
    """
    _check_policy(net, LIPSCHITZ)
    return _finite(_above(net, layer_inputs(net, X, layer), layer))


def norm_constants(net, X, layer):
    """C_k (P,) of form (b), from the lengths of the states and the norms of the layers alone.

    For all states no longer than R that of a single state of length R. Raises what `forward_constants` does, and
    ValueError for hidden units with f(0) other than 0, such as logistic ones, of which it is not true.
    """
    _check_policy(net, THROUGH_ZERO)
    z = layer_inputs(net, X, layer)
    with np.errstate(over="ignore"):
        eta = np.linalg.norm(layer_inputs(net, X, 0)[:, :-1], axis=1)
        for matrix in net.matrices[:layer]:
            eta = _norm(matrix[:, :-1]) * eta + np.linalg.norm(matrix[:, -1])
    return _finite(_above(net, np.column_stack([eta, z[:, -1]]), layer))


def admissible(constants, deviation):
    """The largest |dW_k| that moves no output by more than `deviation` > 0, from the C_k (P,) of all states.

    Infinite where none of them is large enough to be divided by. ValueError for what does not fit.
    """
    constants, deviation = checks.finite_vector("constants", constants), checks.positive("deviation", deviation)
    if not len(constants) or constants.min() < 0:
        raise ValueError(f"constants: expected some, of at least 0; got {checks.shown(constants)}")
    with np.errstate(over="ignore", divide="ignore"):
        return float(deviation / np.float64(constants.max()))


def change_bound(net, changed, X):
    """e_L (P,) of form (c): how far the outputs of `changed`, a net of the same settings, can be from those of `net`.

    Raises what `forward_constants` does.
    """
    _check_policy(net, LIPSCHITZ), check_alike("changed", changed, net)
    X = checks.patterns(net, X)
    e = np.zeros(len(X))
    with np.errstate(over="ignore", invalid="ignore"):
        for before, after, z in zip(net.matrices, changed.matrices, net.layers(X), strict=False):
            change = np.asarray(after) - before
            own = _norm(change[:, :-1]) * np.linalg.norm(z[:, :-1], axis=1) + np.linalg.norm(change[:, -1])
            e = _norm(after[:, :-1]) * e + own
    return _finite(e)


def trajectory_bound(contraction, gain, deviation, steps):
    """d_t (steps + 1,), how far two closed loops can be apart after t steps from the same state: a geometric series.

    d_0 = 0, d_t+1 = contraction d_t + gain deviation: the state's next one changes by no more than `contraction` times
    the state under the first policy, by `gain` times the control; `deviation` is by how much the second policy differs.
    In any one norm of the states. ValueError for numbers below zero; checks.Diverged where it overflows.
    """
    contraction, gain = checks.not_negative("contraction", contraction), checks.not_negative("gain", gain)
    push, apart = gain * checks.not_negative("deviation", deviation), [0.0]
    for _ in range(checks.size("steps", steps, 0)):
        apart.append(contraction * apart[-1] + push)
        if not np.isfinite(apart[-1]):
            raise checks.Diverged("contraction: expected one for which the bound is finite; got one that overflows")
    return np.array(apart)


def spectral_norm(matrix):
    """The largest singular value of a matrix; not Frobenius's norm, which is above it.

    ValueError for what is no matrix; checks.Diverged (a ValueError too) where it overflows.
    """
    return _norm(checks.finite_matrix("matrix", matrix), "matrix")


def _norm(matrix, argument="net"):
    with np.errstate(over="ignore", invalid="ignore"):
        norm = float(np.linalg.norm(matrix, 2)) if np.isfinite(matrix).all() else np.inf
    if not np.isfinite(norm):
        raise checks.Diverged(f"{argument}: expected one whose norm is finite; got one that overflows")
    return norm


def _above(net, z, layer):
    """|W_L| ... |W_k+1| |z| (P,), the last column of z, that of the bias, apart."""
    with np.errstate(over="ignore", invalid="ignore"):
        norms = [_norm(matrix[:, :-1]) for matrix in net.matrices[layer + 1 :]]
        return np.prod(norms) * np.linalg.norm(z[:, :-1], axis=1)


def _check_policy(net, hidden):
    checks.instance("net", net, MLP, "an MLP")
    if net.output != "linear":
        raise ValueError(f"net: expected linear outputs; got {net.output}")
    if len(net.sizes) > 2 and net.hidden not in hidden:
        why = "that change by no more than their argument" if hidden is LIPSCHITZ else "with f(0) = 0"
        raise ValueError(f"net: expected hidden units {why}, {', '.join(hidden)}; got {net.hidden}")


def _finite(values):
    if not np.isfinite(values).all():
        raise checks.Diverged("net: expected norms that are finite; got some that grow beyond all bounds")
    return values
