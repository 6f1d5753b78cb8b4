"""Hassibi & Stork (1993), table 1: the MONK's problems, trained with weight decay, then pruned by OBS, not retrained.

Open in the paper: the activation functions, the weight decay, alpha, and what stops the pruning. Here: tanh hidden
units, a logistic output, targets 0 and 1; OBS of the squared error alone (H without the decay) with alpha = 1e-4; and
the smallest network on the path that classifies the training set no worse than before. The test set only reports.

The accuracy in training is what chooses that network, so its row says what the path has at the printed number of
weights instead. An output of exactly 1/2 counts as "no"; of MONK 3, where that matters, there are rows without any.
"""

from collections import Counter

import numpy as np

from classicnets import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, monks, plotting
from classicnets.datasets import monks_input_names
from classicnets.datasets.boolean import ATTRIBUTES, VALUES
from classicnets.rules import read_rule

from . import monks_nets
from .drawing import by_weights, plot_quartiles, save
from .monks_nets import (
    ALPHA,
    ALPHAS,
    HIDDEN,
    NO_TIES,
    OBS,
    TRAINED,
    WEIGHT_DECAY,
    percent,
    pruned,
    smallest_as_good,
    smallest_without_ties,
    ties,
    trained,
    trained_network,
)
from .records import digits, keep, rebuild, where
from .statistics import result, share

TITLE = "MONK's problems pruned by OBS"
SEEDS, FULL, RECORDED = 100, 500, 100
PAPER, ITEM = "hassibi1993", "table 1"
KEPT = f"OBS {ALPHA:g}"
PRINTED = {1: 14, 2: 15, 3: 4}  # weights left
DRAWN, NETS = {"OBS": KEPT, "OBD": "OBD", "magnitude": "magnitude"}, 5  # methods and networks of the figures
RULES = {
    1: "head shape = body shape or jacket colour = red",
    2: "exactly 2 of: head shape = round, body shape = round, is smiling = yes, holding = sword, "
    "jacket colour = red, has tie = yes",
    3: "(body shape is not octagon and jacket colour is not blue) or (holding = sword and jacket colour = green)",
}


def tasks(seeds):
    """One task a problem and seed."""
    return monks_nets.tasks(seeds)


def extracted_rule(net):
    """The rule that a network answers all 432 robots by, in words, and whether the two agree on every one."""
    answers = net.forward(monks(1).X_test).reshape(VALUES) > 0.5
    rule = read_rule(answers, ATTRIBUTES)
    return rule.text, bool((rule.holds == answers).all())


def measure(problem, seed):
    """Accuracies before, weights left and accuracies after OBS at each alpha, and the paths of the methods."""
    net = trained_network(problem, seed)
    paths = {f"OBS {alpha:g}": pruned(net, problem, OptimalBrainSurgeon(alpha)) for alpha in ALPHAS}
    paths["OBD"] = pruned(net, problem, OptimalBrainDamage())
    paths["magnitude"] = pruned(net, problem, Magnitude())
    steps = {name: smallest_as_good(path) for name, path in paths.items()}
    kept = paths[KEPT]
    small = kept.network(kept.index(steps[KEPT]))
    rule, agrees = extracted_rule(small)
    return {
        "problem": problem,
        "seed": seed,
        "minimum": round(kept[0].train_error, 5),
        "before": percent(kept[0]),
        "after": {name: _numbers(step) for name, step in steps.items()},
        "at printed weights": percent(at_most(kept, PRINTED[problem])),
        "without ties": _numbers(smallest_without_ties(kept, problem)),
        "ties": tied(small, problem),
        "rule": rule,
        "rule agrees": agrees,
        "curves": {name: _curve(paths[method]) for name, method in DRAWN.items()},
        "network": keep(small),
    }


def _numbers(step):
    return [*percent(step), step.n_active]


def at_most(path, weights):
    """The first step of a path with no more than so many weights."""
    return next(step for step in path if step.n_active <= weights)


def tied(net, problem):
    """How many robots' outputs are exactly 1/2, and the accuracy in percent on all if that counted as "yes"."""
    data = monks(problem)
    output, at_half = net.forward(data.X_test)[:, 0], ties(net, data.X_test)
    yes = (output > 0.5) | at_half
    return [int(at_half.sum()), 100 * float(np.mean(yes == (data.T_test[:, 0] > 0.5)))]


def _curve(path):
    """The numbers of weights along a path, and the accuracy on all robots in percent."""
    return {"n_active": path.curve("n_active").tolist(), "test": digits(100 * path.curve("test_accuracy"))}


def rows(records):
    """The rows of table 1, of the abstract, and of the remark that alpha does not matter."""
    return [row for problem in HIDDEN for row in (*_table(records, problem), *_remarks(trained(records, problem)))]


