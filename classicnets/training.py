"""Training: backpropagation, damped Gauss-Newton, quasi-Newton. Each changes the network and returns its `Curve`.

All of them watch the same things in the same way (stopping.py): they look at the error after each epoch, keep the best
weights, and share the rules for stopping.
"""

import numpy as np

from . import checks
from .active import active_hessian
from .cost import Cost, active_decay
from .diagonal import hessian_diagonal
from .dropout import dropped_share
from .error import error_for
from .passes import check_order_is_free, epochs_of, go_through, go_through_thinned
from .stopping import Curve, Watch, with_stopping_rules

__all__ = ["Curve", "train_backpropagation", "train_diagonal_newton", "train_gauss_newton", "train_quasi_newton"]


@with_stopping_rules
def train_backpropagation(
    net, X, T, rate=0.1, momentum=0.0, batch=1, epochs=1000, seed=None, shuffle=True, every=1,
    error="squared", weight_decay=0.0, elimination=None, dropout=0.0, **rules,
):  # fmt: skip
    """Backpropagation after each `batch` patterns, in a new random order every epoch; returns the `Curve`.

    shuffle: False takes the patterns in their own order in every epoch.

    The step is v <- momentum v - rate (mean gradient of the batch + weight_decay w). `batch` None takes all patterns.
    The error is looked at `every` so many epochs. Not for networks that remember, whose patterns have one order:
    TypeError.

    elimination: the w0 of weight elimination, where large weights decay less: the penalty is 1/2 weight_decay sum of
    w^2 / (1 + (w / w0)^2), and the errors in the Curve are without it. Weigend, Rumelhart & Huberman (1991).

    dropout: the share of an MLP's hidden units that are dropped, others for each pattern and epoch, while the errors in
    the Curve are those of the whole network: dropout.py. Srivastava et al. (2014), where p is the share that is kept.
    """
    w0 = np.inf if elimination is None else checks.positive("elimination", elimination)
    cost = Cost.fitting(net, X, T, error, weight_decay)
    watched = cost if elimination is None else Cost(cost.X, cost.T, error)
    watch, rates = Watch(net, watched, **rules), np.full(net.n, checks.positive("rate", rate))
    dropout, rng = dropped_share(dropout, net), checks.generator("seed", seed)
    order = epochs_of(epochs, every, rng, len(cost.X), checks.flag("shuffle", shuffle))
    batch = len(cost.X) if batch is None else checks.size("batch", batch)
    momentum, velocity = checks.not_negative("momentum", momentum), np.zeros(net.n)

    def portions():
        for epoch, orders in order:
            if dropout:
                go_through_thinned(net, cost, orders, batch, rates, momentum, velocity, w0, dropout, rng)
            else:
                go_through(net, cost, orders, batch, rates, momentum, velocity, w0)
            yield epoch

    return watch.run(portions())


@with_stopping_rules
def train_diagonal_newton(
    net, X, T, rate=0.001, damping=0.02, sample=500, epochs=30, seed=None, error="squared", weight_decay=0.0, **rules
):
    """Online backpropagation with a rate for each weight, rate / (damping + h_kk); returns the `Curve`.

    The h_kk are from Le Cun's sweep without f'' over `sample` random patterns, taken anew before each epoch: the
    stochastic diagonal Levenberg-Marquardt method. rate: a number, or one for each epoch. The patterns come in a new
    random order every epoch. "A positive, diagonal approximation of the Hessian": Le Cun et al. (1989).
    """
    cost = Cost.fitting(net, X, T, error, weight_decay)
    watch, damping = Watch(net, cost, **rules), checks.positive("damping", damping)
    epochs, sample = checks.count("epochs", epochs, 0), checks.size("sample", sample)
    rates = checks.rates("rate", rate, epochs)
    check_order_is_free(net)
    rng, velocity = checks.generator("seed", seed), np.zeros(net.n)

    def passes():
        for epoch, now in enumerate(rates, 1):
            some = rng.permutation(len(cost.X))[:sample]
            h = hessian_diagonal(net, cost.X[some], cost.T[some], "levenberg-marquardt", **cost.options)
            order = rng.permutation(len(cost.X))[None]
            go_through(net, cost, order, 1, now / (damping + h), 0.0, velocity, np.inf)
            yield epoch

    return watch.run(passes())


@with_stopping_rules
def train_gauss_newton(net, X, T, iterations=200, damping=1e-3, error="squared", weight_decay=0.0, **rules):
    """Damped Gauss-Newton (Levenberg-Marquardt): w <- w - (H + damping I)^-1 dE/dw; returns the `Curve`.

    The damping falls tenfold after a step that lowers the error; a step that does not is taken back, and the damping
    rises tenfold, up to 1e10. Where no step is better even then, the training was stopped by "no better step": at a
    minimum, or, with "relu", where some pre-activation is so near 0 that steps cross that edge, where the slope
    changes; the gradient is then not zero. Levenberg (1944), Marquardt (1963).
    """
    cost = Cost.fitting(net, X, T, error, weight_decay)
    watch, kind = Watch(net, cost, **rules), error_for(net, error)
    iterations, damping = checks.count("iterations", iterations, 0), checks.positive("damping", damping)

    def steps(damping):
        for iteration in range(1, iterations + 1):
            before, weights, slope = watch.looks[-1].train_error, net.weights.copy(), watch.active_gradient()
            with np.errstate(over="ignore", invalid="ignore"):
                H = active_hessian(net, cost.X, cost.T, kind, "gauss-newton")
            H.flat[:: len(H) + 1] += active_decay(net, cost.weight_decay)
            while damping <= 1e10:
                move = np.zeros(net.n)
                move[net.mask] = _solution(H, damping, slope)
                if np.isfinite(move).all():
                    net.weights = weights - move
                    if cost.value(net) < before:
                        break
                net.weights = weights
                damping *= 10
            else:
                return "no better step"
            damping = max(damping / 10, 1e-12)
            yield iteration

    return watch.run(steps(damping))


def _solution(H, damping, slope):
    """x of (H + damping I) x = slope, or zero where that is singular: no step, so that the damping rises."""
    damped = H.copy()
    damped.flat[:: len(H) + 1] += damping
    try:
        return np.linalg.solve(damped, slope)
    except np.linalg.LinAlgError:
        return np.zeros_like(slope)


@with_stopping_rules
def train_quasi_newton(net, X, T, iterations=1000, error="squared", weight_decay=0.0, **rules):
    """Quasi-Newton training (BFGS, from SciPy) of the active weights; returns the `Curve`.

    Where its line search finds nothing lower it was stopped by "no better step": at a minimum, or at an edge of "relu",
    where the gradient is not zero.
    """
    from scipy.optimize import minimize  # here, because it takes as long to import as all the rest

    cost = Cost.fitting(net, X, T, error, weight_decay)
    watch = Watch(net, cost, **rules)
    options = {"maxiter": checks.count("iterations", iterations, 0), "gtol": 1e-12}

    def value(active):
        net._weights[net.mask] = active
        now = cost.value(net)
        return now, watch.active_gradient() if np.isfinite(now) else np.zeros_like(active)

    def look(active):
        net._weights[net.mask] = active
        watch.look(len(watch.looks))

    def search():
        if not net.n_active:
            return "epochs"
        start = net.weights[net.mask]
        result = minimize(value, start, jac=True, method="BFGS", callback=look, options=options)
        net._weights[net.mask] = result.x  # and not where the last line search was
        return "epochs" if result.status == 1 else "no better step"
        yield  # every look is taken by the callback

    return watch.run(search())
