"""Run the reproductions: `python -m reproductions [NAME ...] [--seeds N] [--jobs N] [--full] [--fresh]`."""

import argparse
from pathlib import Path

from rich.console import Console

from . import contract, ledger
from .study import forget, run

# In the order of the README; each module keeps the contract of contract.py.
NAMES = (
    "hassibi1993_table1", "hassibi1993_retrained", "hassibi1993_xor", "approximations",
    "hassibi1994_table", "hassibi1994_mixtures",
    "pedersen1995_landscape", "pedersen1995_pruning", "pedersen1996_mackey_glass",
    "tresp1997_table1", "finnoff1993_ranks", "hassibi1993_nettalk",
)  # fmt: skip


def main(arguments=None):
    """Run the studies named, write results.csv, figures and the README's table, and print paper beside ours."""
    options = _parse(arguments)
    console = Console()
    for name in options.names or NAMES:
        study = contract.load(name)
        seeds = options.seeds or (study.FULL if options.full else study.SEEDS)
        console.rule(f"{name}: {study.TITLE}")
        records = run(name, study, study.tasks(seeds), options.jobs, options.fresh, console)
        rows = study.rows(records)
        console.print(ledger.table(rows))
        for line in study.notes(records):
            console.print(line, highlight=False)
        if seeds < study.RECORDED:
            console.print(f"shown only: the ledger and the figures keep what {study.RECORDED} seeds gave (--full)")
        else:
            ledger.record(rows)
            for path in study.figures(records, Path(__file__).parent / "figures"):
                console.print(f"figure: {path}")
        forget(name)
    ledger.update_readme()
    console.print(ledger.summary())


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m reproductions", description="The papers' tables, measured again.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(NAMES)} (all)")
    parser.add_argument("--seeds", type=_count, help="seeds for each setting (each study has its own number)")
    parser.add_argument("--jobs", type=_count, default=-1, help="processes to use (one for each core)")
    parser.add_argument("--full", action="store_true", help="the big counts: several minutes instead of one")
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
    main()
