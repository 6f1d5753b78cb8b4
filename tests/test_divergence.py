"""Recurrent networks whose outputs or derivatives grow beyond all bounds: said by name, recorded as infinite."""

from importlib import import_module

import numpy as np
import pytest

from classicnets import (
    EBD,
    EBS,
    ESP,
    MLP,
    Cost,
    EigenspaceSurgeon,
    GammaOBD,
    GammaOBS,
    Magnitude,
    OptimalBrainDamage,
    OptimalBrainSurgeon,
    OptimalBrainSurgeonWithDecay,
    RandomChoice,
    RecurrentNetwork,
    accuracy,
    effective_weights,
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
    train_gauss_newton,
    train_quasi_newton,
)
from classicnets.pruning.harang2023 import DropoutDamage, Merging, OutgoingNorm, TrueDamage

STEPS = 400
ONES, HALVES = np.ones((STEPS, 1)), np.full((STEPS, 1), 0.5)

DERIVATIVES = {
    "forward": lambda net, X, T: net.forward(X),
    "gradient": gradient,
    "output_derivatives": lambda net, X, T: output_derivatives(net, X),
    "hessian": hessian,
    "gauss-newton hessian": lambda net, X, T: hessian(net, X, T, "gauss-newton"),
    "hessian_by_recursion": hessian_by_recursion,
    "hessian_diagonal": hessian_diagonal,
    "hessian_vector_product": lambda net, X, T: hessian_vector_product(net, X, T, np.ones(net.n)),
    "inverse_hessian": lambda net, X, T: inverse_hessian(net, X, T, 1e-3),
    "exact inverse_hessian": lambda net, X, T: inverse_hessian(net, X, T, 1e-3, "exact"),
    "effective_weights": lambda net, X, T: effective_weights(net, X, T, 1e-3),
}
derivatives = pytest.mark.parametrize("function", DERIVATIVES.values(), ids=DERIVATIVES)
TRAINERS = pytest.mark.parametrize("train", [train_gauss_newton, train_quasi_newton])
METHODS = [
    Magnitude,
    lambda: OptimalBrainDamage("exact"),
    OptimalBrainSurgeon,
    OptimalBrainSurgeonWithDecay,
    GammaOBD,
    GammaOBS,
]


def one_unit(hidden="linear", output="linear", **weights):
    """A 1-1-1 network with these weights and no others: x, hh, ho, b into the hidden unit and oh, oo, c out of it."""
    net = RecurrentNetwork((1, 1, 1), hidden, output)
    values = [weights.get(name) for name in ("x", "hh", "ho", "b", "oh", "oo", "c")]
    net.mask = np.array([value is not None for value in values])
    net.weights = [value or 0.0 for value in values]
    return net


DIVERGING = {
    "hidden": one_unit(x=1.0, hh=3.0, oh=1.0),
    "hidden, below bounded outputs": one_unit(output="logistic", x=1.0, hh=3.0, oh=1.0),
    "output": one_unit("tanh", x=1.0, oh=1.0, oo=-3.0),
    "at once": one_unit(x=1e120, oh=1.0),
    "both, by turns": one_unit(b=1.0, ho=5.0, oh=1.0),
}
diverging = pytest.mark.parametrize("net", DIVERGING.values(), ids=DIVERGING)


# -- outputs that diverge -------------------------------------------------------------------------------------------


@derivatives
@diverging
def test_derivatives_of_a_network_that_diverges_are_refused_and_name_it(function, net):
    s = net._run(ONES)[0]
    step = np.flatnonzero(np.isinf(s).any(axis=1))[0]
    assert step < STEPS - 1 and np.isinf(s[step:]).all() and (np.abs(s[:step]) <= 1e100).all()
    with pytest.raises(ValueError, match=rf"^net: expected outputs that stay below 1e\+100; .* at step {step}$"):
        function(net, ONES, HALVES)


def test_up_to_the_bound_all_is_well_and_a_step_beyond_it_is_not():
    net = one_unit(c=1e50, oo=0.999e50)
    assert net.forward(ONES[:2])[:, 0] == pytest.approx([1e50, 0.999e100])
    net.weights = 1.01 * net.weights
    with pytest.raises(ValueError, match="^net: expected outputs that .* at step 1$"):
        net.forward(ONES[:2])


@diverging
@pytest.mark.parametrize("run_up", [0, STEPS - 1])
@pytest.mark.parametrize("error", ["squared", "cross-entropy"])
def test_the_error_of_a_network_that_diverges_is_infinite(net, error, run_up):
    if error == "squared" or net.output == "logistic":
        assert network_error(net, ONES, HALVES[run_up:], error, weight_decay=0.1) == np.inf
        assert final_prediction_error(net, ONES, HALVES[STEPS - 40 :], error) == np.inf
        accuracy(net, ONES, HALVES[run_up:])


