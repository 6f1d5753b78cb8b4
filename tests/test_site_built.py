"""The site as `make site` built it: small, whole, and no page asks for anything from the net."""

import re

import pytest
from pages import ROOT, fetched

pytestmark = pytest.mark.site
SITE = ROOT / "build" / "site"
FILES = [path for path in SITE.rglob("*") if path.suffix in (".html", ".css")]
MOST = 40_000_000  # bytes


def test_no_page_asks_for_anything_from_the_net():
    assert len(FILES) > 100, "make site"
    for path in FILES:
        assert not fetched(path.read_text(encoding="utf-8")), path


def test_the_site_is_small():
    assert sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file()) < MOST


def test_every_page_can_be_reached_and_every_link_leads_to_a_page_and_its_part():
    ids = {path: set(re.findall(r'\bid="([^"]+)"', path.read_text(encoding="utf-8"))) for path in FILES}
    reached, ahead = set(), [SITE / "index.html"]
    while ahead:
        path = ahead.pop()
        if path in reached:
            continue
        reached.add(path)
        for target, part in re.findall(
            r'\bhref="([^"#:?]*)(?:\?[^"#]*)?(?:#([^"]*))?"', path.read_text(encoding="utf-8")
        ):
            to = (path.parent / target).resolve() if target else path
            assert to.exists(), (path, target)
            moved = "_modules" in path.parts  # a class that says it is another module's is listed there
            assert not part or moved or part in ids[to], (path, target, part)
            ahead += [to] if to.suffix == ".html" else []
    alone = {path for path in FILES if path.suffix == ".html"} - reached
    assert alone <= {SITE / "search.html", SITE / "_modules" / "index.html"}


def test_what_the_guide_names_leads_into_the_reference():
    """A function that a docstring's citation stands in is a link, not only a name, unless it is inside."""
    text = (SITE / "guide" / "hassibi1993.html").read_text(encoding="utf-8")
    for name in ("hassibi1993.Surgeon.saliency", "inverse.recursion", "backprop.output_derivatives"):
        assert f'href="../api/classicnets.{"pruning." * name.startswith("h")}' in text
        assert re.search(rf'<a class="reference internal" href="[^"]+#classicnets[^"]*{re.escape(name)}"', text), name


def test_formulas_are_left_to_the_mathjax_that_comes_along():
    text = (SITE / "notebooks" / "02_second_derivatives.html").read_text(encoding="utf-8")
    assert re.search(r'src="\.\./_static/mathjax/tex-svg-full\.js[^"]*"', text) and 'class="math' in text


def test_the_notebooks_stand_with_their_committed_outputs():
    text = (SITE / "notebooks" / "05_the_monks_problems.html").read_text(encoding="utf-8")
    assert text.count('class="cell_output') > 5 and "srcdoc" in text
