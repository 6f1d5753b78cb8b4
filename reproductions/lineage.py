"""From eq. 5 to GPTQ: what became of the Surgeon's two questions, and what each answer is worth on one network.

How salient is a weight, and how do the others answer when it goes? Eq. 5 of Hassibi & Stork (1993) answers both with
the inverse of a matrix. Its heirs keep the equation and take another matrix:

    OBD, 1990           the diagonal of H                            nobody answers
    OBS, 1993           H of the whole network, Gauss-Newton         all weights answer
    L-OBS, 2017         Psi of a layer, its first inverse always     the weights of its unit answer
    WoodFisher, 2020    gradients in place of output derivatives     all weights answer
    OBC, 2022           Psi of a layer, an inverse for each unit     the weights of its unit answer
    SparseGPT, 2023     Psi of a layer, an inverse for all units     of these the columns behind it

A weight that is rounded goes to its level as one that is deleted goes to zero: OBC takes first what costs least, GPTQ
one column after another. Last of all GPTQ's order with eq. 5 as it was, H of the network.

The networks are the digits 64-16-10 of the grand comparison; nothing is retrained. Half, or three quarters, of the
weights go by one look; with "many looks" a tenth of those left at each. "Layer by layer" is the same share of each.
"""

from time import process_time

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullFormatter

from classicnets import accuracy, gradient, hessian_vector_product, network_error
from classicnets.plotting.style import BLACK, BLUE, FAINT, SERIES, SMALL, VERMILLION, slide
from classicnets.quantization import damage, round_to_half

from .drawing import save
from .lineage_heirs import ANSWERS, COST, PRUNED, ROUNDED
from .practical_nets import trained
from .statistics import estimate, mean_interval, result

TITLE = "from eq. 5 to GPTQ: one equation, other matrices"
SEEDS, FULL, RECORDED = 2, 20, 10
PAPER, ITEM = "-", "lineage"
TABLE = "digits 64-16-10"
FIRST_SEED = 1000  # settings were chosen on seeds 0 to 9
SETTINGS = "64-16-10, 1210 weights; seeds from 1000"
DELETED, BITS, HALF = (50, 75), (2, 3, 4, 8), "16-bit floats"
FEW = BITS[:3]  # with eight the rise is of the size of rounding
# Each beside one that differs in one thing.
RIVALS = {
    "OBD": ("magnitude",),
    "OBS": ("OBD",),
    "WoodFisher": ("OBS", "magnitude"),
    "OBC": ("OBS", "magnitude"),
    "L-OBS, layer by layer": ("magnitude, layer by layer",),
    "OBC, layer by layer": ("OBC", "L-OBS, layer by layer", "magnitude, layer by layer"),
    "SparseGPT, layer by layer": ("OBC, layer by layer", "magnitude, layer by layer"),
    "OBC's order": ("nearest level",),
    "GPTQ": ("OBC's order", "nearest level"),
    "GPTQ's order, H of the network": ("GPTQ",),
}
RISES = {"rise": "rise", "rise by 1/2 sum h dw^2": "diagonal", "rise by slope and H": "second order"}


def tasks(seeds):
    """One for each seed."""
    return [{"seed": FIRST_SEED + seed} for seed in range(seeds)]


def measure(seed):
    """One network, pruned and rounded by each; and what second derivatives say of the rounding."""
    net, train, test = trained(TABLE, seed)
    record = {"seed": seed, "whole": _seen(net, train, test)}
    for name, deleted in _levels(PRUNED):
        begin = process_time()
        smaller = PRUNED[name](net, train, 1 - deleted / 100)
        seconds = round(process_time() - begin, 3)
        record[f"{name}, {deleted} %"] = _seen(smaller, train, test) | {"seconds": seconds}
    for name, bits in _levels(ROUNDED):
        record[f"{name}, {bits} bits"] = _rounding(net, ROUNDED[name](net, train, bits), train, test)
    return record | {HALF: _rounding(net, round_to_half(net), train, test)}


def _levels(heirs):
    """Each of them with each share, or number of bits."""
    return [(name, level) for name in heirs for level in (DELETED if heirs is PRUNED else BITS)]


def _seen(net, train, test):
    """Training error, without the decay, and test patterns right."""
    return {"error": network_error(net, *train, COST["error"]), "test %": 100 * accuracy(net, *test)}


def _rounding(net, rounded, train, test):
    """The same of a rounded network, and the rise of its cost: as it is, by the diagonal, by the slope and all of H."""
    found, dw = damage(net, rounded, *train, **COST), rounded.weights - net.weights
    whole = gradient(net, *train, **COST) @ dw + dw @ hessian_vector_product(net, *train, dw, **COST) / 2
    rises = {"rise": found.actual, "diagonal": found.predicted, "second order": float(whole)}
    return _seen(rounded, train, test) | rises


