"""Optimal Brain Surgeon at scale: NETtalk networks 203-h-26 of about 500, 1000, 2000 and exactly 5546 weights.

The letters of 1000 words; logistic units. Three things are timed, each with the peak memory of its process:

hessian: classicnets.hessian, Gauss-Newton, against the same without looking for zeros in the inputs ("dense"), against
BLAS summing x x^T of all patterns and outputs ("blas rows": the derivatives written down for some patterns at a time),
and against one rank-one update after another ("by pattern").
inverse: of the sum, by classicnets, by LAPACK (dpotrf, dpotri), and by the paper's recursion, eq. 17, one vector at a
time ("recursion"), which gives both at once.
pruning: a whole path, down to 28 % of the weights, 4 % of them deleted for each Hessian.

What would take hours is timed for the first rows alone and scaled up: every row costs the same. Two more things are
timed once: the pruning of the largest network with more or fewer deletions for each Hessian, beside the error it ends
with; and the paper's whole course, 5546 weights trained, pruned to 2438, retrained, pruned to 1560.
"""

import time

import numpy as np

from .nettalk import problem, trained
from .race import Times, race
from .table import Row, judged, memory_row, ratio_row, time_row

HIDDEN = (2, 4, 9, 24)
ALPHA = 1e-4
ROWS, PORTION = 20, 256  # timed of the recursions; patterns whose derivatives are written down together
BLAS_PORTIONS = 3  # timed of "blas rows"
LEFT, AT_ONCE = 0.28, 0.04
DELETIONS = (50, 100, 200, 400, 800, 1600, 4000)


def run():
    """All sizes: rows of times, ratios and memory; nothing is skipped."""
    rows = []
    for hidden in HIDDEN:
        net, X, _ = problem(hidden)
        case, m = f"203-{hidden}-26, {net.n} weights", len(X) * 26
        contenders = {"classicnets": ours, "dense": dense, "blas rows": blas_rows, "by pattern": by_pattern}
        scale = {"by pattern": m / ROWS, "blas rows": len(X) / (BLAS_PORTIONS * PORTION)}
        targets = {"by pattern": ">= 100"} if hidden == HIDDEN[-1] else {}
        rows += _compared("hessian", case, contenders, hidden, scale, targets)
        contenders = {"classicnets": inverse, "lapack": lapack, "recursion": recursion}
        rows += _compared("inverse", case, contenders, hidden, {"recursion": m / ROWS}, {})
        times, _ = race({"classicnets": pruning}, hidden, rounds=1)
        rows += [time_row("scale", case, "pruning", times["classicnets"])]
        rows += [memory_row("scale", case, "pruning, memory", times["classicnets"], "<= 1.5" if targets else "")]
    return [*rows, *deletions_for_each_hessian(), whole_course()], []


def deletions_for_each_hessian():
    """Time and training error of the largest network's pruning, for each number in DELETIONS."""
    from classicnets import OptimalBrainSurgeon, prune

    net, X, T = trained(HIDDEN[-1])
    for number in DELETIONS:
        begin = time.perf_counter()
        path = prune(net, X, T, OptimalBrainSurgeon(ALPHA), at_once=number, down_to=int(LEFT * net.n))
        seconds, case = time.perf_counter() - begin, f"{number} deletions for each Hessian"
        yield time_row("scale", case, "pruning", Times(seconds, seconds, 1))
        error = 2 * path[-1].train_error  # that of 1/2 |t - o|^2
        yield Row("scale", case, "training error", error, error, "squared, a letter", 1)


