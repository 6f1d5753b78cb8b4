"""Tresp, Neuneier & Zimmermann (1997), table 1: half of the weights of an early stopped network removed at once.

Train until the validation error starts to rise, remove 50 % of all weights by OBD, ESP or EBD, train until it rises
again; mean squared test error, average of five random divisions. Open in the paper as we have it: the activation and
learning rate, the scaling, and when an error starts to rise. Here: tanh hidden units and a linear output, inputs (and
housing's target) of mean 0 and variance 1 in the training part, online backpropagation at rate 0.002 until the first
epoch that brings no lower validation error; and beside it, at rate 0.01, until three epochs in a row brought none.
"""

from dataclasses import replace

import numpy as np

from classicnets import EBD, EBS, ESP, OptimalBrainDamage, network_error, plotting, prune

from .drawing import save
from .early_stopping import (
    FIRST_SEED,
    PROBLEMS,
    SETTINGS,
    division,
    errors_over_epochs,
    slice_of_one_weight,
    trainer,
    unpruned,
)
from .records import where
from .statistics import estimate, mean, mean_interval, result, share

TITLE = "Early Brain Damage: half of the weights removed at early stopping"
SEEDS, FULL, RECORDED = 200, 3000, 3000  # differences of a few thousandths are seen over three thousand divisions
PAPER, ITEM, AVERAGED = "tresp1997", "table 1", 5
METHODS = {"OBD": lambda: OptimalBrainDamage("gauss-newton"), "ESP": ESP, "EBD": EBD, "EBS": lambda: EBS(1e-2)}
CONTROL, HEADLINE = "nothing deleted", "first rise"
SPREAD = ("q1", "q3", "best", "paper_quantile")
# Setting and problem of the two figures, each of the first division.
SLICED, WATCHED = (HEADLINE, "Breast Cancer"), ("three epochs", "Diabetes")


def tasks(seeds):
    """One task a division, setting and problem."""
    kinds = [{"setting": setting, "problem": problem} for setting in SETTINGS for problem in PROBLEMS]
    return [{**kind, "seed": FIRST_SEED + seed} for seed in range(seeds) for kind in kinds]


