"""Training: backpropagation, damped Gauss-Newton, quasi-Newton. Each changes the network and returns its `Curve`.

All of them watch the same things in the same way (stopping.py): they look at the error after each epoch, keep the best
weights, and share the rules for stopping.
"""

import numpy as np

from . import checks
from .active import active_hessian
from .cost import Cost
from .error import SQUARED, error_for
from .kernels.backprop import CODES, SOFTMAX, train_epochs
from .mlp import MLP
from .stopping import Curve, Watch, with_stopping_rules

__all__ = ["Curve", "train_backpropagation", "train_gauss_newton", "train_quasi_newton"]


@with_stopping_rules
def train_backpropagation(
    net, X, T, rate=0.1, momentum=0.0, batch=1, epochs=1000, seed=None, every=1,
    error="squared", weight_decay=0.0, elimination=None, **rules,
):  # fmt: skip
    """Backpropagation after each `batch` patterns, in a new random order every epoch; returns the `Curve`.

    The step is v <- momentum v - rate (mean gradient of the batch + weight_decay w). `batch` None takes all patterns.
    The error is looked at `every` so many epochs. For an MLP; TypeError for networks of other kinds.

    elimination: the w0 of weight elimination, where large weights decay less: the penalty is 1/2 weight_decay sum of
    w^2 / (1 + (w / w0)^2), and the errors in the Curve are without it. Weigend, Rumelhart & Huberman (1991).
    """
    checks.instance("net", net, MLP, "an MLP, as the second-order trainings train other kinds")
    w0 = np.inf if elimination is None else checks.positive("elimination", elimination)
    cost = Cost.fitting(net, X, T, error, weight_decay)
    watched = cost if elimination is None else Cost(cost.X, cost.T, error)
    watch, natural = Watch(net, watched, **rules), error_for(net, error) is not SQUARED
    epochs, every = checks.count("epochs", epochs, 0), checks.count("every", every)
    batch = len(cost.X) if batch is None else checks.size("batch", batch)
    steps = checks.positive("rate", rate), checks.not_negative("momentum", momentum), cost.weight_decay
    codes = CODES[net.hidden], CODES.get(net.output, SOFTMAX), natural
    rng, velocity, sizes = checks.generator("seed", seed), np.zeros(net.n), np.array(net.sizes)

    def portions():
        for begin in range(0, epochs, every):
            count = min(every, epochs - begin)
            orders = rng.permuted(np.tile(np.arange(len(cost.X)), (count, 1)), axis=1)
            patterns = cost.X, cost.T, orders, batch
            train_epochs(sizes, net._weights, net._mask, velocity, *patterns, *steps, *codes, w0)
            yield begin + count

    return watch.run(portions())


@with_stopping_rules
def train_gauss_newton(net, X, T, iterations=200, damping=1e-3, error="squared", weight_decay=0.0, **rules):
    """Damped Gauss-Newton (Levenberg-Marquardt): w <- w - (H + damping I)^-1 dE/dw; returns the `Curve`.

    The damping falls tenfold after a step that lowers the error; a step that does not is taken back, and the damping
    rises tenfold, up to 1e10. Levenberg (1944), Marquardt (1963).
    """
    cost = Cost.fitting(net, X, T, error, weight_decay)
    watch, kind = Watch(net, cost, **rules), error_for(net, error)
    iterations, damping = checks.count("iterations", iterations, 0), checks.positive("damping", damping)

    def steps(damping):
        for iteration in range(1, iterations + 1):
            before, weights, slope = watch.looks[-1].train_error, net.weights.copy(), watch.active_gradient()
            with np.errstate(over="ignore", invalid="ignore"):
                H = active_hessian(net, cost.X, cost.T, kind, "gauss-newton")
            H.flat[:: len(H) + 1] += cost.weight_decay
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
    """Quasi-Newton training (BFGS, from SciPy) of the active weights; returns the `Curve`."""
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