def whole_course():
    """Training, pruning, retraining and pruning of the largest network, as in the study of its table."""
    from classicnets import MLP, prune
    from reproductions import hassibi1993_nettalk as study

    begin, (patterns, _) = time.perf_counter(), study.data(None, 0)
    net = MLP(study.SIZES, hidden="logistic", seed=0)
    for down_to in (study.MIDDLE, study.LAST):
        study.train(net, patterns, "weight decay", seed=0)
        options = {"at_once": study.AT_ONCE, "down_to": down_to, "weight_decay": study.TRAININGS["weight decay"][1]}
        net = prune(net, *patterns[:2], study.METHODS["OBS"](), **options).network()
    minutes, case = (time.perf_counter() - begin) / 60, "5546 to 2438 to 1560 weights"
    return judged(Row("scale", case, "training included", minutes, minutes, "minutes", 1), "<= 10")


def _compared(what, case, contenders, hidden, scale, targets):
    """Times, memory, and how many times slower than ours the others are."""
    times, _ = race(contenders, hidden, view=np.tril, agree=1e-6, rounds=3)
    times = {name: t * scale.get(name, 1) for name, t in times.items()}
    rows = [time_row("scale", case, f"{what}, {name}{' (scaled)' * (name in scale)}", t) for name, t in times.items()]
    rows.append(memory_row("scale", case, f"{what}, classicnets, memory", times["classicnets"]))
    for name in list(times)[1:]:
        ratio = times[name] / times["classicnets"]
        rows.append(ratio_row("scale", case, f"{what}, {name} / classicnets", ratio, targets.get(name, "")))
    return rows


def ours(hidden):
    """classicnets.hessian."""
    from classicnets import hessian

    net, X, T = problem(hidden)
    return lambda: hessian(net, X, T, "gauss-newton")


def dense(hidden):
    """classicnets.hessian, which does not look for zeros."""
    from classicnets import sparse

    sparse.pays = lambda *asked: False
    return ours(hidden)


def blas_rows(hidden):
    """The sum of X' X over portions of patterns; the derivatives are made beforehand and not charged."""
    from classicnets.inverse import curvature_rows

    net, X, T = problem(hidden)
    derivatives = curvature_rows(net, X[:PORTION], T[:PORTION])

    def sums():
        H = np.zeros((net.n, net.n))
        for _ in range(BLAS_PORTIONS):
            H += derivatives.T @ derivatives

    return sums


def by_pattern(hidden):
    """Rank-one updates of H, by the first ROWS rows."""
    net, X, T = problem(hidden)
    rows, H = _rows(net, X, T), np.zeros((net.n, net.n))

    def first():
        for x in rows:
            H[:] += np.outer(x, x)

    return first


def recursion(hidden):
    """classicnets.recursion for the first ROWS rows."""
    from classicnets import recursion as by_row

    net, X, T = problem(hidden)
    rows = _rows(net, X, T)

    def first():
        by_row(rows, ALPHA, len(X))

    return first


def _rows(net, X, T):
    from classicnets.inverse import curvature_rows

    return curvature_rows(net, X[:ROWS], T[:ROWS])[:ROWS]


def _matrix(hidden):
    """H + alpha I, to be inverted."""
    H = ours(hidden)()
    H.flat[:: len(H) + 1] += ALPHA
    return H


def inverse(hidden):
    """The inverse that classicnets takes, by kernels of its own."""
    from classicnets.inverse import symmetric_inverse

    H = _matrix(hidden)
    return lambda: symmetric_inverse(H.copy())  # which it would overwrite


def lapack(hidden):
    """dpotrf and dpotri: the lower triangle."""
    from scipy.linalg.lapack import dpotrf, dpotri

    H = np.asfortranarray(_matrix(hidden))

    def invert():
        factor, _ = dpotrf(H, lower=1, clean=0)
        return dpotri(factor, lower=1, overwrite_c=1)[0]

    return invert


def pruning(hidden):
    """prune with the Surgeon, from all weights to LEFT of them; the training is not charged."""
    from classicnets import OptimalBrainSurgeon, prune

    net, X, T = trained(hidden)
    options = {"at_once": int(AT_ONCE * net.n), "down_to": int(LEFT * net.n)}

    def path():
        prune(net, X, T, OptimalBrainSurgeon(ALPHA), **options)

    return path
