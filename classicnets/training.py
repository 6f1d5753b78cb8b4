"""Training: backpropagation, damped Gauss-Newton, quasi-Newton. Each changes the network and returns its curve.

All of them watch the same things in the same way. They look at the error after each epoch, keep the best weights, and
share these rules for stopping, given by name:

    target_error=0    stop at a training error (weight decay included) of at most this
    gradient_norm=0   stop at a gradient of at most this length
    validation=None   (X, T): the best weights are those of least validation error
    patience=10       stop when the validation error has not improved for so many looks
    test=None         (X, T): looked at, but nothing is decided by it
    keep="best"       the weights that are left in the network: "best", or "last" whatever its error

Interrupting a training (Ctrl-C) leaves the best weights so far in the network and says so in the record.
"""

from dataclasses import dataclass, field

import numpy as np

from . import checks
from .backprop import gradient, network_error
from .error import SQUARED, check_patterns
from .hessian import hessian
from .kernels.backprop import CODES, SOFTMAX, train_epochs


@dataclass
class Curve:
    """The record of a training: `epoch`, `train_error`, `validation_error`, `test_error` (lists), and why it stopped.

    `train_error` includes the weight decay; the two others do not, and are empty without such data.
    `best` is the index of the weights that were kept: of least validation error, or else of least training error.
    """

    epoch: list = field(default_factory=list)
    train_error: list = field(default_factory=list)
    validation_error: list = field(default_factory=list)
    test_error: list = field(default_factory=list)
    best: int = 0
    stopped_by: str = "epochs"


class _Stop(Exception):
    """Raised by the watch when a rule for stopping is met."""


class _Watch:
    """Records each epoch, remembers the best weights, and stops by target error, gradient norm or patience."""

    def __init__(
        self, net, X, T, error, weight_decay, target_error=0.0, gradient_norm=0.0, validation=None, patience=10,
        test=None, keep="best",
    ):  # fmt: skip
        check_patterns(net, X, T, error)
        self.net, self.patterns = net, (X, T, error, checks.not_negative("weight_decay", weight_decay))
        self.target_error = checks.not_negative("target_error", target_error)
        self.gradient_norm = checks.not_negative("gradient_norm", gradient_norm)
        self.validation, self.patience, self.test = validation, checks.count("patience", patience), test
        self.keep_best = checks.choose("keep", keep, {"best": True, "last": False})
        self.curve, self.weights = Curve(), net.weights.copy()

    def look(self, epoch):
        """Record the network as it is now; raises _Stop where a rule says so."""
        curve = self.curve
        curve.epoch.append(epoch)
        curve.train_error.append(network_error(self.net, *self.patterns))
        if self.validation is not None:
            curve.validation_error.append(network_error(self.net, *self.validation, self.patterns[2]))
        if self.test is not None:
            curve.test_error.append(network_error(self.net, *self.test, self.patterns[2]))
        watched = curve.validation_error or curve.train_error
        now = len(watched) - 1
        if not now or watched[now] < watched[curve.best]:
            curve.best, self.weights[:] = now, self.net.weights
        if not np.isfinite(watched[now]):
            raise _Stop("divergence")
        if curve.train_error[now] <= self.target_error:
            raise _Stop("target error")
        if self.gradient_norm and np.linalg.norm(self.active_gradient()) <= self.gradient_norm:
            raise _Stop("gradient norm")
        if self.validation is not None and now - curve.best >= self.patience:
            raise _Stop("validation error")

    def active_gradient(self):
        """The gradient with respect to the weights that are not deleted."""
        return gradient(self.net, *self.patterns)[self.net.mask]

    def run(self, epochs):
        """Draw from the generator `epochs`, one epoch number at a time, until it ends or a rule stops it."""
        try:
            self.look(0)
            for epoch in epochs:
                self.look(epoch)
        except _Stop as reason:
            self.curve.stopped_by = str(reason)
        except checks.Diverged:
            self.curve.stopped_by = "divergence"
        except KeyboardInterrupt:
            self.curve.stopped_by = "interrupt"
        if self.keep_best or not np.isfinite(self.net.weights).all():
            self.net.weights[:] = self.weights
        return self.curve


