"""Why the Gaussian mixtures of Hassibi et al. (1994) differ: what each open setting does, and what the best can do."""

import numpy as np

from classicnets import (
    MLP,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    gaussian_mixtures,
    train_backpropagation,
    train_gauss_newton,
)
from classicnets.datasets.mixtures import MEANS, VARIANCES

from ..exploring import Exploration
from ..hassibi1994_mixtures import (
    FIRST_SEED,
    NETS,
    OVERTRAINED,
    PAPER,
    READINGS,
    RETRAINING,
    STOPPED,
    ahead,
    along,
    last_lower,
    pruned,
    relative,
    trained,
)
from ..ledger import EXPLORATION
from ..records import where
from ..statistics import mean, result, share

KEYS = {
    "further training": Exploration("Does the training error get to .15 by Gauss-Newton steps after the epochs?", 24),
    "rates": Exploration("Does the rate of learning decide where the least test error of fig. 1 is?", 24),
    "alpha": Exploration("Is the test error kept by a larger alpha, whose steps are shorter?", 24),
    "retraining": Exploration("Does OBD's retraining decide how long OBS has the lower training error?", 24),
    "stopped nets": Exploration("Does any setting let the test error of a stopped net fall by the printed 4.4 %?", 24),
    "best classifier": Exploration("How far is a stopped net above the best classifier of all?", 200),
    "residuals": Exploration("What do the (t - o) terms do to the least test error, and to the end of the path?", 50),
}
RATES = {"rate 0.05": {}, "rate 0.1": {"rate": 0.1}, "rate 0.3": {"rate": 0.3}, "momentum 0.9": {"momentum": 0.9}}
ALPHAS = (1e-6, 1e-4, 1e-3, 1e-2)
RETRAININGS = {"60 full-batch epochs": {"batch": None, "rate": 0.1}, "none": None}
# Of a stopped net: how it is built, how its targets are coded, from where and how it is trained, and alpha.
SETTINGS = {
    "as in the ledger": {},
    "logistic hidden units": {"hidden": "logistic"},
    "linear output, rate 0.02": {"output": "linear", "training": {"rate": 0.02}},  # at 0.05 its units saturate
    "targets of .1 and .9": {"targets": (0.1, 0.9)},
    **{f"initial weights up to {spread:g}": {"spread": spread} for spread in (0.1, 1.0, 2.0)},
    **{f"rate {rate:g}": {"training": {"rate": rate}} for rate in (0.02, 0.1, 0.3, 1.0)},
    "momentum 0.9": {"training": {"momentum": 0.9}},
    "batches of 10": {"training": {"batch": 10, "rate": 0.5}},
    "weight decay 1e-4": {"training": {"weight_decay": 1e-4}},
    **{f"alpha {alpha:g}": {"alpha": alpha} for alpha in (1e-8, 1e-4, 1e-2)},
}
PRINTED, PRINTED_CHANGE, PRINTED_ERROR = "variances", -4.4, 195


def tasks(key, seeds):
    """One task a setting and data set; where all is compared on one net, the setting is the reading of the spreads."""
    settings = {"rates": RATES, "stopped nets": SETTINGS, "retraining": READINGS, "best classifier": READINGS}
    seeds = range(FIRST_SEED, FIRST_SEED + seeds)
    return [{"setting": setting, "seed": seed} for setting in settings.get(key, [PRINTED]) for seed in seeds]


def measure(key, setting, seed):
    """What one data set gives in one setting."""
    sets = gaussian_mixtures(seed, (1000, 1000, 1000), setting == "deviations")
    return {"setting": setting} | PARTS[key][0](sets, seed, setting)


def numbers(key, records):
    """Medians, means and shares over the data sets, for each setting."""
    settings = list(dict.fromkeys(record["setting"] for record in records))
    return list(PARTS[key][1](key, {each: where(records, setting=each) for each in settings}))


def _further(sets, seed, _):
    net = trained(sets, seed, OVERTRAINED)
    train_gauss_newton(net, *sets[0], iterations=200)
    return {"error": float(np.mean((net.forward(sets[0][0]) - sets[0][1]) ** 2))}


def _further_rows(key, records):
    return [_median(key, "train error a pattern", _all(records[PRINTED], "error"), "and 200 Gauss-Newton steps")]


def _rates(sets, seed, setting):
    return pruned(trained(sets, seed, OVERTRAINED, **RATES[setting]), sets, seed, "OBS")


def _rates_rows(key, records):
    for setting, each in records.items():
        test = _all(each, "test")
        yield _median(key, f"deletions at least test error, {setting}", np.nanargmin(test, axis=1), setting)
        yield _median(key, f"least test error, change %, {setting}", _fall(test), setting)
        yield _median(key, f"train error a pattern, {setting}", _all(each, "train")[:, 0] / 1000, setting)


def _alpha(sets, seed, _):
    nets = {name: trained(sets, seed, name) for name in (OVERTRAINED, STOPPED)}
    return {
        f"{name}, alpha {alpha:g}": along(net, sets, OptimalBrainSurgeon(alpha))["test"]
        for name, net in nets.items()
        for alpha in ALPHAS
    }


def _alpha_rows(key, records):
    for name, deletions in ((OVERTRAINED, (15, 22, 27)), (STOPPED, (15, 17))):
        for alpha in ALPHAS:
            setting = f"{name}, alpha {alpha:g}"
            test = _all(records[PRINTED], setting)
            for number in deletions:
                change, quantity = relative(test[:, number], test[:, 0]), f"change % after {number}, {setting}"
                yield _median(key, f"{quantity}, median", change, setting)
                yield mean(PAPER, EXPLORATION, key, f"{quantity}, mean", change, setting)


