"""inverse.py: the recursion, its blocked form, the inverse Hessian, and the removal of weights from it.

Tolerances: M = H + alpha I, so |M| / alpha bounds its condition number, and the recursion, which begins with matrices
as large as 1 / alpha, loses that times the machine precision with every vector it takes in.
"""

from importlib import import_module

import numpy as np
import oracles
import pytest

from classicnets import blocked_recursion, hessian, inverse_hessian, recursion, remove, threads
from classicnets.checks import Diverged
from classicnets.error import SQUARED
from classicnets.inverse import curvature_rows, damped_inverse, symmetric_inverse
from classicnets.shrinking import ShrinkingInverse

EPS = np.finfo(float).eps
ALPHAS = [1e-8, 1e-6, 1e-4]  # the range of Hassibi & Stork (1993), section 2


def rows_of(m, n, seed=0):
    return np.random.default_rng(seed).normal(size=(m, n))


def matrix_of(rows, alpha, patterns):
    """H + alpha I."""
    return rows.T @ rows / patterns + alpha * np.eye(rows.shape[1])


def tolerance_for(M, vectors, alpha):
    return (vectors + len(M)) * EPS * np.linalg.norm(M, 2) / alpha


def assert_inverse(B, M, vectors, alpha):
    """B M = I, and B equal to the direct inverse, relative to its norm."""
    tolerance = tolerance_for(M, vectors, alpha)
    assert tolerance < 1e-3  # or the comparison would say little
    assert np.abs(B @ M - np.eye(len(M))).max() < tolerance
    assert oracles.relative_error(B, np.linalg.inv(M)) < tolerance


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("m, n", [(1, 5), (4, 9), (9, 9), (30, 9)])
def test_the_recursion_is_the_inverse_of_h_plus_alpha_i(m, n, alpha):
    rows = rows_of(m, n)
    assert_inverse(recursion(rows, alpha, m), matrix_of(rows, alpha, m), m, alpha)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("block", [None, 1, 4, 7, 50])
@pytest.mark.parametrize("m, n", [(1, 5), (4, 9), (9, 9), (30, 9)])
def test_the_blocked_recursion_is_the_same_for_every_size_of_block(m, n, block, alpha):
    rows = rows_of(m, n)
    assert_inverse(blocked_recursion(rows, alpha, m, block), matrix_of(rows, alpha, m), m, alpha)


@pytest.mark.parametrize("form", [recursion, blocked_recursion])
@pytest.mark.parametrize(
    "m, n",
    [(40, 60), (70, 60), (400, 60), (100, 300), (140, 150), (200, 150), (400, 301)],
)
def test_many_weights_and_several_blocks(form, m, n):
    rows = rows_of(m, n)
    assert_inverse(form(rows, 1e-3, 40), matrix_of(rows, 1e-3, 40), m, 1e-3)


@pytest.mark.parametrize("block", [127, 128, 129, 257, 300])
def test_blocks_large_enough_to_be_inverted_by_halves(block):
    rows = rows_of(300, 40)
    assert_inverse(blocked_recursion(rows, 1e-3, 40, block), matrix_of(rows, 1e-3, 40), 300, 1e-3)


@pytest.mark.parametrize("form", [recursion, blocked_recursion])
def test_p_counts_patterns_not_vectors(form):
    # Hassibi & Stork (1993), eq. 18: several outputs give several vectors a pattern, and P stays what it is.
    rows = rows_of(20, 9)
    assert_inverse(form(rows, 1e-4, 5), matrix_of(rows, 1e-4, 5), 20, 1e-4)


@pytest.mark.parametrize("form", [recursion, blocked_recursion])
def test_the_vectors_are_left_as_they_were(form):
    rows = rows_of(4, 9)
    before = rows.copy()
    form(rows, 1e-4, 4)
    assert np.array_equal(rows, before)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("error, output", oracles.KINDS)
@pytest.mark.parametrize("patterns", [2, 12])
def test_the_inverse_hessian_is_the_papers_recursion_pattern_by_pattern(error, output, alpha, patterns):
    net, X, T = oracles.problem((3, 3, 2), "tanh", output, patterns=patterns, deleted=0.25)
    B = inverse_hessian(net, X, T, alpha, error=error)
    active = np.ix_(net.mask, net.mask)
    M = hessian(net, X, T, "gauss-newton", error)[active] + alpha * np.eye(net.n_active)
    twin = oracles.hassibi_recursion(net, X, error, alpha)
    assert oracles.relative_error(B[active], twin) < 2 * tolerance_for(M, 2 * patterns, alpha)  # the twin rounds too
    assert_inverse(B[active], M, 2 * patterns, alpha)
    assert not B[~net.mask].any() and not B[:, ~net.mask].any()


