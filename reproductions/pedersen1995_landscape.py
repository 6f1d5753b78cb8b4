"""Pedersen & Hansen (1995), figs. 1 and 2: how weight decay irons the cost function of a recurrent network.

Open in the paper as we have it: the two decays, and the extent of the slices. Here: 4-4-1 nets on the sunspots, decays
of 1e-6 and 4e-4 in E + 1/2 decay |w|^2, slices through the trained net of 4 to each side.
"""

import numpy as np

from classicnets import RecurrentNetwork, hessian, plotting, train_gauss_newton

from .drawing import plot_quartiles, save
from .records import digits, where
from .slices import error_along
from .statistics import result, share
from .sunspot_nets import periods

TITLE = "weight decay irons the cost of a recurrent network"
SEEDS, FULL, RECORDED = 10, 100, 10
FIRST_SEED = 100  # settings were chosen on earlier ones
SIZES = (4, 4, 1)
DECAYS = {"small decay": 1e-6, "larger decay": 4e-4}
MOVES = np.linspace(-4, 4, 201)  # along a slice
LOOKS, ITERATIONS = 20, 10  # the ratio is looked at after every ten Gauss-Newton steps


def tasks(seeds):
    """One task a decay and seed."""
    return [{"decay": name, "seed": FIRST_SEED + seed} for seed in range(seeds) for name in DECAYS]


def measure(decay, seed):
    """Of one training: the ratio of fig. 2 along the way, and minima per slice of the cost of the trained net.

    Of the first net its slices too.
    """
    net, decay = RecurrentNetwork(SIZES, seed=seed), DECAYS[decay]
    X, T = periods(net)["train"]
    ratios = [eigenvalue_ratio(net, X, T, decay)]
    for _ in range(LOOKS):
        train_gauss_newton(net, X, T, iterations=ITERATIONS, weight_decay=decay)
        ratios.append(eigenvalue_ratio(net, X, T, decay))
    slices = [error_along(net, q, net.weights[q] + MOVES, X, T, decay) for q in hidden_to_hidden(net)]
    minima = float(np.mean([count_minima(cost) for cost in slices]))
    record = {"seed": seed, "decay": decay, "ratios": ratios, "minima": minima}
    return record | ({"slices": [digits(cost) for cost in slices]} if seed == FIRST_SEED else {})


def eigenvalue_ratio(net, X, T, decay):
    """The largest eigenvalue of the second-derivative term over that of the whole Hessian, in size."""
    H = hessian(net, X, T, "exact", weight_decay=decay)
    second = H - hessian(net, X, T, "gauss-newton", weight_decay=decay)
    return float(np.linalg.norm(second, 2) / np.linalg.norm(H, 2))


def hidden_to_hidden(net):
    """The indices of the weights from hidden units to hidden units."""
    hidden = net.sizes[1]
    return net.places[:hidden, :hidden].ravel()


def count_minima(cost):
    """The local minima along a slice."""
    inner = cost[1:-1]
    return int(np.count_nonzero((inner < cost[:-2]) & (inner < cost[2:])))


def rows(records):
    """Minima per slice and final ratio for both decays, and whether the larger decay lowers them."""
    made, values = [], {}
    for name, decay in DECAYS.items():
        chosen = where(records, decay=decay)
        values[name] = np.array([[record["minima"], record["ratios"][-1]] for record in chosen])
        settings = f"4-4-1, decay {decay:g}, {LOOKS * ITERATIONS} Gauss-Newton steps"
        quantities = [("fig. 1", "minima per slice"), ("fig. 2", "eigenvalue ratio")]
        for (item, quantity), numbers in zip(quantities, values[name].T, strict=True):
            made.append(result("pedersen1995", item, name, quantity, numbers, settings, True))
    lower = values["larger decay"] < values["small decay"]
    for item, quantity, column in [
        ("fig. 1", "starts with fewer minima per slice %", 0),
        ("fig. 2", "starts with a smaller eigenvalue ratio %", 1),
    ]:
        made.append(share("pedersen1995", item, "larger decay", quantity, 100.0 * lower[:, column], "the same starts"))
    return made


def notes(records):
    """The largest ratio on the way, for both decays."""
    for name, decay in DECAYS.items():
        largest = [max(record["ratios"][1:]) for record in where(records, decay=decay)]
        yield f"{name}: the largest eigenvalue ratio after the first ten steps is {np.median(largest):.2g} (median)"


def figures(records, folder):
    """Fig. 1 for the first net, on its most rugged slice; fig. 2 as medians and quartiles over all trainings."""
    slices = {
        name: np.array(where(records, seed=FIRST_SEED, decay=decay)[0]["slices"]) for name, decay in DECAYS.items()
    }
    worst, net = int(np.argmax([count_minima(cost) for cost in slices["small decay"]])), RecurrentNetwork(SIZES)
    weight = net.weight_names()[hidden_to_hidden(net)[worst]]
    curves = {f"{name} ({DECAYS[name]:g})": slices[name][worst] for name in DECAYS}
    label = f"weight {weight}, distance from its trained value"
    ax = plotting.plot_curves(MOVES, curves, label, "cost E + ½ decay |w|²", log=True)
    yield save(ax, folder / "pedersen1995_fig1.png")

    ratios = {name: [record["ratios"] for record in where(records, decay=decay)] for name, decay in DECAYS.items()}
    steps = np.arange(LOOKS + 1) * ITERATIONS
    label = "largest eigenvalue, second-derivative\nterm / whole Hessian"
    ax = plot_quartiles(steps, ratios, "Gauss-Newton steps", label)
    yield save(ax, folder / "pedersen1995_fig2.png")
