"""The page to play with: what it says is what the Path says, it needs nothing but itself, and it stays small."""

import html
import re

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from page_data import data_of, steps_of
from pages import fetched

import classicnets as cn
from classicnets import plotting
from classicnets.plotting.page import plain
from classicnets.pruning import Path, saliencies

QUANTITIES = ("train_error", "train_accuracy", "test_error", "test_accuracy")


def xor_paths():
    X, T = cn.xor()
    net = cn.MLP((2, 2, 1), seed=0)
    cn.train_gauss_newton(net, X, T, target_error=1e-3)
    methods = {"OBS": cn.OptimalBrainSurgeon(1e-4), "magnitude": cn.Magnitude(), "OBD": cn.OptimalBrainDamage()}
    paths = {name: cn.prune(net, X, T, method, test=(X, T)) for name, method in methods.items()}
    return paths, {name: saliencies(paths[name], X, T, method) for name, method in methods.items()}


def revived_paths():
    """Three at a time, orphans with them, and one comes back; retrained."""
    data, net = cn.monks(1), cn.MLP((17, 3, 1), seed=0)
    retrain = lambda net, X, T: cn.train_gauss_newton(net, X, T, iterations=1)  # noqa: E731
    options = {"at_once": 3, "revive": 1, "retrain": retrain, "test": (data.X_test, data.T_test), "down_to": 10}
    return {"EBD": cn.prune(net, data.X, data.T, cn.EBD(), **options)}, {}


def recurrent_paths():
    X, T = cn.lag_space(cn.sunspots().series[:100], 4)
    net = cn.RecurrentNetwork((4, 4, 1), seed=3)
    path = cn.prune(net, X[:60], T[:60], cn.Magnitude(), test=(X, T[60:]))
    return {"magnitude": path}, {"magnitude": saliencies(path, X[:60], T[:60], cn.Magnitude())}


@pytest.fixture(scope="module", params=[xor_paths, revived_paths, recurrent_paths])
def case(request):
    paths, worth = request.param()
    return paths, worth, plotting.export_page(paths, saliencies=worth).html


def test_the_page_holds_every_step_of_every_path(case):
    paths, worth, page = case
    data = data_of(page)
    assert list(data["paths"]) == list(paths)
    for name, path in paths.items():
        record = data["paths"][name]
        assert len(record["steps"]) == len(path)
        for i, (weights, mask, shown) in enumerate(steps_of(record, path[0].mask.size)):
            assert np.array_equal(mask, path[i].mask)
            assert np.allclose(weights, path[i].weights, rtol=5.1e-4, atol=0)
            assert set(path[i].deleted) <= set(record["steps"][i].get("deleted", []))
            if name in worth and mask.any():
                assert np.allclose(shown[mask], worth[name][i][mask], rtol=5.1e-3, atol=0, equal_nan=True)
        for kind in ("predicted", "actual"):
            numbers = [step.get(kind) for step in record["steps"]]
            assert numbers == plain(path.curve(kind))


def test_the_page_has_all_that_was_measured(case):
    paths, _, page = case
    data = data_of(page)
    for name, path in paths.items():
        measured = {quantity for quantity in QUANTITIES if not np.isnan(path.curve(quantity)).all()}
        assert measured == set(data["paths"][name]) - {"start", "steps"} == set(data["quantities"])
        for quantity in measured:
            assert data["paths"][name][quantity] == plain(path.curve(quantity), 6)


def test_units_and_weights_are_where_draw_network_puts_them(case):
    paths, _, page = case
    picture, path = data_of(page)["net"], next(iter(paths.values()))
    net = path.network(0)
    net.weights = np.linspace(2.0, 1.0, net.n)  # it draws wide lines first: now in the order of the weights
    ax = plotting.draw_network(net)
    (lines,) = [each for each in ax.collections if isinstance(each, LineCollection)]
    for drawn, shown in zip(lines.get_segments(), picture["lines"], strict=True):
        assert np.allclose(drawn, shown, atol=1e-3)
    units = np.vstack([line.get_xydata() for line in ax.lines if line.get_label() in ("units", "units cut off")])
    shown = np.vstack([group["points"] for group in picture["groups"]])
    assert np.allclose(units[np.lexsort(units.T)], shown[np.lexsort(shown.T)], atol=1e-3)
    assert [text.get_text() for text in ax.texts if re.match(r"\d", text.get_text())] == picture["titles"]
    assert picture["memory"] == isinstance(net, cn.RecurrentNetwork) and picture["names"] == net.weight_names()
    plt.close("all")


