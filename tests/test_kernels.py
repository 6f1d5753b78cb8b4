"""The kernels' disk cache: used where it can be, never in the way; the library starts where nothing can be written."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from classicnets.activation import ACTIVATIONS
from classicnets.kernels import backprop, hessian, recurrent
from classicnets.kernels.backprop import CODES

ROOT = Path(__file__).parent.parent

DOUBLE = """
from classicnets.kernels import compiled

@compiled
def double(x):
    return 2.0 * x

result = double(21.0)
hits = sum(double.stats.cache_hits.values())
"""

LIBRARY = """
import sys
import numpy as np
import classicnets
from classicnets.kernels.hessian import own_products

assert "matplotlib" not in sys.modules
products = np.zeros((3, 1))
own_products(np.array([[2.0], [3.0]]), products)
print(*products.ravel())
"""

FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a file can be opened, and no byte be written: a full disk
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder in which Numba keeps what it compiles."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def program(tmp_path):
    """A file with a kernel of its own."""
    file = tmp_path / "double.py"
    file.write_text(DOUBLE, encoding="utf-8")
    return file


def run(program):
    """The kernel's result, and how often it was found on the disk, as in a process of its own."""
    names = runpy.run_path(program)
    return names["result"], names["hits"]


def output(program, root=ROOT, **environment):
    """What a process of its own prints, which finds classicnets in `root`; nothing that goes wrong is unseen."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "PYTHONWARN"))}
    process = subprocess.run(
        [sys.executable, "-c", program] if isinstance(program, str) else [sys.executable, program],
        cwd=root, env={**inherited, "PYTHONPATH": str(root), **environment}, capture_output=True, text=True,
    )  # fmt: skip
    assert (process.returncode, process.stderr) == (0, "")
    return process.stdout.strip()


def test_the_machine_code_is_found_again_until_the_source_changes(cache, program):
    assert [run(program), run(program)] == [(42.0, 0), (42.0, 1)]
    program.write_text(DOUBLE.replace("2.0 * x", "3.0 * x + 0"), encoding="utf-8")
    assert [run(program), run(program)] == [(63.0, 0), (63.0, 1)]


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", [b"", b"no pickle", 20, -20], ids=["empty", "other", "cut early", "cut late"])
def test_a_damaged_cache_is_dropped_and_made_anew(cache, program, suffix, damage):
    run(program)
    (file,) = cache.rglob(f"*{suffix}")
    file.write_bytes(file.read_bytes()[:damage] if isinstance(damage, int) else damage)
    assert [run(program), run(program)] == [(42.0, 0), (42.0, 1)]


def test_a_folder_in_the_place_of_the_index_stops_no_call(cache, program):
    run(program)
    (index,) = cache.rglob("*.nbi")
    index.unlink()
    index.mkdir()
    assert [run(program), run(program)] == [(42.0, 0), (42.0, 0)]


def test_a_full_disk_stops_no_call(tmp_path, program):
    pytest.importorskip("resource")
    program.write_text(FULL + DOUBLE + "print(result, hits)", encoding="utf-8")
    assert output(program, NUMBA_CACHE_DIR=str(tmp_path / "cache")) == "42.0 0"
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_every_kernel_is_kept_by_the_name_of_its_own_file(tmp_path):
    assert output(LIBRARY, NUMBA_CACHE_DIR=str(tmp_path)) == "4.0 6.0 9.0"
    assert [file.name.split("-")[0] for file in tmp_path.rglob("*.nbi")] == ["hessian.own_products"]


def test_the_library_works_where_nothing_can_be_written(tmp_path):
    """Files stand where the folders of the caches would be, which stops root too."""
    shutil.copytree(ROOT / "classicnets", tmp_path / "classicnets", ignore=shutil.ignore_patterns("__pycache__"))
    barrier = tmp_path / "classicnets" / "kernels" / "__pycache__"
    barrier.touch()
    places = dict.fromkeys(["HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "NUMBA_CACHE_DIR"], str(barrier / "none"))
    assert output(LIBRARY, tmp_path, **places) == "4.0 6.0 9.0"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_kernel_has_the_activations_of_the_table(name):
    code, table = CODES[name], ACTIVATIONS[name]
    for a in np.concatenate([np.linspace(-40, 40, 17), [-800.0, 1e-3, 800.0]]):
        z = table.value(np.array([a]))
        slopes = [table.first(z)[0], table.second(z)[0]]
        assert [kernels._value(a, code) for kernels in (backprop, hessian, recurrent)] == pytest.approx([z[0]] * 3)
        assert backprop._slope(z[0], code) == pytest.approx(slopes[0])
        assert hessian._slopes(z[0], code) == recurrent._slopes(z[0], code) == pytest.approx(slopes)
    for kernels in (backprop, hessian, recurrent):
        assert np.isnan(kernels._value(np.nan, code))


def test_the_library_works_without_compiling():
    assert output(LIBRARY, NUMBA_DISABLE_JIT="1") == "4.0 6.0 9.0"
