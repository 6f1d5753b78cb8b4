"""files.py: written whole or not at all, read with suspicion: any damage is a ValueError, and costs no memory."""

import io
import os
import random
import tracemalloc
import zipfile

import numpy as np
import oracles
import pytest

from classicnets import MLP, Magnitude, RecurrentNetwork, prune
from classicnets.files import check_folder, load_arrays, replacing, save_arrays
from classicnets.pruning import Path


@pytest.mark.parametrize("name", ["net", "net.npz", "net.v2", "net.tar"])
def test_save_and_load_agree_on_the_name(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind, sizes in ((MLP, (3, 2, 1)), (RecurrentNetwork, (2, 2, 1))):
        net = kind(sizes, seed=0)
        net.save(name)
        assert np.array_equal(kind.load(name).weights, net.weights)
        assert os.listdir() == [name if name.endswith(".npz") else f"{name}.npz"]
        with pytest.raises(ValueError, match="^path: expected a network written by save; got .*it is a"):
            (MLP if kind is RecurrentNetwork else RecurrentNetwork).load(name)
        os.remove(os.listdir()[0])
    with pytest.raises(FileNotFoundError):
        MLP.load(name)


def damages(content, number=400):
    """The same bytes cut, lengthened, and with some of them changed, at random places."""
    draw = random.Random(0)
    for _ in range(number):
        spoiled = bytearray(content)
        for _ in range(draw.randint(1, 4)):
            spoiled[draw.randrange(len(spoiled))] = draw.randrange(256)
        cut = draw.randrange(len(spoiled)) if draw.random() < 0.2 else len(spoiled)
        yield bytes(spoiled[:cut]) + b"more" * (draw.random() < 0.1)


def test_a_damaged_network_or_path_is_a_value_error_or_the_same(tmp_path):
    net, X, T = oracles.problem((3, 4, 2))
    path = prune(net, X, T, Magnitude(), down_to=net.n_active - 3)
    net.save(tmp_path / "net"), path.save(tmp_path / "path")
    refused = 0
    for name, load in (("net", MLP.load), ("path", lambda file: Path.load(file, net))):
        file = tmp_path / f"{name}.npz"
        whole = load(file)
        for content in damages(file.read_bytes()):
            file.write_bytes(content)
            try:
                again = load(file)
            except ValueError as error:
                assert "expected " in str(error) and "; got " in str(error)
                refused += 1
            else:  # a byte of no consequence, such as of a date
                if name == "net":
                    assert np.array_equal(again.weights, whole.weights) and np.array_equal(again.mask, whole.mask)
                else:
                    assert [step.deleted for step in again] == [step.deleted for step in whole]
    assert refused > 500


def bomb(shape, descr="<f8", stored=True, **entries):
    """An archive whose header promises an array that is not in it."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": descr, "fortran_order": False, "shape": shape})
    content, file = header.getvalue(), io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("weights.npy", content + (b"" if stored else bytes(10**8)))
        for name, value in entries.items():
            with archive.open(f"{name}.npy", "w") as stream:
                np.save(stream, value)
    return file.getvalue()


SETTINGS = {"hidden": np.array("tanh"), "output": np.array("logistic"), "mask": np.ones(9, dtype=bool)}


@pytest.mark.parametrize(
    "content",
    [
        bomb((10**9,), sizes=[2, 2, 1], **SETTINGS),
        bomb((10**9,), stored=False, sizes=[2, 2, 1], **SETTINGS),
        bomb((2**62, 2**62), sizes=[2, 2, 1], **SETTINGS),
        bomb((9,), "|O", sizes=[2, 2, 1], **SETTINGS),
    ],
)
def test_loading_takes_no_more_memory_than_the_file_is_long(tmp_path, content):
    (tmp_path / "net.npz").write_bytes(content)
    tracemalloc.start()
    with pytest.raises(ValueError, match="^path: expected a network written by save; got "):
        MLP.load(tmp_path / "net.npz")
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()


def test_sizes_that_are_not_those_of_the_weights_are_not_laid_out(tmp_path):
    net = MLP((2, 2, 1), seed=0)
    for sizes in ([10**5, 10**5, 1], [10**9, 1], [2, 3, 1], [0, 1], [2.5, 1], [[2, 1]], []):
        save_arrays(tmp_path / "net", {**net.__getstate__(), "sizes": np.array(sizes)})
        tracemalloc.start()
        with pytest.raises(ValueError, match="^path: expected a network written by save; got "):
            MLP.load(tmp_path / "net")
        assert tracemalloc.get_traced_memory()[1] < 1e6
        tracemalloc.stop()


def test_what_fails_while_it_is_written_leaves_what_was_there(tmp_path):
    file = tmp_path / "file"
    for old in (None, b"old"):
        if old:
            file.write_bytes(old)
        with pytest.raises(KeyboardInterrupt), replacing(file) as stream:
            stream.write(b"new, in part")
            raise KeyboardInterrupt
        assert [path.name for path in tmp_path.iterdir()] == (["file"] if old else [])
        assert not old or file.read_bytes() == old
    with replacing(file, "w", encoding="utf-8") as stream:
        stream.write("new")
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == b"new" and len(list(tmp_path.iterdir())) == 1


def test_files_of_other_programs_and_names_that_are_none(tmp_path):
    np.savez_compressed(tmp_path / "packed.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="^path: expected a list of shoes; got .*packed.npz"):
        load_arrays(tmp_path / "packed.npz", "a list of shoes")
    for name in (None, 3, ["net"], object()):
        for call in (MLP((1, 1)).save, MLP.load, lambda name: check_folder("path", name)):
            with pytest.raises(TypeError, match="^path: expected the name of a file; got "):
                call(name)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"^path: expected a file in a folder that is there; got .*net\.npz$"):
        MLP((2, 1)).save(tmp_path / "none" / "net")
