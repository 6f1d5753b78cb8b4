"""Bad input for recurrent networks and the methods of 1995 and 1996: a ValueError that names the argument."""

import numpy as np
import pytest
from test_bad_input import NEGATIVE, NO_COUNT, NOT_POSITIVE, ONE_NAN, X, refused

from classicnets import (
    MLP,
    Cost,
    GammaOBD,
    GammaOBS,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeonWithDecay,
    RecurrentNetwork,
    accuracy,
    effective_weights,
    estimated_test_error,
    final_prediction_error,
    gradient,
    hessian,
    hessian_by_recursion,
    hessian_diagonal,
    hessian_vector_product,
    impulse_response,
    inverse_hessian,
    network_error,
    output_derivatives,
    prune,
    train_backpropagation,
    train_gauss_newton,
    train_quasi_newton,
)

T = np.linspace(-0.9, 0.9, 8).reshape(4, 2)

WITH_DECAY = {
    "network_error": network_error,
    "gradient": gradient,
    "hessian": hessian,
    "hessian_by_recursion": hessian_by_recursion,
    "hessian_diagonal": hessian_diagonal,
    "hessian_vector_product": lambda net, X, T, **more: hessian_vector_product(net, X, T, np.ones(net.n), **more),
    "inverse_hessian": lambda net, X, T, **more: inverse_hessian(net, X, T, 1e-3, **more),
    "exact inverse": lambda net, X, T, **more: inverse_hessian(net, X, T, 1e-3, "exact", **more),
    "train_gauss_newton": lambda *given, **more: train_gauss_newton(*given, iterations=2, **more),
    "train_quasi_newton": lambda *given, **more: train_quasi_newton(*given, iterations=2, **more),
    "prune": lambda *given, **more: prune(*given, Magnitude(), **more),
    "prune by OBS with decay": lambda *given, **more: prune(*given, OptimalBrainSurgeonWithDecay(), **more),
}
WITH_TARGETS = {
    **WITH_DECAY,
    "final_prediction_error": final_prediction_error,
    "effective_weights": lambda net, X, T, **more: effective_weights(net, X, T, 0.1, **more),
    "estimated_test_error": lambda net, X, T, **more: estimated_test_error(net, X, T, 0.1, **more),
    "prune by gammaOBD": lambda *given, **more: prune(*given, GammaOBD(), weight_decay=0.1, **more),
    "prune by gammaOBS": lambda *given, **more: prune(*given, GammaOBS(), weight_decay=0.1, **more),
}
with_targets = pytest.mark.parametrize("function", WITH_TARGETS.values(), ids=WITH_TARGETS)
with_decay = pytest.mark.parametrize("function", WITH_DECAY.values(), ids=WITH_DECAY)

BAD_PATTERNS = [
    (X[:, :2], r"X: expected shape \(P, 3\); got \(4, 2\)"),
    (X[0], r"X: expected shape \(P, 3\); got \(3,\)"),
    (X[:0], "X: expected at least one pattern; got none"),
    (ONE_NAN, "X: expected finite numbers; got NaN or infinity"),
    (X + [np.inf, 0, 0], "X: expected finite numbers; got NaN or infinity"),
]
BAD_TARGETS = [
    (T[:, :1], r"T: expected shape \(P, 2\); got \(4, 1\)"),
    (np.concatenate([T, T[:1]]), "T: expected at most 4 targets, one for each pattern of X; got 5"),
    (T[:0], "T: expected at least one pattern; got none"),
    (T * [np.nan, 1], "T: expected finite numbers; got NaN or infinity"),
    (2 * T, r"T: expected targets in \[-1, 1\] for tanh outputs; got -1.8 to 1.8"),
]


@pytest.fixture
def net():
    net = RecurrentNetwork((3, 2, 2), output="tanh", seed=0)
    net.delete([1, 5])
    return net


# -- patterns, targets, numbers -------------------------------------------------------------------------------------


@with_targets
@pytest.mark.parametrize("bad, message", BAD_PATTERNS)
def test_bad_patterns_with_targets(net, function, bad, message):
    with refused(net, message):
        function(net, bad, T)


@pytest.mark.parametrize("bad, message", BAD_PATTERNS)
def test_bad_patterns(net, bad, message):
    for function in (RecurrentNetwork.forward, output_derivatives, lambda net, X: accuracy(net, X, T)):
        with refused(net, message):
            function(net, bad)


@with_targets
@pytest.mark.parametrize("bad, message", BAD_TARGETS)
def test_bad_targets(net, function, bad, message):
    with refused(net, message):
        function(net, X, bad)
    with refused(net, message):
        accuracy(net, X, bad)


@pytest.mark.parametrize("bad, message", BAD_TARGETS)
def test_bad_targets_to_measure_on(net, bad, message):
    for which in ("validation", "test"):
        with refused(net, rf"{which}: of the pair \(X, T\), {message}"):
            prune(net, X, T, Magnitude(), **{which: (X, bad)})
    with refused(net, rf"validation: of the pair \(X, T\), {message}"):
        train_gauss_newton(net, X, T, validation=(X, bad))


@with_targets
def test_fewer_targets_than_patterns_are_no_mistake_but_more_for_an_mlp(net, function):
    function(net, X, T[1:])
    if function is not WITH_TARGETS["hessian_by_recursion"]:
        with pytest.raises(ValueError, match="^T: expected 4 targets, one for each pattern of X; got 3"):
            function(MLP((3, 2, 2), output="tanh"), X, T[1:])


@with_decay
@pytest.mark.parametrize("bad", NEGATIVE)
def test_weight_decay_must_not_be_negative(net, function, bad):
    with refused(net, "weight_decay: expected a finite number of at least 0; got "):
        function(net, X, T, weight_decay=bad)


