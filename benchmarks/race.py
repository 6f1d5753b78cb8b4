"""Contenders in turns: each in a process of its own, timed in short blocks with a pause before each.

Why it is fair. Every contender is compiled and warm before the first clock starts, gets the same float64 numbers and
the same two cores. They run in turns, so that a slow minute of the machine hits all of them. A process each, because
a library's threads go on spinning for a while after a call and would steal the cores of whoever comes next; the pause
lets them fall asleep, and lasts longer while other programs are at work. Thread counts are what each library chooses
for itself on two cores, as a user would find it.
"""

import os
import sys
import time
from contextlib import contextmanager
from multiprocessing import get_context
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from .table import console

CORES = 2
PAUSE, BLOCK = 0.06, 0.12  # seconds
PATIENCE = 5.0  # seconds of waiting in all, race by race, for other programs to let the cores go
ROUNDS, BUDGET, FEWEST = 10, 3.0, 3  # blocks of each contender; seconds and calls after which it has no more turns


class Times(NamedTuple):
    """The seconds of single calls: their median, the best, how many; and the most memory their process ever had, GB."""

    median: float
    best: float
    runs: int
    memory: float = 0.0

    def __truediv__(self, other):
        """How many times slower than `other`: medians by medians, best by best."""
        return Times(self.median / other.median, self.best / other.best, min(self.runs, other.runs))

    def __mul__(self, factor):
        """The times of `factor` as many calls."""
        return self._replace(median=self.median * factor, best=self.best * factor)


def race(contenders, case, view=np.asarray, agree=1e-8, rounds=ROUNDS, environment=None, patience=PATIENCE):
    """Time the contenders (name -> function) on `case`, in turns; returns (name -> Times) and (name -> why missing).

    contender(case) prepares everything and returns a function without arguments, the one that is timed. What these
    return, seen through `view`, must agree to `agree` (relative to the largest entry), or AssertionError; None agrees
    with everything. A contender that raises ImportError or MemoryError while it prepares is missing.
    environment: variables that the contenders find; patience: seconds to wait for other programs, 0 where one is meant
    to be busy.
    """
    racers, missing, reference = {}, {}, None
    try:
        for name, contender in contenders.items():
            with patch.dict(os.environ, environment or {}):
                racer = _Racer(contender, case, view)
            if isinstance(racer.result, Exception):
                missing[name] = str(racer.result)
                racer.stop()
                continue
            racers[name] = racer
            reference = _checked(name, racer.result, reference, agree)
        times = _in_turns(racers, rounds, patience)
    finally:
        for racer in racers.values():
            racer.stop()
    medians = ", ".join(f"{name} {each.median * 1e3:.3g} ms" for name, each in times.items())
    console.print(f"  {case}: {medians}", style="dim")
    return times, missing


def _in_turns(racers, rounds, patience):
    seconds, waits = {name: [] for name in racers}, patience > 0
    for _ in range(rounds):
        for name, racer in racers.items():
            if sum(seconds[name]) < BUDGET or len(seconds[name]) < FEWEST:
                patience -= wait_for_quiet(patience)
                seconds[name] += racer.run_block()
    if waits and patience <= 0:
        console.print(f"{', '.join(racers)}: other programs kept the cores busy; trust the best more", style="yellow")
    return {
        name: Times(float(np.median(calls)), min(calls), len(calls), racers[name].memory)
        for name, calls in seconds.items()
    }


def _checked(name, result, reference, agree):
    """The first result that came, after comparing this one with it."""
    if result is None or reference is None:
        return result if reference is None else reference
    difference = np.abs(result - reference).max() / np.abs(reference).max()
    assert difference < agree, f"{name}: differs from the first contender by {difference:.1e}, allowed {agree:.0e}"
    return reference


class _Racer:
    """A contender in its own process: prepared and warm once constructed, `result` what it computes."""

    def __init__(self, contender, case, view):
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, contender, case, view), daemon=True)
        self._process.start()
        theirs.close()
        self.result = self._pipe.recv()

    def run_block(self):
        self._pipe.send("run")
        seconds, self.memory = self._pipe.recv()
        return seconds

    def stop(self):
        self._pipe.close()
        self._process.join()


def _serve(pipe, contender, case, view):
    """The other end: prepare, report the result, then time one block at every message until the pipe closes."""
    keep_to_cores()
    try:
        run = contender(case)
        result = run()
    except (ImportError, MemoryError) as reason:
        pipe.send(reason)
        return
    pipe.send(None if result is None else view(result))
    del result
    while True:
        try:
            pipe.recv()
        except EOFError:
            return
        pipe.send((_block(run), _peak_memory()))


def _peak_memory():
    """Of this process, GB; NaN where the system does not say."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return float("nan")
    return getrusage(RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)


def _block(run):
    """Seconds of calls for about BLOCK seconds; the first, which wakes up the threads, does not count if others do."""
    seconds, end = [], time.perf_counter() + BLOCK
    while not seconds or time.perf_counter() < end:
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return seconds[1:] or seconds


@contextmanager
def busy_process():
    """A process that keeps one of the two cores busy, as a browser would, for as long as the context lasts."""
    process = get_context("spawn").Process(target=_spin, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _spin():
    keep_to_cores()
    while True:
        pass


def wait_for_quiet(patience=PATIENCE):
    """Pause; while other programs keep a core busy, pause again, up to `patience` seconds: those waited beyond one."""
    waited = -PAUSE
    while waited < max(patience, 0):
        before = _busy_ticks()
        time.sleep(PAUSE)
        waited += PAUSE
        if _busy_ticks() - before <= 1:
            break
    return max(waited, 0.0)


def _busy_ticks():
    """Hundredths of seconds of work that all cores have done since the start; 0 where the system does not say."""
    try:
        with open("/proc/stat", encoding="utf-8") as file:
            user, nice, system = file.readline().split()[1:4]
    except OSError:
        return 0
    return int(user) + int(nice) + int(system)


def keep_to_cores():
    """Keep this process and what it starts to two cores, where the system lets us."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
