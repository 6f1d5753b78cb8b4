"""Networks of shared weights, against MLPs with an index of shared weights, and against explicit loops."""

from itertools import product

import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import small_maps

from classicnets import (
    MLP,
    Cost,
    gradient,
    hessian,
    hessian_diagonal,
    hessian_vector_product,
    network_error,
    output_derivatives,
    remove_orphans,
    train_backpropagation,
)
from classicnets.digit_nets import SEEN_BY_H3, digit_recogniser, zip_code_recogniser
from classicnets.passes import go_through
from classicnets.shared import SharedNetwork
from classicnets.training import train_diagonal_newton
from classicnets.wiring import dense, maps, wired

KINDS = ["exact", "gauss-newton", "lecun1990", "levenberg-marquardt"]


def random_wiring(seed):
    """A network (3, 4, 2) each of whose connections may be missing or share its weight, and the MLP that it is.

    Also S (connections of the MLP, n): which of them has which weight.
    """
    rng = np.random.default_rng(seed)
    mlp, layers, columns, begin = MLP((3, 4, 2), "tanh", "logistic", seed=0), [], [], 0
    for rows, across in mlp.shapes:
        free = int(rng.integers(1, rows * across + 1))
        index = rng.integers(0, free, (rows, across))
        index.ravel()[rng.permutation(rows * across)[:free]] = np.arange(free)
        there = rng.random((rows, across)) < 0.8
        there.ravel()[[np.flatnonzero(index.ravel() == q)[0] for q in range(free)]] = True
        unit, source = np.nonzero(there)
        one, none = np.ones_like(unit), np.zeros_like(unit)
        layers.append(np.stack([none + len(layers), unit, source, begin + index[there], one, none, none, none], axis=1))
        columns.append(np.where(there, begin + index, -1).ravel())
        begin += free
    net = SharedNetwork((3, 4, 2), np.concatenate(layers), "tanh", "logistic", seed=0)
    net.weights = rng.normal(size=net.n)
    S = np.concatenate(columns)[:, None] == np.arange(begin)
    mlp.weights = S @ net.weights
    mlp.mask = S.any(axis=1)
    return net, mlp, S


@settings(max_examples=100)
@given(st.integers(0, 10**6))
def test_any_wiring_is_an_mlp_whose_weights_are_shared(seed):
    net, mlp, S = random_wiring(seed)
    rng = np.random.default_rng(seed)
    X, T, v = rng.normal(size=(40, 3)), rng.uniform(size=(40, 2)), rng.normal(size=net.n)
    assert oracles.relative_error(net.forward(X), mlp.forward(X)) < 1e-14
    H = hessian(mlp, X, T)
    for ours, theirs in [
        (gradient(net, X, T), gradient(mlp, X, T) @ S),
        (output_derivatives(net, X), output_derivatives(mlp, X) @ S),
        (hessian(net, X, T), S.T @ H @ S),
        (hessian(net, X, T, "gauss-newton"), S.T @ hessian(mlp, X, T, "gauss-newton") @ S),
        (hessian_vector_product(net, X, T, v), S.T @ H @ S @ v),
        (hessian_diagonal(net, X, T), np.diag(S.T @ H @ S)),
        (hessian_diagonal(net, X, T, "gauss-newton"), np.diag(S.T @ hessian(mlp, X, T, "gauss-newton") @ S)),
        *((hessian_diagonal(net, X, T, kind), hessian_diagonal(mlp, X, T, kind) @ S) for kind in KINDS[2:]),
    ]:
        assert oracles.relative_error(ours, theirs) < 1e-12


def test_wired_as_an_mlp_it_is_the_mlp():
    mlp = MLP((3, 4, 3, 2), "logistic", "tanh", seed=0)
    net = SharedNetwork(**wired([dense(3, 4), dense(4, 3), dense(3, 2)]), hidden="logistic", output="tanh")
    net.weights = mlp.weights
    X, T = np.random.default_rng(0).normal(size=(2, 50, 3))[:, :, :]
    T = np.tanh(T[:, :2])
    assert (net.is_bias == mlp.is_bias).all() and (net.fan_in == mlp.fan_in).all() and (net.connections == 1).all()
    for function in (gradient, hessian, *(lambda *a, kind=kind: hessian_diagonal(*a, kind) for kind in KINDS)):
        assert oracles.relative_error(function(net, X, T), function(mlp, X, T)) < 1e-14