def test_units_that_are_cut_off_are_faint():
    net = cn.MLP((2, 2, 1), seed=0)
    net.delete([1])  # x2 to h1
    path = cn.prune(net, *cn.xor(), cn.Magnitude(), keep_orphans=True, candidates=[4], down_to=7)
    first, second = data_of(plotting.export_page(path).html)["paths"][""]["steps"]
    assert "cut" not in first and second["cut"] == [1]  # now x2 leads nowhere


def test_a_weight_says_from_where_to_where_it_leads():
    path = xor_paths()[0]["OBS"]
    ends = data_of(plotting.export_page(path, input_names=["a", "b"], output_names=["c"]).html)["net"]["ends"]
    assert ends == [[x, h] for h in ("h1", "h2") for x in ("a", "b", "bias")] + [[x, "c"] for x in ("h1", "h2", "bias")]
    recurrent = data_of(plotting.export_page(recurrent_paths()[0]).html)["net"]
    for name, (begin, end) in zip(recurrent["names"], recurrent["ends"], strict=True):
        to, source = name.split("<")
        later = source[0] == "o" or (source[0] == "h" and to[0] == "h")
        assert (begin, end) == (f"{source}′" if later else source, to)


# ---- saliencies along a path ----


@pytest.mark.parametrize(
    "method", [cn.OptimalBrainSurgeon(1e-4), cn.OptimalBrainDamage("gauss-newton"), cn.Magnitude(), cn.EBD()]
)
def test_the_least_saliency_is_that_of_the_weight_that_goes_next(method):
    data, net = cn.monks(1), cn.MLP((17, 2, 1), seed=0)
    cn.train_gauss_newton(net, data.X, data.T, iterations=20, weight_decay=1e-3)
    path = cn.prune(net, data.X, data.T, method, weight_decay=1e-3)
    L = saliencies(path, data.X, data.T, method, weight_decay=1e-3)
    assert L.shape == (len(path), net.n)
    for row, step, after in zip(L, path, path[1:], strict=False):
        assert np.array_equal(np.isnan(row), ~step.mask) and np.nanargmin(row) == after.deleted[0]
        assert not method.predicts or np.isclose(np.nanmin(row), after.predicted, rtol=1e-12)
    assert np.isnan(L[-1]).all()


def test_saliencies_of_the_surgeon_are_those_of_equation_5():
    X, T = cn.xor()
    net = cn.MLP((2, 2, 1), seed=4)
    path = cn.prune(net, X, T, cn.OptimalBrainSurgeon(1e-3), down_to=8)
    B = np.linalg.inv(cn.hessian(net, X, T, "gauss-newton") + 1e-3 * np.eye(net.n))
    L = saliencies(path, X, T, cn.OptimalBrainSurgeon(1e-3))
    assert np.allclose(L[0], net.weights**2 / (2 * np.diag(B)), rtol=1e-6)


def test_where_the_method_cannot_look_no_saliency_is_known():
    X, T = cn.xor()
    net = cn.MLP((2, 2, 1), seed=0)
    assert np.linalg.eigvalsh(cn.hessian(net, X, T))[0] < -1e-3  # far from a minimum
    path = cn.prune(net, X, T, cn.Magnitude(), down_to=8)
    assert np.isnan(saliencies(path, X, T, cn.OptimalBrainSurgeon(1e-6, "exact"))).all()


# ---- a page that needs nothing but itself ----


def test_the_page_needs_nothing_from_the_net(case):
    page = case[2]
    assert not fetched(page) and "http" not in page.replace("http-equiv", "") and "import(" not in page
    assert "default-src 'none'" in page  # and the browser refuses what this test does not know


def test_no_name_ends_the_script_and_the_title_is_text():
    path = xor_paths()[0]["OBS"]
    names = ["</script><b>", "<!--"]
    page = plotting.export_page(path, title="a < b & c", input_names=names).html
    assert data_of(page)["net"]["groups"][0]["names"] == names
    assert page.count("</script>") == 2 and "<!--" not in page and "<h1>a &lt; b &amp; c</h1>" in page


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(case):
    page = plotting.export_page(case[0], title='"a"')
    frame = page._repr_html_()
    assert frame.startswith('<iframe title="&quot;a&quot;" srcdoc="') and frame.endswith("</iframe>")
    assert html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == page.html
    assert len(frame) < 1.25 * len(page.html) and repr(page).startswith("Page '\"a\"' of ")


