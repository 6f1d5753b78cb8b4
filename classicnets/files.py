"""Files that are either whole or not there: written beside their place and moved into it; read with suspicion."""

import os
import tempfile
import zipfile
from contextlib import contextmanager
from math import prod
from pathlib import Path as File
from uuid import uuid4

import numpy as np

from . import checks

SUFFIX = ".npz"


@contextmanager
def replacing(path, mode="wb", **options):
    """A stream to write `path` anew: what was there is replaced at once, at the end, and stays where that fails."""
    path = File(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"path: expected a file in a folder that is there; got {path}")
    new = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        with new.open(mode, **options) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def npz(argument, path):
    """`path` with the suffix .npz, which is added where it is missing."""
    path = checks.file(argument, path)
    if not path.name:
        raise ValueError(f"{argument}: expected the name of a file; got {path}")
    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def check_folder(argument, path):
    """`path` if a file can be written there, else OSError: before hours of work depend on it."""
    path = npz(argument, path)
    if path.is_dir() or not path.parent.is_dir():
        raise FileNotFoundError(f"{argument}: expected a file in a folder that is there; got {path}")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return path
    except OSError as reason:
        message = f"{argument}: expected a folder that can be written to; got {path} ({reason})"
        raise PermissionError(message) from reason


def save_arrays(path, arrays):
    """Write arrays by their names to one `.npz` file."""
    with replacing(check_folder("path", path)) as stream:
        np.savez(stream, **arrays)


def load_arrays(path, wanted):
    """The arrays that `save_arrays` wrote, by their names; ValueError, with what was `wanted`, for any other file.

    No more memory is taken than the file is long: what says that it holds more is damaged or a trap.
    """
    path = checks.file("path", path)
    path = path if path.is_file() else npz("path", path)
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > path.stat().st_size:
                    raise ValueError(f"{entry.filename} is said to be larger than the file")
            return {File(entry.filename).stem: _array(archive, entry) for entry in archive.infolist()}
    except FileNotFoundError as reason:
        raise FileNotFoundError(f"path: expected {wanted}; got {path}, which is not there") from reason
    except Exception as reason:  # zipfile and NumPy raise a dozen kinds over a damaged file
        raise ValueError(f"path: expected {wanted}; got {path} ({reason})") from reason


def _array(archive, entry):
    """One array of an archive, read-only, whose header must say just what the entry holds."""
    with archive.open(entry) as stream:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(stream)
        data = stream.read()
    if dtype.hasobject or (fortran and len(shape) > 1) or len(data) != dtype.itemsize * prod(shape):
        raise ValueError(f"{entry.filename} does not hold what it says")
    return np.frombuffer(data, dtype).reshape(shape) if data else np.empty(shape, dtype)
