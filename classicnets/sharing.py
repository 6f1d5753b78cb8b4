"""Derivatives of networks that share weights, over their connections; all arrays have the patterns last.

The letters are those of backprop.py: a, z = f(a), delta = dE/da. A free weight u_k controls the connections V_k, and
every derivative in it is a sum over these, pattern by pattern:

    da_i       =  sum of u_k z_j                 up: `rise`
    dE/dz_j    =  sum of u_k delta_i             down: `fall`
    dE/du_k    =  sum over V_k of delta_i z_j    `gather`

Second derivatives in shared weights are double sums over V_k. The single sum of h_ii z_j^2 is Le Cun's, eq. 5, whose
other terms he neglects as he neglects those between the units of a layer.
"""

import numpy as np

from .activation import activation
from .backprop import error_gradient, pre_activation_derivatives
from .diagonal import KINDS, SWEPT, error_diagonal
from .hessian import error_hessian, hessian_product
from .kernels import shared as kernels
from .shared import SharedNetwork, fall, portions, rise, rising, with_constants

PRODUCTS = 1024  # patterns whose root rows are multiplied at a time


def outputs(net, a):
    """The network's outputs (P, n_out) from what its output units get, a (n_out, P)."""
    return activation(net.output, "output").value(np.ascontiguousarray(a.T))


def slopes(net, seen):
    """f' of each hidden layer's units, first layer first: a list of (units, P)."""
    return [activation(net.hidden).first(z[:-2]) for z in seen[1:]]


def falling(net, slopes, delta):
    """From dE/da of the output units (n_out, P) to that of every layer's: a list, first layer first."""
    deltas = [np.ascontiguousarray(delta)]
    for l in range(len(slopes), 0, -1):
        deltas.insert(0, fall(net.layers[l], net._weights, deltas[0], net.sizes[l]) * slopes[l - 1])
    return deltas


@error_gradient.register
def _(net: SharedNetwork, X, T, error):
    g, f = np.zeros(net.n), activation(net.output, "output")
    for now in portions(net, X):
        seen, got = rising(net, X[now])
        deltas = falling(net, slopes(net, seen), error.delta(T[now], outputs(net, got[-1]), f).T)
        gather(net, deltas, seen, g)
    return g / len(X)


def gather(net, deltas, seen, total):
    """Add to total (n,) for each weight the sum of delta_i z_j over its connections and the patterns."""
    for runs, delta, z in zip(net.layers, deltas, seen, strict=True):
        kernels.gather(runs, delta, z, total)


@pre_activation_derivatives.register
def _(net: SharedNetwork, X, seeds):
    numbers = seeds(net.outputs(X))
    X = X[len(X) - len(numbers) :]
    derivatives = np.empty((len(X), numbers.shape[1], net.n))
    for now in portions(net, X):
        seen, _ = rising(net, X[now])
        f = slopes(net, seen)
        for l, seed in enumerate(numbers[now].transpose(1, 2, 0)):
            derivatives[now, l] = of_patterns(net, falling(net, f, seed), seen).T
    return derivatives


def of_patterns(net, deltas, seen):
    """For each weight and pattern the sum of delta_i z_j over the weight's connections: (n, P)."""
    sums = np.zeros((net.n, deltas[0].shape[1]))
    for runs, delta, z in zip(net.layers, deltas, seen, strict=True):
        kernels.gather_each(runs, delta, z, sums)
    return sums


# -- second derivatives -----------------------------------------------------------------------------------------------


@error_hessian.register
def _(net: SharedNetwork, X, T, error, kind):
    """Gauss-Newton: for each output the products of its root rows, over the weights that it hears; else in general."""
    if kind == "exact":
        return error_hessian.dispatch(object)(net, X, T, error, kind)
    H, f = np.zeros((net.n, net.n)), activation(net.output, "output")
    for now in portions(net, X, PRODUCTS):
        for rows in _root_rows(net, X[now], error, f):
            heard = np.flatnonzero(rows.any(axis=1))
            rows = rows[heard]
            H[heard[:, None], heard] += rows @ rows.T
    return H / len(X)


def _root_rows(net, X, error, f):
    """The vectors of `hessian.root_rows`, output by output, patterns last: one (n, P) after another."""
    parts = []
    for now in portions(net, X):
        seen, got = rising(net, X[now])
        parts.append((seen, slopes(net, seen), error.root(outputs(net, got[-1]), f).transpose(1, 2, 0)))
    for l in range(len(parts[0][-1])):
        yield np.hstack([of_patterns(net, falling(net, slope, root[l]), seen) for seen, slope, root in parts])


@hessian_product.register
def _(net: SharedNetwork, X, T, error, v):
    """Pearlmutter (1994), as for the MLP: both passes differentiated in the direction v (R{.})."""
    total, f, output = np.zeros(net.n), activation(net.hidden), activation(net.output, "output")
    for now in portions(net, X):
        seen, got = rising(net, X[now])
        r_seen, r_got = _rising_along(net, seen, v)
        O = outputs(net, got[-1])
        delta = np.ascontiguousarray(error.delta(T[now], O, output).T)
        r_delta = np.einsum("pij,jp->ip", error.curvature(T[now], O, output), r_got[-1])
        for l in range(len(seen) - 1, -1, -1):
            runs, z, w = net.layers[l], seen[l][:-2], net._weights
            kernels.gather(runs, r_delta, seen[l], total), kernels.gather(runs, delta, r_seen[l], total)
            if l:
                below = fall(runs, w, delta, len(z))
                r_below = fall(runs, v, delta, len(z)) + fall(runs, w, r_delta, len(z))
                r_delta = f.second(z) * r_got[l - 1] * below + f.first(z) * r_below
                delta = f.first(z) * below
    return total / len(X)


