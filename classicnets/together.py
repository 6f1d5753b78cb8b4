"""Many networks of one shape trained at once, as each would be by itself: in a fraction of the time."""

import numpy as np

from . import checks, interruption
from .cost import Cost
from .error import SQUARED, error_for
from .kernels.backprop import CODES
from .kernels.together import train_nets
from .mlp import MLP
from .passes import epochs_of
from .stopping import Watch, with_stopping_rules

__all__ = ["train_together"]

SIDE_BY_SIDE = 64  # networks in a call of the kernel: fewer leave registers empty, more do not stay in the cache


@with_stopping_rules
def train_together(
    nets, X, T, rate=0.1, momentum=0.0, batch=1, epochs=1000, seeds=None, shuffle=True, every=1, error="squared",
    weight_decay=0.0, **rules,
):  # fmt: skip
    """`train_backpropagation` of many MLPs on the same patterns, each with its own order: a list of `Curve`s.

    Each network ends with the weights that training it by itself would give, up to rounding, whenever it stops.

    nets: MLPs that differ in nothing but weights and masks, and whose outputs are not softmax; `seeds`: one for each,
    or None. It pays for small networks, of which a layer is no work for vector registers. ValueError for networks that
    differ, or the same one twice.
    """
    nets = _alike(nets)
    cost, _ = Cost.fitting(nets[0], X, T, error, weight_decay), checks.positive("rate", rate)
    watches, momentum = [Watch(net, cost, **rules) for net in nets], checks.not_negative("momentum", momentum)
    batch, shuffle = len(cost.X) if batch is None else checks.size("batch", batch), checks.flag("shuffle", shuffle)
    orders = [epochs_of(epochs, every, seed, len(cost.X), shuffle) for seed in _one_each(seeds, nets)]
    velocities, ends = [np.zeros(net.n) for net in nets], {}

    def look(epoch):
        for i in running():
            reason = watches[i].stopped(epoch)
            if reason is not None:
                ends[i] = reason

    def running():
        return [i for i in range(len(nets)) if i not in ends]

    otherwise = "epochs"
    try:
        look(0)
        while parts := {i: part for i in running() if (part := next(orders[i], None))}:
            for begin in range(0, len(parts), SIDE_BY_SIDE):
                some = list(parts)[begin : begin + SIDE_BY_SIDE]
                each = [(nets[i], velocities[i], parts[i][1]) for i in some]
                _go_through(*zip(*each, strict=True), cost, batch, rate, momentum)
            look(next(iter(parts.values()))[0])
    except KeyboardInterrupt:
        otherwise = "interrupt"
    curves = [watch.ended(ends.get(i, otherwise)) for i, watch in enumerate(watches)]
    if otherwise == "interrupt" and interruption.is_passed_on():
        raise KeyboardInterrupt
    return curves


def _go_through(nets, velocities, orders, cost, batch, rate, momentum):
    """Train each network on the patterns in its orders (epochs, P): weights and velocities change in place."""
    net, natural = nets[0], error_for(nets[0], cost.error) is not SQUARED
    W, V = np.array([net._weights for net in nets]).T.copy(), np.array(velocities).T.copy()
    free = np.where(np.array([net._mask for net in nets]).T, float(rate), 0.0)
    codes, decay = (CODES[net.hidden], CODES[net.output]), np.full(net.n, cost.weight_decay)
    train_nets(
        np.array(net.sizes), W, V, free, cost.X, cost.T, np.array(orders), batch, momentum, decay, *codes, natural
    )
    for b, (net, velocity) in enumerate(zip(nets, velocities, strict=True)):
        net._weights[:], velocity[:] = W[:, b], V[:, b]


def _alike(nets):
    """The networks as a list, known to be MLPs that differ in weights and masks alone."""
    if not isinstance(nets, list | tuple) or not nets:
        raise ValueError(f"nets: expected a list of networks; got {checks.shown(nets)}")
    for net in nets:
        checks.instance("nets", net, MLP, "MLPs alone")
        if net.settings != nets[0].settings:
            raise ValueError(f"nets: expected networks of one shape, {nets[0]!r}; got {net!r}")
    if len({id(net) for net in nets}) < len(nets):
        raise ValueError("nets: expected different networks; got one of them twice")
    if nets[0].output not in CODES:
        raise ValueError(f"nets: expected outputs that act unit by unit; got {nets[0].output}")
    return nets


def _one_each(seeds, nets):
    if seeds is None:
        return [None] * len(nets)
    if not isinstance(seeds, list | tuple | range) or len(seeds) != len(nets):
        raise ValueError(f"seeds: expected one for each of {len(nets)} networks, or None; got {checks.shown(seeds)}")
    return [checks.generator("seeds", seed) for seed in seeds]
