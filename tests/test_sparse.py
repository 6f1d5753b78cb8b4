"""sparse.py: sums over the nonzeros of the inputs against dense products, and the Hessian they make."""

from importlib import import_module

import numpy as np
import oracles
import pytest

from classicnets import MLP, blocks, gradient, hessian, inverse_hessian, sparse
from classicnets.inverse import curvature_rows
from classicnets.kernels.products import COUNT
from classicnets.plan import plan

SIZES = [(12, 2), (12, 3, 2), (12, 3, 4, 2)]


def few_nonzeros(patterns, inputs, seed=0):
    """Inputs (patterns, inputs), a tenth of them not zero and not only ones; some patterns and some inputs empty."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(patterns, inputs)) * (rng.random((patterns, inputs)) < 0.1)
    X[0], X[:, 1] = 0.0, 0.0
    return X


def letters(patterns, window=7, symbols=29, seed=0):
    """One-hot windows (patterns, window * symbols)."""
    drawn = np.random.default_rng(seed).integers(0, symbols, (patterns, window))
    return np.eye(symbols)[drawn].reshape(patterns, -1)


def problem(sizes, patterns=17):
    net, _, T = oracles.problem(sizes, patterns=patterns)
    return net, few_nonzeros(patterns, sizes[0]), T


@pytest.fixture
def nonzeros_only(monkeypatch):
    """Every network goes through sparse.py, however small; counts the calls."""
    calls = []
    monkeypatch.setattr(sparse, "pays", lambda *asked: True)
    for name in ("own_products", "products"):
        function = getattr(sparse, name)
        monkeypatch.setattr(sparse, name, lambda *given, f=function, n=name: (calls.append(n), f(*given))[1])
    return calls


def test_products_of_inputs_are_summed_over_patterns():
    z, y, A = few_nonzeros(9, 7).T, few_nonzeros(9, 5, seed=1).T, np.random.default_rng(2).normal(size=(3, 9))
    own = np.einsum("mp,jp,kp->mjk", A, z, z)[:, *np.tril_indices(7)]
    assert np.allclose(sparse.own_products(A, z), own, rtol=1e-14, atol=1e-15)
    assert np.allclose(sparse.products(A, z, y), np.einsum("mp,jp,kp->mjk", A, z, y), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("kind", ["exact", "gauss-newton"])
@pytest.mark.parametrize("sizes", SIZES)
def test_the_hessian_over_nonzeros_is_the_hessian(sizes, kind, nonzeros_only, monkeypatch):
    net, X, T = problem(sizes)
    H = hessian(net, X, T, kind)
    assert "own_products" in nonzeros_only and ("products" in nonzeros_only) == (len(sizes) > 2)
    monkeypatch.setattr(sparse, "pays", lambda *asked: False)
    nonzeros_only.clear()
    assert oracles.relative_error(H, hessian(net, X, T, kind)) < 1e-13 and not nonzeros_only
    if kind == "exact":
        by_differences = oracles.central_differences(
            lambda w: gradient(oracles.with_weights(net, w), X, T), net.weights
        )
        assert oracles.relative_error(H, by_differences) < 1e-6


@pytest.mark.parametrize("patterns", [4, 5, 23])  # portions of 4
def test_portions_of_sparse_patterns_add_up(patterns, nonzeros_only, monkeypatch):
    net, X, T = problem((12, 3, 4, 2), patterns)
    expected = hessian(net, X, T)
    monkeypatch.setattr(blocks, "STORED_SPARSE", 0)
    monkeypatch.setattr(blocks, "FEWEST_PATTERNS", 4)
    nonzeros_only.clear()
    H = hessian(net, X, T)
    assert nonzeros_only.count("own_products") == -(-patterns // 4)
    assert oracles.relative_error(H, expected) < 1e-13


def test_many_dense_inputs_and_few_sparse_ones_are_multiplied_as_ever(monkeypatch):
    monkeypatch.setattr(sparse, "own_products", None)
    X = letters(40, window=3, symbols=5)  # sparse, but 16 inputs: their products are stored
    hessian(MLP((15, 8, 1), seed=0), np.tile(X, (30, 1)), np.ones((1200, 1)))
    X = np.random.default_rng(0).normal(size=(40, 250))
    hessian(MLP((250, 4, 1), seed=0), X, np.ones((40, 1)))


@pytest.mark.parametrize("deleted", [0, 0.5])
@pytest.mark.parametrize("error", ["squared", "cross-entropy"])
def test_where_the_derivatives_would_not_fit_the_outputs_are_summed_first(error, deleted, monkeypatch):
    X, rng = letters(60), np.random.default_rng(1)
    net, T = MLP((203, 3, 4), seed=0), rng.random((60, 4))
    net.delete(np.flatnonzero(rng.random(net.n) < deleted))
    rows = curvature_rows(net, X, T, error)
    expected = np.linalg.inv(rows.T @ rows / 60 + 1e-2 * np.eye(net.n_active))
    monkeypatch.setattr(import_module("classicnets.inverse"), "curvature_rows", None)
    monkeypatch.setattr(import_module("classicnets.inverse"), "MANY_DERIVATIVES", 60 * 4 * net.n - 1)
    B = inverse_hessian(net, X, T, 1e-2, error=error)
    assert oracles.relative_error(B[np.ix_(net.mask, net.mask)], expected) < 1e-10
    assert not B[~net.mask].any() and not B[:, ~net.mask].any()


def test_nonzeros_alone_are_multiplied_where_that_takes_less(monkeypatch):
    # times of 348 networks by either path, on one thread: benchmarks/thresholds.py; the margins here are wide
    net, X = MLP((203, 24, 26), seed=0), letters(1000)
    assert pays(net, X)  # NETtalk: 8 inputs of 204
    assert pays(MLP((116, 6, 3), seed=0), letters(500, window=4))
    assert not pays(net, np.ones_like(X)) and not pays(net, X[:20])
    assert not pays(MLP((203, 2, 1), seed=0), X)  # three pairs of units: as many times the inputs themselves
    monkeypatch.setattr(np, "count_nonzero", None)  # a small network's are not even counted
    assert not pays(MLP((17, 3, 1), seed=0), X[:124, :17])


def pays(net, X):
    jobs = plan(net.sizes, True, False)
    return sparse.pays(X, jobs.table[0, COUNT], len(net.sizes) - 1, jobs.lowest)
