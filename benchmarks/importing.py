"""The time of `import classicnets` in a fresh process, beyond that of an interpreter that does nothing.

Both kinds of process take turns; the files are in the system's cache, the bytecode is compiled. NumPy's and Numba's own
imports are included: they are what a user waits for.
"""

import subprocess
import sys
import time

import numpy as np

from .race import Times, wait_for_quiet
from .table import judged, time_row

RUNS = 9


def run():
    """Rows of the two processes and of their difference; nothing is skipped."""
    statements = {"empty interpreter": "pass", "import numpy": "import numpy", "with classicnets": "import classicnets"}
    seconds = {name: [] for name in statements}
    for turn in range(RUNS + 1):
        for name, statement in statements.items():
            spent = _fresh_process(statement)
            if turn:  # the first turn warms the caches
                seconds[name].append(spent)
    times = {name: Times(float(np.median(spent)), min(spent), RUNS) for name, spent in seconds.items()}
    rows = [time_row("import", "fresh process", name, t) for name, t in times.items()]
    empty, full = times["empty interpreter"], times["with classicnets"]
    difference = Times(full.median - empty.median, full.best - empty.best, RUNS)
    rows.append(judged(time_row("import", "fresh process", "import classicnets", difference), "<= 500"))
    return rows, []


def _fresh_process(statement):
    wait_for_quiet(0.3)
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - begin
