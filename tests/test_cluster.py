"""A study on a Dask cluster: workers that die, that have other code, that are not there. Without Dask, what is said."""

import json
import os
import re
import shutil
import signal
import socket
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from reproductions import __main__ as command
from reproductions import study
from reproductions import thrun1991_backpropagation as learning

ROOT = Path(study.__file__).parent.parent
TASKS = learning.tasks(2)
GUARD = 60  # seconds
on_cluster = pytest.mark.cluster
stopping = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="the system stops no process")


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    monkeypatch.setattr(study, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(command.recording, "check", lambda: None)
    return tmp_path / "runs"


@pytest.fixture(autouse=True)
def guard():
    """What waits for a cluster for ever has failed."""

    def late(*_):
        raise TimeoutError("it hangs")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(GUARD)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@contextmanager
def workers(number, threads=2):
    """A local cluster of so many processes, which look for modules where this process does."""
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": number, "threads_per_worker": threads, "dashboard_address": ":0"}
    with distributed.LocalCluster(**options) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def two():
    with workers(2) as cluster:
        yield cluster


def joined(cluster):
    """All that joblib runs in here, on the cluster."""
    from reproductions.cluster import joined

    return joined(cluster.scheduler_address)


def run(name="learning"):
    return study.run(name, learning, TASKS, -1, False, Console(quiet=True))


def kill_one(cluster):
    """Kill a worker with tasks that it has not finished: stopped first, so that it cannot hand them in meanwhile."""
    for worker in cluster.workers.values():
        os.kill(worker.pid, signal.SIGSTOP)
        time.sleep(0.2)
        if lost := len(cluster.scheduler.workers[worker.worker_address].processing):
            os.kill(worker.pid, signal.SIGKILL)
            return lost
        os.kill(worker.pid, signal.SIGCONT)
    return 0


def at_record(number, do, monkeypatch):
    """Do something once, as soon as so many records are kept; the list of what it gave."""
    keep, kept, given = study._Run.keep, [], []

    def keeping(*record):
        kept.append(keep(*record))
        if len(kept) == number:
            given.append(do())
        return kept[-1]

    monkeypatch.setattr(study._Run, "keep", keeping)
    return given


@on_cluster
@stopping
def test_a_worker_that_dies_in_the_middle_loses_no_seed(two, monkeypatch):
    with monkeypatch.context() as patch, joined(two):
        lost = at_record(2, lambda: kill_one(two), patch)
        records = run()
    assert lost[0] > 0
    assert records == json.loads(json.dumps([learning.measure(**task) for task in TASKS]))


@on_cluster
@stopping
def test_a_task_at_which_the_workers_die_ends_the_run(two, monkeypatch):
    monkeypatch.setattr(two.scheduler, "allowed_failures", 0)
    at_record(2, lambda: kill_one(two), monkeypatch)
    with pytest.raises(study.NotMeasured, match="a task was given up, KilledWorker"), joined(two):
        run()


@on_cluster
def test_a_run_that_is_stopped_goes_on_where_it_was(two, runs, monkeypatch):
    def stop():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt), joined(two):
        at_record(5, stop, patch)
        run()
    assert len((runs / "learning.jsonl").read_text().splitlines()) == 5
    with monkeypatch.context() as patch, joined(two):
        resumed = at_record(len(TASKS) - 5, lambda: "all others", patch)
        assert len(run()) == len(TASKS)
    assert resumed == ["all others"]
    assert len((runs / "learning.jsonl").read_text().splitlines()) == len(TASKS)


@on_cluster
def test_a_worker_that_was_not_started_in_the_repository(monkeypatch):
    monkeypatch.setattr(sys, "path", [path for path in sys.path if not (Path(path) / "reproductions").exists()])
    with workers(1) as cluster, pytest.raises(SystemExit, match="^--cluster: expected workers that .*reproductions"):
        command.main(["thrun1991_backpropagation", "--cluster", cluster.scheduler_address])


@on_cluster
def test_a_worker_with_other_code_refuses_the_task(tmp_path, monkeypatch, runs):
    for package in ("classicnets", "reproductions"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("figures", "runs"))
    with (tmp_path / "classicnets/backprop.py").open("a") as file:
        file.write("CHANGED = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    with workers(1) as cluster, pytest.raises(SystemExit) as ended:
        command.main(["thrun1991_backpropagation", "--seeds", "1", "--cluster", cluster.scheduler_address])
    ours, theirs = re.search(r"expected the code .*, (\w{16}); got (\w{16}) on", str(ended.value)).groups()
    assert ours == study.code_digest(learning.__name__) != theirs
    assert not (runs / "thrun1991_backpropagation.jsonl").read_text()


@on_cluster
@pytest.mark.parametrize("address, reason", [("127.0.0.1:9", "Timed out"), ("here", "missing port")])
def test_a_scheduler_that_does_not_answer(address, reason, monkeypatch):
    pytest.importorskip("distributed")
    from reproductions import cluster as ours

    monkeypatch.setattr(ours, "PATIENCE", 0.2)
    with pytest.raises(SystemExit, match=f"^--cluster: expected the address .*; got {address}: {reason}"):
        command.main(["thrun1991_backpropagation", "--cluster", address])


@on_cluster
def test_what_takes_the_call_and_says_nothing(monkeypatch):
    pytest.importorskip("distributed")
    from reproductions import cluster as ours

    monkeypatch.setattr(ours, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = "127.0.0.1:{1}".format(*silent.getsockname())
        with pytest.raises(SystemExit, match=f"^--cluster: expected the address .*; got {address}: "):
            command.main(["thrun1991_backpropagation", "--cluster", address])


@on_cluster
def test_a_scheduler_without_workers(monkeypatch):
    with workers(0) as cluster:
        from reproductions import cluster as ours

        monkeypatch.setattr(ours, "PATIENCE", 0.2)
        with pytest.raises(SystemExit, match="^--cluster: expected a scheduler with workers; got "):
            command.main(["thrun1991_backpropagation", "--cluster", cluster.scheduler_address])


@pytest.mark.parametrize("more", [[], ["--explore", "all"]])
def test_without_dask_it_says_with_which_extra_it_comes(more, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "reproductions.cluster", raising=False)
    with pytest.raises(SystemExit, match=r'^--cluster: expected Dask.*"\.\[cluster\]"'):
        command.main(["hassibi1993_xor", "--cluster", "127.0.0.1:8786", *more])


def test_either_processes_or_a_cluster(capsys):
    with pytest.raises(SystemExit):
        command.main(["--jobs", "2", "--cluster", "127.0.0.1:8786"])
    assert "--cluster: not allowed with argument --jobs" in capsys.readouterr().err
