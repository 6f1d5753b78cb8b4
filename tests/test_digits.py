"""digits: those of MNIST that come along, the file they are built from, and the original zip codes."""

import gzip
import hashlib
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from classicnets import MLP, accuracy, digits, network_error, read_zip_codes, train_backpropagation
from classicnets.datasets.digits import _averaged, _pixels
from tools import build_digits

DATA = files("classicnets.datasets") / "data" / "digits.xz"
DESCRIPTION = (files("classicnets.datasets") / "descr" / "digits.md").read_text(encoding="utf-8")
ORIGINAL = os.environ.get("ZIP_CODES")
BOTH = pytest.mark.parametrize("size", [28, 16])


def images():
    """All images (10, 500, 28, 28), by class and in the file's order."""
    return np.frombuffer(_pixels(), dtype=np.uint8).reshape(10, 500, 28, 28)


# -- the file -------------------------------------------------------------------------------------------------------


def test_the_bundled_pixels_are_those_described_in_less_than_a_megabyte():
    assert len(DATA.read_bytes()) < 1e6 and len(_pixels()) == 5000 * 28 * 28
    assert hashlib.sha256(_pixels()).hexdigest() in DESCRIPTION
    assert len(np.unique(images().reshape(5000, -1), axis=0)) == 5000  # none twice


def test_the_ink_outside_the_box_is_as_described():
    every = images().reshape(-1, 28, 28)
    lost = build_digits.outside(every)
    assert f"{100 * lost.sum() / every.sum():.2f} % of all ink is cut off" in " ".join(DESCRIPTION.split())
    assert f"one digit {100 * (lost / build_digits.of_each(every)).max():.1f} %" in " ".join(DESCRIPTION.split())
    assert (lost > 0).mean() == pytest.approx(0.75, abs=0.005)


