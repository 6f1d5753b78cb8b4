"""A copy of the repository whose runs may be killed, and what is known of it: for killing.py."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sys
import time
from importlib import import_module

STOPPED = 130  # the exit code after Ctrl-C


class House:
    """A copy of the repository, its studies, what its files say at the beginning and which states they may have."""

    def __init__(self, folder, names, seed=0):
        sys.path.insert(0, str(folder))
        self.folder, self.names, self.random = folder, names, random.Random(seed)
        self.command = import_module("reproductions.__main__")
        self.ledger, self.recording = (import_module(f"reproductions.{name}") for name in ("ledger", "recording"))
        self.command.NAMES = names
        files = (
            "README.md",
            *(f"reproductions/{name}" for name in ("LEDGER.md", "OURS.md", "explorations.csv", "results.csv")),
        )
        self.written = [folder / file for file in files]
        self.before = [path.read_bytes() for path in self.written]
        self.logs = [Log(folder / f"{kind}.log") for kind in ("tasks", "parts")]
        for name in names:
            study = import_module(f"reproductions.{name}")
            study.measure = logged(study.measure, name, folder / "tasks.log")
            study.RECORDED = 1  # that few seeds enter the ledger too, which is to be written

    def reset(self):
        """All files as they were at the beginning."""
        for path, content in zip(self.written, self.before, strict=True):
            path.write_bytes(content)
        for folder in ("runs", "figures"):
            shutil.rmtree(self.folder / "reproductions" / folder, ignore_errors=True)
        (self.folder / "reproductions/figures").mkdir()
        for log in self.logs:
            log.forget()

    def state(self):
        """What the written files say, without the dates and the seals, in which the dates are."""
        dated = rb"\d{4}-\d\d-\d\d,([^\r\n]*),[0-9a-f]{8}(?=\r?\n)"
        return [re.sub(dated, rb"DATE,\1,SEAL", path.read_bytes()) for path in self.written]

    def damaged(self, *states):
        """How many of the written files say what they do in none of these states."""
        return sum(now not in allowed for now, *allowed in zip(self.state(), *states, strict=True))

    def left_behind(self):
        """How many files of unfinished writing lie about."""
        places = self.folder, self.folder / "reproductions", self.folder / "reproductions/runs"
        return sum(len(list(place.glob(".*.new"))) for place in places)

    def figures(self):
        return {path.name: path.read_bytes() for path in (self.folder / "reproductions/figures").glob("*.png")}

    def run(self, names):
        """A process that runs these studies."""
        return fork(self.command.main, [*names, "--seeds", "3", "--jobs", "1"])

    def records(self):
        """The tasks of all whole lines that runs have left, and how many lines are not whole."""
        found, torn = set(), 0
        for path in (self.folder / "reproductions/runs").glob("*.jsonl"):
            for line in path.read_text().splitlines():
                try:
                    found.add(json.dumps([path.stem, json.loads(line)["task"]], sort_keys=True))
                except json.JSONDecodeError:
                    torn += 1
        return found, torn


class Log:
    """What was begun, line by line: when the process is killed only the last one may have been under way."""

    def __init__(self, path):
        self.path = path
        self.forget()

    def forget(self):
        self.path.unlink(missing_ok=True)
        self.finished, self.read = set(), 0

    def repeated(self, kept=()):
        """How many were begun again since the last look that were finished then."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        new, self.read = lines[self.read :], len(lines)
        again = sum(line in self.finished for line in new)
        self.finished |= {*new[:-1], *kept}
        return again


def logged(measure, name, path):
    def measured(**task):
        with path.open("a") as file:
            file.write(json.dumps([name, task], sort_keys=True) + "\n")
        return measure(**task)

    return measured


def fork(work, *arguments):
    """The id of a new process that does this and nothing else, without a word."""
    process = os.fork()
    if process:
        return process
    code = 1
    with contextlib.suppress(BaseException), open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            work(*arguments)
            code = 0
        except KeyboardInterrupt:
            code = STOPPED
    os._exit(code)


def end(process, seconds=float("inf"), number=signal.SIGKILL):
    """The exit code of a process, or minus the signal that ended it: this one, if it is still there after a time."""
    until = time.monotonic() + seconds
    while not (ended := os.waitpid(process, os.WNOHANG))[0]:
        if time.monotonic() > until:
            os.kill(process, number)
            until = float("inf")
        time.sleep(0.002)
    return os.waitstatus_to_exitcode(ended[1])