def test_infinity_minus_infinity_is_divergence_too():
    net = RecurrentNetwork((1, 2, 1), "linear", "linear")
    hidden, output = np.zeros((2, 5)), np.zeros((1, 4))
    hidden[:, 0], output[0, :2] = 1e90, (1e300, -1e300)
    net.matrices = [hidden, output]
    assert network_error(net, ONES[:3], HALVES[:3]) == np.inf
    assert np.isinf(net._run(ONES[:3])[0]).all()


def test_the_impulse_response_of_a_network_that_diverges_is_refused():
    with pytest.raises(ValueError, match="^net: expected outputs that stay below "):
        impulse_response(one_unit(x=1.0, hh=3.0, oh=1.0), 12, settle=0, size=1e99)


# -- derivatives that overflow though the outputs do not ------------------------------------------------------------


@derivatives
@pytest.mark.filterwarnings("ignore:(overflow|invalid)")
def test_derivatives_that_overflow_are_refused_and_name_the_network(function):
    net = one_unit(x=0.0, b=0.0, hh=1e150, oh=1e200)  # at rest: zero, and so unstable that no number can say it
    X, T = ONES[:4], HALVES[:4]
    assert not net.forward(X).any() and np.isfinite(network_error(net, X, T))
    if function is not DERIVATIVES["forward"]:
        with pytest.raises(ValueError, match="^net: expected finite derivatives; "):
            function(net, X, T)


@pytest.mark.filterwarnings("ignore:(overflow|invalid)")
def test_a_hessian_may_overflow_where_the_gradient_does_not():
    net = one_unit(x=1e-170, oh=1e170)
    assert net.forward(ONES[:4]) == pytest.approx(1) and np.isfinite(gradient(net, ONES[:4], HALVES[:4])).all()
    for kind in ("exact", "gauss-newton"):
        with pytest.raises(ValueError, match="^net: expected finite derivatives; "):
            hessian(net, ONES[:4], HALVES[:4], kind)


def test_a_hessian_in_whose_rounding_alpha_is_lost_has_no_inverse_and_ends_a_path():
    net, X, T = MLP((3, 1), output="linear", seed=0), np.full((2, 3), 1e20), np.zeros((2, 1))
    # whether the sum is singular to the last digit, or only nearly, is a matter of the processor
    with pytest.raises(ValueError, match=r"^alpha: expected enough for H \+ alpha I to have an inverse.*; got 1e-06"):
        inverse_hessian(net, X, T, 1e-6)
    assert prune(net, X, T, OptimalBrainSurgeon(1e-6)).ended_by == "divergence"
    net, X, T = MLP((1, 1), output="tanh"), np.zeros((1, 1)), -np.ones((1, 1))
    net.weights = [0.0, 0.5]
    with pytest.raises(ValueError, match="^alpha: expected enough "):
        inverse_hessian(net, X, T, -hessian(net, X, T)[1, 1], "exact")


# -- training and pruning -------------------------------------------------------------------------------------------


@TRAINERS
@diverging
def test_training_a_network_that_diverges_from_the_start_ends_there(train, net):
    net = net.copy()
    before = net.weights.copy()
    curve = train(net, ONES, HALVES)
    assert curve.stopped_by == "divergence" and curve.train_error == [np.inf] and curve.epoch == [0]
    assert np.array_equal(net.weights, before)


@TRAINERS
@pytest.mark.filterwarnings("ignore:(overflow|invalid)")
def test_training_where_the_derivatives_overflow_ends_there(train):
    net = one_unit(x=0.0, b=0.0, hh=1e150, oh=1e200)
    curve = train(net, ONES[:4], HALVES[:4])
    assert curve.stopped_by == "divergence" and curve.train_error == [0.125]
    assert net.weights.tolist() == [0, 1e150, 0, 0, 1e200, 0, 0]


@TRAINERS
@pytest.mark.filterwarnings("ignore:(overflow|invalid)")
def test_a_step_into_divergence_is_taken_back_and_training_goes_on(train, monkeypatch):
    net, T = one_unit(x=0.5, hh=-0.9, oh=0.5), np.arange(STEPS)[:, None] / 10
    tried = []
    value = Cost.value
    monkeypatch.setattr(Cost, "value", lambda *given: tried.append(value(*given)) or tried[-1])
    curve = train(net, ONES, T, iterations=20, weight_decay=1e-6)
    assert np.inf in tried and not np.isnan(tried).any()
    assert np.isfinite(curve.train_error).all() and (np.diff(curve.train_error) < 0).all() and curve.best > 3
    assert network_error(net, ONES, T, weight_decay=1e-6) == curve.train_error[curve.best]