@pytest.mark.parametrize("bad", NOT_POSITIVE)
def test_what_needs_a_weight_decay_needs_a_positive_one(net, bad):
    for function in (effective_weights, estimated_test_error):
        with refused(net, "weight_decay: expected a finite number above 0; got "):
            function(net, X, T, bad)
    for method in (GammaOBD(), GammaOBS()):
        with refused(net, "weight_decay: expected a finite number (above|of at least) 0; got "):
            method.look(net, Cost(X, T, "squared", bad))
        with refused(net, "weight_decay: expected a finite number "):
            prune(net, X, T, method, weight_decay=bad)
    with refused(net, "alpha: expected a finite number above 0; got "):
        OptimalBrainSurgeonWithDecay(alpha=bad)


@pytest.mark.parametrize("bad", NO_COUNT)
def test_steps_of_an_impulse_response_are_counts(net, bad):
    with refused(net, "steps: expected a whole number of at least 1; got "):
        impulse_response(net, bad)
    if bad != 0:
        with refused(net, "settle: expected a whole number of at least 0; got "):
            impulse_response(net, 5, settle=bad)


@pytest.mark.parametrize("bad", [np.nan, np.inf, "large", [1.0, 2.0]])
def test_the_size_of_an_impulse_is_a_finite_number(net, bad):
    with refused(net, "size: expected "):
        impulse_response(net, 5, size=bad)


# -- names and what a recurrent network cannot do -------------------------------------------------------------------


@with_targets
@pytest.mark.parametrize("error", ["mse", "Squared", None, 2])
def test_unknown_errors(net, function, error):
    with refused(net, f"error: expected one of squared, cross-entropy; got {error!r}"):
        function(net, X, T, error=error)
    with refused(net, "error: expected logistic or softmax outputs for cross-entropy; got tanh"):
        function(net, X, T, error="cross-entropy")


@pytest.mark.parametrize("name", ["swish", "softmax", "", None, 3, ["tanh"]])
def test_unknown_activations_softmax_among_them(name):
    with pytest.raises(ValueError, match="^hidden: expected one of tanh, logistic, scaled tanh, relu, linear; got "):
        RecurrentNetwork((2, 2, 1), hidden=name)
    with pytest.raises(ValueError, match="^output: expected one of tanh, logistic, scaled tanh, relu, linear; got "):
        RecurrentNetwork((2, 2, 1), output=name)


@pytest.mark.parametrize("sizes", [(), (3,), (2, 1), (2, 2, 2, 1), 3, None, "4-4-1"])
def test_a_recurrent_network_has_three_sizes(sizes):
    with pytest.raises(ValueError, match="^sizes: expected (inputs, hidden units and outputs|whole numbers)"):
        RecurrentNetwork(sizes)


@pytest.mark.parametrize("sizes", [(0, 2, 1), (2, 0, 1), (2, 2, -1), (2.0, 2, 1), (True, 1, 1), (None, 1, 1), "441"])
def test_sizes_that_are_not_counts(sizes):
    with pytest.raises(ValueError, match="^sizes: expected (a whole number|whole numbers) of at least 1"):
        RecurrentNetwork(sizes)


@pytest.mark.parametrize("kind", ["lecun1990", "levenberg-marquardt", "Exact", None])
def test_the_sweep_is_for_mlps(net, kind):
    message = f"kind: expected one of exact, gauss-newton(, lecun1990, levenberg-marquardt)?; got {kind!r}"
    for function in (hessian, hessian_diagonal):
        with refused(net, message):
            function(net, X, T, kind)
    if kind in ("lecun1990", "levenberg-marquardt"):
        with refused(net, message):
            prune(net, X, T, OptimalBrainDamage(kind))
    with pytest.raises(ValueError, match=f"^kind: expected one of exact, gauss-newton; got {kind!r}"):
        OptimalBrainSurgeonWithDecay(kind=kind)


def test_the_forward_recursion_is_for_recurrent_networks():
    with pytest.raises(TypeError, match="^net: expected a RecurrentNetwork; got MLP 3-2-2, "):
        hessian_by_recursion(MLP((3, 2, 2), output="tanh"), X, T)


def test_backpropagation_is_for_patterns_without_an_order(net):
    before = net.weights.copy()
    with pytest.raises(TypeError, match="^net: expected one that does not remember, .*; got RecurrentNetwork 3-2-2, "):
        train_backpropagation(net, X, T)
    assert np.array_equal(net.weights, before)


@pytest.mark.parametrize("method", [OptimalBrainSurgeonWithDecay(), GammaOBD(), GammaOBS()])
def test_pruning_where_nothing_is_left_to_delete(net, method):
    message = "net: expected at least one weight left to delete; got none of those that may go"
    net.delete(~net.is_bias)
    with refused(net, message):
        prune(net, X, T, method, weight_decay=0.1, keep_biases=True)
    net.delete(slice(None))
    with refused(net, message):
        prune(net, X, T, method, weight_decay=0.1)


@pytest.mark.parametrize("changes", [{"sizes": (3, 2)}, {"output": "softmax"}, {"weights": np.ones(14)}], ids=str)
def test_loading_what_is_no_recurrent_network(tmp_path, net, changes):
    parts = {name: getattr(net, name) for name in ("sizes", "hidden", "output", "weights", "mask")}
    np.savez(tmp_path / "net.npz", **{**parts, **changes})
    with pytest.raises(ValueError, match="^path: expected a network written by save; got .*net"):
        RecurrentNetwork.load(tmp_path / "net.npz")
