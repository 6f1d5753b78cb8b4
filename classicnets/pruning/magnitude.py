"""The two baselines: delete the smallest weight, delete any weight."""

import numpy as np


class Magnitude:
    """Deletes the weight of least size; the others do not answer. Its saliency |w| predicts no error."""

    predicts = None

    def look(self, net, X, T, error="squared", weight_decay=0.0):
        """Nothing to prepare."""

    def saliency(self, net):
        """|w| of every weight (n,)."""
        return np.abs(net.weights)

    def delete(self, net, q):
        """Set weight q to zero."""
        net.delete(q)


class RandomChoice(Magnitude):
    """Deletes weights in a random order."""

    def __init__(self, seed=None):
        self._rng = np.random.default_rng(seed)

    def saliency(self, net):
        """A random number from 0 to 1 for every weight (n,)."""
        return self._rng.random(net.n)
