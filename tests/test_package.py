"""The package: nothing of it is left out of a wheel, and what it says about itself is so."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import classicnets

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_a_wheel_holds_every_file_of_the_package():
    found = {path for path in (ROOT / "classicnets").rglob("*") if path.is_file() and path.parent.name != "__pycache__"}
    data = {
        path
        for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    assert {path for path in found if path.suffix != ".py"} == data
    assert all((path.parent / "__init__.py") in found for path in found - data)


def test_the_package_says_its_version():
    process = subprocess.run(
        [sys.executable, "-m", "classicnets"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert process.stdout.startswith(f"classicnets {classicnets.__version__}: ")


def test_the_commands_told_exist():
    readme, makefile = (ROOT / "README.md").read_text(encoding="utf-8"), (ROOT / "Makefile").read_text(encoding="utf-8")
    told = (ROOT / "classicnets" / "__main__.py").read_text(encoding="utf-8")
    extras, targets = re.findall(r'"\.\[(\w+)\]"', told + readme), re.findall(r"    make (\w+)", told)
    assert {"reproduce", "notebooks", "test"} <= set(extras) <= set(PROJECT["project"]["optional-dependencies"])
    assert targets and all(f"\n{target}:" in makefile for target in targets)
