"""Kill runs of the reproductions at random moments and count what is lost, torn or changed by it.

`python tests/killing.py HOUSE KILLS NAME ...` for these studies of HOUSE, a copy of the repository that may be ruined.
Every run is a process of its own, forked after all imports so that the kills fall into the work. Unix only.
"""

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
from pathlib import Path

ROWS = 23  # of each writer of the ledger
STOPPED = 130  # the exit code after Ctrl-C


class House:
    """A copy of the repository, its studies, what its files say at the beginning and which states they may have."""

    def __init__(self, folder, names, seed=0):
        sys.path.insert(0, str(folder))
        self.folder, self.names, self.random = folder, names, random.Random(seed)
        self.command = import_module("reproductions.__main__")
        self.ledger = import_module("reproductions.ledger")
        self.command.NAMES = names
        self.written = [folder / "README.md", folder / "reproductions/LEDGER.md", folder / "reproductions/results.csv"]
        self.before = [path.read_bytes() for path in self.written]
        self.logs = [Log(folder / f"{kind}.log") for kind in ("tasks", "parts")]
        for name in names:
            study = import_module(f"reproductions.{name}")
            study.measure = logged(study.measure, name, folder / "tasks.log")

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
        """What the written files say, without the dates."""
        return [re.sub(rb"\d{4}-\d\d-\d\d(?=\r?\n)", b"DATE", path.read_bytes()) for path in self.written]

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


def end(process):
    """The exit code of a process, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def kill_studies(house, kills, signals):
    """Counts over so many kills of runs of all studies, each taken up again until it is done."""
    house.reset()
    states, begun = [house.state()], time.monotonic()
    for name in house.names:
        assert end(house.run([name])) == 0, name
        states.append(house.state())
    seconds, wanted, figures = time.monotonic() - begun, states[-1], house.figures()
    counts = dict.fromkeys(
        ("kills", "runs ended", "finished repeated", "files torn", "figures torn", "lines torn", "results changed",
         "left behind", "failed"), 0
    )  # fmt: skip
    house.reset()
    while counts["kills"] < kills:
        process = house.run(house.names)
        time.sleep(house.random.uniform(0, seconds))
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, house.random.choice(signals))
        code = end(process)
        kept, torn = house.records()
        counts["finished repeated"] += house.logs[0].repeated(kept) + house.logs[1].repeated()
        counts["lines torn"] += torn
        damaged = [now not in allowed for now, *allowed in zip(house.state(), *states, strict=True)]
        counts["files torn"] += sum(damaged)
        counts["figures torn"] += sum(not png.endswith(b"IEND\xaeB`\x82") for png in house.figures().values())
        if code == 0:
            counts["runs ended"] += 1
            counts["results changed"] += house.state() != wanted or house.figures() != figures
            counts["left behind"] += leftovers(house)
        else:
            counts["kills"] += 1
            counts["failed"] += code == 1
        forgetting = house.state() == wanted and len({json.loads(task)[0] for task in kept}) < len(house.names)
        if code == 0 or any(damaged) or forgetting:
            house.reset()
    return counts


def leftovers(house):
    """How many files of unfinished writing lie about."""
    places = house.folder, house.folder / "reproductions", house.folder / "reproductions/runs"
    return sum(len(list(place.glob(".*.new"))) for place in places)


def rows(house, writer, value):
    """Rows for the ledger that no other writer has."""
    numbers = [float(value)] * 5
    return [
        house.ledger.Result("test", f"writer {writer}", f"{row}", "value", *numbers, 3, "", "2026-01-01")
        for row in range(ROWS)
    ]


def write(house, made):
    house.ledger.record(made)
    if hasattr(house.ledger, "update_readme"):  # before there was one act of writing
        house.ledger.update_readme()


def kill_writers(house, kills):
    """Counts over so many kills of a process that does nothing but write the ledger, now one way and now another."""
    house.reset()
    states = []
    for value in (1, 2):
        write(house, rows(house, 0, value))
        states.append(house.state())

    def for_ever():
        while True:
            for value in (1, 2):
                write(house, rows(house, 0, value))

    counts = {"kills": 0, "files torn": 0, "left behind": 0}
    while counts["kills"] < kills:
        process = fork(for_ever)
        time.sleep(house.random.uniform(0, 0.1))
        os.kill(process, signal.SIGKILL)
        assert end(process) == -signal.SIGKILL
        counts["kills"] += 1
        damaged = [now not in allowed for now, *allowed in zip(house.state(), *states, strict=True)]
        counts["files torn"] += sum(damaged)
        if any(damaged):
            house.reset()
        write(house, rows(house, 0, 2))
        counts["left behind"] += leftovers(house)
    return counts


def write_together(house, tries):
    """Counts over so many tries of two processes that write the ledger at the same moment."""
    counts = {"tries": tries, "tries with a loss": 0, "rows lost": 0, "failed": 0}
    for _ in range(tries):
        house.reset()
        start = time.monotonic() + 0.02

        def at_once(writer, start=start):
            time.sleep(max(0, start - time.monotonic()))
            write(house, rows(house, writer, 1))

        processes = [fork(at_once, writer) for writer in (1, 2)]
        counts["failed"] += sum(end(process) != 0 for process in processes)
        text = house.written[-1].read_text()
        lost = sum(f"writer {writer},{row}," not in text for writer in (1, 2) for row in range(ROWS))
        counts["rows lost"] += lost
        counts["tries with a loss"] += lost > 0
    return counts


def main(folder, kills, *names):
    house = House(Path(folder).resolve(), names)
    counts = {
        "studies killed": kill_studies(house, int(kills), [signal.SIGKILL]),
        "studies stopped": kill_studies(house, int(kills) // 5, [signal.SIGTERM, signal.SIGINT]),
        "writers killed": kill_writers(house, int(kills)),
        "writers together": write_together(house, 2 * int(kills) // 5),
    }
    print(json.dumps(counts, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
