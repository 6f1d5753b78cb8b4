"""Shamrai (2025): a policy that balances a pole, one layer pruned, and how far it can steer from what it did before.

The policies 4-16-16-1 are fitted to the linear law that is best for the cart-pole at rest. One weight after another of
a single layer goes, its biases kept: by magnitude, by Optimal Brain Damage, and by a Surgeon whose answer stays within
the unit, as the theorem asks for. At each step the bound is compared with what the control really does over 1000 other
states; then how much the bound would let go, for a control that is off by 5 % of the largest, and how much can go. In
the closed loop the pruned policy is let run for 200 steps beside the whole one.
"""

import matplotlib.pyplot as plt
import numpy as np

from classicnets.plotting import plot_curves

from . import cartpole_pruned as pruning
from .cartpole_loops import EVERY, STEPS, closed_loop
from .cartpole_nets import fitted, largest_force, law, states
from .drawing import save
from .records import where
from .statistics import estimate, result, wilson

TITLE = "the bound of a pruned controller: a cart-pole"
SEEDS, FULL, RECORDED = 2, 20, 20
PAPER, THEOREM, OURS = "shamrai2025", "theorem", "cart-pole"
FIRST_SEED = 1000  # settings were chosen on seed 0
HIDDEN = ("tanh", "relu")
TESTED = 1000
LAYERS = {0: "first layer", 1: "second layer", 2: "output layer"}
METHODS = ("magnitude", "OBD", "Surgeon")
LOOPED, SHARES = 1, (50, 75)  # the layer that is pruned in the closed loop, and how much of it
AS_CAN_GO = "as much as can go"
SETTINGS = "policies 4-16-16-1 fitted to the best linear law, 1000 states, |d pi| within 5 %; seeds from 1000"


def tasks(seeds):
    """One for each kind of hidden units and seed."""
    return [{"hidden": hidden, "seed": FIRST_SEED + seed} for hidden in HIDDEN for seed in range(seeds)]


def measure(hidden, seed):
    """One policy: along each method's way through each layer what the bound says, and what the control does."""
    net, X = fitted(hidden, seed)
    Z, record = states(np.random.default_rng([seed, 1]), TESTED), {"hidden": hidden, "seed": seed}
    for layer, name in LAYERS.items():
        for method in METHODS:
            policies = pruning.pruned_policies(net, X, layer, method)
            seen = pruning.compared(net, policies, Z, layer)
            record[f"{name}, {method}"] = pruning.summary(seen)
            if seed == FIRST_SEED:
                record[f"{name}, {method}"]["curves"] = pruning.curves(seen)
            if layer == LOOPED:
                record[f"loop, {method}"] = _loops(net, policies, seen, seed)
    fit = 100 * np.abs(net.forward(Z)[:, 0] + Z @ law()[0] / largest_force()).max()
    return record | {"fit %": fit, "all layers": pruning.all_layers(net, X, Z), "attained": pruning.attained(Z)}