@pytest.mark.parametrize("error, output", oracles.KINDS)
def test_weight_decay_adds_to_h_in_the_inverse(error, output):
    net, X, T = oracles.problem((3, 4, 2), "tanh", output)
    active = np.ix_(net.mask, net.mask)
    for kind in ("gauss-newton", "exact"):
        M = hessian(net, X, T, kind, error, weight_decay=0.3)[active] + 1e-2 * np.eye(net.n_active)
        B = inverse_hessian(net, X, T, 1e-2, kind, error, weight_decay=0.3)
        assert_inverse(B[active], M, 2 * len(X), np.abs(np.linalg.eigvalsh(M)).min())


@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 1), (2, 3, 2, 2)])
def test_the_exact_inverse_is_that_of_the_exact_hessian_of_the_active_weights(sizes):
    net, X, T = oracles.problem(sizes, deleted=0.3)
    B, active = inverse_hessian(net, X, T, 1e-2, "exact"), np.ix_(net.mask, net.mask)
    M = hessian(net, X, T)[active] + 1e-2 * np.eye(net.n_active)
    assert_inverse(B[active], M, 1, np.abs(np.linalg.eigvalsh(M)).min())
    assert not B[~net.mask].any() and not B[:, ~net.mask].any()


def test_curvature_rows_are_one_for_each_pattern_and_output():
    net, X, T = oracles.problem((3, 4, 2), deleted=0.3)
    rows = curvature_rows(net, X, T)
    assert rows.shape == (2 * len(X), net.n_active)
    H = hessian(net, X, T, "gauss-newton")[np.ix_(net.mask, net.mask)]
    assert oracles.relative_error(rows.T @ rows / len(X), H) < 1e-12


def test_removing_weights_one_after_another_is_inverting_anew_each_time():
    net, X, T = oracles.problem((3, 4, 2), deleted=0.2)
    alpha = 1e-4
    H, B = hessian(net, X, T, "gauss-newton"), inverse_hessian(net, X, T, alpha)
    left = net.mask.copy()
    for q in np.random.default_rng(3).permutation(np.flatnonzero(net.mask)):
        before = B.copy()
        smaller = remove(B, q)
        assert np.array_equal(B, before)  # what was given is left alone
        left[q], B = False, smaller
        assert not B[~left].any() and not B[:, ~left].any()
        if left.any():
            M = H[np.ix_(left, left)] + alpha * np.eye(left.sum())
            assert_inverse(B[np.ix_(left, left)], M, net.n_active, alpha)
    assert not B.any()


def test_removing_is_exact_for_an_indefinite_hessian_too():
    H = np.array([[2.0, 1.0, 0.5], [1.0, -1.0, 0.25], [0.5, 0.25, 1.0]])
    for q in range(3):
        left = np.arange(3) != q
        expected = np.zeros((3, 3))
        expected[np.ix_(left, left)] = np.linalg.inv(H[np.ix_(left, left)])
        assert np.allclose(remove(np.linalg.inv(H), q), expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("group", [[1, 3], [3, 0, 2]])
def test_removing_a_group_at_once_is_removing_its_weights_one_after_another(group):
    A = np.random.default_rng(1).normal(size=(9, 5))
    B = one_by_one = np.linalg.inv(A.T @ A)
    for q in group:
        one_by_one = remove(one_by_one, q)
    assert np.allclose(remove(B, group), one_by_one, rtol=1e-12, atol=1e-14)


def test_targets_are_checked_before_they_are_counted():
    net, X, _ = oracles.problem((3, 4, 2))
    with pytest.raises(ValueError, match="^T: expected numbers of shape"):
        inverse_hessian(net, X, None, 1e-4)


@pytest.fixture(params=["our own kernels", "LAPACK"])
def either(request, monkeypatch):
    """A small matrix inverted as it is, and as a large one."""
    module = import_module("classicnets.inverse")
    monkeypatch.setattr(module, "LARGE", 0 if request.param == "LAPACK" else module.LARGE)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 58, 150])
