"""The player of an animation: a page that needs nothing but itself, and buttons that can be seen and named."""

import re

import pytest
from pages import fetched

import classicnets as cn
from classicnets import plotting


@pytest.fixture(scope="module")
def path():
    X, T = cn.xor()
    net = cn.MLP((2, 2, 1), seed=0)
    cn.train_gauss_newton(net, X, T, target_error=1e-3)
    return cn.prune(net, X, T, cn.OptimalBrainSurgeon())


@pytest.fixture(scope="module")
def page(path):
    return plotting.animate_pruning(path, every=len(path) - 2, quantity="train_error").to_jshtml()


def test_the_page_needs_nothing_from_the_net(page):
    assert not fetched(page) and "//" not in re.sub(r'base64,[^"]+', "", page)


def test_every_button_has_a_name_and_a_sign_that_needs_no_font(page):
    buttons = re.findall(r"<button.*?</button>", page, re.DOTALL)
    names = [re.search(r'aria-label="(\w+)"', button)[1] for button in buttons]
    assert names == ["First", "Back", "Play", "Forward", "Last"]
    for button in buttons:
        assert re.search(r'<path d="M[^"]+z"/></svg>', button)
        assert not re.sub(r"<[^>]+>", "", button).strip()


def test_frames_say_how_many_weights_are_left_and_the_first_one_shows_without_a_script(page, path):
    frames = re.findall(r'<img alt="([^"]*)" src="data:image/png;base64,[^"]+"([^>]*)>', page)
    assert [label for label, _ in frames] == [f"{path[i].n_active} weights" for i in (0, -2, -1)]
    assert [style for _, style in frames] == ["", *[' style="display:none"'] * 2]
    assert 'max="2"' in page and f">{path[0].n_active} weights</output>" in page
