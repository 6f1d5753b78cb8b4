"""Every study keeps the contract: its parts, its records, and figures that draw what was measured and train nothing."""

import ast
import json
import sys
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import rows

from classicnets import passes, prune, together, training
from classicnets.pruning import nonconvergent
from classicnets.together import train_together
from classicnets.training import train_backpropagation
from reproductions import comparison, contract, ledger, lineage
from reproductions import finnoff1993_ranks as finnoff
from reproductions import hassibi1993_nettalk as nettalk
from reproductions.__main__ import NAMES

FOLDER = Path(contract.__file__).parent
# Studies without figures, or with none unless there are the data of users.
UNDRAWN = ("thrun1991_backpropagation", "lecun1990_sibling", "hassibi1993_retrained", "dong2017_lenet300")
HEIRS = ("dong2017_lenet300", "wu2024_synthetic", "shamrai2025_cartpole", "harang2023_units", "shekkizhar2016_blog")
# Seeds of a small run, which the tests of the studies take too.
SEEDS = {
    "hassibi1993_table1": 4, "hassibi1993_retrained": 2, "hassibi1993_xor": 15, "approximations": 2,
    "hassibi1994_table": 6, "pedersen1995_landscape": 2, "pedersen1995_pruning": 4, "pedersen1996_mackey_glass": 1,
}  # fmt: skip
KILOBYTES = 100


def imported(path):
    """The names of the modules beside it that a file imports from."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    return {node.module or alias.name for node in nodes if node.level == 1 for alias in node.names}


# -- parts ------------------------------------------------------------------------------------------------------------


def test_every_module_with_a_title_is_a_study_that_can_be_run():
    assert {path.stem for path in FOLDER.glob("*.py") if "\nTITLE = " in path.read_text()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_study_has_what_the_contract_says(name):
    study = contract.load(name)
    assert study.TITLE and 1 <= study.SEEDS <= study.FULL and study.SEEDS <= study.RECORDED <= study.FULL


@pytest.mark.parametrize("name", NAMES)
def test_tasks_are_json_no_two_alike_and_what_measure_takes(name):
    study = contract.load(name)
    tasks = study.tasks(2)
    assert json.loads(json.dumps(tasks)) == tasks == study.tasks(2)
    assert len({json.dumps(task, sort_keys=True) for task in tasks}) == len(tasks)
    assert {tuple(sorted(task)) for task in tasks} == {tuple(sorted(signature(study.measure).parameters))}


@pytest.mark.parametrize("name", NAMES)
def test_a_study_imports_no_other(name):
    assert not imported(FOLDER / f"{name}.py") & {*NAMES, "__main__"}


def test_the_environment_has_one_door():
    doors = {path.stem for path in FOLDER.glob("*.py") if "environ" in path.read_text() or "getenv" in path.read_text()}
    assert doors == {"hassibi1993_nettalk", "lecun1990_nets", "dong2017_nets"}


@pytest.mark.parametrize(
    "change, complaint",
    [
        ({"RECORDED": None}, "broken.RECORDED: expected a constant of type int; got None"),
        ({"TITLE": 3}, "broken.TITLE: expected a constant of type str; got 3"),
        ({"notes": None}, "broken.notes: expected a function of .records.; got nothing to call"),
        ({"figures": lambda records: []}, "broken.figures: expected .* .records, folder.; got one of .records."),
    ],
)
def test_a_broken_study_is_named(change, complaint, monkeypatch):
    parts = {name: getattr(finnoff, name) for name in (*contract.CONSTANTS, *contract.FUNCTIONS)}
    monkeypatch.setitem(sys.modules, "reproductions.broken", SimpleNamespace(**parts))
    contract.load("broken")
    monkeypatch.setitem(sys.modules, "reproductions.broken", SimpleNamespace(**parts | change))
    with pytest.raises(TypeError, match=complaint):
        contract.load("broken")


# -- records ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=NAMES)
def small(request, tmp_path_factory):
    """A study and what it measures in a small run, through JSON as from an interrupted one."""
    study = contract.load(request.param)
    if study is nettalk:
        with rows.nettalk_slice(tmp_path_factory.mktemp("runs")) as records:
            yield study, json.loads(json.dumps(records))
    elif study is comparison:
        with rows.comparison_slice() as records:
            yield study, json.loads(json.dumps(records))
    elif study is lineage:
        with rows.lineage_slice() as records:
            yield study, json.loads(json.dumps(records))
    elif request.param in HEIRS:
        with rows.heirs_slice(study) as records:
            yield study, json.loads(json.dumps(records))
    elif request.param.startswith("lecun1990"):
        with rows.digits_slice():
            yield study, json.loads(json.dumps(rows.slice_records(study)))
    else:
        records = one_of_finnoff() if study is finnoff else rows.records(study, SEEDS.get(request.param, 1))
        yield study, json.loads(json.dumps(records))


def one_of_finnoff():
    """One run as it is measured, and the others, whose measurement takes minutes, like it with errors made up."""
    tasks, rng = finnoff.tasks(2), np.random.default_rng(0)
    (run,) = finnoff.measure(**tasks[0] | {"methods": tasks[0]["methods"][:1]})["runs"]
    return [
        {"runs": [
            {**run, "name": task["name"], "seed": task["seed"], "method": m, "error": float(rng.uniform(1, 2))}
            for m in task["methods"]
        ]}
        for task in tasks
    ]  # fmt: skip


def test_records_are_small_dicts(small):
    for record in small[1]:
        assert isinstance(record, dict) and len(json.dumps(record)) < 1000 * KILOBYTES


def test_rows_have_keys_of_their_own_and_notes_are_text(small):
    study, records = small
    made = list(study.rows(records))
    assert all(isinstance(row, ledger.Result) for row in made)
    assert len({(row.paper, row.item, row.row, row.quantity) for row in made}) == len(made) > 0
    assert all(isinstance(line, str) for line in study.notes(records))


# -- figures ----------------------------------------------------------------------------------------------------------

TRAININGS = [
    v for module in (training, passes, together) for name, v in vars(module).items() if name.startswith("train_")
]
FORBIDDEN = {prune, nonconvergent.fit, *TRAININGS}


class Trained(Exception):
    """A network was trained or pruned while figures were drawn."""


@pytest.fixture
def idle(monkeypatch):
    """Whoever trains or prunes, by whatever name, fails."""

    def refuse(*_, **__):
        raise Trained

    modules = [module for name, module in sys.modules.items() if name.startswith(("classicnets", "reproductions"))]
    for module in modules:
        for name, value in list(vars(module).items()):
            if callable(value) and any(value is each for each in FORBIDDEN):
                monkeypatch.setattr(module, name, refuse)


def test_figures_are_drawn_from_records_without_training_or_pruning(small, idle, tmp_path):
    study, records = small
    drawn = list(study.figures(records, tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in drawn}
    assert len(set(drawn)) == len(drawn) and (drawn or study.__name__.endswith(UNDRAWN))
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in drawn)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "wu2024_synthetic"])  # which trains no network
def test_measuring_does_train_where_drawing_may_not(name, idle):
    study = contract.load(name)
    with pytest.raises(Trained):
        study.measure(**study.tasks(1)[0])


def test_all_trainings_are_among_the_forbidden():
    assert {train_backpropagation, train_together} < FORBIDDEN and len(FORBIDDEN) == 11
