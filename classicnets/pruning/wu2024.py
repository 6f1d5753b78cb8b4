"""The iterative Optimal Brain Surgeon: Newton steps and projections onto k weights, in turn. Wu et al. (2024).

To minimise f(theta) with no more than k weights that are not zero, from the gradient g and the Hessian H at theta:

    k-IHT          theta  <-  T_k(theta - g / L)               L the largest eigenvalue of H, or above
    topk-I-OBS     theta  <-  T_k(theta - H^-1 g)

T_k keeps the k largest and sets the others to zero: the nearest such vector, not the cheapest. With t = theta - H^-1 g,
the minimum of the quadratic model, and Q the weights that go, the cheapest one and its price are

    theta  =  t - H^-1 E_Q [H^-1]_QQ^-1 t_Q                    1/2 t_Q^T [H^-1]_QQ^-1 t_Q

which is k-IHT's for H = L I and, for g = 0 and a single weight, eq. 5 of Hassibi & Stork (1993). Which Q is the best is
a matter of trying all; one by one, each time the cheapest, is what Optimal Brain Surgeon does from there.
"""

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..backprop import gradient
from ..shrinking import ShrinkingInverse, answer
from .hassibi1993 import OptimalBrainSurgeon, saliencies


def largest(values, k):
    """T_k: a vector (n,) with its k largest entries, by magnitude, as they are, and zero for the others.

    Of equal ones the first stay. ValueError for what does not fit.
    """
    values = checks.finite_vector("values", values)
    kept, sparse = np.argsort(-np.abs(values), kind="stable")[: _number(k, len(values))], np.zeros(len(values))
    sparse[kept] = values[kept]
    return sparse


def iht_step(weights, slope, smoothness, k):
    """T_k(theta - g / L) (n,): a step of iterative hard thresholding; `slope` is g (n,), `smoothness` L > 0.

    ValueError for what does not fit; checks.Diverged (a ValueError too) where the step overflows.
    """
    weights = checks.finite_vector("weights", weights)
    slope = checks.finite_vector("slope", slope, len(weights))
    with np.errstate(over="ignore"):
        return largest(_finite("slope", weights - slope / checks.positive("smoothness", smoothness)), k)


def newton_step(weights, slope, inverse, k):
    """T_k(theta - H^-1 g) (n,): a step of topk-I-OBS; `slope` is g (n,), `inverse` H^-1 (n, n).

    g and H are those of one and the same f: a mean's gradient with a sum's Hessian is a small part of a step. Raises
    what `iht_step` does.
    """
    weights, inverse = _fitting("weights", weights, inverse)
    slope = checks.finite_vector("slope", slope, len(weights))
    with np.errstate(over="ignore", invalid="ignore"):
        return largest(_finite("slope", weights - inverse @ slope), k)


def projected(target, inverse, group):
    """The cheapest vector (n,) in which a group of weights, indices (k,), is zero, by a quadratic model; and its price.

    `target` (n,) is the model's minimum, `inverse` (n, n) the inverse of its Hessian. ValueError for what does not fit;
    checks.Diverged (a ValueError too) where the group's part of the inverse has no inverse.
    """
    target, inverse = _fitting("target", target, inverse)
    group = np.unique(checks.indices("group", group, len(target)))
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            change, rise = answer(inverse[group], group, target)
            theta = _finite("target", target + change)
            _finite("target", rise)
    except np.linalg.LinAlgError as reason:
        raise checks.Diverged(f"inverse: expected one whose part for the group is regular; got {reason}") from reason
    theta[group] = 0.0
    return theta, rise


def one_by_one(target, inverse, k):
    """The same for a group of all but k weights, each the cheapest when the others of the group are gone already.

    ValueError for what does not fit; checks.Diverged (a ValueError too) where a weight that goes has no price.
    """
    theta, inverse = _fitting("target", target, inverse)
    theta, rise, n = theta.copy(), 0.0, len(theta)
    there, left = np.ones(n, dtype=bool), ShrinkingInverse(inverse.copy(), np.ones(n, dtype=bool))
    for _ in range(n - _number(k, n)):
        with np.errstate(over="ignore", invalid="ignore"):
            prices = np.where(there, saliencies(theta, left.diagonal), np.inf)
            q = int(np.argmin(prices))
            if not np.isfinite(prices[q]):
                raise checks.Diverged("inverse: expected a positive definite one; got another, or one that overflows")
            column, rise = left.column(q), rise + float(prices[q])
            left.remove(q)
            theta, there[q] = _finite("inverse", theta - theta[q] / column[q] * column), False
        theta[~there] = 0.0
    return theta, rise


