"""Runs that are killed, writers that meet and disks that are full: nothing finished is lost, no file is torn."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STUDY = """
import json, time
from classicnets.files import load_arrays, save_arrays
from reproductions.ledger import Result
from reproductions.study import ROOT, checkpoint

TITLE, SEEDS, FULL, RECORDED, NAME = "a study of no time at all", 3, 3, 1, __name__.split(".")[1]

def tasks(seeds):
    return [{"seed": seed} for seed in range(seeds)]

def measure(seed):
    return {"value": sum(part(seed, number) for number in range(2))}

def part(seed, number):
    file = checkpoint(NAME, "part", seed, number)
    if not file.exists():
        with (ROOT.parent / "parts.log").open("a") as log:
            log.write(f"{NAME} {seed} {number}\\n")
        time.sleep(0.002)
        save_arrays(file, {"value": [seed + number]})
    return int(load_arrays(file, "a part")["value"][0])

def rows(records):
    values = [[float(record["value"])] * 7 for record in records]
    return [Result("test", NAME, str(i), "value", "median", *v, 1, "", "2026-01-01") for i, v in enumerate(values)]

def notes(records):
    return []

def figures(records, folder):
    return []
"""


pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the kills need a system with fork")


@pytest.fixture
def house(tmp_path):
    """A copy of the repository with two studies that take no time."""
    for folder in ("classicnets", "reproductions"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "runs"))
    shutil.copy(ROOT / "README.md", tmp_path)
    for name in ("one", "two"):
        (tmp_path / f"reproductions/{name}.py").write_text(STUDY)
    return tmp_path


def cut(house, paper):
    """Of the ledger only what is about one paper: it is read and written many times, and reading takes the time."""
    for name in ("targets", "findings", "results", "explorations"):
        file = house / f"reproductions/{name}.csv"
        head, *rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [head, *(row for row in rows if row.startswith(f"{paper},"))]
        file.write_text("".join(kept), encoding="utf-8", newline="")
    for page in ("LEDGER.md", "OURS.md"):
        (house / "reproductions" / page).write_text("# The ledger\n", encoding="utf-8")


def kill(house, kills, names):
    """What killing.py counts; nothing may be lost, torn or changed, whatever was killed."""
    command = [sys.executable, Path(__file__).parent / "killing.py", house, str(kills), *names]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    counts = json.loads(done.stdout)
    assert counts["studies killed"]["kills"] == counts["writers killed"]["kills"] == kills
    return {
        f"{what}: {count}": n for what, each in counts.items() for count, n in each.items() if count in FAULTS and n
    }


FAULTS = (
    "finished repeated", "files torn", "figures torn", "lines torn", "results changed", "left behind", "failed",
    "rows lost",
)  # fmt: skip


def test_kills_cost_nothing_that_was_finished(house):
    cut(house, "thrun1991")
    assert len((house / "reproductions/results.csv").read_text(encoding="utf-8").splitlines()) > 5
    assert kill(house, 10, ("one", "two")) == {}


@pytest.mark.slow
def test_kills_of_three_real_studies_cost_nothing_that_was_finished(house):
    assert kill(house, 100, ("hassibi1993_xor", "hassibi1993_retrained", "tresp1997_table1")) == {}


def test_a_full_disk_leaves_the_ledger_as_it_was(house):
    """Full after half of results.csv: to the process it is the same as a limit to the size of its files."""
    program = """
import resource, sys
from reproductions import ledger, recording
limit = (ledger.FOLDER / "results.csv").stat().st_size // 2
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
recording.record([], "hassibi1993_xor", [])
"""
    files = [
        house / "README.md",
        *(house / f"reproductions/{name}" for name in ("LEDGER.md", "OURS.md", "results.csv")),
    ]
    before = [file.read_bytes() for file in files]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=house)
    assert done.returncode == 1 and "OSError" in done.stderr
    assert [file.read_bytes() for file in files] == before
    assert not [*house.rglob(".*.new")]
