"""Experiments that say why a row differs: `python -m reproductions NAME --explore KEY`.

Those of the study NAME are in explorations/NAME.py. What they measure is recorded in explorations.csv, from where
findings.csv takes the numbers of its reasons.
"""

from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

from . import showing
from .recording import record
from .study import alone, forget, run

FOLDER = Path(__file__).parent / "explorations"


class Exploration(NamedTuple):
    """What an experiment asks, and over how many seeds it is recorded."""

    question: str
    seeds: int


class Explorations(Protocol):
    """The experiments about one study: a module of these names."""

    KEYS: dict  # from each KEY to its Exploration

    def tasks(self, key, seeds):
        """A list of what is to be measured: dicts of JSON, no two alike."""

    def measure(self, key, **task):
        """The record of one task: a dict of JSON."""

    def numbers(self, key, records):
        """Results of the item "exploration" and the row `key`, from the records of all tasks in their order."""


def names():
    """The studies that have explorations."""
    return sorted(path.stem for path in FOLDER.glob("[!_]*.py"))


def load(name):
    """The explorations of a study; ValueError where it has none."""
    if name not in names():
        raise ValueError(f"NAME: expected one with explorations, {', '.join(names())}; got {name}")
    return import_module(f".explorations.{name}", __package__)


def explore(name, key, seeds, jobs, fresh, console):
    """Run one exploration, or with the key "all" each of the study's, show its numbers and record them."""
    module = load(name)
    if key not in (*module.KEYS, "all"):
        raise ValueError(f"KEY: expected one of {', '.join(module.KEYS)}, or all; got {key}")
    for each in module.KEYS if key == "all" else [key]:
        _explore(f"explorations.{name}", module, each, seeds or module.KEYS[each].seeds, (jobs, fresh, console))


def _explore(name, module, key, seeds, options):
    *_, console = options
    console.rule(f"{name}, {key}: {module.KEYS[key].question}")
    label, tasks = f"{name}.{key}", [{"key": key, **task} for task in module.tasks(key, seeds)]
    with alone(label):
        rows = module.numbers(key, run(label, module, tasks, *options))
        console.print(showing.table(rows))
        if seeds < module.KEYS[key].seeds:
            console.print(f"shown only: explorations.csv keeps what {module.KEYS[key].seeds} seeds gave")
        else:
            record(rows, name, tasks)
        forget(label)
