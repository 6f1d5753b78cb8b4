"""Run the reproductions: `python -m reproductions [NAME ...] [--seeds N] [--jobs N] [--full] [--fresh]`.

With --cluster ADDRESS their tasks run on the workers of a Dask cluster instead of this machine's cores,
with --explore KEY the experiments behind the reasons of one study, with --status what is recorded and what is old.
"""

import argparse
import signal
import time
from contextlib import ExitStack, nullcontext
from pathlib import Path

from rich.console import Console

from . import contract, exploring, recording, showing, status
from .study import NotMeasured, alone, forget, running

# In the order in which they run; each module keeps the contract of contract.py.
NAMES = (
    "lecun1990_digits", "lecun1990_surgeon", "lecun1990_sibling", "lecun1990_recipe", "thrun1991_backpropagation",
    "hassibi1993_table1", "hassibi1993_retrained", "hassibi1993_xor", "approximations",
    "hassibi1994_table", "hassibi1994_mixtures",
    "pedersen1995_landscape", "pedersen1995_pruning", "pedersen1996_mackey_glass",
    "tresp1997_table1", "finnoff1993_ranks", "hassibi1993_nettalk",
    "dong2017_lenet300", "wu2024_synthetic", "wu2024_pruning", "shamrai2025_cartpole", "harang2023_units",
    "shekkizhar2016_blog", "practical", "lineage", "comparison",
)  # fmt: skip


def main(arguments=None):
    """Run the studies named, write results.csv, the ledger's pages, figures and the README's table, and print the rows.

    What they keep is forgotten when all of them are done, so that a run that was stopped repeats none.
    """
    options = _parse(arguments)
    if options.status:
        return Console().print(status.table())
    if options.explore:
        return _explore(options)
    studies = {name: contract.load(name) for name in options.names or NAMES}
    console = Console()
    with ExitStack() as held:
        try:
            recording.check()
            for name in studies:
                held.enter_context(alone(name))
            held.enter_context(_workers(options.cluster))
        except (ValueError, RuntimeError) as reason:
            raise SystemExit(f"{reason}") from reason
        wanted = {name: (study, study.tasks(_seeds(study, options))) for name, study in studies.items()}
        with running(wanted, options.jobs, options.fresh, console) as records:
            for number, name in enumerate(wanted, 1):
                begun = time.monotonic()
                _reproduce(name, *wanted[name], records, options, console)
                left = ", ".join(list(wanted)[number:])
                console.print(f"took {_clock(time.monotonic() - begun)}; still to come: {left or 'nothing'}")
        for name in studies:
            forget(name)
    console.print(showing.summary())


def _seeds(study, options):
    return options.seeds or (study.FULL if options.full else study.SEEDS)


def _reproduce(name, study, tasks, records, options, console):
    """One study, from its first seed to its rows in the ledger and its figures."""
    console.rule(f"{name}: {study.TITLE}")
    try:
        records = records(name)
    except NotMeasured as reason:
        raise SystemExit(f"{reason}") from reason
    rows = list(study.rows(records))  # they are gone through more than once
    console.print(showing.table(rows))
    for line in study.notes(records):
        console.print(line, highlight=False)
    shown_only = _seeds(study, options) < study.RECORDED
    recording.record([] if shown_only else rows, name, tasks)
    if shown_only:
        console.print(f"shown only: the ledger and the figures keep what {study.RECORDED} seeds gave")
        return
    for path in study.figures(records, Path(__file__).parent / "figures"):
        console.print(f"figure: {path}")


def _clock(seconds):
    """Seconds as minutes and seconds, m:ss."""
    return "{}:{:02}".format(*divmod(round(seconds), 60))


def _explore(options):
    """The experiments behind the reasons of the studies named."""
    try:
        with _workers(options.cluster):
            for name in options.names:
                exploring.explore(name, options.explore, options.seeds, options.jobs, options.fresh, Console())
    except (ValueError, RuntimeError) as reason:
        raise SystemExit(f"{reason}") from reason


def _workers(address):
    """Where tasks run: on the workers of the Dask cluster at this address; on this machine's cores if it is None."""
    if address is None:
        return nullcontext()
    try:
        from .cluster import joined
    except ImportError as reason:
        complaint = f'--cluster: expected Dask, which comes with pip install -e ".[cluster]"; got {reason}'
        raise RuntimeError(complaint) from reason
    return joined(address)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m reproductions", description="The papers' tables, measured again.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(NAMES)} (all)")
    parser.add_argument("--seeds", type=_count, help="seeds for each setting (each study has its own number)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=_count, default=-1, help="processes to use (one for each core)")
    where.add_argument("--cluster", metavar="ADDRESS", help="of a Dask scheduler, whose workers are used instead")
    parser.add_argument("--full", action="store_true", help="the big counts: up to half an hour a study")
    parser.add_argument("--fresh", action="store_true", help="forget the finished seeds of an interrupted run")
    parser.add_argument(
        "--explore", metavar="KEY", help="an experiment behind the reasons of NAME, or all: see --status"
    )
    parser.add_argument("--status", action="store_true", help="what is recorded, by which code, and what is old")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"NAME: expected some of {', '.join(NAMES)}; got {', '.join(unknown)}")
    if options.explore and not options.names:
        parser.error(f"NAME: expected some of {', '.join(exploring.names())} to explore; got none")
    return options


def _count(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1; got {text!r}")
    return int(text)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends a run as Ctrl-C does, with all its processes
    main()
