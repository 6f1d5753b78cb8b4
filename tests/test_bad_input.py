"""Bad input: a ValueError that names the argument, what was expected and what came; and the network as it was."""

from contextlib import contextmanager

import numpy as np
import pytest

from classicnets import (
    MLP,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    RandomChoice,
    accuracy,
    blocked_recursion,
    checks,
    gradient,
    hessian,
    hessian_diagonal,
    hessian_vector_product,
    inverse_hessian,
    monks,
    network_error,
    output_derivatives,
    prune,
    recursion,
    remove,
    train_backpropagation,
    train_gauss_newton,
    train_quasi_newton,
)

X = np.arange(12.0).reshape(4, 3) / 12
T = np.arange(8.0).reshape(4, 2) / 8
ONE_NAN, ONE_INFINITE = X.copy(), X.copy()
ONE_NAN[2, 1], ONE_INFINITE[3, 2] = np.nan, -np.inf

# All that takes a network, patterns, targets, and perhaps an error and a weight decay.
WITH_TARGETS = {
    "network_error": network_error,
    "gradient": gradient,
    "hessian": hessian,
    "hessian_diagonal": hessian_diagonal,
    "hessian_vector_product": lambda net, X, T, **options: hessian_vector_product(net, X, T, np.ones(net.n), **options),
    "inverse_hessian": lambda net, X, T, **options: inverse_hessian(net, X, T, 1e-6, **options),
    "exact inverse": lambda net, X, T, **options: inverse_hessian(net, X, T, 1e-6, "exact", **options),
    "train_backpropagation": lambda *arguments, **options: train_backpropagation(*arguments, epochs=2, **options),
    "train_gauss_newton": lambda *arguments, **options: train_gauss_newton(*arguments, iterations=2, **options),
    "train_quasi_newton": lambda *arguments, **options: train_quasi_newton(*arguments, iterations=2, **options),
    "prune by magnitude": lambda *arguments, **options: prune(*arguments, Magnitude(), **options),
    "prune at random": lambda *arguments, **options: prune(*arguments, RandomChoice(0), **options),
    "prune by OBD": lambda *arguments, **options: prune(*arguments, OptimalBrainDamage(), **options),
    "prune by OBS": lambda *arguments, **options: prune(*arguments, OptimalBrainSurgeon(), **options),
}
WITH_PATTERNS = {"forward": MLP.forward, "output_derivatives": output_derivatives}
TRAINERS = {name: function for name, function in WITH_TARGETS.items() if name.startswith("train")}

with_targets = pytest.mark.parametrize("function", WITH_TARGETS.values(), ids=WITH_TARGETS)
with_patterns = pytest.mark.parametrize("function", WITH_PATTERNS.values(), ids=WITH_PATTERNS)
trainers = pytest.mark.parametrize("function", TRAINERS.values(), ids=TRAINERS)


@pytest.fixture
def net():
    net = MLP((3, 2, 2), seed=0)
    net.delete([1, 5])
    return net


@contextmanager
def refused(net, message):
    """ValueError with this message (a regular expression) from its beginning, and the network bit by bit as before."""
    before = net.weights.tobytes(), net.mask.tobytes(), net.sizes, net.hidden, net.output
    with pytest.raises(ValueError, match=f"^{message}"):
        yield
    assert (net.weights.tobytes(), net.mask.tobytes(), net.sizes, net.hidden, net.output) == before


# -- patterns and targets -------------------------------------------------------------------------------------------

