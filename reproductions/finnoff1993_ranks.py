"""Finnoff, Hergert & Zimmermann (1993), tables 6.2.1 and 6.2.2: sixteen methods ranked on 18 artificial problems.

Six data sets and initial weights a problem; the error on 1000 generalization patterns. On each problem the methods are
put into categories: see ranking.py. What the paper, as we have it, leaves open is set in pruning/nonconvergent.py and
datasets/processes.py.
"""

import numpy as np

from classicnets import network_error, plotting
from classicnets.datasets.processes import PROCESSES, finnoff
from classicnets.pruning.nonconvergent import METHODS, Problem, fit

from .drawing import save
from .ledger import targets
from .ranking import RESAMPLES, categories, correlation_interval, least_lead, shuffled_interval
from .records import where
from .statistics import estimate, mean, mean_interval

TITLE = "sixteen methods of nonconvergent model selection"
SEEDS, FULL, RECORDED = 2, 6, 6  # the paper's number is six
FIRST_SEED = 100  # settings were chosen on seeds 0 to 2
PAPER, LEVEL, CORRELATION = "finnoff1993", 0.9, "rank correlation"
NOISELESS = [name for name, process in PROCESSES.items() if process.noise == 0]
NOISY = [name for name in PROCESSES if name not in NOISELESS]
TABLES = {"table 6.2.1": ("without noise", NOISELESS), "table 6.2.2": ("with noise", NOISY)}
CONVERGED_OR_NOT, MORE = ("##", "nN"), 5
BENCHMARKS, CLASSICAL = ("##", "6#", "3#"), ("D*", "W*")
RESTARTED, PENALTIES = ("p*", "e*"), ("d*", "w*", "wF")
NONCONVERGENT = [method for method in METHODS if method not in (*BENCHMARKS, *CLASSICAL)]
GROUPS = {"sixteen methods": list(METHODS), "nonconvergent methods": NONCONVERGENT}
# Claims of section 5, as pairs (better, worse). D* and W* are left out of the first: without noise the printed ranks of
# both are behind that of ##.
CLAIMS = {
    "beats the benchmarks": [(method, rival) for method in NONCONVERGENT for rival in BENCHMARKS],
    "beats its classical form": [("d*", "D*"), ("w*", "W*"), ("P*", "O*"), ("nF", "##")],
    "penalty: better from overtraining on": [("d*", "D*"), ("w*", "W*")],
    "pruning beats stopping alone": [("P*", "nN"), ("G*", "nN"), ("P*", "nF"), ("G*", "nF")],
    "pruning beats OBD": [("P*", "O*"), ("G*", "O*")],
}
# Much noise is a standard deviation of .6 or more, where a target's is 1. Highly nonlinear is what a linear fit leaves
# more than a third of: sums of sines or bumps and products; of the networks it leaves a tenth, of the sums nothing.
MUCH_NOISE = [name for name, process in PROCESSES.items() if process.noise >= 0.6]
NONLINEAR = [name for name, process in PROCESSES.items() if process.structure not in ("sum", "network")]


def tasks(seeds):
    """One task a problem and data set; what overfits without noise is asked on five times as many data sets."""
    each = [(name, seed, list(METHODS)) for name in PROCESSES for seed in range(seeds)]
    each += [(name, seed, CONVERGED_OR_NOT) for name in NOISELESS for seed in range(seeds, MORE * seeds)]
    return [{"name": name, "seed": FIRST_SEED + seed, "methods": list(methods)} for name, seed, methods in each]


def measure(name, seed, methods):
    """Of each method the mean squared error on the generalization patterns, and the weights left: a run for each.

    The patterns have variance 1 and the noise's. What methods begin with alike is trained once.
    """
    train, validation, generalization = finnoff(name, seed)
    problem, runs = Problem(train, validation, PROCESSES[name].rates, seed, begun={}), []
    for method in methods:
        net = fit(method, problem)
        error = 2 * network_error(net, *generalization)
        runs.append({"name": name, "method": method, "seed": seed, "error": error, "weights": net.n_active})
    return {"runs": runs}


def apart(records):
    """The runs of all records."""
    return [run for record in records for run in record["runs"]]


def ranks(records, name):
    """The category of each method on one problem: a dict from methods to 1, 2, ..."""
    there = where(records, name=name)
    return categories({method: errors(there, name, method) for method in METHODS}, LEVEL)


def ranked(places, names):
    """Of the categories by problem those on these: a dict from methods to arrays (problems,)."""
    return {method: np.array([places[name][method] for name in names]) for method in METHODS}