# -- the network of 1989, written from the papers with explicit loops -----------------------------------------------


def by_loops(weights, image):
    """Outputs, gradient of 1/2 |t - o|^2 for targets 0, and Le Cun's h of every weight, connection by connection."""
    f, scale = (lambda a: 1.7159 * np.tanh(2 * a / 3)), 1.7159
    plane = np.full((28, 28), -1.0)
    plane[6:22, 6:22] = image.reshape(16, 16)
    layers, wires, q = [plane[None]], [], 0  # wires: (unit, source or None, weight) of each layer
    for side, kernel, stride, seen, averaging in [
        (24, 5, 1, [(0,)] * 4, False), (12, 2, 2, [(m,) for m in range(4)], True),
        (8, 5, 1, SEEN_BY_H3, False), (4, 2, 2, [(m,) for m in range(12)], True),
    ]:  # fmt: skip
        here = []
        for number, below in enumerate(seen):
            first = q
            per_map = 1 if averaging else kernel * kernel
            for y in range(side):
                for x in range(side):
                    unit = (number, y, x)
                    for m, source in enumerate(below):
                        for i in range(kernel):
                            for j in range(kernel):
                                w = first + m * per_map + (0 if averaging else i * kernel + j)
                                here.append((unit, (source, y * stride + i, x * stride + j), w))
                    here.append((unit, None, first + per_map * len(below)))
            q = first + per_map * len(below) + 1
        a = np.zeros((len(seen), side, side))
        for unit, source, w in here:
            a[unit] += weights[w] * (1.0 if source is None else layers[-1][source])
        layers.append(f(a))
        wires.append(here)
    here = []
    for o in range(10):
        here += [((o, 0, 0), tuple(s), q + 193 * o + k) for k, s in enumerate(np.ndindex(12, 4, 4))]
        here.append(((o, 0, 0), None, q + 193 * o + 192))
    a = np.zeros((10, 1, 1))
    for unit, source, w in here:
        a[unit] += weights[w] * (1.0 if source is None else layers[-1][source])
    layers.append(f(a))
    wires.append(here)
    first = [2 / 3 / scale * (scale**2 - z**2) for z in layers]
    second = [-2 * 2 / 3 / scale * z * s for z, s in zip(layers, first, strict=True)]
    g, h = np.zeros(len(weights)), np.zeros(len(weights))
    delta, curve = layers[-1] * first[-1], first[-1] ** 2 + layers[-1] * second[-1]
    for l in range(4, -1, -1):
        errors, bent = np.zeros_like(layers[l]), np.zeros_like(layers[l])
        for unit, source, w in wires[l]:
            z = 1.0 if source is None else layers[l][source]
            g[w] += delta[unit] * z
            h[w] += curve[unit] * z**2  # eq. 5: a single sum over the connections that share
            if source is not None:
                errors[source] += weights[w] * delta[unit]
                bent[source] += weights[w] ** 2 * curve[unit]
        delta, curve = first[l] * errors, first[l] ** 2 * bent + second[l] * errors  # eq. 7, with its sign right
    return layers[-1].ravel(), g, h


def test_the_digit_recogniser_is_what_the_papers_say_connection_by_connection():
    net = digit_recogniser(1)
    X = np.random.default_rng(0).uniform(-1, 1, (1, 256))
    outputs, g, h = by_loops(net.weights, X[0])
    T = np.zeros((1, 10))
    assert oracles.relative_error(net.forward(X)[0], outputs) < 1e-13
    assert oracles.relative_error(gradient(net, X, T), g) < 1e-12
    assert oracles.relative_error(hessian_diagonal(net, X, T, "lecun1990"), h) < 1e-12


def test_the_counts_of_both_papers():
    net = digit_recogniser()
    layer, *_, weight = net.wires
    assert np.bincount(layer).tolist() == [59_904, 2_880, 32_768, 960, 1_930]
    assert np.bincount(layer[np.unique(weight, return_index=True)[1]]).tolist() == [104, 8, 512, 24, 1930]
    assert "98442 connections, 2578 of 2578 weights" in repr(net)
    small = zip_code_recogniser()
    assert (small.n, small.connections.sum(), zip_code_recogniser(hidden=0).n) == (9760, 64_660, 5590)
    assert np.bincount(small.wires[0]).tolist() == [19_968, 38_592, 5_790, 310]


