"""Every public callable, found by itself, and for each of them a call that is good."""

import inspect
import os
from functools import cache
from importlib.util import find_spec

import numpy as np
from matplotlib.figure import Figure

import classicnets as cn
from classicnets import backprop, datasets, plotting, pruning, quantization, rules, training
from classicnets.datasets import processes
from classicnets.pruning import (
    finnoff1993,
    frantar2022,
    frantar2023,
    harang2023,
    nonconvergent,
    recipe,
    shamrai2025,
    wu2024,
)  # fmt: skip

# What notebooks and studies import from the modules themselves.
OTHERS = {
    backprop: ["pattern_gradients"],
    finnoff1993: ["StatisticalTest"],
    frantar2022: ["prune_by_traces", "quantize_greedily"],
    frantar2023: ["gptq", "sparse_gpt"],
    harang2023: ["TrueDamage", "OutgoingNorm", "DropoutDamage", "Merging"],
    nonconvergent: ["fit"],
    processes: ["finnoff"],
    quantization: ["round_to_bits", "round_to_half", "damage"],
    recipe: ["recipe"],
    rules: ["read_rule"],
    shamrai2025: [
        "forward_constants",
        "norm_constants",
        "admissible",
        "change_bound",
        "trajectory_bound",
        "spectral_norm",
    ],
    wu2024: ["IterativeSurgeon", "largest", "iht_step", "newton_step", "projected", "one_by_one"],
}
RECORDS = {pruning.Step, training.Curve}  # and named tuples: they take what the library puts into them
ABSTRACT = {pruning.Method}  # its kinds are asked what it is asked
# For what is known to be good, as their docstrings say: called by those that check it.
TRUSTING = {
    "outputs", "pre_activations", "layers", "views", "trajectory", "unit_inputs", "from_states",
    "pruning", "step", "iterates", "delete_group", "predicted", "value",
}  # fmt: skip
# Where one good call cannot have all arguments.
VARIANTS = {
    "prune.groups": cn.prune, "gradient.decays": cn.gradient, "effective_weights.decays": cn.effective_weights,
}  # fmt: skip


TORCH = {"from_torch", "to_torch"} if find_spec("torch") is None else set()  # cannot be called


def public_callables():
    """{name: (function, the names of its arguments)}: functions, constructors, methods, and properties to assign to."""
    places = {module: module.__all__ for module in (cn, pruning, datasets, plotting)} | OTHERS
    found = {name: getattr(module, name) for module, names in places.items() for name in names}
    table = {}
    for name, item in found.items():
        if inspect.isclass(item):
            if item not in RECORDS | ABSTRACT and not hasattr(item, "_fields"):
                table |= _of_class(name, item)
        elif callable(item) and name not in TRUSTING | TORCH:
            table[name] = item
    table |= VARIANTS
    return {name: item for name, item in table.items() if _arguments(item)}


def _of_class(name, item):
    members = {name: item}
    for base in reversed(item.__mro__):
        for member, value in vars(base).items() if base.__module__.startswith("classicnets") else ():
            if member.startswith("_") or member in TRUSTING:
                continue
            if isinstance(value, property):
                if value.fset:
                    members[f"{name}.{member} ="] = value.fset
            elif callable(value) or isinstance(value, classmethod | staticmethod):
                members[f"{name}.{member}"] = getattr(item, member)
    return members


def _arguments(function):
    """The arguments to spoil: all but the object whose method it is."""
    return [name for name in inspect.signature(function).parameters if name != "self"]


def net(*sizes, seed=0, **options):
    """A small net with one weight deleted."""
    net = cn.MLP(sizes or (3, 2, 1), seed=seed, **options)
    net.delete([1])
    return net


def recurrent():
    return cn.RecurrentNetwork((3, 2, 1), seed=0)


def shared():
    return cn.SharedNetwork(**cn.wired([cn.dense(3, 2), cn.dense(2, 1)]), seed=0)


def seeing():
    """A small net of maps."""
    return cn.SharedNetwork(**cn.wired([cn.maps(4, 3, [(0,), (0,)]), cn.dense(8, 2)]), seed=0)


SMALL = {"head": ("round", "square"), "holding": ("sword", "flag", "nothing"), "tie": ("yes", "no")}
X = np.sin(np.arange(48.0)).reshape(16, 3)
T = np.linspace(0.1, 0.9, 16)[:, None]


def problem(net=net):
    return {"net": net(), "X": X.copy(), "T": T.copy()}


