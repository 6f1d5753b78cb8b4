"""Hassibi & Stork (1993), section 6: a NETtalk network of 5546 weights, pruned to 2438, retrained, pruned to 1560.

Open in the paper: the words, the training, alpha, and the unit of its "test error". Here: 1000 words drawn at random to
train on and 1000 others to test on, logistic units, backpropagation with a little weight decay, and the Hessian with
that decay in it, taken anew every AT_ONCE deletions. The reading of 5259 and 4701 that fits: the squared error summed
over the 26 outputs at all letters of 1000 test words.

The words are the bundled ones and, where the environment variable NETTALK_CORPUS has a file, the original corpus.
"""

import os
import sys

import numpy as np

from classicnets import MLP, Magnitude, OptimalBrainDamage, OptimalBrainSurgeon, plotting, prune, train_backpropagation
from classicnets.datasets import guessed_right, pronunciations, read_pronunciations, windows

from .ledger import result
from .study import checkpoint, quartiles_by_weights, save

TITLE = "NETtalk: 5546 weights pruned to 1560"
SEEDS, FULL = 1, 6
RECORDED = 6
# Settings were chosen on seeds 0 and 1; what is reported are others.
FIRST_SEED = 100
WORDS = 1000  # to train on, and as many to test on
SIZES = (203, 24, 26)
WEIGHTS, MIDDLE, LAST = 5546, 2438, 1560
RATES, EPOCHS, WEIGHT_DECAY = (0.3, 0.1, 0.03), 30, 1e-5
AT_ONCE, ALPHA = 100, 1e-6
SHOWN = {"trained": WEIGHTS, "pruned once": MIDDLE, "pruned again": LAST, "retrained again": f"{LAST} retrained"}
QUANTITIES = {"test": "summed squared test error", "phonemes": "test phonemes %", "stresses": "test stresses %"}
NOTED = {"n_active": "weights", "train": "training error a letter", **QUANTITIES}
RATIO = f"test error, {LAST} / {WEIGHTS} weights"
METHODS = {"OBS": OptimalBrainSurgeon(ALPHA), "OBD": OptimalBrainDamage("gauss-newton"), "magnitude": Magnitude()}
BUNDLED, ORIGINAL = "bundled words", "original corpus"


def tasks(seeds):
    """One task a seed, a method and a corpus; the long ones, of OBS, first."""
    file = os.environ.get("NETTALK_CORPUS")
    corpora = [(BUNDLED, None), *([(ORIGINAL, file)] if file else [])]
    return [
        {"corpus": corpus, "file": file, "method": method, "seed": FIRST_SEED + seed}
        for method in METHODS
        for seed in range(seeds)
        for corpus, file in corpora
    ]


def data(file, seed):
    """Windows of the words to train on and of those to test on."""
    words = read_pronunciations(file) if file else pronunciations()
    drawn = [words[i] for i in np.random.default_rng(seed).permutation(len(words))[: 2 * WORDS]]
    return windows(drawn[:WORDS]), windows(drawn[WORDS:])


def train(net, patterns, seed):
    """Train by backpropagation in place, with falling learning rates."""
    for rate in RATES:
        options = {"epochs": EPOCHS, "every": EPOCHS, "seed": seed, "weight_decay": WEIGHT_DECAY}
        train_backpropagation(net, patterns.X, patterns.T, rate, **options)
    return net


def measure(corpus, file, method, seed):
    """One network: trained, pruned to 2438, and from there to 1560 without and with retraining in between."""
    training, test = data(file, seed)

    def pruned(net, down_to, leg):
        saved = checkpoint("hassibi1993_nettalk", corpus, method, seed, leg)
        options = {"weight_decay": WEIGHT_DECAY, "at_once": AT_ONCE, "test": test[:2]}
        path = prune(net, *training[:2], METHODS[method], down_to=down_to, each=tell, checkpoint=saved, **options)
        if path.ended_by == "interrupt":
            raise KeyboardInterrupt
        return path

    def tell(path):
        print(f"{corpus}, seed {seed}, {method}: {path[-1].n_active} weights", file=sys.stderr)

    trained = train(MLP(SIZES, hidden="logistic", seed=seed), training, seed)
    first = pruned(trained, MIDDLE, "first")
    retrained = train(first.network(), training, seed)
    onwards, again = pruned(first.network(), LAST, "onwards"), pruned(retrained, LAST, "again")
    last = train(again.network(), training, seed)
    networks = {
        "trained": trained, "pruned once": first.network(), "retrained": retrained, "pruned again": again.network(),
        "retrained again": last, "never retrained": onwards.network(),
    }  # fmt: skip
    return {
        "corpus": corpus, "method": method, "seed": seed, "letters": len(test.X),
        "states": {name: state(net, training, test) for name, net in networks.items()},
        "curves": {"never retrained": _curves(first, onwards), "retrained": _curves(first, again)},
    }  # fmt: skip


