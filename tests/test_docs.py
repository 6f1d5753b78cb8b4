"""The pages for those who add to the project: their code runs, and what they name is there."""

import re
from pathlib import Path

import pytest

from benchmarks import table

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


def test_the_page_of_the_benchmarks_shows_what_is_recorded():
    shown = text("benchmarks/README.md").split(table.BEGIN)[1].split(table.END)[0].strip()
    assert shown == table.markdown(), "stale: run python -m benchmarks"


def test_numbers_in_the_prose_of_the_benchmarks_are_those_recorded():
    rows = [row for row in table.recorded() if "turned round" not in row["quantity"]]
    page = " ".join(text("benchmarks/README.md").split())
    other = [float(row["best"]) for row in rows if row["benchmark"] == "thresholds"]
    assert f"of {len(other)} comparisons {sum(ratio < 1 / 1.2 for ratio in other)} find the other path" in page
    inverses = {int(row["case"].split()[-1]): float(row["best"]) for row in rows if row["quantity"] == "LARGE, LAPACK"}
    first = min(n for n in inverses if all(inverses[m] < 1 for m in inverses if m >= n))
    assert f"LAPACK would invert faster from {first} weights on" in page
    alone = [row for row in rows if row["case"].endswith("this processor, 1 thread")]
    ratios = [f"{float(row['median']):.3g}" for row in alone if row["quantity"] == "classicnets / blas"]
    assert "takes {2}, {3} and {4} times the products alone".format(*ratios) in page
    passes = [row for row in rows if row["case"].startswith("online pass") and row["unit"] == "times"]
    assert "the best times are {:.2g} apart".format(float(passes[0]["best"])) in page
    product = next(row for row in rows if row["benchmark"] == "shared" and row["quantity"] == "blas / classicnets")
    assert "takes {:.2g} times the product alone".format(1 / float(product["best"])) in page
    rivals = [row for row in rows if row["quantity"] == "jax, same algorithm / classicnets"]
    old = [float(row["median"]) < 1 for row in rivals if "haswell, 1 thread" in row["case"]]
    assert len(old) == 6 and sum(old) == 4 and "ahead at four of the six on one thread" in page


def test_numbers_in_the_prose_on_nettalk_are_those_recorded():
    page = " ".join(text("benchmarks/README.md").split())
    rows = [row for row in table.recorded() if row["benchmark"] == "scale"]
    scale = {(row["case"], row["quantity"]): float(row["median"]) for row in rows}
    nettalk, few, many = "203-24-26, 5546 weights", "50 deletions for each Hessian", "1600 deletions for each Hessian"
    assert "nonzeros alone: {:.2f} s".format(scale[nettalk, "hessian, classicnets"] / 1e3) in page
    assert "the pruning with {:.1f} GB at most".format(scale[nettalk, "pruning, memory"]) in page
    assert "in {:.0f} or in {:.0f} seconds".format(*(scale[case, "pruning"] / 1e3 for case in (few, many))) in page
    assert abs(scale[few, "training error"] / scale[many, "training error"] - 1) < 0.005


def test_the_table_of_the_benchmarks_is_written_between_its_marks(tmp_path, monkeypatch):
    page = text("benchmarks/README.md")
    monkeypatch.setattr(table, "README", tmp_path / "README.md")
    table.README.write_text(
        re.sub(f"({table.BEGIN}\n).*({table.END})", r"\1old\n\2", page, flags=re.S), encoding="utf-8"
    )
    assert table.README.read_text(encoding="utf-8") != page
    table.update_readme()
    assert table.README.read_text(encoding="utf-8") == page
