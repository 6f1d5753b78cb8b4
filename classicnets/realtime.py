"""Derivatives of recurrent networks through time: real-time recurrent learning, first and second order.

With a_u = w_u z_u what unit u gets at a step (its weights times what it sees) and s_u = f(a_u) its state,

    da_u/dw      =  z_u in the place of w_u  +  sum_j R_uj ds_j/dw                            forward, step by step
    d2a_u/dw dw' =  ds_j/dw in the row and the column of R_uj  +  sum_j R_uj d2s_j/dw dw'
    d2s_u/dw dw' =  f''(a_u) da_u/dw da_u/dw'  +  f'(a_u) d2a_u/dw dw'

where j runs over the states that u sees. The last two lines are the recursion to read (`hessian_by_recursion`), with
one number for each step, unit and pair of weights. The fast form, `hessian`, goes backward instead, and asks how the
error still to come depends on the states s now and on the weights: from dE/ds, d2E/ds ds' and d2E/ds dw it gets those
of the states that were seen, unit by unit, with

    lambda_u  =  e'_u + f'_u dE/ds_u
    A_uv      =  f'_u f'_v d2E/ds_u ds_v  +  (e''_u + f''_u dE/ds_u where u = v)

    dE/ds_j       =  sum_u R_uj lambda_u
    d2E/ds_j ds_k =  sum_uv R_uj A_uv R_vk
    d2E/ds_j dw   =  sum_u R_uj (f'_u d2E/ds_u dw  +  sum_v A_uv z_v in the place of w_v)  +  lambda_u in that of R_uj

and the Hessian is the sum over steps and units of

    z_u in the place of w_u  times  (f'_u d2E/ds_u dw  +  1/2 sum_v A_uv z_v in the place of w_v)

and of its mirror image: matrix products, of numbers that nobody has to keep over time (kernels/realtime.py).
Pedersen & Hansen (1995), eqs. 4-14; Williams & Zipser (1989) for the first order.
"""

import numpy as np

from . import checks, memory
from .activation import activation
from .backprop import error_gradient, finite, pre_activation_derivatives
from .blocks import scratch
from .error import SQUARED, check_patterns
from .hessian import error_hessian, hessian_product
from .kernels.realtime import add_squares, fill_gradient, half_hessian
from .kernels.recurrent import forward_derivatives
from .recurrent import RecurrentNetwork


@error_gradient.register
def _(net: RecurrentNetwork, X, T, error):
    g = np.empty(net.n)
    fill_gradient(net.recurrent, X, T, error is not SQUARED, *net.trajectory(X), g)
    return g


@pre_activation_derivatives.register
def _(net: RecurrentNetwork, X, seeds):
    """da/dw of the output units from ds/dw of the units that they see, and of their own weights what they see."""
    s, first, _ = net.trajectory(X)
    seen, hidden, R = net.unit_inputs(X, s), net.sizes[1], net.recurrent
    ds = state_derivatives(net, first, seen)[:, :, : net.n]
    da = np.tensordot(ds[:, :hidden], R[hidden:, :hidden], (1, 1)).transpose(0, 2, 1)
    da[1:] += np.tensordot(ds[:-1, hidden:], R[hidden:, hidden:], (1, 1)).transpose(0, 2, 1)
    for unit, own in enumerate(net.views(np.arange(net.n))[1]):
        da[:, unit, own] += seen[1]
    seeds = seeds(s[:, hidden:])
    da = da[-len(seeds) :]
    return seeds @ da


@error_hessian.register
def _(net: RecurrentNetwork, X, T, error, kind):
    memory.check_room("net", 3 * net.n**2)  # half of H, its mirror image, and the sums that it is made of
    s, first, second = net.trajectory(X)
    if kind == "exact":
        H = np.empty((net.n, net.n))
        half_hessian(net.recurrent, X, T, error is not SQUARED, s, first, second, H)
    else:
        H = np.zeros((net.n + 1, net.n))
        add_squares(root_lines(net, T, error, s, first, net.unit_inputs(X, s)), H)
        H = 0.5 * H[:-1]
    return finite(H + H.T)


@hessian_product.register
def _(net: RecurrentNetwork, X, T, error, v):
    return error_hessian(net, X, T, error, "exact") @ v


def root_lines(net, T, error, s, first, seen):
    """The rows of `root_rows` (P n_out, n), with the factor 1/P of the error: from do/dw, divided by f' of the outputs.

    Where f' is zero, so are they.
    """
    hidden, f = net.sizes[1], activation(net.output)
    O, do = s[-len(T) :, hidden:], state_derivatives(net, first, seen)[-len(T) :, hidden:, : net.n]
    slopes, root = f.first(O), np.einsum("pii->pi", error.root(O, f))  # no softmax here
    factors = np.divide(root, slopes, out=np.zeros_like(O), where=slopes > 0) / np.sqrt(len(T))
    return (do * factors[:, :, None]).reshape(-1, net.n)


def state_derivatives(net, first, seen):
    """ds_u/dw of all units and weights at all steps: (P, S, n), in memory that the next call uses again.

    Behind the n weights come zeros up to a multiple of 16, so that the kernels' loops have no ragged end.
    """
    memory.check_room("X", first.size * net.n)
    ds = scratch("ds", *first.shape, -(-net.n // 16) * 16)
    forward_derivatives(net.recurrent, first, net.sizes[1], *seen, ds)
    return ds


def at_outputs(net, T, s, error):
    """First and second derivative of E in the a of each unit, from the error of the same step: (P, S) each.

    Zero but at the outputs of the last len(T) steps, those that have targets; the factor 1/P of the error is in them.
    """
    first, second, f = np.zeros_like(s), np.zeros_like(s), activation(net.output)
    O = s[-len(T) :, net.sizes[1] :]
    first[-len(T) :, net.sizes[1] :] = error.delta(T, O, f) / len(T)
    second[-len(T) :, net.sizes[1] :] = np.einsum("pii->pi", error.curvature(T, O, f)) / len(T)
    return first, second


def hessian_by_recursion(net, X, T, error="squared", weight_decay=0.0):
    """The exact Hessian by the forward recursion of second derivatives: the form to read, slow and large.

    Same arguments and result as `hessian`. Pedersen & Hansen (1995), eqs. 10-14.
    """
    checks.instance("net", net, RecurrentNetwork, "a RecurrentNetwork")
    X, T, error = check_patterns(net, X, T, error)
    hidden, R, (s, first, second) = net.sizes[1], net.recurrent, net.trajectory(X)
    seen = net.unit_inputs(X, s)
    delta, curvature = at_outputs(net, T, s, error)
    own, places = [row for rows in net.views(np.arange(net.n)) for row in rows], net.places

    H = checks.weight_decay(weight_decay, net.n) * np.eye(net.n)
    ds, d2s = np.zeros((len(R), net.n)), np.zeros((len(R), net.n, net.n))
    for t in range(len(X)):
        for layer, units in enumerate(np.split(np.arange(len(R)), [hidden])):  # hidden units are renewed first
            da, d2a = R[units] @ ds, np.tensordot(R[units], d2s, 1)
            for i, u in enumerate(units):
                da[i, own[u]] += seen[layer][t]
                d2a[i, places[u]] += ds
                d2a[i, :, places[u]] += ds
            outer = da[:, :, None] * da[:, None, :]
            H += np.tensordot(curvature[t, units], outer, 1) + np.tensordot(delta[t, units], d2a, 1)
            d2s[units] = second[t, units, None, None] * outer + first[t, units, None, None] * d2a
            ds[units] = first[t, units, None] * da
    return finite(H)
