"""Hassibi & Stork (1993), table 1: the MONK's problems, trained with weight decay, then pruned by OBS, not retrained.

Open in the paper: the activation functions, the weight decay, alpha, and what stops the pruning. Here: tanh hidden
units, a logistic output, targets 0 and 1; OBS of the squared error alone (H without the decay) with alpha = 1e-4; and
the smallest network on the path that classifies training and test set no worse than before.
"""

from collections import Counter

import numpy as np

from classicnets import Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, monks, plotting
from classicnets.datasets.boolean import ATTRIBUTES, VALUES, monks_input_names
from classicnets.rules import read_rule

from . import monks_nets
from .drawing import by_weights, plot_quartiles, save
from .monks_nets import (
    ALPHA,
    ALPHAS,
    HIDDEN,
    TRAINED,
    WEIGHT_DECAY,
    no_worse,
    pruned,
    smallest_as_good,
    trained_as_printed,
    trained_network,
)
from .records import digits, keep, rebuild, where
from .statistics import result, share

TITLE = "MONK's problems pruned by OBS"
SEEDS, FULL, RECORDED = 100, 500, 100
PAPER, ITEM = "hassibi1993", "table 1"
KEPT = f"OBS {ALPHA:g}"
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


def smallest_without_ties(path, problem):
    """Weights of the smallest network as good as the unpruned one in which no robot's output is exactly 1/2."""
    X, count = monks(problem).X_test, []
    for index, step in enumerate(path):
        if no_worse(step, path[0]) and np.abs(path.network(index).forward(X) - 0.5).min() > 1e-9:
            count.append(step.n_active)
    return min(count)


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
    first, kept = paths["OBD"][0], paths[KEPT]
    small = kept.network(kept.index(steps[KEPT]))
    rule, agrees = extracted_rule(small)
    return {
        "rule": rule,
        "without ties": smallest_without_ties(kept, problem),
        "minimum": round(first.train_error, 5),
        "rule agrees": agrees,
        "problem": problem,
        "seed": seed,
        "before": [100 * first.train_accuracy, 100 * first.test_accuracy],
        "after": {name: [100 * s.train_accuracy, 100 * s.test_accuracy, s.n_active] for name, s in steps.items()},
        "curves": {name: _curve(paths[method]) for name, method in DRAWN.items()},
        "network": keep(small),
    }


def _curve(path):
    """The numbers of weights along a path, and the accuracy on all robots in percent."""
    return {"n_active": path.curve("n_active").tolist(), "test": digits(100 * path.curve("test_accuracy"))}


def rows(records):
    """The rows of table 1, of the abstract, and of the remark that alpha does not matter."""
    made = []
    for problem in HIDDEN:
        ours = where(records, problem=problem)
        reached = trained_as_printed(records, problem)
        name, size = f"MONK {problem}", 17 * HIDDEN[problem] + 2 * HIDDEN[problem] + 1
        decay = f"17-{HIDDEN[problem]}-1, tanh, logistic, weight decay {WEIGHT_DECAY[problem]:g}"
        trained = f"{decay}; {len(reached)} of {len(ours)} nets reach {TRAINED[problem][0]}/{TRAINED[problem][1]}"
        for column, quantity in enumerate(("train %", "test %")):
            values = [record["before"][column] for record in ours]
            made.append(result(PAPER, ITEM, f"{name} BPWD", quantity, values, trained))
        after = np.array([record["after"][KEPT] for record in reached]).reshape(-1, 3)
        settings = f"those nets; alpha {ALPHA:g}"
        made.append(result(PAPER, ITEM, f"{name} OBS", "train %", after[:, 0], settings))
        made.append(result(PAPER, ITEM, f"{name} OBS", "test %", after[:, 1], settings))
        made.append(result(PAPER, ITEM, f"{name} OBS", "weights", after[:, 2], settings, less_is_better=True))
        made.append(result(PAPER, "abstract", name, "fewer weights %", 100 * (1 - after[:, 2] / size), settings))
        decided = [record["without ties"] for record in reached]
        row = f"{name} OBS, no output at 1/2"
        made.append(result(PAPER, ITEM, row, "weights", decided, "those nets", less_is_better=True))
        left = np.array([[record["after"][f"OBS {alpha:g}"][2] for alpha in ALPHAS] for record in reached])
        rules = [100.0 * (record["rule"] == RULES[problem]) for record in reached]
        made.append(share(PAPER, "fig. 6", name, "rule read off is the problem's %", rules, "those nets"))
        spread = np.ptp(left.reshape(-1, len(ALPHAS)), axis=1)
        row = f"{name} OBS, alpha 1e-8 to 1e-4"
        made.append(result(PAPER, "text", row, "difference in weights", spread, "those nets", less_is_better=True))
    return made


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