@pytest.mark.parametrize("hidden", [30, 0])
def test_the_zip_code_recogniser_takes_256_inputs_and_sees_each_of_them(hidden):
    net, image = zip_code_recogniser(0, hidden), np.full(256, -1.0)
    assert (net.sizes[0], net.sizes[-1]) == (256, 10)
    seen = np.abs(net.forward(np.where(np.eye(256), 1.0, image)) - net.forward(image[None])).max(axis=1)
    assert seen.shape == (256,) and seen.min() > 0
    for inputs in (255, 257, 400):
        with pytest.raises(ValueError, match=f"^X: expected .*256.*; got .*{inputs}"):
            net.forward(np.zeros((1, inputs)))


def test_the_first_weights_are_drawn_by_fan_in():
    net = digit_recogniser(0)
    scaled = np.abs(net.weights) * net.fan_in
    assert scaled.max() <= 2.4 and scaled.max() > 2.39 and set(net.fan_in[:104]) == {25} and net.fan_in[-1] == 192


# -- training ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error, output", oracles.KINDS)
@pytest.mark.parametrize("batch", [1, 4, 12])
def test_the_kernel_trains_as_the_general_loop_does(error, output, batch):
    net, X, T = oracles.problem((9, 2), "scaled tanh", output, kind=small_maps)
    orders = np.array([np.random.default_rng(epoch).permutation(12) for epoch in range(3)])
    rates, twin = np.random.default_rng(0).uniform(0.01, 0.02, net.n), net.copy()
    for each, train in ((net, go_through), (twin, go_through.dispatch(object))):
        velocity = np.full(net.n, 0.01)  # what deleted weights had is lost
        train(each, Cost(X, T, error, 0.3), orders, batch, rates, 0.7, velocity, np.inf)
        assert not each.weights[~net.mask].any() and not velocity[~net.mask].any() and not net.mask.all()
    assert oracles.relative_error(net.weights, twin.weights) < 1e-12


def test_runs_of_all_steps_train_as_the_general_loop_does():
    runs, rng = [], np.random.default_rng(0)
    for layer, (u, s, w) in product((0, 1), product((0, 1), repeat=3)):
        begin = runs[-1][3] + 1 + 2 * runs[-1][-1] if runs else 0
        runs.append((layer, 1, 1, begin, 3, u, s, w))
    net = SharedNetwork((4, 4, 4), np.array(runs), "tanh", "logistic", seed=0)
    twin, cost, order = (
        net.copy(),
        Cost(rng.normal(size=(9, 4)), rng.random((9, 4)), "squared", 0.1),
        np.arange(9)[None],
    )
    for each, train in ((net, go_through), (twin, go_through.dispatch(object))):
        train(each, cost, order, 1, np.full(net.n, 0.1), 0.5, np.zeros(net.n), np.inf)
    assert oracles.relative_error(net.weights, twin.weights) < 1e-12


@pytest.mark.parametrize("kind", [small_maps, MLP])
def test_softmax_of_sums_whose_exponentials_overflow_trains_as_ever(kind):
    net, X, T = oracles.problem((9, 2), "scaled tanh", "softmax", kind=kind)
    net.weights = net.weights * 1e4
    twin, order = net.copy(), np.arange(12)[None]
    for each, train in ((net, go_through), (twin, go_through.dispatch(object))):
        train(each, Cost(X, T, "cross-entropy"), order, 1, np.full(net.n, 100.0), 0.0, np.zeros(net.n), np.inf)
    assert oracles.relative_error(net.weights, twin.weights) < 1e-12


def test_weight_elimination_is_the_mlps_for_all_kinds():
    mlp, X, T = oracles.problem((3, 4, 2), "tanh", "logistic", deleted=0)
    net = SharedNetwork(**wired([dense(3, 4), dense(4, 2)]), hidden="tanh", output="logistic")
    net.weights = mlp.weights
    for each in (mlp, net):
        options = {"weight_decay": 0.2, "elimination": 0.5, "momentum": 0.3, "batch": 5}
        train_backpropagation(each, X, T, epochs=3, seed=0, keep="last", **options)
    assert oracles.relative_error(net.weights, mlp.weights) < 1e-12


