"""plotting/: the pictures show the numbers they claim to show, labelled, and not by colour alone."""

import subprocess
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import oracles
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Annotation, Text

import classicnets as cn
from classicnets import plotting
from classicnets.plotting import charts
from classicnets.plotting.style import BLUE, QUANTITIES, SERIES, VERMILLION
from classicnets.pruning import Path, Step

MONKS_NAMES = [f"a{a}={value}" for a, values in enumerate((3, 3, 2, 3, 4, 2), 1) for value in range(1, values + 1)]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def xor_net():
    net = cn.MLP((2, 2, 1), seed=0)
    cn.train_gauss_newton(net, *cn.xor(), target_error=1e-3)
    return net


@pytest.fixture(scope="module")
def monks_path():
    data, net = cn.monks(1), cn.MLP((17, 3, 1), seed=0)
    cn.train_gauss_newton(net, data.X, data.T, iterations=30, weight_decay=1e-4)
    test = data.X_test, data.T_test
    return cn.prune(net, data.X, data.T, cn.OptimalBrainSurgeon(), weight_decay=1e-4, test=test)


@pytest.fixture(scope="module")
def memory_net():
    """4-4-1 with 12 weights left: x1 drives h1, h1 and h2 each other, h4 hears only the output."""
    net = cn.RecurrentNetwork((4, 4, 1), seed=3)
    kept = "h1<x1 h1<h2 h1<bias h2<h1 h2<h2 h2<o1 h4<o1 h4<bias o1<h1 o1<h4 o1<o1 o1<bias".split()
    net.mask = np.isin(net.weight_names(), kept)
    return net


@pytest.fixture(scope="module")
def memory_path():
    X, T = cn.lag_space(cn.sunspots().series[:100], 4)
    net = cn.RecurrentNetwork((4, 4, 1), seed=3)
    return cn.prune(net, X[:60], T[:60], cn.Magnitude(), test=(X, T[60:]))


def made_path(n_active, accuracies, kind="accuracy"):
    """A path with these numbers of weights and these accuracies (or errors), nothing else measured."""
    path, nothing = Path(cn.MLP((2, 2, 1), seed=0)), np.zeros(9)
    measured = dict.fromkeys(QUANTITIES, np.nan)
    for n, accuracy in zip(n_active, accuracies, strict=True):
        values = {**measured, f"test_{kind}": accuracy, f"train_{kind}": accuracy}
        path.append(Step((), np.nan, np.nan, n, **values, weights=nothing, mask=nothing > 0))
    return path


def weight_lines(ax):
    """What draw_network drew for the weights: (begin, end), width, colour and whether dashed, of each line."""
    (lines,) = ax.collections
    dashed = [dashes is not None for _, dashes in lines.get_linestyle()]
    return list(zip(lines.get_segments(), lines.get_linewidth(), map(to_hex, lines.get_color()), dashed, strict=True))


def points(ax, label):
    """The points of the lines drawn with this label, in all layers: a set of (x, y)."""
    return {tuple(point) for line in ax.lines if line.get_label() == label for point in line.get_xydata()}


def place_of(ax, name):
    """Where the unit with this name is drawn."""
    (place,) = [tuple(text.xy) for text in ax.texts if isinstance(text, Annotation) and text.get_text() == name]
    return place


def legend_texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def visible_texts(figure):
    figure.canvas.draw()
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def test_importing_the_library_does_not_import_matplotlib():
    command = "import sys, classicnets; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command]).returncode == 0


# ---- the network ----


