"""What the loss of a hidden unit costs, by deletion and by estimates of it. After Harang & Sanders (2023).

The paper compares scores of the damage that a network takes when a weight or a neuron goes, among them dropout and the
merging of neurons; how it defines them is not at hand, so that these are the names' plainest meanings. What OBD, OBS
and a random choice say of a unit they say of any group of weights: prune(..., groups=net.hidden_units()).
"""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..backprop import finite
from ..error import check_patterns
from ..mlp import MLP
from .method import Method


@dataclass
class TrueDamage(Method):
    """Deletes what costs least, by trying: the change of the cost without it; the others do not answer.

    For units, weights and any groups, and as dear as it sounds: all patterns once for each candidate.
    """

    predicts = "cost"

    def look(self, net, cost):
        """Keep the cost."""
        self._cost = cost

    def saliency(self, net):
        """The change of the cost when one weight goes, for every weight (n,)."""
        return np.array([self._damage(net, [q]) for q in range(net.n)])

    def group_saliency(self, net, group):
        """The change of the cost when all of them go."""
        return self._damage(net, group)

    def _damage(self, net, group):
        smaller = net.copy()
        smaller.delete(group)
        return self._cost.value(smaller) - self._cost.value(net)


class OfUnits(Method):
    """Says what the hidden units of an MLP are worth: candidates are groups, each all that leads away from its unit.

    Of single weights, and of groups that silence no unit, it says nothing: they are infinitely salient, never chosen.
    A kind says in `_take` what it looks at, and in `_worth` what it thinks of a unit: its layer, 0 the first hidden
    one, and its number there.
    """

    def look(self, net, cost):
        """Take from an MLP and its Cost what the saliencies need. TypeError for a network of another kind."""
        checks.instance("net", net, MLP, "an MLP, whose hidden units are the candidates")
        check_patterns(net, cost.X, cost.T, cost.error)
        self._above = net.views(np.arange(net.n))[1:]
        self._take(net, cost)

    def saliency(self, net):
        """Infinite (n,): single weights are no units."""
        return np.full(net.n, np.inf)

    def group_saliency(self, net, group):
        """The sum of what the units are worth that go with these weights; infinite where there is none."""
        units = self._silenced(net, group)
        return float(sum(self._worth(net, *unit) for unit in units)) if units else np.inf

    def _take(self, net, cost):
        """For those that only look at the weights: nothing."""

    def _silenced(self, net, group):
        """Layer and number of each unit that sends something upwards now, and nothing without the group."""
        left = net.mask.copy()
        left[group] = False
        return [
            (layer, int(unit))
            for layer, weights in enumerate(self._above)
            for unit in np.flatnonzero((net.mask[weights].any(axis=0) & ~left[weights].any(axis=0))[:-1])
        ]


@dataclass
class OutgoingNorm(OfUnits):
    """Deletes the unit whose outgoing weights are the smallest: sqrt(sum w^2). It predicts no error."""

    def _worth(self, net, layer, unit):
        return np.linalg.norm(net.matrices[layer + 1][:, unit])


@dataclass
class DropoutDamage(OfUnits):
    """Deletes the unit that, by least squares, has cost least wherever units were dropped at random.

    In each of `masks` trials every hidden unit is dropped with the probability `share`, nothing in its place, and the
    cost of what is left is measured; it is fitted by a constant and one number a unit, what it adds where it is gone.
    With small shares this is the damage of a unit alone; with larger ones it is the damage among the ruins. With fewer
    `masks` than units and the constant have numbers to be fitted, many fit alike, and these are the smallest.
    """

    share: float = 0.1
    masks: int = 300
    seed: object = None
    predicts = "cost"

    def __post_init__(self):
        self.share, self.masks = checks.positive("share", self.share), checks.count("masks", self.masks)
        if self.share >= 1:
            raise ValueError(f"share: expected less than 1; got {checks.shown(self.share)}")
        self._rng = checks.generator("seed", self.seed)

    def _take(self, net, cost):
        groups = net.hidden_units()
        dropped = self._rng.random((self.masks, len(groups))) < self.share
        costs = np.array([_cost_without(net, cost, [groups[u] for u in np.flatnonzero(row)]) for row in dropped])
        if not np.isfinite(costs).all():
            raise checks.Diverged(
                "net: expected finite errors without some units; got some that grow beyond all bounds"
            )
        fitted = np.linalg.lstsq(np.column_stack([np.ones(self.masks), dropped]), costs, rcond=None)[0]
        self._fitted = np.split(fitted[1:], np.cumsum(net.sizes[1:-1])[:-1])

    def _worth(self, net, layer, unit):
        return self._fitted[layer][unit]


def _cost_without(net, cost, groups):
    smaller = net.copy()
    for group in groups:
        smaller.delete(group)
    return cost.value(smaller)


@dataclass
class Merging(OfUnits):
    """Merges the two most correlated units of a layer: the first of them goes, and the other takes over its part.

    Least squares say what the other, times a slope, and a constant do best in its place: z_u = slope z_v + constant.
    Its outgoing weights, times the slope, are added to the other's, and times the constant to the biases above: exact
    where the outputs are equal, or affinely dependent. What is deleted above takes nothing over.
    """

    def _take(self, net, cost):
        outputs = [z[:, :-1] for z in net.layers(cost.X)[1:-1]]
        self._means = [np.where(np.ptp(z, axis=0) > 0, z.mean(axis=0), z[0]) for z in outputs]  # of constants exact
        moved = [z - mean for z, mean in zip(outputs, self._means, strict=True)]
        self._covariances = [finite(z.T @ z / len(z)) for z in moved]

    def _worth(self, net, layer, unit):
        """1 - |r| of the closest other unit; of a constant 0, the biases above take all of it over."""
        return 1 - abs(self._partner(net, layer, unit)[1]) if self._covariances[layer][unit, unit] else 0.0

    def delete_group(self, net, group):
        """Delete units, one after another; what each sent upwards is taken over by the one most correlated with it."""
        for layer, unit in self._silenced(net, group):
            self._merge(net, layer, unit)
        net.delete(group)

    def _merge(self, net, layer, unit):
        other, _ = self._partner(net, layer, unit)
        matrices, means, S = [matrix.copy() for matrix in net.matrices], self._means[layer], self._covariances[layer]
        above, slope = matrices[layer + 1], 0.0
        if other is not None:
            slope = S[unit, other] / S[other, other]
            above[:, other] += slope * above[:, unit]
            above[:, -1] -= slope * means[other] * above[:, unit]
        above[:, -1] += means[unit] * above[:, unit]
        net.matrices = matrices
        net.delete(self._above[layer][:, unit])

    def _partner(self, net, layer, unit):
        """Of the other units of the layer that still send something the most correlated one, and r; or None and 0."""
        S = self._covariances[layer]
        there, spread = net.mask[self._above[layer][:, :-1]].any(axis=0), np.sqrt(np.diag(S))
        there[unit] = False
        r = np.divide(S[unit], spread * spread[unit], out=np.zeros(len(S)), where=there & (spread * spread[unit] > 0))
        other = int(np.argmax(np.abs(r)))
        return (other, r[other]) if r[other] else (None, 0.0)
