"""Hassibi & Stork (1993), section 6: a NETtalk network of 5546 weights, pruned to 2438, retrained, pruned to 1560.

Open in the paper: the words, the training, alpha, and the unit of its "test error". Here: 1000 words drawn at random to
train on and 1000 others to test on, logistic units, and backpropagation, either with a little weight decay or without
any and for long, so that the network is overtrained. The Hessian has the decay in it and is taken anew every AT_ONCE
deletions. Our reading of 5259 and 4701 is the squared error summed over the 26 outputs, at all letters of 1000 test
words. (A count of outputs on the wrong side of 1/2 would be of that size too.)

The words are the bundled ones and, where the environment variable NETTALK_CORPUS has a file, the original corpus.
"""

import os
import sys
from pathlib import Path

import numpy as np

from classicnets import MLP, Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, prune, train_backpropagation
from classicnets.datasets import guessed_right, pronunciations, read_pronunciations, windows

from .drawing import by_weights, plot_quartiles, save
from .statistics import result
from .study import checkpoint

TITLE = "NETtalk: 5546 weights pruned to 1560"
SEEDS, FULL, RECORDED = 1, 4, 4
# Settings were chosen on seeds 0 and 1; what is reported are others.
FIRST_SEED = 100
WORDS = 1000  # to train on, and as many to test on
SIZES = (203, 24, 26)
WEIGHTS, MIDDLE, LAST = 5546, 2438, 1560
RATES = (0.3, 0.1, 0.03)
TRAININGS = {"weight decay": (30, 1e-5), "overtrained": (100, 0.0)}  # epochs at each rate, and the decay
AT_ONCE, ALPHA = 200, 1e-4
METHODS = {
    "OBS": lambda: OptimalBrainSurgeon(ALPHA),
    "OBD": lambda: OptimalBrainDamage("levenberg-marquardt"),
    "magnitude": Magnitude,
    "unpruned": Magnitude,  # the control: the same trainings, but nothing is deleted
}
# The methods are compared on the networks with weight decay; of overtrained ones the Surgeon and the control will do.
RUNS = [("OBS", "overtrained"), *((method, "weight decay") for method in METHODS), ("unpruned", "overtrained")]
CORPORA = ("bundled words", "original corpus")
STATES = {
    "trained": "5546 weights", "pruned once": "2438 weights", "retrained": "2438 retrained",
    "pruned again": "1560 weights", "retrained again": "1560 retrained", "never retrained": "1560, never retrained",
}  # fmt: skip
UNPRUNED = {"trained": "5546 weights", "retrained": "5546 retrained", "retrained again": "5546 retrained twice"}
QUANTITIES = {"test": "summed squared test error", "phonemes": "test phonemes %", "stresses": "test stresses %"}
RATIO = "test error / that of 5546 weights"


def tasks(seeds):
    """One task for each seed, run and corpus; the longest first."""
    return [
        {"corpus": corpus, "file": file, "method": method, "training": training, "seed": FIRST_SEED + seed}
        for method, training in RUNS
        for seed in range(seeds)
        for corpus, file in corpora().items()
    ]


def corpora():
    """The files of words by their names: None for the bundled ones, and the original where NETTALK_CORPUS names it."""
    file = os.environ.get("NETTALK_CORPUS")
    if file and not Path(file).is_file():
        raise FileNotFoundError(f"NETTALK_CORPUS: expected the file of the original corpus; got {file}")
    return dict(zip(CORPORA, [None, file] if file else [None], strict=False))


def data(file, seed):
    """Windows of the words to train on and of those to test on."""
    words = read_pronunciations(file) if file else pronunciations()
    drawn = [words[i] for i in np.random.default_rng(seed).permutation(len(words))[: 2 * WORDS]]
    return windows(drawn[:WORDS]), windows(drawn[WORDS:])


def train(net, patterns, training, seed):
    """Train by backpropagation in place, with falling learning rates; a rate that raises the error is taken back."""
    epochs, decay = TRAININGS[training]
    for rate in RATES:
        options = {"epochs": epochs, "every": epochs, "seed": seed, "weight_decay": decay}
        train_backpropagation(net, patterns.X, patterns.T, rate, **options)
    return net


