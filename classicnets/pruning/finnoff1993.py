"""Pruning by a statistical test: is a weight different from zero? Finnoff, Hergert & Zimmermann (1993).

Each pattern p would move a weight w to w - eta g_p, with g_p = dE_p/dw and eta the learning step. Where the patterns
agree, the mean of these is far from zero when measured by its spread:

    T(w)  =  log( |sum_p (w - eta g_p)|  /  (eta sqrt(sum_p (g_p - mean g)^2)) )

Small T says that zero is as good a value as any. For a weight that is zero, T measures the pull away from it. Nothing
here asks for a minimum, so it can be used as soon as training is stopped. As restated by Prechelt (1997).
"""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..backprop import pattern_gradients
from .method import Method


@dataclass
class StatisticalTest(Method):
    """Deletes the weight of least test variable T; the others do not answer. `rate` > 0 is the learning step eta.

    T predicts no error; deleted weights have a T too.
    """

    rate: float

    def __post_init__(self):
        self.rate = checks.positive("rate", self.rate)

    def look(self, net, cost):
        """Take the mean and the spread of the gradients of all patterns; no weight decay in them."""
        g = pattern_gradients(net, cost.X, cost.T, cost.error)
        self._sum, self._spread = g.sum(axis=0), np.sqrt(np.square(g - g.mean(axis=0)).sum(axis=0))
        self._patterns = len(g)

    def test_variable(self, net):
        """T of every weight (n,), deleted ones at zero; infinite where all patterns agree, -infinite for 0 / 0."""
        agreed = np.abs(self._patterns * net.weights - self.rate * self._sum)
        with np.errstate(divide="ignore"):
            ratio = np.divide(agreed, self.rate * self._spread, out=np.full(net.n, np.inf), where=self._spread > 0)
            return np.log(np.where((agreed == 0) & (self._spread == 0), 0.0, ratio))

    def saliency(self, net):
        """T (n,), of a weight that nothing depends on the least finite number."""
        return np.nan_to_num(self.test_variable(net), posinf=np.inf)
