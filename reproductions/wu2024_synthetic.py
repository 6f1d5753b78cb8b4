"""Wu et al. (2024), the synthetic experiments: a sparse vector found again from its products with random patterns.

The numbers are the authors' own arrays, means of 20 runs: losses as they stand before a step, distances after it. As
coded the gradient is that of the mean error and the Hessian that of the sum, so that a "Newton step" is 2/n of one and
its curve (1 - 2/n)^t; with the two on one scale the first step ends it. In the rival called OBC the inverse is worked
on in place: from the second call on the masks come from what the first has left of it, and they are chosen for the
weights before the step. Beside it is what it should be: the projection, one by one, of where the step leads to.

In the second experiment the vector is an image of MNIST; here one of those that are bundled.
"""

import matplotlib.pyplot as plt
import numpy as np

from classicnets import digits as images
from classicnets.pruning.wu2024 import iht_step, newton_step, one_by_one

from .drawing import plot_quartiles, save
from .records import digits, where
from .statistics import estimate, mean

TITLE = "iterative OBS: the synthetic experiments"
SEEDS, FULL, RECORDED = 1, 20, 20
PAPER, GAUSSIAN, IMAGES, MATCHED = "wu2024", "fig. 1, Gaussian", "fig. 1, MNIST", "scales matched"
FIRST_SEED = 1000  # nothing was chosen: all settings are the authors'
N, D, SPARSE, KEPT = 256, 128, 16, 64
STEPS = {GAUSSIAN: 750, IMAGES: 4000, MATCHED: 100}
RUNS = {GAUSSIAN: 5, IMAGES: 1}  # for each seed: the authors' means of 20 runs are as uncertain as they are, ours not
EVERY = 25  # of so many steps one is drawn
DRAWS = 1000  # of runs, for an interval
TOPK, IHT, OBC, RIGHT = "topk-I-OBS", "k-IHT", "OBC as coded", "one by one"
REPORTED = {GAUSSIAN: (100, 375, 750), IMAGES: (4000,), MATCHED: {TOPK: (1,), IHT: (1, 10, 100)}}
LOSS, DISTANCE = "loss", "distance"
FLOOR = 1e-12  # relative distances below are rounding, and drawn there


def tasks(seeds):
    """One for each experiment and run, the dearest first."""
    return [
        {"experiment": name, "seed": FIRST_SEED + run}
        for name in (IMAGES, GAUSSIAN)
        for run in range(seeds * RUNS[name])
    ]


def measure(experiment, seed):
    """Loss and distance along the steps of each method, as coded and with matching scales."""
    rng = np.random.default_rng(seed)
    target, n, k = _gaussian(rng) if experiment == GAUSSIAN else _image(rng)
    X = rng.normal(size=(n, len(target))) / np.sqrt(n)
    # departs: one start for all methods, where the authors draw one for each.
    start, H = rng.uniform(-1, 1, len(target)) / np.sqrt(len(target)), X.T @ X
    steps, last = _steps(H, k, experiment), STEPS[experiment]
    coded = {name: _run(step, H, target, start, n, last, 2 / n) for name, step in steps.items()}
    matched = {name: _run(steps[name], H, target, start, n, STEPS[MATCHED], 1.0) for name in REPORTED[MATCHED]}
    at = sorted({*range(1, last, EVERY), *REPORTED[experiment]})
    return {
        "experiment": experiment,
        "seed": seed,
        "length": float(np.linalg.norm(target)),
        "start": float(np.linalg.norm(target - start)),
        "losses": {name: digits(coded[name][LOSS][1:], 5) for name in (TOPK, IHT)},
        "coded": {name: _kept(run, at) for name, run in coded.items()},
        "matched": {name: _kept(run, range(1, STEPS[MATCHED] + 1)) for name, run in matched.items()},
    }


def _gaussian(rng):
    """A vector of a few normal entries, n, k."""
    target = np.zeros(D)
    target[rng.permutation(D)[:SPARSE]] = rng.normal(size=SPARSE)
    return target, N, KEPT


def _image(rng):
    """An image of 784 numbers from 0 to 255, n = 2 x 784, k twice as many as are not zero."""
    X = images(28).X
    image = np.round(127.5 * (X[rng.integers(len(X))] + 1))
    return image, 2 * len(image), 2 * np.count_nonzero(image)


def _steps(H, k, experiment):
    """Of each method its step, a function of the weights and the slope."""
    inverse, smoothness = np.linalg.inv(H), np.linalg.eigvalsh(H)[-1]
    steps = {
        TOPK: lambda theta, slope: newton_step(theta, slope, inverse, k),
        IHT: lambda theta, slope: iht_step(theta, slope, smoothness, k),
    }
    if experiment == IMAGES:
        return steps
    ruined = inverse.copy()
    return steps | {
        OBC: lambda theta, slope: in_place(theta, ruined, k) * (theta - inverse @ slope),
        RIGHT: lambda theta, slope: one_by_one(theta - inverse @ slope, inverse, k)[0],
    }