def measure(corpus, file, method, training, seed):
    """One network: trained, pruned to 2438, and from there to 1560 without and with retraining in between."""
    patterns, test = data(file, seed)

    def retrained(net):
        return train(net, patterns, training, seed)

    def pruned(net, down_to, leg):
        saved = checkpoint("hassibi1993_nettalk", corpus, method, training, seed, leg)
        down_to = net.n if method == "unpruned" else down_to
        options = {"weight_decay": TRAININGS[training][1], "at_once": AT_ONCE, "test": test[:2], "each": tell}
        return prune(net, *patterns[:2], METHODS[method](), down_to=down_to, checkpoint=saved, **options)

    def tell(path):
        print(f"{corpus}, {training}, seed {seed}, {method}: {path[-1].n_active} weights", file=sys.stderr)

    first = pruned(retrained(MLP(SIZES, hidden="logistic", seed=seed)), MIDDLE, "first")
    again = pruned(retrained(first.network()), LAST, "again")
    onwards = pruned(first.network(), LAST, "onwards")
    networks = (
        first.network(0), first.network(), again.network(0), again.network(), retrained(again.network()),
        onwards.network(),
    )  # fmt: skip
    return {
        "corpus": corpus, "run": [method, training], "seed": seed, "letters": len(test.X),
        "states": {name: state(net, patterns, test) for name, net in zip(STATES, networks, strict=True)},
        "curves": {"never retrained": _curves(first, onwards), "retrained": _curves(first, again)},
    }  # fmt: skip


def state(net, patterns, test):
    """Weights; squared error summed over outputs, of a training letter and all test letters; % right best guesses."""
    outputs = net.forward(test.X)
    phonemes, stresses = (100 * right.mean() for right in guessed_right(outputs, test.T))
    error = float(np.square(net.forward(patterns.X) - patterns.T).sum() / len(patterns.X))
    test_error = float(np.square(outputs - test.T).sum())
    return {"n_active": net.n_active, "train": error, "test": test_error, "phonemes": phonemes, "stresses": stresses}


def _curves(*paths):
    """Weights, and the squared error a pattern in training and test, along the legs of a path."""
    factors = {"n_active": 1, "train_error": 2, "test_error": 2}  # the errors are 1/2 |t - o|^2
    return {name: [float(factor * v) for path in paths for v in path.curve(name)] for name, factor in factors.items()}


def rows(records):
    """Of each corpus and run: test errors and best guesses of all states, and test errors relative to the first."""
    made = []
    for corpus, (method, training), ours in _groups(records):
        epochs, decay = TRAININGS[training]
        settings = f"{3 * epochs} epochs, decay {decay:g}, alpha {ALPHA:g}, {AT_ONCE} deletions a Hessian; {corpus}"
        before = _column(ours, "trained", "test")
        for name, weights in _labels(method).items():
            row = f"NETtalk {method}, {training}, {weights}, {corpus}"
            values = {quantity: _column(ours, name, key) for key, quantity in QUANTITIES.items()}
            if name != "trained":
                values[RATIO] = _column(ours, name, "test") / before
            for quantity, numbers in values.items():
                made.append(result("hassibi1993", "text", row, quantity, numbers, settings, "error" in quantity))
    return made


def notes(records):
    """The training errors, which the ledger leaves out: medians over the seeds."""
    for corpus, (method, training), ours in _groups(records):
        labels = _labels(method)
        errors = ", ".join(f"{np.median(_column(ours, name, 'train')):.3g} {labels[name]}" for name in labels)
        yield f"{corpus}, {method}, {training}: squared error a training letter {errors}"


def _labels(method):
    """The names of the states to show, and what they are called in a row."""
    return UNPRUNED if method == "unpruned" else STATES


def _groups(records):
    """(corpus, run, its records) in the order of CORPORA and RUNS."""
    for corpus in CORPORA:
        for run in RUNS:
            ours = [record for record in records if (record["corpus"], tuple(record["run"])) == (corpus, run)]
            if ours:
                yield corpus, run, ours


def _column(records, name, key):
    return np.array([record["states"][name][key] for record in records])


def figures(records, folder):
    """What the methods cost without retraining, and the test error with it: medians and quartiles of the seeds."""
    numbers = np.arange(WEIGHTS, LAST - 1, -2)
    for corpus in dict.fromkeys(record["corpus"] for record in records):
        drawn = {
            method: ours
            for c, (method, training), ours in _groups(records)
            if c == corpus and training == "weight decay" and method != "unpruned"
        }
        for way, name, label in (("never retrained", "train_error", "training"), ("retrained", "test_error", "test")):
            curves = {method: [record["curves"][way] for record in ours] for method, ours in drawn.items()}
            values = {method: by_weights(each, name, numbers) for method, each in curves.items()}
            label = f"{label} error (squared, a letter)"
            ax = plot_quartiles(numbers, values, "remaining weights", label)
            ax.set_title(f"NETtalk, {corpus}, {way}" + f" at {MIDDLE}" * (way == "retrained"))
            yield save(ax, folder / f"hassibi1993_nettalk_{corpus}_{label.split()[0]}.png".replace(" ", "_"))
