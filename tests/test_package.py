"""The package: nothing of it is left out of a wheel, and what it says about itself is so."""

import os
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
    extras = ",".join(re.findall(r'"\.\[([\w,]+)\]"', told + readme)).split(",")
    targets = re.findall(r"    make (\w+)", told)
    assert {"reproduce", "notebooks", "test"} <= set(extras) <= set(PROJECT["project"]["optional-dependencies"])
    assert targets and all(f"\n{target}:" in makefile for target in targets)


def test_it_is_cited_by_the_version_and_the_names_that_it_has():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    said = dict(re.findall(r"^(?:  - )?([\w-]+): \"?([^\"\n]+)", text, re.M))
    assert said["version"] == classicnets.__version__ and said["cff-version"] == "1.2.0"
    assert f"(c) 2026 {said['name']}" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    licences = re.findall(r"^  - ([\w.-]+)$", text[text.index("license:") :].split("keywords:")[0], re.M)
    assert " AND ".join(licences) == PROJECT["project"]["license"]


def test_notebooks_too_are_run_with_blas_on_one_thread():
    """By the README's own command: what their kernels inherit."""
    program = "import os, pytest, sys; pytest.main(sys.argv[1:]); print(os.environ['OPENBLAS_NUM_THREADS'])"
    command = [sys.executable, "-c", program, "--collect-only", "-q", "--nbmake", "notebooks"]
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert process.stdout.splitlines()[-1] == "1", process.stdout + process.stderr
