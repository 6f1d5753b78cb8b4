"""Pedersen & Hansen (1995), figs. 3 and 4: a recurrent network of the sunspots, pruned by OBS and chosen by FPE.

Open in the paper as we have it: the weight decay, the scale of the series, and whether a net is retrained between
deletions. Here: 4-4-1 nets with decays of 2e-4 and 4e-4, and with the mean taken off the series; ten Gauss-Newton steps
after every deletion. Beside them a feedforward 12-8-1 net, the size of Weigend et al. (1990), pruned in the same way.
"""

import numpy as np

from classicnets import (
    MLP,
    OptimalBrainSurgeonWithDecay,
    RecurrentNetwork,
    final_prediction_error,
    impulse_response,
    plotting,
    prune,
    sunspots,
    train_gauss_newton,
)

from .drawing import by_weights, plot_quartiles, save
from .records import digits, keep, rebuild, where
from .statistics import estimate, result
from .sunspot_nets import NORMALISER, PERIODS, inputs_left, periods, squared_errors
from .sunspot_rows import BLOCK, STEPS, errors, least_elsewhere, median_over_years, over_starts, over_years

TITLE = "sunspot networks pruned by OBS, chosen by FPE"
SEEDS, FULL, RECORDED = 100, 400, 100
FIRST_SEED = 100  # settings were chosen on earlier ones
# Kind, sizes, decay, and whether the mean is taken off the series.
NETS = {
    "4-4-1, decay 2e-4": (RecurrentNetwork, (4, 4, 1), 2e-4, False),
    "4-4-1, decay 4e-4": (RecurrentNetwork, (4, 4, 1), 4e-4, False),
    "4-4-1, decay 4e-4, centred": (RecurrentNetwork, (4, 4, 1), 4e-4, True),
    "12-8-1": (MLP, (12, 8, 1), 1e-4, False),
}
HEADLINE = "4-4-1, decay 4e-4, centred"
RUGGED = "4-4-1, decay 2e-4"  # its starts end in many minima, and some in none
ALPHA, ITERATIONS, LESS_DECAY = 1e-8, 10, 0.1