BAD_PATTERNS = [
    (X[:, :2], r"X: expected shape \(P, 3\); got \(4, 2\)"),
    (X[0], r"X: expected shape \(P, 3\); got \(3,\)"),
    (X[None], r"X: expected shape \(P, 3\); got \(1, 4, 3\)"),
    (X.T, r"X: expected shape \(P, 3\); got \(3, 4\)"),
    (3.0, r"X: expected shape \(P, 3\); got \(\)"),
    (None, r"X: expected numbers of shape \(P, 3\); got NoneType"),
    (X[:0], "X: expected at least one pattern; got none"),
    ([], r"X: expected shape \(P, 3\); got \(0,\)"),
    (X.astype(str).tolist() + [["a", "b", "c"]], r"X: expected numbers of shape \(P, 3\); got list"),
    ([[1, 2, 3], [1, 2]], r"X: expected numbers of shape \(P, 3\); got list"),
    (ONE_NAN, "X: expected finite numbers; got NaN or infinity"),
    (X + [np.inf, 0, 0], "X: expected finite numbers; got NaN or infinity"),
    (ONE_INFINITE, "X: expected finite numbers; got NaN or infinity"),
]
BAD_TARGETS = [
    (T[:, :1], r"T: expected shape \(P, 2\); got \(4, 1\)"),
    (T[:, 0], r"T: expected shape \(P, 2\); got \(4,\)"),
    (T[:3], "T: expected 4 targets, one for each pattern of X; got 3"),
    (np.concatenate([T, T]), "T: expected 4 targets, one for each pattern of X; got 8"),
    (T[:0], "T: expected at least one pattern; got none"),
    ([["yes", "no"]] * 4, r"T: expected numbers of shape \(P, 2\); got list"),
    (T * [np.nan, 1], "T: expected finite numbers; got NaN or infinity"),
    (T + [np.inf, 0], "T: expected finite numbers; got NaN or infinity"),
    (2 * T - 1, r"T: expected targets in \[0, 1\] for logistic outputs; got -1 to 0.75"),
    (T + 0.5, r"T: expected targets in \[0, 1\] for logistic outputs; got 0.5 to 1.375"),
]


@with_patterns
@pytest.mark.parametrize("bad, message", BAD_PATTERNS)
def test_bad_patterns(net, function, bad, message):
    with refused(net, message):
        function(net, bad)


@with_targets
@pytest.mark.parametrize("bad, message", BAD_PATTERNS)
def test_bad_patterns_with_targets(net, function, bad, message):
    with refused(net, message):
        function(net, bad, T)


@with_targets
@pytest.mark.parametrize("bad, message", BAD_TARGETS)
def test_bad_targets(net, function, bad, message):
    with refused(net, message):
        function(net, X, bad)


@pytest.mark.parametrize("bad, message", BAD_PATTERNS)
def test_accuracy_of_bad_patterns(net, bad, message):
    with refused(net, message):
        accuracy(net, bad, T)


@pytest.mark.parametrize("bad, message", BAD_TARGETS)
def test_accuracy_of_bad_targets(net, bad, message):
    with refused(net, message):
        accuracy(net, X, bad)


def test_targets_outside_the_range_of_each_activation():
    for output, bad, message in [
        ("tanh", T - 1.5, r"T: expected targets in \[-1, 1\] for tanh outputs; got -1.5 to -0.625"),
        ("logistic", -T, r"T: expected targets in \[0, 1\] for logistic outputs; got -0.875 to -?0"),
        ("softmax", T - 1, r"T: expected targets in \[0, 1\] for softmax outputs; got -1 to -0.125"),
        ("softmax", T, "T: expected rows that sum to 1 for softmax outputs; got other sums"),
    ]:
        net = MLP((3, 2), output=output)
        with refused(net, message):
            gradient(net, X, bad, "cross-entropy" if output == "softmax" else "squared")
    assert np.isfinite(network_error(MLP((3, 2), output="linear"), X, 100 * T))  # no range: any number will do


@trainers
@pytest.mark.parametrize("bad, message", BAD_TARGETS)
def test_bad_validation_targets_while_training(net, function, bad, message):
    with refused(net, r"validation: of the pair \(X, T\), " + message):
        function(net, X, T, validation=(X, bad))


@pytest.mark.parametrize("which", ["validation", "test"])
@pytest.mark.parametrize("bad, message", BAD_PATTERNS)
def test_bad_patterns_to_measure_on_while_pruning(net, which, bad, message):
    with refused(net, rf"{which}: of the pair \(X, T\), {message}"):
        prune(net, X, T, Magnitude(), **{which: (bad, T)})


@pytest.mark.parametrize("which", ["validation", "test"])
@pytest.mark.parametrize("bad", [X, (X,), (X, T, T), zip(X, T, strict=True), "XT", {X.shape: T}, 3, lambda: (X, T)])
def test_what_is_no_pair_to_measure_on(net, which, bad):
    calls = [lambda: prune(net, X, T, Magnitude(), **{which: bad}), *(
        lambda train=train: train(net, X, T, **{which: bad}) for train in TRAINERS.values()
    )]  # fmt: skip
    for call in calls:
        with refused(net, rf"{which}: expected a pair \(X, T\) of patterns and targets; got "):
            call()


# -- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["swish", "softmax", "", None, 3, ["tanh"]])
def test_unknown_hidden_activations(name):
    with pytest.raises(ValueError, match="^hidden: expected one of tanh, logistic, scaled tanh, relu, linear; got "):
        MLP((2, 2, 1), hidden=name)