def _fitting(argument, vector, inverse):
    inverse = checks.square("inverse", inverse)
    return checks.finite_vector(argument, vector, len(inverse)), inverse


def _number(k, n):
    if checks.count("k", k, 0) > n:
        raise ValueError(f"k: expected at most {n}, the number of weights; got {checks.shown(k)}")
    return int(k)


def _finite(argument, vector):
    if not np.isfinite(vector).all():
        raise checks.Diverged(f"{argument}: expected one whose step is finite; got one that overflows")
    return vector


@dataclass
class IterativeSurgeon(OptimalBrainSurgeon):
    """In each step of a pruning a Newton step of all weights, and a projection onto those to be left, in turn.

    So many `rounds`; weights that went in an earlier round of the step may be back after the next. What goes for good
    is what the best round, the one of least cost, has at zero. `projection` "one by one" is Optimal Brain Surgeon from
    where the Newton step led to; "largest" is T_k, without an answer of the others: topk-I-OBS. The other settings
    are those of OptimalBrainSurgeon. Wu et al. (2024).

    With little `alpha` the steps are Newton's, which from outside a minimum may lead far away: scale "mean" and an
    alpha of .1 or 1 shorten them.

    It predicts no error: each round's model is one of another place than where the step began.
    """

    rounds: int = 3
    projection: str = "one by one"
    predicts = None

    def __post_init__(self):
        super().__post_init__()
        self.rounds = checks.count("rounds", self.rounds)
        checks.choose("projection", self.projection, dict.fromkeys(("one by one", "largest")))

    def look(self, net, cost):
        """Compute H^-1 as the Surgeon does, and keep the cost: in later rounds it is looked at again."""
        super().look(net, cost)
        self._cost = cost

    def saliency(self, net):
        """The Surgeon's L_q (n,), or of the projection "largest" the squares of the weights."""
        return net.weights**2 if self.projection == "largest" else super().saliency(net)

    def group_saliency(self, net, group):
        """The same of weights that go together."""
        if self.projection == "largest":
            return float(self.saliency(net)[group].sum())
        return super().group_saliency(net, group)

    def delete(self, net, q):
        """Delete weight q; the others answer, or of the projection "largest" they do not."""
        net.delete(q) if self.projection == "largest" else super().delete(net, q)

    def step(self, net, candidates, number):
        """As the loop asks for it: up to `number` candidates, those of the best round, go for good."""
        _, weights, deleted, worth = min(self.iterates(net, candidates, number), key=lambda iterate: iterate[0])
        net.delete(deleted)
        net.weights = weights
        return deleted, worth

    def iterates(self, net, candidates, number):
        """Each round's cost, weights (n,), which of them go and what these were worth; `net` has all weights again.

        For a network that was looked at. A round after the first that diverges, or in which fewer go, ends them.
        """
        mask, least = net.mask.copy(), 0
        for done in range(self.rounds):
            try:
                if done:
                    self.look(net, self._cost)
                self._newton(net)
                deleted, worth = super().step(net, candidates, number)
            except checks.Diverged:
                if not done:
                    raise
                return
            if len(worth) < least:
                return
            least, cost, weights = len(worth), self._cost.value(net), np.array(net.weights)
            net.mask = mask
            yield cost, weights, deleted, worth

    def _newton(self, net):
        """theta <- theta - H^-1 g of all weights that are there."""
        weights, cost = net.weights.copy(), self._cost
        slope = gradient(net, cost.X, cost.T, **cost.options)[net.mask]
        weights[net.mask] -= self._inverse.matrix() @ slope
        net.weights = _finite("net", weights)