def tasks(seeds):
    """One task a kind of network and seed; a fifth of them where all starts meet in one minimum."""
    numbers = {name: seeds if name == RUGGED else 1 + seeds // 5 for name in NETS}
    return [{"name": name, "seed": FIRST_SEED + seed} for name in NETS for seed in range(numbers[name])]


def start(name, seed):
    """A network that is not trained, and its `periods`."""
    kind, sizes, _, centred = NETS[name]
    net = kind(sizes, output="linear", seed=seed)
    return net, periods(net, centred)


def pruned(net, pairs, decay):
    """The network trained and pruned: its path. The validation set is 1921-55, but nothing is chosen by it."""
    train_gauss_newton(net, *pairs["train"], iterations=300, weight_decay=decay)

    def retrain(net, X, T):
        train_gauss_newton(net, X, T, iterations=ITERATIONS, weight_decay=decay)

    surgeon = OptimalBrainSurgeonWithDecay(ALPHA)
    return prune(net, *pairs["train"], surgeon, weight_decay=decay, retrain=retrain, validation=pairs["1921-55"])


def expected(path, pairs):
    """Of every network of the path the final prediction error, as arv."""
    return [2 * final_prediction_error(path.network(i), *pairs["train"]) / NORMALISER for i in range(len(path))]


def measure(name, seed):
    """The path's curves; of the net of least FPE its size and inputs, and the same trained on with less decay.

    Of these, of the full net and of the path's least error on 1921-55, found in other years: the squared errors.
    """
    net, pairs = start(name, seed)
    path = pruned(net, pairs, NETS[name][2])
    fpe, nets = expected(path, pairs), [path.network(i) for i in range(len(path))]
    net = nets[int(np.argmin(fpe))]
    curves = {key: (2 * path.curve(f"{key}_error") / NORMALISER).tolist() for key in ("train", "validation")}
    record = {
        "name": name,
        "weights": net.n_active,
        "inputs": inputs_left(net),
        "curves": curves | {"FPE": fpe, "n_active": path.curve("n_active").tolist()},
    }
    compared = {"full": nets[0], "chosen": net}
    if net.remembers:
        compared["again"] = trained_on(net, pairs, NETS[name][2])
        record |= {"network": keep(net), "predicted": digits(predictions(net, pairs))}
        record |= {"best by inputs": _best_by_inputs(nets, fpe, pairs)}
        record |= {"response": impulse_response(compared["again"], STEPS).tolist()}
    record["errors"] = {which: squared_errors(each, pairs) for which, each in compared.items()}
    tested = np.array([squared_errors(each, pairs)["1921-55"] for each in nets])
    record["errors"]["least elsewhere"] = {"1921-55": least_elsewhere(tested).tolist()}
    return record


def trained_on(net, pairs, decay):
    """The network, trained on with less decay."""
    again = net.copy()
    train_gauss_newton(again, *pairs["train"], iterations=300, weight_decay=LESS_DECAY * decay)
    return again


def predictions(net, pairs):
    """Of a net that remembers: one step ahead, all years up to the last from the first that it can predict."""
    X, T = pairs["1956-79"]
    return net.forward(X)[:, 0] + sunspots().series[-1] - T[-1, 0]  # and the mean that was taken off


def _best_by_inputs(nets, fpe, pairs):
    """For each number of inputs left the net of least FPE: its weights, and its squared error of each training year."""
    best = {str(inputs_left(nets[i])): nets[i] for i in reversed(np.argsort(fpe))}  # the least comes last, and stays
    return {k: {"weights": net.n_active, "errors": squared_errors(net, pairs)["train"]} for k, net in best.items()}


def rows(records):
    """What is left in the networks of least FPE, their errors, and fig. 4; the feedforward net beside Weigend's."""
    made = []
    for name, (kind, _, decay, _) in NETS.items():
        chosen, paper = where(records, name=name), "pedersen1995" if kind is RecurrentNetwork else "weigend1990"
        settings = f"decay {decay:g}, OBS with decay, {ITERATIONS} Gauss-Newton steps a deletion, least FPE"
        for (item, what), values in over_starts(chosen).items():
            made.append(result(paper, item, name, what, values, settings, True))
        settings += f"; interval: other years, in blocks of {BLOCK}, and other starts than these {len(chosen)}"
        for (item, what), (squared, value) in over_years(chosen).items():
            numbers = median_over_years(squared, value)
            made.append(estimate(paper, item, name, what, numbers, squared.shape[2], settings))
    return made


def notes(records):
    """How many inputs are left, and the errors of the full nets."""
    for name in NETS:
        chosen = where(records, name=name)
        full = [np.median(errors(chosen, period, "full").mean(axis=2)) / NORMALISER for period in PERIODS]
        inputs = _counts([record["inputs"] for record in chosen])
        yield f"{name}: full nets have arv {', '.join(f'{arv:.3g}' for arv in full)}; inputs left: {inputs}"


def _counts(values):
    numbers, times = np.unique(values, return_counts=True)
    return ", ".join(f"{n} in {k}" for n, k in zip(numbers, times, strict=True))


def figures(records, folder):
    """Fig. 3 over all starts, the first pruned net, its predictions, fig. 4."""
    chosen = where(records, name=HEADLINE)
    yield save(_curves(chosen), folder / "pedersen1995_fig3.png")
    net = rebuild(RecurrentNetwork(NETS[HEADLINE][1]), chosen[0]["network"])
    lags = [f"x(t-{lag})" for lag in range(1, net.sizes[0] + 1)]
    yield save(plotting.draw_network(net, input_names=lags), folder / "pedersen1995_net.png")

    data = sunspots()
    predicted = np.full(len(data.series), np.nan)
    predicted[net.sizes[0] :] = chosen[0]["predicted"]
    late = data.years >= 1900
    curves = {"measured": data.series[late], f"{net.n_active} weights, one step ahead": predicted[late]}
    ax = plotting.plot_curves(data.years[late], curves, "year", "sunspot number / 191.2", reference="measured",
                              marks={"training ends": 1920.5})  # fmt: skip
    yield save(ax, folder / "pedersen1995_prediction.png")

    responses = np.array([record["response"] for record in chosen])
    ax = plotting.plot_curves(np.arange(1, STEPS + 1), {"median over the starts": np.median(responses, axis=0)},
                              "steps after a unit impulse", "change of the output", stems=True)  # fmt: skip
    yield save(ax, folder / "pedersen1995_fig4.png")


def _curves(chosen):
    """Train and test error and FPE against the remaining weights: medians and quartiles over the starts."""
    numbers = np.arange(46, 1, -1)
    names = {"train": "train (to 1920)", "validation": "test (1921-55)", "FPE": "FPE"}
    curves = [record["curves"] for record in chosen]
    values = {name: by_weights(curves, key, numbers) for key, name in names.items()}
    return plot_quartiles(numbers, values, "remaining weights", "error (arv)", log=True)