@pytest.mark.parametrize("name", ["swish", "Softmax", "", None, 3, ["tanh"]])
def test_unknown_output_activations(name):
    with pytest.raises(
        ValueError, match="^output: expected one of tanh, logistic, scaled tanh, relu, linear, softmax; got "
    ):
        MLP((2, 2, 1), output=name)


@with_targets
@pytest.mark.parametrize("name", ["mse", "Squared", None, 2])
def test_unknown_errors(net, function, name):
    with refused(net, f"error: expected one of squared, cross-entropy; got {name!r}"):
        function(net, X, T, error=name)


@with_targets
@pytest.mark.parametrize(
    "error, output, fitting",
    [
        ("squared", "softmax", "tanh or logistic or scaled tanh or relu or linear"),
        ("cross-entropy", "tanh", "logistic or softmax"),
        ("cross-entropy", "linear", "logistic or softmax"),
    ],
)
def test_errors_that_do_not_fit_the_outputs(function, error, output, fitting):
    net = MLP((3, 2, 2), output=output, seed=0)
    with refused(net, f"error: expected {fitting} outputs for {error}; got {output}"):
        function(net, X, np.full((4, 2), 0.5), error=error)


@pytest.mark.parametrize("name", ["Exact", "lecun", None, 1])
def test_unknown_kinds(net, name):
    two = f"kind: expected one of exact, gauss-newton; got {name!r}"
    four = f"kind: expected one of exact, gauss-newton, lecun1990, levenberg-marquardt; got {name!r}"
    with refused(net, two):
        hessian(net, X, T, kind=name)
    with refused(net, four):
        hessian_diagonal(net, X, T, kind=name)
    with refused(net, two):
        inverse_hessian(net, X, T, 1e-6, kind=name)
    with refused(net, f"kind: expected one of exact, gauss-newton; got {name!r}"):
        OptimalBrainSurgeon(kind=name)
    with refused(net, f"kind: expected one of lecun1990, levenberg-marquardt, exact, gauss-newton; got {name!r}"):
        OptimalBrainDamage(kind=name)


@pytest.mark.parametrize("number", [0, 4, -1, "monk1", None, 1.5])
def test_unknown_problems(number):
    with pytest.raises(ValueError, match=f"^problem: expected one of 1, 2, 3; got '{number}'"):
        monks(number)


def test_unknown_quantities_of_a_path(net):
    path = prune(net, X, T, Magnitude())
    for name in ("loss", "weights", "mask", "deleted", None):
        with refused(net, f"name: expected a number that a Step records; got {name!r}"):
            path.curve(name)
        with refused(net, f"quantity: expected a number that a Step records; got {name!r}"):
            path.best(name)


# -- numbers --------------------------------------------------------------------------------------------------------

NOT_POSITIVE = [0, 0.0, -1e-6, np.nan, np.inf, "1", None, 1j]
NEGATIVE = [-1e-9, -1, np.nan, np.inf, "0", None]
NO_COUNT = [0, -1, 2.0, "3", True, None, np.nan]


@pytest.mark.parametrize("alpha", NOT_POSITIVE)
def test_alpha_must_be_positive(net, alpha):
    message = "alpha: expected a finite number above 0; got "
    with refused(net, message):
        OptimalBrainSurgeon(alpha=alpha)
    for kind in ("gauss-newton", "exact"):
        with refused(net, message):
            inverse_hessian(net, X, T, alpha, kind)


@pytest.mark.parametrize("form", [recursion, blocked_recursion])
@pytest.mark.parametrize("alpha", NOT_POSITIVE)
def test_alpha_of_the_recursion_must_be_positive(form, alpha):
    for rows in (np.ones((2, 3)), np.ones((4, 3))):
        with pytest.raises(ValueError, match="^alpha: expected a finite number above 0; got "):
            form(rows, alpha, 4)


@pytest.mark.parametrize("block", NO_COUNT)
def test_the_block_of_the_recursion_must_be_a_count(block):
    if block is not None:  # which is a good size
        with pytest.raises(ValueError, match="^block: expected a whole number of at least 1; got "):
            blocked_recursion(np.ones((4, 3)), 1e-4, 4, block)


@with_targets
@pytest.mark.parametrize("decay", NEGATIVE)
def test_weight_decay_must_not_be_negative(net, function, decay):
    with refused(net, "weight_decay: expected a finite number of at least 0; got "):
        function(net, X, T, weight_decay=decay)


