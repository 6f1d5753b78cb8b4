"""Run the reproductions: `python -m reproductions [NAME ...] [--seeds N] [--jobs N] [--full] [--fresh]`."""

import argparse
import signal
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from . import contract, ledger
from .study import alone, forget, run

# In the order of the README; each module keeps the contract of contract.py.
NAMES = (
    "hassibi1993_table1", "hassibi1993_retrained", "hassibi1993_xor", "approximations",
    "hassibi1994_table", "hassibi1994_mixtures",
    "pedersen1995_landscape", "pedersen1995_pruning", "pedersen1996_mackey_glass",
    "tresp1997_table1", "finnoff1993_ranks", "hassibi1993_nettalk",
)  # fmt: skip


def main(arguments=None):
    """Run the studies named, write results.csv, figures and the README's table, and print paper beside ours.

    What they keep is forgotten when all of them are done, so that a run that was stopped repeats none.
    """
    options = _parse(arguments)
    studies = {name: contract.load(name) for name in options.names or NAMES}
    console = Console()
    with ExitStack() as locks:
        try:
            ledger.check()
            for name in studies:
                locks.enter_context(alone(name))
        except (ValueError, RuntimeError) as reason:
            raise SystemExit(f"{reason}") from reason
        for name, study in studies.items():
            _reproduce(name, study, options, console)
        for name in studies:
            forget(name)
    console.print(ledger.summary())


def _reproduce(name, study, options, console):
    """One study, from its first seed to its rows in the README and its figures."""
    seeds = options.seeds or (study.FULL if options.full else study.SEEDS)
    console.rule(f"{name}: {study.TITLE}")
    records = run(name, study, study.tasks(seeds), options.jobs, options.fresh, console)
    rows = study.rows(records)
    console.print(ledger.table(rows))
    for line in study.notes(records):
        console.print(line, highlight=False)
    shown_only = seeds < study.RECORDED
    ledger.record([] if shown_only else rows)
    if shown_only:
        console.print(f"shown only: the ledger and the figures keep what {study.RECORDED} seeds gave")
        return
    for path in study.figures(records, Path(__file__).parent / "figures"):
        console.print(f"figure: {path}")


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m reproductions", description="The papers' tables, measured again.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(NAMES)} (all)")
    parser.add_argument("--seeds", type=_count, help="seeds for each setting (each study has its own number)")
    parser.add_argument("--jobs", type=_count, default=-1, help="processes to use (one for each core)")
    parser.add_argument("--full", action="store_true", help="the big counts: up to half an hour a study")
    parser.add_argument("--fresh", action="store_true", help="forget the finished seeds of an interrupted run")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"NAME: expected some of {', '.join(NAMES)}; got {', '.join(unknown)}")
    return options


def _count(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1; got {text!r}")
    return int(text)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends a run as Ctrl-C does, with all its processes
    main()
