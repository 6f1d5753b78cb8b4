"""Hassibi et al. (1994), figs. 1 and 2: Gaussian mixtures, OBS without retraining against OBD with 60 epochs of it.

A net 5-9-1 is pruned from 64 to 35 weights: one trained as far as it goes (fig. 1), and one stopped at the least
validation error (fig. 2). Errors are summed squared errors over 1000 patterns, as on the paper's axes. Open in the
paper: the activations, initial weights, learning rate and kind of backpropagation, how long the first net is trained,
and which set stops the second. Here: tanh hidden units and a logistic output, online backpropagation at rate .05 for
training and retraining, 500 epochs for fig. 1; and both a third set and the test set as the one that stops. The printed
variances are taken as such; rows of ours alone take them for standard deviations (and stop on a third set only).
"""

import numpy as np

from classicnets import (
    MLP,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    gaussian_mixtures,
    prune,
    train_backpropagation,
)
from classicnets.plotting.curves import held

from .drawing import plot_quartiles, save
from .records import where
from .statistics import mean, mean_interval, result, share

TITLE = "Gaussian mixtures: OBS against retrained OBD, and the (t - o) terms"
SEEDS, FULL, RECORDED = 6, 100, 100
FIRST_SEED = 1000  # settings were chosen on seeds 0 to 11
PAPER = "hassibi1994"
RATE, EPOCHS, RETRAINING, ALPHA = 0.05, 500, 60, 1e-6
NUMBERS = np.arange(64, 34, -1)
# The sets are those to train on, a third one, and the test set: which of them stops the training.
NETS = {"net of fig. 1": None, "stopped on a third set": 1, "stopped on the test set": 2}
OVERTRAINED, STOPPED = "net of fig. 1", "stopped on a third set"
METHODS = {
    "OBS": lambda: OptimalBrainSurgeon(ALPHA),
    "OBS with (t - o)": lambda: OptimalBrainSurgeon(ALPHA, "exact", saddles=True),
    "OBD": OptimalBrainDamage,
}
READINGS = {"variances": "", "deviations": ", read as deviations"}


def tasks(seeds):
    """One task a reading of the printed spreads and data set."""
    return [{"reading": reading, "seed": FIRST_SEED + seed} for reading in READINGS for seed in range(seeds)]


def measure(reading, seed):
    """Train and test error of each net, pruned by each method, at each number of weights."""
    sets = gaussian_mixtures(seed, (1000, 1000, 1000), reading == "deviations")
    errors = {}
    for name in nets(reading):
        net = trained(sets, seed, name)
        errors[name] = {method: pruned(net, sets, seed, method) for method in METHODS}
    return {"reading": reading, "errors": errors}


def nets(reading):
    """The names of the nets measured."""
    return list(NETS)[: 3 if reading == "variances" else 2]


def trained(sets, seed, name, net=None, **settings):
    """A net of `NETS` on these sets: trained as long as it goes, or until the error on the set named is least.

    Another start and other settings of backpropagation are for explorations.
    """
    net, stop = net or MLP((5, 9, 1), seed=seed), NETS[name]
    stopping = {} if stop is None else {"validation": sets[stop], "patience": 40}
    settings = {"rate": RATE, "epochs": EPOCHS, "every": 5} | stopping | settings
    train_backpropagation(net, *sets[0], seed=seed, **settings)
    return net


def pruned(net, sets, seed, method):
    """Train and test error of a net pruned by one of `METHODS`, OBD with retraining; see `along`."""

    def retrain(net, X, T):
        train_backpropagation(net, X, T, RATE, epochs=RETRAINING, every=RETRAINING, seed=seed, keep="last")

    return along(net, sets, METHODS[method](), retrain if method == "OBD" else None)


def along(net, sets, method, retrain=None):
    """Train and test error of a net pruned by a method, held over `NUMBERS` of weights."""
    path = prune(net, *sets[0], method, down_to=NUMBERS[-1], test=sets[2], retrain=retrain)
    summed = {part: 2000 * path.curve(f"{part}_error") for part in ("train", "test")}  # of 1000 patterns, without 1/2
    return {part: held(NUMBERS, path.curve("n_active"), values).tolist() for part, values in summed.items()}


def rows(records):
    """What figs. 1 and 2 show, and what the (t - o) terms do; data set by data set."""
    made = []
    for reading, end in READINGS.items():
        ours = _errors(records, reading)
        made += _fig_1(ours, end)
        for net in nets(reading)[1:]:
            made += _fig_2(ours, net, end)
        for net in nets(reading):
            change = relative(least(ours, net, "OBS with (t - o)"), least(ours, net, "OBS"))
            row, quantity = f"OBS with (t - o), {net}{end}", "least test error, % against without"
            made.append(mean(PAPER, "text", row, quantity, change, "exact Hessian"))
            worse = ~(after(ours, net, "OBS with (t - o)", 17) <= after(ours, net, "OBS", 17))  # or at its end before
            quantity = "data sets worse after 17 deletions, %"
            made.append(share(PAPER, "text", row, quantity, 100.0 * worse, "exact Hessian"))
    return made


def _errors(records, reading):
    """What was measured on each data set: a dict from nets to dicts from methods to the errors of the parts."""
    return [record["errors"] for record in where(records, reading=reading)]


