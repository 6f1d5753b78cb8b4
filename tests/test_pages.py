"""The pages of one idea each: every number in them comes out again by another way."""

import numpy as np
import pytest
from page_data import data_of, spread
from pages import fetched

import classicnets as cn
from classicnets.pages import __main__ as command
from classicnets.pages import derivatives, derivatives_page, monks, monks_page, xor
from classicnets.plotting.page import page

SETS = [0, 1 << 5, 1 << 0 | 1 << 5, 0b000111000, 1 << 8, 511]  # bit q: weight q is gone


def moved(H, w, gone):
    """The cheapest w in a quadratic bowl H with some weights at zero: the others minimise it, one linear system."""
    w, left = w.copy(), ~np.isin(np.arange(len(w)), gone)
    w[left] += np.linalg.solve(H[np.ix_(left, left)], H[np.ix_(left, gone)] @ w[gone])
    w[gone] = 0.0
    return w


# ---- XOR ----


@pytest.fixture(scope="module")
def xor_net():
    return xor.trained(0)


@pytest.fixture(scope="module")
def xor_data(xor_net):
    made = page("classicnets.pages", "xor", "XOR", xor.xor_data(xor_net, SETS))
    assert not fetched(made.html) and "http" not in made.html.replace("http-equiv", "")
    return data_of(made.html)


def test_a_set_of_weights_is_gone_in_four_ways(xor_net, xor_data):
    X, T = cn.xor((-1, 1), (-0.9, 0.9))
    H = cn.hessian(xor_net, X, T, "gauss-newton") + 1e-6 * np.eye(9)
    for number in SETS:
        gone = [q for q in range(9) if number >> q & 1]
        mask = ~np.isin(np.arange(9), gone)
        plain, answered, *retrained = xor_data["states"][str(number)]
        assert np.allclose(spread(plain["w"], mask, 0.0), xor_net.weights * mask, rtol=6e-4)
        assert np.allclose(spread(answered["w"], mask, 0.0), moved(H, xor_net.weights, gone), rtol=1e-3, atol=1e-4)
        for before, after in zip((plain, answered), retrained, strict=True):
            assert after["E"] <= before["E"] * 1.001 and len(after["w"]) == mask.sum()


def test_outputs_and_errors_are_those_of_the_weights_by_the_formula_of_the_page(xor_data):
    assert (xor_data["hidden"], xor_data["output"]) == ("logistic", "tanh")
    for number in SETS:
        mask = np.array([not number >> q & 1 for q in range(9)])
        for state in xor_data["states"][str(number)]:
            w = spread(state["w"], mask, 0.0)
            z = [1 / (1 + np.exp(-(np.array(xor_data["X"]) @ w[k : k + 2] + w[k + 2]))) for k in (0, 3)]
            o = np.tanh(w[6] * z[0] + w[7] * z[1] + w[8])
            assert np.allclose(o, state["o"], atol=3e-3)
            E = np.mean((np.array(xor_data["T"]) - state["o"]) ** 2) / 2
            assert np.isclose(E, state["E"], rtol=1e-2, atol=1e-5)


def test_each_method_chooses_what_it_deletes_when_asked_to_prune(xor_net, xor_data):
    X, T = cn.xor((-1, 1), (-0.9, 0.9))
    whole = xor_data["states"]["0"][0]
    methods = [cn.Magnitude(), cn.OptimalBrainDamage(), cn.OptimalBrainSurgeon(1e-6)]
    for q, predicted, method in zip(whole["q"], whole["p"], methods, strict=True):
        step = cn.prune(xor_net, X, T, method, keep_orphans=True, down_to=8)[1]
        assert step.deleted == (q,)
        assert (predicted is None) == np.isnan(step.predicted)
        assert predicted is None or np.isclose(predicted, step.predicted, rtol=1e-3)
    assert len(set(whole["q"])) == 3  # as in figs. 3-5: three kinds of weights
    assert xor_data["states"]["511"][0]["q"] == [None, None, None]


def test_only_the_surgeons_choice_still_solves_xor_as_in_the_paper(xor_net, xor_data):
    T, choices = np.array(xor_data["T"]), xor_data["states"]["0"][0]["q"]
    B = cn.inverse_hessian(xor_net, *cn.xor((-1, 1), (-0.9, 0.9)), alpha=1e-6)
    for q, ways, solved in zip(choices, [(0, 2), (0, 2), (1, 3)], [False, False, True], strict=True):
        networks = xor.ways(xor_net, B, 1 << q)
        states = [xor.state(networks[way]) for way in ways]
        assert [bool((np.sign(state["o"]) == np.sign(T)).all()) for state in states] == [solved, solved]


# ---- second derivatives ----


@pytest.fixture(scope="module")
def derivatives_data():
    made = derivatives_page()
    assert not fetched(made.html) and "http" not in made.html.replace("http-equiv", "")
    assert len(made.html.encode()) < 150_000
    return data_of(made.html)


