"""The two baselines: delete the smallest weight, delete any weight."""

from dataclasses import dataclass

import numpy as np

from .. import checks
from .method import Method


@dataclass
class Magnitude(Method):
    """Deletes the weight of least size; the others do not answer. Its saliency |w| predicts no error."""

    def saliency(self, net):
        """|w| of every weight (n,)."""
        return np.abs(net.weights)


@dataclass
class RandomChoice(Method):
    """Deletes weights, or groups, in a random order, which the `seed` decides."""

    seed: object = None

    def __post_init__(self):
        self._rng = checks.generator("seed", self.seed)

    def saliency(self, net):
        """A random number from 0 to 1 for every weight (n,)."""
        return self._rng.random(net.n)

    def group_saliency(self, net, group):
        """A random number from 0 to 1, however many weights go together: a sum would keep the largest groups."""
        return self._rng.random()