def _rising_along(net, seen, v):
    """How what each layer sees and gets changes when the weights move along v: like `rising`."""
    f, r_seen, r_got = activation(net.hidden), [np.zeros_like(seen[0])], []
    for l, (runs, units) in enumerate(zip(net.layers, net.sizes[1:], strict=True)):
        r_got.append(rise(runs, v, seen[l], units) + rise(runs, net._weights, r_seen[l], units))
        if l + 1 < len(seen):
            r_seen.append(with_constants(f.first(seen[l + 1][:-2]) * r_got[l], (0.0, 0.0)))
    return r_seen, r_got


@error_diagonal.register
def _(net: SharedNetwork, X, T, error, kind):
    if kind in KINDS:
        return (_exact if kind == "exact" else _gauss_newton)(net, X, T, error)
    return _swept(net, X, T, error, SWEPT[kind])


def _swept(net, X, T, error, bent):
    """Le Cun's sweep, eqs. 5, 7 and 8, with the f'' terms where `bent`: h_ii z_j^2 summed over the connections.

    Eq. 7 is printed with a minus before f''. By the chain rule it is a plus, and eq. 8 agrees with a plus only.
    """
    total, f, output = np.zeros(net.n), activation(net.hidden), activation(net.output, "output")
    for now in portions(net, X):
        seen, got = rising(net, X[now])
        O = outputs(net, got[-1])
        curvature = error.curvature(T[now], O, output) if bent else error.root(O, output) ** 2
        # bent: the diagonal of each pattern's curvature; else of its roots' squares (P, roots, n_out), which add up
        h = np.einsum("pii->ip" if bent else "pji->ip", curvature)
        delta = np.ascontiguousarray(error.delta(T[now], O, output).T)
        for l in range(len(seen) - 1, -1, -1):
            runs, z = net.layers[l], seen[l][:-2]
            kernels.gather(runs, h, seen[l] ** 2, total)
            if l:
                below = fall(runs, net._weights, delta, len(z))
                h = f.first(z) ** 2 * fall(runs, net._weights**2, h, len(z)) + bent * f.second(z) * below
                delta = f.first(z) * below
    return total / len(X)


def _gauss_newton(net, X, T, error):
    total, f = np.zeros(net.n), activation(net.output, "output")
    for now in portions(net, X):
        seen, got = rising(net, X[now])
        slope = slopes(net, seen)
        for root in error.root(outputs(net, got[-1]), f).transpose(1, 2, 0):
            total += np.square(of_patterns(net, falling(net, slope, root), seen)).sum(axis=1)
    return total / len(X)


def _exact(net, X, T, error):
    """The true second derivative in each weight, from the changes a' that it makes in all units above:

    sum of d2e/da da' a' a' over the outputs  +  sum of dE/dz f'' a'^2 over the hidden units.

    There is no third term, because what a weight's own layer sees does not depend on it.
    """
    total, f, output = np.zeros(net.n), activation(net.hidden), activation(net.output, "output")
    below_the_top = _connections_below_the_top(net)
    for now in portions(net, X):
        seen, got = rising(net, X[now])
        O = outputs(net, got[-1])
        seeds = np.eye(len(got[-1]))[:, :, None] + np.zeros((1, 1, len(O)))
        slope = slopes(net, seen)
        changes = np.array([of_patterns(net, falling(net, slope, seed), seen) for seed in seeds])
        total += np.einsum("iqp,pij,jqp->q", changes, error.curvature(T[now], O, output), changes, optimize=True)
        bends = _bends(net, f, seen, falling(net, slope, error.delta(T[now], O, output).T))
        for q, l, runs in below_the_top:
            moved = rise(runs, np.ones(1), seen[l], net.sizes[l + 1])
            total[q] += np.vdot(bends[l], moved**2)
            for above in range(l + 1, len(bends)):
                lower = with_constants(slope[above - 1] * moved, (0.0, 0.0))
                moved = rise(net.layers[above], net._weights, lower, net.sizes[above + 1])
                total[q] += np.vdot(bends[above], moved**2)
    return total / len(X)


def _bends(net, f, seen, deltas):
    """dE/dz f'' of the hidden units, a list of (units, P)."""
    above = enumerate(zip(seen[1:], deltas[1:], strict=True), 1)
    return [fall(net.layers[l], net._weights, delta, net.sizes[l]) * f.second(z[:-2]) for l, (z, delta) in above]


def _connections_below_the_top(net):
    """Of each weight below the output layer: it, its layer, and its connections as runs of one."""
    layer, unit, source, weight = net.wires
    runs = np.zeros((len(unit), 7), dtype=int)
    runs[:, 0], runs[:, 1], runs[:, 3] = unit, source, 1
    parts = np.split(np.argsort(weight, kind="stable"), np.cumsum(net.connections)[:-1])
    top = len(net.layers) - 1
    return [(q, int(layer[part[0]]), runs[part]) for q, part in enumerate(parts) if layer[part[0]] < top]