def test_every_digit_is_described_beside_it_and_its_licence_named_wherever_licences_are():
    root = Path(__file__).parent.parent
    assert (
        "CC BY-SA 3.0" in DESCRIPTION and "Yann LeCun and Corinna Cortes" in DESCRIPTION and "Source: " in DESCRIPTION
    )
    assert "digits.xz" in (root / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "MIT AND CC-BY-SA-3.0"' in (root / "pyproject.toml").read_text(encoding="utf-8")


def test_the_file_is_what_the_script_makes_of_the_source(tmp_path, monkeypatch, capsys):
    source = tmp_path / "source.csv.gz"
    rows = np.column_stack([images().reshape(5000, -1), np.repeat(range(10), 500)])
    with gzip.open(source, "wt", compresslevel=1) as file:
        file.writelines(",".join(map(str, row)) + "\n" for row in rows.tolist())
    monkeypatch.setattr(build_digits, "FILE", tmp_path / "digits.xz")
    monkeypatch.setattr(build_digits, "FILTERS", None)  # quicker
    build_digits.main([source])
    assert build_digits.lzma.decompress((tmp_path / "digits.xz").read_bytes()) == _pixels()
    assert hashlib.sha256(_pixels()).hexdigest() in capsys.readouterr().out


@pytest.mark.parametrize(
    "line, expected",
    [
        ("1,2,3", "784 pixels from 0 to 255 and a class in each line"),
        (",".join(["256"] * 785), "784 pixels from 0 to 255 and a class in each line"),
        (",".join(["-1"] * 785), "784 pixels from 0 to 255 and a class in each line"),
        (",".join(["7"] * 785), "500 digits of each class, class by class"),
    ],
)
def test_the_script_refuses_another_file(tmp_path, monkeypatch, line, expected):
    monkeypatch.setattr(build_digits, "FILE", tmp_path / "digits.xz")
    (tmp_path / "other.csv").write_text(line + "\n")
    with pytest.raises(SystemExit, match=f"other.csv: expected {expected}"):
        build_digits.main([tmp_path / "other.csv"])
    with pytest.raises(SystemExit, match="usage"):
        build_digits.main([])


# -- what is made of it ---------------------------------------------------------------------------------------------


@BOTH
def test_shapes_ranges_targets_and_labels(size):
    data = digits(size)
    for X, T, labels, P in (
        (data.X, data.T, data.labels, 4000),
        (data.X_test, data.T_test, data.labels_test, 1000),
    ):
        assert X.shape == (P, size * size) and T.shape == (P, 10) and labels.shape == (P,)
        assert X.dtype == T.dtype == np.float64 and X.flags.c_contiguous and labels.dtype.kind == "i"
        assert X.min() == -1 and X.max() == 1
        assert set(np.unique(T)) == {-1, 1} and (T.sum(axis=1) == -8).all()
        assert np.array_equal(T.argmax(axis=1), labels)
        assert np.array_equal(labels, np.arange(P) % 10)  # balanced, and the classes take turns


def test_the_last_100_of_each_class_are_there_to_test_and_nothing_is_in_both_sets():
    data, pixels = digits(), images()
    for k in range(10):
        train, test = data.X[data.labels == k], data.X_test[data.labels_test == k]
        assert np.array_equal(np.rint((train + 1) * 127.5), pixels[k, :400].reshape(400, -1))  # no pixel is lost
        assert np.array_equal(np.rint((test + 1) * 127.5), pixels[k, 400:].reshape(100, -1))


def test_16_x_16_are_the_means_over_areas_of_the_box_in_the_middle():
    data, pixels = digits(16), images()
    for k, i in ((0, 0), (7, 399), (4, 123)):
        box = pixels[k, i, 4:24, 4:24].astype(float)
        fine = np.kron(box, np.ones((4, 4)))  # 80 x 80, of which an area is 5 x 5
        means = fine.reshape(16, 5, 16, 5).mean(axis=(1, 3))
        assert np.allclose(data.X[10 * i + k], means.ravel() / 127.5 - 1, rtol=0, atol=1e-14)
    assert np.array_equal(data.labels, digits(28).labels)


def test_averages_keep_the_ink_of_the_box_and_nothing_of_the_margin():
    full = np.full((1, 28, 28), 255, dtype=np.uint8)
    assert (_averaged(full) == 255).all() and (_averaged(0 * full) == 0).all()
    margin = full.copy()
    margin[:, 4:24, 4:24] = 0
    assert not _averaged(margin).any()
    box = images()[3, :20, 4:24, 4:24].sum(axis=(1, 2))
    assert np.allclose(_averaged(images()[3, :20]).sum(axis=(1, 2)) * 25 / 16, box)


@BOTH
def test_the_digits_cannot_be_changed_for_those_who_ask_next(size):
    data = digits(size)
    for array in data:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    assert digits(np.int64(size)) is data


@pytest.mark.parametrize("size", [20, 0, -16, 16.0, True, "16", None, [16], np.array(16), 10**400])
def test_other_sizes_are_refused(size):
    with pytest.raises(ValueError, match="^size: expected 28 or 16; got "):
        digits(size)


def test_a_small_net_learns_them():
    data = digits(16)
    net = MLP((256, 10), hidden="tanh", output="tanh", seed=0)
    before = network_error(net, data.X, data.T)
    train_backpropagation(net, data.X, data.T, rate=0.01, momentum=0, batch=10, epochs=3, seed=0)
    assert network_error(net, data.X, data.T) < before / 2 and accuracy(net, data.X_test, data.T_test) > 0.8


def test_nothing_is_read_by_the_import():
    code = (
        "import sys, classicnets\nfrom classicnets.datasets.digits import _digits\n"
        "assert _digits.cache_info().currsize == 0 and isinstance(classicnets.digits(16), classicnets.datasets.Digits)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)


# -- zip codes ------------------------------------------------------------------------------------------------------


def lines(labels, seed=0):
    """Lines of made-up patterns, with three decimals, as the originals have them."""
    values = np.random.default_rng(seed).uniform(-1, 1, (len(labels), 256)).round(3)
    return [" ".join([str(label), *map(str, row)]) + " \n" for label, row in zip(labels, values.tolist(), strict=True)]


def write(folder, train, test, packed=True):
    for name, text in (("zip.train", train), ("zip.test", test)):
        path = folder / (name + ".gz" * packed)
        path.write_bytes(gzip.compress("".join(text).encode()) if packed else "".join(text).encode())
    return folder


@pytest.mark.parametrize("packed", [True, False])
def test_zip_codes_packed_or_not(tmp_path, packed):
    train, test = lines(["6.0000", "5.0000", "0", "9"]), lines([3, 1], seed=1)
    data = read_zip_codes(write(tmp_path, train, test, packed))
    assert data.labels.tolist() == [6, 5, 0, 9] and data.labels_test.tolist() == [3, 1]
    assert np.array_equal(data.X, [[float(x) for x in line.split()[1:]] for line in train])
    assert np.array_equal(data.X_test, [[float(x) for x in line.split()[1:]] for line in test])
    assert data.T.tolist()[1] == [-1] * 5 + [1] + [-1] * 4 and data.T_test.argmax(axis=1).tolist() == [3, 1]
    assert [array.flags.writeable for array in data] == [False] * 6 and isinstance(data, type(digits()))


def test_of_both_the_packed_one_is_read_and_each_may_be_either(tmp_path):
    write(tmp_path, lines([1]), lines([2])), write(tmp_path, lines([3]), lines([4]), packed=False)
    assert read_zip_codes(str(tmp_path)).labels.tolist() == [1]
    (tmp_path / "zip.train.gz").unlink()
    data = read_zip_codes(tmp_path)
    assert data.labels.tolist() == [3] and data.labels_test.tolist() == [2]


def test_a_folder_without_the_files(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FileNotFoundError, match=r"^folder: expected zip.train.gz or zip.train in it; got .*"):
            read_zip_codes(folder)
    (tmp_path / "zip.train").write_text("".join(lines([1])))
    with pytest.raises(FileNotFoundError, match=r"^folder: expected zip.test.gz or zip.test in it; got "):
        read_zip_codes(tmp_path)
    with pytest.raises(TypeError, match="^folder: expected the name of a folder; got 3"):
        read_zip_codes(3)


def spoiled(change):
    """Three lines, the second changed."""
    three = lines([1, 2, 3])
    three[1] = change(three[1].split())
    return three


@pytest.mark.parametrize(
    "change, complaint",
    [
        (lambda f: " ".join(f[:-1]) + "\n", "expected a label and 256 numbers; got 256 in all"),
        (lambda f: " ".join([*f, "0"]) + "\n", "expected a label and 256 numbers; got 258 in all"),
        (lambda f: "\n", "expected a label and 256 numbers; got 0 in all"),
        (lambda f: " ".join(["10", *f[1:]]) + "\n", "expected a label from 0 to 9; got 10"),
        (lambda f: " ".join(["-1", *f[1:]]) + "\n", "expected a label from 0 to 9; got -1"),
        (lambda f: " ".join(["2.5", *f[1:]]) + "\n", "expected a label from 0 to 9; got 2.5"),
        (lambda f: " ".join(["nan", *f[1:]]) + "\n", "expected a label from 0 to 9; got nan"),
        (lambda f: " ".join([*f[:-1], "1.001"]) + "\n", r"expected numbers in \[-1, 1\]; got 1.001"),
        (lambda f: " ".join([f[0], "-1.5", *f[2:]]) + "\n", r"expected numbers in \[-1, 1\]; got -1.5"),
        (lambda f: " ".join([*f[:7], "nan", *f[8:]]) + "\n", r"expected numbers in \[-1, 1\]; got nan"),
        (lambda f: " ".join([*f[:7], "inf", *f[8:]]) + "\n", r"expected numbers in \[-1, 1\]; got inf"),
        (lambda f: " ".join([*f[:7], "ink", *f[8:]]) + "\n", "expected numbers; got a text: .*'ink'"),
        (lambda f: " ".join([*f[:7], "\u0661", *f[8:]]) + "\n", "expected numbers; got a text: "),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_a_line_that_is_no_pattern_is_named(tmp_path, change, complaint, packed):
    write(tmp_path, lines([1]), spoiled(change), packed)
    file = r"zip\.test\.gz" if packed else r"zip\.test"
    with pytest.raises(ValueError, match=rf"{file}, line 2: {complaint}"):
        read_zip_codes(tmp_path)


@pytest.mark.parametrize("packed", [True, False])
def test_an_empty_file(tmp_path, packed):
    write(tmp_path, [], lines([1]), packed)
    with pytest.raises(ValueError, match=r"zip.train.*, line 1: expected at least one pattern; got an empty file"):
        read_zip_codes(tmp_path)
    for name in ("zip.train", "zip.train.gz"):  # not even packed
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ValueError, match=r"zip.train.gz, line 1: expected at least one pattern; got an empty file"):
        read_zip_codes(tmp_path)


@pytest.mark.parametrize("kept", [5, 0.3, 0.9, -1, -9])
def test_an_archive_that_was_cut_off(tmp_path, kept):
    path = write(tmp_path, lines(range(10)), lines([1])) / "zip.train.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])
    with pytest.raises(ValueError, match=r"zip.train.gz, line \d+: expected a whole gzip archive; got "):
        read_zip_codes(tmp_path)


def test_an_archive_that_is_damaged_or_none_at_all(tmp_path):
    path = write(tmp_path, lines(range(10)), lines([1])) / "zip.train.gz"
    whole = path.read_bytes()
    checksum, block = bytearray(whole), bytearray(whole)
    checksum[-6] ^= 1
    block[10] |= 0b110  # of a type that there is not
    for content in (checksum, block, "".join(lines([1])).encode()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"zip.train.gz, line \d+: expected a whole gzip archive; got "):
            read_zip_codes(tmp_path)


def test_a_file_that_was_cut_off(tmp_path):
    write(tmp_path, lines([1]), lines([2]), packed=False)
    text = "".join(lines([1, 2, 3]))
    (tmp_path / "zip.train").write_text(text[: 2 * len(text) // 3 + 300])
    with pytest.raises(ValueError, match=r"zip.train, line 3: expected a label and 256 numbers; got \d+ in all"):
        read_zip_codes(tmp_path)


@pytest.mark.skipif(not ORIGINAL, reason="ZIP_CODES names no folder with the original zip codes")
def test_the_original_zip_codes():
    data = read_zip_codes(ORIGINAL)
    assert data.X.shape == (7291, 256) and data.X_test.shape == (2007, 256)
    assert np.bincount(data.labels).tolist() == [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644]
    assert np.bincount(data.labels_test).tolist() == [359, 264, 198, 166, 200, 160, 170, 147, 166, 177]
    assert data.labels[:2].tolist() == [6, 5] and data.labels_test[:2].tolist() == [9, 6]
    assert (data.X == -1).mean() == pytest.approx(0.59, abs=0.02)