ERROR = {"error": "squared", "weight_decay": 0.1}
STOP = {"target_error": 1e-9, "gradient_norm": 1e-9, "patience": 2, "keep": "best"}


def training_call(**options):
    return {**problem(), **options, **ERROR, **STOP, "validation": (X[:4], T[:4]), "test": (X[4:], T[4:])}


@cache
def path():
    return cn.prune(net(), X, T, cn.Magnitude(), validation=(X, T), test=(X, T))


_empty = []


def axes():
    """Axes to draw into: the same ones until something has been drawn."""
    if not _empty or _empty[0].has_data() or _empty[0].get_legend():
        _empty[:] = [Figure().add_subplot()]
    return _empty[0]


def cost():
    """What the methods look at."""
    p = problem()
    return cn.Cost(p["X"], p["T"], **ERROR)


def methods():
    """A pruning method of each kind, with the settings it takes."""
    return {
        cn.Magnitude: {},
        cn.RandomChoice: {"seed": 0},
        cn.OptimalBrainDamage: {"kind": "gauss-newton"},
        cn.OptimalBrainSurgeon: {"alpha": 1e-4, "kind": "gauss-newton", "saddles": False, "scale": "own"},
        cn.OptimalBrainSurgeonWithDecay: {"alpha": 1e-4, "kind": "gauss-newton", "saddles": False, "scale": "own"},
        cn.EigenspaceSurgeon: {"dimension": 3, "alpha": 1e-4},
        cn.GammaOBD: {},
        cn.GammaOBS: {},
        cn.ESP: {"curvature": "sums"},
        cn.EBD: {"curvature": "sums"},
        cn.EBS: {"alpha": 1e-4},
        cn.WoodFisher: {"alpha": 1e-2},
        cn.OptimalBrainCompression: {"alpha": 1e-2},
        cn.LayerwiseSurgeon: {"alpha": 1e-4, "shrinking": False},
        cn.LayerwiseDamage: {},
        finnoff1993.StatisticalTest: {"rate": 0.1},
        harang2023.TrueDamage: {},
        harang2023.OutgoingNorm: {},
        harang2023.DropoutDamage: {"share": 0.3, "masks": 8, "seed": 0},
        harang2023.Merging: {},
        wu2024.IterativeSurgeon: {
            "alpha": 1e-4, "kind": "gauss-newton", "saddles": False, "scale": "own", "rounds": 2,
            "projection": "one by one",
        },
    }  # fmt: skip


def method_calls():
    """Of each method its constructor, its look, and what it says after that look."""
    calls = {}
    for kind, settings in methods().items():
        name = kind.__name__

        def looked(kind=kind, settings=settings):
            method = kind(**settings)
            method.look(net(), cost())
            return {"self": method, "net": net()}

        calls[name] = lambda settings=settings: dict(settings)
        calls[f"{name}.look"] = lambda kind=kind, s=settings: {"self": kind(**s), "net": net(), "cost": cost()}
        for member in ("saliency", "gain", "parts", "test_variable"):
            calls[f"{name}.{member}"] = looked
        group = [4, 5, 6, 7, 9] if issubclass(kind, harang2023.OfUnits) else [3, 4]
        calls[f"{name}.group_saliency"] = lambda looked=looked, group=group: {**looked(), "group": list(group)}
        calls[f"{name}.delete"] = lambda looked=looked: {**looked(), "q": 3}
    return calls


def network_calls(name, make):
    """Of a kind of network its constructor, methods and properties."""
    return {
        name: lambda: {"sizes": (3, 2, 1), "hidden": "tanh", "output": "linear", "seed": 0},
        f"{name}.weights =": lambda: {"self": make(), "values": np.linspace(-1, 1, make().n)},
        f"{name}.mask =": lambda: {"self": make(), "values": np.arange(make().n) > 2},
        f"{name}.matrices =": lambda: {"self": make(), "values": [m + 1 for m in make().matrices]},
        f"{name}.initialize": lambda: {"self": make(), "seed": 0, "spread": 0.5},
        f"{name}.forward": lambda: {"self": make(), "X": X.copy()},
        f"{name}.delete": lambda: {"self": make(), "indices": [0, 3]},
        f"{name}.revive": lambda: {"self": make(), "indices": [0, 3]},
        f"{name}.save": lambda: {"self": make(), "path": "saved.npz"},
        f"{name}.load": lambda: (make().save("net.npz"), {"path": "net.npz"})[1],
    }


