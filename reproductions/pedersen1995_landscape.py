"""Pedersen & Hansen (1995), figs. 1 and 2: how weight decay irons the cost function of a recurrent network.

Open in the paper as we have it: the two decays, and the extent of the slices. Here: 4-4-1 nets on the sunspots, decays
of 1e-6 and 4e-4 in E + 1/2 decay |w|^2, slices through the trained net of 4 to each side.
"""

import numpy as np

from classicnets import RecurrentNetwork, hessian, network_error, plotting, train_gauss_newton

from .ledger import result, share
from .study import save
from .sunspot_nets import periods

TITLE = "weight decay irons the cost of a recurrent network"
SEEDS, FULL = 10, 100
FIRST_SEED = 100  # settings were chosen on earlier ones
SIZES = (4, 4, 1)
DECAYS = {"small decay": 1e-6, "larger decay": 4e-4}
REACH, POINTS = 4.0, 201
LOOKS, ITERATIONS = 20, 10  # the ratio is looked at after every ten Gauss-Newton steps


def tasks(seeds):
    """One task a decay and seed."""
    return [{"decay": name, "seed": FIRST_SEED + seed} for seed in range(seeds) for name in DECAYS]


def measure(decay, seed):
    """Of one training: the ratio of fig. 2 along the way, and minima per slice of the cost of the trained net."""
    net, decay = RecurrentNetwork(SIZES, seed=seed), DECAYS[decay]
    X, T = periods(net)["train"]
    ratios = [eigenvalue_ratio(net, X, T, decay)]
    for _ in range(LOOKS):
        train_gauss_newton(net, X, T, iterations=ITERATIONS, weight_decay=decay)
        ratios.append(eigenvalue_ratio(net, X, T, decay))
    minima = [count_minima(cost_slice(net, q, decay)[1]) for q in hidden_to_hidden(net)]
    return {"seed": seed, "decay": decay, "ratios": ratios, "minima": float(np.mean(minima))}


def eigenvalue_ratio(net, X, T, decay):
    """The largest eigenvalue of the second-derivative term over that of the whole Hessian, in size."""
    H = hessian(net, X, T, "exact", weight_decay=decay)
    second = H - hessian(net, X, T, "gauss-newton", weight_decay=decay)
    return float(np.linalg.norm(second, 2) / np.linalg.norm(H, 2))


def hidden_to_hidden(net):
    """The indices of the weights from hidden units to hidden units."""
    hidden = net.sizes[1]
    return net.places[:hidden, :hidden].ravel()


def cost_slice(net, q, decay):
    """Values of weight q (POINTS,) around the trained one, and the cost there, infinite where the net diverges."""
    X, T = periods(net)["train"]
    moved, values = net.copy(), net.weights[q] + np.linspace(-REACH, REACH, POINTS)
    cost = np.empty(POINTS)
    for i, value in enumerate(values):
        moved.weights[q] = value
        cost[i] = network_error(moved, X, T, weight_decay=decay)
    return values, cost


def count_minima(cost):
    """The local minima along a slice."""
    inner = cost[1:-1]
    return int(np.count_nonzero((inner < cost[:-2]) & (inner < cost[2:])))


def rows(records):
    """Minima per slice and final ratio for both decays, and whether the larger decay lowers them."""
    made, values = [], {}
    for name, decay in DECAYS.items():
        chosen = [record for record in records if record["decay"] == decay]
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
        largest = [max(record["ratios"][1:]) for record in records if record["decay"] == decay]
        yield f"{name}: the largest eigenvalue ratio after the first ten steps is {np.median(largest):.2g} (median)"


def figures(records, folder):
    """Fig. 1 for the first net, on its most rugged slice; fig. 2 as medians and quartiles over all trainings."""
    nets = {name: RecurrentNetwork(SIZES, seed=FIRST_SEED) for name in DECAYS}
    for name, net in nets.items():
        steps = LOOKS * ITERATIONS
        train_gauss_newton(net, *periods(net)["train"], iterations=steps, weight_decay=DECAYS[name])
    slices = {name: [cost_slice(net, q, DECAYS[name]) for q in hidden_to_hidden(net)] for name, net in nets.items()}
    worst = int(np.argmax([count_minima(cost) for _, cost in slices["small decay"]]))
    moves = np.linspace(-REACH, REACH, POINTS)
    weight = nets["small decay"].weight_names()[hidden_to_hidden(nets["small decay"])[worst]]
    curves = {f"{name} ({DECAYS[name]:g})": slices[name][worst][1] for name in DECAYS}
    label = f"weight {weight}, distance from its trained value"
    ax = plotting.plot_curves(moves, curves, label, "cost E + ½ decay |w|²", log=True)
    yield save(ax, folder / "pedersen1995_fig1.png")

    quartiles, bands = {}, {}
    for name, decay in DECAYS.items():
        ratios = np.array([record["ratios"] for record in records if record["decay"] == decay])
        low, quartiles[name], high = np.percentile(ratios, [25, 50, 75], axis=0)
        bands[name] = low, high
    steps = np.arange(LOOKS + 1) * ITERATIONS
    label = "largest eigenvalue, second-derivative\nterm / whole Hessian"
    ax = plotting.plot_curves(steps, quartiles, "Gauss-Newton steps", label, bands=bands)
    yield save(ax, folder / "pedersen1995_fig2.png")
