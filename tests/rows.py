"""One case a row of the ledger: measured anew over a few seeds, and expected to get the verdict that is recorded.

A test module of a study names the rows that its default tests hold in HELD, and in SLOW those that only its slow tests
do, or none: test_rows.py sees that no row is left out.
"""

import json
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache, lru_cache

import pytest

from classicnets.datasets.digits import Digits
from reproductions import (
    comparison,
    dong2017_nets,
    dong2017_pruned,
    harang2023_units,
    hassibi1993_nettalk,
    lecun1990_digits,
    lecun1990_nets,
    lecun1990_recipe,
    lecun1990_sibling,
    lecun1990_surgeon,
    ledger,
    lineage,
    shamrai2025_cartpole,
    shekkizhar2016_blog,
    shekkizhar2016_nets,
    verdicts,
    wu2024_synthetic,
)  # fmt: skip
from reproductions import study as running


def keys(*beginnings):
    """The printed rows that are measured and whose keys begin with one of these tuples."""
    measured = ledger.results()
    return [key for key in ledger.targets() if key in measured and any(key[: len(b)] == b for b in beginnings)]


def cases(keys):
    """A parameter for each row, named by what stands in the ledger."""
    return [pytest.param(key, id=", ".join(key[1:])) for key in keys]


def recorded(key):
    """The verdict that the ledger has for a row."""
    return verdicts.verdict(ledger.targets()[key], ledger.results()[key])


def verdict_of(key, result):
    """The verdict of a row with this Result."""
    return verdicts.verdict(ledger.targets()[key], asdict(result))


def measured(study, key, seeds):
    """The verdict of a row over so many seeds."""
    rows = {ledger.key_of(row): row for row in map(asdict, _rows(study, seeds))}
    return verdicts.verdict(ledger.targets()[key], rows[key])


@lru_cache
def records(study, seeds):
    """What the study measures over so many seeds: each task once, however many tests have seeds in common."""
    return [_record(study, json.dumps(task)) for task in study.tasks(seeds)]


@cache
def _record(study, task):
    return study.measure(**json.loads(task))


@lru_cache
def _rows(study, seeds):
    return study.rows(records(study, seeds))


# Of NETtalk a slice with two hidden units and eighty words, that goes the whole way in seconds.
SLICE = {
    "SIZES": (203, 2, 26), "WEIGHTS": 486, "MIDDLE": 300, "LAST": 200, "WORDS": 80, "AT_ONCE": 25,
    "TRAININGS": {"weight decay": (10, 1e-5), "overtrained": (40, 0.0)},
}  # fmt: skip


@contextmanager
def nettalk_slice(folder):
    """The records of the slice, one seed of the bundled words, while the study has its sizes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "RUNS", folder)
        patch.delenv("NETTALK_CORPUS", raising=False)
        for name, value in SLICE.items():
            patch.setattr(hassibi1993_nettalk, name, value)
        yield slice_records(hassibi1993_nettalk)


@cache
def slice_records(study):
    """One seed of a study while it has the sizes of its slice: measured once for all tests."""
    return [study.measure(**task) for task in study.tasks(1)]


@contextmanager
def digits_slice():
    """500 bundled digits and six passes for the studies of the networks of 1989, while it lasts: the Digits."""
    few = Digits(*(part[:500] for part in lecun1990_nets.data(lecun1990_nets.BUNDLED)))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ZIP_CODES", raising=False)
        for module, changes in (
            (lecun1990_nets, {"digits": lambda size: few, "RATES": (0.0005,) * 6, "PASSES": 6}),
            (lecun1990_digits, {"TRUE": 64, "LEVELS": (1000, 1500, 2000)}),
            (lecun1990_sibling, {"RATES": (0.0005,) * 3}),
            (lecun1990_recipe, {
                "RATES": (0.0005,) * 2,
                "STAGES": lecun1990_recipe.STAGES | {lecun1990_nets.BUNDLED: range(1000, 2001, 1000)},
                "REPORTED": lecun1990_recipe.REPORTED | {lecun1990_nets.BUNDLED: (2000,)},
            }),
            (lecun1990_surgeon, {"AT_ONCE": 400, "DOWN_TO": 1378, "LEFT": (1778, 1378), "METHODS": {
                name: lecun1990_surgeon.METHODS[name] for name in ("OBS 1e-2", "OBD", "magnitude")
            }}),
        ):  # fmt: skip
            for name, value in changes.items():
                patch.setattr(module, name, value)
        yield few


@contextmanager
def lineage_slice():
    """The records of the lineage on a network of seconds, that for wine, while the study has no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lineage, "TABLE", "wine")
        yield slice_records(lineage)


@contextmanager
def comparison_slice():
    """The records of three methods on three problems, one of which refuses one of them, while the study has no more."""
    with pytest.MonkeyPatch.context() as patch:
        for table, names in (("METHODS", ("magnitude", "OBS", "gammaOBD")), ("PROBLEMS", ("XOR", "MONK 3", "iris"))):
            patch.setattr(comparison, table, {name: getattr(comparison, table)[name] for name in names})
        yield slice_records(comparison)


@contextmanager
def heirs_slice(study):
    """The records of one of the heirs' studies while all of them have fewer steps, states, passes and methods."""
    with pytest.MonkeyPatch.context() as patch:
        gaussian, image, matched = wu2024_synthetic.STEPS
        names = wu2024_synthetic.REPORTED[matched]
        patch.setattr(wu2024_synthetic, "STEPS", {gaussian: 30, image: 30, matched: 10})
        few = {gaussian: (30,), image: (30,), matched: dict.fromkeys(names, (1,))}
        patch.setattr(wu2024_synthetic, "REPORTED", few)
        patch.setattr(shamrai2025_cartpole, "HIDDEN", ("tanh",))
        patch.setattr(shamrai2025_cartpole, "TESTED", 100)
        patch.delenv("LENET_WEIGHTS", raising=False)
        patch.setattr(dong2017_nets, "RATES", (0.05,))
        patch.setattr(dong2017_pruned, "MOST", dong2017_pruned.EVERY)
        quick = {
            level: {k: v for k, v in each.items() if k != "OBS"} for level, each in harang2023_units.METHODS.items()
        }
        for module, changes in (
            (harang2023_units, {"METHODS": quick, "SCRATCH": ("OBD",), "NETWORKS": {"64-16-10": (16,)}, "EPOCHS": 3}),
            (shekkizhar2016_nets, {"EPOCHS": 1}),
            (shekkizhar2016_blog, {
                "ONES": (1, 2, 5, 10, 15, 19), "TENS": (20, 30, 50, 70),
                "SHARES": (1, 2, 5, 10, 15, 19, 20, 30, 50, 70, 80, 90, 95),
            }),
        ):  # fmt: skip
            for name, value in changes.items():
                patch.setattr(module, name, value)
        yield slice_records(study)
