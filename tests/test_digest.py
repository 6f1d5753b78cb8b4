"""The digest of a study's code: what it depends on, and what makes no difference to it."""

import ast
import shutil
import sys
from pathlib import Path

import pytest

from reproductions import digest, ledger, status

ROOT = Path(digest.__file__).parent.parent
CACHED = [each for each in vars(digest).values() if hasattr(each, "cache_clear")]


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small house of code: a study that uses a network of one kind, through a package, and draws."""
    files = {
        "classicnets/__init__.py": "from .net import Net\nfrom .pruning import prune\nfrom . import plotting\n",
        "classicnets/network.py": "class Network: pass\n",
        "classicnets/net.py": "from .network import Network\nclass Net(Network): pass\n",
        "classicnets/other.py": "from .network import Network\nclass Other(Network): pass\n",
        "classicnets/forms.py": "from .other import Other\nfrom .net_forms import f\n@f.register\ndef g(a): pass\n",
        "classicnets/net_forms.py": "from .net import Net\n@f.register\ndef f(net: Net): return 1\n",
        "classicnets/plotting.py": "COLOUR = 1\n",
        "classicnets/pruning/__init__.py": "from .loop import prune\n",
        "classicnets/pruning/loop.py": "from ..checks import positive\ndef prune(): return 1\n",
        "classicnets/checks.py": "def positive(): pass\n",
        "classicnets/unused.py": "A = 1\n",
        "classicnets/datasets/__init__.py": "from .boolean import xor\n",
        "classicnets/datasets/boolean.py": "def xor(): pass\n",
        "classicnets/datasets/data/a.csv": "1,2\n",
        "reproductions/study.py": "import numpy\nfrom classicnets import Net, plotting, prune\nfrom . import tools\n"
        "def measure():\n    return 1\n",
        "reproductions/tools.py": "from classicnets.datasets import xor\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(digest, "HOUSE", tmp_path)
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


def forget():
    for each in CACHED:
        each.cache_clear()


def test_a_study_reaches_what_it_imports_where_it_is_defined(house):
    names = {"net", "network", "net_forms", "pruning.loop", "checks", "datasets.boolean"}
    expected = {f"classicnets.{name}" for name in names} | {"reproductions.study", "reproductions.tools"}
    assert digest.reached("reproductions.study") == expected


@pytest.mark.parametrize(
    "file, text, same",
    [
        ("reproductions/study.py", '"""New."""\nimport numpy\n\nfrom classicnets import Net, plotting, prune\n'
         "from . import tools  # new\ndef measure():\n    '''New.'''\n    return (1)\n", True),
        ("reproductions/study.py", "import numpy\nfrom classicnets import Net, plotting, prune\nfrom . import tools\n"
         "def measure():\n    return 2\n", False),
        ("classicnets/checks.py", "def positive(): return 0\n", False),
        ("classicnets/checks.py", "SEEDS, FULL, RECORDED = 1, 2, 3\ndef positive(): pass\n", True),
        ("classicnets/checks.py", "SEEDS, RATE = 1, 2\ndef positive(): pass\n", False),
        ("classicnets/net_forms.py", "from .net import Net\n@f.register\ndef f(net: Net): return 2\n", False),
        ("classicnets/datasets/data/a.csv", "1,3\n", False),
        ("classicnets/datasets/data/a.csv", "1,2\r\n", True),  # as Windows may have it
        ("classicnets/unused.py", "A = 2\n", True),
        ("classicnets/other.py", "class Other: pass\n", True),
        ("classicnets/plotting.py", "COLOUR = 2\n", True),
    ],
)  # fmt: skip
def test_the_digest_changes_with_what_a_study_runs_and_with_nothing_else(house, file, text, same):
    before = digest.code_digest("reproductions.study")
    (house / file).write_bytes(text.encode())
    forget()
    assert (digest.code_digest("reproductions.study") == before) == same


@pytest.mark.parametrize(
    "old, new",
    [
        ("a + b", "a - b"),
        ("a < b", "a <= b"),
        ("f(a, b=1)", "f(a, b=2)"),
        ("a = 'x'", "a = 'y'"),
        ("a[1:]", "a[2:]"),
        ("1", "1.0"),
        ("lambda: a", "lambda: b"),
        ("a.b", "a.c"),
        ("f(a=1)", "f(b=1)"),
        ("from a import b", "from a import c"),
        ("@a\ndef f(): pass", "def f(): pass"),
        ("def f(): pass", "def g(): pass"),
        ("def f():\n    1\n    2", "def f():\n    2"),
    ],
)
def test_trees_of_different_code_differ(old, new):
    assert digest.canonical(ast.parse(old)) != digest.canonical(ast.parse(new))


def test_all_files_of_the_house_are_read_and_its_studies_differ():
    names = {row["study"] for row in ledger.results().values()}
    assert len({digest.code_digest(f"reproductions.{name}") for name in names}) == len(names) >= 12
    for name in ("network", "backprop", "pruning.loop", "training", "passes", "kernels.backprop"):
        assert f"classicnets.{name}" in digest.reached("reproductions.hassibi1993_table1")
    assert "classicnets.realtime" in digest.reached("reproductions.pedersen1995_pruning")
    everywhere = set().union(*(digest.reached(f"reproductions.{name}") for name in names))
    numbers = {"blocks", "plan", "sparse", "inverse", "active", "together", "kernels"}
    numbers |= {f"kernels.{path.stem}" for path in (ROOT / "classicnets/kernels").glob("[!_]*.py")}
    assert {f"classicnets.{name}" for name in numbers} <= everywhere
    assert "classicnets.threads" not in everywhere


def test_data_of_another_name_are_other_data(house):
    before = digest.code_digest("reproductions.study")
    (house / "classicnets/datasets/data/a.csv").rename(house / "classicnets/datasets/data/b.csv")
    forget()
    assert digest.code_digest("reproductions.study") != before


def test_syntax_trees_are_made_by_one_thread_at_a_time(house, monkeypatch):
    reached, held = digest.reached, []
    monkeypatch.setattr(digest, "reached", lambda name: (held.append(digest._one_at_a_time.locked()), reached(name))[1])
    digest.code_digest("reproductions.study")
    assert held == [True]


def test_a_row_whose_code_has_changed_is_old():
    row = {"study": "hassibi1993_xor", "code": digest.code_digest("reproductions.hassibi1993_xor")}
    assert status.old({"a": row, "b": row | {"code": "0"}}) == ["b"]


def test_the_status_names_every_study(capsys, monkeypatch):
    from reproductions import __main__ as command

    monkeypatch.setenv("COLUMNS", "80")  # as a terminal has them
    command.main(["--status"])
    text = capsys.readouterr().out
    assert all(row["study"] in text for row in ledger.results().values())


def test_what_a_process_has_loaded_counts_and_not_what_its_file_has_become(house, monkeypatch):
    monkeypatch.setitem(sys.modules, "classicnets.pruning.late", None)
    (house / "classicnets/pruning/late.py").write_text("A = 1\n")
    (house / "reproductions/later.py").write_text("import classicnets.pruning.late\n")
    before = digest.code_digest("reproductions.later")
    forget()
    digest.code_digest("reproductions.study")
    (house / "classicnets/pruning/late.py").write_text("A = 2\n")
    assert digest.code_digest("reproductions.later") == before
    forget()  # as in a process of its own
    assert digest.code_digest("reproductions.later") != before


def test_it_is_the_same_wherever_the_house_stands(house, tmp_path_factory, monkeypatch):
    here = digest.code_digest("reproductions.study")
    there = shutil.copytree(house, tmp_path_factory.mktemp("there") / "house")
    monkeypatch.setattr(digest, "HOUSE", there)
    forget()
    assert digest.code_digest("reproductions.study") == here
