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
from .statistics import result
from .sunspot_nets import NORMALISER, PERIODS, arv, inputs_left, periods

TITLE = "sunspot networks pruned by OBS, chosen by FPE"
SEEDS, FULL, RECORDED = 50, 200, 50
FIRST_SEED = 100  # settings were chosen on earlier ones
# Kind, sizes, decay, and whether the mean is taken off the series.
NETS = {
    "4-4-1, decay 2e-4": (RecurrentNetwork, (4, 4, 1), 2e-4, False),
    "4-4-1, decay 4e-4": (RecurrentNetwork, (4, 4, 1), 4e-4, False),
    "4-4-1, decay 4e-4, centred": (RecurrentNetwork, (4, 4, 1), 4e-4, True),
    "12-8-1": (MLP, (12, 8, 1), 1e-4, False),
}
HEADLINE = "4-4-1, decay 4e-4, centred"
ALPHA, ITERATIONS, LESS_DECAY = 1e-8, 10, 0.1
STEPS, SILENT = 30, 0.02  # of an impulse response; it has ended when it stays within 2 % of its largest value


def tasks(seeds):
    """One task a kind of network and seed; a fifth for the feedforward net, whose starts all meet in one minimum."""
    numbers = {name: seeds if kind is RecurrentNetwork else 1 + seeds // 5 for name, (kind, *_) in NETS.items()}
    return [{"name": name, "seed": FIRST_SEED + seed} for name in NETS for seed in range(numbers[name])]


def pruned(name, seed):
    """A network trained and pruned: its `periods`, and its path.

    The path is measured on 1921-55 (as validation, but nothing is chosen by it) and on 1956-79 as test.
    """
    kind, sizes, decay, centred = NETS[name]
    net = kind(sizes, output="linear", seed=seed)
    pairs = periods(net, centred)
    train_gauss_newton(net, *pairs["train"], iterations=300, weight_decay=decay)

    def retrain(net, X, T):
        train_gauss_newton(net, X, T, iterations=ITERATIONS, weight_decay=decay)

    surgeon = OptimalBrainSurgeonWithDecay(ALPHA)
    others = {"validation": pairs["1921-55"], "test": pairs["1956-79"]}
    return pairs, prune(net, *pairs["train"], surgeon, weight_decay=decay, retrain=retrain, **others)


def measure(name, seed):
    """The path's curves, and the net of least FPE: its size, inputs and errors, then trained on with less decay."""
    pairs, path = pruned(name, seed)
    nets = [path.network(i) for i in range(len(path))]
    fpe = [2 * final_prediction_error(net, *pairs["train"]) / NORMALISER for net in nets]
    net = nets[int(np.argmin(fpe))]
    record = {
        "name": name,
        "full": arv(nets[0], pairs),
        "weights": net.n_active,
        "inputs": inputs_left(net),
        "arv": arv(net, pairs),
        "best FPE by inputs": _least(fpe, [inputs_left(net) for net in nets]),
        "curves": {key: (2 * path.curve(f"{key}_error") / NORMALISER).tolist() for key in ("train", "validation")},
    }
    record["curves"] |= {"FPE": fpe, "n_active": path.curve("n_active").tolist()}
    if net.remembers:
        record |= {"network": keep(net), "predicted": digits(predictions(net, pairs))}
        train_gauss_newton(net, *pairs["train"], iterations=300, weight_decay=LESS_DECAY * NETS[name][2])
        record |= {"again": arv(net, pairs), "response": impulse_response(net, STEPS).tolist()}
    return record


def predictions(net, pairs):
    """Of a net that remembers: one step ahead, all years up to the last from the first that it can predict."""
    X, T = pairs["1956-79"]
    return net.forward(X)[:, 0] + sunspots().series[-1] - T[-1, 0]  # and the mean that was taken off


def _least(values, groups):
    """The least value of each group, by the group's name as text."""
    return {str(group): min(v for v, g in zip(values, groups, strict=True) if g == group) for group in set(groups)}


def response_length(response):
    """The steps until an impulse response stays within SILENT of its largest value."""
    size = np.abs(response)
    return int(np.flatnonzero(size >= SILENT * size.max())[-1]) + 1


def rows(records):
    """What is left in the networks of least FPE, their errors, and fig. 4; the feedforward net beside Weigend's."""
    made = []
    for name, (kind, _, decay, _) in NETS.items():
        chosen = where(records, name=name)
        settings = f"decay {decay:g}, OBS with decay, {ITERATIONS} Gauss-Newton steps a deletion, least FPE"
        values = {
            ("fig. 3", "weights at least FPE"): [record["weights"] for record in chosen],
            ("fig. 3", "inputs left"): [record["inputs"] for record in chosen],
            **{("arv", period): [record["arv"][period] for record in chosen] for period in PERIODS},
        }
        if kind is RecurrentNetwork:
            for period in ("train", "1921-55"):
                change = [100 * (record["again"][period] / record["arv"][period] - 1) for record in chosen]
                values["fig. 3", f"{period}, change with less decay %"] = change
            lengths = [response_length(record["response"]) for record in chosen]
            values["fig. 4", "impulse response, steps"] = lengths
        paper = "pedersen1995" if kind is RecurrentNetwork else "weigend1990"
        made += [result(paper, item, name, what, v, settings, True) for (item, what), v in values.items()]
    return made


def notes(records):
    """How many inputs are left; what another number of them would cost in FPE; errors of the full nets."""
    for name in NETS:
        chosen = where(records, name=name)
        full = ", ".join(f"{np.median([r['full'][period] for r in chosen]):.3g}" for period in PERIODS)
        yield f"{name}: full nets have arv {full}; inputs left: {_counts([r['inputs'] for r in chosen])}"
        for inputs in range(1, 5):
            costs = [_cost(r["best FPE by inputs"], str(inputs)) for r in chosen]
            if np.isfinite(costs).any():
                yield f"  with {inputs} inputs FPE is {100 * np.nanmedian(costs):.1f} % above the least of the path"


def _counts(values):
    numbers, times = np.unique(values, return_counts=True)
    return ", ".join(f"{n} in {k}" for n, k in zip(numbers, times, strict=True))


def _cost(least, inputs):
    """How far the least FPE of a path with so many inputs lies above the least of all; NaN if there is none."""
    return least[inputs] / min(least.values()) - 1 if inputs in least else np.nan


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