def rows(records):
    """Test accuracy and training error of all; of rounding what was predicted and what came; each beside its rivals."""
    yield from _of(records, "whole", "nothing deleted", "")
    for name, deleted in _levels(PRUNED):
        yield from _of(records, f"{name}, {deleted} %", name, f", {deleted} % deleted")
        seconds = [record[f"{name}, {deleted} %"]["seconds"] for record in records]
        yield result(PAPER, ITEM, name, f"seconds, {deleted} % deleted", seconds, "of a core, on a busy machine", True)
    for key in [*(f"{name}, {bits} bits" for name, bits in _levels(ROUNDED)), HALF]:
        yield from _of(records, key, key, "")
        for quantity, part in RISES.items():
            values = [1000 * record[key][part] for record in records]
            yield result(PAPER, ITEM, key, f"{quantity}, thousandths", values, SETTINGS, True)
    for heirs in (PRUNED, ROUNDED):
        for name, level in _levels(heirs):
            yield from _beside(records, name, f"{level} %" if heirs is PRUNED else f"{level} bits")


def _of(records, key, row, where):
    """Medians of a key of the records."""
    right, errors = ([record[key][part] for record in records] for part in ("test %", "error"))
    yield result(PAPER, ITEM, row, f"test accuracy %{where}", right, SETTINGS)
    yield result(PAPER, ITEM, row, f"training error, thousandths{where}", 1000 * np.array(errors), SETTINGS, True)


def _beside(records, name, level):
    """How many times the training error of each rival: the geometric mean over the seeds and its 95 % interval."""
    for rival in RIVALS.get(name, ()):
        logs = [
            np.log(record[f"{name}, {level}"]["error"] / record[f"{rival}, {level}"]["error"]) for record in records
        ]
        numbers = np.exp(np.minimum(mean_interval(logs), 99.0))  # of a single seed the interval is infinite
        quantity = f"training error, times that of {rival}, {level}"
        yield estimate(PAPER, ITEM, name, quantity, numbers, len(records), SETTINGS + "; geometric mean")


def notes(records):
    """A line an heir: test patterns right with half and three quarters of the weights gone, and of few bits."""
    for heirs, sign in ((PRUNED, "%"), (ROUNDED, "bits")):
        for name in heirs:
            levels = [level for each, level in _levels(heirs) if each == name]
            right = [np.median([record[f"{name}, {level} {sign}"]["test %"] for record in records]) for level in levels]
            says = ", ".join(f"{level} {sign}: {each:.1f}" for level, each in zip(levels, right, strict=True))
            yield f"{name}: test patterns right, %, at {says}"


def figures(records, folder):
    """Left the training error that each heir leaves, right the rise by rounding as it is and as the diagonal has it."""
    yield save(_drawn(records), folder / "lineage.png")


@slide
def _drawn(records):
    _, (left, right) = plt.subplots(1, 2, figsize=(16, 6), width_ratios=(1.1, 1))
    _draw_pruned(left, records)
    _draw_rounded(right, records)
    return left


def _draw_pruned(ax, records):
    """Medians between the quartiles: an heir a line, the eldest on top, with its answers to the two questions."""
    whole = np.median([record["whole"]["error"] for record in records])
    ax.axvline(whole, color=BLACK, linestyle=":", label="nothing deleted")
    for deleted, color, marker in ((50, BLUE, "o"), (75, VERMILLION, "s")):
        errors = [[record[f"{name}, {deleted} %"]["error"] for record in records] for name in PRUNED]
        low, middle, high = np.percentile(errors, [25, 50, 75], axis=1)
        ax.hlines(range(len(PRUNED)), low, high, color=color, linewidth=4, alpha=0.4)
        ax.plot(middle, range(len(PRUNED)), marker, color=color, markersize=9, label=f"{deleted} % deleted")
    ax.set_yticks(range(len(PRUNED)), map(_labelled, PRUNED))
    ax.set(xscale="log", xlabel="training error (cross entropy), not retrained")
    ax.grid(axis="y", color=FAINT)
    ax.invert_yaxis()
    ax.set_title("heir (matrix; who answers)", loc="right", x=-0.02, fontsize=SMALL)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 0.99), ncols=3, columnspacing=1)


def _labelled(name):
    matrix, who = ANSWERS[name.split(",")[0]]
    return f"{name} ({matrix}; {who})"


def _draw_rounded(ax, records):
    """Full what rounding to few bits adds to the cost, hollow what 1/2 sum h dw^2 predicts."""
    for (number, name), look in zip(enumerate(ROUNDED), SERIES, strict=False):
        x = np.arange(len(FEW)) + 0.12 * (number - 1.5)
        each = [[record[f"{name}, {bits} bits"] for record in records] for bits in FEW]
        rise, told = (np.array([np.median([r[part] for r in one]) for one in each]) for part in ("rise", "diagonal"))
        ax.plot(x, np.where(rise > 0, rise, np.nan), label=name, markersize=8, **look)  # a gap where the cost falls
        ax.plot(x, told, look["marker"], color=look["color"], markersize=11, fillstyle="none")
    ax.plot([], [], "o", color=BLACK, markersize=11, fillstyle="none", label="predicted: 1/2 sum h dw$^2$")
    ax.set_xticks(range(len(FEW)), [f"{bits} bits" for bits in FEW])
    ax.set(yscale="log", ylabel="rise of the cost by rounding")
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.legend()
