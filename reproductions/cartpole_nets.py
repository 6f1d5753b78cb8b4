"""A cart-pole, the linear law that balances it best, and policies fitted to that law.

The state is (place of the cart, its speed, angle of the pole, its speed) in metres, radians and seconds; the control is
a force, in units of the largest that the law asks for in the region. A pole of .1 kg and half a metre to its middle, on
a cart of 1 kg, without friction; Euler's steps of .02 s.
"""

import numpy as np
from scipy.linalg import solve_discrete_are

from classicnets import MLP, train_gauss_newton

GRAVITY, CART, POLE, HALF, STEP = 9.81, 1.0, 0.1, 0.5, 0.02
REGION = np.array([1.0, 1.0, 0.2, 1.0])  # the policies are fitted, and judged, for states within +- these
STATE_COST, FORCE_COST = np.diag([1.0, 0.1, 10.0, 0.1]), 0.01
SIZES = (4, 16, 16, 1)
PATTERNS, WEIGHT_DECAY = 600, 1e-6
FALLEN = 1e3  # states are held within this, where a pole has long fallen


def next_states(states, force):
    """The states (P, 4) after a step of time under these forces (P,)."""
    x, v, angle, spin = states.T
    sin, cos, mass = np.sin(angle), np.cos(angle), CART + POLE
    push = (force + POLE * HALF * spin**2 * sin) / mass
    turning = (GRAVITY * sin - cos * push) / (HALF * (4 / 3 - POLE * cos**2 / mass))
    pushing = push - POLE * HALF * turning * cos / mass
    return states + STEP * np.column_stack([v, pushing, spin, turning])


def linearised():
    """A (4, 4) and b (4,) of the step at rest, by central differences: the next state is A s + b u."""
    h = 1e-6
    both = np.vstack([np.eye(5), -np.eye(5)]) * h
    after = next_states(both[:, :4], both[:, 4])
    slopes = (after[:5] - after[5:]) / (2 * h)
    return slopes[:4].T, slopes[4]


def law():
    """The gain K (4,) of the force u = -K s that costs least in all, for the linearised cart-pole; and the P (4, 4).

    s' P s is what is still to be paid from the state s on: the norm in which the loop contracts.
    """
    A, b = linearised()
    P = solve_discrete_are(A, b[:, None], STATE_COST, [[FORCE_COST]])
    return b @ P @ A / (FORCE_COST + b @ P @ b), P


def largest_force():
    """What the law asks for at most within the region: the unit of the policies."""
    return float(np.abs(law()[0]) @ REGION)


def states(rng, number):
    """States within the region, drawn uniformly (number, 4)."""
    return rng.uniform(-REGION, REGION, (number, 4))


def fitted(hidden, seed):
    """A policy 4-16-16-1 fitted to the law, and the states that it was fitted on."""
    X, net = states(np.random.default_rng(seed), PATTERNS), MLP(SIZES, hidden, "linear", seed=seed)
    T = -(X @ law()[0])[:, None] / largest_force()
    train_gauss_newton(net, X, T, iterations=60, weight_decay=WEIGHT_DECAY)
    return net, X


def roll_out(policy, start, steps):
    """The states (steps + 1, P, 4) from these on, and the forces (steps, P); `policy` is a function of states (P,)."""
    path, forces = [start], []
    for _ in range(steps):
        with np.errstate(over="ignore", invalid="ignore"):
            forces.append(policy(path[-1]))
            path.append(np.clip(next_states(path[-1], forces[-1]), -FALLEN, FALLEN))
    return np.array(path), np.array(forces)