def shared_calls():
    """The same of networks that share weights, which have runs instead of matrices; and what builds them."""
    calls = network_calls("SharedNetwork", shared)
    del calls["SharedNetwork.matrices ="]
    settings = {"runs": shared().runs, "hidden": "tanh", "output": "linear", "seed": 0}
    return calls | {
        "SharedNetwork": lambda: {"sizes": (3, 2, 1), **settings},
        "dense": lambda: {"sources": 3, "units": 2},
        "maps": lambda: {
            "side": 3, "kernel": 2, "seen": [(0,), (0, 1)], "stride": 1, "border": 1, "averaging": False,
            "own_biases": True,
        },
        "wired": lambda: {"layers": [cn.dense(3, 2)]},
        "digit_recogniser": lambda: {"seed": 0},
        "zip_code_recogniser": lambda: {"seed": 0, "hidden": 3},
    }  # fmt: skip


def path_calls():
    def saved():
        path().save("path.npz")
        return {"path": "path.npz", "net": net()}

    return {
        "Path": lambda: {"net": net()},
        "Path.network": lambda: {"self": path(), "index": 1},
        "Path.curve": lambda: {"self": path(), "name": "train_error"},
        "Path.smallest": lambda: {"self": path(), "acceptable": lambda step: step.n_active > 4},
        "Path.best": lambda: {"self": path(), "quantity": "test_error"},
        "Path.save": lambda: {"self": path(), "path": "saved.npz"},
        "Path.load": saved,
        "saliencies": lambda: {"X": X.copy(), "T": T.copy(), "path": path(), "method": cn.EBD(), **ERROR},
    }


@cache
def estimator():
    """One of scikit-learn that `net` could have come from."""
    from sklearn.neural_network import MLPClassifier  # here, because it takes a second

    return MLPClassifier((2,), activation="tanh", solver="lbfgs", tol=1.0, random_state=0).fit(X, T[:, 0] > 0.5)


def sequential():
    """One of torch."""
    from torch import nn

    return nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 2))


def interchange_calls():
    return {
        "shrink": lambda: {"net": net()},
        "from_sklearn": lambda: {"estimator": estimator()},
        "sklearn_decay": lambda: {"estimator": estimator(), "patterns": 16},
        "to_sklearn": lambda: {"net": net(), "estimator": estimator()},
        "from_torch": lambda: {"module": sequential(), "output": "softmax"},
        "to_torch": lambda: {"net": net(), "permanent": False},
    }


def policy():
    return cn.MLP((3, 2, 1), "relu", "linear", seed=0)


def bound_calls():
    def changed():
        other = policy()
        other.delete([1])
        return other

    return {
        "forward_constants": lambda: {"net": policy(), "X": X.copy(), "layer": 1},
        "norm_constants": lambda: {"net": policy(), "X": X.copy(), "layer": 1},
        "admissible": lambda: {"constants": np.linspace(0.5, 2, 5), "deviation": 0.1},
        "change_bound": lambda: {"net": policy(), "changed": changed(), "X": X.copy()},
        "trajectory_bound": lambda: {"contraction": 0.9, "gain": 0.5, "deviation": 0.1, "steps": 5},
        "spectral_norm": lambda: {"matrix": X.copy()},
    }


def projection_calls():
    inverse, slope = np.eye(4) + 0.1, np.linspace(-1, 2, 4)
    return {
        "largest": lambda: {"values": slope.copy(), "k": 2},
        "iht_step": lambda: {"weights": np.sin(slope), "slope": slope.copy(), "smoothness": 0.5, "k": 2},
        "newton_step": lambda: {"weights": np.sin(slope), "slope": slope.copy(), "inverse": inverse.copy(), "k": 2},
        "projected": lambda: {"target": np.sin(slope), "inverse": inverse.copy(), "group": [0, 2]},
        "one_by_one": lambda: {"target": np.sin(slope), "inverse": inverse.copy(), "k": 2},
    }


