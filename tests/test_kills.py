"""Runs that are killed, writers that meet and disks that are full: nothing finished is lost, no file is torn."""

import json
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

TITLE, SEEDS, FULL, NAME = "a study of no time at all", 3, 3, __name__.split(".")[1]

def tasks(seeds):
    return [{"seed": seed} for seed in range(2 * seeds)]

def measure(seed):
    return {"value": sum(part(seed, number) for number in range(3))}

def part(seed, number):
    file = checkpoint(NAME, "part", seed, number)
    if not file.exists():
        with (ROOT.parent / "parts.log").open("a") as log:
            log.write(f"{NAME} {seed} {number}\\n")
        time.sleep(0.002)
        save_arrays(file, {"value": [seed + number]})
    return int(load_arrays(file, "a part")["value"][0])

def rows(records):
    values = [[float(record["value"])] * 5 for record in records]
    return [Result("test", NAME, str(i), "value", *numbers, 1, "", "2026-01-01") for i, numbers in enumerate(values)]

def notes(records):
    return []

def figures(records, folder):
    return []
"""


@pytest.fixture
def house(tmp_path):
    """A copy of the repository with three studies that take no time."""
    for folder in ("classicnets", "reproductions"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "runs"))
    shutil.copy(ROOT / "README.md", tmp_path)
    for name in ("one", "two", "three"):
        (tmp_path / f"reproductions/{name}.py").write_text(STUDY)
    return tmp_path


def counts(house, kills, *names):
    script = Path(__file__).parent / "killing.py"
    done = subprocess.run([sys.executable, script, house, str(kills), *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    return json.loads(done.stdout)