@pytest.mark.parametrize("method", METHODS)
def test_a_deletion_after_which_the_network_diverges_is_undone_and_ends_the_path(method):
    # h = 1 + 2 h - o, o = 1.9 h: only all three together are stable. So much decay lets no other weight answer.
    net = one_unit(b=1.0, hh=2.0, ho=-1.0, oh=1.9)
    options = dict(weight_decay=1e6, keep_biases=True, keep_orphans=True)
    path = prune(net, ONES, HALVES, method(), **options)
    assert len(path) == 1 and path.ended_by == "divergence" and np.isfinite(path[0].train_error)
    assert len(path.rejected.deleted) == 1 and path.rejected.n_active == 3
    assert path.rejected.train_error == path.rejected.actual == np.inf
    assert np.array_equal(path.network().weights, net.weights)


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.filterwarnings("ignore:(overflow|invalid)")
def test_a_path_ends_before_derivatives_that_overflow(method):
    net = one_unit(x=0.0, b=0.0, hh=1e150, oh=1e200)
    path = prune(net, ONES[:4], HALVES[:4], method(), weight_decay=1e-3)
    assert len(path) == 1 and path.ended_by == "divergence" and path.rejected is None


def test_a_test_error_may_be_infinite():
    net = one_unit(x=0.1, hh=2.0, oh=3.0, c=-2.0)
    path = prune(net, ONES[:30], HALVES[:30], Magnitude(), test=(ONES, HALVES), validation=(ONES[:90], HALVES[:90]))
    assert path[0].test_error == np.inf and np.isfinite(path[0].train_error)
    assert path.rejected is None and path[-1].n_active == 0
    assert path.best("test_error") == len(path) - 1


@pytest.mark.filterwarnings("ignore:(overflow|invalid)")
def test_an_inverse_is_refused_where_the_squares_of_the_derivatives_overflow():
    net = one_unit(x=1e-170, oh=1e170)
    assert np.isfinite(output_derivatives(net, ONES[:4])).all()
    with pytest.raises(ValueError, match="^alpha: "):
        inverse_hessian(net, ONES[:4], HALVES[:4], 1e-6)


@pytest.mark.filterwarnings("ignore:(overflow|invalid)")
@pytest.mark.parametrize("derivatives", [0, 1000])  # written down for at most so many numbers
def test_an_inverse_of_a_multilayer_perceptron_is_refused_where_they_overflow(derivatives, monkeypatch):
    monkeypatch.setattr(import_module("classicnets.inverse"), "MANY_DERIVATIVES", derivatives)
    net, X, T = MLP((3, 1), output="linear", seed=0), np.full((2, 3), 1e160), np.zeros((2, 1))
    with pytest.raises(ValueError, match="^alpha: "):
        inverse_hessian(net, X, T, 1e-6)


UNITS = [OutgoingNorm, DropoutDamage, Merging]
ALL = [*METHODS, RandomChoice, EigenspaceSurgeon, ESP, EBD, EBS, TrueDamage, *UNITS]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", ALL, ids=lambda method: getattr(method, "__name__", "exact"))
@pytest.mark.parametrize(
    "output, error", [("linear", "squared"), ("logistic", "squared"), ("logistic", "cross-entropy")]
)
def test_pruning_huge_weights_ends_without_a_word_from_numpy(method, output, error):
    net, X = MLP((3, 2, 1), output=output), 1 + np.arange(24.0).reshape(8, 3) / 24
    net.weights = np.linspace(-1, 1, net.n) * 1e308
    options = {"groups": net.hidden_units()} if method in UNITS else {}
    path = prune(net, X, np.linspace(0.1, 0.9, 8)[:, None], method(), error=error, weight_decay=0.1, **options)
    assert path.ended_by in ("divergence", "saliency", "size") and all(np.isfinite(step.weights).all() for step in path)


@pytest.mark.filterwarnings("error")
def test_an_error_that_overflows_is_infinite_without_a_word_from_numpy():
    net = MLP((1, 2, 1), hidden="linear", output="linear")
    net.weights = [1e308, 0, 1e308, 0, 1.0, -1.0, 0.0]  # inf - inf
    assert network_error(net, [[30.0]], [[0.0]]) == np.inf


def test_a_worth_that_overflows_is_no_number_to_compare():
    net, method = MLP((1, 1), output="linear", seed=0), ESP()
    method.look(net, Cost(np.ones((2, 1)), np.full((2, 1), -1000.0)))
    net.weights = [1e308, 1e308]  # inf - inf: h w^2 / 2 less g w
    with pytest.raises(ValueError, match="^net: expected weights that can be compared; "):
        method.saliency(net)
