"""Handwritten digits: 5000 that come along, and the zip codes of Le Cun et al. (1989), which may not be passed on.

Those that come along are of MNIST: descr/digits.md. Who has the original zip codes reads them with `read_zip_codes`.
"""

import gzip
import zlib
from functools import lru_cache
from importlib.resources import files
from numbers import Integral
from typing import NamedTuple

import numpy as np

from .. import checks

CLASSES, TEST = 10, 100  # the last 100 of each class are there to test
SIDE, MARGIN, SMALL = 28, 4, 16  # of an image; around the box that the digits were fitted into; of a smaller image
ZIP_FILES = "zip.train", "zip.test"


class Digits(NamedTuple):
    """Images X (P, pixels) in [-1, 1], -1 where there is no ink; targets T (P, 10), 1 for the class, -1 for the others.

    `labels` (P,) are the classes, 0 to 9; X_test, T_test, labels_test are the same to test. All of them read-only.
    """

    X: np.ndarray
    T: np.ndarray
    X_test: np.ndarray
    T_test: np.ndarray
    labels: np.ndarray
    labels_test: np.ndarray


def digits(size=28):
    """5000 Digits of MNIST, 4000 to train and 1000 to test, of size x size pixels: 28 or 16. Source: descr/digits.md.

    The last 100 of the 500 of each class, in the file's order, are the test set; in both sets the classes take turns:
    0, 1, ..., 9, 0, ... Size 28 is the original; for 16 the central 20 x 20, the box that the digits were fitted into
    before they were centred by their mass, are averaged over areas, which cuts 3.3 % of the ink off.
    """
    if not isinstance(size, Integral) or isinstance(size, bool) or size not in (SIDE, SMALL):
        raise ValueError(f"size: expected {SIDE} or {SMALL}; got {checks.shown(size)}")
    return _digits(int(size))


def read_zip_codes(folder):
    """The original zip codes as Digits of 16 x 16 pixels: `zip.train.gz` and `zip.test.gz` of a folder, in their order.

    Or zip.train and zip.test, unpacked. A pattern a line: its label, 0 to 9, and 256 numbers in [-1, 1]. They have 7291
    patterns to train and 2007 to test; as many are read as there are. FileNotFoundError where one of them is missing,
    ValueError, with the number of the line, where a file is damaged or empty or a line is anything else.
    """
    folder = checks.file("folder", folder, "folder")
    (X, labels), (X_test, labels_test) = (_read(_found(folder, name)) for name in ZIP_FILES)
    return _read_only(X, labels, X_test, labels_test)


@lru_cache
def _digits(size):
    images = np.frombuffer(_pixels(), dtype=np.uint8).reshape(CLASSES, -1, SIDE, SIDE)  # 500 of 0, then 500 of 1, ...
    images = images.swapaxes(0, 1).reshape(-1, SIDE, SIDE)  # the classes take turns
    images = _averaged(images) if size == SMALL else images
    test = TEST * CLASSES
    X, X_test = (part.reshape(len(part), -1) / 127.5 - 1 for part in (images[:-test], images[-test:]))
    return _read_only(X, np.arange(len(X)) % CLASSES, X_test, np.arange(test) % CLASSES)


def _pixels():
    """The bytes of the bundled file, unpacked: 0 where there is no ink, up to 255."""
    import lzma  # not at the top: some Pythons are built without it, and need it for nothing else here

    return lzma.decompress((files(__package__) / "data" / "digits.xz").read_bytes())


def _averaged(images):
    """The box in the middle of images (P, 28, 28), its 20 x 20 pixels averaged over areas to 16 x 16: 0 to 255."""
    side = SIDE - 2 * MARGIN
    # Cut into 80 strips a side, an old pixel is 4 of them wide and a new one 5. In whole numbers, so that nothing is
    # rounded: what has no ink stays exactly -1.
    overlap = np.repeat(np.eye(SMALL), 5, axis=1) @ np.repeat(np.eye(side), 4, axis=1).T
    return overlap @ images[:, MARGIN:-MARGIN, MARGIN:-MARGIN].astype(np.float64) @ overlap.T / 25


def _read_only(X, labels, X_test, labels_test):
    """The Digits, with the targets of the labels."""
    T, T_test = (2 * np.eye(CLASSES)[of] - 1 for of in (labels, labels_test))
    data = Digits(X, T, X_test, T_test, labels, labels_test)
    for array in data:
        array.flags.writeable = False  # the same arrays for everyone who asks
    return data


def _found(folder, name):
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    raise FileNotFoundError(f"folder: expected {name}.gz or {name} in it; got {folder}")


def _read(path):
    """Images (P, 256) and labels (P,) of a file of zip codes."""
    patterns, number = [], 0
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="ascii", errors="backslashreplace") as file:
            for number, line in enumerate(file, 1):
                patterns.append(_pattern(line, f"{path}, line {number}"))
    except (EOFError, gzip.BadGzipFile, zlib.error) as reason:
        raise ValueError(f"{path}, line {number + 1}: expected a whole gzip archive; got {reason}") from reason
    if not patterns:
        raise ValueError(f"{path}, line 1: expected at least one pattern; got an empty file")
    rows = np.array(patterns)
    return rows[:, 1:].copy(), rows[:, 0].astype(np.intp)


def _pattern(line, where):
    """The label and the pixels of a line, checked: an array (257,)."""
    fields, pixels = line.split(), SMALL**2
    if len(fields) != 1 + pixels:
        raise ValueError(f"{where}: expected a label and {pixels} numbers; got {len(fields)} in all")
    try:
        row = np.array(list(map(float, fields)))
    except ValueError as reason:
        raise ValueError(f"{where}: expected numbers; got a text: {checks.shown(str(reason))}") from reason
    if row[0] not in range(CLASSES):
        raise ValueError(f"{where}: expected a label from 0 to {CLASSES - 1}; got {fields[0]:.60}")
    good = np.abs(row[1:]) <= 1  # which NaN is not
    if not good.all():
        raise ValueError(f"{where}: expected numbers in [-1, 1]; got {fields[1 + good.argmin()]:.60}")
    return row
