"""orphans.py for recurrent networks: what is removed changes no output, and what is left all matters."""

import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classicnets import Magnitude, RecurrentNetwork, output_derivatives, prune, remove_orphans
from classicnets.pruning.orphans import silenced

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 2))
ACTIVATIONS = st.sampled_from(["tanh", "logistic", "linear"])


def matters(net, X):
    """Which weights change some output at some step, if only by a little: (n,)."""
    return np.abs(output_derivatives(net, X)).max(axis=(0, 1)) > 0


def small(hidden="tanh", output="linear", sizes=(2, 3, 2), **weights):
    """A network with only the weights named, as h1_x1=0.5 for the weight h1<x1, and a series."""
    net = RecurrentNetwork(sizes, hidden, output)
    values = [weights.pop(name.replace("<", "_"), None) for name in net.weight_names()]
    assert not weights
    net.mask = np.array([value is not None for value in values])
    net.weights = [value or 0.0 for value in values]
    return net, np.random.default_rng(0).normal(size=(9, sizes[0]))


def left(net):
    """The names of the weights that are not deleted."""
    return [name.replace("<", "_") for name, kept in zip(net.weight_names(), net.mask, strict=True) if kept]


@settings(max_examples=200)
@given(SIZES, ACTIVATIONS, ACTIVATIONS, st.floats(0.3, 0.95), st.integers(0, 10_000))
def test_removing_orphans_changes_no_output_and_leaves_only_what_matters(sizes, hidden, output, deleted, seed):
    net, X, _ = oracles.recurrent_problem(sizes, hidden, output, patterns=14, deleted=deleted, seed=seed)
    before, mask = net.forward(X), net.mask.copy()
    gone = remove_orphans(net)
    assert np.allclose(net.forward(X), before, rtol=1e-12, atol=1e-12)
    assert gone == np.flatnonzero(mask & ~net.mask).tolist() and not (net.mask & ~mask).any()
    assert not net.weights[~net.mask].any()
    assert remove_orphans(net) == []
    # Twice as many steps as units are enough for every weight to be heard.
    assert matters(net, X)[net.mask].all()
    above, below = net.mask_matrices[1], net.mask_matrices[0]
    for unit in range(sizes[1]):
        if not below[unit, :-1].any():  # a constant unit speaks only where no bias can take its place
            assert not (above[:, unit] & above[:, -1]).any()


def test_a_unit_with_no_way_to_an_output_loses_its_weights_even_if_other_such_units_see_it():
    net, X = small(h1_x1=1, o1_h1=1, h2_x1=1, h2_h3=1, h3_h2=1, h3_bias=1, h2_o1=1, h2_h2=1)
    before = net.forward(X)
    assert len(remove_orphans(net)) == 6
    assert left(net) == ["h1_x1", "o1_h1"] and np.array_equal(net.forward(X), before)


def test_a_unit_heard_only_through_memory_stays():
    for path in ({"h2_h1": 1, "o1_h2": 1}, {"o2_h1": 1, "h2_o2": 1, "o2_h2": 1}):
        net, _ = small(h1_x1=1, **path)
        assert remove_orphans(net) == [] and net.n_active == 1 + len(path)


@pytest.mark.parametrize("hidden", ["tanh", "logistic"])
def test_a_constant_unit_moves_into_the_biases_of_the_outputs_but_not_of_hidden_units(hidden):
    # An output sees it from the first step on; a hidden unit sees zero at the first step.
    net, X = small(hidden, h1_bias=0.6, o1_h1=2, o1_bias=1, h2_h1=3, h2_bias=1, o2_h2=1, o2_bias=1)
    before = net.forward(X)
    remove_orphans(net)
    assert left(net) == ["h1_bias", "h2_h1", "h2_bias", "o1_bias", "o2_h2", "o2_bias"]
    assert np.allclose(net.forward(X), before, rtol=1e-14)
    constant = np.tanh(0.6) if hidden == "tanh" else 1 / (1 + np.exp(-0.6))
    assert net.matrices[1][0, -1] == pytest.approx(1 + 2 * constant, rel=1e-14)