def train_backpropagation(
    net, X, T, rate=0.1, momentum=0.0, batch=1, epochs=1000, seed=None, every=1,
    error="squared", weight_decay=0.0, elimination=None, **stop,
):  # fmt: skip
    """Backpropagation after each `batch` patterns, in a new random order every epoch; returns the `Curve`.

    The step is v <- momentum v - rate (mean gradient of the batch + weight_decay w). `batch` None takes all patterns.
    The error is looked at `every` so many epochs.

    elimination: the w0 of weight elimination, where large weights decay less: the penalty is 1/2 weight_decay sum of
    w^2 / (1 + (w / w0)^2), and the errors in the Curve are without it. Weigend, Rumelhart & Huberman (1991).
    """
    w0 = np.inf if elimination is None else checks.positive("elimination", elimination)
    watch = _Watch(net, X, T, error, weight_decay if elimination is None else 0.0, **stop)
    weight_decay = checks.not_negative("weight_decay", weight_decay)
    if net.remembers:
        raise ValueError(f"net: expected an MLP; got {net!r}, which the second-order trainings train")
    X, T, kind = check_patterns(net, X, T, error)
    epochs, every = checks.count("epochs", epochs, 0), checks.count("every", every)
    batch = len(X) if batch is None else checks.count("batch", batch)
    steps = checks.positive("rate", rate), checks.not_negative("momentum", momentum), float(weight_decay)
    codes = CODES[net.hidden], CODES.get(net.output, SOFTMAX), kind is not SQUARED
    rng, velocity, sizes = np.random.default_rng(seed), np.zeros(net.n), np.array(net.sizes)

    def portions():
        for begin in range(0, epochs, every):
            count = min(every, epochs - begin)
            orders = rng.permuted(np.tile(np.arange(len(X)), (count, 1)), axis=1)
            train_epochs(sizes, net.weights, net.mask, velocity, X, T, orders, batch, *steps, *codes, w0)
            yield begin + count

    return watch.run(portions())


def train_gauss_newton(net, X, T, iterations=200, damping=1e-3, error="squared", weight_decay=0.0, **stop):
    """Damped Gauss-Newton (Levenberg-Marquardt): w <- w - (H + damping I)^-1 dE/dw; returns the `Curve`.

    The damping falls tenfold after a step that lowers the error; a step that does not is taken back, and the damping
    rises tenfold, up to 1e10. Levenberg (1944), Marquardt (1963).
    """
    watch = _Watch(net, X, T, error, weight_decay, **stop)
    iterations, damping = checks.count("iterations", iterations, 0), checks.positive("damping", damping)

    def steps(damping):
        for iteration in range(1, iterations + 1):
            before, weights, slope = watch.curve.train_error[-1], net.weights.copy(), watch.active_gradient()
            H = hessian(net, X, T, "gauss-newton", error, weight_decay)[np.ix_(net.mask, net.mask)]
            while damping <= 1e10:
                net.weights[net.mask] = weights[net.mask] - _solution(H + damping * np.eye(len(H)), slope)
                if network_error(net, *watch.patterns) < before:
                    break
                net.weights[:] = weights
                damping *= 10
            else:
                watch.curve.stopped_by = "no better step"
                return
            damping = max(damping / 10, 1e-12)
            yield iteration

    return watch.run(steps(damping))


def _solution(A, b):
    """x of A x = b, or zero where A is singular: no step, so that the damping rises."""
    try:
        return np.linalg.solve(A, b)
    except np.linalg.LinAlgError:
        return np.zeros_like(b)


def train_quasi_newton(net, X, T, iterations=1000, error="squared", weight_decay=0.0, **stop):
    """Quasi-Newton training (BFGS, from SciPy) of the active weights; returns the `Curve`."""
    from scipy.optimize import minimize  # here, because it takes as long to import as all the rest

    watch = _Watch(net, X, T, error, weight_decay, **stop)

    def value(active):
        net.weights[net.mask] = active
        now = network_error(net, *watch.patterns)
        return now, watch.active_gradient() if np.isfinite(now) else np.zeros_like(active)

    def look(active):
        net.weights[net.mask] = active
        watch.look(len(watch.curve.epoch))

    def search():
        if not net.n_active:
            return
        options = {"maxiter": checks.count("iterations", iterations, 0), "gtol": 1e-12}
        result = minimize(value, net.weights[net.mask], jac=True, method="BFGS", callback=look, options=options)
        watch.curve.stopped_by = "epochs" if result.status == 1 else "no better step"
        yield from ()  # every look was taken by the callback

    return watch.run(search())
