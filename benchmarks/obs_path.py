"""A whole Optimal Brain Surgeon path of a trained 58-weight net on MONK's problem 1, from 58 weights down to none.

The Hessian and its inverse are computed anew at every step, and the error on the training patterns and on the 432 test
patterns is measured at every step. No rival: the target is absolute, below what an eye notices.
"""

from .race import race
from .table import judged, time_row

SEEDS, DECAY = (1, 2, 3, 4, 5), 1e-4


def run():
    """One row for each trained net, and one for the median net with the target."""
    rows = []
    for seed in SEEDS:
        times, _ = race({"path": whole_path}, seed, rounds=6)
        rows.append(time_row("obs_path", f"MONK 1, seed {seed}", "OBS path", times["path"]))
    middle = sorted(rows, key=lambda row: row.median)[len(rows) // 2]
    return [*rows, judged(middle._replace(case=f"MONK 1, the middle one of {len(rows)} nets"), "<= 20")], []


def whole_path(seed):
    """Train a 17-3-1 net, then prune it with the Surgeon until nothing is left."""
    from classicnets import MLP, OptimalBrainSurgeon, monks, prune, train_quasi_newton

    X, T, X_test, T_test, _ = monks(1)
    net = MLP((17, 3, 1), seed=seed)
    train_quasi_newton(net, X, T, weight_decay=DECAY)

    def path():
        prune(net, X, T, OptimalBrainSurgeon(), weight_decay=DECAY, test=(X_test, T_test))

    return path
