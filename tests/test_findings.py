"""The reasons of rows that differ: their numbers are read from what was measured, and each experiment can be rerun."""

import ast
import json
import re
from functools import cache
from inspect import signature

import pytest
from rich.console import Console

from reproductions import __main__ as command
from reproductions import digest, exploring, ledger, showing, study

FINDINGS, KNOWN = ledger.findings(), ledger.results() | ledger.explorations()
NUMBER = re.compile(r"(?<![\w.])-?(?:\d[\d,]*\.?\d*|\.\d+)(?:e-?\d+)?(?!\.?\d)")  # but not 6.2.1
each_finding = pytest.mark.parametrize("key", FINDINGS, ids=", ".join)


@each_finding
def test_its_gaps_are_filled(key):
    assert not showing.GAP.search(showing.filled(key, FINDINGS[key], KNOWN))


@each_finding
def test_a_number_that_is_typed_is_a_setting_or_printed(key):
    text = showing.GAP.sub(" ", FINDINGS[key])
    typed = {float(number.rstrip(".,").replace(",", "")) for number in NUMBER.findall(text)}
    assert typed <= settings(key[0]), f"measured numbers come from rows and explorations: {typed - settings(key[0])}"


@cache
def settings(paper):
    """What may be typed: what the paper prints, and the constants of the studies of its rows, or else of all."""
    rows = {key: row for key, row in ledger.targets().items() if key[0] == paper}
    printed = " ".join(f"{' '.join(key)} {row['paper_value']} {row['note']}" for key, row in rows.items())
    found = {abs(float(number.rstrip(".,").replace(",", ""))) for number in NUMBER.findall(printed)}
    names = {row["study"] for key, row in KNOWN.items() if key[0] == paper} or {*command.NAMES}
    for module in set().union(*(digest.reached(f"reproductions.{name}") for name in names)):
        if module.startswith("reproductions"):
            found |= {float(node.value) for node in ast.walk(digest._tree(module)) if _is_number(node)}
    return found | set(range(10)) | {-value for value in found}


def _is_number(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


@pytest.mark.parametrize(
    "gap, text",
    [
        ("{KEY | NAME}", "1.235"),
        ("{ KEY|NAME }", "1.235"),
        ("{KEY | NAME | :.1f}", "1.2"),
        ("{KEY | NAME | low:.0f}", "-3"),
        ("{KEY | NAME | abs low:.0f}", "3"),
        ("{fig. 1 | OBS | RMS | seeds:.0f}", "7"),
        ("between {KEY | NAME | low:.0f} and {fig. 1 | OBS | RMS}", "between -3 and 2"),
    ],
)
def test_gaps(gap, text):
    known = {
        ("paper", "exploration", "KEY", "NAME"): {"value": "1.23456", "low": "-3", "seeds": "5"},
        ("paper", "fig. 1", "OBS", "RMS"): {"value": "2.0", "seeds": "7"},
    }
    assert showing.filled(("paper", "text", "a", "b"), gap, known) == text


def test_what_was_not_measured_yet_leaves_its_gap():
    assert showing.filled(("paper", "a", "b", "c"), "at {KEY | NAME | :.1f}", {}) == "at {KEY | NAME | :.1f}"


# -- explorations -----------------------------------------------------------------------------------------------------

EACH = [(name, key) for name in exploring.names() for key in exploring.load(name).KEYS]
OWN = ("lecun1990_surgeon",)  # studies of what nobody has done: no printed row differs, the questions are ours
each_exploration = pytest.mark.parametrize("name, key", EACH, ids=map(".".join, EACH))


@each_exploration
def test_an_exploration_keeps_the_contract_and_is_recorded(name, key):
    module = exploring.load(name)
    assert module.KEYS[key].question and module.KEYS[key].seeds >= 1
    tasks = module.tasks(key, 2)
    assert json.loads(json.dumps(tasks)) == tasks and len({*map(json.dumps, tasks)}) == len(tasks) > 0
    assert {"key", *tasks[0]} == {*signature(module.measure).parameters}
    recorded = [row for row in ledger.explorations().values() if row["study"] == f"explorations.{name}"]
    assert any(row["row"] == key for row in recorded), f"run python -m reproductions {name} --explore {key}"


@each_exploration
def test_an_exploration_is_the_reason_of_something(name, key):
    assert name in OWN or any(re.search(rf"{{\s*{re.escape(key)}\s*\|", text) for text in FINDINGS.values())


def test_studies_with_questions_of_their_own_measure_nothing_printed():
    assert not [key for key in ledger.targets() if KNOWN.get(key, {"study": ""})["study"] in OWN]


def test_what_was_explored_can_be_explored_again():
    keys = {(f"explorations.{name}", key) for name, key in EACH}
    assert {(row["study"], row["row"]) for row in ledger.explorations().values()} <= keys
    assert all(item == ledger.EXPLORATION for _, item, *_ in ledger.explorations())


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (["hassibi1993_xor", "--explore", "nothing"], "KEY: expected one of .*; got nothing"),
        (["hassibi1993_nettalk", "--explore", "all"], "NAME: expected one with explorations, .*; got hassibi1993_nett"),
        (["--explore", "all"], "NAME: expected some of .* to explore; got none"),
    ],
)
def test_what_cannot_be_explored_is_refused(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as refused:
        command.main(arguments)
    assert re.search(complaint, f"{refused.value} {capsys.readouterr().err}")


@pytest.mark.parametrize("seeds, recorded", [(2, 1), (1, 0)])
def test_few_seeds_of_an_exploration_are_shown_only(seeds, recorded, tmp_path, monkeypatch):
    given = []

    class Squares:
        __name__ = "explorations.squares"
        KEYS = {"squares": exploring.Exploration("how large are squares?", 2)}
        tasks = staticmethod(lambda key, seeds: [{"seed": seed} for seed in range(seeds)])
        numbers = staticmethod(lambda key, records: records)

    monkeypatch.setattr(study, "RUNS", tmp_path)
    monkeypatch.setattr(exploring, "load", lambda name: Squares())
    monkeypatch.setattr(exploring, "run", lambda label, module, tasks, *options: tasks)
    monkeypatch.setattr(exploring, "record", lambda rows, name, tasks: given.append((name, rows)))
    monkeypatch.setattr(exploring.showing, "table", str)
    exploring.explore("squares", "all", seeds, 1, False, Console(quiet=True))
    rows = [{"key": "squares", "seed": seed} for seed in range(seeds)]
    assert given == [("explorations.squares", rows)] * recorded