def _loops(net, policies, seen, seed):
    """The closed loop where shares of the layer are pruned, and where as much is as can go, but one weight at least."""
    numbers = {f"{share} %": len(policies) * share // 100 for share in SHARES}
    numbers[AS_CAN_GO] = max(1, pruning.last_within(seen["actual"]))
    return {name: closed_loop(net, policies[number - 1], seed) for name, number in numbers.items()}


def rows(records):
    """Whether the inequality holds; how far the bound is above; what may go by it, and what can; the closed loops."""
    parts = [record[f"{layer}, {method}"] for record in records for layer in LAYERS.values() for method in METHODS]
    yield _failing(THEOREM, "one layer pruned", parts)
    yield _failing(OURS, "all layers pruned by a quarter", [record["all layers"] for record in records])
    least = [1 - record["attained"] for record in records]
    yield result(PAPER, OURS, "a single layer, changed along the state", "least |d pi| / bound", least, SETTINGS)
    for hidden in HIDDEN:
        ours = where(records, hidden=hidden)
        if ours:
            off = [record["fit %"] for record in ours]
            yield result(PAPER, OURS, f"whole policy, {hidden}", "largest distance from the law %", off, SETTINGS, True)
            ratios = [record["all layers"]["bound / actual"] for record in ours]
            yield result(
                PAPER, OURS, f"all layers pruned by a quarter, {hidden}", "bound (c) / actual", ratios, SETTINGS
            )
            yield from _layers(ours, hidden)
            yield from _closed(ours, hidden)


def _failing(item, row, parts):
    """The share of states, of all policies, in which the control moves by more than the bound."""
    failing, checked = (sum(part[name] for part in parts) for name in ("violating", "checked"))
    numbers = [100 * share for share in (failing / checked, *wilson(failing / checked, checked))]
    return estimate(PAPER, item, row, "states where the inequality fails %", numbers, checked, SETTINGS)


def _layers(ours, hidden):
    for layer in LAYERS.values():
        for method in METHODS:
            parts, row = [record[f"{layer}, {method}"] for record in ours], f"{layer}, {method}, {hidden}"
            for name in parts[0]["share %"]:
                yield result(PAPER, OURS, row, f"weights {name} %", [part["share %"][name] for part in parts], SETTINGS)
            for form in "ab":
                ratios = [part["bound / actual"][form] for part in parts]
                yield result(PAPER, OURS, row, f"bound ({form}) / actual, half pruned", ratios, SETTINGS, True)


def _closed(ours, hidden):
    settings = f"{STEPS} steps from 100 states; {SETTINGS}"
    for method in METHODS:
        for name in ours[0][f"loop, {method}"]:
            loops, row = (
                [record[f"loop, {method}"][name] for record in ours],
                f"closed loop, {method}, {name}, {hidden}",
            )
            for quantity in ("upright %", "cost / whole", "bound as at rest / apart"):
                yield result(PAPER, OURS, row, quantity, [loop[quantity] for loop in loops], settings)
            powers = np.log10([loop["bound / apart"] for loop in loops])
            yield result(PAPER, OURS, row, "bound / apart, powers of ten", powers, settings, True)


def notes(records):
    """What the closed loops rest on."""
    for hidden in HIDDEN:
        loops = [
            loop
            for record in where(records, hidden=hidden)
            for method in METHODS
            for loop in record[f"loop, {method}"].values()
        ]
        if loops:
            contraction, stayed = (np.median([loop[name] for loop in loops]) for name in ("contraction", "stayed %"))
            held = sum(loop["within"] for loop in loops)
            yield f"{hidden}: contraction {contraction:.3f} a step, {stayed:.0f} % of the starts stay in the region"
            yield f"  the geometric bound holds in {held} of {len(loops)} closed loops"


def figures(records, folder):
    """Of the first seed: the control's change and its bounds over what is pruned; the closed loops beside theirs."""
    for hidden in HIDDEN:
        (first, *_) = where(records, hidden=hidden) or [None]
        if first:
            yield save(_draw_bounds(first), folder / f"shamrai2025_bounds_{hidden}.png")
            yield save(_draw_loops(first), folder / f"shamrai2025_loops_{hidden}.png")


def _draw_bounds(record):
    _, panels = plt.subplots(1, 3, figsize=(14, 4.2), layout="constrained", sharey=True)
    for ax, method in zip(panels, METHODS, strict=True):
        part = record[f"{LAYERS[LOOPED]}, {method}"]
        share = 100 * np.arange(1, len(part["curves"]["a"]) + 1) / len(part["curves"]["a"])
        names = {"actual": "largest |d pi|", "a": "bound (a)", "b": "bound (b)"}
        curves = {name: np.maximum(part["curves"][key], 1e-6) for key, name in names.items()}
        plot_curves(
            share, curves, "weights deleted, %", "|d pi|, of the largest force" * (ax is panels[0]), ax, log=True
        )
        ax.axhline(pruning.DEVIATION, color="black", linewidth=1, linestyle=":")
        shares = part["share %"]
        ax.set_title(f"{method}, {record['hidden']}: {shares['by (a)']:.0f} % by (a), {shares['can go']:.0f} % can go")
    return panels[0]


def _draw_loops(record):
    _, panels = plt.subplots(1, 3, figsize=(14, 4.2), layout="constrained", sharey=True)
    for ax, method in zip(panels, METHODS, strict=True):
        loop, steps = record[f"loop, {method}"][f"{SHARES[0]} %"], np.arange(EVERY, STEPS + 1, EVERY)
        names = {"apart": "distance", "bound": "bound", "at rest": "bound, were it as at rest"}
        curves = {name: loop["curves"][key] for key, name in names.items()}
        plot_curves(steps, curves, "steps of .02 s", "from the whole policy" * (ax is panels[0]), ax, log=True)
        ax.set_title(f"{method}, half of the second layer, {record['hidden']}")
    return panels[0]
