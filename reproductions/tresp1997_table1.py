"""Tresp, Neuneier & Zimmermann (1997), table 1: half of the weights of an early stopped network removed at once.

Train until the validation error starts to rise, remove 50 % of all weights by OBD, ESP or EBD, train until it rises
again; mean squared test error, average of five random divisions. Open in the paper as we have it: the activation and
learning rate, the scaling, and when an error starts to rise. Here: tanh hidden units and a linear output, inputs (and
housing's target) of mean 0 and variance 1 in the training part, online backpropagation at rate 0.002 until the first
epoch that brings no lower validation error; and beside it, at rate 0.01, until three epochs in a row brought none.
"""

import numpy as np

from classicnets import EBD, EBS, ESP, Cost, OptimalBrainDamage, network_error, plotting, prune

from .drawing import save
from .early_stopping import FIRST_SEED, PROBLEMS, SETTINGS, division, trainer, unpruned
from .records import digits, where
from .slices import error_along
from .statistics import mean, mean_interval, result

TITLE = "Early Brain Damage: half of the weights removed at early stopping"
SEEDS, FULL, RECORDED = 300, 2000, 300
PAPER, ITEM, AVERAGED = "tresp1997", "table 1", 5
METHODS = {"OBD": lambda: OptimalBrainDamage("gauss-newton"), "ESP": ESP, "EBD": EBD, "EBS": lambda: EBS(1e-2)}
HEADLINE = "first rise"
# Setting and problem of the two figures, each of the first division.
SLICED, WATCHED = (HEADLINE, "Breast Cancer"), ("three epochs", "Diabetes")


def tasks(seeds):
    """One task a setting, problem and division."""
    kinds = [{"setting": setting, "problem": problem} for setting in SETTINGS for problem in PROBLEMS]
    return [{**kind, "seed": FIRST_SEED + seed} for kind in kinds for seed in range(seeds)]


def measure(setting, problem, seed):
    """Mean squared test errors: of the stopped network, and of the pruned and retrained one for each method.

    Of the first division also what the figures show.
    """
    (X, T), validation, test = division(problem, seed)
    net, train = unpruned(problem, seed), trainer(setting, seed, validation)
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
    return {"setting": setting, "problem": problem, "errors": errors, **shown}


def slice_of_one_weight(net, X, T):
    """Along the weight of a stopped net whose A and C are both large: the error, and the parabola of g and h."""
    method = EBD()
    method.look(net, Cost(X, T))
    parts = method.parts(net)
    q = int(np.argmax(np.minimum(parts[0], parts[2])))
    (A, B, C), w = parts[:, q], net.weights[q]
    optimum = w * (1 + B / (2 * A))  # w - g / h
    values = np.linspace(min(0, w, optimum) - 0.2 * abs(w), max(0, w, optimum) + 0.2 * abs(w), 201)
    x = values / w - 1  # the change, in units of the weight
    curves = {"values": values, "error": error_along(net, q, values, X, T)}
    curves["parabola"] = network_error(net, X, T) - B * x + A * x**2
    numbers = {"parts": [A, B, C], "trained": w, "optimum": optimum, "weight": net.weight_names()[q]}
    return numbers | {name: digits(curve) for name, curve in curves.items()}


def errors_over_epochs(setting, problem, seed, revive=3):
    """Validation and test error of one division while it is trained, pruned by EBD, and some weights come back."""
    (X, T), validation, test = division(problem, seed)
    curves, net = [], unpruned(problem, seed)
    train = trainer(setting, seed, validation, curves, test)
    train(net, X, T)
    sixth = {"at_once": net.n // 6, "revive": revive, "down_to": net.n // 3}
    path = prune(net, X, T, EBD(), validation=validation, test=test, retrain=train, **sixth)
    ends = np.cumsum([len(curve.epoch) for curve in curves]).tolist()
    changes = [[end, len(s.deleted), len(s.revived)] for s, end in zip(path[1:], ends, strict=False)]
    parts = {part: [getattr(curve, f"{part}_error") for curve in curves] for part in ("validation", "test")}
    return {"changes": changes, **{part: digits(2 * np.concatenate(errors)) for part, errors in parts.items()}}


def rows(records):
    """The cells of the table as averages over five divisions; EBD against OBD division by division."""
    made, settings = [], f"rate {SETTINGS[HEADLINE][0]:g}, stopped at the first rise; averages over five divisions"
    for problem in PROBLEMS:
        averages = {name: _averages(_errors(records, problem, name)) for name in ("stopped", *METHODS)}
        for name, values in averages.items():
            made.append(result(PAPER, ITEM, f"{problem}, {name}", "MSE", values, settings, True))
            if name != "stopped":
                ratio = values / averages["stopped"]
                made.append(result(PAPER, ITEM, f"{problem}, {name}", "MSE / stopped", ratio, settings, True))
        for setting, (rate, _) in SETTINGS.items():
            name = f"{problem}, EBD - OBD" + f", {setting}" * (setting != HEADLINE)
            difference = _difference(records, problem, "EBD", "OBD", setting)
            text = f"rate {rate:g}, stopped by {setting}; mean and its 95 % interval"
            made.append(mean(PAPER, ITEM, name, "MSE, % of stopped", difference, text))
    return made


def _errors(records, problem, name, setting=HEADLINE):
    return np.array([record["errors"][name] for record in where(records, setting=setting, problem=problem)])


def _difference(records, problem, name, other, setting=HEADLINE):
    """Division by division, in percent of the mean error of the stopped networks."""
    errors, others, stopped = (_errors(records, problem, n, setting) for n in (name, other, "stopped"))
    return 100 * (errors - others) / stopped.mean()


def _averages(values):
    """Of five divisions each; what is left over is dropped, unless it is all there is."""
    whole = len(values) // AVERAGED * AVERAGED
    return values[:whole].reshape(-1, AVERAGED).mean(axis=1) if whole else values.mean(keepdims=True)


def notes(records):
    """Each method against the stopped network and against OBD: mean difference with its 95 % confidence interval."""
    for setting in SETTINGS:
        for problem in PROBLEMS:
            stopped = _errors(records, problem, "stopped", setting)
            yield f"{problem}, {setting}: stopped {stopped.mean():.4f} over {len(stopped)} divisions"
            for name in METHODS:
                rivals = [other for other in ("stopped", "OBD") if other != name]
                text = [f"{_interval(records, problem, name, other, setting)} % against {other}" for other in rivals]
                yield f"  {name}: {'; '.join(text)}"


def _interval(records, *which):
    middle, low, high = mean_interval(_difference(records, *which))
    return f"{middle:+.2f} ({low:+.2f} to {high:+.2f})"


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
