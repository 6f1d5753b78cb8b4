"""python -m benchmarks [PART ...]: run the parts, print their tables, write results.csv and the figures."""

import argparse
import time

from . import (
    backprop,
    figures,
    growth,
    hessian,
    importing,
    laptops,
    obs_path,
    recurrent,
    recursion,
    scale,
    shared,
    thresholds,
)  # fmt: skip
from .race import keep_to_cores
from .table import console, keep, machine, show, update_readme

PARTS = {
    "import": importing, "backprop": backprop, "obs_path": obs_path,
    "hessian": hessian, "recursion": recursion, "growth": growth, "recurrent": recurrent,
    "scale": scale, "shared": shared, "thresholds": thresholds, "laptops": laptops,
}  # fmt: skip


def main():
    """Run what the command line names, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split(":", 1)[1])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parts = parser.parse_args().parts or list(PARTS)
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        parser.error(f"expected parts among {', '.join(PARTS)}; got {', '.join(unknown)}")
    keep_to_cores()
    console.print(machine())
    everything = []
    for part in parts:
        begin = time.perf_counter()
        console.rule(part)
        rows, skipped = PARTS[part].run()
        show(f"\n{part}  ({time.perf_counter() - begin:.0f} s)", rows)
        for line in skipped:
            console.print(line, style="yellow")
        figures.draw(part, rows)
        everything += rows
        keep(rows)
        update_readme()
    missed = [row for row in everything if row.met == "missed"]
    judged = sum(bool(row.met) for row in everything)
    console.print(f"\n{judged - len(missed)} of {judged} targets met")
    for row in missed:
        console.print(f"missed: {row.benchmark}, {row.case}, {row.quantity} {row.target}: {row.median:.3g} {row.unit}")


if __name__ == "__main__":
    main()