def state(net, training, test):
    """Weights; squared error summed over outputs, of a training letter and all test letters; % right best guesses."""
    outputs = net.forward(test.X)
    phonemes, stresses = (100 * right.mean() for right in guessed_right(outputs, test.T))
    error = float(np.square(net.forward(training.X) - training.T).sum() / len(training.X))
    test_error = float(np.square(outputs - test.T).sum())
    return {"n_active": net.n_active, "train": error, "test": test_error, "phonemes": phonemes, "stresses": stresses}


def _curves(*paths):
    """Weights, and the squared error a pattern in training and test, along the legs of a path."""
    factors = {"n_active": 1, "train_error": 2, "test_error": 2}  # the errors are 1/2 |t - o|^2
    return {name: [float(factor * v) for path in paths for v in path.curve(name)] for name, factor in factors.items()}


def rows(records):
    """Test errors and best guesses of OBS, before and after; and the ratio of test errors, for each way of pruning."""
    made = []
    for corpus in dict.fromkeys(record["corpus"] for record in records):
        settings = f"{corpus}; decay {WEIGHT_DECAY:g}, alpha {ALPHA:g}, {AT_ONCE} deletions a Hessian"
        for name, weights in SHOWN.items():
            states = _states(records, corpus, "OBS", name)
            for key, quantity in QUANTITIES.items():
                row, values = f"NETtalk OBS, {weights} weights, {corpus}", [state[key] for state in states]
                made.append(result("hassibi1993", "text", row, quantity, values, settings, key == "test"))
        for method in METHODS:
            before = np.array([state["test"] for state in _states(records, corpus, method, "trained")])
            for name in ("never retrained", "pruned again", "retrained again"):
                ratio = np.array([state["test"] for state in _states(records, corpus, method, name)]) / before
                row = f"NETtalk {method}, {name}, {corpus}"
                made.append(result("hassibi1993", "text", row, RATIO, ratio, settings, less_is_better=True))
    return made


def notes(records):
    """What each way of pruning does, in the errors and the best guesses: medians over the seeds."""
    for corpus in dict.fromkeys(record["corpus"] for record in records):
        for method in METHODS:
            for name in records[0]["states"]:
                states = _states(records, corpus, method, name)
                medians = {what: np.median([state[key] for state in states]) for key, what in NOTED.items()}
                text = ", ".join(f"{median:.4g} {what}" for what, median in medians.items())
                yield f"{corpus}, {method}, {name}: {text}"


def _states(records, corpus, method, name):
    """The state called `name` of all networks of a method."""
    return [r["states"][name] for r in records if (r["corpus"], r["method"]) == (corpus, method)]


def figures(records, folder):
    """Training and test error along the path, without and with retraining, medians and quartiles of the seeds."""
    numbers = np.arange(WEIGHTS, LAST - 1, -2)
    for corpus in dict.fromkeys(record["corpus"] for record in records):
        for way in ("never retrained", "retrained"):
            for name in ("train_error", "test_error"):
                curves, bands = {}, {}
                for method in METHODS:
                    ours = [r["curves"][way] for r in records if (r["corpus"], r["method"]) == (corpus, method)]
                    quartiles = quartiles_by_weights([(curve["n_active"], curve[name]) for curve in ours], numbers)
                    curves[method], bands[method] = quartiles[1], quartiles[::2]
                label = f"{name.replace('train', 'training').replace('_', ' ')} (squared, a letter)"
                ax = plotting.plot_curves(numbers, curves, "remaining weights", label, bands=bands)
                ax.set_title(f"NETtalk, {corpus}, {way}")
                file = f"hassibi1993_nettalk_{corpus}_{way}_{name}.png".replace(" ", "_")
                yield save(ax, folder / file)