def test_where_the_output_has_no_bias_the_weight_from_a_constant_unit_stays():
    net, X = small(h1_bias=0.6, o1_h1=2, o2_h1=3, o2_bias=1)
    before = net.forward(X)
    remove_orphans(net)
    assert left(net) == ["h1_bias", "o1_h1", "o2_bias"] and np.allclose(net.forward(X), before, rtol=1e-14)


def test_orphans_make_orphans():
    # h1 sends zero, so o1 has nothing to see, so what h2 sees of o1 is nothing.
    net, X = small(h1_bias=0.0, o1_h1=2, h2_o1=3, h2_x1=1, o2_h2=1)
    before = net.forward(X)
    remove_orphans(net)
    assert left(net) == ["h2_x1", "o2_h2"] and np.array_equal(net.forward(X), before)


def test_a_unit_that_only_sees_itself_is_zero_if_tanh_and_speaks_if_logistic():
    loops = dict(h1_h1=1, h1_h2=1, h2_h1=1, o1_h1=1, o1_bias=0.5)
    for hidden, kept in (("tanh", ["o1_bias"]), ("logistic", list(loops))):
        net, X = small(hidden, **loops)
        before = net.forward(X)
        remove_orphans(net)
        assert left(net) == kept and np.array_equal(net.forward(X), before)


def test_an_output_without_a_bias_is_zero_if_linear_and_a_half_if_logistic():
    loops = dict(o1_o1=1, h1_o1=1, h1_bias=0.5, o2_h1=1)
    for output, kept in (("linear", ["h1_bias", "o2_h1"]), ("logistic", ["h1_o1", "h1_bias", "o1_o1", "o2_h1"])):
        net, X = small("tanh", output, **loops)
        before = net.forward(X)
        remove_orphans(net)
        assert left(net) == kept and np.array_equal(net.forward(X), before)


@given(SIZES, ACTIVATIONS, st.floats(0.2, 0.9), st.integers(0, 1000), st.data())
def test_silenced_are_the_weights_whose_change_changes_no_output(sizes, hidden, deleted, seed, data):
    net, X, _ = oracles.recurrent_problem(sizes, hidden, patterns=14, deleted=0, seed=seed)
    net.delete(net.places[np.random.default_rng(seed).random(net.places.shape) < deleted])
    q = data.draw(st.sampled_from(net.places.ravel().tolist()))  # biases stay: every unit has something to say
    smaller, mask = net.copy(), net.mask.copy()
    smaller.delete(q)
    assert silenced(net, q).tolist() == np.flatnonzero(smaller.mask & ~matters(smaller, X)).tolist()
    assert np.array_equal(net.mask, mask)


@given(st.lists(st.integers(1, 3), min_size=2, max_size=5), st.floats(0.2, 0.9), st.integers(0, 1000), st.data())
def test_silenced_in_an_mlp_too(sizes, deleted, seed, data):
    net, X, _ = oracles.problem(sizes, deleted=0, seed=seed)
    net.delete((np.random.default_rng(seed).random(net.n) < deleted) & ~net.is_bias)
    smaller = net.copy()
    q = data.draw(st.sampled_from(np.flatnonzero(net.mask & ~net.is_bias).tolist() or [net.n - 1]))
    smaller.delete(q)
    assert silenced(net, q).tolist() == np.flatnonzero(smaller.mask & ~matters(smaller, X)).tolist()


def test_the_loop_takes_the_orphans_of_a_recurrent_network_along():
    net, X, T = oracles.recurrent_problem((2, 4, 1), deleted=0)
    path = prune(net, X, T, Magnitude())
    assert path[-1].n_active == 0 and max(len(step.deleted) for step in path) > 3
    for i in range(len(path)):
        assert remove_orphans(path.network(i)) == []


def test_only_what_may_go_is_removed():
    net, _ = small(h1_bias=0.0, o1_h1=2, h2_o1=3, h2_x1=1, o2_h2=1)
    stays = net.weight_names().index("h2<o1")  # from a unit that is zero at all steps
    remove_orphans(net, np.arange(net.n) != stays)
    assert left(net) == ["h2_x1", "h2_o1", "o2_h2"]
