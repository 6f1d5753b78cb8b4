"""The tasks of a study on the workers of a Dask cluster, by joblib's own backend: larger than one machine.

Imported for --cluster alone: Dask is an extra.
"""

import asyncio
from contextlib import contextmanager
from importlib import import_module

from distributed import Client
from distributed.comm import connect, get_address_host_port
from joblib import parallel_config
from joblib._dask import DaskDistributedBackend

from .study import NotMeasured

PATIENCE = 5  # seconds in which the scheduler answers, and in which it has a worker


@contextmanager
def joined(address):
    """Inside, joblib runs all on the workers of this scheduler; RuntimeError where it has none, or is none."""
    try:
        get_address_host_port(address)  # a client with no address at all would take long to close
        asyncio.run(_greet(address))
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, MemoryError) as reason:  # the last of what another protocol says
        complaint = f"--cluster: expected the address of a Dask scheduler that answers; got {address}: {reason}"
        raise RuntimeError(complaint) from reason
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as reason:
            raise RuntimeError(f"--cluster: expected a scheduler with workers; got {address}, with none") from reason
        _look_for_code(client)
        with parallel_config(_Backend(client=client)):
            yield


async def _greet(address):
    """Connect and let go: a client would wait for ever for what takes the call and says nothing."""
    try:
        comm = await asyncio.wait_for(connect(address, timeout=PATIENCE), 2 * PATIENCE)
    except TimeoutError as reason:
        raise OSError("it takes the call and says nothing") from reason
    comm.abort()


def _look_for_code(client):
    """RuntimeError where a worker was not started in the repository: it would end at its first task."""

    def look():  # sent as it is, because it is not found by its name
        import_module("reproductions.study")

    try:
        client.run(look)
    except ImportError as reason:
        raise RuntimeError(f"--cluster: expected workers that were started in the repository; got {reason}") from reason


class _Backend(DaskDistributedBackend):
    """joblib's backend, which would wait for ever for a task that Dask gives up without having run it to its end.

    That is one at which worker after worker has died, which they cannot import, or which the scheduler has taken along.
    """

    def submit(self, func, callback=None):
        future = super().submit(func, callback)
        future.add_done_callback(lambda done: done.exception() and callback(done.exception()))
        return future

    def retrieve_result_callback(self, out):
        if isinstance(out, BaseException):
            raise NotMeasured(f"--cluster: a task was given up, {type(out).__name__}: {out}")
        return super().retrieve_result_callback(out)