def test_what_is_predicted_and_what_happens_cell_by_cell(derivatives_data):
    X, T = cn.xor((-1, 1), (-0.9, 0.9))
    for name, stage in derivatives_data["stages"].items():
        net = derivatives.stage(cn.MLP((2, 2, 2, 1), "tanh", "tanh").initialize(0, 1.0), derivatives.EPOCHS[name])
        w, n = net.weights.copy(), net.n
        pairs = [(i, j) for i in range(n) for j in range(i, n)]
        assert len(stage["deleted"]) == len(pairs)
        for place in (0, 1, 14, 15, 60, 119):
            gone = sorted(set(pairs[place]))
            costs, v = stage["deleted"][place], w * np.isin(np.arange(n), gone)
            alone = [np.array(h) @ v**2 / 2 for h in stage["diagonals"]]
            together = [v @ np.array(H) @ v / 2 for H in stage["hessians"]]
            expected = [*alone, *together, -np.array(stage["slope"]) @ v, rise(net, w - v, X, T)]
            for kind in ("exact", "gauss-newton"):
                H = cn.hessian(net, X, T, kind, weight_decay=1e-3)
                after = moved(H, w, gone)
                expected += [(after - w) @ H @ (after - w) / 2, rise(net, after, X, T)]
            assert np.allclose(costs, expected, rtol=5e-3, atol=1e-6)


def rise(net, weights, X, T):
    changed = net.copy()
    changed.weights = weights
    return cn.network_error(changed, X, T, weight_decay=1e-3) - cn.network_error(net, X, T, weight_decay=1e-3)


def test_the_matrices_are_the_librarys_and_the_inverses_theirs(derivatives_data):
    X, T = cn.xor((-1, 1), (-0.9, 0.9))
    for name, stage in derivatives_data["stages"].items():
        net = derivatives.stage(cn.MLP((2, 2, 2, 1), "tanh", "tanh").initialize(0, 1.0), derivatives.EPOCHS[name])
        for i, kind in enumerate(("exact", "gauss-newton")):
            H = cn.hessian(net, X, T, kind, weight_decay=1e-3)
            assert np.allclose(stage["hessians"][i], H, rtol=1e-3, atol=1e-9)
            assert np.allclose(stage["diagonals"][i], np.diag(H), rtol=1e-3)
            assert np.allclose(
                np.array(stage["inverses"][i]) @ H, np.eye(15), atol=2e-4 * np.abs(stage["inverses"][i]).max()
            )


def test_what_the_page_says_of_the_sweep_and_of_the_three_points_is_so(derivatives_data):
    stages = derivatives_data["stages"]
    for stage in stages.values():
        exact, gauss_newton, sweep, without = np.array(stage["diagonals"])
        assert np.allclose(exact[6:], sweep[6:], rtol=2e-4) and not np.allclose(exact[:6], sweep[:6], rtol=0.1)
        assert np.allclose(gauss_newton[6:], without[6:], rtol=2e-4) and np.all(without > 0)
    assert [stage["least"] > 0 for stage in stages.values()] == [False, False, True]
    assert np.abs(stages["trained"]["slope"]).max() < 1e-8 and stages["trained"]["accuracy"] == 1


# ---- MONK 1, and the command ----


def test_the_page_of_monk_1_ends_at_14_weights_and_stays_small():
    made = monks_page()
    assert len(made.html.encode()) < 300_000 and not fetched(made.html)
    data = data_of(made.html)
    path = data["paths"]["Optimal Brain Surgeon"]
    assert list(data["paths"]) == list(monks.METHODS) and all(
        "saliencies" in each["steps"][0] for each in data["paths"].values()
    )
    left = 58 - np.cumsum([len(step.get("deleted", [])) for step in path["steps"]])
    right = left[np.array(path["test_accuracy"]) == 1]
    assert left[-1] == 0 and right.min() == 14  # as the README says
    assert data["net"]["groups"][0]["names"][:2] == ["head round", "head square"]


def test_the_command_writes_the_pages_into_a_folder(tmp_path, monkeypatch, capsys):
    made = page("classicnets.pages", "xor", "a page", {})
    monkeypatch.setattr(command, "PAGES", dict.fromkeys(command.PAGES, lambda: made))
    folder = tmp_path / "new" / "pages"
    assert command.main([str(folder)]) == 0
    assert {file.name for file in folder.iterdir()} == {"monk1.html", "xor.html", "second_derivatives.html"}
    assert capsys.readouterr().out.count("Page 'a page'") == 3
    for arguments in ([], [str(folder / "xor.html")], ["--help"], ["a", "b"]):
        assert command.main(arguments) == 2 and "FOLDER: expected one folder" in capsys.readouterr().err
