"""What a study is: the contract that each module named in __main__ keeps. Nothing else is asked of a study."""

from importlib import import_module
from inspect import signature
from typing import Protocol

from classicnets import checks


class Study(Protocol):
    """A table or figure of a paper, measured over many seeds: a module of these names.

    Records pass through a file of JSON before rows, notes and figures see them. What a figure shows of a single network
    is in the record of the first seed alone, where it is long.
    """

    TITLE: str  # what is measured, in one line
    SEEDS: int  # how many seeds of each setting a run takes
    FULL: int  # and how many with --full
    RECORDED: int  # what fewer seeds give is shown only: it enters neither the ledger nor the figures

    def tasks(self, seeds):
        """A list of what is to be measured: for each run a dict of JSON, the arguments of `measure`, no two alike."""

    def measure(self, **task):
        """The record of one run: a dict of JSON, less than 100 kB, with all that rows, notes and figures need."""

    def rows(self, records):
        """The ledger's Results, no two of the same keys, from the records of all tasks, in their order."""

    def notes(self, records):
        """Lines of text: what the rows leave out."""

    def figures(self, records, folder):
        """Draw what was measured, and nothing else: no training, no pruning. The paths of the files written."""


CONSTANTS = Study.__annotations__
FUNCTIONS = tuple(name for name in vars(Study) if not name.startswith("_") and callable(getattr(Study, name)))


def load(name):
    """The study of that name; TypeError where it has a part of the contract not at all, or otherwise."""
    study = import_module(f"{__package__}.{name}")
    for part, kind in CONSTANTS.items():
        checks.instance(f"{name}.{part}", getattr(study, part, None), kind, f"a constant of type {kind.__name__}")
    for part in FUNCTIONS:
        function, (_, *wanted) = getattr(study, part, None), signature(getattr(Study, part)).parameters
        given = list(signature(function).parameters) if callable(function) else None
        if given is None or (part != "measure" and given != wanted):  # what measure takes is for tasks to say
            text = "nothing to call" if given is None else f"one of ({', '.join(given)})"
            raise TypeError(f"{name}.{part}: expected a function of ({', '.join(wanted)}); got {text}")
    return study