def core_calls():
    decay, decays = {"weight_decay": 0.1, "error": "squared"}, {"weight_decay": np.linspace(0.0, 1.0, net().n)}
    inverse = {"alpha": 1e-4, "kind": "gauss-newton"}
    return {
        "network_error": lambda: problem() | ERROR,
        "gradient": lambda: problem() | ERROR,
        "gradient.decays": lambda: problem() | ERROR | decays,
        "pattern_gradients": lambda: {**problem(), "error": "squared"},
        "Cost": lambda: {"X": X.copy(), "T": T.copy(), **ERROR},
        "Cost.fitting": lambda: problem() | ERROR,
        "output_derivatives": lambda: {"net": net(), "X": X.copy()},
        "accuracy": problem,
        "predict": lambda: {"net": net(), "X": X.copy()},
        "one_hot": lambda: {"labels": np.arange(16) % 3, "classes": [0, 1, 2]},
        "hessian": lambda: {**problem(), "kind": "exact", **ERROR},
        "hessian_by_units": lambda: problem() | ERROR,
        "hessian_diagonal": lambda: {**problem(), "kind": "lecun1990", **ERROR},
        "hessian_vector_product": lambda: {**problem(), "vector": np.linspace(-1, 1, net().n), **ERROR},
        "inverse_hessian": lambda: problem() | inverse | ERROR,
        "recursion": lambda: {"rows": X.copy(), "alpha": 1e-2, "patterns": 16},
        "blocked_recursion": lambda: {"rows": X.copy(), "alpha": 1e-2, "patterns": 16, "block": 2},
        "remove": lambda: {"B": np.eye(4) + 0.1, "q": 2},
        "impulse_response": lambda: {"net": recurrent(), "steps": 5, "size": 0.5, "settle": 9},
        "hessian_by_recursion": lambda: problem(recurrent) | ERROR,
        "train_backpropagation": lambda: training_call(
            rate=0.1, momentum=0.5, batch=4, epochs=3, seed=0, shuffle=False, every=2, elimination=0.7, dropout=0.2
        ),
        "train_together": lambda: {
            "nets": [net(), net()],
            **{name: value for name, value in training_call(
                rate=0.1, momentum=0.5, batch=4, epochs=2, shuffle=True, every=1,
            ).items() if name != "net"}, "seeds": [0, 1],
        },
        "train_diagonal_newton": lambda: training_call(rate=0.1, damping=0.1, sample=5, epochs=2, seed=0),
        "train_gauss_newton": lambda: training_call(iterations=3, damping=1e-2),
        "train_quasi_newton": lambda: training_call(iterations=3),
        "prune": lambda: {
            **problem(), "method": cn.EBD(), **ERROR, "at_once": 3, "revive": 1, "groups": None,
            "candidates": np.arange(net().n), "keep_biases": False,
            "keep_orphans": True, "down_to": 5, "retrain": lambda net, X, T: None, "stop": lambda step: False,
            "validation": (X[:4], T[:4]), "test": (X[4:], T[4:]), "each": lambda path: None, "checkpoint": None,
        },
        "prune.groups": lambda: {
            **problem(), "method": cn.OptimalBrainSurgeon(1e-4), **ERROR, "groups": [[0, 3], np.array([4, 5]), [8, 9]],
        },
        "recipe": lambda: {
            **problem(), "method": cn.OptimalBrainDamage("gauss-newton"), "numbers": (3, 5), "factor": 0.5,
            "retrain": lambda net, X, T: None, **ERROR,
        },
        "prune_layers": lambda: {
            "net": net(), "X": X.copy(), "method": cn.LayerwiseSurgeon(), "keep": (0.5, 0.6), "keep_biases": False,
        },
        "least_squares": lambda: {"net": net(), "X": X.copy(), "mask": np.arange(net().n) % 3 > 0, "alpha": 1e-4},
        "layer_errors": lambda: {"net": net(), "smaller": net(seed=1), "X": X.copy()},
        "output_bound": lambda: {"net": net(), "smaller": net(seed=1), "X": X.copy(), "norm": "spectral"},
        "saliency_bounds": lambda: {**problem(), "dimension": 3, "alpha": 1e-4, **ERROR},
        "remove_orphans": lambda: {"net": net(), "candidates": np.arange(net().n)},
        "final_prediction_error": lambda: {**problem(), "error": "squared"},
        "effective_weights": lambda: problem() | decay,
        "effective_weights.decays": lambda: problem() | ERROR | decays,
        "estimated_test_error": lambda: problem() | decay,
        **projection_calls(),
        **bound_calls(),
        "fit": lambda: {"method": "P*", "problem": nonconvergent.Problem((X, T), (X, T), (0.05, 0.01), 0)},
    }  # fmt: skip


def layer_calls():
    """What works on a layer at a time, and rounding; of 8 bits, as 2^8 is zero where NumPy counts in 8 of its own."""

    def given(**options):
        return {"net": net(), "X": X.copy(), **options, "alpha": 1e-2}

    return {
        "prune_by_traces": lambda: given(left=0.5),
        "quantize_greedily": lambda: given(bits=8),
        "gptq": lambda: given(bits=8),
        "sparse_gpt": lambda: given(left=0.5) | {"block": 2},
        "round_to_bits": lambda: {"net": net(), "bits": 8},
        "round_to_half": lambda: {"net": net()},
        "damage": lambda: {**problem(), "changed": net(seed=1), **ERROR},
    }