def _retraining(sets, seed, _):
    net = trained(sets, seed, OVERTRAINED)
    paths = {"OBS": pruned(net, sets, seed, "OBS")["train"]}
    for name, settings in RETRAININGS.items():
        paths[name] = along(net, sets, OptimalBrainDamage(), settings and _retrain(seed, settings))["train"]
    return paths


def _retrain(seed, settings):
    settings = {"epochs": RETRAINING, "every": RETRAINING, "keep": "last", "seed": seed} | settings
    return lambda net, X, T: train_backpropagation(net, X, T, **settings)


def _retraining_rows(key, records):
    for reading, each in records.items():
        for name in RETRAININGS:
            settings, obs, obd = f"OBD's retraining: {name}; {reading}", _all(each, "OBS"), _all(each, name)
            yield _median(key, f"deletions until no longer lower, {name}, {reading}", last_lower(obs, obd), settings)
            change = ahead(obs, obd)
            yield mean(PAPER, EXPLORATION, key, f"OBS - OBD, train error, %, {name}, {reading}", change, settings)


def _stopped(sets, seed, setting):
    given = SETTINGS[setting]
    low, high = given.get("targets", (0, 1))
    sets = [(X, low + (high - low) * T) for X, T in sets]
    net = MLP((5, 9, 1), given.get("hidden", "tanh"), given.get("output", "logistic"), seed)
    net.initialize(seed, given.get("spread"))
    trained(sets, seed, STOPPED, net, **given.get("training", {}))
    return along(net, sets, OptimalBrainSurgeon(given.get("alpha", 1e-6)))


def _stopped_rows(key, records):
    falls = {setting: _fall(_all(each, "test")) for setting, each in records.items()}
    order = sorted(falls, key=lambda setting: np.percentile(falls[setting], 50, method="inverted_cdf"))
    name = "least test error, change %"
    yield from (_median(key, f"{name}, {setting}", fall, setting) for setting, fall in falls.items())
    yield _median(key, f"{name}, where it falls most", falls[order[0]], order[0])
    yield _median(key, f"{name}, where it falls least", falls[order[-1]], order[-1])
    deep = 100.0 * (np.concatenate(list(falls.values())) <= PRINTED_CHANGE)
    yield share(PAPER, EXPLORATION, key, "nets that fall by 4.4 %, %", deep, f"all {len(falls)} settings")


def best_output(X, deviations):
    """The probability of class B at points X (P, 5), from the densities: (P, 1). Nothing has less squared error."""
    density = []
    for group in (0, 1):
        means, variances = np.array(MEANS[group])[:, None], np.array(VARIANCES[group])[:, None]
        variances = variances**2 if deviations else variances
        exponent = ((X - means) ** 2 / variances).sum(axis=2) / 2
        density.append((np.exp(-exponent) / np.sqrt(variances.prod(axis=2))).sum(axis=0))
    return (density[1] / (density[0] + density[1]))[:, None]


def _classifier(sets, seed, reading):
    (X, T), net = sets[2], trained(sets, seed, STOPPED)
    outputs = {"best": best_output(X, reading == "deviations"), "net": net.forward(X)}
    return {name: float(np.sum((T - O) ** 2)) for name, O in outputs.items()}


def _classifier_rows(key, records):
    for reading, each in records.items():
        best, net, settings = _all(each, "best"), _all(each, "net"), "on the same test sets"
        yield mean(PAPER, EXPLORATION, key, f"test error, {reading}", best, settings)
        yield mean(PAPER, EXPLORATION, key, f"test error of a stopped net above it, {reading}", net - best, settings)
        lucky = 100.0 * (best <= PRINTED_ERROR)
        yield share(PAPER, EXPLORATION, key, f"test sets where it has 195 or less, %, {reading}", lucky, settings)


def _residuals(sets, seed, _):
    paths = {}
    for name in NETS:
        net = trained(sets, seed, name)
        for method in ("OBS", "OBS with (t - o)"):
            paths[f"{method}, {name}"] = pruned(net, sets, seed, method)["test"]
    return paths


def _residuals_rows(key, records):
    for setting in [name for name in records[PRINTED][0] if name != "setting"]:
        test = _all(records[PRINTED], setting)
        yield _median(key, f"least test error, change %, {setting}", _fall(test), setting)
        last = np.where(np.isnan(test[:, 29]), np.inf, test[:, 29])  # a path that ended before is no better
        yield _median(key, f"change % after 29, {setting}", relative(last, test[:, 0]), setting)


def _all(records, name):
    return np.array([record[name] for record in records])


def _fall(test):
    """The least test error of each path against the first, in percent."""
    return relative(np.nanmin(test, axis=1), test[:, 0])


def _median(key, name, values, settings):
    return result(PAPER, EXPLORATION, key, name, values, settings, less_is_better=True)


PARTS = {
    "further training": (_further, _further_rows),
    "rates": (_rates, _rates_rows),
    "alpha": (_alpha, _alpha_rows),
    "retraining": (_retraining, _retraining_rows),
    "stopped nets": (_stopped, _stopped_rows),
    "best classifier": (_classifier, _classifier_rows),
    "residuals": (_residuals, _residuals_rows),
}
