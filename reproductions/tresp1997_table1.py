"""Tresp, Neuneier & Zimmermann (1997), table 1: half of the weights of an early stopped network removed at once.

Train until the validation error starts to rise, remove 50 % of all weights by OBD, ESP or EBD, train until it rises
again; mean squared test error, average of five random divisions. Open in the paper as we have it: the activation and
learning rate, the scaling, and when an error starts to rise. Here: tanh hidden units and a linear output, inputs (and
housing's target) of mean 0 and variance 1 in the training part, online backpropagation at rate 0.002 until the first
epoch that brings no lower validation error; and beside it, at rate 0.01, until three epochs in a row brought none.
"""

import numpy as np

from classicnets import (
    EBD,
    EBS,
    ESP,
    MLP,
    Cost,
    OptimalBrainDamage,
    breast_cancer,
    diabetes,
    divide,
    housing,
    network_error,
    plotting,
    prune,
    standardize,
    train_backpropagation,
)

from .ledger import mean, result
from .study import save

TITLE = "Early Brain Damage: half of the weights removed at early stopping"
SEEDS, FULL = 300, 2000
FIRST_SEED = 1000  # settings were chosen on seeds 0 to 299
PAPER, ITEM, AVERAGED = "tresp1997", "table 1", 5
# The data, sizes of the training, validation and test part, hidden units.
PROBLEMS = {
    "Breast Cancer": (breast_cancer, (233, 233, 233), 10),
    "Diabetes": (diabetes, (256, 256, 256), 5),
    "Boston Housing": (housing, (168, 169, 169), 3),
}
METHODS = {"OBD": lambda: OptimalBrainDamage("gauss-newton"), "ESP": ESP, "EBD": EBD, "EBS": lambda: EBS(1e-2)}
# Learning rate, and how many epochs without a better one end the training.
SETTINGS = {"first rise": (0.002, 1), "three epochs": (0.01, 3)}
HEADLINE, EPOCHS = "first rise", 2000


def tasks(seeds):
    """One task a setting, problem and division."""
    kinds = [{"setting": setting, "problem": problem} for setting in SETTINGS for problem in PROBLEMS]
    return [{**kind, "seed": FIRST_SEED + seed} for kind in kinds for seed in range(seeds)]


def division(problem, seed):
    """Training, validation and test part of a problem, scaled by the training part."""
    load, sizes, _ = PROBLEMS[problem]
    parts = divide(load(), sizes, seed)
    (X, T), scale_targets = parts[0], load is housing
    return [(standardize(x, X), standardize(t, T) if scale_targets else t) for x, t in parts]


def trainer(setting, seed, validation, curves=None, test=None):
    """A function (net, X, T) that trains until the validation error rises; its Curve is appended to `curves`."""
    rate, patience = SETTINGS[setting]
    stop = {"validation": validation, "patience": patience, "test": test}

    def train(net, X, T):
        curve = train_backpropagation(net, X, T, rate, epochs=EPOCHS, seed=seed, **stop)
        if curves is not None:
            curves.append(curve)

    return train


def measure(setting, problem, seed):
    """Mean squared test errors: of the stopped network, and of the pruned and retrained one for each method."""
    (X, T), validation, test = division(problem, seed)
    net, train = unpruned(problem, seed), trainer(setting, seed, validation)
    train(net, X, T)
    errors = {"stopped": 2 * network_error(net, *test)}
    for name, method in METHODS.items():
        half = {"at_once": net.n // 2, "down_to": net.n - net.n // 2, "keep_orphans": True}
        path = prune(net, X, T, method(), retrain=train, validation=validation, test=test, **half)
        errors[name] = 2 * path[-1].test_error
    return {"setting": setting, "problem": problem, "errors": errors}


def unpruned(problem, seed):
    """The network of a problem before training."""
    load, _, hidden = PROBLEMS[problem]
    return MLP((load().X.shape[1], hidden, 1), output="linear", seed=seed)


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
    chosen = [record for record in records if (record["setting"], record["problem"]) == (setting, problem)]
    return np.array([record["errors"][name] for record in chosen])


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
    row = mean("", "", "", "", _difference(records, *which), "")
    return f"{row.median:+.2f} ({row.q1:+.2f} to {row.q3:+.2f})"


def figures(records, folder):
    """Fig. 1, the cost along one weight of a stopped network; errors over epochs with pruning and revival marked."""
    yield save(cost_of_one_weight(), folder / "tresp1997_fig1.png")
    yield save(errors_over_epochs(), folder / "tresp1997_epochs.png")


def cost_of_one_weight(problem="Breast Cancer", seed=FIRST_SEED):
    """Along the weight of a stopped net whose A and C are both large: the error, and the parabola of g and h."""
    (X, T), validation, _ = division(problem, seed)
    net, method = unpruned(problem, seed), EBD()
    trainer(HEADLINE, seed, validation)(net, X, T)
    method.look(net, Cost(X, T))
    parts = method.parts(net)
    q = int(np.argmax(np.minimum(parts[0], parts[2])))
    (A, B, C), w = parts[:, q], net.weights[q]
    optimum = w * (1 + B / (2 * A))  # w - g / h
    values = np.linspace(min(0, w, optimum) - 0.2 * abs(w), max(0, w, optimum) + 0.2 * abs(w), 201)
    moved, actual = net.copy(), []
    for value in values:
        moved.weights[q] = value
        actual.append(network_error(moved, X, T))
    x = values / w - 1  # the change, in units of the weight
    parabola = network_error(net, X, T) - B * x + A * x**2
    curves = {"error E": actual, "parabola from g and h": parabola}
    marks = {
        f"A + B + C = {A + B + C:.2g}: deleted": 0.0,
        f"C = {C:.2g}: as it is": w,
        "w - g / h": optimum,
    }
    label = f"weight {net.weight_names()[q]}"
    return plotting.plot_curves(values, curves, label, "training error E", marks=marks)


def errors_over_epochs(problem="Diabetes", seed=FIRST_SEED, revive=3):
    """Validation and test error of one division while it is trained, pruned by EBD, and some weights come back."""
    (X, T), validation, test = division(problem, seed)
    curves, net = [], unpruned(problem, seed)
    train = trainer("three epochs", seed, validation, curves, test)
    train(net, X, T)
    sixth = {"at_once": net.n // 6, "revive": revive, "down_to": net.n // 3}
    path = prune(net, X, T, EBD(), validation=validation, test=test, retrain=train, **sixth)
    parts = ("validation", "test")
    errors = {name: 2 * np.concatenate([getattr(curve, f"{name}_error") for curve in curves]) for name in parts}
    ends, marks = np.cumsum([len(curve.epoch) for curve in curves]), {}
    for number, (step, end) in enumerate(zip(path[1:], ends, strict=False), 1):
        marks[f"{number}: {len(step.deleted)} go, {len(step.revived)} come back"] = end
    ax = plotting.plot_curves(np.arange(ends[-1]), errors, "epochs", "mean squared error", marks=marks)
    least = errors["test"].min()
    ax.set_ylim(0.95 * least, 1.5 * least)  # the first epochs are far above
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=14)
    return ax
