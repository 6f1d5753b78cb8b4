"""The grand comparison: how small a network each method leaves of each problem of the house before the error rises.

All methods prune the same trained networks, and one look at the second derivatives serves to delete 5 % of the weights
left. It goes on to the end; what counts is the smallest network before the training error, without weight decay, has
risen by 2 % of the way from its start to that of a constant predictor, and stays above: the weights left there, and the
test error beside that of the whole network. Without retraining; and with two steps, or epochs, after each look.

A method joins by a line of METHODS, a problem by one of PROBLEMS in comparison_nets.py. Where a method refuses a
network it is not defined, in its own words; where it would take hours it is too dear. Both are shown. The rank of a
method is its place by weights left among those that are defined, network by network.
"""

import re
from time import process_time

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import entr

from classicnets import (
    EBD,
    EBS,
    ESP,
    Cost,
    EigenspaceSurgeon,
    GammaOBD,
    GammaOBS,
    LayerwiseDamage,
    LayerwiseSurgeon,
    Magnitude,
    OptimalBrainCompression,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    OptimalBrainSurgeonWithDecay,
    RandomChoice,
    WoodFisher,
    checks,
    prune,
)
from classicnets.pruning.finnoff1993 import StatisticalTest
from classicnets.pruning.wu2024 import IterativeSurgeon

from .comparison_nets import PROBLEMS
from .drawing import save, show_gaps
from .ranking import average_interval, paired_ranks
from .records import where
from .statistics import estimate, result

