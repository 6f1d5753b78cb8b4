"""For training.py: passes through the patterns by backpropagation, and the orders in which they are gone through.

Where a kind of network has a kernel, that does the work; the form for all others, and dropout, go by the gradient of
each batch.
"""

from functools import partial, singledispatch

import numpy as np

from . import checks
from .backprop import gradient
from .dropout import factors, thinned_gradient
from .error import SQUARED, error_for
from .kernels.backprop import CODES, SOFTMAX, train_epochs
from .kernels.shared_backprop import train_shared_epochs
from .kernels.sparse_backprop import train_sparse_epochs
from .mlp import MLP
from .network import check_network
from .shared import SharedNetwork


def epochs_of(epochs, every, seed, patterns, shuffle=True):
    """Of each `every` epochs, the last a remainder: the number of its last epoch, and the orders (epochs, P)."""
    epochs, every = checks.count("epochs", epochs, 0), checks.count("every", every)
    rng = checks.generator("seed", seed)

    def orders():
        for begin in range(0, epochs, every):
            count = min(every, epochs - begin)
            own = np.tile(np.arange(patterns), (count, 1))
            yield begin + count, rng.permuted(own, axis=1) if shuffle else own

    return orders()


def check_order_is_free(net):
    """TypeError for a network that remembers: its patterns have one order."""
    if check_network(net).remembers:
        raise TypeError(f"net: expected one that does not remember, whose patterns have no order; got {net}")


@singledispatch
def go_through(net, cost, orders, batch, rates, momentum, velocity, w0):
    """Train on the patterns in these orders (epochs, P): weights and velocity (n,) change in place.

    Each kind of network may have a faster form. TypeError where the order of the patterns is not free.
    """
    check_order_is_free(net)
    _descend(net, cost, orders, batch, rates, momentum, velocity, w0, partial(gradient, error=cost.error))


def go_through_thinned(net, cost, orders, batch, rates, momentum, velocity, w0, dropout, rng):
    """`go_through` with dropout: for each pattern another share of an MLP's hidden units is dropped."""
    error = error_for(net, cost.error)

    def slope(net, X, T):
        return thinned_gradient(net, X, T, error, [factors(rng, len(X), units, dropout) for units in net.sizes[1:-1]])

    with np.errstate(over="ignore", invalid="ignore"):
        _descend(net, cost, orders, batch, rates, momentum, velocity, w0, slope)


def _descend(net, cost, orders, batch, rates, momentum, velocity, w0, slope_of):
    """The steps of `go_through`, each by slope_of(net, X, T) of the patterns of a batch, and by the weight decay."""
    decay = cost.weight_decay
    for order in orders:
        for some in np.split(order, np.arange(batch, len(order), batch)):
            w = net.weights
            slope = slope_of(net, cost.X[some], cost.T[some]) + decay * w / (1 + (w / w0) ** 2) ** 2
            velocity[:] = np.where(net.mask, momentum * velocity - rates * slope, 0.0)
            net._weights += velocity  # of what is deleted zero


@go_through.register
def _(net: MLP, cost, orders, batch, rates, momentum, velocity, w0):
    decay = np.full(net.n, cost.weight_decay)
    if batch == 1 and w0 == np.inf and cost.nonzeros is not None and _are_alike(net, rates, decay):
        return _go_through_nonzeros(net, cost, orders, rates, momentum, velocity, decay)
    arguments = net._mask, velocity, cost.X, cost.T, orders, batch, rates, momentum, decay
    train_epochs(np.array(net.sizes), net._weights, *arguments, *_codes(net, cost), w0)


def _are_alike(net, rates, decay):
    """Whether all weights that lead away from the inputs have one rate and one decay."""
    return all(np.ptp(net.views(vector)[0][:, :-1]) == 0 for vector in (rates, decay))


def _go_through_nonzeros(net, cost, orders, rates, momentum, velocity, decay):
    """The same where few inputs are not zero: the weights from the inputs apart, input by input, from all others."""
    inputs = net.sizes[0]
    from_inputs = np.zeros(net.n, dtype=bool)
    net.views(from_inputs)[0][:, :inputs] = True
    apart = [np.ascontiguousarray(net.views(v)[0][:, :inputs].T) for v in (net._weights, net._mask, velocity)]
    rest, active, rest_velocity, rest_rates, rest_decay = (
        v[~from_inputs] for v in (net._weights, net._mask, velocity, rates, decay)
    )
    train_sparse_epochs(
        np.array((0, *net.sizes[1:])), rest, active, rest_velocity, *cost.nonzeros, *apart, cost.T, orders, rest_rates,
        momentum, rest_decay, rates[0], decay[0], *_codes(net, cost),
    )  # fmt: skip
    for vector, others, own in ((net._weights, rest, apart[0]), (velocity, rest_velocity, apart[2])):
        vector[~from_inputs], vector[from_inputs] = others, own.T.ravel()


@go_through.register
def _(net: SharedNetwork, cost, orders, batch, rates, momentum, velocity, w0):
    edges = np.cumsum([0, *map(len, net.layers)])
    decay = np.full(net.n, cost.weight_decay)
    arguments = net._mask, velocity, cost.X, cost.T, orders, batch, rates, momentum, decay
    runs = net.runs[:, 1:].astype(np.uint64)
    train_shared_epochs(np.array(net.sizes), runs, edges, net._weights, *arguments, *_codes(net, cost), w0)


def _codes(net, cost):
    """The activations of hidden and output units, and whether the error's derivative in the outputs' a is o - t."""
    return CODES[net.hidden], CODES.get(net.output, SOFTMAX), error_for(net, cost.error) is not SQUARED