def _fig_1(ours, end):
    item, settings = (PAPER, "fig. 1"), f"5-9-1, tanh, logistic; online, rate {RATE:g}, {EPOCHS} epochs{end}"
    train = {method: curves(ours, OVERTRAINED, method, "train") for method in METHODS}
    last, until = last_lower(train["OBS"], train["OBD"]), ahead(train["OBS"], train["OBD"])
    made = [
        result(*item, f"unpruned{end}", "train error a pattern", train["OBS"][:, 0] / 1000, settings, True),
        result(*item, f"OBS{end}", "deletions at least test error", at_least(ours, OVERTRAINED, "OBS"), settings),
        result(*item, f"OBS, OBD{end}", "deletions until OBS's train error is no longer lower", last, settings),
        mean(*item, f"OBS - OBD{end}", "train error until then, %", until, settings),
    ]
    for method in ("OBS", "OBD"):
        change, quantity = after(ours, OVERTRAINED, method, 22), "test error after 22 deletions, change %"
        made.append(mean(*item, f"{method}{end}", quantity, change, settings))
    return made


def _fig_2(ours, net, end):
    item, settings = (PAPER, "fig. 2"), f"5-9-1, tanh, logistic; online, rate {RATE:g}{end}"
    unpruned, found = curves(ours, net, "OBS", "test")[:, 0], least(ours, net, "OBS")
    made = [
        result(*item, f"{net}, unpruned{end}", "test error", unpruned, settings, True),
        result(*item, f"{net}, OBS{end}", "least test error", found, settings, True),
        result(*item, f"{net}, OBS{end}", "least test error, change %", relative(found, unpruned), settings, True),
        result(*item, f"{net}, OBS{end}", "deletions at least test error", at_least(ours, net, "OBS"), settings),
    ]
    for method in ("OBS", "OBD"):
        change, quantity = after(ours, net, method, 17), "test error after 17 deletions, change %"
        made.append(mean(*item, f"{net}, {method}{end}", quantity, change, settings))
    return made


def curves(ours, net, method, part):
    """The errors (data sets, numbers of weights) of a net pruned by a method."""
    return np.array([errors[net][method][part] for errors in ours])


def least(ours, net, method):
    """The least test error on each path."""
    return np.nanmin(curves(ours, net, method, "test"), axis=1)


def at_least(ours, net, method):
    """After how many deletions that is."""
    return np.nanargmin(curves(ours, net, method, "test"), axis=1)


def after(ours, net, method, deletions):
    """Change of the test error in percent after so many deletions."""
    test = curves(ours, net, method, "test")
    return relative(test[:, deletions], test[:, 0])


def last_lower(obs, obd):
    """After how many deletions the first curves (data sets, numbers of weights) are lower for the last time."""
    return [max(np.flatnonzero(lower), default=0) for lower in obs < obd]


def ahead(obs, obd):
    """How far the first curves are from the second in percent, on average over 1 to 23 deletions."""
    return relative(obs, obd)[:, 1:24].mean(axis=1)


def relative(values, reference):
    """How far values are from the reference, in percent of it."""
    return 100 * (values / reference - 1)


def notes(records):
    """How often the printed minima are reached, and OBS against OBD data set by data set."""
    for reading in READINGS:
        ours = _errors(records, reading)
        for net in nets(reading):
            test = {method: curves(ours, net, method, "test") for method in ("OBS", "OBD")}
            late = at_least(ours, net, "OBS") >= 17
            deep = relative(least(ours, net, "OBS"), test["OBS"][:, 0]) <= -4.4
            yield f"{reading}, {net}: the least test error on the path of OBS is reached after 17 or more deletions"
            yield f"  in {late.sum()} of {len(ours)} data sets, lower by 4.4 % or more in {deep.sum()}"
            for number in (17, 29):
                middle, low, high = mean_interval(relative(test["OBS"][:, number], test["OBD"][:, number]))
                yield f"  after {number}: OBS {middle:+.1f} ({low:+.1f} to {high:+.1f}) % from OBD"


def figures(records, folder):
    """Fig. 1: train and test error over the weights left; fig. 2 and the (t - o) terms: change of the test error."""
    ours = _errors(records, "variances")
    errors = {f"{m}, {part}": curves(ours, OVERTRAINED, m, part) for part in ("test", "train") for m in ("OBS", "OBD")}
    yield save(_drawn(errors, "summed squared error of 1000 patterns"), folder / "hassibi1994_fig1.png")
    for net, name in ((STOPPED, "fig2"), (OVERTRAINED, "fig1_residuals")):
        test = {method: curves(ours, net, method, "test") for method in METHODS}
        changes = {method: relative(errors, errors[:, :1]) for method, errors in test.items()}
        yield save(_drawn(changes, "change of the test error, %"), folder / f"hassibi1994_{name}.png")


def _drawn(values, ylabel):
    """Medians and quartiles over data sets, as far as half of the paths go."""
    ax = plot_quartiles(NUMBERS, values, "remaining weights", ylabel)
    each, *_ = values.values()
    ax.set_title(f"{len(each)} data sets: medians and quartiles")
    return ax
