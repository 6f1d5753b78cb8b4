"""Locks between processes, which the system takes back when their owner ends, however it ends."""

import sqlite3
from contextlib import closing, contextmanager


@contextmanager
def locked(path, seconds, complaint):
    """Hold the lock `path`; RuntimeError with the complaint where another process has it for so many seconds more.

    It is SQLite's lock on a database that stays empty: the one lock of the standard library that is the same on every
    system. The file is left lying, which means nothing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=seconds, isolation_level=None)) as database:
        try:
            database.execute("PRAGMA journal_mode = MEMORY")  # no second file beside the first
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as reason:
            if reason.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise RuntimeError(complaint) from reason
        yield