def dataset_calls():
    def outputs():
        return np.cos(np.arange(52.0)).reshape(2, 26)

    def word_file():
        with open("words.data", "w", encoding="ascii") as file:
            file.write("box\tbaX\t>1<\n")
        return {"path": "words.data"}

    def zip_codes():
        os.makedirs("codes", exist_ok=True)
        for name in ("zip.train", "zip.test"):
            with open(f"codes/{name}", "w", encoding="ascii") as file:
                file.write("7" + " -0.5" * 256 + "\n")
        return {"folder": "codes"}

    return {
        "xor": lambda: {"inputs": (0.0, 1.0), "targets": (0.2, 0.8)},
        "monks": lambda: {"problem": 1},
        "monks_text": lambda: {"instance": (1, 2, 1, 3, 4, 1)},
        "mackey_glass": lambda: {"length": 9, "a": 0.2, "b": 0.1, "tau": 5, "start": 1.1, "transient": 3},
        "lag_space": lambda: {"series": np.sin(np.arange(20.0)), "lags": (1, 3)},
        "gaussian_mixtures": lambda: {"seed": 0, "sizes": (4, 3), "deviations": True},
        "divide": lambda: {"data": (X.copy(), T.copy()), "sizes": (5, 6), "seed": 0},
        "standardize": lambda: {"values": X[:5].copy(), "like": X.copy()},
        "finnoff": lambda: {"name": "id_8_n", "seed": 0},
        "digits": lambda: {"size": 16},
        "read_zip_codes": zip_codes,
        "read_pronunciations": word_file,
        "windows": lambda: {"words": [("box", "baX", ">1<"), datasets.Word("able", "ebL-", "1>>0")]},
        "best_guess": lambda: {"outputs": outputs()},
        "guessed_right": lambda: {"outputs": outputs(), "T": np.abs(outputs()).round()},
        "read_rule": lambda: {"answers": (np.indices((2, 3, 2)).sum(axis=0) % 3) > 0, "attributes": SMALL},
    }  # fmt: skip


def plotting_calls():
    x = np.arange(5.0)
    return {
        "draw_network": lambda: {
            "net": net(), "ax": axes(), "input_names": ["a", "b", "c"], "output_names": ["d"], "largest": 2.0
        },
        "draw_maps": lambda: {"net": seeing(), "x": np.linspace(-1.0, 1.0, 16), "ax": axes()},
        "show_kernels": lambda: {"net": seeing(), "layer": 1, "before": seeing(), "ax": axes()},
        "show_hessian": lambda: {"H": np.eye(3) - 0.5, "names": ["a", "b", "c"], "ax": axes()},
        "show_error_surface": lambda: {
            **problem(), "first": 0, "second": 3, "ax": axes(), "width": 0.5, **ERROR,
            "moves": {"OBS": net(seed=1).weights.copy()},
        },
        "plot_predictions": lambda: {"predicted": x + 1, "actual": x + 1.5, "ax": axes(), "name": "OBS"},
        "stacked_bars": lambda: {
            "names": ["a", "b"], "shares": {"u": np.array([1.0, 2.0]), "v": np.array([2.0, 1.0])}, "label": "%",
            "ax": axes(),
        },
        "show_table": lambda: {
            "values": X[:2].copy(), "rows": ["a", "b"], "columns": ["c", "d", "e"], "label": "rank", "ax": axes()
        },
        "plot_paths": lambda: {"paths": {"OBS": path()}, "quantity": "test_error", "ax": axes()},
        "plot_curves": lambda: {
            "x": x, "curves": {"a": x**2, "b": x}, "xlabel": "time", "ylabel": "size", "ax": axes(), "reference": "b",
            "bands": {"a": np.array([x, x + 2])}, "marks": {"c": 1.5}, "stems": False, "log": False,
        },
        "export_page": lambda: {
            "paths": {"OBS": path()}, "file": "page.html", "title": "a", "input_names": ["a", "b", "c"],
            "output_names": ["d"], "saliencies": {"OBS": np.ones((len(path()), net().n))},
        },
    }  # fmt: skip


def good_calls():
    """{name: a function that makes new arguments}, of every callable there is or was."""
    networks = network_calls("MLP", net) | network_calls("RecurrentNetwork", recurrent) | shared_calls()
    calls = networks | method_calls() | path_calls() | core_calls() | interchange_calls()
    return calls | layer_calls() | dataset_calls() | plotting_calls()