def test_the_file_is_the_page(tmp_path):
    page = plotting.export_page(xor_paths()[0], tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page.html
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("sizes, most", [((17, 3, 1), 300_000), ((17, 10, 1), 1_500_000)])
def test_three_methods_over_every_deletion_make_a_small_page(sizes, most):
    data, net, rng = cn.monks(1), cn.MLP(sizes, seed=0), np.random.default_rng(0)
    moving = cn.OptimalBrainSurgeon(1e-2)
    moving.look(net, cn.Cost(data.X, data.T))
    path = Path(net)
    order = rng.permutation(net.n)
    steps = cn.prune(net, data.X[:4], data.T[:4], cn.Magnitude(), test=(data.X[:4], data.T[:4]), keep_orphans=True)
    for i, step in enumerate(steps):  # every weight moves in every step, by numbers that nothing shortens
        mask = ~np.isin(np.arange(net.n), order[:i])
        weights = np.where(mask, rng.standard_normal(net.n), 0.0)
        parts = {name: getattr(step, name) for name in QUANTITIES}
        nothing = dict.fromkeys(("validation_error", "validation_accuracy"), np.nan)
        numbers = {"predicted": rng.random(), "actual": rng.random(), "n_active": int(mask.sum())}
        path.append(type(step)(tuple(order[i - 1 : i]), **numbers, **parts, **nothing, weights=weights, mask=mask))
    paths = {name: path for name in ("Optimal Brain Surgeon", "Optimal Brain Damage", "magnitude")}
    worth = {name: 1e-5 * rng.random((len(path), net.n)) for name in paths}
    assert len(path) == net.n + 1 and len(plotting.export_page(paths, saliencies=worth).html.encode()) < most


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ({"paths": {}}, "paths: expected a Path, or a dict"),
        ({"paths": {"a": 1}}, "paths: expected a Path of at least one step for 'a'; got 1"),
        ({"paths": Path(cn.MLP((2, 2, 1)))}, "paths: expected a Path of at least one step"),
        ({"title": 1}, "title: expected a text"),
        ({"input_names": ["a"]}, "input_names: expected 2 names"),
        ({"output_names": "ab"}, "output_names: expected 1 names"),
        ({"saliencies": {"x": 1}}, "saliencies: expected a dict from names of OBS"),
        ({"saliencies": {"OBS": np.ones((2, 9))}}, r"saliencies: expected shape \(\d+, 9\); got \(2, 9\)"),
        ({"file": 3}, "file: expected the name of a file; got 3"),
        ({"file": "."}, "file: expected a file in a folder"),
        ({"file": "no/such/folder.html"}, "file: expected a file in a folder"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(arguments, complaint):
    paths, _ = xor_paths()
    with pytest.raises((ValueError, TypeError, OSError), match=f"^{complaint}"):
        plotting.export_page(**{"paths": paths} | arguments)


def test_networks_of_another_shape_kind_or_size_are_refused():
    paths, _ = xor_paths()
    other = cn.prune(cn.MLP((2, 3, 1), seed=0), *cn.xor(), cn.Magnitude(), down_to=12)
    with pytest.raises(ValueError, match="paths: expected networks of one shape"):
        plotting.export_page({**paths, "other": other})
    shared = cn.SharedNetwork(**cn.wired([cn.dense(2, 2), cn.dense(2, 1)]), seed=0)
    with pytest.raises(TypeError, match="paths: expected networks of layers"):
        plotting.export_page(cn.prune(shared, *cn.xor(), cn.Magnitude(), down_to=8))
    large = cn.prune(cn.MLP((2, 251, 1), seed=0), *cn.xor(), cn.Magnitude(), down_to=1004)
    with pytest.raises(ValueError, match="paths: expected networks of at most 1000 weights; got 1005"):
        plotting.export_page(large)


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ({"path": []}, "path: expected a Path of at least one step"),
        ({"method": "OBS"}, "method: expected a method"),
        ({"X": np.ones((4, 3))}, "X: expected"),
    ],
)
def test_saliencies_refuse_what_does_not_fit(arguments, complaint):
    X, T = cn.xor()
    path = cn.prune(cn.MLP((2, 2, 1), seed=0), X, T, cn.Magnitude(), down_to=8)
    with pytest.raises((ValueError, TypeError), match=f"^{complaint}"):
        saliencies(**{"path": path, "X": X, "T": T, "method": cn.Magnitude()} | arguments)
