"""The museum of mistakes, notebook 17: every exhibit can be uncovered and names tests, and these tests are there."""

import re

import pytest
from pages import ROOT, cells

MUSEUM = ROOT / "notebooks" / "17_museum_of_mistakes.ipynb"
PAGES = cells(MUSEUM, "markdown")
NAMED = re.compile(r"`(tests/\w+\.py)::(\w+)`")
FIRST = re.compile(r"^(?:## .*\n+)?### Exhibit (\d+)\. ")  # a room's first exhibit stands under the room's name


def exhibits():
    """Of each exhibit, by its number, what is written from its heading to the next one."""
    found, number = {}, None
    for page in PAGES:
        match = FIRST.match(page)
        number = int(match[1]) if match else None if page.startswith("#") else number
        if number is not None:
            found[number] = found.get(number, "") + page
    return found


def named(text):
    return NAMED.findall(text)


def missing(tests):
    """Those of these (file, function) that are no tests of ours."""
    texts = {file: (ROOT / file).read_text(encoding="utf-8") for file, _ in tests if (ROOT / file).exists()}
    return [(file, name) for file, name in tests if f"\ndef {name}(" not in texts.get(file, "")]


def test_every_test_that_the_museum_names_is_there():
    tests = named("\n".join(PAGES))
    assert len(tests) > 40 and not missing(tests)


@pytest.mark.parametrize(
    "name",
    ["tests/test_hessian.py::test_of_nothing", "tests/test_nowhere.py::test_the_gradient", "tests/house.py::test"],
)
def test_a_test_that_is_not_there_is_seen(name):
    (test,) = named(f"caught by `{name}`")
    assert missing([test]) == [test]


def test_exhibits_are_numbered_and_listed_in_their_rooms():
    listed = [int(number) for number in re.findall(r"(?:\| |· )(\d+) ", PAGES[0])]
    assert list(exhibits()) == listed == list(range(1, 17))


@pytest.mark.parametrize("number, text", exhibits().items())
def test_an_exhibit_is_guessed_then_uncovered_then_caught(number, text):
    guess, uncover, end = (
        text.find("*Guess.*"),
        text.find("<details><summary>Uncover</summary>"),
        text.rfind("</details>"),
    )
    assert 0 < guess < uncover < text.find("**Caught by**", uncover) < end
    assert named(text[uncover:end]) and not named(text[:uncover])


def test_everything_in_the_storeroom_has_its_test():
    (page,) = [page for page in PAGES if page.startswith("### The storeroom")]
    rows = [line for line in page.splitlines() if line.startswith("- ")]
    assert len(rows) > 10 and all(len(named(row)) == 1 for row in rows)
    for target in re.findall(r"\]\((\w+\.ipynb)\)", page):
        assert (MUSEUM.parent / target).exists()
