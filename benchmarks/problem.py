"""The networks and patterns that are timed: MONK's problem 1 for 17 inputs, random numbers for all others."""

from typing import NamedTuple

import numpy as np


class Case(NamedTuple):
    """Sizes of the layers, patterns, and the speed-up that is aimed at, as in ">= 10", or nothing."""

    sizes: tuple
    patterns: int
    target: str = ""

    @property
    def n(self):
        """The number of weights."""
        return sum(units * (fan_in + 1) for fan_in, units in zip(self.sizes, self.sizes[1:], strict=False))

    def __str__(self):
        return f"{'-'.join(map(str, self.sizes))}, {self.patterns} patterns"


def problem(case):
    """The network of a case (tanh hidden units, logistic outputs), X (P, n_in) and T (P, n_out), always the same."""
    from classicnets import MLP, monks

    net, rng = MLP(case.sizes, seed=1), np.random.default_rng(0)
    if case.sizes[0] == 17:
        return net, *monks(1)[:2]
    inputs, *_, outputs = case.sizes
    return net, rng.standard_normal((case.patterns, inputs)), rng.uniform(0.1, 0.9, (case.patterns, outputs))