@pytest.mark.parametrize("bad", NOT_POSITIVE)
def test_settings_of_training_that_must_be_positive(net, bad):
    with refused(net, "rate: expected a finite number above 0; got "):
        train_backpropagation(net, X, T, rate=bad)
    with refused(net, "damping: expected a finite number above 0; got "):
        train_gauss_newton(net, X, T, damping=bad)


@pytest.mark.parametrize("bad", NEGATIVE)
def test_settings_of_training_that_must_not_be_negative(net, bad):
    for name in ("target_error", "gradient_norm"):
        for train in (train_backpropagation, train_gauss_newton, train_quasi_newton):
            with refused(net, f"{name}: expected a finite number of at least 0; got "):
                train(net, X, T, **{name: bad})
    with refused(net, "momentum: expected a finite number of at least 0; got "):
        train_backpropagation(net, X, T, momentum=bad)


@pytest.mark.parametrize("bad", NO_COUNT)
def test_settings_that_count_something(net, bad):
    for train in (train_backpropagation, train_gauss_newton, train_quasi_newton):
        with refused(net, "patience: expected a whole number of at least 1; got "):
            train(net, X, T, patience=bad)
    for name in ("batch", "every"):
        if bad is not None or name != "batch":  # batch None is all patterns
            with refused(net, f"{name}: expected a whole number of at least 1; got "):
                train_backpropagation(net, X, T, **{name: bad})
    with refused(net, "at_once: expected a whole number of at least 1 or a share between 0 and 1; got "):
        prune(net, X, T, Magnitude(), at_once=bad)
    if bad != 0:
        with refused(net, "epochs: expected a whole number of at least 0; got "):
            train_backpropagation(net, X, T, epochs=bad)
        for train in (train_gauss_newton, train_quasi_newton):
            with refused(net, "iterations: expected a whole number of at least 0; got "):
                train(net, X, T, iterations=bad)
        with refused(net, "down_to: expected a whole number of at least 0 or a share between 0 and 1; got "):
            prune(net, X, T, Magnitude(), down_to=bad)


# -- the network and its parts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(2, 0, 1), (2, -1), (2.0, 1), ("2", "1"), (True, 1), (None, 1), "21"])
def test_sizes_that_are_not_counts(sizes):
    with pytest.raises(ValueError, match="^sizes: expected (a whole number|whole numbers) of at least 1"):
        MLP(sizes)


@pytest.mark.parametrize("sizes", [(), (3,), 3, None])
def test_too_few_sizes(sizes):
    with pytest.raises(ValueError, match="^sizes: expected (at least inputs and outputs|whole numbers)"):
        MLP(sizes)


@pytest.mark.parametrize(
    "bad, message",
    [
        (np.ones(13), r"weights: expected shape \(14,\); got \(13,\)"),
        (1.0, r"weights: expected shape \(14,\); got \(\)"),
        (np.ones((2, 7)), r"weights: expected shape \(14,\); got \(2, 7\)"),
        (np.full(14, np.nan), "weights: expected finite numbers; got NaN or infinity"),
        (np.r_[np.ones(13), np.inf], "weights: expected finite numbers; got NaN or infinity"),
        (["w"] * 14, "weights: expected "),
    ],
)
def test_bad_weights(net, bad, message):
    with refused(net, message):
        net.weights = bad


@pytest.mark.parametrize(
    "bad", [np.ones(13, dtype=bool), True, np.ones(14), ["yes"] * 14, np.full(14, np.nan), [[1], [1, 1]]]
)
def test_bad_masks(net, bad):
    with refused(net, r"mask: expected booleans of shape \(14,\); got "):
        net.mask = bad


@pytest.mark.parametrize("bad", NOT_POSITIVE[:-2])
def test_a_bad_spread_of_initial_weights(net, bad):
    with refused(net, "spread: expected a finite number above 0; got "):
        net.initialize(seed=0, spread=bad)


@pytest.mark.parametrize(
    "bad, message",
    [
        (np.ones(13), r"vector: expected shape \(14,\); got \(13,\)"),
        (np.ones((14, 1)), r"vector: expected shape \(14,\); got \(14, 1\)"),
        (np.full(14, np.inf), "vector: expected finite numbers; got "),
        (["v"] * 14, r"vector: expected numbers of shape \(14,\); got list with 'v'"),
    ],
)
def test_a_bad_vector_to_multiply_the_hessian_with(net, bad, message):
    with refused(net, message):
        hessian_vector_product(net, X, T, bad)


