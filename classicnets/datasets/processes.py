"""The data-generating processes of Finnoff, Hergert & Zimmermann (1993), section 4: 18 regression problems.

Inputs are uniform in [-1, 1]. A target is a function of some of the inputs plus noise. Printed are the structures, the
numbers of inputs, the noise, the patterns and the steps. The paper, as we have it, leaves open, and our choice is: that
the function has variance 1, that the noise is Gaussian, all coefficients and their distributions, the centres and the
width of the radial basis functions, and the hidden activation of the random network.
"""

from typing import NamedTuple

import numpy as np

from .. import checks
from .tables import consecutive


class Process(NamedTuple):
    """A process: its function, inputs in all, noise, patterns to train, validate and generalize on, and steps."""

    structure: str
    inputs: int
    noise: float
    sizes: tuple
    rates: tuple  # learning steps before and after overtraining


def _processes():
    small, large = ((400, 200, 1000), (0.05, 0.005)), ((1400, 600, 1000), (0.05, 0.01))
    kinds = [
        ("exp_{}_n", "bumps", 10, (0.0, 0.3, 0.6), small, (0, 3, 6)),
        ("id_{}_n", "sum", 10, (0.7, 0.8, 0.9), ((200, 100, 1000), (0.05, 0.005)), (7, 8, 9)),
        ("n_{}_id", "product", 10, (0.0, 0.1, 0.2), large, (0, 1, 2)),
        ("n_{}_sin", "product of sines", 10, (0.0, 0.1, 0.2), large, (0, 1, 2)),
        ("net_{}_n", "network", 50, (0.0, 0.3, 0.6), small, (0, 3, 6)),
        ("sin_{}_n", "sum of sines", 10, (0.0, 0.3, 0.6), small, (0, 3, 6)),
    ]
    for name, structure, inputs, noises, (sizes, rates), numbers in kinds:
        for number, noise in zip(numbers, noises, strict=True):
            yield name.format(number), Process(structure, inputs, noise, sizes, rates)


PROCESSES = dict(_processes())


def finnoff(name, seed=None):
    """Training, validation and generalization patterns of the process `name`, such as "sin_3_n": three pairs (X, T).

    Targets (P, 1) have mean 0 and variance 1 before the noise, whose standard deviation is the process's. The seed
    draws the coefficients, the patterns and the noise. ValueError for an unknown name
    and a seed that is none.
    """
    process, rng = checks.choose("name", name, PROCESSES), checks.generator("seed", seed)
    function = _FUNCTIONS[process.structure](rng, process.inputs)
    X = rng.uniform(-1, 1, (sum(process.sizes), process.inputs))
    scale = rng.uniform(-1, 1, (10_000, process.inputs))  # other patterns, so that the scale is the function's own
    values = function(scale)
    T = (function(X) - values.mean()) / values.std() + process.noise * rng.normal(size=len(X))
    return consecutive(X, T[:, None], process.sizes)


def _sum(rng, inputs):
    a = _coefficients(rng, 5)
    return lambda X: X[:, :5] @ a


def _sum_of_sines(rng, inputs):
    a = np.pi * _coefficients(rng, 5)
    return lambda X: np.sin(X[:, :5] * a).sum(axis=1)


def _product(rng, inputs):
    return lambda X: X[:, :3].prod(axis=1)


def _product_of_sines(rng, inputs):
    a = np.pi / 2 * _coefficients(rng, 3)
    return lambda X: np.sin(X[:, :3] * a).prod(axis=1)


def _bumps(rng, inputs):
    """Eight radial basis functions over five inputs, their signs alternating."""
    centres, signs = rng.uniform(-1, 1, (8, 5)), (-1.0) ** np.arange(8)

    def function(X):
        distances = np.square(X[:, None, :5] - centres).sum(axis=2)
        return np.exp(-distances) @ signs

    return function


def _network(rng, inputs):
    """A random network with 200 tanh hidden units, 50-200-1."""
    W, v = rng.normal(size=(inputs, 200)) * np.sqrt(3 / inputs), rng.normal(size=200)
    return lambda X: np.tanh(X @ W) @ v


def _coefficients(rng, number):
    """From 0.5 to 1.5, with either sign."""
    return rng.uniform(0.5, 1.5, number) * rng.choice([-1.0, 1.0], number)


_FUNCTIONS = {
    "sum": _sum, "sum of sines": _sum_of_sines, "product": _product, "product of sines": _product_of_sines,
    "bumps": _bumps, "network": _network,
}  # fmt: skip