TITLE = "the grand comparison: every method on every problem"
SEEDS, FULL, RECORDED = 1, 20, 20
PAPER, ITEM = "-", "comparison"
FIRST_SEED = 1000  # settings were chosen on seeds 0 and 1
AT_ONCE, RISE = 0.05, 0.02
# Each a function of the whole network and the seed.
METHODS = {
    "magnitude": lambda net, seed: Magnitude(),
    "random": lambda net, seed: RandomChoice(seed),
    "OBD": lambda net, seed: OptimalBrainDamage(),
    "OBD, Gauss-Newton": lambda net, seed: OptimalBrainDamage("gauss-newton"),
    "OBS": lambda net, seed: OptimalBrainSurgeon(1e-2, scale="mean"),
    "OBS, own alpha": lambda net, seed: OptimalBrainSurgeon(1e-4, scale="own"),
    "OBS, eigenspace": lambda net, seed: EigenspaceSurgeon(max(5, net.n // 5)),
    "OBS with decay": lambda net, seed: OptimalBrainSurgeonWithDecay(1e-2, scale="mean"),
    "gammaOBD": lambda net, seed: GammaOBD(),
    "gammaOBS": lambda net, seed: GammaOBS(),
    "ESP": lambda net, seed: ESP(),
    "EBD": lambda net, seed: EBD(),
    "EBS": lambda net, seed: EBS(1e-2),
    "WoodFisher": lambda net, seed: WoodFisher(0.1),
    "OBC": lambda net, seed: OptimalBrainCompression(0.1),
    "I-OBS": lambda net, seed: IterativeSurgeon(1e-2, scale="mean"),
    "OBD, layer by layer": lambda net, seed: LayerwiseDamage(),
    "OBS, layer by layer": lambda net, seed: LayerwiseSurgeon(1e-4),
    "statistical test": lambda net, seed: StatisticalTest(0.1),
}
WAYS = ("not retrained", "retrained")
LARGE, EVERY = ("NETtalk, small", "digits"), 4  # five minutes a network: every fourth seed, none where a few are shown
DEAR = {"gammaOBS": 500}  # from so many weights on: it takes n^3 steps for each deletion
LEFT, TEST, RANK, AHEAD = "weights left %", "test error / whole", "average rank", "average rank less magnitude's"


def tasks(seeds):
    """One for each problem and seed, the dearest first."""
    few = seeds // EVERY if seeds >= RECORDED else 0
    numbers = {name: few if name in LARGE else seeds for name in reversed(PROBLEMS)}
    return [{"problem": name, "seed": FIRST_SEED + seed} for name, number in numbers.items() for seed in range(number)]


def measure(problem, seed):
    """One network: for each way and method what it left, or why it left nothing."""
    trained = PROBLEMS[problem](seed)
    record = {"problem": problem, "seed": seed, "weights": trained.net.n}
    for way in WAYS:
        again = trained.again if way == "retrained" else None
        record[way] = {name: _left(trained, make(trained.net, seed), again, name) for name, make in METHODS.items()}
    return record


def _left(trained, method, again, name):
    """What a method left of a network, and the seconds that it took; or in "undefined" why it did nothing."""
    reason = f"too dear for {trained.net.n} weights" if trained.net.n > DEAR.get(name, np.inf) else None
    reason = reason or refusal(trained, method)
    if reason:
        return {"undefined": reason}
    begin, options = process_time(), {"error": trained.error, "weight_decay": trained.weight_decay}
    path = prune(trained.net, *trained.train, method, at_once=AT_ONCE, retrain=again, test=trained.test, **options)
    seconds, errors = process_time() - begin, path.curve("train_error")
    step = path[last_below(errors, errors[0] + RISE * (constant_error(trained) - errors[0]))]
    share, test = step.n_active / path[0].n_active, step.test_error / path[0].test_error
    return {"left": 100 * share, "test": test, "ended by": path.ended_by, "seconds": round(seconds, 3)}


def refusal(trained, method):
    """Why a method is not defined for a network, in its own words; None where it is."""
    try:
        method.look(trained.net.copy(), Cost(*trained.train, trained.error, trained.weight_decay))
    except checks.Diverged:
        return None  # it is defined, and its path ends where it begins
    except (TypeError, ValueError) as reason:
        return str(reason)


def constant_error(trained):
    """The training error of the best constant: the mean of the targets, or the frequencies of the classes."""
    T = trained.train[1]
    return float(T.var(axis=0).sum() / 2 if trained.error == "squared" else entr(T.mean(axis=0)).sum())


def last_below(errors, bound):
    """The index of the last error not above the bound: of all before the errors pass it for good."""
    return int(np.flatnonzero(errors <= bound)[-1])


def rows(records):
    """What each method leaves of each problem's networks, and its average rank over the problems."""
    for way in WAYS:
        for problem in _problems(records):
            yield from _of_problem(records, problem, way)
        yield from _over_problems(records, way)


def _of_problem(records, problem, way):
    """What each method that is defined leaves of a problem's networks, and the test error there."""
    settings = "smallest network before the training error has risen by 2 % of the way to a constant; seeds from 1000"
    for name in METHODS:
        for quantity, key in ((LEFT, "left"), (TEST, "test")):
            values = _values(records, problem, way, name, key)
            if np.isfinite(values).all():
                yield result(PAPER, ITEM, f"{name}, {problem}, {way}", quantity, values, settings, True)


def _over_problems(records, way):
    """The average rank of each method, and by how much that of magnitude is above it where both are defined."""
    ranks = _ranks(records, way)
    others = {name: values - ranks["magnitude"] for name, values in ranks.items() if name != "magnitude"}
    for quantity, each in ((RANK, ranks), (AHEAD, others)):
        for name, values in each.items():
            there = np.count_nonzero(np.isfinite(values))
            settings = f"of {len(METHODS)}, by weights left; interval by bootstrap over problems: {there} of "
            settings += f"{len(values)}, on the others not defined"
            yield estimate(PAPER, ITEM, f"{name}, {way}", quantity, average_interval(values), there, settings)


def _problems(records):
    """The problems that were measured, in the order of PROBLEMS."""
    return [problem for problem in PROBLEMS if where(records, problem=problem)]


def _values(records, problem, way, name, key):
    """A number of a method on a problem (seeds,), NaN where it is not defined."""
    return np.array([record[way][name].get(key, np.nan) for record in where(records, problem=problem)])


def _medians(records, way, name, key):
    """The median of a number of a method on each problem (problems,), NaN where it is not defined."""
    return np.array([np.median(_values(records, problem, way, name, key)) for problem in _problems(records)])


def _ranks(records, way):
    """The rank of each method on each problem, by weights left: a dict of arrays (problems,), NaN: not defined."""
    ranks = []
    for problem in _problems(records):
        left = np.array([_values(records, problem, way, name, "left") for name in METHODS])
        ranks.append(paired_ranks(left.T))
    return dict(zip(METHODS, np.transpose(ranks), strict=True))


def notes(records):
    """The table of average ranks; where methods are not defined, and why; what each problem took."""
    for way in WAYS:
        averages = {name: average_interval(ranks) for name, ranks in _ranks(records, way).items()}
        yield f"average ranks, {way}, and medians over the problems:"
        for name in sorted(averages, key=lambda name: averages[name][0]):
            left, test = (np.nanmedian(_medians(records, way, name, key)) for key in ("left", "test"))
            rank = "{:.1f} ({:.1f} to {:.1f})".format(*averages[name])
            yield f"  {name}: {rank}, {left:.1f} % left, test error / whole {test:.2f}"
    for problem in _problems(records):
        first, *_ = ours = where(records, problem=problem)
        seconds = [each.get("seconds", 0) for record in ours for way in WAYS for each in record[way].values()]
        yield f"{problem}: {first['weights']} weights, {len(ours)} seeds, {sum(seconds) / len(ours):.1f} s each"
        for name, each in first[WAYS[0]].items():
            if "undefined" in each:
                yield f"  {name} is not defined: {each['undefined']}"


def figures(records, folder):
    """Weights left of every problem by every method, the best on average first: without retraining and with it."""
    problems, height = _problems(records), 0.36 * len(METHODS) + 1.4
    size = 0.95 * len(problems) + 4.5, len(WAYS) * height
    _, panels = plt.subplots(len(WAYS), figsize=size, layout="constrained")
    for ax, way in zip(panels, WAYS, strict=True):
        averages = {name: average_interval(ranks)[0] for name, ranks in _ranks(records, way).items()}
        order = sorted(METHODS, key=averages.get)
        left = [_medians(records, way, name, "left") for name in order]
        names = [f"{name} ({averages[name]:.1f})" for name in order]
        columns = [re.sub(r"(?<=,) | |(?<=-)", "\n", problem) for problem in problems]
        show_gaps(left, names, columns, "weights left, %", ax)
        ax.set_title(f"{way}: weights left before the training error rises (in brackets: average rank)")
    yield save(ax, folder / "comparison.png")
