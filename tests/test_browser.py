"""The pages in a real browser: no error in them, no request to anywhere, and what they show is what the Path says.

`make browser`; skipped where there is no playwright or no Chromium.
"""

import re

import numpy as np
import pytest
from browsing import Witness, running_browser

import classicnets as cn
from classicnets import plotting
from classicnets.pages import derivatives_page, xor_page
from classicnets.pruning import saliencies

pytestmark = pytest.mark.browser
MOST = 30.0  # milliseconds of a frame
METHODS = {"OBS": cn.OptimalBrainSurgeon(1e-4), "OBD": cn.OptimalBrainDamage(), "magnitude": cn.Magnitude()}


@pytest.fixture(scope="module")
def browser():
    with running_browser() as running:
        yield running


@pytest.fixture
def visit(browser, tmp_path):
    """A function that opens a page; at the end nothing may have been requested but it, nor any error been said."""
    witness = Witness(browser)

    def opened(page, width=1280, height=720):
        page.save(tmp_path / "page.html")
        tab = witness.tab(width, height)
        tab.goto((tmp_path / "page.html").as_uri())
        return tab

    yield opened
    witness.close()
    assert not witness.said and witness.requests
    assert set(witness.requests) <= {(tmp_path / "page.html").as_uri(), "data:,"}


def pruned(sizes, **training):
    data, net = cn.monks(1), cn.MLP(sizes, seed=1)
    cn.train_gauss_newton(net, data.X, data.T, weight_decay=1e-3, **training)
    options = {"test": (data.X_test, data.T_test)}
    paths = {name: cn.prune(net, data.X, data.T, method, **options) for name, method in METHODS.items()}
    return paths, {name: saliencies(paths[name], data.X, data.T, method) for name, method in METHODS.items()}


@pytest.fixture(scope="module")
def monks():
    return pruned((17, 3, 1))


@pytest.fixture(scope="module")
def page(monks):
    return plotting.export_page(monks[0], saliencies=monks[1])


def move(tab, step):
    tab.locator("#slider").evaluate(
        "(slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input')); }", step
    )


def drawn(tab):
    """Of each weight whether its line is to be seen as one that is there: solid, or dashed below zero."""
    return tab.evaluate(
        """[...document.querySelectorAll("#network polyline.weight")].map(line =>
            line.style.display === "none" || line.getAttribute("stroke-dasharray") === "1 5" ? null
            : [line.getAttribute("stroke"), line.getTotalLength() > 0 && line.getClientRects().length > 0])"""
    )


def number(text):
    """A number as the page says it: 1.2 · 10⁻⁴."""
    if text == "–":
        return np.nan
    text = text.replace("−", "-").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    text = re.sub(r"^(-?)10(?=-\d+$)", r"\g<1>1 · 10", text)  # 10⁻⁴ is 1 · 10⁻⁴
    return float(text.replace(" · 10", "e"))


def cells(tab, row):
    return [cell.inner_text() for cell in tab.locator(f"#{row} td").all()]


def test_numbers_are_read_as_they_are_said():
    assert [number(text) for text in ("1.2 · 10⁻⁴", "−10⁻⁵", "0.01", "−3", "100", "0")] == [
        1.2e-4,
        -1e-5,
        0.01,
        -3,
        100,
        0,
    ]


