"""One case a row of the ledger: measured anew over a few seeds, and expected to hold, or to differ where it says so."""

from contextlib import contextmanager
from functools import lru_cache

import pytest

from reproductions import hassibi1993_nettalk, ledger
from reproductions import study as running


def keys(*beginnings):
    """The printed rows whose keys begin with one of these tuples."""
    return [key for key in ledger.targets() if any(key[: len(beginning)] == beginning for beginning in beginnings)]


def cases(keys, rare=()):
    """Rows that the ledger calls different are expected to differ, for the reason it gives; `rare` ones not always."""
    for key in keys:
        reason = None if key in rare else ledger.findings().get(key)
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        yield pytest.param(key, marks=marks, id=", ".join(key[2:]))


@lru_cache
def records(study, seeds):
    """What the study measures over so many seeds."""
    return [study.measure(**task) for task in study.tasks(seeds)]


def holds(study, key, seeds):
    """Whether a row is reproduced, or better, over so many seeds."""
    rows = {(row.paper, row.item, row.row, row.quantity): {"median": row.median} for row in _rows(study, seeds)}
    return ledger.verdict(ledger.targets()[key], rows[key]) in ("reproduced", "better")


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
        yield _slice()


@lru_cache
def _slice():
    return records.__wrapped__(hassibi1993_nettalk, 1)