def _table(records, problem):
    """Rows of table 1 and the abstract: of all networks before pruning, and of those that learned after it."""
    ours, learned = where(records, problem=problem), trained(records, problem)
    minima = len({record["minimum"] for record in learned})
    nets = (
        f"{len(learned)} of {len(ours)} nets that get to {TRAINED[problem]} % in training ({minima} different errors)"
    )
    decay = f"17-{HIDDEN[problem]}-1, tanh, logistic, weight decay {WEIGHT_DECAY[problem]:g}; {len(ours)} nets"
    for column, quantity in enumerate(("train %", "test %")):
        yield result(
            PAPER, ITEM, f"MONK {problem} BPWD", quantity, [record["before"][column] for record in ours], decay
        )
    at_printed = [record["at printed weights"][0] for record in learned]
    settings = f"{nets}; alpha {ALPHA:g}; on the path with {PRINTED[problem]} weights"
    yield result(PAPER, ITEM, OBS[problem], "train %", at_printed, settings)
    after = np.array([record["after"][KEPT] for record in learned])
    settings = f"{nets}; alpha {ALPHA:g}; the smallest as good in training"
    yield result(PAPER, ITEM, OBS[problem], "test %", after[:, 1], settings)
    yield result(PAPER, ITEM, OBS[problem], "weights", after[:, 2], settings, less_is_better=True)
    fewer = 100 * (1 - after[:, 2] / monks_nets.untrained(problem).n)
    yield result(PAPER, "abstract", f"MONK {problem}", "fewer weights %", fewer, settings)
    without = np.array([record["without ties"] for record in learned])
    settings = f"{nets}; the smallest as good in training without an output of 1/2"
    yield result(PAPER, ITEM, NO_TIES[problem], "test %", without[:, 1], settings)
    yield result(PAPER, ITEM, NO_TIES[problem], "weights", without[:, 2], settings, less_is_better=True)
    at_half = np.array([record["ties"] for record in learned])
    yield result(PAPER, ITEM, OBS[problem], "robots at 1/2", at_half[:, 0], nets, less_is_better=True)
    yield result(PAPER, ITEM, OBS[problem], "test % if 1/2 were yes", at_half[:, 1], nets)


def _remarks(learned):
    """Rows on alpha and on the rules read off, of the networks of a problem that learned."""
    problem, nets = learned[0]["problem"], "those nets"
    left = np.array([[record["after"][f"OBS {alpha:g}"][2] for alpha in ALPHAS] for record in learned])
    row = f"MONK {problem} OBS, alpha 1e-8 to 1e-4"
    yield result(PAPER, "text", row, "difference in weights", np.ptp(left, axis=1), nets, less_is_better=True)
    rules = [100.0 * (record["rule"] == RULES[problem]) for record in learned]
    yield share(PAPER, "fig. 6", f"MONK {problem}", "rule read off is the problem's %", rules, nets)


def notes(records):
    """The rules that the pruned networks say, most frequent first, and how often."""
    for problem in HIDDEN:
        ours = where(records, problem=problem)
        agree = sum(record["rule agrees"] for record in ours)
        minima = len({record["minimum"] for record in ours})
        yield f"MONK {problem}: the {len(ours)} initial conditions end in {minima} minima of different error"
        for name in ours[0]["after"]:
            left = [record["after"][name][2] for record in ours]
            yield f"MONK {problem}, {name}: {np.median(left):g} weights left (median of all {len(ours)} nets)"
        yield f"MONK {problem}: rules read off {len(ours)} pruned networks; {agree} agree on all 432 robots"
        for rule, times in Counter(record["rule"] for record in ours).most_common(3):
            yield f"  {times} x  {rule}"


def figures(records, folder):
    """Test accuracy against weights left, medians of five networks a method; one pruned network of each problem."""
    for problem in HIDDEN:
        ours, net = where(records, problem=problem)[:NETS], monks_nets.untrained(problem)
        numbers = np.arange(net.n, -1, -1)
        values = {name: by_weights([record["curves"][name] for record in ours], "test", numbers) for name in DRAWN}
        ax = plot_quartiles(numbers, values, "remaining weights", "test patterns correct (%)")
        ax.set_title(f"MONK {problem}: no retraining, median of {len(ours)} nets")
        yield save(ax, folder / f"hassibi1993_table1_monk{problem}_accuracy.png")
        smallest = rebuild(net, ours[0]["network"])
        ax = plotting.draw_network(smallest, input_names=monks_input_names(), output_names=["class"])
        ax.set_title(f"MONK {problem} after OBS: {smallest.n_active} weights")
        yield save(ax, folder / f"hassibi1993_fig6_monk{problem}.png")
