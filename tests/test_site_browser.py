"""Site and slides, as they were built, in a real browser: every page without an error and without a request outside.

`make site`, `make slides` and then `make browser`; skipped where they were not built, or no Chromium is there.
"""

import pytest
from browsing import Witness, running_browser
from page_data import data_of
from pages import ROOT

pytestmark = pytest.mark.browser
INSIDE = "[...Reveal.getCurrentSlide().children].filter(each => !each.classList.contains('notes'))"
LOWEST = f"Math.max(...{INSIDE}.map(each => each.offsetTop + each.offsetHeight))"
RIGHTMOST = f"Math.max(...{INSIDE}.map(each => each.offsetLeft + each.scrollWidth))"
READY = "() => window.MathJax === undefined || MathJax.startup.promise.then(() => true)"


@pytest.fixture(scope="module")
def browser():
    with running_browser() as running:
        yield running


@pytest.fixture
def witness(browser):
    """Tabs that may neither complain nor ask for anything outside of what was built; tests name that first."""
    seen = Witness(browser)
    yield seen
    seen.close()
    assert not seen.said and seen.requests and not seen.outside(ROOT / "build")


def built(name):
    """The folder of what `make NAME` builds; the test is skipped where it is not there."""
    folder = ROOT / "build" / name
    if not (folder / "index.html").exists():
        pytest.skip(f"make {name}")
    return folder


@pytest.fixture
def site():
    return built("site")


@pytest.fixture
def slides():
    return built("slides")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_of_the_site_loads_and_fits(site, witness, width):
    tab, pages = witness.tab(width, 900), sorted(site.rglob("*.html"))
    assert len(pages) > 100
    for page in pages:
        tab.goto(page.as_uri())
        assert tab.evaluate(READY)
        assert not tab.locator("mjx-merror").count(), page
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, page
        for said in witness.said:
            raise AssertionError(f"{page}: {said}")


def test_formulas_are_typeset(site, witness):
    tab = witness.tab(1280, 900)
    tab.goto((site / "notebooks" / "02_second_derivatives.html").as_uri())
    tab.evaluate(READY)
    assert tab.locator("mjx-container svg").count() > 20
    assert "$$" not in tab.locator("article").inner_text()


def test_search_finds_a_word(site, witness):
    tab = witness.tab(1280, 900)
    tab.goto((site / "index.html").as_uri())
    tab.locator("input[name=q]").first.fill("eigenspace")
    tab.keyboard.press("Enter")
    tab.locator("#search-results li a", has_text="OBS: extensions and comparisons").first.click()
    assert "12_obs_extensions" in tab.url


def test_the_page_to_play_with_plays_and_shows_what_its_path_says(site, witness):
    """All of it is held in test_browser.py; here, that the page on the site is the one and plays in its frame."""
    tab, page = witness.tab(1280, 900), site / "play" / "monk1.html"
    path = data_of(page.read_text(encoding="utf-8"))["paths"]["Optimal Brain Surgeon"]
    tab.goto((site / "play.html").as_uri())
    frame = tab.frame_locator("iframe").first
    for step in (0, 20, 44):
        frame.locator("#slider").evaluate(
            "(slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input')); }", step
        )
        left = 58 - sum(len(each.get("deleted", [])) for each in path["steps"][: step + 1])
        assert frame.locator("#left").inner_text() == f"{left} of 58 weights"
        shown = float(frame.locator("#value").inner_text().removesuffix(" %"))
        assert shown == pytest.approx(100 * path["test_accuracy"][step], abs=0.06)
    frame.locator("#first").click()
    frame.locator("#play").click()
    tab.wait_for_timeout(2500)
    assert frame.locator("#left").inner_text() != "58 of 58 weights"


@pytest.mark.parametrize("width, height", [(1280, 720), (390, 844)])
def test_every_slide_fits_and_every_handout_loads(slides, witness, width, height):
    tab = witness.tab(width, height)
    for path in sorted(slides.glob("[0-9]*.html")):
        tab.goto(path.as_uri())
        assert tab.evaluate(READY) and not tab.locator("mjx-merror").count(), path
        if path.stem.endswith("handout"):
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
            continue
        tab.wait_for_function("Reveal.isReady()")
        for i in range(tab.evaluate("Reveal.getTotalSlides()")):
            tab.evaluate(f"Reveal.slide({i})")
            assert tab.evaluate(LOWEST) <= 700 and tab.evaluate(RIGHTMOST) <= 1280, (path, i + 1)
        assert tab.locator("mjx-container").count() > 10


def test_the_page_to_play_with_plays_on_a_slide(slides, witness):
    tab = witness.tab(1280, 720)
    tab.goto((slides / "1_optimal_brain_damage_and_surgeon.html").as_uri())
    tab.wait_for_function("window.Reveal && Reveal.isReady()")
    tab.evaluate("Reveal.slide(2)")
    frame = tab.frame_locator("section.present iframe")
    frame.locator("#last").click()
    assert frame.locator("#left").inner_text() == "0 of 58 weights"