def in_place(weights, inverse, k, eps=1e-3, last=100.0):
    """The mask (d,) of the rival as it is coded: one by one for these weights, `inverse` (d, d) changed for good.

    eps is added to the diagonal of the inverse and not of H; what is zero already gets a score `last` above all others.
    """
    w, mask = weights.copy(), np.ones(len(weights))
    for _ in range(len(w) - k):
        diagonal = np.diag(inverse) + eps
        score = w**2 / diagonal
        score[score == 0] = score.max() + last
        q = int(np.argmin(score))
        mask[q] = 0.0
        w -= w[q] / diagonal[q] * inverse[:, q]
        inverse -= np.outer(inverse[:, q], inverse[q]) / diagonal[q]
        w *= mask
    return mask


def _run(step, H, target, start, n, steps, scale):
    """Losses, the mean over n, before each step, and distances after it; the slope is `scale` times the sum's."""
    theta, losses, distances = start, [], []
    for _ in range(steps):
        slope = H @ (theta - target)
        losses.append((theta - target) @ slope / n)
        theta = step(theta, scale * slope)
        distances.append(np.linalg.norm(theta - target))
    return {LOSS: np.array(losses), DISTANCE: np.array(distances)}


def _kept(run, at):
    return {"step": list(at), **{name: digits(values[np.array(at) - 1]) for name, values in run.items()}}


def rows(records):
    """Loss and distance at the steps reported, as coded; which curve is below; correct digits with matching scales."""
    for experiment in (GAUSSIAN, IMAGES):
        ours = where(records, experiment=experiment)
        if ours:
            settings = "settings of the authors' code; seeds from 1000" + ", bundled digits" * (experiment == IMAGES)
            yield from _coded(ours, experiment, settings)
            yield from _matched(ours, experiment, settings)


def _coded(ours, experiment, settings):
    for name in ours[0]["coded"]:
        for step in REPORTED[experiment]:
            loss, distance, relative = _at(ours, "coded", name, step)
            if experiment == GAUSSIAN:  # so small that rows of four decimals would not show it
                quantities = {"loss, millionths": 1e6 * loss, DISTANCE: distance}
            else:
                quantities = {LOSS: loss, DISTANCE: distance, "relative distance %": 100 * relative}
            for quantity, values in quantities.items():
                yield mean(PAPER, experiment, f"{name}, step {step}", quantity, values, settings)
    yield from _below(ours, experiment, settings)


def _below(ours, experiment, settings):
    """How far the mean loss of k-IHT is above that of topk-I-OBS where it is least, and how often in single runs.

    The interval is by bootstrap over the runs.
    """
    topk, iht = (np.array([record["losses"][name] for record in ours]) for name in (TOPK, IHT))
    runs, row = len(ours), "k-IHT beside topk-I-OBS"
    drawn = np.vstack([np.ones(runs), np.random.default_rng(0).multinomial(runs, np.ones(runs) / runs, DRAWS)])
    least = np.min((drawn @ iht) / (drawn @ topk), axis=1)
    numbers = least[0], *np.percentile(least[1:], [2.5, 97.5])
    yield estimate(PAPER, experiment, row, "ratio of mean losses, least after the first step", numbers, runs, settings)
    shares = 100 * np.mean(topk < iht, axis=1)
    yield mean(PAPER, experiment, row, "steps of a run with the higher loss %", shares, settings)


def _matched(ours, experiment, settings):
    kind = experiment.split(", ")[1]
    for name, steps in REPORTED[MATCHED].items():
        for step in steps:
            digits = -np.log10(_at(ours, "matched", name, step)[2])
            yield mean(PAPER, MATCHED, f"{name}, step {step}, {kind}", "correct digits", digits, settings)


def _at(ours, scales, name, step):
    """Of each run the loss before a step of a method, the distance after it, and that beside the vector's length."""
    runs = [record[scales][name] for record in ours]
    loss, distance = (np.array([run[what][run["step"].index(step)] for run in runs]) for what in (LOSS, DISTANCE))
    return loss, distance, distance / [record["length"] for record in ours]


def notes(records):
    """The closed form beside what was measured: where T_k takes something away, the steps are shorter."""
    for experiment, n in ((GAUSSIAN, N), (IMAGES, 2 * 784)):
        ours = where(records, experiment=experiment)
        for step in REPORTED[experiment] if ours else ():
            form = f"(1 - 2/n)^t {(1 - 2 / n) ** step:.4g}"
            each = {name: _at(ours, "coded", name, step)[2].mean() for name in ours[0]["coded"]}
            yield f"{experiment}, step {step}: {form}, " + ", ".join(f"{name} {d:.4g}" for name, d in each.items())


def figures(records, folder):
    """The distances over the steps, as coded and with matching scales."""
    for experiment in (GAUSSIAN, IMAGES):
        ours, kind = where(records, experiment=experiment), experiment.split(", ")[1]
        if not ours:
            continue
        _, panels = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
        for ax, scales in zip(panels, ("coded", "matched"), strict=True):
            steps, curves = [0, *ours[0][scales][TOPK]["step"]], {}
            for name in ours[0][scales]:
                each = np.array([[r["start"], *r[scales][name][DISTANCE]] for r in ours])
                curves[name] = np.maximum(each / [[r["length"]] for r in ours], FLOOR)
            plot_quartiles(steps, curves, "steps", "relative distance", ax=ax, log=True)
            ax.set_title(f"{kind}: scales " + ("as coded" if scales == "coded" else "matched"))
        yield save(ax, folder / f"wu2024_{kind.lower()}.png")
