"""When a training stops and what it leaves behind: one record, the same rules for all trainings."""

import functools
import inspect
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from . import checks, interruption
from .backprop import gradient, network_error
from .error import check_pair

RULES = """
    Rules for stopping, by keyword:
    target_error: stop at a training error (weight decay included) of at most this.
    gradient_norm: stop at a gradient of at most this length.
    validation: (X, T); the best weights are then those of least validation error.
    patience: stop when the validation error has not improved for so many looks.
    test: (X, T) to look at; nothing is decided by it.
    keep: the weights that are left in the network, "best", or "last" whatever their error.
    Ctrl-C stops it too, with the best weights so far in the network.
"""


class Look(NamedTuple):
    """What was seen at one look at a training; None for sets that there are not."""

    epoch: int
    train_error: float
    validation_error: float | None
    test_error: float | None


def _column(name, what):
    return property(lambda curve: [v for v in (getattr(look, name) for look in curve.looks) if v is not None], doc=what)


@dataclass(repr=False)
class Curve:
    """The record of a training, look by look, and why it stopped.

    `epoch`, `train_error` (with weight decay), `validation_error` and `test_error` (without; empty where there is no
    such set) are lists, a number a look. `best` is the index of the look whose weights were kept: of least validation
    error, or else of least training error. `stopped_by`: "epochs" (all that were asked for), "target error",
    "gradient norm", "validation error", "no better step", "divergence", "interrupt".
    """

    looks: list = field(default_factory=list)
    best: int = 0
    stopped_by: str = "epochs"
    epoch = _column("epoch", "The epochs, or iterations, that were looked at: a list.")
    train_error = _column("train_error", "The training error with weight decay, a number a look: a list.")
    validation_error = _column("validation_error", "The validation error, a number a look: a list, perhaps empty.")
    test_error = _column("test_error", "The test error, a number a look: a list, perhaps empty.")

    def __repr__(self):
        if not self.looks:
            return f"Curve without a look, stopped by {self.stopped_by}"
        first, last, best = self.looks[0], self.looks[-1], self.looks[self.best]
        errors = f"train_error {first.train_error:.3g} to {last.train_error:.3g}"
        epochs = f"epochs {first.epoch} to {last.epoch}, best {best.epoch}"
        return f"Curve of {epochs}, {errors}, stopped by {self.stopped_by}"


class _Stop(Exception):
    """Raised by the watch when a rule for stopping is met."""


class Watch:
    """Looks at a network while it is trained, remembers the best weights, and stops by the rules."""

    def __init__(
        self, net, cost, *, target_error=0.0, gradient_norm=0.0, validation=None, patience=10, test=None, keep="best",
    ):  # fmt: skip
        self.net, self.cost, self.looks = net, cost, []
        self.target_error = checks.not_negative("target_error", target_error)
        self.gradient_norm = checks.not_negative("gradient_norm", gradient_norm)
        self.validation = check_pair("validation", net, validation, cost.error)
        self.test = check_pair("test", net, test, cost.error)
        self.patience = checks.count("patience", patience)
        self.keep_best = checks.choose("keep", keep, {"best": True, "last": False})
        # In one assignment, which no interruption can divide: how many looks are settled, the best, and its weights.
        self.settled = 0, 0, net.weights.copy()

    def look(self, epoch):
        """Record the network as it is now; raises _Stop where a rule says so."""
        pairs = [None if pair is None else network_error(self.net, *pair, self.cost.error) for pair in self._pairs()]
        del self.looks[self.settled[0] :]
        self.looks.append(Look(epoch, self.cost.value(self.net), *pairs))
        now, (_, best, weights) = len(self.looks) - 1, self.settled
        if not now or self._watched(now) < self._watched(best):
            best, weights = now, self.net.weights.copy()
        self.settled = now + 1, best, weights
        if not np.isfinite(self._watched(now)):
            raise _Stop("divergence")
        if self.looks[now].train_error <= self.target_error:
            raise _Stop("target error")
        if self.gradient_norm and np.linalg.norm(self.active_gradient()) <= self.gradient_norm:
            raise _Stop("gradient norm")
        if self.validation is not None and now - best >= self.patience:
            raise _Stop("validation error")

    def _pairs(self):
        return self.validation, self.test

    def _watched(self, index):
        look = self.looks[index]
        return look.train_error if self.validation is None else look.validation_error

    def active_gradient(self):
        """The gradient with respect to the weights that are not deleted."""
        return gradient(self.net, self.cost.X, self.cost.T, **self.cost.options)[self.net.mask]

    def stopped(self, epoch):
        """Look at the network; why that ends the training, or None."""
        try:
            self.look(epoch)
        except _Stop as reason:
            return str(reason)
        except checks.Diverged:
            return "divergence"

    def run(self, epochs):
        """Draw from the generator `epochs`, one epoch number at a time, until it ends or a rule stops it: the Curve.

        The generator may return why it ended.
        """
        stopped_by = None
        try:
            stopped_by = self.stopped(0)
            while stopped_by is None:
                stopped_by = self.stopped(next(epochs))
        except StopIteration as end:
            stopped_by = end.value or "epochs"
        except _Stop as reason:  # of a look that the generator took
            stopped_by = str(reason)
        except checks.Diverged:
            stopped_by = "divergence"
        except KeyboardInterrupt:
            stopped_by = "interrupt"
        curve = self.ended(stopped_by)
        if stopped_by == "interrupt" and interruption.is_passed_on():
            raise KeyboardInterrupt
        return curve

    def ended(self, stopped_by):
        """Leave the weights to be kept in the network: the Curve of a training that ended so."""
        looks, best, weights = self.settled
        if self.keep_best or stopped_by == "interrupt" or not np.isfinite(self.net.weights).all():
            self.net.weights = weights
        return Curve(self.looks[:looks], best, stopped_by)


def with_stopping_rules(train):
    """A training whose `**rules` are shown by help() and inspect, and whose misspelt options are named."""
    signature = inspect.signature(train)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    rules = [p for p in inspect.signature(Watch).parameters.values() if p.kind is p.KEYWORD_ONLY]
    names = [p.name for p in own + rules]

    @functools.wraps(train)
    def checked(*arguments, **options):
        unknown = [name for name in options if name not in names]
        if unknown:
            wanted = f"options among {', '.join(names[3:])}"
            raise TypeError(f"{train.__name__}: expected {wanted}; got {', '.join(unknown)}")
        return train(*arguments, **options)

    checked.__signature__ = signature.replace(parameters=own + rules)
    checked.__doc__ = train.__doc__.rstrip() + "\n" + RULES
    return checked