def test_diagonal_newton_is_online_with_a_rate_for_each_weight():
    net, X, T = oracles.problem((9, 2), "scaled tanh", "tanh", kind=small_maps, patterns=30)
    twin, rng = net.copy(), np.random.default_rng(5)
    options = {"damping": 0.1, "sample": 7, "epochs": 2, "seed": 5, "keep": "last", "weight_decay": 0.3}
    train_diagonal_newton(net, X, T, rate=[0.02, 0.01], **options)
    for rate in (0.02, 0.01):
        some = rng.permutation(30)[:7]
        h = hessian_diagonal(twin, X[some], T[some], "levenberg-marquardt", weight_decay=0.3)
        for p in rng.permutation(30):
            twin.weights -= rate / (0.1 + h) * gradient(twin, X[[p]], T[[p]], weight_decay=0.3)
    assert oracles.relative_error(net.weights, twin.weights) < 1e-12


@pytest.mark.parametrize("rate", [[0.1], [0.1, -1.0], 0.0, "fast"])
def test_diagonal_newton_refuses_rates_that_do_not_fit(rate):
    net, X, T = oracles.problem((9, 2), "scaled tanh", "tanh", kind=small_maps)
    with pytest.raises(ValueError, match="^rate: expected"):
        train_diagonal_newton(net, X, T, rate=rate, epochs=2)


# -- orphans ----------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.floats(0.2, 0.95))
def test_removing_orphans_does_not_change_the_outputs_and_leaves_nothing_idle(seed, share):
    net, X, T = oracles.problem((9, 2), "scaled tanh", "tanh", kind=small_maps, deleted=share, seed=seed)
    before = net.forward(X)
    removed = remove_orphans(net)
    assert np.abs(net.forward(X) - before).max() < 1e-12 and not net.mask[removed].any()
    slopes = np.abs(gradient(net, X, T))
    assert (slopes[net.mask & ~net.is_bias] > 0).all() or not remove_orphans(net)


def test_a_map_without_its_kernel_goes_and_its_constant_into_the_biases_above():
    net = digit_recogniser(0)
    X = np.random.default_rng(0).uniform(-1, 1, (5, 256))
    net.delete(slice(0, 25))  # the kernel of the first map of H1, its bias left
    before = net.forward(X)
    removed = remove_orphans(net)
    assert np.abs(net.forward(X) - before).max() < 1e-12
    assert {25, 104, 105} <= set(removed)  # H1's bias, the averaging weight, and H2's bias: constant as well
    of_h3 = 25 * sum(0 in seen for seen in SEEN_BY_H3)
    assert len(removed) == 3 + of_h3 + 3 + 10 * 16  # the first map of H3 saw nothing else, so it goes with all above it


def test_what_may_not_go_stays_though_it_brings_a_constant():
    net, stays = digit_recogniser(0), 104  # an averaging weight
    net.delete(slice(0, 25))
    X = np.random.default_rng(0).uniform(-1, 1, (5, 256))
    before = net.forward(X)
    assert remove_orphans(net, np.arange(net.n) != stays) == [] and net.mask[[25, stays]].all()
    assert np.array_equal(net.forward(X), before)


@pytest.mark.parametrize("border, goes", [(0, True), (1, False)])
def test_a_constant_map_goes_only_where_it_brings_the_same_to_all_units_of_a_map(border, goes):
    layers = [maps(4, 2, [(0,), (0,)]), maps(3, 2, [(0, 1)], border=border), dense(16 if border else 4, 2)]
    net = SharedNetwork(**wired(layers), seed=0)
    net.delete(slice(0, 4))  # the kernel of the first map, its bias left: at the border above it brings less
    X = np.random.default_rng(0).uniform(-1, 1, (5, 16))
    before = net.forward(X)
    removed = remove_orphans(net)
    assert np.abs(net.forward(X) - before).max() < 1e-12 and (4 in removed) == goes


@pytest.mark.parametrize("shared", [True, False])
def test_what_a_constant_unit_brings_goes_only_into_a_bias_of_all_units_that_it_reaches(shared):
    """Two units see a constant one by one weight each of the same size; a third has the same bias, and does not."""
    units = 3 if shared else 2
    runs = [[0, 0, 0, 0, 1, 0, 0, 0], [0, 0, 1, 1, 1, 0, 0, 0], [0, 1, 0, 2, 1, 0, 0, 0]]  # only unit 0 has a bias
    runs += [[1, 0, 0, 3, 2, 1, 0, 0], [1, 0, 1, 4, units, 1, 0, 0], [1, 0, 2, 5, units, 1, 0, 0]]  # 5 is the bias
    net = SharedNetwork((1, 2, units), runs, seed=0)
    net.delete([0])
    X = np.random.default_rng(0).normal(size=(5, 1))
    before = net.forward(X)
    removed = remove_orphans(net)
    assert np.abs(net.forward(X) - before).max() < 1e-12 and (3 in removed) != shared