@pytest.mark.parametrize(
    "bad", [slice(0, 9, 0), slice("a"), slice(True), [0, True], np.ma.masked_array([1, 2], [0, 1])]
)
def test_indices_that_are_none(net, bad):
    with refused(net, "indices: expected indices from 0 to 13, or 14 booleans; got "):
        net.delete(bad)
    with refused(net, "indices: expected indices from 0 to 13, or 14 booleans; got "):
        net.revive(bad)


def test_removing_what_is_not_there():
    B = np.diag([1.0, 2.0, 0.0])
    for q in (3, -4, 100, None, 1.0, "1"):
        with pytest.raises(ValueError, match="^q: expected indices from 0 to 2, or 3 booleans; got "):
            remove(B, q)
    with pytest.raises(ValueError, match="^q: expected a weight that is still there; got 2, already removed"):
        remove(B, 2)
    for B, q in ((np.ones((3, 3)), [0, 1]), (np.array([[1e-300, 1e300], [1e300, 1.0]]), 0)):
        with pytest.raises(ValueError, match="^B: expected one from which these can be removed; got an array"):
            remove(B, q)


@pytest.mark.parametrize("method", [Magnitude(), RandomChoice(0), OptimalBrainDamage(), OptimalBrainSurgeon()])
def test_pruning_where_nothing_is_left_to_delete(net, method):
    message = "net: expected at least one weight left to delete; got none of those that may go"
    net.delete(~net.is_bias)
    with refused(net, message):
        prune(net, X, T, method, keep_biases=True)
    net.delete(slice(None))
    with refused(net, message):
        prune(net, X, T, method)


# -- files that are not a network -----------------------------------------------------------------------------------


def write(path, net, **changes):
    """What `save` writes, with some entries changed, or left out where they are None."""
    entries = {"sizes": net.sizes, "hidden": net.hidden, "output": net.output, "weights": net.weights, "mask": net.mask}
    entries = {name: entry for name, entry in {**entries, **changes}.items() if entry is not None}
    with path.open("wb") as file:
        np.savez(file, **entries)


def refuse_to_load(path):
    with pytest.raises(ValueError, match="^path: expected a network written by save; got .*net"):
        MLP.load(path)


@pytest.mark.parametrize("content", [b"", b"not a network\n", b"PK\x03\x04 cut short", b"\x93NUMPY\x01\x00"])
def test_loading_what_is_no_npz_file(tmp_path, content):
    (tmp_path / "net.npz").write_bytes(content)
    refuse_to_load(tmp_path / "net.npz")


def test_loading_an_array_and_a_cut_off_network(tmp_path, net):
    np.save(tmp_path / "net.npy", net.weights)
    refuse_to_load(tmp_path / "net.npy")
    net.save(tmp_path / "net.npz")
    whole = (tmp_path / "net.npz").read_bytes()
    (tmp_path / "net.npz").write_bytes(whole[: len(whole) // 2])
    refuse_to_load(tmp_path / "net.npz")


@pytest.mark.parametrize(
    "changes",
    [
        *[{name: None} for name in ("sizes", "hidden", "output", "weights", "mask")],
        {"sizes": (3, 2)},
        {"sizes": 3},
        {"sizes": (3.0, 2.0, 2.0)},
        {"sizes": "3-2-2"},
        {"hidden": "swish"},
        {"output": "swish"},
        {"weights": np.ones(13)},
        {"weights": np.full(14, np.nan)},
        {"weights": ["w"] * 14},
        {"mask": np.ones(13, dtype=bool)},
        {"mask": np.array([True])},
        {"mask": np.array(None, dtype=object)},
    ],
    ids=str,
)
def test_loading_an_npz_file_that_save_did_not_write(tmp_path, net, changes):
    write(tmp_path / "net.npz", net)
    assert np.array_equal(MLP.load(tmp_path / "net.npz").weights, net.weights)  # unchanged, it is one
    write(tmp_path / "net.npz", net, **changes)
    refuse_to_load(tmp_path / "net.npz")


def test_read_only_patterns_are_copied_because_kernels_are_compiled_for_no_others():
    values = checks.finite_matrix("X", np.frombuffer(X.tobytes()).reshape(X.shape))
    assert values.flags.carray and np.array_equal(values, X)
