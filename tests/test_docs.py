"""The pages for those who add to the project: their code runs, and what they name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [
    "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md", "README.md", "FINDINGS.md",
    "reproductions/README.md", "notebooks/README.md", "benchmarks/README.md",
]  # fmt: skip


def text(page):
    return (ROOT / page).read_text(encoding="utf-8")


def test_the_method_of_the_page_for_contributors_runs():
    (code,) = re.findall(r"```python\n(.*?)```", text("CONTRIBUTING.md"), re.S)
    names = {"__name__": "page"}
    exec(code, names)
    assert names["path"][-1].n_active <= 40 and repr(names["Skeleton"]()) == "Skeleton()"


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_page_names_are_there(page):
    folders = [
        ROOT,
        ROOT / "classicnets",
        ROOT / "classicnets" / "pruning",
        ROOT / "reproductions",
        ROOT / "benchmarks",
    ]
    for name in re.findall(r"`([\w/]+\.(?:py|csv|md))`", text(page)):
        assert any((folder / name).exists() for folder in folders), name


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", text(page)):
        assert "://" in target or ((ROOT / page).parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_are_those_of_the_makefile(page):
    makefile = text("Makefile")
    for command in re.findall(r"(?:`|^)make (\w+)", text(page), re.M):
        assert f"\n{command}:" in makefile, command


def test_what_the_page_for_contributors_calls_by_name_is_there():
    for module, function in re.findall(r"`(\w+)\.(\w+)`", text("CONTRIBUTING.md")):
        if (ROOT / "classicnets" / f"{module}.py").exists() and function not in ("py", "csv", "md"):
            assert f"def {function}(" in text(f"classicnets/{module}.py"), function
