"""`import classicnets` in a fresh process, and the first Hessian and inverse where no machine code is there yet.

Import: beyond an interpreter that does nothing; both kinds of process take turns; the files are in the system's cache,
the bytecode is compiled. NumPy's and Numba's own imports are included: they are what a user waits for. Compiling: once
for each user, version and processor, into a folder of its own; afterwards the code is read from the disk.
Seconds of CPU are those of the process itself, whatever else the machine did.
"""

import os
import subprocess
import sys
import tempfile
import time

import numpy as np

from .race import Times, wait_for_quiet
from .table import judged, time_row

RUNS, COLD = 9, 3
CLOCK = "\nimport time; print(time.process_time())"
STATEMENTS = {"empty interpreter": "pass", "import numpy": "import numpy", "with classicnets": "import classicnets"}
FIRST = """
import time
from classicnets import hessian, inverse_hessian
from benchmarks.problem import Case, problem
net, X, T = problem(Case((17, 3, 1), 124))
begin = time.process_time(); hessian(net, X, T); print(time.process_time() - begin)
begin = time.process_time(); inverse_hessian(net, X, T, 1e-4); print(time.process_time() - begin)
"""
CALLS = {"first Hessian": "<= 10000", "first inverse": ""}


def run():
    """Rows of the two processes and of their difference, then of the first calls; nothing is skipped."""
    return [*importing(), *first_calls()], []


def importing():
    """Wall and CPU time of `import classicnets`."""
    wall, cpu = ({name: [] for name in STATEMENTS} for _ in range(2))
    for turn in range(RUNS + 1):
        for name, statement in STATEMENTS.items():
            spent, (used,) = _fresh_process(statement + CLOCK)
            if turn:  # the first turn warms the caches
                wall[name].append(spent)
                cpu[name].append(used)
    rows = []
    for suffix, seconds, target in (("", wall, "<= 500"), (", CPU", cpu, "<= 450")):
        times = {name: _times(spent) for name, spent in seconds.items()}
        rows += [time_row("import", "fresh process", name + suffix, each) for name, each in times.items()]
        empty, full = times["empty interpreter"], times["with classicnets"]
        difference = Times(full.median - empty.median, full.best - empty.best, RUNS)
        rows.append(judged(time_row("import", "fresh process", f"import classicnets{suffix}", difference), target))
    return rows


def first_calls():
    """CPU time of the first Hessian and the first inverse: compiled, and then with the machine code on disk."""
    seconds = {}
    for _ in range(COLD):
        with tempfile.TemporaryDirectory() as folder:
            for case in ("no machine code yet", "machine code on disk"):
                _, spent = _fresh_process(FIRST, NUMBA_CACHE_DIR=folder)
                for name, each in zip(CALLS, spent, strict=True):
                    seconds.setdefault((case, name), []).append(each)
    rows = {key: time_row("import", key[0], f"{key[1]}, CPU", _times(spent)) for key, spent in seconds.items()}
    return [judged(row, CALLS[name] if case == "no machine code yet" else "") for (case, name), row in rows.items()]


def _times(seconds):
    return Times(float(np.median(seconds)), min(seconds), len(seconds))


def _fresh_process(program, **environment):
    """The seconds that a process took, and the numbers that it printed."""
    wait_for_quiet(0.3)
    begin = time.perf_counter()
    command, environment = [sys.executable, "-c", program], {**os.environ, **environment}
    printed = subprocess.run(command, check=True, env=environment, capture_output=True, text=True).stdout
    return time.perf_counter() - begin, [float(number) for number in printed.split()]
