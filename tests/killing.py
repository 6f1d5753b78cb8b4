"""Kill runs of the reproductions at random moments and count what is lost, torn or changed by it.

`python tests/killing.py HOUSE KILLS NAME ...` for these studies of HOUSE, a copy of the repository that may be ruined.
Every run is a process of its own, forked after all imports so that the kills fall into the work. Unix only.
"""

import json
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from house import House, end, fork

ROWS = 23  # of each writer of the ledger


def kill_studies(house, kills, signals):
    """Counts over so many kills of runs of all studies, each taken up again until it is done."""
    states, figures, seconds = uninterrupted(house)
    counts = Counter()
    while counts["kills"] < kills:
        process = house.run(house.names)
        code = end(process, house.random.uniform(0, seconds), house.random.choice(signals))
        counts.update({"runs": 1, "kills": code != 0, "failed": code == 1})
        if counted(counts, house, states) or code == 0:
            if code == 0:
                counts["results changed"] += (house.state(), {*house.figures()}) != (states[-1], figures)
                counts["left behind"] += house.left_behind()
            house.reset()
    return counts


def uninterrupted(house):
    """What the files say before the studies and after each of them, the names of the figures, and the seconds taken."""
    house.reset()
    states, begun = [house.state()], time.monotonic()
    for name in house.names:
        assert end(house.run([name])) == 0, name
        states.append(house.state())
    seconds, figures = time.monotonic() - begun, {*house.figures()}
    house.reset()
    return states, figures, seconds


def counted(counts, house, states):
    """Count what one run has cost; is there nothing to go on from: was something damaged, or all done already?"""
    kept, torn = house.records()
    counts["finished repeated"] += house.logs[0].repeated(kept) + house.logs[1].repeated()
    counts["lines torn"] += torn
    counts["files torn"] += house.damaged(*states)
    counts["figures torn"] += sum(not png.endswith(b"IEND\xaeB`\x82") for png in house.figures().values())
    forgetting = house.state() == states[-1] and len({json.loads(task)[0] for task in kept}) < len(house.names)
    return house.damaged(*states) or forgetting


def rows(house, writer, value):
    """Rows for the ledger that no other writer has."""
    numbers = [float(value)] * 7
    return [
        house.ledger.Result("test", f"writer {writer}", f"{row}", "value", "median", *numbers, 3, "", "2026-01-01")
        for row in range(ROWS)
    ]


def record(house, writer, value):
    house.recording.record(rows(house, writer, value), "hassibi1993_xor", [])


def kill_writers(house, kills):
    """Counts over so many kills of a process that does nothing but write the ledger, now one way and now another."""
    house.reset()
    states, begun = [], time.monotonic()
    for value in (1, 2):
        record(house, 0, value)
        states.append(house.state())
    seconds = time.monotonic() - begun

    def for_ever():
        while True:
            for value in (1, 2):
                record(house, 0, value)

    counts = Counter(kills=kills)
    for _ in range(kills):
        assert end(fork(for_ever), house.random.uniform(0, seconds), signal.SIGKILL) == -signal.SIGKILL
        if house.damaged(*states):
            counts["files torn"] += house.damaged(*states)
            house.reset()
        record(house, 0, 2)
        counts["left behind"] += house.left_behind()
    return counts


def write_together(house, tries):
    """Counts over so many tries of two processes that write the ledger at the same moment."""
    counts = Counter(tries=tries)
    for _ in range(tries):
        house.reset()
        start = time.monotonic() + 0.02

        def at_once(writer, start=start):
            time.sleep(max(0, start - time.monotonic()))
            record(house, writer, 1)

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