@pytest.mark.parametrize("width", [1280, 320])
def test_every_step_of_every_method_is_shown_as_the_path_has_it(visit, monks, page, width):
    tab, names = visit(page, width), monks[0]["OBS"].network(0).weight_names()
    for name, path in monks[0].items():
        tab.get_by_role("button", name=name, exact=True).click()
        for i in (0, 1, 17, 44, len(path) - 2, len(path) - 1):
            move(tab, i)
            step = path[i]
            assert tab.locator("#left").inner_text() == f"{step.n_active} of 58 weights"
            assert number(tab.locator("#value").inner_text().removesuffix(" %")) == pytest.approx(
                100 * step.test_accuracy, rel=1e-3
            )
            seen = drawn(tab)
            assert [q for q, look in enumerate(seen) if look] == np.flatnonzero(step.mask).tolist()
            assert all(
                look[1] and (look[0] == "#D55E00") == (step.weights[q] < 0) for q, look in enumerate(seen) if look
            )
            for row, change in (("gone", step if i else None), ("next", path[i + 1] if i + 1 < len(path) else None)):
                weight, predicted, actual = cells(tab, row)
                if change is None:
                    assert (weight, predicted, actual) == ("", "", "")
                    continue
                assert weight.startswith(", ".join(names[q] for q in change.deleted[:3]))
                for text, value in ((predicted, change.predicted), (actual, change.actual)):
                    assert number(text) == pytest.approx(value, rel=5e-3, nan_ok=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_the_weight_that_goes_next_is_marked(visit, monks, page):
    tab, path = visit(page), monks[0]["OBS"]
    marked = """[...document.querySelectorAll("#network polyline:not(.weight)")].flatMap((line, q) =>
        line.style.display === "none" ? [] : [q])"""
    for i in (0, 20, 44):
        move(tab, i)
        assert set(tab.evaluate(marked)) == set(path[i + 1].deleted)


def test_whoever_points_at_a_weight_reads_its_name_size_and_saliency(visit, monks, page):
    tab, (paths, worth) = visit(page), monks
    move(tab, 40)
    for q in np.flatnonzero(paths["OBS"][40].mask)[::5].tolist():
        x, y = tab.evaluate("q => picture.points[q].at(-1).map((b, i) => picture.points[q][0][i] * 0.5 + b * 0.5)", q)
        box = tab.locator("#network").bounding_box()
        tab.mouse.move(box["x"] + x, box["y"] + y)
        q = tab.evaluate("picture.pointed")  # lines may cross there: the nearest
        text = tab.locator("#pointed").inner_text()
        name, size, value = re.match(r"(\S+), from .* weight (.*), saliency (.*?),", text).groups()
        assert name == paths["OBS"].network(0).weight_names()[q]
        assert number(size) == pytest.approx(paths["OBS"][40].weights[q], rel=5e-3)
        assert number(value) == pytest.approx(worth["OBS"][40][q], rel=1e-2)
    assert name in text


def test_keys_and_buttons_go_through_the_steps_and_play(visit, monks, page):
    tab, last = visit(page), len(monks[0]["OBS"]) - 1
    where = lambda: tab.evaluate("step")  # noqa: E731
    for key, at in [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("PageDown", 6),
        ("End", last),
        ("Home", 0),
    ]:
        tab.keyboard.press(key)
        assert where() == at and tab.locator("#slider").input_value() == str(at)
    tab.locator("#slider").focus()
    tab.keyboard.press("ArrowRight")
    assert where() == 1  # not twice, once by the slider and once by the page
    tab.keyboard.press("2")
    assert tab.get_by_role("button", name="OBD").get_attribute("aria-pressed") == "true"
    tab.locator("#last").click(), tab.locator("#back").click()
    assert where() == len(monks[0]["OBD"]) - 2
    tab.locator("#first").click()
    tab.keyboard.press(" ")
    tab.wait_for_timeout(1500)
    tab.keyboard.press(" ")
    assert tab.locator("#play").get_attribute("aria-label") == "Play" and where() >= 1


def test_the_curve_can_be_chosen_and_clicked(visit, monks, page):
    tab, path = visit(page), monks[0]["OBS"]
    for quantity in ("train_error", "test_accuracy", "costs"):
        tab.locator("#quantity").select_option(quantity)
        box = tab.locator("#curve").bounding_box()
        tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
        assert 15 < path[tab.evaluate("step")].n_active < 40
        marker = tab.locator("#curve circle").last
        x = tab.evaluate("step => curves.x(paths[method].left[step])", tab.evaluate("step"))
        assert float(marker.get_attribute("cx")) == pytest.approx(x) and marker.is_visible()


@pytest.mark.parametrize("sizes, most", [((17, 3, 1), 300_000), ((17, 10, 1), 1_500_000)])
def test_a_frame_takes_less_than_30_ms_and_the_page_is_small(visit, monks, sizes, most):
    paths, worth = monks if sizes[1] == 3 else pruned(sizes, iterations=30)
    page = plotting.export_page(paths, saliencies=worth)
    assert len(page.html.encode()) < most
    tab = visit(page)
    watch = tab.context.new_cdp_session(tab)
    watch.send("Performance.enable", {"timeDomain": "threadTicks"})  # its own time, however busy the machine is

    def spent():
        return {each["name"]: each["value"] for each in watch.send("Performance.getMetrics")["metrics"]}["TaskDuration"]

    before = spent()
    frames = tab.evaluate(
        """() => new Promise(done => {
            let k = 0;
            const next = () => {
                if (k === paths[0].steps.length) return done(k);
                showStep(k++);
                requestAnimationFrame(next);
            };
            next();
        })"""
    )
    frame = 1000 * (spent() - before) / frames
    print(f"{sizes}: {len(page.html.encode()) / 1000:.0f} kB, {frame:.1f} ms a frame")
    assert frames == len(paths["OBS"]) and 0 < frame < MOST


def test_a_recurrent_network_is_drawn_with_its_memory(visit):
    X, T = cn.lag_space(cn.sunspots().series[:100], 4)
    path = cn.prune(cn.RecurrentNetwork((4, 4, 1), seed=3), X[:60], T[:60], cn.Magnitude(), test=(X, T[60:]))
    tab = visit(plotting.export_page(path))
    assert (
        tab.locator("#network text", has_text="one step before").is_visible()
        and not tab.locator("#methods").is_visible()
    )
    move(tab, 20)
    assert sum(look is not None for look in drawn(tab)) == path[20].n_active


def test_a_notebooks_frame_shows_the_page(visit, page):
    class Framed:
        def save(self, file):
            file.write_text(f"<!doctype html><body>{page._repr_html_()}</body>", encoding="utf-8")

    tab = visit(Framed())
    frame = tab.frame_locator("iframe")
    frame.locator("#last").click()
    assert frame.locator("#left").inner_text() == "0 of 58 weights"


@pytest.mark.parametrize("width", [1280, 320])
def test_xor_deletes_what_is_clicked_with_or_without_answer_and_retraining(visit, width):
    page = xor_page()
    assert len(page.html.encode()) < 300_000
    tab = visit(page, width)
    assert tab.evaluate("Object.keys(DATA.states).length") == 512
    assert "9 of 9 weights: XOR is solved" in tab.locator("#state").inner_text()
    for method, solved in (("magnitude", False), ("OBD", False), ("OBS", True)):
        tab.locator("#reset").click()
        if method == "OBS":
            tab.locator("#answer").click()
        tab.get_by_role("button", name=method).click()
        for _ in range(2):  # before and after retraining
            assert tab.locator("#state").inner_text().startswith("8 of 9 weights")
            assert ("XOR is solved" in tab.locator("#state").inner_text()) == solved
            tab.locator("#retrain").click()
    tab.keyboard.press("0")
    gone = tab.evaluate("DATA.states[0][0].q[0]")
    x, y = tab.evaluate("q => [0, 1].map(i => picture.points[q].reduce((sum, p) => sum + p[i], 0) / 2)", gone)
    tab.locator("#network").click(position={"x": x, "y": y})
    assert tab.evaluate("gone") == 1 << gone
    outputs = tab.evaluate("DATA.X.map(x => output(weights(), x))")  # as the plane is painted
    assert np.allclose(outputs, tab.evaluate("way().o"), atol=3e-3)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 320])
def test_second_derivatives_cell_by_cell(visit, width):
    tab = visit(derivatives_page(), width)
    for view in range(5):
        tab.locator("#views button").nth(view).click()
        rows = 4 if view == 2 else 15
        assert tab.locator("#matrix rect.cell").count() == rows * 15
    tab.keyboard.press("1")
    tab.locator("#matrix rect.cell").nth(7 * 15 + 1).click()
    assert tab.locator("#chosen").inner_text().startswith("Delete w1_12 = ")
    assert "w2_12" in tab.locator("#chosen").inner_text()
    data = tab.evaluate("DATA.stages.trained")
    said = [number(cell.inner_text()) for cell in tab.locator("#costs td.number").all()]
    assert np.allclose(said, data["deleted"][15 + 6], rtol=6e-3)  # pair (1, 7), counted row by row
    assert f"is {tab.evaluate('say(DATA.stages.trained.hessians[0][7][1])')}" in tab.locator("#cell").inner_text()
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate("cell") == [6, 1]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
