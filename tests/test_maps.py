"""plotting/maps.py, kernels.py: the pictures of networks of maps show what units put out and what the weights are."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

import classicnets as cn
from classicnets import plotting
from classicnets.plotting.style import BLUE
from classicnets.shared import rising

X = np.sin(np.arange(36.0))


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def net():
    """6 x 6, two maps of 4 x 4 with a border, three of 2 x 2 (the last sees both), 5 units, 3 outputs."""
    first, second = cn.maps(6, 5, [(0,), (0,)], border=2, stride=2), cn.maps(3, 2, [(0,), (1,), (0, 1)])
    return cn.SharedNetwork(**cn.wired([first, second, cn.dense(12, 5), cn.dense(5, 3)]), hidden="tanh", seed=1)


def test_each_map_is_an_image_of_what_its_units_put_out(net):
    ax, (_, one, two, three), _ = plotting.draw_maps(net, X), *rising(net, X[None])
    shown = [np.asarray(image.get_array()) for image in ax.images]
    assert [image.shape for image in shown] == [(6, 6), (3, 3), (3, 3), (2, 2), (2, 2), (2, 2), (5, 1)]
    values = np.concatenate([X, one[:-2, 0], two[:-2, 0], three[:-2, 0]])
    assert np.array_equal(np.concatenate([image.ravel() for image in shown]), values)
    titles = [text.get_text() for text in ax.texts if "\n" in text.get_text()]
    assert titles == ["input\n6 × 6", "H1\n2 of 3 × 3", "H2\n3 of 2 × 2", "H3\n5 units", "output\n3 units"]


def test_images_stand_upright_row_by_row_black_for_most(net):
    ax = plotting.draw_maps(net, X)
    assert all(image.origin == "upper" for image in ax.images)
    black, white = ax.images[0].cmap(1.0), ax.images[0].cmap(0.0)
    assert sum(black[:3]) < sum(white[:3])
    (left, right, bottom, top), *_ = (image.get_extent() for image in ax.images)
    assert left < right and bottom < top


def test_maps_stand_in_reading_order():
    layers = [cn.maps(6, 3, [(0,)] * 12), cn.dense(12 * 16, 2)]
    ax = plotting.draw_maps(cn.SharedNetwork(**cn.wired(layers), seed=1), X)
    places = [(-top, left) for left, _, _, top in (image.get_extent() for image in ax.images[1:])]
    assert places == sorted(places) and len({top for top, _ in places}) > 1 and len({left for _, left in places}) > 1


def test_the_bars_are_the_outputs_and_the_largest_is_blue(net):
    ax, outputs = plotting.draw_maps(net, X), net.forward(X[None])[0]
    bars = [bar.patches[0] for bar in ax.containers]
    assert np.allclose([bar.get_width() for bar in bars], 0.5 * outputs / max(1, np.abs(outputs).max()))
    assert [bar.get_facecolor() == matplotlib.colors.to_rgba(BLUE) for bar in bars].index(True) == outputs.argmax()


def test_kernels_are_the_weights_and_deleted_ones_are_crosses(net):
    whole = net.copy()
    net.delete([0, 7, 30])  # the first map's first row and second row; the second map's fifth
    ax = plotting.show_kernels(net, before=whole)
    (image,), (crosses,) = ax.images, ax.lines
    shown = np.asarray(image.get_array().filled(np.nan))
    assert np.array_equal(shown[:5, :5].ravel(), whole.weights[:25])
    assert np.array_equal(shown[7:12, 6:11].ravel(), net.weights[26:51])  # 25 is the first map's bias
    assert sorted(map(tuple, crosses.get_xydata())) == [(0, 7), (2, 8), (10, 7)]
    assert [name.get_text() for name in ax.get_yticklabels()] == ["before", "after"]


def test_where_a_map_sees_nothing_there_is_no_kernel(net):
    shown = np.asarray(plotting.show_kernels(net, 1).images[0].get_array().filled(np.nan))
    kernels = [
        shown[3 * row : 3 * row + 2, 3 * column : 3 * column + 2].ravel() for row in (0, 1) for column in range(3)
    ]
    first = 52  # two kernels of 25, with biases
    expected = [range(4), None, range(10, 14), None, range(5, 9), range(14, 18)]
    for kernel, weights in zip(kernels, expected, strict=True):
        assert (
            np.isnan(kernel).all() if weights is None else np.array_equal(kernel, net.weights[np.add(first, weights)])
        )


def test_a_dense_layer_sees_whole_maps(net):
    shown = np.asarray(plotting.show_kernels(net, 2).images[0].get_array().filled(np.nan))
    assert np.array_equal(shown[3:5, 6:8].ravel(), net.weights[71 + 2 * 13 + 4 :][:4])


def test_one_scale_for_both_signs(net):
    (image,) = plotting.show_kernels(net).images
    assert image.norm.vmax == -image.norm.vmin == np.abs(np.delete(net.weights[:52], [25, 51])).max()


@pytest.mark.parametrize(
    "call, complaint",
    [
        (lambda net: plotting.draw_maps(cn.MLP((36, 1)), X), "net: expected a network of shared weights"),
        (lambda net: plotting.draw_maps(net, X[:9]), r"x: expected shape \(36,\)"),
        (lambda net: plotting.show_kernels(net, 4), "layer: expected 0 to 3; got 4"),
        (lambda net: plotting.show_kernels(net, -1), "layer: expected a whole number"),
        (lambda net: plotting.show_kernels(cn.digit_recogniser(), 0, net), "before: expected a network wired as net"),
        (
            lambda net: plotting.show_kernels(cn.SharedNetwork(**cn.wired([cn.dense(3, 2)]))),
            "layer: expected one of square kernels",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(net, call, complaint):
    with pytest.raises((ValueError, TypeError), match=f"^{complaint}"):
        call(net)