def test_the_inverse_of_a_positive_definite_matrix_and_of_no_other(n, either, monkeypatch):
    H = matrix_of(rows_of(3 * n, n), 1e-3, n)
    B = symmetric_inverse(H.copy())
    assert B.shape == (n, n) and np.array_equal(B, B.T)
    assert np.allclose(B, np.linalg.inv(H), rtol=1e-9, atol=1e-12)

    def in_parts(task, count, work):
        for part in reversed(range(count)):
            task(part, part + 1)

    monkeypatch.setattr(threads, "share", in_parts)
    assert np.array_equal(symmetric_inverse(H.copy()), B)
    for q in {0, n // 2, n - 1}:
        for value in (-1.0, 0.0, np.nan, np.inf):
            other = H.copy()
            other[q, q] = value
            with pytest.raises(np.linalg.LinAlgError):
                symmetric_inverse(other)


def test_a_positive_diagonal_is_not_enough_for_a_positive_definite_matrix(either):
    for H in (np.zeros((1, 1)), np.ones((2, 2)), np.diag([1.0, 1.0, 1.0, 0.0])):  # whose last pivots are zero
        with pytest.raises(np.linalg.LinAlgError):
            symmetric_inverse(H)
    for n in (2, 5, 9):  # in a block, and in two
        H = np.eye(n)
        H[0, -1] = H[-1, 0] = 1.001
        with pytest.raises(np.linalg.LinAlgError):
            symmetric_inverse(H)


@pytest.mark.parametrize("together", [1, 2, 3, 256])  # removals until they are taken from the whole matrix
@pytest.mark.parametrize("kind", ["gauss-newton", "exact"])
def test_a_shrinking_inverse_is_removing_one_after_another(kind, together, monkeypatch):
    monkeypatch.setattr(ShrinkingInverse, "MANY_REMOVED", together)
    monkeypatch.setattr(ShrinkingInverse, "PANEL", 4)
    net, X, T = oracles.problem((3, 4, 2), deleted=0.2)
    B = inverse_hessian(net, X, T, 1e-2, kind)
    some = np.ix_(net.mask, net.mask)
    shrinking, removed = ShrinkingInverse(B[some].copy(), net.mask), []
    for q in np.random.default_rng(3).permutation(np.flatnonzero(net.mask))[:8]:
        assert np.allclose(shrinking.column(q), B[:, q], rtol=1e-9, atol=1e-9)
        shrinking.remove(q)
        B, removed = remove(B, q), [*removed, q]
        assert np.allclose(shrinking.diagonal, np.diag(B), rtol=1e-9, atol=1e-9)
        assert not shrinking.diagonal[removed].any() and not shrinking.diagonal[~net.mask].any()
        with pytest.raises(ValueError, match=f"q: expected a weight that is still there; got {q}, already removed"):
            shrinking.remove(q)
    assert np.allclose(shrinking.matrix(), B[some], rtol=1e-9, atol=1e-9)
    assert not B[removed].any() and not B[:, removed].any()


def test_what_overflows_is_no_minimum_that_was_missed_but_a_divergence(monkeypatch):
    rows = np.full((3, 2), 1e200)
    for form in (recursion, blocked_recursion):
        with pytest.raises(Diverged, match="^alpha: expected .* inverse; the squares of the rows overflow"):
            form(rows, 1e-3, 3)
    monkeypatch.setattr("classicnets.inverse.active_hessian", lambda *_: np.diag([np.inf, -1.0, 1.0]))
    with pytest.raises(Diverged, match="^alpha: expected ") as raised:
        damped_inverse(*oracles.problem((2, 1)), 1e-3, "exact", SQUARED, minimum=True)
    assert raised.type is Diverged  # and not Indefinite


@pytest.mark.parametrize("invert", [recursion, blocked_recursion, lambda *given: blocked_recursion(*given, block=1)])
def test_an_inverse_is_refused_where_rounding_may_take_a_hundredth_of_it(invert):
    # Condition s^2 / alpha: at 4.5e13 the rounding of 2.2e-16 has grown to 0.01.
    assert np.allclose(np.diag(invert([[np.sqrt(2e13), 0.0], [0.0, 0.0]], 1.0, 1)), [1 / 2e13, 1], rtol=0.01)
    with pytest.raises(Diverged, match="^alpha: expected .* that rounding leaves intact; got 1"):
        invert([[np.sqrt(2e14), 0.0], [0.0, 0.0]], 1.0, 1)
