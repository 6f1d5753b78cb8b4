"""The kernels' disk cache: used where it can be, never in the way; the library starts where nothing can be written."""

import functools
import inspect
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from classicnets import kernels
from classicnets.activation import ACTIVATIONS, OUTPUT_ACTIVATIONS
from classicnets.kernels import backprop, curvature, forward, recurrent
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

OTHER = """
from ..activation import SCALE
from . import compiled

@compiled
def _double(x):
    return SCALE * 2.0 * x
"""

QUADRUPLE = """
from . import compiled
from .double import _double

@compiled
def quadruple(x):
    return 2.0 * _double(x)
"""

LIBRARY = """
import sys
import numpy as np
import classicnets
from classicnets.kernels.products import mirror

assert "matplotlib" not in sys.modules
square = np.array([[4.0, 0.0], [6.0, 9.0]])
mirror(square)
print(*square.ravel())
"""

SMALL = """
import sys
import numpy as np
from classicnets import MLP, RecurrentNetwork, hessian, hessian_by_recursion, hessian_by_units, inverse_hessian

plans, draw = sys.modules["classicnets.plan"], np.random.default_rng(0).random
for scaled in (True, False):
    plans.pays_to_scale = lambda *job: scaled
    plans.plan.cache_clear()
    for sizes in ((3, 2), (4, 1), (2, 4, 1), (5, 2, 2, 3)):
        net, X, T = MLP(sizes, seed=0), draw((9, sizes[0])), draw((9, sizes[-1]))
        assert np.allclose(hessian(net, X, T), hessian_by_units(net, X, T), rtol=1e-11, atol=1e-14)
        inverse_hessian(net, X, T, 1e-2)
net, X, T = RecurrentNetwork((2, 3, 1), seed=0), draw((9, 2)), draw((9, 1))
assert np.allclose(hessian(net, X, T), hessian_by_recursion(net, X, T), rtol=1e-11, atol=1e-14)
print("right")
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
    program.write_text(DOUBLE.replace("2.0 * x", "13.0 * x"), encoding="utf-8")  # the same instructions
    assert [run(program), run(program)] == [(273.0, 0), (273.0, 1)]


def test_an_edit_in_another_file_of_kernels_is_seen(tmp_path):
    """A kernel holds the code of those that it calls, and the constants."""
    root, cache = tmp_path / "root", str(tmp_path / "cache")
    kernels = root / "few" / "kernels"
    kernels.mkdir(parents=True)
    shutil.copy(ROOT / "classicnets" / "kernels" / "__init__.py", kernels)
    (root / "few" / "__init__.py").touch()
    (root / "few" / "activation.py").write_text("SCALE = 1.0\n", encoding="utf-8")
    (kernels / "double.py").write_text(OTHER, encoding="utf-8")
    (kernels / "quadruple.py").write_text(QUADRUPLE, encoding="utf-8")
    program = "from few.kernels.quadruple import quadruple as q; print(q(1.0), sum(q.stats.cache_hits.values()))"
    assert [output(program, root, NUMBA_CACHE_DIR=cache) for _ in range(2)] == ["4.0 0", "4.0 1"]
    (kernels / "double.py").write_text(OTHER.replace("2.0", "3.0"), encoding="utf-8")
    assert output(program, root, NUMBA_CACHE_DIR=cache) == "6.0 0"
    (root / "few" / "activation.py").write_text("SCALE = 5.0\n", encoding="utf-8")
    assert output(program, root, NUMBA_CACHE_DIR=cache) == "30.0 0"


def test_every_file_of_kernels_counts(tmp_path, monkeypatch):
    """Its own too, which says how kernels are compiled."""
    shutil.copytree(ROOT / "classicnets" / "kernels", tmp_path / "kernels")
    shutil.copy(ROOT / "classicnets" / "activation.py", tmp_path)
    monkeypatch.setattr(kernels, "__file__", str(tmp_path / "kernels" / "__init__.py"))
    files, found = [*(tmp_path / "kernels").glob("*.py"), tmp_path / "activation.py"], {kernels._sources.__wrapped__()}
    for file in files:
        file.write_text(file.read_text(encoding="utf-8") + "#", encoding="utf-8")
        found.add(kernels._sources.__wrapped__())
    assert len(found) == len(files) + 1 > 10


def test_sources_that_cannot_be_read_stop_no_call(cache, monkeypatch):
    def missing():
        raise FileNotFoundError("activation.py")

    monkeypatch.setattr(kernels, "_sources", missing)
    assert kernels.compiled(reciprocal)(0.5) == 2.0


def reciprocal(x):
    return 1.0 / x


def test_kernels_divide_by_zero_as_numpy_does(cache):
    kernel = kernels.compiled(reciprocal)
    assert [kernel(x) for x in (0.0, -0.0)] == [np.inf, -np.inf] and np.isnan(kernel(np.nan))


def test_what_kernels_alone_call_has_no_door_to_python():
    """It would be compiled for nobody: to come through where there is none ends the process."""
    doors = {
        kernel.__name__: not kernel.targetoptions["no_cpython_wrapper"]
        for kernel in (backprop.train_epochs, backprop.update, forward.forward, forward.activate, forward._softmax)
    }
    assert doors == {"train_epochs": True, "update": False, "forward": True, "activate": False, "_softmax": False}


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
    assert output(LIBRARY, NUMBA_CACHE_DIR=str(tmp_path)) == "4.0 6.0 6.0 9.0"
    assert [file.name.split("-")[0] for file in tmp_path.rglob("*.nbi")] == ["products.mirror"]


def test_the_library_works_where_nothing_can_be_written(tmp_path):
    """Files stand where the folders of the caches would be, which stops root too."""
    shutil.copytree(ROOT / "classicnets", tmp_path / "classicnets", ignore=shutil.ignore_patterns("__pycache__"))
    barrier = tmp_path / "classicnets" / "kernels" / "__pycache__"
    barrier.touch()
    places = dict.fromkeys(["HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "NUMBA_CACHE_DIR"], str(barrier / "none"))
    assert output(LIBRARY, tmp_path, **places) == "4.0 6.0 6.0 9.0"


@functools.cache
def outside(helper):
    """A helper that other kernels alone can call, for Python to call."""
    arguments = ", ".join(inspect.signature(helper.py_func).parameters)
    return numba.njit(eval(f"lambda {arguments}: helper({arguments})", {"helper": helper}))


def vectorised(a, code):
    """f(a) by the kernel that takes a tile of patterns, or of networks, at once."""
    z = np.array(a)
    for begin in range(0, len(z), forward.TILE):
        tile = z[begin : begin + forward.TILE]
        outside(forward.activate)(tile, code, np.empty(len(tile)), np.empty(len(tile), np.int64))
    return z


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_kernel_has_the_activations_of_the_table(name):
    code, table = CODES[name], ACTIVATIONS[name]
    for a in np.concatenate([np.linspace(-40, 40, 17), [-800.0, 1e-3, 800.0]]):
        z = table.value(np.array([a]))
        slopes = [table.first(z)[0], table.second(z)[0]]
        assert outside(backprop.value)(a, code) == pytest.approx(z[0])
        assert outside(backprop.slope_of)(z[0], code) == pytest.approx(slopes[0])
        assert outside(recurrent._slopes)(z[0], code) == pytest.approx(slopes)
        f1, f2 = np.empty(1), np.empty(1)
        outside(curvature._slopes)(z, code, f1, f2)
        assert [f1[0], f2[0]] == pytest.approx(slopes)
    assert np.isnan(outside(backprop.value)(np.nan, code))


# 200,000 numbers of all sizes, to where the functions are flat and beyond, where rounding to an integer changes, and
# the least and the largest there are.
GRID = np.concatenate(
    [np.linspace(-45, 45, 100_001), np.geomspace(1e-320, 1e3, 50_000), (np.arange(120) + 0.5) * np.log(2) / 2]
)
GRID = np.concatenate([GRID, -GRID, [0.0, -0.0, 5e-324, -5e-324, 1e308, -1e308, np.inf, -np.inf, np.nan]])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_vectorised_activations_are_right_to_three_units_in_the_last_place(name):
    a, (SCALE, SLOPE) = GRID.astype(np.longdouble), (np.longdouble(forward.SCALE), np.longdouble(forward.SLOPE))
    exact = {
        "tanh": lambda: np.tanh(a),
        "scaled tanh": lambda: SCALE * np.tanh(SLOPE * a),
        "logistic": lambda: 1 / (1 + np.exp(-np.maximum(a, -700))),
        "relu": lambda: np.maximum(a, 0),
        "linear": lambda: a,
    }[name]()
    z = vectorised(GRID, CODES[name])
    assert np.array_equal(np.isnan(z), np.isnan(GRID))
    finite = np.isfinite(exact)
    assert np.array_equal(z[~finite & ~np.isnan(z)], exact[~finite & ~np.isnan(z)].astype(float))
    units = np.spacing(np.abs(exact[finite]).astype(float))
    most = 4 if name == "scaled tanh" else 3  # the scaling of a and of the result is rounded too
    assert (np.abs(z[finite] - exact[finite]) <= most * units).all()
    numbers = ~np.isnan(GRID) & (name != "relu")  # the zeros of relu have any sign
    assert np.array_equal(np.signbit(z[numbers]), np.signbit(exact[numbers]))
    assert np.abs(z[np.isfinite(z)]).max() <= max(abs(ACTIVATIONS[name].low), ACTIVATIONS[name].high)


@pytest.mark.parametrize("size", [1.0, 30.0, 1000.0])
def test_softmax_of_a_tile_is_that_of_the_table(size):
    a = size * np.random.default_rng(0).normal(size=(5, 40))
    z, columns = a.copy(), slice(3, 37)
    outside(forward._softmax)(z, 3, np.empty(34), np.empty(34, np.int64))
    assert np.allclose(z[:, columns].T, OUTPUT_ACTIVATIONS["softmax"].value(a[:, columns].T), rtol=1e-14, atol=1e-300)
    assert np.array_equal(z[:, :3], a[:, :3]) and np.array_equal(z[:, 37:], a[:, 37:])
    z[2, 5] = np.nan
    outside(forward._softmax)(z, 0, np.empty(40), np.empty(40, np.int64))
    assert np.isnan(z[:, 5]).all() and np.isfinite(np.delete(z, 5, axis=1)).all()


def test_the_library_works_without_compiling():
    assert output(LIBRARY, NUMBA_DISABLE_JIT="1") == "4.0 6.0 6.0 9.0"


def test_no_kernel_reads_beyond_the_end_of_an_array():
    """Compiled, it would read what stands there; NumPy says IndexError."""
    assert output(SMALL, NUMBA_DISABLE_JIT="1") == "right"
