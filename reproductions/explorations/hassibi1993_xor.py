"""Why Optimal Brain Surgeon deletes a wrong weight of some XOR networks: what it predicts, and what H says of it."""

import numpy as np

from classicnets import OptimalBrainSurgeon, hessian, prune

from ..exploring import Exploration
from ..hassibi1993_xor import PAPER
from ..ledger import EXPLORATION
from ..records import where
from ..statistics import result, share
from ..xor_nets import ALPHA, NAMES, TOLERANCES, kind_of, network, patterns, trained

KEYS = {"wrong deletions": Exploration("What do deletions that no retraining can repair cost, and seem to cost?", 1000)}
CODED = ("logistic, +-1", "tanh, +-1")  # the codings in which OBS is wrong now and then


def tasks(key, seeds):
    """One task a coding and portion of 10 initial conditions, those of the study."""
    portions = [{"first": first, "last": min(first + 10, seeds)} for first in range(0, seeds, 10)]
    return [{"coding": coding, **portion} for coding in CODED for portion in portions]


def measure(key, coding, first, last):
    """What OBS does to the networks of these initial conditions that learn."""
    starts = [_deletion(network(coding, seed), *patterns(coding)) for seed in range(first, last)]
    return {"coding": coding, "starts": [start for start in starts if start]}


def _deletion(net, X, T):
    if not all(trained(net, X, T, tolerance) for tolerance in TOLERANCES.values()):
        return None
    eigenvalues = np.linalg.eigvalsh(hessian(net, X, T, "gauss-newton"))
    step = prune(net, X, T, OptimalBrainSurgeon(ALPHA), down_to=net.n - 1, keep_orphans=True)[1]
    kinds, sizes = [kind_of(name) for name in NAMES], np.abs(net.weights)
    least = {kind: min(w for w, k in zip(sizes, kinds, strict=True) if k == kind) for kind in set(kinds)}
    return {
        "right": "bias" in kind_of(NAMES[step.deleted[0]]),
        "predicted": step.predicted,
        "actual": step.actual,
        "rank": int(np.sum(eigenvalues > 1e-9 * eigenvalues[-1])),
        "input weights smaller": bool(least["input weight"] < least["hidden bias"]),
    }


def numbers(key, records):
    """Of each coding how often OBS is wrong, what that costs, the rank of H, and which weights are smallest."""
    made = []
    for coding in CODED:
        starts = [start for record in where(records, coding=coding) for start in record["starts"]]
        wrongs = [100.0 * (not start["right"]) for start in starts]
        made.append(share(PAPER, EXPLORATION, key, f"networks, % ({coding})", wrongs, "OBS deletes no bias"))
        ranks = [start["rank"] for start in starts]
        made.append(result(PAPER, EXPLORATION, key, f"rank of H ({coding})", ranks, "of all"))
        made += _of_some(key, coding, where(starts, right=False), "wrong")
        made += _of_some(key, coding, where(starts, right=True), "right")
    return made


def _of_some(key, coding, starts, which):
    """Costs of the deletions that were wrong or right, and how often an input weight was the smaller one."""
    for name, scale, unit in (("predicted", 1e6, " x 1e6"), ("actual", 1, "")):
        costs = [scale * start[name] for start in starts] or [np.nan]
        yield result(PAPER, EXPLORATION, key, f"{name} cost{unit}, {which} ({coding})", costs, "change of E", True)
    smaller = [100.0 * start["input weights smaller"] for start in starts] or [np.nan]
    name = f"an input weight smaller than both hidden biases, %, {which} ({coding})"
    yield share(PAPER, EXPLORATION, key, name, smaller, f"networks where OBS is {which}")