def measure(setting, problem, seed):
    """Mean squared test errors: of the stopped network, of the pruned and retrained one for each method, and a control.

    The control is the stopped network trained once more with nothing deleted, as the pruned ones are. Of the first
    division also what the figures show.
    """
    (X, T), validation, test = division(problem, seed)
    net, train = unpruned(problem, seed), trainer(*SETTINGS[setting], seed, validation)
    train(net, X, T)
    errors, shown = {"stopped": 2 * network_error(net, *test)}, {}
    if seed == FIRST_SEED and (setting, problem) == SLICED:
        shown["slice"] = slice_of_one_weight(net, X, T)
    if seed == FIRST_SEED and (setting, problem) == WATCHED:
        shown["watched"] = errors_over_epochs(setting, problem, seed)
    for name, method in METHODS.items():
        half = {"at_once": net.n // 2, "down_to": net.n - net.n // 2, "keep_orphans": True}
        path = prune(net, X, T, method(), retrain=train, validation=validation, test=test, **half)
        errors[name] = 2 * path[-1].test_error
    train(net, X, T)
    errors[CONTROL] = 2 * network_error(net, *test)
    return {"setting": setting, "problem": problem, "errors": errors, **shown}


def rows(records):
    """The cells of the table, then EBD against its rivals in both settings."""
    made = cells(records)
    for setting in SETTINGS:
        for problem in PROBLEMS:
            made += comparisons(records, setting, problem)
        made.append(first_in_all_three(records, setting))
    return made


def cells(records):
    """The printed quantities of each problem: the error after each method, and its ratio to that of the stopped net."""
    made = []
    for problem in PROBLEMS:
        errors = errors_of(records, HEADLINE, problem)
        for name, values in errors.items():
            row, fives = f"{problem}, {name}", averages(values)
            text = f"where averages of five are, among {len(fives)}"
            made.append(one_average(row, "MSE", fives, _settings(HEADLINE, text)))
            if name != "stopped":
                ratios, text = fives / averages(errors["stopped"]), "mean of averages of five divisions"
                row = PAPER, ITEM, row, "MSE / stopped"
                made.append(mean_of_averages(*row, ratios, len(values), _settings(HEADLINE, text)))
    return made


def comparisons(records, setting, problem):
    """EBD against OBD, ESP and the stopped net, division by division, and against the better one of OBD and ESP.

    The stopped net is no rival: on one problem the printed EBD is behind it. Neither is the control, which is ours.
    """
    errors = errors_of(records, setting, problem)
    better = min(("OBD", "ESP"), key=lambda name: errors[name].mean())
    rivals = {"OBD": "OBD", "ESP": "ESP", "stopped": "stopped", CONTROL: CONTROL, "better of OBD and ESP": better}
    made, text = [], "difference of the same divisions"
    for title, name in rivals.items():
        row = f"{problem}, EBD - {title}" + f", {setting}" * (setting != HEADLINE)
        settings = _settings(setting, text + f", the better one is {name}" * (title != name))
        difference = percent(errors["EBD"] - errors[name], errors)
        made.append(mean(PAPER, ITEM, row, "MSE, % of stopped", difference, settings))
    return made


def first_in_all_three(records, setting):
    """In how many tables like the printed one, of five divisions a problem, EBD is before OBD and ESP in each."""
    wins = []
    for problem in PROBLEMS:
        errors = {name: averages(values) for name, values in errors_of(records, setting, problem).items()}
        wins.append(errors["EBD"] < np.minimum(errors["OBD"], errors["ESP"]))
    row = "EBD best in all three" + f", {setting}" * (setting != HEADLINE)
    tables = 100.0 * np.all(wins, axis=0)
    return share(PAPER, ITEM, row, "tables of five divisions, %", tables, _settings(setting, "by chance 3.7"))


def _settings(setting, text):
    rate, _ = SETTINGS[setting]
    return f"rate {rate:g}, stopped by {setting}; {text}"


def errors_of(records, setting, problem):
    """The errors of each method, and of the stopped net, in the order of the divisions: a dict of arrays."""
    kept = [record["errors"] for record in where(records, setting=setting, problem=problem)]
    return {name: np.array([errors[name] for errors in kept]) for name in ("stopped", *METHODS, CONTROL)}


def percent(difference, errors):
    """In percent of the mean error of the stopped networks."""
    return 100 * difference / errors["stopped"].mean()


def averages(values):
    """Of five divisions each; what is left over is dropped, unless it is all there is."""
    whole = len(values) // AVERAGED * AVERAGED
    return values[:whole].reshape(-1, AVERAGED).mean(axis=1) if whole else values.mean(keepdims=True)


def one_average(row, quantity, values, settings):
    """A Result of what is printed, an average of five: its mean, and where 95 % of such averages are.

    No number of our divisions makes it shorter, so its seeds are five.
    """
    numbers = values.mean(), *np.percentile(values, [2.5, 97.5])
    return _with_spread(estimate(PAPER, ITEM, row, quantity, numbers, AVERAGED, settings), values)


def mean_of_averages(paper, item, row, quantity, values, divisions, settings):
    """A Result of the mean of averages of five and its 95 % interval. What is printed is one such average."""
    return replace(_with_spread(mean(paper, item, row, quantity, values, settings), values), seeds=divisions)


def _with_spread(made, values):
    """A Result with the quartiles of the averages, and the place of the printed one among them."""
    spread = result(made.paper, made.item, made.row, made.quantity, values, made.settings, less_is_better=True)
    return replace(made, **{name: getattr(spread, name) for name in SPREAD})


def notes(records):
    """Each method against the stopped network in both settings: mean difference with its 95 % interval."""
    for setting in SETTINGS:
        for problem in PROBLEMS:
            errors = errors_of(records, setting, problem)
            yield f"{problem}, {setting}: stopped {errors['stopped'].mean():.4f}"
            for name in (*METHODS, CONTROL):
                middle, low, high = mean_interval(percent(errors[name] - errors["stopped"], errors))
                yield f"  {name}: {middle:+.2f} ({low:+.2f} to {high:+.2f}) % against stopped"


def figures(records, folder):
    """Fig. 1, the cost along one weight of a stopped network; errors over epochs with pruning and revival marked."""
    for shown, draw, name in (("slice", draw_slice, "fig1"), ("watched", draw_epochs, "epochs")):
        (measured,) = (record[shown] for record in records if shown in record)
        yield save(draw(measured), folder / f"tresp1997_{name}.png")


def draw_slice(measured):
    """Fig. 1: the cost along one weight, and what its deletion and its optimum would be."""
    curves = {"error E": measured["error"], "parabola from g and h": measured["parabola"]}
    marks = {
        f"A + B + C = {sum(measured['parts']):.2g}: deleted": 0.0,
        f"C = {measured['parts'][2]:.2g}: as it is": measured["trained"],
        "w - g / h": measured["optimum"],
    }
    label = f"weight {measured['weight']}"
    return plotting.plot_curves(measured["values"], curves, label, "training error E", marks=marks)


def draw_epochs(measured):
    """Validation and test error over epochs; marks where weights go and come back."""
    errors = {name: np.array(measured[name]) for name in ("validation", "test")}
    marks = {
        f"{number}: {gone} go, {back} come back": epoch
        for number, (epoch, gone, back) in enumerate(measured["changes"], 1)
    }
    epochs, least = np.arange(len(errors["test"])), errors["test"].min()
    ax = plotting.plot_curves(epochs, errors, "epochs", "mean squared error", marks=marks)
    ax.set_ylim(0.95 * least, 1.5 * least)  # the first epochs are far above
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=14)
    return ax