def everywhere(records):
    """The categories on each problem, from the data sets that all methods have seen: a dict of dicts."""
    seen = {record["seed"] for record in where(records, name=NOISY[0])}
    shared = [record for record in records if record["seed"] in seen]
    return {name: ranks(shared, name) for name in PROCESSES}


def errors(records, name, method):
    """The errors of a method on a problem (data sets,)."""
    return np.array([record["error"] for record in where(records, name=name, method=method)])


def claims():
    """A row's name, the problems that it is about and its pairs of methods (better, worse), for each claim."""
    for noise, names in TABLES.values():
        yield from ((f"{claim}, {noise}", names, pairs) for claim, pairs in CLAIMS.items())
    for method in RESTARTED:
        yield f"{method} is best under much noise", MUCH_NOISE, _rivals(method, RESTARTED)
    for method in PENALTIES:
        yield f"{method} is best where highly nonlinear", NONLINEAR, _rivals(method, (*PENALTIES, *CLASSICAL))


def _rivals(method, kind):
    """Pairs of a method and each that is not of its kind."""
    return [(method, rival) for rival in METHODS if rival not in kind]


def rows(records):
    """Average ranks, their order beside the printed one, the claims, and what training to convergence gives."""
    records = apart(records)
    places = everywhere(records)
    sets = f"{len(errors(records, NOISY[0], 'nN'))} data sets a problem"
    made = [row for item in TABLES for row in _table(places, item, sets)]
    for row, names, pairs in claims():
        numbers, weakest = least_lead(ranked(places, names), pairs)
        settings = f"{sets}, {len(names)} problems; the least of {len(pairs)} pairs is {' before '.join(weakest)}"
        made.append(estimate(PAPER, "text", row, "least lead, ranks", numbers, len(names), settings))
    return made + [_converged(records, name) for name in NOISELESS]


def _table(places, item, sets):
    """The average ranks of one table, and their correlation with the printed ones for each of GROUPS."""
    names, ours = TABLES[item][1], ranked(places, TABLES[item][1])
    settings = f"{sets}, {len(names)} problems; mean rank and its 95 % interval over problems"
    made = [mean(PAPER, item, method, "average rank", ours[method], settings) for method in METHODS]
    for group, methods in GROUPS.items():
        values, theirs = np.array([ours[m] for m in methods]).T, [printed()[item, m] for m in methods]
        numbers, shuffled = correlation_interval(values, theirs), shuffled_interval(values.mean(axis=0), theirs)
        settings = f"{sets}; interval by bootstrap over {len(names)} problems; {shuffled[2]:.2f} is what 97.5 % of "
        settings += "shuffles of the methods are below"
        made.append(estimate(PAPER, item, group, CORRELATION, numbers, len(names), settings))
        settings = "our average ranks dealt to the methods at random, and what 95 % of the deals are between"
        made.append(estimate(PAPER, item, f"{group}, shuffled", CORRELATION, shuffled, RESAMPLES, settings))
    return made


def _converged(records, name):
    """How much worse than stopped training convergence is, on one problem."""
    converged, stopped = (errors(records, name, method) for method in CONVERGED_OR_NOT)
    numbers = np.exp(mean_interval(np.log(converged / stopped)))
    settings = f"geometric mean over {len(stopped)} data sets; the same initial weights and order of patterns"
    return estimate(PAPER, "text", f"overfitting, {name}", "error, ## / nN", numbers, len(stopped), settings)


def printed():
    """The printed average ranks, a dict from (table, method)."""
    averages = {key: row for key, row in targets().items() if key[0] == PAPER and key[3] == "average rank"}
    return {key[1:3]: float(row["paper_value"]) for key, row in averages.items()}


def notes(records):
    """Average ranks in order."""
    places = everywhere(apart(records))
    for noise, names in TABLES.values():
        averages = {method: values.mean() for method, values in ranked(places, names).items()}
        yield f"{noise}: " + ", ".join(f"{m} {averages[m]:.1f}" for m in sorted(averages, key=averages.get))


def figures(records, folder):
    """The average ranks as a heat map, the printed ones beside ours."""
    ours = {(row.item, row.row): row.value for row in rows(records)}
    yield save(rank_table(ours), folder / "finnoff1993_ranks.png")


def rank_table(ours):
    """Printed ranks beside ours, a dict from (table, method); methods in the order of the printed ranks with noise."""
    theirs = printed()
    methods = sorted(METHODS, key=lambda method: theirs["table 6.2.2", method])
    values = [[table[item, method] for item in TABLES for table in (theirs, ours)] for method in methods]
    columns = [f"{who}\n{noise}" for noise, _ in TABLES.values() for who in ("printed", "ours")]
    return plotting.show_table(values, methods, columns, "average rank")
