"""The closed loop of the cart-pole: a pruned policy beside the whole one, and the geometric bound between the two.

Distances are in the norm sqrt(s' P s), P what is still to be paid from a state on, in which the law's loop contracts.
"""

import numpy as np

from classicnets.pruning.shamrai2025 import trajectory_bound

from .cartpole_nets import FORCE_COST, REGION, STATE_COST, largest_force, law, next_states, roll_out, states
from .records import digits

STEPS, STARTS, SAMPLED = 200, 100, 2000
UPRIGHT, ROUNDING = 0.5, 1e-12  # radians; and what two equal loops may be apart
EVERY = 10  # of so many steps one is drawn


def closed_loop(net, pruned, seed):
    """Both policies from 100 states within a quarter of the region for 200 steps: a dict of what came of it.

    The contraction and the gain are the largest among states of the region, drawn at random, and so is the deviation:
    the bound holds as far as these are the largest, and both stay in the region. "As at rest" it is none: what it would
    be if the loop were everywhere what it is at rest.
    """
    rng = np.random.default_rng([seed, 2])
    start, region, root = states(rng, STARTS) / 4, states(rng, SAMPLED), np.linalg.cholesky(law()[1]).T
    (whole, forces), (path, others) = (roll_out(policy(each), start, STEPS) for each in (net, pruned))
    deviation = np.abs(policy(pruned)(region) - policy(net)(region)).max()
    contraction, gain = lipschitz(policy(net), region, root)
    bound = trajectory_bound(contraction, gain, deviation, STEPS)
    at_rest = trajectory_bound(*lipschitz(policy(net), np.zeros((1, 4)), root), deviation, STEPS)
    apart = np.linalg.norm((path - whole) @ root.T, axis=2).max(axis=1)
    farthest = max(apart.max(), ROUNDING)  # where what went did nothing
    return {
        "upright %": float(100 * np.mean(np.abs(path[:, :, 2]).max(axis=0) < UPRIGHT)),
        "cost / whole": float(cost(path, others).mean() / cost(whole, forces).mean()),
        "stayed %": float(100 * np.mean((np.abs(path) <= REGION).all(axis=(0, 2)))),
        "contraction": float(contraction),
        "bound / apart": float(bound.max() / farthest),
        "bound as at rest / apart": float(at_rest.max() / farthest),
        "within": bool((apart <= bound + ROUNDING).all()),
        "curves": {"apart": _shown(apart), "bound": _shown(bound), "at rest": _shown(at_rest)},
    }


def _shown(distances):
    return digits(distances[EVERY::EVERY], 4)


def policy(net):
    """The force (P,) of a net, as a function of states."""
    unit = largest_force()
    return lambda s: unit * net.outputs(s)[:, 0]


def cost(path, forces):
    """What each start is paid for (P,): the sum over the steps that the law is the best for."""
    return np.einsum("tpi,ij,tpj->p", path[:-1], STATE_COST, path[:-1]) + FORCE_COST * np.square(forces).sum(axis=0)


def lipschitz(force, region, root):
    """The largest norms of the derivatives of the next state, by the state under a policy and by the force, in P's."""
    h, inverse = 1e-5, np.linalg.inv(root)

    def slope(way, push):
        ahead, back = region + way, region - way
        return (next_states(ahead, force(ahead) + push) - next_states(back, force(back) - push)) / (2 * h)

    jacobians = np.stack([slope(way, 0.0) for way in np.eye(4) * h], axis=2)
    gains = slope(np.zeros(4), h) @ root.T
    return np.linalg.norm(root @ jacobians @ inverse, 2, axis=(1, 2)).max(), np.linalg.norm(gains, axis=1).max()
