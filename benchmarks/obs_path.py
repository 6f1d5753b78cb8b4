"""Whole prunings by Optimal Brain Surgeon of trained 58-weight nets on MONK's problems, beside other programs.

The Hessian and its inverse are computed anew at every step, and the error on the training patterns and on the test
patterns is measured at every step. The target for the path down to nothing is absolute, below what an eye notices.

The other programs are not run here. Their times are quoted: those of FCNN4R 0.6.2, of the SNNS kernel inside RSNNS
0.4-18 and of NNSYSID under Octave (there tanh outputs, trained again) for the whole path of such a net, nothing
retrained, one thread of another machine on another day. SNNS measures no error on its way. With the alpha of FCNN4R
its deletions are ours. They say no more than orders of magnitude, and have no targets.
"""

from .race import Times, race
from .table import judged, ratio_row, time_row

SEEDS, SEED, DECAY = (1, 2, 3, 4, 5), 1000, 1e-4
QUOTED = {  # alpha, times the patterns or not, and seconds on MONK 1, 2 and 3
    "FCNN4R": (1e-5, False, (0.222, 0.185, 0.136)),
    "NNSYSID": (1e-6, True, (0.28, 0.15, 0.12)),
    "SNNS (no errors measured)": (1e-6, False, (0.009, 0.004, 0.004)),
}


def run():
    """A row for each trained net, for the median net with the target, and beside what other programs took."""
    rows = []
    for seed in SEEDS:
        times, _ = race({"path": whole_path}, (1, seed), rounds=6)
        rows.append(time_row("obs_path", f"MONK 1, seed {seed}", "OBS path", times["path"]))
    middle = sorted(rows, key=lambda row: row.median)[len(rows) // 2]
    rows.append(judged(middle._replace(case=f"MONK 1, the middle one of {len(rows)} nets"), "<= 12"))
    return [*rows, *beside_others()], []


def beside_others():
    """Rows of our paths with the alphas of other programs, of their quoted times, and of the ratios."""
    for name, (alpha, by_patterns, seconds) in QUOTED.items():
        for number, quoted in enumerate(seconds, 1):
            setting = number, SEED, alpha, by_patterns
            times, _ = race({"path": whole_path}, setting, rounds=4, environment={"OMP_NUM_THREADS": "1"})
            case, theirs = f"MONK {number}, alpha of {name.split()[0]}", Times(quoted, quoted, 0)
            yield time_row("obs_path", case, "OBS path, one thread", times["path"])
            yield time_row("obs_path", case, f"{name}, quoted", theirs)
            yield ratio_row("obs_path", case, f"{name}, quoted / classicnets", theirs / times["path"])


def whole_path(setting):
    """Train a 17-3-1 net on a MONK's problem, then prune it with the Surgeon until nothing is left.

    setting: the problem, the seed; and alpha, and whether it is divided by the patterns.
    """
    from classicnets import MLP, OptimalBrainSurgeon, monks, prune, train_quasi_newton

    number, seed, *start = setting
    X, T, X_test, T_test, _ = monks(number)
    net = MLP((17, 3, 1), seed=seed)
    train_quasi_newton(net, X, T, weight_decay=DECAY)
    method = OptimalBrainSurgeon(start[0] / (len(X) if start[1] else 1)) if start else OptimalBrainSurgeon()

    def path():
        prune(net, X, T, method, weight_decay=DECAY, test=(X_test, T_test))

    return path
