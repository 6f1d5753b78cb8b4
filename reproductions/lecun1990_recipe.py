"""Le Cun, Denker & Solla (1990), section 2.2: the recipe beside its two variants, named there and tried by nobody.

Weights of low saliency are deleted and frozen; or they are only halved, stage after stage; or set to zero, from where
they adapt again. All have as many weights, and have had as many passes of retraining, when they end after a stage: what
was halved or adapts again is then deleted, chosen anew, and the rest retrained as after any stage. Beside them is what
the variants must do better than to be worth their names: nothing is done to any weight until they go at the end.
"""

import numpy as np

from classicnets import (
    OptimalBrainDamage,
    accuracy,
    digit_recogniser,
    monks,
    network_error,
    train_backpropagation,
    train_diagonal_newton,
)
from classicnets.pruning.recipe import recipe

from .drawing import plot_quartiles, save
from .lecun1990_nets import BUNDLED, PAPER, RETRAINING, data, decibels
from .monks_nets import FIRST_SEED, HIDDEN, TRAINING, WEIGHT_DECAY, trained_network
from .records import digits as rounded
from .records import where
from .statistics import result

TITLE = "the recipe of Optimal Brain Damage and its two variants"
SEEDS, FULL, RECORDED = 1, 30, 30
ITEM = "the recipe"
FORMS = {"deleted": None, "halved": 0.5, "adapting again": 0.0, "all at the end": 1.0}
# Never negative: with f'' there could be fewer weights to choose from than are to go.
METHOD = OptimalBrainDamage("levenberg-marquardt")
# Settings were chosen on seeds 0 to 11 of MONK's and 100 of the digits; what is reported are seeds from FIRST_SEED on.
STAGES = {
    "MONK 1": range(6, 43, 6),
    "MONK 2": range(4, 21, 4),
    "MONK 3": range(4, 29, 4),
    BUNDLED: range(500, 2001, 500),
}
REPORTED = {"MONK 1": (42,), "MONK 2": (20,), "MONK 3": (28,), BUNDLED: (1500, 2000)}
DRAWN = ("MONK 1", BUNDLED)
EPOCHS = 5  # of retraining after each stage, of MONK's; of the digits it is one
RATES = (0.0005,) * 2 + (0.001,) * 4 + (0.0005,) * 2 + (0.0002,) * 2


def tasks(seeds):
    """One for each problem and seed; of the digits, which come first, every fifth seed."""
    problems = {BUNDLED: -(-seeds // 5)} | {f"MONK {number}": seeds for number in HIDDEN}
    return [{"problem": name, "seed": FIRST_SEED + seed} for name, count in problems.items() for seed in range(count)]


def measure(problem, seed):
    """The errors of one network, whole and, in each form of the recipe, if it ends after each stage."""
    net, patterns, retrain, decay = _digits(seed) if problem == BUNDLED else _monks(int(problem[-1]), seed)
    record = {"problem": problem, "seed": seed, "whole": _seen([net], patterns)}
    for form, factor in FORMS.items():
        options = {"factor": factor, "weight_decay": decay}
        networks = recipe(net, patterns.X, patterns.T, METHOD, STAGES[problem], retrain, **options)
        record[form] = _seen(networks, patterns)
    return record


def _digits(seed):
    """The network of 1989 after ten passes, the digits, retraining of a pass, no weight decay."""
    net, patterns = digit_recogniser(seed), data(BUNDLED)

    def train(net, X, T, rates=(RETRAINING,)):
        train_diagonal_newton(net, X, T, rates, epochs=len(rates), seed=seed, keep="last")

    train(net, patterns.X, patterns.T, RATES)
    return net, patterns, train, 0.0


def _monks(number, seed):
    """The network of table 1 of Hassibi & Stork (1993), the robots, retraining of some epochs, its weight decay."""
    options = TRAINING | {"epochs": EPOCHS, "weight_decay": WEIGHT_DECAY[number]}

    def retrain(net, X, T):
        train_backpropagation(net, X, T, seed=seed, keep="last", **options)

    return trained_network(number, seed), monks(number), retrain, WEIGHT_DECAY[number]


def _seen(networks, patterns):
    """How many weights networks have, their training and test errors, each a list."""
    X, T = patterns.X_test, patterns.T_test
    return {
        "n_active": [net.n_active for net in networks],
        "train": rounded([network_error(net, patterns.X, patterns.T) for net in networks]),
        "test errors %": rounded([100 * (1 - accuracy(net, X, T)) for net in networks]),
    }


def rows(records):
    """The errors of each form where so many weights are deleted, and how much higher they are than the recipe's."""
    for problem, numbers in REPORTED.items():
        ours = where(records, problem=problem)
        for number in numbers if ours else ():
            recipes = _errors(ours, "deleted", number)
            for form in FORMS:
                row, settings = f"{form}, {number} deleted, {problem}", _settings(problem)
                for quantity, errors in _errors(ours, form, number).items():
                    yield result(PAPER, ITEM, row, quantity, errors, settings, True)
                    if form != "deleted":
                        more = np.subtract(errors, recipes[quantity])
                        yield result(PAPER, ITEM, row, f"{quantity}, - deleted", more, settings, True)


def _errors(ours, form, number):
    """Of each record the training error in dB over the whole network's, and the test errors, with so many deleted."""
    at = list(STAGES[ours[0]["problem"]]).index(number)
    dB = [float(decibels(record[form]["train"][at], record["whole"]["train"][0])) for record in ours]
    return {"train error, dB": dB, "test errors %": [record[form]["test errors %"][at] for record in ours]}


def _settings(problem):
    each = "one pass" if problem == BUNDLED else f"{EPOCHS} epochs"
    stages = f"stages of {STAGES[problem].step} weights, {each} of retraining after each"
    return f"{stages}; Levenberg-Marquardt diagonal; seeds from {FIRST_SEED} on"


def notes(records):
    """The training error of each form if it ends after each stage."""
    for record in records:
        for form in FORMS:
            errors = decibels(record[form]["train"], record["whole"]["train"][0])
            text = ", ".join(f"{n}: {dB:.2f}" for n, dB in zip(record[form]["n_active"], errors, strict=True))
            yield f"{record['problem']}, seed {record['seed']}, {form}: dB at {text}"


def figures(records, folder):
    """The training error of each form if it ends with so many weights, of two problems."""
    for problem in DRAWN:
        ours, numbers = where(records, problem=problem), STAGES[problem]
        if not ours:
            continue
        left = ours[0]["deleted"]["n_active"]
        dB = {form: [_errors(ours, form, number)["train error, dB"] for number in numbers] for form in FORMS}
        curves = {form: np.array(errors).T for form, errors in dB.items()}
        ax = plot_quartiles(left, curves, xlabel="weights", ylabel="error, dB over that of all weights")
        ax.set_title(f"The recipe and its variants, {problem}")
        yield save(ax, folder / f"lecun1990_recipe_{problem.replace(' ', '_')}.png")