def test_what_the_papers_say_of_the_wiring():
    table_1 = ["1", "1 2", "1 2", "2", "1 2", "1 2", "3", "3 4", "3 4", "4", "3 4", "3 4"]  # Le Cun et al. (1990b)
    assert [tuple(int(each) - 1 for each in seen.split()) for seen in table_1] == SEEN_BY_H3
    net = zip_code_recogniser()
    layer, unit, source, _ = net.wires
    of_h2 = (layer == 1) & (source < 12 * 64)
    for k in range(12):
        seen = set((source[of_h2 & (unit // 16 == k)] // 64).tolist())
        assert seen == set(range(12)) - {(k + step) % 12 for step in (0, 3, 6, 9)}


# -- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layers",
    [
        [dense(5, 3), dense(4, 2)],
        [maps(4, 2, [(0,), (0,)]), maps(3, 2, [(0,)]), dense(4, 2)],  # whose second map nothing sees
    ],
)
def test_layers_that_do_not_fit_on_each_other(layers):
    with pytest.raises(ValueError, match="^layers: expected layer 2 to have the .* as its sources; got "):
        wired(layers)


def test_runs_whose_steps_overflow_are_refused():
    with pytest.raises(ValueError, match="^runs: expected whole numbers"):
        SharedNetwork((2, 1), np.array([[0, 0, 0, 0, 17, 0, -(2**60), 0]]))


@pytest.mark.parametrize(
    "call, names",
    [
        (lambda: dense(0, 2), "sources"),
        (lambda: dense(3, 2.5), "units"),
        (lambda: maps(4, 5, [(0,)]), "kernel"),
        (lambda: maps(4, 2, []), "seen"),
        (lambda: maps(4, 2, [(-1,)]), "seen"),
        (lambda: maps(4, 2, [()]), "seen"),
        (lambda: maps(4, 2, [(0,)], stride=0), "stride"),
        (lambda: maps(4, 2, [(0,)], border=-1), "border"),
        (lambda: maps(4, 2, [(0,)], averaging=2), "averaging"),
        (lambda: maps(4, 2, [(0,)], own_biases="no"), "own_biases"),
        (lambda: wired([]), "layers"),
        (lambda: wired(3), "layers"),
        (lambda: SharedNetwork((3, 2), [[0, 0, 0]]), "runs"),
        (lambda: SharedNetwork((3, 2), "dense"), "runs"),
        (lambda: SharedNetwork((1, 2), wired([dense(3, 2)])["runs"]), "runs"),
        (lambda: SharedNetwork((3, 2, 1), wired([dense(3, 2)])["runs"]), "runs"),
        (lambda: SharedNetwork((3, 2), wired([dense(3, 2)])["runs"] + 1), "runs"),
        (lambda: SharedNetwork((3, 2), wired([dense(3, 2)])["runs"][1:]), "runs"),
        (lambda: SharedNetwork((3, 2), wired([dense(3, 2)])["runs"] * 1.0), "runs"),
        (lambda: SharedNetwork((3, 2), np.full((1, 8), 2**62)), "runs"),
        (lambda: digit_recogniser().forward(np.zeros((1, 784))), "X"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(call, names):
    with pytest.raises((ValueError, TypeError), match=f"^{names}: expected"):
        call()


def test_the_error_is_that_of_an_image_on_a_background_of_minus_one():
    net, plain = (SharedNetwork(**wired([maps(s, 2, [(0,)], border=b), dense(16, 1)])) for s, b in ((3, 1), (5, 0)))
    plain.weights = net.weights = np.random.default_rng(0).normal(size=net.n)
    images = np.random.default_rng(1).uniform(-1, 1, (6, 3, 3))
    around = np.pad(images, ((0, 0), (1, 1), (1, 1)), constant_values=-1.0)
    T = np.zeros((6, 1))
    assert network_error(net, images.reshape(6, 9), T) == pytest.approx(
        network_error(plain, around.reshape(6, 25), T), rel=1e-14
    )
