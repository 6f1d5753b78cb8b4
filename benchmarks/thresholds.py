"""Whether classicnets.hessian takes the faster path: for each of its thresholds the time by either, over many nets.

LINE (plan.py): each pair of layers in its other form, the slowest choice of each net. WORTH (threads.py): everything on
one thread, and nothing; of an inverse too. PORTION (blocks.py): portions of a quarter, half, twice and four times as
many patterns. ZEROS (the costs in sparse.py): inputs of which few are not zero, these multiplied alone or all. LARGE
(inverse.py): an inverse by our own kernels or by LAPACK.

A ratio is the time of the other path by that of the path taken, the best of calls in turns: nowhere should it be less
than 1 / 1.2. All are of one process, whose threads sleep when they have nothing to do.
"""

import time
from contextlib import ExitStack, contextmanager
from itertools import cycle, product
from unittest.mock import patch

import numpy as np

from .problem import Case, problem
from .race import Times, wait_for_quiet
from .table import Row, console, judged, ratio_row

SHAPES = [
    (2, 2, 1), (4, 3, 3), (5, 9, 1), (8, 4, 2), (12, 8, 1), (20, 10, 2), (30, 20, 5), (3, 30, 1), (50, 2, 1),
    (100, 5, 3), (200, 3, 2), (16, 16, 10), (64, 10, 10), (6, 5, 4, 3), (10, 10, 10, 3), (5, 5, 5, 5, 1),
]  # fmt: skip
NETS = [Case((17, 3, 1), 124)] + [Case(*each) for each in product(SHAPES, (50, 150, 500, 2000))]
LONG = [Case(*each) for each in product(SHAPES, (1500, 3000, 6000, 20000))]
INPUTS, SHARES, ABOVE = (16, 40, 80, 120, 176, 250, 400, 784), (0.03, 0.1, 0.2, 0.4), ((2, 1), (6, 3))
INVERSES = (10, 20, 40, 80, 120, 160, 250, 400)
LARGER = (100, 160, 250, 320, 400, 450, 498, 500, 600, 750, 1000, 1500)
PATTERNS = 500  # with few inputs that are not zero
ROUNDS, SLICE = 5, 0.01  # turns of each path, and the seconds of one: at least one call
WORST = "<= 1.2"


def run():
    """Rows of the ratios of every net, and one of the worst for each threshold; nothing is skipped."""
    rows = []
    for name, nets, paths in (
        ("LINE", NETS, other_forms), ("WORTH", NETS, other_threads), ("PORTION", LONG, other_portions),
        ("ZEROS", list(product(INPUTS, SHARES, ABOVE)), other_zeros), ("WORTH", INVERSES, other_inverses),
        ("LARGE", LARGER, other_libraries),
    ):  # fmt: skip
        mine = [row for net in nets for row in compared(name, *paths(net))]
        worst = min(mine, key=lambda row: row.best)
        console.print(
            f"  {name}: {len(nets)} cases, worst {worst.best:.2f} ({worst.case}, {worst.quantity})", style="dim"
        )
        rows += mine
    return rows + [verdict(name, rows) for name in dict.fromkeys(row.quantity.split(",")[0] for row in rows)], []


def verdict(name, rows):
    """How much faster the other path is where it is most so."""
    mine = [row for row in rows if row.quantity.split(",")[0] == name]
    worst = min(mine, key=lambda row: row.best)
    case = f"the worst of {len({row.case for row in mine})}: {worst.case}"
    return judged(Row("thresholds", case, f"{worst.quantity}, turned round", *[1 / worst.best] * 2, "times", 1), WORST)


def compared(threshold, case, call, paths):
    """A row for each path (name -> what to patch): its time by that of the path that is taken."""
    times = in_turns(call, {"taken": (), **paths})
    taken = times.pop("taken")
    return [ratio_row("thresholds", case, f"{threshold}, {name}", each / taken) for name, each in times.items()]


def in_turns(call, paths):
    """The `Times` of a call by each path."""
    seconds = {name: [] for name in paths}
    wait_for_quiet(0.3)
    for _ in range(ROUNDS):
        for name, changes in paths.items():
            with changed(changes):
                call()  # of a path that may be new
                seconds[name] += _slice(call)
    return {name: Times(float(np.median(calls)), min(calls), len(calls)) for name, calls in seconds.items()}


@contextmanager
def changed(changes):
    """With these (module, name, value) changed, and plans made anew."""
    from classicnets.plan import plan

    plan.cache_clear()
    try:
        with ExitStack() as stack:
            for change in changes:
                stack.enter_context(patch.object(*change))
            yield
    finally:
        plan.cache_clear()


def _slice(call):
    calls, end = [], time.perf_counter() + SLICE
    while not calls or time.perf_counter() < end:
        begin = time.perf_counter()
        call()
        calls.append(time.perf_counter() - begin)
    return calls


# -- each threshold: a case in words, what is timed, and the other paths: (module, name, value) to change -------------


def _hessian(case, net, X, T):
    from classicnets import hessian

    return f"{case}, n = {net.n}", lambda: hessian(net, X, T)


def other_forms(case):
    """The sums of one pair of layers in the other form."""
    from classicnets import plan

    rule, layers = plan.pays_to_scale, len(case.sizes) - 1
    jobs = range(layers * (layers + 1) // 2)

    def turned_round(job):
        number = cycle(jobs)
        return lambda *rows: rule(*rows) != (next(number) == job)

    paths = {f"job {job}": [(plan, "pays_to_scale", turned_round(job))] for job in jobs}
    return *_hessian(case, *problem(case)), paths


def other_threads(case):
    """Everything on one thread, or as much as there is to share out on all."""
    return *_hessian(case, *problem(case)), _threads()


def _threads():
    from classicnets import threads

    return {"one thread": [(threads, "WORTH", np.inf)], "all threads": [(threads, "WORTH", 1)]}


def other_inverses(n):
    """Of a matrix (n, n) in memory of its own, on other threads."""
    return *_inverse(n), _threads()


def other_libraries(n):
    """By LAPACK, or by our own kernels."""
    from classicnets import inverse

    own = n < inverse.LARGE
    return *_inverse(n), {"LAPACK" if own else "own kernels": [(inverse, "LARGE", 0 if own else np.inf)]}


def _inverse(n):
    from classicnets.inverse import symmetric_inverse

    rows = np.random.default_rng(0).standard_normal((2 * n, n))
    H = rows.T @ rows
    return f"inverse, n = {n}", lambda: symmetric_inverse(H.copy())


def other_portions(case):
    """More or fewer patterns at a time."""
    from classicnets import blocks

    rule = blocks._portion
    paths = {
        f"{times:g} times": [(blocks, "_portion", lambda *rows, times=times: max(8, int(times * rule(*rows))))]
        for times in (0.25, 0.5, 2, 4)
    }
    return *_hessian(case, *problem(case)), paths


def other_zeros(case):
    """Nonzeros alone, or all inputs, whichever is not what is done."""
    from classicnets import sparse

    inputs, share, above = case
    net, X, T = problem(Case((inputs, *above), PATTERNS))
    X = np.where(
        np.random.default_rng(1).permuted(np.tile(np.arange(inputs), (len(X), 1)), axis=1) < share * inputs, X, 0
    )
    case, call = _hessian(f"{inputs}-{above[0]}-{above[1]}, {share:.0%} of inputs", net, X, T)
    rule, asked = sparse.pays, []
    with patch.object(sparse, "pays", lambda *of: asked.append(rule(*of)) or False):
        call()
    return case, call, {"all inputs" if asked[0] else "nonzeros": [(sparse, "pays", lambda *of: not asked[0])]}