@pytest.mark.parametrize("sizes", [(2, 2, 1), (17, 3, 1), (4, 5, 3, 2), (3, 1)])
def test_each_active_weight_is_one_line_that_joins_its_units_and_shows_its_size_and_sign(sizes):
    net, rng = cn.MLP(sizes, seed=1), np.random.default_rng(2)
    net.delete(rng.choice(net.n, net.n // 3, replace=False))
    ax = plotting.draw_network(net)
    drawn = weight_lines(ax)
    assert len(drawn) == net.n_active
    expected, largest = [], np.abs(net.weights).max()
    for layer, (matrix, mask) in enumerate(zip(net.matrices, net.mask_matrices, strict=True)):
        units, fan_in = matrix.shape[0], matrix.shape[1] - 1
        for i, j in np.argwhere(mask):
            end = layer + 1, 1 - (i + 0.5) / units
            begin = (layer, 1 - (j + 0.5) / fan_in) if j < fan_in else None
            expected.append((matrix[i, j], begin, end))
    expected.sort(key=lambda weight: -abs(weight[0]))
    for (w, begin, end), (line, width, colour, dashed) in zip(expected, drawn, strict=True):
        assert np.allclose(line[1], end)
        if begin is None:  # a bias: straight up from below its unit
            assert line[0][0] == end[0] and line[0][1] < end[1]
        else:
            assert np.allclose(line[0], begin)
        assert width == pytest.approx(max(0.4, 6 * abs(w) / largest))
        assert (colour, dashed) == ((BLUE.lower(), False) if w > 0 else (VERMILLION.lower(), True))


def test_squares_mark_the_biases_that_are_left(xor_net):
    net = xor_net.copy()
    assert len(points(plotting.draw_network(net), "biases")) == 3
    net.delete(net.is_bias)
    assert not points(plotting.draw_network(net), "biases")


def test_units_that_are_cut_off_are_faint(xor_net):
    ax = plotting.draw_network(xor_net)
    assert not points(ax, "units cut off") and len(points(ax, "units")) == 5
    net = xor_net.copy()
    net.delete([1, 6])  # u12 and v1: the first hidden unit is cut off, and x1 is still used by the second
    ax = plotting.draw_network(net)
    assert points(ax, "units cut off") == {(1, 0.75)}
    net.delete(3)  # u21: now x1 leads only to the unit that is cut off
    ax = plotting.draw_network(net, input_names=["left", "right"])
    assert points(ax, "units cut off") == {(1, 0.75), (0, 0.75)}
    colours = {text.get_text(): text.get_color() for text in ax.texts}
    assert colours["left"] != colours["right"]
    assert len(weight_lines(ax)) == net.n_active  # what is left of it is drawn all the same


def test_names_titles_and_the_legend_of_the_signs():
    net = cn.MLP((17, 3, 1), seed=0)
    ax = plotting.draw_network(net, input_names=MONKS_NAMES, output_names=["monk"])
    texts = {text.get_text() for text in ax.texts}
    assert texts == {*MONKS_NAMES, "monk", "17 inputs", "3 hidden units", "1 output"}
    assert legend_texts(ax) == ["positive", "negative", "bias"]
    positive, negative, _ = ax.get_legend().legend_handles
    assert not positive.is_dashed() and negative.is_dashed() and positive.get_color() != negative.get_color()
    assert f"{np.abs(net.weights).max():.2g}" in ax.get_legend().get_title().get_text()


def test_names_of_monks_inputs_do_not_overlap():
    ax = plotting.draw_network(cn.MLP((17, 3, 1), seed=0), input_names=MONKS_NAMES)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if isinstance(text, Annotation) and "=" in text.get_text()]
    assert len(boxes) == 17
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert min(box.x0 for box in boxes) >= 0


def test_largest_sets_the_scale_and_a_tiny_weight_stays_visible(xor_net):
    net = xor_net.copy()
    net.weights = [1e-9, *[5.0] * 8]
    widths = [width for _, width, *_ in weight_lines(plotting.draw_network(net, largest=10))]
    assert widths == pytest.approx([3.0] * 8 + [0.4])
    net.delete(slice(None))
    assert not weight_lines(plotting.draw_network(net))


# ---- the recurrent network ----


@pytest.mark.parametrize("sizes", [(4, 4, 1), (2, 3, 2), (1, 1, 1)])
def test_recurrent_each_active_weight_joins_the_units_of_its_name(sizes):
    net, rng = cn.RecurrentNetwork(sizes, seed=1), np.random.default_rng(2)
    net.delete(rng.choice(net.n, net.n // 3, replace=False))
    ax = plotting.draw_network(net)
    drawn = weight_lines(ax)
    assert len(drawn) == net.n_active
    largest = np.abs(net.weights).max()
    order = sorted(np.flatnonzero(net.mask), key=lambda q: -abs(net.weights[q]))
    for q, (line, width, colour, dashed) in zip(order, drawn, strict=True):
        w, (unit, source) = net.weights[q], net.weight_names()[q].split("<")
        assert np.allclose(line[-1], place_of(ax, unit))
        if source == "bias":
            assert line[0][0] == line[-1][0] and line[0][1] < line[-1][1]
        else:  # only an output sees a hidden unit of the same step
            same_step = source[0] == "x" or (unit[0], source[0]) == ("o", "h")
            assert np.allclose(line[0], place_of(ax, source if same_step else source + "′"))
        assert width == pytest.approx(max(0.4, 6 * abs(w) / largest))
        assert (colour, dashed) == ((BLUE.lower(), False) if w > 0 else (VERMILLION.lower(), True))


def test_lines_from_last_outputs_run_below_the_hidden_units():
    for sizes in [(4, 4, 1), (1, 12, 2), (12, 1, 3)]:
        net = cn.RecurrentNetwork(sizes, seed=0)
        net.delete(~np.isin(np.arange(net.n), [*net.places[sizes[1] :, sizes[1] :].flat, *np.flatnonzero(net.is_bias)]))
        ax = plotting.draw_network(net)
        lowest = min(y for x, y in points(ax, "biases") if x == 1)
        long = [line for line, *_ in weight_lines(ax) if np.ptp(line[:, 0]) > 1]
        assert len(long) == sizes[2] ** 2
        assert all(y < lowest for line in long for x, y in line if x <= 1.15)
        assert all(line[0][0] == 0 and (line[1] >= [1.1, 0]).all() for line in long)  # straight past the hidden units


def test_memory_is_in_a_band_of_its_own_below_the_inputs(memory_net):
    ax = plotting.draw_network(memory_net)
    (band,) = ax.patches
    inside = {name: band.get_bbox().contains(*place_of(ax, name)) for name in "x1 x4 h1′ h4′ o1′ h4 o1".split()}
    assert [name for name, contained in inside.items() if contained] == ["h1′", "h4′", "o1′"]
    texts = {text.get_text() for text in ax.texts}
    assert {"4 inputs", "4 hidden units", "1 output", "one step before"} < texts


def test_units_are_used_by_way_of_the_memory_too(memory_net):
    ax = plotting.draw_network(memory_net)
    faint = {name for name in "x1 x2 x3 x4 h1 h2 h3 h4 o1 h1′ h2′ h3′ h4′ o1′".split()
             if place_of(ax, name) in points(ax, "units cut off")}  # fmt: skip
    # h2 has a way to the output through h1 one step later; nothing is there of what h4 did one step before
    assert faint == {"x2", "x3", "x4", "h3", "h3′", "h4′"}
    net = memory_net.copy()
    net.delete([net.weight_names().index(name) for name in ("h1<h2", "o1<bias", "o1<o1", "o1<h4")])
    ax = plotting.draw_network(net)
    assert {place_of(ax, name) for name in ("h2", "h1′", "h2′", "o1′")} < points(ax, "units cut off")  # none has a way
    assert len(weight_lines(ax)) == net.n_active
    net.delete([net.weight_names().index(name) for name in ("h1<x1", "h1<bias")])
    assert {(2, place_of(ax, "o1")[1])} == {p for p in points(plotting.draw_network(net), "units") if p[0] > 0}


@pytest.mark.parametrize("sizes", [(4, 4, 1), (12, 8, 1), (1, 1, 1), (3, 12, 2)])
def test_no_text_of_a_recurrent_network_overlaps_another_or_is_cut(sizes):
    for ax in (None, plt.subplots(figsize=(5, 4))[1]):
        ax = plotting.draw_network(cn.RecurrentNetwork(sizes, seed=0), ax)
        boxes = [text.get_window_extent() for text in visible_texts(ax.figure)]
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
        assert min(box.x0 for box in boxes) >= 0 and max(box.x1 for box in boxes) <= ax.figure.bbox.x1


# ---- Hessian and error surface ----


def test_hessian_is_shown_as_it_is_with_limits_symmetric_about_zero(xor_net):
    H = cn.hessian(xor_net, *cn.xor())
    ax = plotting.show_hessian(H, xor_net.weight_names())
    (image,) = ax.images
    assert np.array_equal(image.get_array(), H)
    assert image.get_clim() == (-np.abs(H).max(), np.abs(H).max())
    assert np.allclose(image.cmap(0.5), 1, atol=0.05)  # zero is white
    for labels in (ax.get_xticklabels(), ax.get_yticklabels()):
        assert [label.get_text() for label in labels] == xor_net.weight_names()
    assert r"\partial^2 E" in image.colorbar.ax.get_ylabel()


def test_hessian_of_many_weights_has_numbers_for_names():
    names = cn.MLP((17, 3, 1)).weight_names()
    ax = plotting.show_hessian(np.zeros((58, 58)), names)
    assert ax.images[0].get_clim() == (-1, 1)
    assert not {label.get_text() for label in ax.get_xticklabels()} & set(names)
    assert ax.get_xlabel() == "index of weight"


def test_slice_is_the_error_with_the_first_weight_across_and_the_second_up(xor_net):
    def value(net):
        return cn.network_error(net, *cn.xor())

    x, y = np.array([-1.0, 2.0, 3.0]), np.array([0.5, -4.0])
    E = charts._slice(xor_net, [8, 5], x, y, value)
    for j, i in np.ndindex(E.shape):
        changed = xor_net.copy()
        oracles.change(changed, [8, 5], [x[i], y[j]])
        assert E[j, i] == value(changed)


def test_error_surface_marks_the_net_and_where_the_methods_lead(xor_net):
    X, T = cn.xor()
    before, moves = xor_net.weights.copy(), {}
    for name, method in [("magnitude", cn.Magnitude()), ("OBS", cn.OptimalBrainSurgeon())]:
        moves[name] = cn.prune(xor_net, X, T, method, keep_orphans=True, down_to=8)[1].weights
    moves["far"] = before + np.arange(9)
    ax = plotting.show_error_surface(xor_net, X, T, 8, 5, moves=moves)
    assert np.array_equal(xor_net.weights, before)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("weight v3", "weight u23")
    trained, *ends = ax.lines
    assert np.allclose(trained.get_xydata(), before[[8, 5]])
    for line, weights in zip(ends, moves.values(), strict=True):
        assert np.allclose(line.get_xydata(), weights[[8, 5]])
    assert len({line.get_color() for line in ends}) == len({line.get_marker() for line in ends}) == 3
    arrow = ax.texts[-1]  # the last of the arrows is that of "far"
    assert np.allclose(arrow.xy, moves["far"][[8, 5]]) and np.allclose(arrow.xyann, before[[8, 5]])
    changed = xor_net.copy()
    changed.weights = moves["OBS"]
    assert f"OBS, E = {cn.network_error(changed, X, T):.2g}" in legend_texts(ax)
    assert "error" in ax.figure.axes[-1].get_ylabel()
    for low, high, *shown in [(*ax.get_xlim(), 0, *ends[-1].get_xdata()), (*ax.get_ylim(), 0, *ends[-1].get_ydata())]:
        assert all(low < value < high for value in shown)


def test_error_surface_has_contours_spaced_by_equal_ratios_and_the_width_asked_for(xor_net):
    ax = plotting.show_error_surface(xor_net, *cn.xor(), 0, 1, width=0.5)
    centre = xor_net.weights[:2]
    assert np.allclose([ax.get_xlim(), ax.get_ylim()], centre[:, None] + [-0.5, 0.5])
    levels = ax.collections[0].levels
    assert np.allclose(levels[1:] / levels[:-1], levels[1] / levels[0]) and len(levels) > 8
    assert levels[0] <= cn.network_error(xor_net, *cn.xor()) <= levels[-1]


def test_error_surface_of_a_recurrent_network_has_a_plateau_where_it_diverges(memory_net):
    X, T = cn.lag_space(cn.sunspots().series, 4)
    loop = memory_net.weight_names().index("o1<o1")
    ax = plotting.show_error_surface(memory_net, X, T, loop, 0, width=10)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("weight o1<o1", "weight h1<x1")
    diverging = memory_net.copy()
    oracles.change(diverging, loop, 9)
    assert cn.network_error(diverging, X, T) == np.inf
    filled = ax.collections[0]
    assert filled.extend == "max" and filled.levels[0] <= cn.network_error(memory_net, X, T) <= filled.levels[-1] < 1e6
    with pytest.raises(ValueError, match="net: expected a finite error somewhere on the slice"):
        plotting.show_error_surface(diverging, X, T, loop, 0, width=1)


# ---- paths ----


def test_paths_are_drawn_from_many_weights_to_few_in_percent(monks_path):
    ax = plotting.plot_paths({"OBS": monks_path, "made": made_path([9, 5], [1.0, 0.5])}, "test_accuracy")
    first, second = ax.lines
    assert np.array_equal(first.get_xdata(), monks_path.curve("n_active"))
    assert np.array_equal(first.get_ydata(), 100 * monks_path.curve("test_accuracy"))
    assert first.get_color() != second.get_color() and first.get_linestyle() != second.get_linestyle()
    assert ax.xaxis_inverted()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("remaining weights", "test patterns correct (%)")
    assert legend_texts(ax) == ["OBS", "made"]


def test_a_path_alone_is_one_curve_without_a_legend(monks_path):
    ax = plotting.plot_paths(monks_path, "train_error")
    (curve,) = ax.lines
    assert np.array_equal(curve.get_xdata(), monks_path.curve("n_active")) and ax.get_legend() is None
    assert np.array_equal(curve.get_ydata(), monks_path.curve("train_error")) and ax.xaxis_inverted()


def test_errors_over_decades_are_drawn_on_a_logarithmic_axis(monks_path):
    ax = plotting.plot_paths({"OBS": monks_path}, "train_error")
    assert ax.get_yscale() == "log" and ax.get_ylabel() == "training error E per pattern"
    assert np.array_equal(ax.lines[0].get_ydata(), monks_path.curve("train_error"))


def test_several_paths_give_their_median_in_a_band_of_quartiles():
    runs = [made_path([9, 8, 5], [1.0, 0.8, 0.2]), made_path([9, 7], [0.9, 0.6]), made_path([8, 6, 4], [0.4, 0.3, 0.1])]
    ax = plotting.plot_paths({"three": runs}, "test_accuracy")
    # weights   9     8     7     6     5     4
    # first     1.0   0.8   0.2   0.2   0.2   -
    # second    0.9   0.6   0.6   -     -     -
    # third     -     0.4   0.3   0.3   0.1   0.1    and with 4 only one of three is left: no median
    assert ax.lines[0].get_xdata().tolist() == [9, 8, 7, 6, 5, 4]
    assert np.allclose(ax.lines[0].get_ydata(), [95, 60, 30, 25, 15, np.nan], equal_nan=True)
    band = ax.collections[0].get_paths()[0].vertices
    assert sorted(set(band[band[:, 0] == 8, 1])) == pytest.approx([50, 70])


def test_infinite_errors_of_a_path_are_gaps_and_count_as_large():
    one = made_path([9, 8, 7], [0.1, np.inf, 0.2], "error")
    others = [made_path([9, 8, 7], [0.1, e, np.inf], "error") for e in (0.2, 0.3)]
    ax = plotting.plot_paths({"one": one, "three": [one, *others], "two": [one, others[0]]}, "test_error")
    ax.figure.canvas.draw()
    assert ax.get_yscale() == "linear"
    assert ax.lines[0].get_ydata()[[0, 2]].tolist() == [0.1, 0.2]
    assert np.allclose(ax.lines[1].get_ydata(), [0.1, 0.3, np.nan], equal_nan=True)
    assert np.allclose(ax.lines[2].get_ydata(), [0.1, np.nan, np.nan], equal_nan=True)


# ---- curves ----


def test_curves_have_gaps_bands_marks_and_a_black_reference():
    years, series = np.arange(1700, 1706), np.array([0.1, 0.5, 0.9, 0.4, 0.2, 0.3])
    ahead = np.array([np.nan, np.nan, 0.8, 0.5, np.inf, 0.2])
    ax = plotting.plot_curves(
        years, {"ahead": ahead, "measured": series, "flat": [0.4] * 6}, "year", "sunspot number / 191.2",
        reference="measured", bands={"ahead": (ahead - 0.1, ahead + 0.1)}, marks={"test": 1703.5},
    )  # fmt: skip
    first, measured, flat, mark = ax.lines
    assert np.allclose(first.get_ydata(), [np.nan, np.nan, 0.8, 0.5, np.nan, 0.2], equal_nan=True)
    assert np.array_equal(measured.get_xydata(), np.column_stack([years, series]))
    assert (measured.get_color(), measured.get_marker()) == ("#000000", "o")
    assert (first.get_color(), flat.get_color()) == (BLUE, VERMILLION) and flat.is_dashed()
    assert list(mark.get_xdata()) == [1703.5, 1703.5]
    assert legend_texts(ax) == ["ahead", "measured", "flat", "test"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("year", "sunspot number / 191.2")
    band = ax.collections[0].get_paths()[0].vertices
    assert sorted(set(band[band[:, 0] == 1702, 1])) == pytest.approx([0.7, 0.9])
    assert not ax.xaxis_inverted() and not (ax.get_xticks() % 1).any()


def test_curves_over_falling_numbers_of_weights_run_from_many_to_few(memory_path):
    n = memory_path.curve("n_active")
    ax = plotting.plot_curves(n, {"train": memory_path.curve("train_error")}, "remaining weights", "error", log=True)
    assert ax.xaxis_inverted() and ax.get_yscale() == "log"
    assert np.array_equal(ax.lines[0].get_xdata(), n)


def test_stems_stand_on_zero_beside_each_other():
    curves = {"full": [1.0, -0.5, 0.2], "pruned": [0.9, -0.4, 0.1]}
    ax = plotting.plot_curves(range(3), curves, "steps", "response", stems=True)
    tips = {line.get_label(): line.get_xydata() for line in ax.lines}
    for name, stems in zip(curves, ax.collections, strict=True):
        assert np.array_equal(tips[name][:, 1], curves[name])
        assert np.allclose([stem[1] for stem in stems.get_segments()], tips[name])
        assert not np.array([stem[0] for stem in stems.get_segments()])[:, 1].any()
    assert (0 < tips["pruned"][:, 0] - tips["full"][:, 0]).all() and np.abs(tips["full"][:, 0] - range(3)).max() < 0.5
    (alone, *_) = plotting.plot_curves(range(3), {"full": [1, 2, 3]}, "steps", "response", stems=True).lines
    assert alone.get_xdata().tolist() == [0, 1, 2]


# ---- predictions ----


def test_predictions_are_points_about_a_diagonal_on_logarithmic_axes():
    ax = plotting.plot_predictions([np.nan, 1e-4, 1e-2], [np.nan, 2e-4, 3e-2], name="OBS")
    assert ax.collections[0].get_offsets().tolist() == [[1e-4, 2e-4], [1e-2, 3e-2]]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    (diagonal,) = ax.lines
    assert np.array_equal(diagonal.get_xdata(), diagonal.get_ydata())
    assert diagonal.get_xdata()[0] <= ax.get_xlim()[0] and diagonal.get_xdata()[1] >= ax.get_xlim()[1]
    assert "predicted" in ax.get_xlabel() and "actual" in ax.get_ylabel()
    assert legend_texts(ax) == ["as predicted", "OBS"]


def test_a_second_method_joins_and_a_negative_change_is_not_lost():
    ax = plotting.plot_predictions([1e-4, 1e-2], [2e-4, 3e-2], name="OBS")
    plotting.plot_predictions([1e-3, 0.0], [-1e-3, 0.0], ax, name="OBD")
    assert legend_texts(ax) == ["as predicted", "OBS", "OBD"] and len(ax.lines) == 1
    assert ax.get_xscale() == ax.get_yscale() == "symlog"
    assert ax.get_xlim()[0] < 0 < 1e-2 < ax.get_xlim()[1] and ax.get_ylim()[0] < -1e-3 < 3e-2 < ax.get_ylim()[1]
    obs, obd = ax.collections
    assert not np.array_equal(obs.get_facecolor(), obd.get_facecolor())
    assert len(obs.get_paths()[0].vertices) != len(obd.get_paths()[0].vertices)  # markers differ too


# ---- the look, and complaints ----


@pytest.mark.parametrize("given_axes", [False, True])
@pytest.mark.parametrize("picture", ["network", "memory", "hessian", "surface", "paths", "curves", "predictions"])
def test_every_text_can_be_read_from_the_back_of_the_room(picture, given_axes, xor_net, memory_net, monks_path):
    with plt.rc_context({"font.size": 6}):
        ax = plt.subplots()[1] if given_axes else None
        drawn = {
            "network": lambda: plotting.draw_network(xor_net, ax),
            "memory": lambda: plotting.draw_network(memory_net, ax),
            "hessian": lambda: plotting.show_hessian(np.eye(9), xor_net.weight_names(), ax),
            "surface": lambda: plotting.show_error_surface(xor_net, *cn.xor(), 0, 1, ax),
            "paths": lambda: plotting.plot_paths({"OBS": monks_path}, "train_error", ax),
            "curves": lambda: plotting.plot_curves([1, 2], {"E": [1, 200]}, "x", "y", ax, marks={"a": 1}, log=True),
            "predictions": lambda: plotting.plot_predictions([1, 2], [1, 3], ax),
        }[picture]()
        assert ax is None or drawn is ax
        assert min(text.get_fontsize() for text in visible_texts(drawn.figure)) >= 12
        assert plt.rcParams["font.size"] == 6  # the caller's own settings are left alone


def test_no_two_methods_share_a_colour_a_line_style_or_a_marker():
    for key in ("color", "linestyle", "marker"):
        assert len({look[key] for look in SERIES}) == len(SERIES)


@pytest.mark.parametrize(
    "call, complaint",
    [
        (
            lambda net, path: plotting.draw_network(net, input_names=["x"]),
            r"input_names: expected 2 names; got \['x'\]",
        ),
        (lambda net, path: plotting.draw_network(net, input_names="ab"), "input_names: expected 2 names; got 'ab'"),
        (lambda net, path: plotting.draw_network(net, output_names=7), "output_names: expected 1 names; got 7"),
        (lambda net, path: plotting.draw_network(net, largest=0), "largest: expected a finite number above 0; got 0"),
        (lambda net, path: plotting.show_hessian(np.eye(3)[:2]), r"H: expected shape \(n, n\); got \(2, 3\)"),
        (lambda net, path: plotting.show_hessian(np.ones(3)), r"H: expected shape \(n, n\); got \(3,\)"),
        (lambda net, path: plotting.show_hessian([]), r"H: expected shape \(n, n\); got \(0,\)"),
        (lambda net, path: plotting.show_hessian([[np.nan]]), "H: expected finite numbers"),
        (lambda net, path: plotting.show_hessian(np.eye(3), ["a"]), "names: expected 3 names"),
        (lambda net, path: plotting.show_error_surface(net, *cn.xor(), 9, 0), "first: .* 0 to 8; got 9"),
        (lambda net, path: plotting.show_error_surface(net, *cn.xor(), 0, -1), "second: expected a whole number"),
        (lambda net, path: plotting.show_error_surface(net, *cn.xor(), 3, 3), "second: expected another weight"),
        (lambda net, path: plotting.show_error_surface(path.network(), *cn.xor(), 0, 1), "first: .* not deleted"),
        (lambda net, path: plotting.show_error_surface(net, *cn.xor(), 0, 1, width=-1), "width: expected"),
        (lambda net, path: plotting.show_error_surface(net, *cn.xor(), 0, 1, error="cubic"), "error: expected one of"),
        (
            lambda net, path: plotting.show_error_surface(net, *cn.xor(), 0, 1, moves={"OBS": [0, 1]}),
            r"moves: for 'OBS', weights: expected shape \(9,\); got \(2,\)",
        ),
        (lambda net, path: plotting.plot_paths({"OBS": path}, "loss"), "quantity: expected one of .*; got 'loss'"),
        (
            lambda net, path: plotting.plot_paths({"OBS": path}, "validation_error"),
            "quantity: .* that the path measured",
        ),
        (lambda net, path: plotting.plot_paths([path], "train_error"), "paths: expected a Path, or a dict"),
        (lambda net, path: plotting.plot_paths({}, "train_error"), "paths: expected a Path, or a dict"),
        (lambda net, path: plotting.plot_paths({"OBS": [path, 1]}, "train_error"), "paths: .* for 'OBS'"),
        (lambda net, path: plotting.plot_paths({"OBS": Path(net)}, "train_error"), "path: .* at least one step"),
        (lambda net, path: plotting.plot_curves([], {"a": []}, "", ""), "x: expected at least one"),
        (lambda net, path: plotting.plot_curves([np.nan], {"a": [1]}, "", ""), "x: expected finite numbers"),
        (lambda net, path: plotting.plot_curves([1], {}, "", ""), "curves: expected at least one"),
        (lambda net, path: plotting.plot_curves([1], [1], "", ""), "curves: expected a dict from names to numbers"),
        (
            lambda net, path: plotting.plot_curves([1, 2], {"a": [1]}, "", ""),
            r"curves\['a'\]: expected shape \(2,\); got \(1,\)",
        ),
        (lambda net, path: plotting.plot_curves([1], {"a": ["b"]}, "", ""), r"curves\['a'\]: expected numbers .*'b'"),
        (lambda net, path: plotting.plot_curves([1], {"a": [1]}, "", "", reference="b"), "reference: .* one of a"),
        (lambda net, path: plotting.plot_curves([1], {"a": [1]}, "", "", bands={"b": [[1], [2]]}), "bands: .* of a"),
        (
            lambda net, path: plotting.plot_curves([1], {"a": [1]}, "", "", bands={"a": [1]}),
            r"bands\['a'\]: .* \(2, 1\)",
        ),
        (
            lambda net, path: plotting.plot_curves([1], {"a": [1]}, "", "", bands={"a": [[1], [2]]}, stems=True),
            "bands: expected none for stems",
        ),
        (lambda net, path: plotting.plot_curves([1], {"a": [1]}, "", "", marks=1), "marks: expected a dict"),
        (lambda net, path: plotting.plot_predictions([1, 2], [1]), r"actual: expected shape \(2,\); got \(1,\)"),
        (lambda net, path: plotting.plot_predictions([np.nan], [1]), "predicted: expected a step"),
    ],
)
def test_bad_input_is_refused_by_name(call, complaint, xor_net, monks_path):
    with pytest.raises((ValueError, TypeError), match=f"^{complaint}"):
        call(xor_net, monks_path)


def test_a_table_shows_its_numbers():
    ax = plotting.show_table([[1.0, 2.5], [3.0, 4.0]], ["a", "b"], ["x", "y"], "rank")
    assert {text.get_text() for text in ax.texts} == {"1.0", "2.5", "3.0", "4.0"}
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b"]


@pytest.mark.parametrize(
    "values, complaint",
    [
        ([[1.0, 2.0]], r"rows: expected 1 names; got \['a', 'b'\]"),
        ([[1.0], [2.0]], r"columns: expected 1 names; got \['x', 'y'\]"),
        ([[1.0, np.nan], [1.0, 2.0]], "values: expected finite numbers"),
        ([["1", "?"], ["1", "2"]], r"values: expected numbers of shape \(P, k\); got list with '1'"),
        ([[1e301, 1], [1, 1]], r"values: expected numbers of at most 1e\+300 to draw; got 1e\+301"),
        (None, "values: expected numbers"),
    ],
)
def test_a_table_needs_a_number_for_each_name(values, complaint):
    with pytest.raises(ValueError, match=f"^{complaint}"):
        plotting.show_table(values, ["a", "b"], ["x", "y"], "rank")
