"""Why pruned sunspot nets differ from the printed ones: other decays, where starts end, what is called lasting."""

import numpy as np

from classicnets import MLP, gradient, network_error

from ..exploring import Exploration
from ..ledger import EXPLORATION
from ..pedersen1995_pruning import FIRST_SEED, NETS, RUGGED, expected, pruned, start
from ..pedersen1995_pruning import measure as measured
from ..records import where
from ..statistics import result, share
from ..sunspot_nets import NORMALISER, arv, inputs_left, periods
from ..sunspot_rows import response_length

KEYS = {
    "lasting": Exploration("How long does the impulse response last, by what is called lasting?", 5),
    "minima": Exploration("At the smaller decay, where do starts end, and does a start differ by its last digit?", 30),
    "training error": Exploration("Why does the training error of the pruned net not lie above the full net's?", 5),
    "decays": Exploration("Do Weigend's errors come with another decay?", 11),
}
RECURRENT = [name for name in NETS if name != "12-8-1"]
DECAYS = (1e-5, 3e-5, 5e-5, 7e-5, 1e-4, 1.5e-4)
KINDS = {
    "lasting": RECURRENT,
    "minima": (0.0, 1e-12),  # how much of each first weight is added to it or taken off
    "training error": [name for name in RECURRENT if name != RUGGED],
    "decays": DECAYS,
}
LASTING = {"within 5 %": 0.05, "within 2 %": 0.02, "within 1 %": 0.01}
FLAT, OVERFITTED, ROUNDING = 1e-3, 0.5, 1e-3  # a gradient at a minimum; arv on 1921-55; how much of it may change


def tasks(key, seeds):
    """One task a start, for each kind of net, nudge or decay that the experiment compares."""
    return [{"kind": kind, "seed": FIRST_SEED + seed} for seed in range(seeds) for kind in KINDS[key]]


def measure(key, kind, seed):
    """What the experiment looks at in one start."""
    return {"kind": kind} | MEASURES[key](kind, seed)


def numbers(key, records):
    """A Result for each number that a finding may give."""
    return list(NUMBERS[key](records))


def _lasting(name, seed):
    response = np.array(measured(name, seed)["response"])
    ends = {words: response_length(response, part) for words, part in LASTING.items()}
    turns = np.flatnonzero(np.diff(np.sign(response))) + 1
    return ends | {"second lobe": int(turns[2]) if len(turns) > 2 else len(response)}  # the one on the first one's side


def _of_lasting(records):
    for name in RECURRENT:
        for words in ("second lobe", *LASTING):
            values = [record[words] for record in where(records, kind=name)]
            yield _result("lasting", f"{name}, {words}", values, "steps of the impulse response")


def _minima(nudge, seed):
    net, pairs = start(RUGGED, seed)
    net.weights = net.weights * (1 + nudge * np.random.default_rng(seed).standard_normal(net.n))
    decay = NETS[RUGGED][2]
    path = pruned(net, pairs, decay)
    chosen = path.network(int(np.argmin(expected(path, pairs))))
    trained = path.network(0)
    steepest = float(np.abs(gradient(trained, *pairs["train"], weight_decay=decay)).max())
    return {
        "gradient": steepest,
        "networks": len(path),
        "weights": chosen.n_active,
        "inputs": inputs_left(chosen),
        "arv": arv(chosen, pairs),
    }


def _of_minima(records):
    starts, nudged = (where(records, kind=nudge) for nudge in KINDS["minima"])
    over = np.array([record["arv"]["1921-55"] > OVERFITTED for record in starts])
    steep = np.array([record["gradient"] > FLAT for record in starts])
    moved = np.array([_another(a, b) for a, b in zip(starts, nudged, strict=True)])
    inputs = np.array([record["inputs"] for record in starts])
    ended = np.array([record["networks"] == 1 for record in starts])
    shares = {
        "overfitted %": over, "not at a minimum %": steep, "one input %": inputs == 1, "no deletion survived %": ended,
        "another net after a nudge %": moved, "overfitted, not at a minimum %": steep[over],
        "others, not at a minimum %": steep[~over],
        "not at a minimum, another net after a nudge %": moved[steep],
        "at a minimum, another net after a nudge %": moved[~steep],
    }  # fmt: skip
    for name, values in shares.items():
        yield share("pedersen1995", EXPLORATION, "minima", name, 100.0 * values, f"{RUGGED}; starts")
    for words, which in [("overfitted", over), ("others", ~over)]:
        chosen = [record for record, one in zip(starts, which, strict=True) if one]
        for period in ("train", "1921-55"):
            yield _result("minima", f"{words}, arv {period}", [record["arv"][period] for record in chosen], RUGGED)
        yield _result("minima", f"{words}, inputs", inputs[which], RUGGED)


def _another(first, second):
    """Whether the nets chosen are not the same, but for rounding."""
    errors = [record["arv"]["1921-55"] for record in (first, second)]
    return first["weights"] != second["weights"] or abs(errors[1] / errors[0] - 1) > ROUNDING


def _training_error(name, seed):
    net, pairs = start(name, seed)
    decay = NETS[name][2]
    path = pruned(net, pairs, decay)
    both = path.network(0), path.network(int(np.argmin(expected(path, pairs))))
    error, cost = ([network_error(net, *pairs["train"], weight_decay=d) for net in both] for d in (0.0, decay))
    return {"error": _percent(*error), "cost": _percent(*cost), "decay term": _percent(*np.subtract(cost, error))}


def _percent(before, after):
    return float(100 * (after / before - 1))


def _of_training_error(records):
    for name in KINDS["training error"]:
        for what in ("error", "cost", "decay term"):
            values = [record[what] for record in where(records, kind=name)]
            yield _result("training error", f"{name}, {what}, change %", values, "full net to that of least FPE")


def _decays(decay, seed):
    net = MLP((12, 8, 1), output="linear", seed=seed)
    pairs = periods(net)
    path = pruned(net, pairs, decay)
    tested = 2 * path.curve("validation_error") / NORMALISER
    chosen = arv(path.network(int(np.argmin(expected(path, pairs)))), pairs)
    return {"train": chosen["train"], "1921-55": chosen["1921-55"], "least on the path": float(tested.min())}


def _of_decays(records):
    for decay in DECAYS:
        for what in ("train", "1921-55", "least on the path"):
            values = [record[what] for record in where(records, kind=decay)]
            yield _result("decays", f"{decay:g}, {what}", values, "12-8-1, arv", "weigend1990")


def _result(key, name, values, settings, paper="pedersen1995"):
    return result(paper, EXPLORATION, key, name, values, settings, True)


MEASURES = {"lasting": _lasting, "minima": _minima, "training error": _training_error, "decays": _decays}
NUMBERS = {
    "lasting": _of_lasting, "minima": _of_minima, "training error": _of_training_error, "decays": _of_decays,
}  # fmt: skip
