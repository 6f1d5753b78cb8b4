"""Every row with a verdict is measured anew by a test of its study, by default where a slice of seconds can do it."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import rows

TESTS = sorted(Path(__file__).parent.glob("test_*.py"))
MODULES = [path.stem for path in TESTS if re.search(r"^HELD\b", path.read_text(), re.M)]


def collected(name):
    """The rows of a list, HELD or SLOW, of all test modules."""
    return [key for module in MODULES for key in getattr(import_module(module), name)]


def test_every_measured_row_is_held_or_named_as_slow():
    held, slow = collected("HELD"), collected("SLOW")
    assert len({*held, *slow}) == len(held) + len(slow), "twice"
    assert {*held, *slow} == {*rows.keys(())}


def measured_by_tests(name, slow):
    """The rows that the tests of a module measure one by one, those that are slow or the others."""
    found = set()
    for test in vars(import_module(name)).values():
        marks = {mark.name: mark for mark in getattr(test, "pytestmark", [])}
        if "parametrize" in marks and marks["parametrize"].args[0] == "key" and ("slow" in marks) == slow:
            found |= {case.values[0] for case in marks["parametrize"].args[1]}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_each_row_that_is_named_is_measured_by_a_test(module):
    named = import_module(module)
    assert set(named.HELD) <= measured_by_tests(module, slow=False)
    assert set(named.SLOW) <= measured_by_tests(module, slow=True), "named as slow, and measured by no test"


def test_the_page_of_the_reproductions_says_how_many_rows_the_default_tests_hold():
    held, measured = len(collected("HELD")), len(rows.keys(()))
    text = " ".join((Path(__file__).parent.parent / "reproductions/README.md").read_text(encoding="utf-8").split())
    assert f"`pytest` holds {held} of the {measured} measured rows to their verdict" in text
