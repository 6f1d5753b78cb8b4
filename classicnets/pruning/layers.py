"""An MLP pruned layer by layer, each for its own sake, from one look at the whole: Dong et al. (2017), algorithm 1."""

from dataclasses import replace

import numpy as np

from .. import checks
from ..cost import Cost
from ..mlp import MLP
from .dong2017 import Layerwise, LayerwiseSurgeon, least
from .method import Method


def prune_layers(net, X, method, keep, keep_biases=False):
    """A copy of an MLP, each layer pruned by `method` to its share in `keep` of its weights, all from one look.

    keep: one share from 0 to 1 a layer, as in (0.067, 0.2, 0.65). keep_biases: biases are never deleted, and not among
    the weights that the shares are of. Each layer's error is that with the inputs from the whole network.
    The method is a LayerwiseSurgeon or one whose other weights do not answer; where it asks for targets it gets the
    network's own outputs. ValueError or TypeError for what does not fit, also for a method by which not as many single
    weights can go, such as one that knows of units alone. Dong et al. (2017), algorithm 1.
    """
    net = checks.instance("net", net, MLP, "an MLP").copy()
    method = replace(_check_method(method))
    candidates = ~net.is_bias if checks.flag("keep_biases", keep_biases) else np.ones(net.n, dtype=bool)
    numbers = _to_delete(net, keep, candidates)
    method.look(net, Cost(checks.patterns(net, X), net.forward(X)))
    worth = np.where(net.mask & candidates, method.saliency(net), np.inf)
    places = net.views(np.arange(net.n))
    gone = np.concatenate([own.ravel()[least(worth[own.ravel()], k)] for own, k in zip(places, numbers, strict=True)])
    if len(gone) < sum(numbers):
        wanted = f"one that says what {sum(numbers)} weights are worth, each by itself"
        raise ValueError(f"method: expected {wanted}; got {checks.shown(method)}, by which {len(gone)} may go")
    if isinstance(method, Layerwise):
        method._delete_together(net, gone)
    else:
        net.delete(gone)
    return net


def least_squares(net, X, mask, alpha=1e-6):
    """A copy of an MLP with this mask (n,), whose weights left do best by what each layer put out, given its inputs.

    What the Surgeon comes to in whatever order it deletes: the weights of each unit are those of least E, a little
    ridge `alpha` towards what they were included. What is deleted already stays so, whatever the mask says. ValueError
    or TypeError for what does not fit.
    """
    net = checks.instance("net", net, MLP, "an MLP").copy()
    mask, method = checks.booleans("mask", mask, (net.n,)), LayerwiseSurgeon(alpha)
    method.look(net, Cost(checks.patterns(net, X), net.forward(X)))
    method._delete_together(net, np.flatnonzero(net.mask & ~mask))
    return net


def _check_method(method):
    """`method` if it is one whose deletions of a layer can be made together, else TypeError."""
    checks.instance("method", method, Method, "a method such as LayerwiseSurgeon()")
    if not isinstance(method, Layerwise) and type(method).delete is not Method.delete:
        wanted = "a LayerwiseSurgeon, or a method whose other weights do not answer"
        raise TypeError(f"method: expected {wanted}; got {checks.shown(method)}")
    return method


def _to_delete(net, keep, candidates):
    """How many weights go from each layer so that these shares of its candidates are left."""
    if not isinstance(keep, list | tuple) or len(keep) != len(net.shapes):
        wanted = f"{len(net.shapes)} shares from 0 to 1, one a layer"
        raise ValueError(f"keep: expected {wanted}; got {checks.shown(keep)}")
    for share in keep:
        if checks.not_negative("keep", share) > 1:
            raise ValueError(f"keep: expected shares from 0 to 1; got {checks.shown(share)}")
    there, of_all = ([np.count_nonzero(own) for own in net.views(some)] for some in (net.mask & candidates, candidates))
    return [max(0, n - round(share * size)) for n, share, size in zip(there, keep, of_all, strict=True)]
