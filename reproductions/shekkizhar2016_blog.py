"""Shekkizhar (2016), 'Neural network compression using optimal brain damage': a blog post's claims, tried properly.

Its network, 784-50-50-50-50-10 with rectified units, loses its weights all at once, the least salient of a trained
network by each rule, and is never retrained: those of all layers together, or as many % of each layer's weights and of
each layer's biases. Beside the true magnitude and the true Optimal Brain Damage stand the rules as the post's program
has them; they are no part of the library:

- "magnitude" deletes the most negative weights first: |w| was never taken;
- "OBD" deletes by the sum of each row of the Hessian, signed, where the diagonal times w^2 / 2 was meant; layer by
  layer of that layer's own block; on 64 patterns, others for each share. After each test what was deleted is restored
  where the saliencies of the pruned network are least now, which is elsewhere, so that the damage accumulates;
- deleted in the order of its vector of weights, the image's upper rows first, is what goes where all of those sums are
  the same, such as zero, or none is a number: then its search for the largest takes the first;
- its network with dropout was trained at a tenth of the rate of the others.

The post trains by Adam (Kingma & Ba), 50,001 batches of 64 of MNIST's 55,000, from a truncated normal distribution of
deviation .02. Here are the 4000 bundled digits, backpropagation with momentum, and the house's initial weights: of .02,
plain gradient steps would stay for long where all units are the same.
"""

import matplotlib.pyplot as plt
import numpy as np

from classicnets import Cost, Magnitude, OptimalBrainDamage

from .drawing import plot_quartiles, save
from .shekkizhar2016_nets import EPOCHS, TRAINING, patterns, places, positions, restoring, right, trained, without
from .statistics import mean, result

TITLE = "a blog post of 2016 on Optimal Brain Damage: its claims, properly and as coded"
SEEDS, FULL, RECORDED = 1, 30, 30
PAPER, CODED, PROPER = "shekkizhar2016", "as coded", "tried properly"
FIRST_SEED = 1000  # settings were chosen on seed 0
DROPOUT = 0.2  # the post keeps .8 of the units
ONES, TENS = tuple(range(1, 20)), tuple(range(10, 80, 10))  # % pruned, one run of the post's program each
SHARES = (*ONES, *range(20, 100, 10), 95)
NETWORKS = {"plain": {}, "dropout": {"dropout": DROPOUT}, "dropout, a tenth of the rate": {"dropout": DROPOUT}}
METHODS = {"magnitude": Magnitude, "OBD": lambda: OptimalBrainDamage("gauss-newton")}  # exact for rectified units


def tasks(seeds):
    """One for each seed."""
    return [{"seed": FIRST_SEED + seed} for seed in range(seeds)]


def measure(seed):
    """The test patterns right of three networks: whole, and after each share is pruned by each rule."""
    train, test = patterns()
    record = {"seed": seed}
    for name, options in NETWORKS.items():
        net = trained(train, seed, TRAINING["rate"] / (10 if "tenth" in name else 1), **options)
        record[name] = {"whole": right(net, test)}
        if "tenth" not in name:
            for rule, make in METHODS.items():
                method = make()
                method.look(net, Cost(*train, TRAINING["error"]))
                for where_, parts in places(net).items():
                    curve = [right(without(net, method.saliency(net), share, parts), test) for share in SHARES]
                    record[name][f"{rule}, {where_}"] = curve
        if name != "dropout":
            record[name] |= _as_coded(net, train, test, seed)
    return record


def _as_coded(net, train, test, seed):
    """The curves of its two rules: of "OBD", over all layers, also the run in steps of ten."""
    curves = {}
    for where_, parts in places(net).items():
        curves[f'"magnitude", {where_}'] = [right(without(net, net.weights, share, parts), test) for share in ONES]
        curves[f"by position, {where_}"] = [right(without(net, positions(net), share, parts), test) for share in SHARES]
        curves[f'"OBD", {where_}'] = restoring(net, train, test, ONES, parts, seed)
    curves['"OBD", all layers, by tens'] = restoring(net, train, test, TENS, places(net)["all layers"], seed)
    return curves


def rows(records):
    """The accuracies and losses of the rules as coded, and of those that they should have been; dropout; layers."""
    settings = f"{EPOCHS} epochs of 4000 digits, rate {TRAINING['rate']}, momentum .9; seeds from {FIRST_SEED}"
    for name in NETWORKS:
        values = [record[name]["whole"] for record in records]
        yield result(
            PAPER, PROPER if name != list(NETWORKS)[2] else CODED, f"{name}, whole", "test %", values, settings
        )
    for item, name, rule, shares in _curves():
        for share in shares:
            row, values = f"{rule}, {name}, {share} % pruned", _at(records, name, rule, share)
            yield result(PAPER, item, row, "test %", values, settings)
            if item == CODED or share == REPORTED_PROPERLY[0]:
                lost = [record[name]["whole"] for record in records] - values
                yield mean(PAPER, item, row, "test % lost", lost, settings)
    for item, row, one, other in _differences():
        yield mean(PAPER, item, row, "test %, difference", _at(records, *one) - _at(records, *other), settings)


