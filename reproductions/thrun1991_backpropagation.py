"""Thrun et al. (1991): the MONK's problems learned by backpropagation alone, with and without weight decay.

Open here: the activation functions, the decay, the rate and momentum, how long it went on, and how many hidden units
the network of MONK 3 without decay had. Settings are those of Hassibi & Stork's table 1, which takes its unpruned
networks from this report, without the Gauss-Newton steps; MONK 3 without decay has two hidden units, or four.
"""

import numpy as np

from classicnets import MLP, monks, train_backpropagation

from . import monks_nets
from .monks_nets import HIDDEN, TRAINING, WEIGHT_DECAY
from .records import where
from .statistics import result

TITLE = "MONK's problems learned by backpropagation"
SEEDS, FULL, RECORDED = 100, 500, 100
PAPER, ITEM = "thrun1991", "table"
# of each row of the table, the hidden units and the weight decay of each problem
ROWS = {
    "backpropagation": (HIDDEN, dict.fromkeys(HIDDEN, 0.0)),
    "backpropagation, 4 hidden units": ({3: 4}, {3: 0.0}),
    "backpropagation with weight decay": (HIDDEN, WEIGHT_DECAY),
}


def tasks(seeds):
    """One task a row of the table, problem and seed."""
    return [{"row": row, **each} for row in ROWS for each in monks_nets.tasks(seeds) if each["problem"] in ROWS[row][0]]


def measure(row, problem, seed):
    """Accuracies in training and test, in percent."""
    (hidden, decay), data = (each[problem] for each in ROWS[row]), monks(problem)
    net = MLP((17, hidden, 1), seed=seed)
    train_backpropagation(net, data.X, data.T, seed=seed, weight_decay=decay, **TRAINING)
    sets = {"train %": (data.X, data.T), "test %": (data.X_test, data.T_test)}
    accuracies = {name: 100 * np.mean((net.forward(X) > 0.5) == (T > 0.5)) for name, (X, T) in sets.items()}
    return {"row": row, "problem": problem, **accuracies}


def rows(records):
    """Medians over all networks, none of them left out."""
    made = []
    for row, (hidden, decay) in ROWS.items():
        for problem in hidden:
            ours = where(records, row=row, problem=problem)
            settings = f"17-{hidden[problem]}-1, tanh, logistic, weight decay {decay[problem]:g}, "
            settings += f"{TRAINING['epochs']} epochs"
            for quantity in ("train %", "test %"):
                values = [record[quantity] for record in ours]
                made.append(result(PAPER, ITEM, f"MONK {problem} {row}", quantity, values, settings))
    return made


def notes(records):
    """How many networks learn their training set, or as much of it as Hassibi & Stork print."""
    for row, (hidden, _) in ROWS.items():
        for problem in hidden:
            ours = where(records, row=row, problem=problem)
            learned = sum(record["train %"] >= monks_nets.TRAINED[problem] - monks_nets.ROUNDING for record in ours)
            yield f"MONK {problem} {row}: {learned} of {len(ours)} get to {monks_nets.TRAINED[problem]} % in training"


def figures(records, folder):
    """None: the table is all there is."""
    return []
