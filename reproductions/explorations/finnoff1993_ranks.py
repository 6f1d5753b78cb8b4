"""Why our ranks differ: settings that the paper, as we have it, leaves open or that depart from its own.

On the data sets that the study reports on; settings were chosen on others.
"""

from contextlib import ExitStack
from unittest.mock import patch

import numpy as np

from classicnets.pruning import nonconvergent

from .. import finnoff1993_ranks as study
from ..exploring import Exploration
from ..ledger import EXPLORATION
from ..records import where
from ..statistics import estimate, mean_interval, result

KEYS = {
    "patience": Exploration("Without noise, does stopping come too early?", 6),
    "lambda": Exploration("Weigend's lambda goes in steps of about 1e-6: what do larger steps change?", 6),
    "share": Exploration("Does P* gain by deleting fewer weights at once, or by going on for longer?", 6),
}
MIDDLE = ["exp_3_n", "id_8_n", "n_1_id", "n_1_sin", "net_3_n", "sin_3_n"]  # of each structure the middle noise
STEPS = (1e-6, 1e-5, 1e-4, 1e-3)
# For each key the problems, and each method with a name for its settings.
RUNS = {
    "patience": (
        study.NOISELESS,
        [("##", {}), *((method, {"PATIENCE": epochs}) for epochs in (20, 200) for method in ("nN", "nF", "d*"))],
    ),
    "lambda": (MIDDLE, [("nN", {}), ("nF", {}), *(("wF", {"LAMBDA_STEP": step}) for step in STEPS)]),
    "share": (
        MIDDLE,
        [
            ("O*", {}),
            ("nF", {}),
            *(("P*", {"SHARE": share, "BREAKDOWN": end}) for share in (0.1, 0.03) for end in (1.2, 1.5)),
        ],
    ),
}
RIVAL = {"lambda": "nN", "share": "O*"}


def tasks(key, seeds):
    """One task a problem, data set, method and its settings."""
    names, runs = RUNS[key]
    each = [(name, study.FIRST_SEED + s, *run) for name in names for s in range(seeds) for run in runs]
    return [{"name": name, "seed": s, "method": method, "settings": settings} for name, s, method, settings in each]


def measure(key, name, seed, method, settings):
    """The error on the generalization patterns of a method with other settings than nonconvergent.py has."""
    task = {"name": name, "seed": seed, "label": _label(method, settings)}
    with ExitStack() as changed:
        for constant, value in settings.items():
            changed.enter_context(patch.object(nonconvergent, constant, value))
        (run,) = study.measure(name, seed, [method])["runs"]
        return task | {"error": run["error"]}


def _label(method, settings):
    return ", ".join([method, *(f"{name.lower().replace('_', ' ')} {value:g}" for name, value in settings.items())])


def numbers(key, records):
    """Medians of each problem; of all problems together the ratio to a rival."""
    labels = dict.fromkeys(record["label"] for record in records)
    if key in RIVAL:
        return [_ratio(key, records, label, RIVAL[key]) for label in labels if label != RIVAL[key]]
    names = dict.fromkeys(record["name"] for record in records)
    return [_median(key, where(records, name=name, label=label)) for name in names for label in labels]


def _median(key, records):
    name, label = records[0]["name"], records[0]["label"]
    settings = "data sets; error on generalization patterns"
    return result(study.PAPER, EXPLORATION, key, f"{name}, {label}", [r["error"] for r in records], settings)


def _ratio(key, records, label, rival):
    """The geometric mean over problems of the error of one divided by the rival's, and its 95 % interval."""
    logs = [_log_error(records, name, label) - _log_error(records, name, rival) for name in MIDDLE]
    settings = f"error / that of {rival}: geometric mean over six problems ({', '.join(MIDDLE)}) and six data sets"
    return estimate(study.PAPER, EXPLORATION, key, label, np.exp(mean_interval(logs)), len(logs), settings)


def _log_error(records, name, label):
    return np.mean([np.log(record["error"]) for record in where(records, name=name, label=label)])
