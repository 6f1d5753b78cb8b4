"""benchmarks/: that rivals compute the same, that the other paths are others, and that what is promised is set up."""

import os
import time
from multiprocessing import active_children

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import oracles
import pytest

from benchmarks import figures, floor, jax_hessian, table, thresholds
from benchmarks.figures import number
from benchmarks.hessian import CASES, compared
from benchmarks.problem import Case, problem
from benchmarks.race import Times, busy_process, race
from classicnets import blocks, hessian, inverse, plan, sparse, threads
from classicnets.kernels.products import SCALED


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (2, 3, 1), (4, 3, 5, 2, 3)])
def test_the_same_algorithm_in_jax_gives_the_same_hessian(sizes, stored, monkeypatch):
    pytest.importorskip("jax")
    monkeypatch.setattr(jax_hessian, "PAIRS_TO_STORE", jax_hessian.PAIRS_TO_STORE if stored else 0)
    net, X, T = problem(Case(sizes, 11))
    H = np.asarray(jax_hessian.compiled(sizes)(net.weights, X, T))
    assert oracles.relative_error(H, hessian(net, X, T)) < 1e-12


def test_the_floor_multiplies_what_is_minimal(monkeypatch):
    # 3 hidden units with 2 inputs and a bias, 2 outputs with 3 and one: pairs of units by pairs of inputs; then paths
    assert floor.shapes(Case((2, 3, 2), 5)) == [(6, 6, 1), (2, 10, 1), (6, 12, 1), (6, 3, 1)]
    assert floor.shapes(Case((2, 3, 2, 1), 5))[-2:] == [(2, 12, 1), (2, 4, 1)]
    monkeypatch.setattr(floor, "PAIRS_TO_STORE", 0)
    assert floor.shapes(Case((2, 3, 2), 5))[:2] == [(3, 3, 6), (4, 4, 2)]
    floor.blas(Case((2, 3, 2), 5))()


def test_every_case_has_its_goals():
    times = {name: Times(1.0, 1.0, 1) for name in ("classicnets", "jax", "jax, same algorithm", "blas")}
    for case, same in CASES.items():
        targets = {"jax": case.target, "jax, same algorithm": same}
        assert [row.target for row in compared("hessian", str(case), times, targets) if row.target] == [
            same, case.target, "<= 3",
        ]  # fmt: skip


def test_a_busy_process_works_and_ends():
    with busy_process():
        (process,) = active_children()
        time.sleep(0.3)
        assert process.is_alive()
    assert not active_children()


def what_it_finds(name):
    raise MemoryError(os.environ.get(name))


def test_contenders_find_their_environment():
    before = dict(os.environ)
    missing = race({"it": what_it_finds}, "OMP_NUM_THREADS", environment={"OMP_NUM_THREADS": "7"})[1]
    assert missing == {"it": "7"} and os.environ == before


def test_each_pair_of_layers_is_timed_in_its_other_form():
    case = Case((3, 4, 2), 20)
    _, call, paths = thresholds.other_forms(case)
    forms, H = plan.plan(case.sizes, True, False).table[:3, SCALED], call()
    for job, changes in enumerate(paths.values()):
        with thresholds.changed(changes):
            others = plan.plan(case.sizes, True, False).table[:3, SCALED]
            assert np.flatnonzero(others != forms).tolist() == [job]
            assert oracles.relative_error(call(), H) < 1e-13
    assert np.array_equal(plan.plan(case.sizes, True, False).table[:3, SCALED], forms)


def test_nonzeros_alone_are_timed_against_all_inputs(monkeypatch):
    calls, own_products = [], sparse.own_products
    monkeypatch.setattr(sparse, "own_products", lambda *given: (calls.append(1), own_products(*given))[1])
    for case, name in (((16, 0.2, (2, 1)), "nonzeros"), ((250, 0.02, (6, 3)), "all inputs")):
        _, call, paths = thresholds.other_zeros(case)
        calls.clear()
        H = call()
        assert (name == "all inputs") == bool(calls)
        calls.clear()
        with thresholds.changed(paths[name]):
            assert oracles.relative_error(call(), H) < 1e-13
        assert (name == "nonzeros") == bool(calls)


def test_other_portions_and_threads_are_others(monkeypatch):
    sizes = []
    monkeypatch.setattr(blocks, "unit_terms", lambda jobs, s, w, X, *rest: sizes.append(len(X)) or 1 / 0)
    _, call, paths = thresholds.other_portions(Case((2, 2, 1), 20000))
    for changes in ([], *paths.values()):
        with thresholds.changed(changes), pytest.raises(ZeroDivisionError):
            call()
    assert sizes == [1024, 256, 512, 2048, 4096]
    _, call, paths = thresholds.other_threads(Case((2, 2, 1), 20))
    for name, worth in (("one thread", np.inf), ("all threads", 1)):
        with thresholds.changed(paths[name]):
            assert worth == threads.WORTH


def test_the_other_inverse_is_another_and_as_right(monkeypatch):
    calls, lapack = [], inverse._lapack_inverse
    monkeypatch.setattr(inverse, "_lapack_inverse", lambda H: (calls.append(len(H)), lapack(H))[1])
    for n, name in ((40, "LAPACK"), (inverse.LARGE, "own kernels")):
        _, call, paths = thresholds.other_libraries(n)
        B = call()
        with thresholds.changed(paths[name]):
            assert oracles.relative_error(call(), B) < 1e-10
    assert calls == [40, inverse.LARGE]


def test_the_figure_finds_the_numbers_of_a_case():
    assert number("5-9-1, 150 patterns, n = 64", "n") == 64
    assert number("5-9-1, 150 patterns, n = 64", "patterns") == 150
    assert number("inverse, n = 80", "n") == 80


def test_figures_name_the_sizes_and_the_deletions_that_were_measured():
    kept = [table.Row(*list(row.values())[: len(table.Row._fields)]) for row in table.recorded()]
    kept = [row._replace(median=float(row.median), best=float(row.best)) for row in kept]
    recursion = figures._recursion(plt, [row for row in kept if row.benchmark == "recursion"])
    assert [tick.get_text() for tick in recursion.axes[0].get_xticklabels()] == ["250", "500", "1000", "2000"]
    deletions = figures._scale(plt, [row for row in kept if row.benchmark == "scale"]).axes[2]
    named = [(text.get_text(), text.xy) for text in deletions.texts]
    assert named == [
        (row.case.split()[0], (row.median / 1e3, other.median))
        for row, other in zip(kept, kept[1:], strict=False)
        if row.case == other.case and row.quantity == "pruning" and other.quantity == "training error"
    ]
    above = [text.xyann[1] > 0 for text in deletions.texts]
    assert above == [True, False] * (len(above) // 2) + [True] * (len(above) % 2)
    plt.close("all")
