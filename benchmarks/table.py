"""The results: rows of a table, printed and kept in results.csv with the machine they come from."""

import csv
import os
import platform
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results.csv"
README = Path(__file__).parent / "README.md"
FIGURES = Path(__file__).parent / "figures"
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
console = Console(width=120)


class Row(NamedTuple):
    """A quantity of one case: a time, or a ratio of times; `target` as in ">= 10", `met` "met", "missed" or empty."""

    benchmark: str
    case: str
    quantity: str
    median: float
    best: float
    unit: str
    runs: int
    target: str = ""
    met: str = ""


def time_row(benchmark, case, quantity, times):
    """A row of milliseconds from `Times` in seconds."""
    return Row(benchmark, case, quantity, times.median * 1e3, times.best * 1e3, "ms", times.runs)


def ratio_row(benchmark, case, quantity, ratio, target=""):
    """A row of a ratio of `Times`; the verdict on a target such as ">= 10" or "<= 3" goes by the medians."""
    return judged(Row(benchmark, case, quantity, *ratio[:2], "times", ratio.runs), target)


def memory_row(benchmark, case, quantity, times, target=""):
    """A row of the most memory, in GB, that the process of these `Times` had."""
    return judged(Row(benchmark, case, quantity, times.memory, times.memory, "GB", times.runs), target)


def judged(row, target):
    """The row with its target, and whether its median meets it."""
    if not target:
        return row
    comparison, limit = target.split()
    met = row.median >= float(limit) if comparison == ">=" else row.median <= float(limit)
    return row._replace(target=target, met="met" if met else "missed")


def machine():
    """The processor, the cores this process may use, and the system, in one line."""
    model = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.split(": ")[1] for line in lines if line.startswith("model name")), model)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def show(title, rows):
    """Print the rows as a table."""
    table = Table(title=title, title_justify="left")
    for column in ("case", "quantity", "median", "best", "unit", "runs", "target", "verdict"):
        table.add_column(column, justify="right" if column in ("median", "best", "runs") else "left")
    for before, row in zip([None, *rows], rows, strict=False):
        case = "" if before and before.case == row.case else row.case
        style = {"met": "green", "missed": "red"}.get(row.met)
        table.add_row(
            case, row.quantity, f"{row.median:.4g}", f"{row.best:.4g}", row.unit, str(row.runs), row.target, row.met,
            style=style,
        )  # fmt: skip
    console.print(table)


def keep(rows):
    """Write the rows into results.csv; rows of benchmarks that did not run this time stay as they were."""
    from classicnets.files import replacing  # late: what is raced against classicnets is not to run beside it

    ran = {row.benchmark for row in rows}
    header = [*Row._fields, "machine"]
    others = [list(row.values()) for row in recorded() if row["benchmark"] not in ran]
    now = [[f"{value:.5g}" if isinstance(value, float) else value for value in row] + [machine()] for row in rows]
    with replacing(RESULTS, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *others, *now])


def recorded():
    """The rows of results.csv, dicts of text; none where there is no file."""
    if not RESULTS.exists():
        return []
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def markdown():
    """The rows of results.csv that have a target, as a table in Markdown."""
    rows = [row for row in recorded() if row["target"]]
    lines = ["| benchmark | case | quantity | median | target | |", "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        median = f"{float(row['median']):.3g} {row['unit']}"
        cells = row["benchmark"], row["case"], row["quantity"], median, row["target"], row["met"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def update_readme():
    """Put that table between the marks in README.md beside it."""
    from classicnets.files import replacing

    text = README.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    with replacing(README, "w", encoding="utf-8", newline="\n") as file:
        file.write(f"{before}{BEGIN}\n{markdown()}\n{END}{after}")