REPORTED = {
    '"magnitude", all layers': (1, 2, 5, 10), '"magnitude", layer-wise': (1, 5, 10),
    "by position, all layers": (5, 10, 15, 19, 20, 30, 50), "by position, layer-wise": (5, 10),
    '"OBD", all layers': (5, 10, 15), '"OBD", layer-wise': (5, 10), '"OBD", all layers, by tens': (20, 30, 50, 70),
}  # fmt: skip
REPORTED_PROPERLY = (1, 5, 10, 19, 50, 70, 80, 90, 95)


def _curves():
    """Of what is reported: item, network, rule, the shares pruned."""
    for name in (list(NETWORKS)[0], list(NETWORKS)[2]):
        for rule, shares in REPORTED.items():
            if name == "plain" or "OBD" in rule and "all" in rule:
                yield CODED, name, rule, shares
    for name in ("plain", "dropout"):
        for rule in METHODS:
            for where_ in ("all layers", "layer-wise"):
                yield PROPER, name, f"{rule}, {where_}", REPORTED_PROPERLY


def _differences():
    """Of what is compared: item, row, and two of (network, rule, share), the first less the second."""
    slow = list(NETWORKS)[2]
    yield CODED, "dropout at a tenth of the rate less plain, whole", (slow, None, 0), ("plain", None, 0)
    for share in (30, 50, 70):
        rule = '"OBD", all layers, by tens'
        yield (
            CODED,
            f'dropout at a tenth of the rate less plain, "OBD", {share} % pruned',
            (slow, rule, share),
            ("plain", rule, share),
        )
    yield PROPER, "dropout less plain, whole", ("dropout", None, 0), ("plain", None, 0)
    for share in REPORTED_PROPERLY[2:]:
        rule, layered = "OBD, all layers", "OBD, layer-wise"
        yield PROPER, f"dropout less plain, OBD, {share} % pruned", ("dropout", rule, share), ("plain", rule, share)
        yield (
            PROPER,
            f"all layers less layer-wise, OBD, {share} % pruned",
            ("plain", rule, share),
            ("plain", layered, share),
        )
        yield (
            PROPER,
            f"OBD less magnitude, {share} % pruned",
            ("plain", rule, share),
            ("plain", "magnitude, all layers", share),
        )


def _at(records, name, rule, share):
    """The test patterns right of each record after so many % went."""
    if rule is None:
        return np.array([record[name]["whole"] for record in records])
    shares = TENS if "tens" in rule else ONES if '"' in rule else SHARES
    return np.array([record[name][rule][shares.index(share)] for record in records])


def notes(records):
    """The median curve of each rule."""
    for name in NETWORKS:
        yield f"{name}: {np.median([record[name]['whole'] for record in records]):.1f} % of the test digits right"
        for rule in records[0][name]:
            if rule != "whole":
                shares = TENS if "tens" in rule else ONES if '"' in rule else SHARES
                at = [share for share in (1, 2, 3, 5, 10, 15, 19, 20, 30, 50, 70, 80, 90, 95) if share in shares]
                medians = [np.median(_at(records, name, rule, share)) for share in at]
                yield f"  {rule}: " + ", ".join(f"{share}: {m:.1f}" for share, m in zip(at, medians, strict=True))


def figures(records, folder):
    """The rules as the post has them beside what they should have been, and dropout at both rates."""
    _, panels = plt.subplots(1, 3, figsize=(14, 6), sharey=True, layout="constrained")
    coded = {rule: ("plain", rule) for rule in ('"magnitude", all layers', '"magnitude", layer-wise')}
    coded |= {rule: ("plain", rule) for rule in ('"OBD", all layers', '"OBD", layer-wise')}
    coded["by position, all layers"] = "plain", "by position, all layers"
    proper = {rule.replace('"', ""): ("plain", rule.replace('"', "")) for rule in coded if '"' in rule}
    dropout = {name: (name, "OBD, all layers") for name in ("plain", "dropout")}
    titles = "As coded", "What was meant", "OBD of all layers, with dropout"
    for ax, lines, shares, title in zip(panels, (coded, proper, dropout), (ONES, SHARES, SHARES), titles, strict=True):
        curves = {label: _over(records, *line, shares) for label, line in lines.items()}
        plot_quartiles(np.array([0, *shares]), curves, "pruned, %", "test digits right, %", ax=ax)
        ax.set_title(title)
        ax.label_outer()
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), frameon=False, fontsize=12)  # no corner is free
    yield save(panels[0], folder / "shekkizhar2016_blog.png")


def _over(records, name, rule, shares):
    return np.array([[record[name]["whole"], *[_at([record], name, rule, s)[0] for s in shares]] for record in records])
